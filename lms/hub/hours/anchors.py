"""Who reaches a part of a week sheet: a supervisor only those of a spell that runs, all others by the enrollment.

A firm that the student has left signs nothing any more; what is still open there the coordinator decides. A delegate
reaches what the giver of the delegation could decide on today, but for the giver's own hours (H20); a link reaches the
one part that it was made for.
"""

from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Section
from lms.hub.enrollment.anchors import IN_FIRM, PROGRAM_WIDE, SPELL_NUMBER, enrollments_reached, sections_reached
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement
from lms.hub.hours.models import SheetPart
from lms.hub.hours.models.deciding import Delegation
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.memo import found
from lms.people.access import Anchor, Grant, Relation
from lms.people.anchors import anchor_at, places_of
from lms.people.grants.models import GrantRow
from lms.people.scope import plain, policy_day, reach_of, unscoped


@reach_of("sheet_part")
def parts_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Select[int] | None:
    """Parts that the grants reach; the firm's other people reach none."""
    ids = sorted(grant.place_id for grant in grants)
    if relation in IN_FIRM:
        return None
    if relation is Relation.SUPERVISOR:
        return select(SheetPart.id).where(_number_of(SheetPart.spell_id).in_(ids), _is_running(day))
    if relation is Relation.LINK:
        return select(SheetPart.id).where(SheetPart.id.in_(ids), _is_running(day))
    if relation is Relation.DELEGATE:
        return _delegated(ids, day)
    reached = enrollments_reached(relation, grants, day)
    return None if reached is None else select(SheetPart.id).where(SheetPart.enrollment_id.in_(reached))


def _is_running(day: date) -> ColumnElement[bool]:
    """Whether the employment of a part runs on `day`, as one of its own student."""
    spell = select(EmploymentSpell.id).where(
        stands(EmploymentSpell),
        runs_on(EmploymentSpell, day),
        EmploymentSpell.enrollment_id == SheetPart.enrollment_id,
        _number_of(SheetPart.spell_id) == SPELL_NUMBER,
    )
    return spell.correlate(SheetPart).exists()


def _number_of(spell_id: Any) -> Any:
    """The employment's number for a row of it."""
    named = _named()
    number = func.coalesce(named.first_id, named.id)
    return select(number).where(named.id == spell_id).correlate(SheetPart).scalar_subquery()


@cache
def _named() -> Any:
    """Made once: an alias costs more than the query in which it stands."""
    return aliased(EmploymentSpell)


def _delegated(ids: list[int], day: date) -> Select[int]:
    """The parts that these delegations cover on `day`: of the section, or of the giver's employees at the firm."""
    cover = _cover(day).subquery()
    part = select(SheetPart.id.label("id")).join(Enrollment, Enrollment.id == SheetPart.enrollment_id)
    placed = and_(Placement.enrollment_id == Enrollment.id, stands(Placement), runs_on(Placement, day))
    mine = (cover.c.id.in_(ids), Enrollment.person_id != cover.c.giver_id)
    in_section = part.join(Placement, placed).join(cover, cover.c.section_id == Placement.section_id).where(*mine)
    at_firm = part.join(cover, cover.c.spell == _number_of(SheetPart.spell_id)).where(*mine, _is_running(day))
    both = union_all(in_section, at_firm).subquery()
    return select(both.c.id)


def _cover(day: Any) -> Any:
    """What each delegation of `day` covers, as far as its giver still holds it: a section, or a running employment."""
    held = and_(GrantRow.person_id == Delegation.giver_id, runs_on(GrantRow, day))
    teaches = and_(GrantRow.relation == Relation.INSTRUCTOR, GrantRow.place_id == Delegation.section_id)
    runs_site = and_(
        GrantRow.relation == Relation.COORDINATOR,
        GrantRow.place_id == Section.site_id,
        or_(GrantRow.cohort_id.is_(None), GrantRow.cohort_id == Section.cohort_id),
    )
    holds = (stands(Delegation), Delegation.is_ended.is_(False), runs_on(Delegation, day))
    of_section = (
        select(Delegation.id, Delegation.giver_id, Delegation.section_id, cast(null(), BigInteger).label("spell"))
        .join(Section, Section.id == Delegation.section_id)
        .join(GrantRow, and_(held, or_(teaches, runs_site)))
        .where(*holds)
    )
    employed = and_(
        GrantRow.place_id == SPELL_NUMBER,
        EmploymentSpell.firm_id == Delegation.firm_id,
        stands(EmploymentSpell),
        runs_on(EmploymentSpell, day),
    )
    of_firm = (
        select(Delegation.id, Delegation.giver_id, cast(null(), BigInteger).label("section_id"), SPELL_NUMBER)
        .join(GrantRow, and_(held, GrantRow.relation == Relation.SUPERVISOR))
        .join(EmploymentSpell, employed)
        .where(*holds)
    )
    return union_all(of_section, of_firm)


@cache
def _cover_today() -> Any:
    return select(_cover(bindparam("day", type_=Day)).subquery()).execution_options(
        lms_scope="unscoped: what delegations cover today"
    )


def _covered() -> list[Any]:
    """The rows of `_cover` today, asked for once a transaction."""
    known = found("delegations")
    if "rows" not in known:
        known["rows"] = session.execute(_cover_today(), {"day": policy_day()}).all()
    rows: list[Any] = known["rows"]
    return rows


@cache
def _place_of_part() -> Select[int, int, int]:
    statement = select(SheetPart.enrollment_id, Enrollment.person_id, _number_of(SheetPart.spell_id))
    statement = statement.join(Enrollment, Enrollment.id == SheetPart.enrollment_id)
    return unscoped(statement.where(SheetPart.id == bindparam("part_id")), "where a part of a sheet hangs")


@places_of("sheet_part")
def part_places(part_id: int) -> Anchor:
    """Where the enrollment hangs; of its spells only the one whose supervisor signs this part, and no firm."""
    ((enrollment_id, person_id, spell_id),) = plain(_place_of_part(), part_id=part_id)
    place = anchor_at("enrollment", enrollment_id)
    spells = place.spells & frozenset({spell_id} if spell_id else ())
    return Anchor(
        people=place.people,
        enrollments=place.enrollments,
        sections=place.sections,
        seats=place.seats,
        spells=spells,
        programs=place.programs,
        delegations=frozenset(
            row.id
            for row in _covered()
            if row.giver_id != person_id and (row.section_id in place.sections or row.spell in spells)
        ),
        parts=frozenset({part_id} if spells else ()),
    )


@reach_of("delegation")
def delegations_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Select[int] | None:
    """One's own, on either side; those of a site's sections, and of firms whose employees study there."""
    if relation is Relation.SELF:
        ids = sorted(grant.place_id for grant in grants)
        return select(Delegation.id).where(or_(Delegation.giver_id.in_(ids), Delegation.holder_id.in_(ids)))
    if relation is not Relation.COORDINATOR and relation not in PROGRAM_WIDE:
        return None
    reached = enrollments_reached(relation, grants, day)
    if reached is None:
        return None
    firms = select(EmploymentSpell.firm_id).where(
        EmploymentSpell.enrollment_id.in_(reached), stands(EmploymentSpell), runs_on(EmploymentSpell, day)
    )
    sections = sections_reached(relation, grants, day)
    here = [Delegation.firm_id.in_(firms), *([] if sections is None else [Delegation.section_id.in_(sections)])]
    return select(Delegation.id).where(or_(*here))


@places_of("delegation")
def delegation_places(delegation_id: int) -> Anchor:
    """At both persons, and where the section lies or the firm's employees study."""
    statement = select(Delegation.giver_id, Delegation.holder_id, Delegation.section_id, Delegation.firm_id)
    giver_id, holder_id, section_id, firm_id = session.execute(
        unscoped(statement.where(Delegation.id == delegation_id), "where a delegation hangs")
    ).one()
    place = anchor_at("section", section_id) if section_id else anchor_at("firm", firm_id or 0)
    return Anchor(people=frozenset({giver_id, holder_id}), seats=place.seats, programs=place.programs)
