"""Asking that a released score be looked at again, talking about it, and deciding: kept, or changed."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.hub.coursework.models import Activity
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading.models import Release, Score
from lms.hub.grading.models.regrades import RegradeDecision, RegradeMessage, RegradeRequest
from lms.hub.grading.queries import Marking, Written
from lms.hub.grading.queries.regrades import Regrade, has_open
from lms.hub.grading.rules.regrades import check_ask, check_decider, check_still_open, check_words
from lms.hub.grading.services.releases import show
from lms.hub.grading.services.scores import post_score
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import runs_on, stands
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify, notify_many
from lms.people.access import Action, Actor, Relation
from lms.people.commands import command
from lms.people.grants.models import GrantRow
from lms.people.scope import policy_day, within

JUST_DECIDED = N_("Somebody else has just decided this request.")


@command(Action.REGRADE_ASK)
def ask_regrade(
    actor: Actor, enrollment: Enrollment, activity: Activity, attempt: int, text: str, criterion: str = ""
) -> RegradeRequest:
    """A student asks about the score that they see on one attempt; once at a time, within seven days of its release.

    criterion: the code of the rubric's line that it is about, "" for all of it.
    """
    seen = within(
        select(Score, Release)
        .join(Release, Release.score_id == Score.id)
        .where(Score.activity_id == activity.id, Score.attempt == attempt, stands(Release)),
        enrollment,
        on=Score,
    )
    row = session.execute(seen).first()
    score, release = row if row else (None, None)
    is_busy = has_open(enrollment, activity, attempt)
    check_ask(release.recorded_at if release else None, acting_at(), text, has_open=is_busy)
    if criterion and score is not None and criterion not in score.marks:
        raise RuleBroken(N_("This score has no such criterion."), field="criterion")
    before = select(RegradeRequest.number).where(
        RegradeRequest.activity_id == activity.id, RegradeRequest.attempt == attempt
    )
    last = max(session.scalars(within(before, enrollment, on=RegradeRequest)), default=0)
    request = RegradeRequest(
        enrollment_id=enrollment.id,
        activity_id=activity.id,
        attempt=attempt,
        number=last + 1,
        score_id=score.id if score else 0,
        criterion=criterion,
    )
    try:
        with session.begin_nested():
            session.add(request)
    except IntegrityError as error:
        raise Conflict(N_("You have just asked about this work.")) from error
    keep(request, text=text.strip())
    _tell_graders(enrollment, activity, request, score)
    return request


def _tell_graders(enrollment: Enrollment, activity: Activity, request: RegradeRequest, score: Score | None) -> None:
    """Whoever teaches the student's sections today."""
    placed = select(Placement.section_id).where(
        stands(Placement), runs_on(Placement, policy_day()), Placement.section_id.is_not(None)
    )
    sections = session.scalars(within(placed, enrollment, on=Placement)).all()
    held = select(GrantRow.person_id).where(
        GrantRow.relation == Relation.INSTRUCTOR, GrantRow.place_id.in_(sections), runs_on(GrantRow, policy_day())
    )
    values = {"activity": activity.title, "path": f"/instructor/regrades/{request.public_id}"}
    people = sorted(set(session.scalars(held)))
    if people:
        notify_many("regrade-asked", [(person, request.public_id, values) for person in people])


@command(Action.REGRADE_READ)
def write_in_regrade(actor: Actor, enrollment: Enrollment, regrade: Regrade, text: str) -> RegradeMessage:
    """A word in the thread while it is open, by the student or by who teaches them."""
    check_still_open(not regrade.is_open)
    check_words(text)
    row = RegradeMessage(enrollment_id=enrollment.id, regrade_request_id=regrade.request.id)
    session.add(row)
    keep(row, text=text.strip())
    if actor.person_id != regrade.student.id:
        session.flush()
        path = f"/student/grades/{regrade.activity.public_id}"
        notify(regrade.student.id, "regrade-answered", row.public_id, activity=regrade.activity.title, path=path)
    return row


@command(Action.REGRADE_DECIDE)
def keep_score(actor: Actor, enrollment: Enrollment, regrade: Regrade, note: str) -> RegradeDecision:
    """The score stays as it is; the student reads why."""
    check_decider(actor.person_id, regrade.student.id)
    check_still_open(not regrade.is_open)
    check_words(note, "note")
    return _decide(regrade, note, None)


@command(Action.REGRADE_DECIDE)
def change_score(
    actor: Actor, enrollment: Enrollment, regrade: Regrade, marking: Marking, written: Written, token: str, note: str
) -> RegradeDecision:
    """Give other points and show them at once; the student reads why, the old and the new.

    marking: of the attempt that was asked about. Raises RuleBroken for the same points, Conflict for a stale `token`.
    """
    check_decider(actor.person_id, regrade.student.id)
    check_still_open(not regrade.is_open)
    check_words(note, "note")
    score = post_score(actor, enrollment, marking, written, token, note)
    if score.points == regrade.before and dict(score.marks) == dict(marking.score.marks if marking.score else {}):
        raise RuleBroken(N_("These are the same points. Keep the score instead."), field="points")
    shown = session.scalar(within(select(Release.id).where(Release.score_id == score.id), enrollment, on=Release))
    if shown is None:  # the section's plan may have shown it already
        show(score, marking)
    return _decide(regrade, note, score)


def _decide(regrade: Regrade, note: str, score: Score | None) -> RegradeDecision:
    row = RegradeDecision(
        enrollment_id=regrade.request.enrollment_id,
        regrade_request_id=regrade.request.id,
        is_changed=score is not None,
        score_id=score.id if score else None,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(JUST_DECIDED) from error
    keep(row, note=note.strip())
    path = f"/student/grades/{regrade.activity.public_id}"
    key = regrade.request.public_id
    notify(regrade.student.id, "regrade-decided", key, activity=regrade.activity.title, path=path)
    return row
