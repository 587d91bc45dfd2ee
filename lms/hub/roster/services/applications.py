"""Somebody applies, the employer endorses, the office decides, the applicant takes the place; skills at entry."""

from collections.abc import Mapping

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Shift, Status, StatusReason
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, StatusChange
from lms.hub.enrollment.queries import cohort_of, standing
from lms.hub.enrollment.rules import at_or_none, check_change, latest
from lms.hub.enrollment.services import change_status, employ
from lms.hub.roster.kinds import Decision, DeclineReason, Occasion, Rater, SeatStep, Skill, SkillLevel
from lms.hub.roster.models.applications import Application, ApplicationDecision, Endorsement, SkillRating
from lms.hub.roster.models.seats import Seat
from lms.hub.roster.queries.seats import contract_of, contract_row, steps_of
from lms.hub.roster.rules.applications import Form, check_decision, check_form, check_skills
from lms.hub.roster.rules.seats import latest_step
from lms.hub.roster.services.bulk import add_all
from lms.hub.roster.services.invitations import program_name, send_links
from lms.hub.roster.services.seats import note_step
from lms.hub.roster.services.writing import plan_shared_courses
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.anchors import forget_anchors
from lms.people.commands import command
from lms.people.scope import unscoped

WORDS_MOST = 2000


@command(Action.APPLICATION_WRITE)
def send_application(actor: Actor, enrollment: Enrollment, form: Form) -> Application:
    """Apply, or apply anew until it is decided; what was sent before is superseded. Raises RuleBroken."""
    check_form(form, latest(standing(StatusChange, enrollment)))
    before = standing(Application, enrollment)
    row = Application(
        enrollment_id=enrollment.id,
        floor_months=form.floor_months,
        supersedes_id=before[-1].id if before else None,
    )
    session.add(row)
    keep(row, job=form.job.strip(), motivation=form.motivation.strip())
    rate_skills(enrollment, Rater.STUDENT, Occasion.ENTRY, form.skills)
    return row


def rate_skills(enrollment: Enrollment, rater: Rater, occasion: Occasion, levels: Mapping[Skill, SkillLevel]) -> None:
    """How one rater sees the skills; only what differs from before is written. For commands of any slice."""
    before = {
        row.skill: row for row in standing(SkillRating, enrollment) if row.rater is rater and row.occasion is occasion
    }
    add_all(
        SkillRating,
        [
            {
                "enrollment_id": enrollment.id,
                "rater": rater,
                "occasion": occasion,
                "skill": skill,
                "level": level,
                "supersedes_id": before[skill].id if skill in before else None,
            }
            for skill, level in levels.items()
            if skill not in before or before[skill].level != level
        ],
    )


@command(Action.APPLICATION_ENDORSE)
def endorse(
    actor: Actor,
    seat: Seat,
    *,
    is_endorsed: bool,
    gives_time: bool,
    words: str = "",
    skills: Mapping[Skill, SkillLevel] | None = None,
) -> Endorsement:
    """The employer's word on an applicant of one of its seats, and how it sees their skills.

    gives_time: the firm gives paid time for learning. Raises RuleBroken for a seat that the office looks at first.
    """
    contract = contract_row(seat)
    step = latest_step(steps_of(contract).get(seat.id, []))
    enrollment = session.scalar(unscoped(select(Enrollment).where(Enrollment.id == seat.enrollment_id), "of this seat"))
    if enrollment is None or step is not SeatStep.NOMINATED:
        raise RuleBroken(N_("This seat waits for the program, or was settled. There is nothing to endorse now."))
    if len(words) > WORDS_MOST:
        raise RuleBroken(N_("Keep it under %(most)s characters."), field="words", most=WORDS_MOST)
    if skills is not None:
        check_skills(skills)
        rate_skills(enrollment, Rater.EMPLOYER, Occasion.ENTRY, skills)
    before = standing(Endorsement, enrollment)
    row = Endorsement(
        enrollment_id=enrollment.id,
        firm_id=contract.firm_id,
        is_endorsed=is_endorsed,
        gives_time=gives_time,
        supersedes_id=before[-1].id if before else None,
    )
    session.add(row)
    keep(row, words=words.strip())
    return row


@command(Action.APPLICATION_DECIDE)
def decide(
    actor: Actor,
    enrollment: Enrollment,
    decision: Decision,
    reason: DeclineReason | None = None,
    note: str = "",
    shift: Shift = Shift.DAY,
) -> ApplicationDecision:
    """Offer the place, put on the waitlist, or decline with a reason that the applicant reads.

    An offer confirms the firm's seat and records the employment there, on `shift`; declining frees the seat. The
    applicant gets a letter, but for the waitlist twice. Raises RuleBroken.
    """
    status = latest(standing(StatusChange, enrollment))
    before = standing(ApplicationDecision, enrollment)
    check_decision(status, before[-1].decision if before else None, decision, reason, note)
    row = ApplicationDecision(
        enrollment_id=enrollment.id,
        decision=decision,
        reason=reason if decision is Decision.DECLINED else None,
        supersedes_id=before[-1].id if before else None,
    )
    session.add(row)
    keep(row, note=note.strip())
    day = today(cohort_of(enrollment).zone)
    if decision is Decision.OFFERED:
        change_status(actor, enrollment, Status.OFFERED, day, StatusReason.START)
        _take_seat(actor, enrollment, shift)
    elif decision is Decision.DECLINED:
        change_status(actor, enrollment, Status.WITHDRAWN, day, StatusReason.OTHER, note or f"declined: {reason}")
        _free_seat(enrollment, note)
    _tell(enrollment)
    return row


def _live_seat(enrollment: Enrollment) -> Seat | None:
    """The seat that this applicant was given and that waits."""
    statement = select(Seat).where(Seat.enrollment_id == enrollment.id).order_by(Seat.id.desc())
    for seat in session.scalars(unscoped(statement, "the seats of an enrollment found in scope")):
        step = latest_step(steps_of(contract_row(seat)).get(seat.id, []))
        if step in (SeatStep.NOMINATED, SeatStep.CONFIRMED):
            return seat
    return None


def _take_seat(actor: Actor, enrollment: Enrollment, shift: Shift) -> None:
    seat = _live_seat(enrollment)
    if seat is None:
        return
    held = contract_of(contract_row(seat))
    day = today(held.cohort.zone)
    spell = at_or_none(standing(EmploymentSpell, enrollment), day)
    if spell is None or spell.firm_id != held.firm.id:
        given = standing(Endorsement, enrollment)
        employ(actor, enrollment, held.firm, shift, day, pays_release_time=bool(given and given[-1].gives_time))
    note_step(seat, SeatStep.CONFIRMED)


def _free_seat(enrollment: Enrollment, note: str) -> None:
    seat = _live_seat(enrollment)
    if seat is not None:
        note_step(seat, SeatStep.DECLINED, note)


def _tell(enrollment: Enrollment) -> None:
    person = _person_of(enrollment)
    program = program_name(cohort_of(enrollment).program_id)
    send_links([person], "apply", {"program": program}, letter="application-decided")


def _person_of(enrollment: Enrollment) -> Person:
    statement = select(Person).where(Person.id == enrollment.person_id)
    return session.scalars(unscoped(statement, "the applicant of an enrollment found in scope")).one()


@command(Action.APPLICATION_WRITE)
def accept_offer(actor: Actor, enrollment: Enrollment) -> StatusChange:
    """Take the place that was offered: enrolled, with the hub's courses planned, and a link to choose a password."""
    changes = standing(StatusChange, enrollment)
    if latest(changes) is not Status.OFFERED:
        raise RuleBroken(N_("No place is offered to you at the moment."))
    cohort: Cohort = cohort_of(enrollment)
    day = max([today(cohort.zone), *(change.effective_on for change in changes)])
    check_change(changes, Status.ENROLLED, day, StatusReason.START)
    row = StatusChange(enrollment_id=enrollment.id, status=Status.ENROLLED, effective_on=day, reason=StatusReason.START)
    session.add(row)
    session.flush()
    plan_shared_courses(cohort, [enrollment.id])
    forget_anchors()
    person = _person_of(enrollment)
    if person.password_hash is None:
        send_links([person], "invite", {"program": program_name(cohort.program_id)})
    return row
