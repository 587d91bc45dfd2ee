"""A firm's sponsor names its finance people, supervisors and viewers; the program confirms who handles money."""

from datetime import timedelta

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.roster.kinds import AppointmentState
from lms.hub.roster.models.seats import Appointment, SeatContract
from lms.hub.roster.rules.appointments import AT_ONCE, check_asked, check_decides, check_ends
from lms.hub.roster.services.invitations import program_name, send_links
from lms.hub.roster.services.seats import clean_who
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.services import person_by_email
from lms.people.anchors import anchor_of, forget_anchors
from lms.people.commands import command
from lms.people.grants.models import GrantRow
from lms.people.grants.services import hold
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, unscoped


@command(Action.FIRM_PEOPLE)
def ask_appointment(
    actor: Actor, firm: Firm, relation: Relation, name: str, email: str, spell: EmploymentSpell | None = None
) -> Appointment:
    """Name somebody to act for one's firm; spell: for a supervisor, the employment whose hours they sign.

    Viewers and supervisors act at once, finance and sponsors once the program agreed. Raises RuleBroken.
    """
    return _ask(actor, firm, relation, name, email, spell)


@command(Action.SEAT_OPEN)
def name_sponsor(actor: Actor, contract: SeatContract, name: str, email: str) -> Appointment:
    """The office names who is to give a firm's seats; the program confirms it. Raises RuleBroken."""
    return _ask(actor, contract, Relation.SPONSOR, name, email, None)


def _ask(
    actor: Actor, place: Firm | SeatContract, relation: Relation, name: str, email: str, spell: EmploymentSpell | None
) -> Appointment:
    name, email = clean_who(name, email)
    firm_id, program_id = _firm_and_program(place)
    person = person_by_email(email)
    check_asked(relation, spell is not None, is_self=person is not None and person.id == actor.person_id)
    if person is None:
        person = Person(name=name, email=email)
        session.add(person)
        session.flush()
    _refuse_second(person, firm_id, relation, spell)
    row = Appointment(
        firm_id=firm_id,
        program_id=program_id,
        person_id=person.id,
        relation=relation,
        spell_id=spell.id if spell else None,
        state=AppointmentState.ASKED,
        asked_at=acting_at(),
        asked_by_id=acting_person_id(),
    )
    session.add(row)
    session.flush()
    if relation in AT_ONCE:
        _let_act(row, person)
    return row


def _firm_and_program(place: Firm | SeatContract) -> tuple[int, int]:
    if isinstance(place, SeatContract):
        program = select(Cohort.program_id).where(Cohort.id == place.cohort_id)
        return place.firm_id, session.scalars(unscoped(program, "the program of seats found in scope")).one()
    programs = set(anchor_of(place).programs)
    of_seats = select(Cohort.program_id).join(SeatContract, SeatContract.cohort_id == Cohort.id)
    of_seats = of_seats.where(SeatContract.firm_id == place.id)
    programs |= set(session.scalars(unscoped(of_seats, "the programs where a firm has seats")))
    if not programs:
        raise RuleBroken(N_("This firm takes part in no program yet. Ask the program to open seats for it."))
    return place.id, min(programs)


def _refuse_second(person: Person, firm_id: int, relation: Relation, spell: EmploymentSpell | None) -> None:
    same = select(Appointment.id).where(
        Appointment.person_id == person.id,
        Appointment.firm_id == firm_id,
        Appointment.relation == relation,
        Appointment.spell_id == spell.id if spell else Appointment.spell_id.is_(None),
        Appointment.state.in_((AppointmentState.ASKED, AppointmentState.CONFIRMED)),
    )
    place_id = spell.id if spell else firm_id
    held = select(GrantRow.id).where(
        GrantRow.person_id == person.id,
        GrantRow.relation == relation,
        GrantRow.place_id == place_id,
        GrantRow.to_day.is_(None),
    )
    if session.scalar(unscoped(same.limit(1), "once a person, firm and task")) or session.scalar(held.limit(1)):
        raise RuleBroken(N_("This person does that for the firm already, or waits for the program."), field="email")


def _let_act(row: Appointment, person: Person) -> None:
    if row.spell_id is not None:
        row.spell_id = _signed_by(row.spell_id, person)
    grant = hold(person.id, row.relation, row.spell_id or row.firm_id, policy_day(), None)
    row.grant_id, row.state = grant.id, AppointmentState.CONFIRMED
    row.decided_at, row.decided_by_id = acting_at(), acting_person_id()
    if person.password_hash is None:
        send_links([person], "invite", {"program": program_name(row.program_id)})


def _signed_by(spell_id: int, person: Person) -> int:
    """The employment that `person` is to sign for. Where nobody signed so far, capstone hours go to them now."""
    statement = select(EmploymentSpell).where(EmploymentSpell.id == spell_id)
    spell = session.scalars(unscoped(statement, "an employment found in scope")).one()
    if spell.supervisor_id is not None:
        return spell_id
    named = EmploymentSpell(
        enrollment_id=spell.enrollment_id,
        firm_id=spell.firm_id,
        supervisor_id=person.id,
        shift=spell.shift,
        pays_release_time=spell.pays_release_time,
        from_day=spell.from_day,
        to_day=spell.to_day,
        supersedes_id=spell.id,
    )
    session.add(named)
    session.flush()
    forget_anchors()
    return named.id


@command(Action.GRANT_APPOINT)
def decide_appointment(actor: Actor, row: Appointment, *, agrees: bool) -> Appointment:
    """The program agrees, and the person acts from now on; or it does not. Raises RuleBroken for what does not wait."""
    check_decides(row.state)
    if agrees:
        person = session.scalars(unscoped(select(Person).where(Person.id == row.person_id), "who is appointed")).one()
        _let_act(row, person)
    else:
        row.state, row.decided_at, row.decided_by_id = AppointmentState.DECLINED, acting_at(), acting_person_id()
    return row


@command(Action.FIRM_PEOPLE)
def end_appointment(actor: Actor, row: Appointment) -> Appointment:
    """From now on this person does that no more; or the firm does not ask any more."""
    check_ends(row.state)
    if row.grant_id is not None:
        grant = session.get(GrantRow, row.grant_id)
        if grant is None:
            raise NotFound()
        grant.to_day = policy_day() - timedelta(days=1)
    row.state = AppointmentState.ENDED
    return row
