"""Giving points: once, again with a reason, or taking the activity out of a student's grade."""

from dataclasses import replace

from sqlalchemy import select

from lms.hub.enrollment.models import Enrollment
from lms.hub.grading import rules
from lms.hub.grading.models import DraftScore, Score
from lms.hub.grading.queries import Marking, Written, written_in_draft, written_in_score
from lms.hub.grading.rules import ScoreKind
from lms.hub.grading.rules.marking import check_marks_first, check_not_blind
from lms.hub.grading.rules.releases import shows_itself
from lms.hub.grading.services.chains import chain_name
from lms.hub.grading.services.releases import show
from lms.kernel import chain
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.once import add_once
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within

MAX_COMMENT_CHARACTERS = 10_000


SAVED_MEANWHILE = N_("Somebody else has saved this attempt since you opened it. Both versions are below.")


def conflict_on(marking: Marking, written: Written) -> Conflict:
    """The conflict of `written` with what now stands."""
    return Conflict(SAVED_MEANWHILE, yours=written, theirs=latest(marking))


def latest(marking: Marking) -> Written:
    """What others have written on this attempt by now: the newest draft, or the score that came after it.

    Nothing where the reader gives the second mark: a conflict is no way to the first.
    """
    of = {"activity_id": marking.activity.id, "attempt": marking.attempt}
    fresh = {"populate_existing": True}
    newest = within(select(Score).filter_by(**of).where(stands(Score)), marking.enrollment, on=Score)
    score = session.scalar(newest.execution_options(**fresh))
    drafted = within(select(DraftScore).filter_by(**of), marking.enrollment, on=DraftScore)
    draft = session.scalar(drafted.execution_options(**fresh))
    if _is_kept_from(marking, score, draft):
        return Written()
    if draft is not None and draft.base_number == (score.number if score else 0):
        return written_in_draft(draft)
    return Written() if score is None or score.kind is ScoreKind.TAKEN_BACK else written_in_score(score)


def _is_kept_from(marking: Marking, score: Score | None, draft: DraftScore | None) -> bool:
    """Whether what stands by now is another's first mark of two."""
    now = replace(marking, last=score, draft=draft)
    return now.is_blind or now.hides_draft


def check_words(written: Written) -> None:
    if any(len(text) > MAX_COMMENT_CHARACTERS for text in written.comments.values()):
        message = N_("A comment has at most %(limit)s characters.")
        raise RuleBroken(message, field="comment", limit=MAX_COMMENT_CHARACTERS)


@command(Action.SCORE_WRITE)
def post_score(
    actor: Actor, enrollment: Enrollment, marking: Marking, written: Written, token: str, reason: str = ""
) -> Score:
    """Give the points of one attempt. The student sees them when they are released, by the section's plan or by hand.

    token: as for `save_draft_score`. reason: needed where the student has already seen a score of this attempt.
    Raises RuleBroken, NotAllowed on one's own work, and Conflict with both versions.
    """
    check_words(written)
    check_marks_first(marking.stage(actor.person_id))
    if token != marking.token:
        raise conflict_on(marking, written)
    rules.check_change(reason, was_released=marking.release is not None)
    rules.check_late_override(written.late_seconds, written.late_reason)
    if marking.criteria:
        points = rules.points_from_marks(marking.criteria, written.marks)
    else:
        points = rules.check_points(written.points, marking.activity.points)
    rules.check_mode(points, marking.activity.points, marking.activity.grading_mode)
    score = append_score(actor, marking, written, ScoreKind.POINTS, points, reason)
    if shows_itself(marking.plan, acting_at()) and not (marking.rule and marking.rule.is_double):
        show(score, marking)
    return score


@command(Action.SCORE_WRITE)
def exempt(actor: Actor, enrollment: Enrollment, marking: Marking, token: str, reason: str) -> Score:
    """Take the activity out of this student's grade; it is then neither missing nor zero. A later score undoes it."""
    written = Written(comments={"": reason})
    check_marks_first(marking.stage(actor.person_id))
    if token != marking.token:
        raise conflict_on(marking, written)
    rules.check_change(reason, was_released=True)  # an exemption always has a reason
    return append_score(actor, marking, written, ScoreKind.EXEMPT, None, reason)


@command(Action.SCORE_WRITE)
def take_back(actor: Actor, enrollment: Enrollment, marking: Marking, token: str, reason: str) -> Score:
    """Nothing was given after all: the work waits to be graded again. Not once the student has seen a score of it."""
    check_not_blind(marking.stage(actor.person_id))
    if token != marking.token:
        raise conflict_on(marking, Written(comments={"": reason}))
    if marking.score is None:
        raise RuleBroken(N_("There is no score to take back."))
    if marking.release is not None:
        raise RuleBroken(N_("The student has seen a score of this work. Give another one with its reason."))
    rules.check_change(reason, was_released=True)  # it always has a reason
    return append_score(actor, marking, Written(), ScoreKind.TAKEN_BACK, None, reason)


def append_score(
    actor: Actor, marking: Marking, written: Written, kind: ScoreKind, points: int | None, reason: str
) -> Score:
    """The row of a score, after every check; it supersedes the one that stands. Raises Conflict if that is another."""
    rules.check_not_self(actor.person_id, marking.student.id)
    if marking.section_id is None:
        raise RuleBroken(N_("This student is in no section today, so nobody can grade this."))
    is_by_hand = written.late_seconds is not None
    score = add_once(
        Score,
        enrollment_id=marking.enrollment.id,
        activity_id=marking.activity.id,
        submission_id=marking.submission.id if marking.submission else None,
        rubric_id=marking.rubric_id if kind is ScoreKind.POINTS else None,
        section_id=marking.section_id,
        student_id=marking.student.id,
        attempt=marking.attempt,
        number=marking.number + 1,
        supersedes_id=marking.last.id if marking.last else None,
        kind=kind,
        points=points,
        marks=dict(written.marks) if marking.criteria and kind is ScoreKind.POINTS else {},
        late_seconds=marking.late_seconds if written.late_seconds is None else written.late_seconds,
        is_late_set_by_hand=is_by_hand,
        policy_number=marking.grading.number,
    )
    if score is None:
        raise Conflict(SAVED_MEANWHILE, yours=written, theirs=latest(marking))
    comments = {f"comment-{code}" if code else "comment": text for code, text in written.comments.items()}
    keep(score, reason=reason.strip(), late_reason=written.late_reason.strip() if is_by_hand else "", **comments)
    chain.append(chain_name(score.section_id, marking.course.id), score)
    return score
