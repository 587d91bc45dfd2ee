"""A section with its people: students placed, who teaches and assesses, who stands in for whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Cohort, Holiday, Section
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.queries import Member, members
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, scoped, unscoped, within

STAFF = (Relation.INSTRUCTOR, Relation.ASSESSOR)
NAMED = "staff of a section that was found in scope"


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One appointment. granted_by: who appointed; None for the system. stands_in_for: whom a substitute replaces."""

    grant: GrantRow
    person: Person
    granted_by: str | None
    stands_in_for: str | None

    def is_over(self, day: date) -> bool:
        """Whether it has ended by `day`."""
        return self.grant.to_day is not None and self.grant.to_day < day


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section in the list of its cohort."""

    section: Section
    site: Site
    students: int
    staff: tuple[StaffLine, ...]


def find_section(actor: Actor, public_id: str, action: Action = Action.SECTION_READ) -> Section:
    """The section, if `actor` may do `action` to it. Raises NotFound."""
    found = session.scalar(scoped(select(Section).where(Section.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def section_lines(actor: Actor, cohort: Cohort, action: Action = Action.SECTION_MANAGE) -> list[SectionLine]:
    """The sections of a cohort to which `actor` may do `action`, with their people. Three queries."""
    statement = select(Section, Site).join(Site, Site.id == Section.site_id).where(Section.cohort_id == cohort.id)
    rows = session.execute(scoped(statement.order_by(Section.name), actor, action, on=Section)).all()
    sections = [section for section, _ in rows]
    counts = select(Placement.section_id, func.count()).where(stands(Placement), runs_on(Placement, policy_day()))
    students = dict(session.execute(within(counts.group_by(Placement.section_id), sections, on=Placement)).all())
    staff = staff_of(sections)
    return [
        SectionLine(section, site, students.get(section.id, 0), tuple(staff.get(section.id, ())))
        for section, site in rows
    ]


def staff_of(sections: Iterable[Section]) -> dict[int, list[StaffLine]]:
    """Everybody who teaches or assesses these sections, past appointments too, by section; by name. One query."""
    giver, replaced = aliased(Person), aliased(Person)
    statement = (
        select(GrantRow, Person, giver.name, replaced.name)
        .join(Person, Person.id == GrantRow.person_id)
        .outerjoin(giver, giver.id == GrantRow.granted_by_id)
        .outerjoin(replaced, replaced.id == GrantRow.stands_in_for_id)
        .where(GrantRow.relation.in_(STAFF), GrantRow.place_id.in_([section.id for section in sections]))
        .order_by(Person.name, GrantRow.from_day)
    )
    found: dict[int, list[StaffLine]] = {}
    for grant, person, granted_by, stands_in_for in session.execute(unscoped(statement, NAMED)):
        found.setdefault(grant.place_id, []).append(StaffLine(grant, person, granted_by, stands_in_for))
    return found


def find_appointment(section: Section, public_id: str) -> GrantRow:
    """One appointment of the section's staff. Raises NotFound."""
    statement = select(GrantRow).where(
        GrantRow.public_id == public_id, GrantRow.relation.in_(STAFF), GrantRow.place_id == section.id
    )
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def students_of(section: Section) -> list[Member]:
    """The students placed in the section today, by name. Seven queries."""
    statement = (
        select(Enrollment, Person)
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(stands(Placement), runs_on(Placement, policy_day()))
        .order_by(Person.name, Enrollment.id)
    )
    people = session.execute(within(statement, section, on=Placement)).all()
    return members([(enrollment, person) for enrollment, person in people], policy_day())


def own_sites(actor: Actor, action: Action) -> Sequence[Site]:
    """The sites at which `actor` may do `action`, by name. One query."""
    return session.scalars(scoped(select(Site).order_by(Site.name), actor, action)).all()


def find_site(actor: Actor, public_id: str, action: Action) -> Site:
    """The site, if `actor` may do `action` to it. Raises NotFound."""
    found = session.scalar(scoped(select(Site).where(Site.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def list_holidays(sites: Iterable[Site]) -> dict[int, list[Holiday]]:
    """The holidays of sites that were found for somebody, by site, the earliest first. One query."""
    found: dict[int, list[Holiday]] = {}
    for row in session.scalars(within(select(Holiday).order_by(Holiday.day), list(sites))):
        found.setdefault(row.site_id, []).append(row)
    return found
