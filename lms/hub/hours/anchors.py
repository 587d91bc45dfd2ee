"""Who reaches a part of a week sheet: a supervisor only those of a spell that runs, all others by the enrollment.

A firm that the student has left signs nothing any more; what is still open there the coordinator decides.
"""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import aliased

from lms.hub.enrollment.anchors import IN_FIRM, SPELL_NUMBER, enrollments_reached
from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.hours.models import SheetPart
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Anchor, Grant, Relation
from lms.people.anchors import anchor_at, places_of
from lms.people.scope import reach_of, unscoped


@reach_of("sheet_part")
def parts_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Select[int] | None:
    """Parts that the grants reach; the firm's other people reach none."""
    if relation in IN_FIRM:
        return None
    if relation is Relation.SUPERVISOR:
        held = _running(day).where(SPELL_NUMBER.in_(sorted(grant.place_id for grant in grants)))
        return select(SheetPart.id).where(_number_of(SheetPart.spell_id).in_(held))
    reached = enrollments_reached(relation, grants, day)
    return None if reached is None else select(SheetPart.id).where(SheetPart.enrollment_id.in_(reached))


def _running(day: date) -> Select[int]:
    """The numbers of the employments that run on `day`."""
    return select(SPELL_NUMBER).where(stands(EmploymentSpell), runs_on(EmploymentSpell, day))


def _number_of(spell_id: Any) -> Any:
    """The employment's number for a row of it."""
    named = _named()
    number = func.coalesce(named.first_id, named.id)
    return select(number).where(named.id == spell_id).correlate(SheetPart).scalar_subquery()


@cache
def _named() -> Any:
    """Made once: an alias costs more than the query in which it stands."""
    return aliased(EmploymentSpell)


@cache
def _place_of_part() -> Select[int, int]:
    statement = select(SheetPart.enrollment_id, _number_of(SheetPart.spell_id))
    return unscoped(statement.where(SheetPart.id == bindparam("part_id")), "where a part of a sheet hangs")


@places_of("sheet_part")
def part_places(part_id: int) -> Anchor:
    """Where the enrollment hangs; of its spells only the one whose supervisor signs this part, and no firm."""
    enrollment_id, spell_id = session.execute(_place_of_part(), {"part_id": part_id}).one()
    place = anchor_at("enrollment", enrollment_id)
    return Anchor(
        people=place.people,
        enrollments=place.enrollments,
        sections=place.sections,
        seats=place.seats,
        spells=place.spells & frozenset({spell_id} if spell_id else ()),
        programs=place.programs,
    )
