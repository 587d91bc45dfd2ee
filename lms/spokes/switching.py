"""After a spoke was given: a student asks for another one within the weeks of change, and the coordinator answers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.catalog.policy import Policy
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import week_number
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, placement_on, standing, status_of
from lms.hub.enrollment.rules import STUDYING
from lms.hub.enrollment.versions import version_of
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of, keep
from lms.kernel.text import N_, Sentence, say
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.scope import scoped, within
from lms.spokes.models import SpokeChoice, SpokeDecision, SpokeSwitch, SwitchAnswer
from lms.spokes.queries import choices_of, planned_spoke, seats_at
from lms.spokes.rules import MAX_REASON, Decision, Window, check_decline
from lms.spokes.services import give_spoke


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history of a student's spoke."""

    at: datetime
    what: Sentence
    words: str


def change_window(enrollment: Enrollment, cohort: Cohort) -> Window:
    """The cohort weeks in which a student who has a spoke may ask for another. Two queries."""
    number = version_of(enrollment)
    stored = session.scalars(select(ProgramVersion.policy).where(ProgramVersion.id == number)).one()
    policy = Policy.of(stored)
    return Window(policy.spoke_first_week, policy.spoke_last_week + policy.spoke_change_weeks)


def open_switch(enrollment: Enrollment) -> SpokeSwitch | None:
    """The request that waits for an answer. Two queries."""
    answered = {answer.switch_id for answer in standing(SwitchAnswer, enrollment)}
    rows = [row for row in standing(SpokeSwitch, enrollment) if not row.is_withdrawn and row.id not in answered]
    return rows[-1] if rows else None


@command(Action.SPOKE_CHOOSE)
def ask_switch(actor: Actor, enrollment: Enrollment, course: Course, reason: str) -> SpokeSwitch:
    """Ask for another spoke than the one that was given. Raises RuleBroken outside the weeks of change."""
    cohort = cohort_of(enrollment)
    day = today(cohort.zone)
    window = change_window(enrollment, cohort)
    current = planned_spoke(enrollment)
    if current is None or status_of(enrollment, day) not in STUDYING:
        raise RuleBroken(N_("You have no spoke yet. Rank the spokes instead."))
    if not window.is_open(week_number(day, cohort.week_one_monday)):
        raise RuleBroken(
            N_("A spoke can be changed up to week %(week)s. Talk with your coordinator."), week=window.last_week
        )
    if open_switch(enrollment):
        raise RuleBroken(N_("You have asked already. Take that back first."))
    place = placement_on(enrollment, day)
    offered = {seat.course.id for seat in seats_at(cohort, place.site_id, day)} if place else set()
    if course.id == current.course_id or course.id not in offered:
        raise RuleBroken(N_("Choose another spoke that is offered at your site."), field="spoke")
    if not reason.strip() or len(reason) > MAX_REASON:
        raise RuleBroken(N_("Say why, in up to %(limit)s characters."), field="reason", limit=MAX_REASON)
    row = SpokeSwitch(enrollment_id=enrollment.id, course_id=course.id)
    session.add(row)
    keep(row, reason=reason.strip())
    return row


@command(Action.SPOKE_CHOOSE)
def withdraw_switch(actor: Actor, enrollment: Enrollment) -> SpokeSwitch:
    """Take the request back that waits. Raises NotFound if none does."""
    waits = open_switch(enrollment)
    if waits is None:
        raise NotFound()
    row = SpokeSwitch(enrollment_id=enrollment.id, course_id=waits.course_id, is_withdrawn=True, supersedes_id=waits.id)
    session.add(row)
    session.flush()
    return row


@command(Action.SPOKE_DECIDE)
def answer_switch(
    actor: Actor, enrollment: Enrollment, switch: SpokeSwitch, is_granted: bool, reason: str = ""
) -> SwitchAnswer:
    """Give the other spoke, a seat permitting, or say why not. Raises RuleBroken."""
    waits = open_switch(enrollment)
    if waits is None or waits.id != switch.id:
        raise RuleBroken(N_("This request was answered or taken back meanwhile. Reload the page."))
    if is_granted:
        cohort = cohort_of(enrollment)
        choice = choices_of(cohort, enrollment)[enrollment.id].fact
        course = session.scalars(select(Course).where(Course.id == switch.course_id)).one()
        give_spoke(actor, enrollment, choice, course)
    else:
        check_decline(reason)
    row = SwitchAnswer(enrollment_id=enrollment.id, switch_id=switch.id, is_granted=is_granted)
    session.add(row)
    keep(row, reason=reason.strip())
    notify(enrollment.person_id, "spoke-switch-decided", row.public_id)
    return row


def switches_waiting(actor: Actor) -> list[tuple[SpokeSwitch, Enrollment, str, Course, str]]:
    """Requests that wait for `actor`: with the student, the spoke that is wanted, and why. Two queries."""
    answered = select(SwitchAnswer.id).where(SwitchAnswer.switch_id == SpokeSwitch.id)
    statement = (
        select(SpokeSwitch, Enrollment, Person.name, Course)
        .join(Enrollment, Enrollment.id == SpokeSwitch.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Course, Course.id == SpokeSwitch.course_id)
        .where(stands(SpokeSwitch), ~SpokeSwitch.is_withdrawn, ~answered.exists())
        .order_by(SpokeSwitch.id)
    )
    rows = session.execute(scoped(statement, actor, Action.SPOKE_DECIDE, on=SpokeSwitch)).all()
    words = all_prose_of([row[0] for row in rows])
    return [(s, e, name, course, words[s.public_id].get("reason", "")) for s, e, name, course in rows]


def history_of(enrollment: Enrollment, names: dict[int, str]) -> list[Event]:
    """Everything that happened about a student's spoke, the oldest first. names: of the spokes. Five queries."""
    rows = [
        *session.scalars(within(select(SpokeChoice), enrollment)),
        *session.scalars(within(select(SpokeDecision), enrollment)),
        *session.scalars(within(select(SpokeSwitch), enrollment)),
        *session.scalars(within(select(SwitchAnswer), enrollment)),
    ]
    words = all_prose_of(rows)
    found = [Event(row.recorded_at, _told(row, names), words[row.public_id].get("reason", "")) for row in rows]
    return sorted(found, key=lambda event: event.at)


def _told(row: SpokeChoice | SpokeDecision | SpokeSwitch | SwitchAnswer, names: dict[int, str]) -> Sentence:
    if isinstance(row, SpokeChoice):
        ranked = ", ".join(names.get(number, "?") for number in row.ranking)
        return say(N_("Ranked: %(ranked)s"), ranked=ranked)
    if isinstance(row, SpokeDecision):
        if row.decision is Decision.DECLINED:
            return say(N_("Asked to choose again"))
        return say(N_("Given: %(name)s"), name=names.get(row.course_id or 0, "?"))
    if isinstance(row, SpokeSwitch):
        message = N_("Request taken back: %(name)s") if row.is_withdrawn else N_("Asked to change to %(name)s")
        return say(message, name=names.get(row.course_id, "?"))
    return say(N_("The change was granted")) if row.is_granted else say(N_("The change was declined"))
