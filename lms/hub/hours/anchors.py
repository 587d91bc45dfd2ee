"""Who reaches a part of a week sheet: a supervisor only the parts of the own spell, all others by the enrollment."""

from datetime import date

from sqlalchemy import Select, select

from lms.hub.enrollment.anchors import IN_FIRM, enrollments_reached
from lms.hub.hours.models import SheetPart
from lms.kernel.db import session
from lms.people.access import Anchor, Grant, Relation
from lms.people.anchors import anchor_at, places_of
from lms.people.scope import reach_of, unscoped


@reach_of("sheet_part")
def parts_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Select[int] | None:
    """Parts that the grants reach; the firm's other people reach none."""
    if relation in IN_FIRM:
        return None
    if relation is Relation.SUPERVISOR:
        return select(SheetPart.id).where(SheetPart.spell_id.in_(sorted(grant.place_id for grant in grants)))
    reached = enrollments_reached(relation, grants, day)
    return None if reached is None else select(SheetPart.id).where(SheetPart.enrollment_id.in_(reached))


@places_of("sheet_part")
def part_places(part_id: int) -> Anchor:
    """Where the enrollment hangs; of its spells only the one whose supervisor signs this part, and no firm."""
    enrollment_id, spell_id = session.execute(
        unscoped(
            select(SheetPart.enrollment_id, SheetPart.spell_id).where(SheetPart.id == part_id),
            "where a part of a sheet hangs",
        )
    ).one()
    place = anchor_at("enrollment", enrollment_id)
    return Anchor(
        people=place.people,
        enrollments=place.enrollments,
        sections=place.sections,
        seats=place.seats,
        spells=frozenset({spell_id} if spell_id else ()),
        programs=place.programs,
    )
