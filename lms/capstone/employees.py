"""The students who work for a firm today, as the firm itself knows them: who, since when, on which project."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known, runs_on
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.consent.models import Disclosure
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, scoped, within


@dataclass(frozen=True, slots=True)
class Employee:
    """A student with what the firm itself entered or agreed to."""

    enrollment: Enrollment
    name: str
    firm: Firm
    program_id: int
    cohort: str
    since: date
    is_paid_for_hours: bool


def list_employees(actor: Actor, action: Action = Action.EMPLOYEE_READ, firm: Firm | None = None) -> list[Employee]:
    """Everybody who works today for a firm and whom the actor may see, by name. One query."""
    statement = (
        known(select(Enrollment, Person.name, Firm, Cohort, EmploymentSpell), EmploymentSpell, None)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .join(EmploymentSpell, EmploymentSpell.enrollment_id == Enrollment.id)
        .join(Firm, Firm.id == EmploymentSpell.firm_id)
        .where(runs_on(EmploymentSpell, policy_day()))
        .order_by(Person.name, Enrollment.id)
    )
    if firm is not None:
        statement = statement.where(EmploymentSpell.firm_id == firm.id)
    rows = session.execute(scoped(statement, actor, action, on=Enrollment))
    return [
        Employee(enrollment, name, employer, cohort.program_id, cohort.name, spell.from_day, spell.pays_release_time)
        for enrollment, name, employer, cohort, spell in rows
    ]


def days_at_firm(people: Iterable[Employee]) -> dict[int, list[EmploymentSpell]]:
    """The stretches in which each of these people worked for the firm in question, by enrollment. One query.

    Only what lies in them is the firm's business: what a student did elsewhere, or before, is not.
    """
    firms = {one.enrollment.id: one.firm.id for one in people}
    rows = [one.enrollment for one in people]
    statement = known(select(EmploymentSpell), EmploymentSpell, None).order_by(EmploymentSpell.from_day)
    found: dict[int, list[EmploymentSpell]] = {number: [] for number in firms}
    for spell in session.scalars(within(statement, rows, on=EmploymentSpell)):
        if spell.firm_id == firms[spell.enrollment_id]:
            found[spell.enrollment_id].append(spell)
    return found


def disclosures_of_firm(firm: Firm, limit: int = 200) -> list[tuple[Disclosure, str, str]]:
    """What people of a firm that was found read of students, or tried to: the row, the reader, the student.

    Newest first. One query.
    """
    reader, student = aliased(Person), aliased(Person)
    statement = (
        select(Disclosure, reader.name, student.name)
        .join(reader, reader.id == Disclosure.recorded_by_id)
        .join(Enrollment, Enrollment.id == Disclosure.enrollment_id)
        .join(student, student.id == Enrollment.person_id)
        .order_by(Disclosure.id.desc())
        .limit(limit)
    )
    return [(row, who, whom) for row, who, whom in session.execute(within(statement, firm, on=Disclosure))]


def find_employee(actor: Actor, public_id: str, action: Action = Action.EMPLOYEE_READ) -> Employee:
    """One of them, by the public id of the enrollment. Raises NotFound. One query."""
    found = [one for one in list_employees(actor, action) if one.enrollment.public_id == public_id]
    if not found:
        raise NotFound()
    return found[0]
