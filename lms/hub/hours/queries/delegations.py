"""Who stands in for whom: the delegations that one may see, what one could hand on, and to whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.anchors import IN_FIRM, SPELL_NUMBER
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement
from lms.hub.hours.models.deciding import Delegation
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, scoped, unscoped

WHY = "who may stand in for whom, among those whose place was found"


@dataclass(frozen=True, slots=True)
class Given:
    """A delegation in words. place: of the section or firm. recorded_by: who entered it."""

    delegation: Delegation
    giver: Person
    holder: Person
    place: str
    recorded_by: str

    def state(self, today: date) -> str:
        """ended, past, ahead or running."""
        if self.delegation.is_ended:
            return "ended"
        if self.delegation.to_day < today:
            return "past"
        return "ahead" if self.delegation.from_day > today else "running"


@dataclass(frozen=True, slots=True)
class Offer:
    """What `actor` can hand on: the hours of one place, in the place of one giver. key: names both in a form."""

    place: Section | Firm
    giver: Person
    label: str

    @property
    def key(self) -> str:
        """Such as `section:abc:def`."""
        return f"{self.place.__tablename__}:{self.place.public_id}:{self.giver.public_id}"


def list_delegations(actor: Actor) -> list[Given]:
    """Those that `actor` may see, newest first, ended ones too. One statement."""
    giver, holder, writer = aliased(Person), aliased(Person), aliased(Person)
    statement = (
        select(Delegation, giver, holder, Section.name, Firm.name, writer.name)
        .join(giver, giver.id == Delegation.giver_id)
        .join(holder, holder.id == Delegation.holder_id)
        .outerjoin(Section, Section.id == Delegation.section_id)
        .outerjoin(Firm, Firm.id == Delegation.firm_id)
        .outerjoin(writer, writer.id == Delegation.recorded_by_id)
        .where(stands(Delegation))
        .order_by(Delegation.from_day.desc(), Delegation.id.desc())
    )
    rows = session.execute(scoped(statement, actor, Action.DELEGATION_READ, on=Delegation))
    return [Given(row, one, other, section or firm, by or "") for row, one, other, section, firm, by in rows]


def find_delegation(actor: Actor, public_id: str) -> Delegation:
    """One that `actor` may see. Raises NotFound. One statement."""
    statement = scoped(select(Delegation), actor, Action.DELEGATION_READ).where(Delegation.public_id == public_id)
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def list_offers(actor: Actor) -> list[Offer]:
    """What `actor` could hand on today: the own, and a coordinator also what the instructors of the site have."""
    today, me = policy_day(), _person(actor)
    found = []
    sections = _sections(actor, today)
    teaching = _instructors(sections, today)
    for section, cohort in sections:
        label = f"{section.name}, {cohort.name}"
        found.append(Offer(section, me, label))
        if actor.holds(Relation.COORDINATOR):
            found += [Offer(section, one, label) for one in teaching.get(section.id, ()) if one.id != me.id]
    return [*found, *(Offer(firm, me, firm.name) for firm in _firms(actor, today))]


def _person(actor: Actor) -> Person:
    return session.scalars(unscoped(select(Person).where(Person.id == actor.person_id), "the actor's own row")).one()


def _sections(actor: Actor, today: date) -> list[tuple[Section, Cohort]]:
    statement = select(Section, Cohort).join(Cohort, Cohort.id == Section.cohort_id).where(Cohort.ends_on >= today)
    rows = session.execute(scoped(statement.order_by(Section.name), actor, Action.HOURS_DELEGATE, on=Section))
    return [(row[0], row[1]) for row in rows]


def _instructors(sections: Collection[tuple[Section, Cohort]], today: date) -> dict[int, list[Person]]:
    ids = [section.id for section, _ in sections]
    statement = select(GrantRow.place_id, Person).join(Person, Person.id == GrantRow.person_id)
    statement = statement.where(
        GrantRow.relation == Relation.INSTRUCTOR, GrantRow.place_id.in_(ids), runs_on(GrantRow, today)
    )
    found: dict[int, list[Person]] = {}
    for number, person in session.execute(unscoped(statement.order_by(Person.name), WHY)):
        found.setdefault(number, []).append(person)
    return found


def _firms(actor: Actor, today: date) -> list[Firm]:
    spells = actor.places(Relation.SUPERVISOR)
    running = select(EmploymentSpell.firm_id).where(
        SPELL_NUMBER.in_(spells), stands(EmploymentSpell), runs_on(EmploymentSpell, today)
    )
    return list(session.scalars(unscoped(select(Firm).where(Firm.id.in_(running)).order_by(Firm.name), WHY)))


def holders_for(places: Collection[Section | Firm]) -> list[Person]:
    """Who may decide in somebody's place there: the staff of the cohort's sites, the people of the firm. One statement.

    Whoever studies in one of the sections is left out.
    """
    today = policy_day()
    cohorts = {place.cohort_id for place in places if isinstance(place, Section)}
    firms = {place.id for place in places if isinstance(place, Firm)}
    statement = select(Person).join(GrantRow, GrantRow.person_id == Person.id).where(runs_on(GrantRow, today))
    statement = statement.where(Person.is_active, or_(_is_staff(cohorts), _is_of(firms, today)))
    students = select(Enrollment.person_id).join(Placement, Placement.enrollment_id == Enrollment.id)
    ids = {place.id for place in places if isinstance(place, Section)}
    students = students.where(Placement.section_id.in_(ids), stands(Placement))
    statement = statement.where(Person.id.not_in(students)).distinct().order_by(Person.name, Person.id)
    return list(session.scalars(unscoped(statement, WHY)))


def _is_staff(cohorts: Collection[int]) -> ColumnElement[bool]:
    teaching = (Relation.INSTRUCTOR, Relation.ASSESSOR)
    sections = select(Section.id).where(Section.cohort_id.in_(cohorts))
    sites = select(Section.site_id).where(Section.cohort_id.in_(cohorts))
    return or_(
        and_(GrantRow.relation.in_(teaching), GrantRow.place_id.in_(sections)),
        and_(GrantRow.relation == Relation.COORDINATOR, GrantRow.place_id.in_(sites)),
    )


def _is_of(firms: Collection[int], today: date) -> ColumnElement[bool]:
    spells = select(SPELL_NUMBER).where(
        EmploymentSpell.firm_id.in_(firms), stands(EmploymentSpell), runs_on(EmploymentSpell, today)
    )
    return or_(
        and_(GrantRow.relation.in_(IN_FIRM), GrantRow.place_id.in_(firms)),
        and_(GrantRow.relation == Relation.SUPERVISOR, GrantRow.place_id.in_(spells)),
    )


def holds_there(person_id: int, place: Section | Firm) -> bool:
    """Whether the person decides on hours of this section, or of somebody at this firm, today. One statement."""
    today = policy_day()
    statement = select(GrantRow.id).where(GrantRow.person_id == person_id, runs_on(GrantRow, today)).limit(1)
    if isinstance(place, Firm):
        spells = select(SPELL_NUMBER).where(
            EmploymentSpell.firm_id == place.id, stands(EmploymentSpell), runs_on(EmploymentSpell, today)
        )
        statement = statement.where(GrantRow.relation == Relation.SUPERVISOR, GrantRow.place_id.in_(spells))
    else:
        of_site = or_(GrantRow.cohort_id.is_(None), GrantRow.cohort_id == place.cohort_id)
        statement = statement.where(
            or_(
                and_(GrantRow.relation == Relation.INSTRUCTOR, GrantRow.place_id == place.id),
                and_(GrantRow.relation == Relation.COORDINATOR, GrantRow.place_id == place.site_id, of_site),
            )
        )
    return session.scalar(unscoped(statement, WHY)) is not None
