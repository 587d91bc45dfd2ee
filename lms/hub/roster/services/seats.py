"""The office opens seats for a firm; its sponsor gives them to employees, who then apply.

The firm never learns whether somebody is known here already: such a seat waits for the office.
"""

from collections.abc import Sequence

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.models import Enrollment, Placement, StatusChange
from lms.hub.enrollment.queries import has_enrollment, standing
from lms.hub.enrollment.rules import check_change, latest
from lms.hub.roster.kinds import SeatStep
from lms.hub.roster.models.seats import Seat, SeatContract, SeatEvent, SeatTerms
from lms.hub.roster.queries.seats import contract_of, contract_row, steps_of
from lms.hub.roster.rules.columns import read_email
from lms.hub.roster.rules.seats import Terms, check_free, check_step, check_terms, check_unused, latest_step, taken
from lms.hub.roster.services.invitations import close_links_of, program_name, refuse_hurry, send_links
from lms.kernel.acting import acting_at
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.services import person_by_email
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.grants.services import hold
from lms.people.orgs.models import Firm, Site
from lms.people.scope import policy_day, unscoped, within

NAME_MOST = 200


@command(Action.SEAT_OPEN)
def open_seats(
    actor: Actor, place: Anchor, cohort: Cohort, site: Site | None, firm: Firm, terms: Terms
) -> SeatContract:
    """Seats of `firm` in `cohort`; site None: at whichever. place: that site in that cohort, or the program.

    Raises RuleBroken for seats that are open already, and for bad terms.
    """
    check_terms(terms, 0)
    there = select(SeatContract.id).where(
        SeatContract.firm_id == firm.id,
        SeatContract.cohort_id == cohort.id,
        SeatContract.site_id.is_(None) if site is None else SeatContract.site_id == site.id,
    )
    if session.scalar(unscoped(there, "one contract a firm, cohort and site")):
        raise RuleBroken(
            N_("%(firm)s has seats there already. Change their number instead."), field="firm", firm=firm.name
        )
    contract = SeatContract(firm_id=firm.id, cohort_id=cohort.id, site_id=site.id if site else None)
    session.add(contract)
    session.flush()
    session.add(_terms(contract, terms, None))
    forget_anchors()
    return contract


def _terms(contract: SeatContract, terms: Terms, supersedes_id: int | None) -> SeatTerms:
    return SeatTerms(
        seat_contract_id=contract.id,
        seats=terms.seats,
        from_day=terms.from_day,
        to_day=terms.to_day,
        supersedes_id=supersedes_id,
    )


@command(Action.SEAT_OPEN)
def set_terms(actor: Actor, contract: SeatContract, terms: Terms) -> SeatTerms:
    """Another number of seats, or other days; never fewer than are given."""
    _lock(contract)
    check_terms(terms, taken(latest_step(steps) for steps in steps_of(contract).values()))
    before = session.scalars(within(select(SeatTerms).where(stands(SeatTerms)), contract)).one()
    row = _terms(contract, terms, before.id)
    session.add(row)
    return row


def _lock(contract: SeatContract) -> None:
    """One who gives seats of a contract at a time, so that none is given twice."""
    statement = select(SeatContract.id).where(SeatContract.id == contract.id).with_for_update()
    session.execute(unscoped(statement, "one at a time"))


@command(Action.SEAT_ASSIGN)
def nominate(actor: Actor, contract: SeatContract, name: str, email: str, site: Site | None = None) -> Seat:
    """Give a seat to an employee, who gets a letter and applies. site: needed where the contract names none.

    Raises RuleBroken where no seat is free, for a bad name or address, and for who has a seat of this contract.
    """
    name, email = clean_who(name, email)
    _lock(contract)
    held = contract_of(contract)
    check_free(held.terms, [latest_step(steps) for steps in steps_of(contract).values()], today(held.cohort.zone))
    _refuse_second(contract, email)
    section = _section(held.cohort, held.site or site)
    person = person_by_email(email) or _new_person(name, email, held.cohort)
    enrollment = None if has_enrollment(person, held.cohort.id) else apply_for(person, section)
    seat = Seat(
        seat_contract_id=contract.id,
        person_id=person.id,
        enrollment_id=enrollment.id if enrollment else None,
        name=name,
        email=email,
        created_at=acting_at(),
    )
    session.add(seat)
    session.flush()
    note_step(seat, SeatStep.NOMINATED)
    send_links([person], "apply", {"program": program_name(held.cohort.program_id), "who": held.firm.name})
    return seat


def clean_who(name: str, email: str) -> tuple[str, str]:
    """Name and address as they are stored. Raises RuleBroken, both faults at once."""
    faults = []
    name = " ".join(name.split())
    if not name or len(name) > NAME_MOST:
        faults.append(RuleBroken(N_("Enter the name."), field="name"))
    try:
        email = read_email(email.strip())
    except RuleBroken:
        faults.append(RuleBroken(N_("Write the e-mail address like name@example.org."), field="email"))
    if faults:
        first, *others = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(others))
    return name, email


def _refuse_second(contract: SeatContract, email: str) -> None:
    steps = steps_of(contract)
    for seat in session.scalars(within(select(Seat).where(Seat.email == email), contract)):
        if taken([latest_step(steps.get(seat.id, []))]):
            raise RuleBroken(N_("%(name)s has one of your seats already."), field="email", name=seat.name)


def _section(cohort: Cohort, site: Site | None) -> Section:
    """Where an applicant is put at first: the site's first section by name. The office can move them."""
    if site is None:
        raise RuleBroken(N_("Choose the site."), field="site")
    here = select(Section).where(Section.cohort_id == cohort.id, Section.site_id == site.id).order_by(Section.name)
    section = session.scalars(unscoped(here.limit(1), "where an applicant is put at first")).first()
    if section is None:
        raise RuleBroken(N_("This cohort is not taught there. Choose another site."), field="site")
    return section


def _new_person(name: str, email: str, cohort: Cohort) -> Person:
    """A row to hang the application from; nobody can sign in with it before they choose a password."""
    person = Person(name=name, email=email, zone=cohort.zone)
    session.add(person)
    session.flush()
    return person


def apply_for(person: Person, section: Section) -> Enrollment:
    """The enrollment of an applicant: applied, in that section for now."""
    day = today(session.scalars(unscoped(select(Cohort.zone).where(Cohort.id == section.cohort_id), "its zone")).one())
    enrollment = Enrollment(person_id=person.id, cohort_id=section.cohort_id)
    session.add(enrollment)
    session.flush()
    of = {"enrollment_id": enrollment.id}
    session.add(StatusChange(**of, status=Status.APPLIED, effective_on=day, reason=StatusReason.START))
    session.add(Placement(**of, site_id=section.site_id, section_id=section.id, from_day=day))
    hold(person.id, Relation.STUDENT, enrollment.id, day, None)
    forget_anchors()
    return enrollment


def note_step(seat: Seat, step: SeatStep, reason: str = "") -> SeatEvent:
    """What became of a seat."""
    event = SeatEvent(seat_contract_id=seat.seat_contract_id, seat_id=seat.id, step=step)
    session.add(event)
    keep(event, reason=reason.strip())
    return event


@command(Action.SEAT_ASSIGN)
def revoke_seat(actor: Actor, seat: Seat, reason: str = "") -> SeatEvent:
    """Take back a seat that nobody uses yet; the application ends with it. Raises RuleBroken for one in use."""
    contract = contract_row(seat)
    _lock(contract)
    check_step(latest_step(steps_of(contract).get(seat.id, [])), SeatStep.REVOKED)
    enrollment = _enrollment(seat)
    if enrollment is not None:
        changes = standing(StatusChange, enrollment)
        check_unused(latest(changes))
        if latest(changes) is not Status.WITHDRAWN:
            _withdraw(enrollment, changes)
    close_links_of("apply", [seat.person_id])
    return note_step(seat, SeatStep.REVOKED, reason)


def _enrollment(seat: Seat) -> Enrollment | None:
    statement = select(Enrollment).where(Enrollment.id == seat.enrollment_id)
    return session.scalar(unscoped(statement, "the enrollment of a seat found in scope"))


def _withdraw(enrollment: Enrollment, changes: Sequence[StatusChange]) -> None:
    day = max([policy_day(), *(change.effective_on for change in changes)])
    note = N_("The firm took the seat back.")
    check_change(changes, Status.WITHDRAWN, day, StatusReason.OTHER, note)
    change = StatusChange(
        enrollment_id=enrollment.id, status=Status.WITHDRAWN, effective_on=day, reason=StatusReason.OTHER
    )
    session.add(change)
    keep(change, note=note)
    forget_anchors()


@command(Action.SEAT_ASSIGN)
def reassign_seat(actor: Actor, seat: Seat, name: str, email: str, site: Site | None = None) -> Seat:
    """Give a seat that nobody uses yet to somebody else."""
    revoke_seat(actor, seat, "")
    return nominate(actor, contract_row(seat), name, email, site)


@command(Action.SEAT_ASSIGN)
def send_seat_again(actor: Actor, seat: Seat) -> Seat:
    """A new letter; the old link dies. Raises RuleBroken for a seat that is settled, and within a minute."""
    contract = contract_row(seat)
    if latest_step(steps_of(contract).get(seat.id, [])) is not SeatStep.NOMINATED:
        raise RuleBroken(N_("This seat was settled meanwhile. Reload the page."))
    person = session.scalars(unscoped(select(Person).where(Person.id == seat.person_id), "whose seat it is")).one()
    refuse_hurry(person, "apply")
    held = contract_of(contract)
    send_links([person], "apply", {"program": program_name(held.cohort.program_id), "who": held.firm.name})
    return seat


@command(Action.SEAT_CONFIRM)
def settle_seat(actor: Actor, seat: Seat, *, takes: bool, reason: str = "") -> SeatEvent:
    """Say whether somebody who is in the cohort already takes the firm's seat; then it is their enrollment's."""
    contract = contract_row(seat)
    _lock(contract)
    if seat.enrollment_id is not None:
        raise RuleBroken(N_("This person has applied. Decide on the application; the seat follows."))
    step = SeatStep.CONFIRMED if takes else SeatStep.DECLINED
    check_step(latest_step(steps_of(contract).get(seat.id, [])), step)
    if takes:
        own = select(Enrollment.id).where(
            Enrollment.person_id == seat.person_id, Enrollment.cohort_id == contract.cohort_id
        )
        seat.enrollment_id = session.scalars(unscoped(own, "the enrollment that takes a seat")).one()
    elif not reason.strip():
        raise RuleBroken(N_("Say why, in words that the firm may read."), field="reason")
    return note_step(seat, step, reason)


@command(Action.ENROLLMENT_APPLY)
def invite_applicant(actor: Actor, section: Section, name: str, email: str) -> Enrollment:
    """Ask somebody without a firm's seat to apply. Raises RuleBroken for who is in the cohort already."""
    name, email = clean_who(name, email)
    cohort = session.scalars(unscoped(select(Cohort).where(Cohort.id == section.cohort_id), "its cohort")).one()
    person = person_by_email(email) or _new_person(name, email, cohort)
    if has_enrollment(person, cohort.id):
        raise RuleBroken(N_("%(name)s is in this cohort already."), field="email", name=name)
    enrollment = apply_for(person, section)
    who = session.scalars(unscoped(select(Site.name).where(Site.id == section.site_id), "its site")).one()
    send_links([person], "apply", {"program": program_name(cohort.program_id), "who": who})
    return enrollment
