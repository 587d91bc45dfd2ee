"""Who acts for a firm, and what waits for the program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.roster.kinds import AppointmentState
from lms.hub.roster.models.seats import Appointment
from lms.hub.roster.queries.invitations import Delivery, deliveries
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, scoped, unscoped, within

WHY = "of a firm that was found in scope"
IN_FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER)


@dataclass(frozen=True, slots=True)
class FirmPerson:
    """Somebody and what they do for a firm. employee: for a supervisor, whose hours they sign.

    appointment: None where the program appointed them by itself, so that the firm cannot end it.
    """

    person: Person
    relation: Relation
    since: date | None
    appointment: Appointment | None
    delivery: Delivery
    employee: str = ""


def people_of(firm: Firm) -> list[FirmPerson]:
    """Everybody who acts for a firm now or waits for the program, by name. Seven queries."""
    day = policy_day()
    employees = _employees(firm)
    appointments = session.scalars(within(select(Appointment).order_by(Appointment.id), firm)).all()
    by_grant = {row.grant_id: row for row in appointments if row.grant_id}
    over_firm = (GrantRow.relation.in_(IN_FIRM)) & (GrantRow.place_id == firm.id)
    over_spell = (GrantRow.relation == Relation.SUPERVISOR) & (GrantRow.place_id.in_(list(employees)))
    grants = session.scalars(select(GrantRow).where(over_firm | over_spell, runs_on(GrantRow, day))).all()
    waiting = [row for row in appointments if row.state is AppointmentState.ASKED]
    numbers = {grant.person_id for grant in grants} | {row.person_id for row in waiting}
    people = {row.id: row for row in session.scalars(unscoped(select(Person).where(Person.id.in_(numbers)), WHY))}
    sent = deliveries(people.values())
    lines = [
        FirmPerson(
            people[grant.person_id],
            grant.relation,
            grant.from_day,
            by_grant.get(grant.id),
            sent[grant.person_id],
            employees.get(grant.place_id, "") if grant.relation is Relation.SUPERVISOR else "",
        )
        for grant in grants
    ]
    lines += [FirmPerson(people[row.person_id], row.relation, None, row, sent[row.person_id]) for row in waiting]
    return sorted(lines, key=lambda one: (one.person.name, one.relation, one.employee))


def _employees(firm: Firm) -> dict[int, str]:
    """The names of those whom the firm employs now, by the employment's row number. One query."""
    statement = (
        select(EmploymentSpell.id, Person.name)
        .join(Enrollment, Enrollment.id == EmploymentSpell.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(EmploymentSpell.firm_id == firm.id, stands(EmploymentSpell), runs_on(EmploymentSpell, policy_day()))
    )
    return dict(session.execute(unscoped(statement, WHY)).all())


def employments_of(firm: Firm) -> list[tuple[EmploymentSpell, str]]:
    """Whom the firm employs now, by name: for whose hours a supervisor can be named. One query."""
    statement = (
        select(EmploymentSpell, Person.name)
        .join(Enrollment, Enrollment.id == EmploymentSpell.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(EmploymentSpell.firm_id == firm.id, stands(EmploymentSpell), runs_on(EmploymentSpell, policy_day()))
        .order_by(Person.name, EmploymentSpell.id)
    )
    return [(row[0], row[1]) for row in session.execute(unscoped(statement, WHY))]


def find_appointment(actor: Actor, public_id: str, action: Action) -> Appointment:
    """One appointment. Raises NotFound."""
    found = session.scalar(scoped(select(Appointment).where(Appointment.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """An appointment as the program decides on it. asked_by: a name."""

    row: Appointment
    person: Person
    firm: Firm
    asked_by: str


def appointments_waiting(actor: Actor) -> list[Waiting]:
    """What waits for the program, the oldest first. Three queries."""
    statement = select(Appointment).where(Appointment.state == AppointmentState.ASKED).order_by(Appointment.id)
    rows: Sequence[Appointment] = session.scalars(scoped(statement, actor, Action.GRANT_READ)).all()
    numbers = {number for row in rows for number in (row.person_id, row.asked_by_id) if number}
    people = {row.id: row for row in session.scalars(unscoped(select(Person).where(Person.id.in_(numbers)), WHY))}
    firms_named = select(Firm).where(Firm.id.in_({row.firm_id for row in rows}))
    firms = {row.id: row for row in session.scalars(unscoped(firms_named, WHY))}
    return [
        Waiting(
            row,
            people[row.person_id],
            firms[row.firm_id],
            people[row.asked_by_id].name if row.asked_by_id else "",
        )
        for row in rows
    ]
