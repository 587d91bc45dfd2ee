"""How grants reach enrollments and all that hangs from them, in SQL and row by row.

The two halves must agree; `tests/architecture/test_scope.py` proves it on random worlds.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, true

from lms.hub.catalog.models import Program
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import NOWHERE, Anchor, Grant, Relation
from lms.people.accounts.models import Person
from lms.people.anchors import places_of
from lms.people.orgs.models import Firm, Site
from lms.people.scope import plain, policy_day, reach_of, unscoped

Ids = Select[int] | None
PROGRAM_WIDE = (Relation.PROGRAM_ADMIN, Relation.REVIEWER, Relation.AUDITOR)
IN_SECTION = (Relation.INSTRUCTOR, Relation.ASSESSOR)
_ANY_PROGRAM = select(Program.id)
IN_FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER)


SPELL_NUMBER = func.coalesce(EmploymentSpell.first_id, EmploymentSpell.id)  # what grants and hours name


def _ids(grants: frozenset[Grant]) -> list[int]:
    return sorted(grant.place_id for grant in grants)


@reach_of("enrollment")
def enrollments_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Enrollments that the grants reach: placed now in the section or site, employed now by the firm, and so on."""
    placed = select(Placement.enrollment_id).where(stands(Placement), runs_on(Placement, day))
    employed = select(EmploymentSpell.enrollment_id).where(stands(EmploymentSpell), runs_on(EmploymentSpell, day))
    if relation is Relation.STUDENT:
        return select(Enrollment.id).where(Enrollment.id.in_(_ids(grants)))
    if relation in IN_SECTION:
        return placed.where(Placement.section_id.in_(_ids(grants)))
    if relation is Relation.COORDINATOR:
        return placed.join(Section, Section.id == Placement.section_id).where(_seats(grants))
    if relation in PROGRAM_WIDE:
        return select(Enrollment.id).join(Cohort).where(Cohort.program_id.in_(_ids(grants)))
    if relation is Relation.SUPERVISOR:
        return employed.where(SPELL_NUMBER.in_(_ids(grants)))
    if relation in IN_FIRM:
        return employed.where(EmploymentSpell.firm_id.in_(_ids(grants)))
    return None


def _seats(grants: frozenset[Grant], site_id: Any = Placement.site_id) -> ColumnElement[bool]:
    """At the coordinator's sites, in the one cohort where the grant names one."""
    return or_(
        *(
            and_(site_id == grant.place_id, true() if grant.cohort_id is None else Section.cohort_id == grant.cohort_id)
            for grant in grants
        )
    )


@places_of("enrollment")
def enrollment_places(enrollment_id: int) -> Anchor:
    """Where one enrollment hangs today; what is a person's own (their account) hangs at the person. One query."""
    return _joined(plain(_hangs(), enrollment_id=enrollment_id, day=policy_day()))


def enrollments_places(enrollment_ids: Collection[int]) -> Anchor:
    """Wherever one of these enrollments hangs today. One query, however many they are."""
    if not enrollment_ids:
        return NOWHERE
    return _joined(plain(_hangs(several=True), enrollment_ids=sorted(enrollment_ids), day=policy_day()))


def _joined(rows: Sequence[Any]) -> Anchor:
    return Anchor(
        enrollments=frozenset(row.id for row in rows),
        sections=frozenset(row.section_id for row in rows if row.section_id is not None),
        seats=frozenset((row.site_id, row.cohort_id) for row in rows if row.site_id is not None),
        spells=frozenset(row.spell for row in rows if row.spell is not None),
        firms=frozenset(row.firm_id for row in rows if row.firm_id is not None),
        programs=frozenset(row.program_id for row in rows),
    )


@cache
def _hangs(*, several: bool = False) -> Select[*tuple[Any, ...]]:
    day = bindparam("day", type_=Day)
    placed = and_(Placement.enrollment_id == Enrollment.id, stands(Placement), runs_on(Placement, day))
    employed = and_(
        EmploymentSpell.enrollment_id == Enrollment.id, stands(EmploymentSpell), runs_on(EmploymentSpell, day)
    )
    wanted = Enrollment.id == bindparam("enrollment_id")
    if several:
        wanted = Enrollment.id.in_(bindparam("enrollment_ids", expanding=True))
    statement = (
        select(
            Enrollment.id,
            Enrollment.cohort_id,
            Cohort.program_id,
            Placement.site_id,
            Placement.section_id,
            SPELL_NUMBER.label("spell"),
            EmploymentSpell.firm_id,
        )
        .join(Cohort)
        .outerjoin(Placement, placed)
        .outerjoin(EmploymentSpell, employed)
        .where(wanted)
    )
    return unscoped(statement, "where an enrollment hangs")


@reach_of("person")
def people_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Oneself, and the students whose enrollments the grants reach; firms reach nobody's account."""
    if relation is Relation.SELF:
        return select(Person.id).where(Person.id.in_(_ids(grants)))
    if relation in IN_FIRM or relation is Relation.SUPERVISOR:
        return None
    reached = enrollments_reached(relation, grants, day)
    return None if reached is None else select(Enrollment.person_id).where(Enrollment.id.in_(reached))


@places_of("person")
def person_places(person_id: int) -> Anchor:
    """A person hangs where their enrollments hang, but for their firms."""
    found = session.scalars(
        unscoped(select(Enrollment.id).where(Enrollment.person_id == person_id), "whose enrollments")
    )
    places = enrollments_places(found.all())
    return replace(places, people=frozenset({person_id}), firms=frozenset(), spells=frozenset())


@reach_of("section")
def sections_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Sections that one teaches or sits in, or that lie at one's site or in one's program."""
    if relation in IN_SECTION:
        return select(Section.id).where(Section.id.in_(_ids(grants)))
    if relation is Relation.COORDINATOR:
        return select(Section.id).where(_seats(grants, Section.site_id))
    if relation in PROGRAM_WIDE:
        return select(Section.id).join(Cohort).where(Cohort.program_id.in_(_ids(grants)))
    if relation is Relation.STUDENT:
        return select(Placement.section_id).where(
            Placement.enrollment_id.in_(_ids(grants)), stands(Placement), runs_on(Placement, day)
        )
    return None


@places_of("section")
def section_places(section_id: int) -> Anchor:
    """A section hangs at its site in its cohort; its students reach it too."""
    site_id, cohort_id, program_id = session.execute(
        unscoped(
            select(Section.site_id, Section.cohort_id, Cohort.program_id).join(Cohort).where(Section.id == section_id),
            "where a section hangs",
        )
    ).one()
    return Anchor(
        enrollments=_placed_in(section_id),
        sections=frozenset({section_id}),
        seats=frozenset({(site_id, cohort_id)}),
        programs=frozenset({program_id}),
    )


def _placed_in(section_id: int) -> frozenset[int]:
    placed = select(Placement.enrollment_id).where(
        Placement.section_id == section_id, stands(Placement), runs_on(Placement, policy_day())
    )
    return frozenset(session.scalars(unscoped(placed, "who sits in a section")))


@reach_of("cohort")
def cohorts_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Cohorts in which one studies, teaches or coordinates, or that belong to one's program."""
    if relation is Relation.STUDENT:
        return select(Enrollment.cohort_id).where(Enrollment.id.in_(_ids(grants)))
    if relation in PROGRAM_WIDE:
        return select(Cohort.id).where(Cohort.program_id.in_(_ids(grants)))
    if relation in IN_SECTION or relation is Relation.COORDINATOR:
        reached = sections_reached(relation, grants, day)
        return None if reached is None else select(Section.cohort_id).where(Section.id.in_(reached))
    return None


@places_of("cohort")
def cohort_places(cohort_id: int) -> Anchor:
    """A cohort hangs at every site where it has a section."""
    why = "where a cohort hangs"
    program_id = session.scalars(unscoped(select(Cohort.program_id).where(Cohort.id == cohort_id), why)).one()
    sections = session.execute(
        unscoped(select(Section.id, Section.site_id).where(Section.cohort_id == cohort_id), why)
    ).all()
    enrolled = session.scalars(unscoped(select(Enrollment.id).where(Enrollment.cohort_id == cohort_id), why))
    return Anchor(
        enrollments=frozenset(enrolled),
        sections=frozenset(section_id for section_id, _ in sections),
        seats=frozenset((site_id, cohort_id) for _, site_id in sections),
        programs=frozenset({program_id}),
    )


@reach_of("site")
def sites_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """Sites that one coordinates, or at which a section lies that one reaches; a program's people also new sites."""
    if relation is Relation.COORDINATOR:
        return select(Site.id).where(Site.id.in_(_ids(grants)))
    reached = sections_reached(relation, grants, day)
    if reached is None:
        return None
    taught = select(Section.site_id).where(Section.id.in_(reached))
    if relation not in PROGRAM_WIDE:
        return taught
    is_new = and_(Site.id.not_in(select(Section.site_id)), _ANY_PROGRAM.where(Program.id.in_(_ids(grants))).exists())
    return select(Site.id).where(or_(Site.id.in_(taught), is_new))


@places_of("site")
def site_places(site_id: int) -> Anchor:
    """A site hangs at itself in every cohort, and wherever its sections hang; one without sections, at any program."""
    sections = session.scalars(
        unscoped(select(Section.id).where(Section.site_id == site_id), "a site's sections")
    ).all()
    places = [section_places(section_id) for section_id in sections]
    programs = frozenset().union(*(place.programs for place in places))
    if not sections:
        programs = frozenset(session.scalars(unscoped(select(Program.id), "any program may open a new site")))
    return Anchor(
        enrollments=frozenset().union(*(place.enrollments for place in places)),
        sections=frozenset(sections),
        seats=frozenset({(site_id, None)}),
        programs=programs,
    )


@reach_of("firm")
def firms_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """One's own firm; for the program's people and the students, the firms of the enrollments that they reach."""
    if relation in IN_FIRM:
        return select(Firm.id).where(Firm.id.in_(_ids(grants)))
    reached = enrollments_reached(relation, grants, day)
    if reached is None:
        return None
    return select(EmploymentSpell.firm_id).where(
        EmploymentSpell.enrollment_id.in_(reached), stands(EmploymentSpell), runs_on(EmploymentSpell, day)
    )


@places_of("firm")
def firm_places(firm_id: int) -> Anchor:
    """A firm hangs at itself and wherever those whom it employs now hang."""
    employed = select(EmploymentSpell.enrollment_id).where(
        EmploymentSpell.firm_id == firm_id, stands(EmploymentSpell), runs_on(EmploymentSpell, policy_day())
    )
    found = session.scalars(unscoped(employed.distinct(), "whom a firm employs")).all()
    return replace(enrollments_places(found), firms=frozenset({firm_id}))


@reach_of("program")
def programs_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Ids:
    """One's own program, or that of the cohorts that one reaches."""
    if relation in PROGRAM_WIDE:
        return select(Program.id).where(Program.id.in_(_ids(grants)))
    reached = cohorts_reached(relation, grants, day)
    return None if reached is None else select(Cohort.program_id).where(Cohort.id.in_(reached))


@places_of("program")
def program_places(program_id: int) -> Anchor:
    """A program hangs at itself and wherever its cohorts hang: those who study or teach in them may read it."""
    why = "a program's cohorts"
    found = session.scalars(unscoped(select(Cohort.id).where(Cohort.program_id == program_id), why)).all()
    places = [cohort_places(cohort_id) for cohort_id in found]
    return Anchor(
        enrollments=frozenset().union(*(place.enrollments for place in places)),
        sections=frozenset().union(*(place.sections for place in places)),
        seats=frozenset().union(*(place.seats for place in places)),
        programs=frozenset({program_id}),
    )
