"""Grading: rubrics, drafts of scores, scores, and showing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading import rules
from lms.hub.grading.gradebook import Category, check_categories
from lms.hub.grading.models import Criterion, DraftScore, GradeCategory, Level, Release, Rubric, SavedComment, Score
from lms.hub.grading.queries import Marking, Written, written_in_draft, written_in_score
from lms.hub.grading.rules import ScoreKind
from lms.kernel import chain
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.facts import runs_on, stands
from lms.kernel.once import add_once
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.scope import policy_day, within

MAX_COMMENT_CHARACTERS = 10_000


@dataclass(frozen=True, slots=True)
class CriterionPlan:
    """A line of a rubric as its author writes it. points: the most it gives; levels: words and points, best first."""

    code: str
    title: str
    points: int
    levels: tuple[tuple[str, int], ...] = ()


@command(Action.ACTIVITY_SET)
def set_rubric(actor: Actor, version: ProgramVersion, activity: Activity, criteria: Sequence[CriterionPlan]) -> Rubric:
    """Give an activity a rubric, or a new version of it; scores that were given keep the one they were given with."""
    return write_rubric(activity, criteria)


def write_rubric(activity: Activity, criteria: Sequence[CriterionPlan]) -> Rubric:
    """The rows of a rubric, for a version that is being laid out."""
    rules.check_rubric(criteria, activity.points)
    before = session.scalar(select(Rubric).where(Rubric.activity_id == activity.id, stands(Rubric)))
    rubric = Rubric(
        activity_id=activity.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
    )
    session.add(rubric)
    session.flush()
    for position, plan in enumerate(criteria):
        criterion = Criterion(
            rubric_id=rubric.id, code=plan.code, title=plan.title, points=plan.points, position=position
        )
        session.add(criterion)
        session.flush()
        session.add_all(
            Level(criterion_id=criterion.id, text=text, points=points, position=place)
            for place, (text, points) in enumerate(plan.levels)
        )
    return rubric


@command(Action.ACTIVITY_SET)
def set_categories(
    actor: Actor, version: ProgramVersion, course: Course, categories: Sequence[Category]
) -> list[GradeCategory]:
    """Give a course its categories; those with a code of before are superseded."""
    return write_categories(course, categories)


def write_categories(course: Course, categories: Sequence[Category]) -> list[GradeCategory]:
    """The rows of a course's categories, for a version that is being laid out."""
    check_categories(categories)
    standing = session.scalars(select(GradeCategory).where(GradeCategory.course_id == course.id, stands(GradeCategory)))
    before = {category.code: category for category in standing}
    if set(before) - {category.code for category in categories}:
        raise RuleBroken(N_("A category in use cannot go; give it the weight 0."), field="categories")
    rows = [
        GradeCategory(
            course_id=course.id,
            code=category.code,
            title=category.title,
            weight_bp=category.weight_bp,
            drop_lowest=category.drop_lowest,
            keep_highest=category.keep_highest,
            number=before[category.code].number + 1 if category.code in before else 1,
            supersedes_id=before[category.code].id if category.code in before else None,
        )
        for category in categories
    ]
    session.add_all(rows)
    session.flush()
    return rows


@command(Action.SCORE_WRITE)
def save_draft_score(
    actor: Actor, enrollment: Enrollment, marking: Marking, written: Written, token: str
) -> DraftScore:
    """Keep what a grader has written so far; the student never sees it.

    token: `Marking.token` as the form had it. Raises Conflict with both versions if somebody has saved since.
    """
    rules.check_not_self(actor.person_id, marking.student.id)
    _check_words(written)
    if token != marking.token:
        raise conflict_on(marking, written)
    values = {
        "marks": dict(written.marks),
        "points": written.points,
        "comments": {name: text for name, text in written.comments.items() if text},
        "late_seconds": written.late_seconds,
        "late_reason": written.late_reason,
        "base_number": marking.score.number if marking.score else 0,
        "grader_id": acting_person_id(),
        "updated_at": acting_at(),
    }
    if marking.draft is None:
        return _first_draft(marking, written, values)
    changed = (
        update(DraftScore)
        .where(DraftScore.id == marking.draft.id, DraftScore.version == marking.draft.version)
        .values(version=marking.draft.version + 1, **values)
        .execution_options(lms_scope="within draft_score", synchronize_session=False)
    )
    count = session.execute(changed).rowcount  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
    session.refresh(marking.draft)
    if not count:
        raise conflict_on(marking, written)
    return marking.draft


def _first_draft(marking: Marking, written: Written, values: Mapping[str, object]) -> DraftScore:
    of = {"enrollment_id": marking.enrollment.id, "activity_id": marking.activity.id, "attempt": marking.attempt}
    draft = add_once(DraftScore, **of, **values)
    if draft is None:
        raise conflict_on(marking, written)
    return draft


SAVED_MEANWHILE = N_("Somebody else has saved this attempt since you opened it. Both versions are below.")


def conflict_on(marking: Marking, written: Written) -> Conflict:
    """The conflict of `written` with what now stands."""
    return Conflict(SAVED_MEANWHILE, yours=written, theirs=_latest(marking))


def _latest(marking: Marking) -> Written:
    """What others have written on this attempt by now: the newest draft, or the score that came after it."""
    of = {"activity_id": marking.activity.id, "attempt": marking.attempt}
    fresh = {"populate_existing": True}
    newest = within(select(Score).filter_by(**of).where(stands(Score)), marking.enrollment, on=Score)
    score = session.scalar(newest.execution_options(**fresh))
    drafted = within(select(DraftScore).filter_by(**of), marking.enrollment, on=DraftScore)
    draft = session.scalar(drafted.execution_options(**fresh))
    if draft is not None and draft.base_number == (score.number if score else 0):
        return written_in_draft(draft)
    return written_in_score(score) if score is not None else Written()


def _check_words(written: Written) -> None:
    if any(len(text) > MAX_COMMENT_CHARACTERS for text in written.comments.values()):
        message = N_("A comment has at most %(limit)s characters.")
        raise RuleBroken(message, field="comment", limit=MAX_COMMENT_CHARACTERS)


@command(Action.SCORE_WRITE)
def post_score(
    actor: Actor, enrollment: Enrollment, marking: Marking, written: Written, token: str, reason: str = ""
) -> Score:
    """Give the points of one attempt. The student sees them when they are released.

    token: as for `save_draft_score`. reason: needed where the student has already seen a score of this attempt.
    Raises RuleBroken, NotAllowed on one's own work, and Conflict with both versions.
    """
    _check_words(written)
    if token != marking.token:
        raise conflict_on(marking, written)
    rules.check_change(reason, was_released=marking.release is not None)
    rules.check_late_override(written.late_seconds, written.late_reason)
    if marking.criteria:
        points = rules.points_from_marks(marking.criteria, written.marks)
    else:
        points = rules.check_points(written.points, marking.activity.points)
    rules.check_mode(points, marking.activity.points, marking.activity.grading_mode)
    return _append(actor, marking, written, ScoreKind.POINTS, points, reason)


@command(Action.SCORE_WRITE)
def exempt(actor: Actor, enrollment: Enrollment, marking: Marking, token: str, reason: str) -> Score:
    """Take the activity out of this student's grade; it is then neither missing nor zero. A later score undoes it."""
    written = Written(comments={"": reason})
    if token != marking.token:
        raise conflict_on(marking, written)
    rules.check_change(reason, was_released=True)  # an exemption always has a reason
    return _append(actor, marking, written, ScoreKind.EXEMPT, None, reason)


def _append(
    actor: Actor, marking: Marking, written: Written, kind: ScoreKind, points: int | None, reason: str
) -> Score:
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
        number=marking.score.number + 1 if marking.score else 1,
        supersedes_id=marking.score.id if marking.score else None,
        kind=kind,
        points=points,
        marks=dict(written.marks) if marking.criteria and kind is ScoreKind.POINTS else {},
        late_seconds=marking.late_seconds if written.late_seconds is None else written.late_seconds,
        is_late_set_by_hand=is_by_hand,
    )
    if score is None:
        raise conflict_on(marking, written)
    comments = {f"comment-{code}" if code else "comment": text for code, text in written.comments.items()}
    keep(score, reason=reason.strip(), late_reason=written.late_reason.strip() if is_by_hand else "", **comments)
    chain.append(chain_name(score.section_id, marking.course.id), score)
    return score


def chain_name(section_id: int, course_id: int) -> str:
    """The chain in which the scores and releases of one section and course stand."""
    return f"scores:{section_id}:{course_id}"


@command(Action.SCORE_RELEASE)
def release(actor: Actor, enrollment: Enrollment, marking: Marking) -> Release:
    """Show the student the score that stands. Raises RuleBroken if there is none or they see it already."""
    if marking.score is None:
        raise RuleBroken(N_("There is no score to release yet. Post one first."))
    if marking.is_released:
        raise RuleBroken(N_("The student already sees this score."))
    rules.check_not_self(actor.person_id, marking.student.id)
    row = _release(marking.score, marking.release)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just released this score.")) from error
    chain.append(chain_name(marking.score.section_id, marking.course.id), row)
    _tell(marking.score, marking.activity)
    return row


def _tell(score: Score, activity: Activity) -> None:
    """A letter with the release: that there is feedback, never what it says."""
    notify(score.student_id, "score-released", score.public_id, activity=activity.title, path="/student/grades")


def _release(score: Score, before: Release | None) -> Release:
    return Release(
        enrollment_id=score.enrollment_id,
        activity_id=score.activity_id,
        attempt=score.attempt,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        score_id=score.id,
    )


@command(Action.SCORE_RELEASE)
def release_all(actor: Actor, section: Section, activity: Activity) -> list[Release]:
    """Show every student of the section the score that stands on `activity`, where they do not see it yet.

    The grader's own scores as a student are left out. A fixed number of statements, but for one chain entry each.
    """
    shown = aliased(Release)
    statement = (
        select(Score, shown)
        .join(Placement, Placement.enrollment_id == Score.enrollment_id)
        .outerjoin(
            shown,
            (shown.enrollment_id == Score.enrollment_id)
            & (shown.activity_id == Score.activity_id)
            & (shown.attempt == Score.attempt)
            & stands(shown),
        )
        .where(
            Score.activity_id == activity.id,
            stands(Score),
            stands(Placement),
            runs_on(Placement, policy_day()),
            Score.student_id != (actor.person_id or 0),
        )
        .order_by(Score.id)
    )
    rows = session.execute(within(statement, section, on=Placement)).all()
    unseen = [(score, before) for score, before in rows if before is None or before.score_id != score.id]
    made = [_release(score, before) for score, before in unseen]
    session.add_all(made)
    if made:
        chain.append(chain_name(section.id, activity.course_id), *made)
    for score, _ in unseen:
        _tell(score, activity)
    return made


@command(Action.ACCOUNT_OWN)
def keep_comment(actor: Actor, person: Person, text: str, activity: Activity | None = None) -> SavedComment:
    """Keep a comment for the next time, for one activity or for all."""
    if actor.person_id != person.id:
        raise NotAllowed()
    text = text.strip()
    if not text or len(text) > MAX_COMMENT_CHARACTERS:
        raise RuleBroken(
            N_("Write a comment of 1 to %(limit)s characters."), field="text", limit=MAX_COMMENT_CHARACTERS
        )
    comment = SavedComment(
        person_id=person.id, activity_id=activity.id if activity else None, text=text, saved_at=acting_at()
    )
    session.add(comment)
    session.flush()
    return comment
