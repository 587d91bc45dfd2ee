"""What stands around one attempt on the desk: kept comments, remarks at places of the work, who else is at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.hub.coursework.models import Activity, Submission, SubmissionFile
from lms.hub.grading.models import DraftScore, Release, SavedComment, Score
from lms.hub.grading.models.desk import Annotation, CourseComment
from lms.hub.grading.queries import Marking
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.people.accounts.models import Person
from lms.people.scope import within

AT_IT_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Kept:
    """A comment to use again. by: whose it is where the course shares it, "" for one's own."""

    public_id: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A grader's remark. file_id: public id, "" for the text. page or line: where, from 1; neither: the whole file.

    by_id: whose it is.
    """

    public_id: str
    text: str
    file_id: str
    page: int | None
    line: int | None
    recorded_at: datetime
    by_id: int | None = None


def list_saved_comments(grader: Person, activity: Activity) -> list[SavedComment]:
    """The grader's kept comments for this activity and for all. One query."""
    statement = select(SavedComment).where(
        (SavedComment.activity_id.is_(None)) | (SavedComment.activity_id == activity.id)
    )
    return list(session.scalars(within(statement.order_by(SavedComment.id), grader)))


def list_course_comments(course_id: int) -> list[Kept]:
    """What is shared by everybody who grades the course, the oldest first. One query."""
    statement = (
        select(CourseComment.public_id, CourseComment.text, Person.name)
        .join(Person, Person.id == CourseComment.person_id)
        .where(CourseComment.course_id == course_id, ~CourseComment.is_gone)
        .order_by(CourseComment.id)
        .execution_options(lms_scope="within course")
    )
    return [Kept(*row) for row in session.execute(statement).all()]


def bank_of(grader: Person, activity: Activity) -> list[Kept]:
    """Every comment that is offered: one's own, then the course's. Two queries."""
    own = [Kept(kept.public_id, kept.text, "") for kept in list_saved_comments(grader, activity)]
    return [*own, *list_course_comments(activity.course_id)]


def find_course_comment(course_id: int, public_id: str) -> CourseComment:
    """A shared comment of the course. Raises NotFound. One query."""
    wanted = select(CourseComment).where(CourseComment.course_id == course_id, CourseComment.public_id == public_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def remarks_on(submissions: Submission | Sequence[Submission], as_of: datetime | None = None) -> list[Remark]:
    """Those that stand, or stood at `as_of`, by place. Two queries."""
    statement = (
        select(Annotation, SubmissionFile.public_id)
        .outerjoin(SubmissionFile, SubmissionFile.id == Annotation.file_id)
        .where(stands(Annotation, as_of), ~Annotation.is_withdrawn)
        .order_by(SubmissionFile.position, Annotation.page, Annotation.line, Annotation.id)
    )
    rows = session.execute(within(statement, submissions, on=Annotation)).all()
    words = prose_of([row for row, _ in rows], "text")
    return [
        Remark(
            row.public_id,
            words.get(row.public_id, ""),
            file_id or "",
            row.page,
            row.line,
            row.recorded_at,
            row.recorded_by_id,
        )
        for row, file_id in rows
    ]


def remarks_for(marking: Marking) -> list[Remark]:
    """Those that stand on the attempt; to who gives the second mark only their own, until they have. Two queries."""
    if marking.submission is None:
        return []
    found = remarks_on(marking.submission)
    if not (marking.is_blind or marking.hides_draft):
        return found
    return [one for one in found if one.by_id == marking.reader]


def find_remark(marking: Marking, public_id: str) -> Annotation:
    """One that stands on this attempt. Raises NotFound. One query."""
    if marking.submission is None:
        raise NotFound()
    wanted = select(Annotation).where(Annotation.public_id == public_id, stands(Annotation), ~Annotation.is_withdrawn)
    found = session.scalar(within(wanted, marking.submission, on=Annotation))
    if found is None:
        raise NotFound()
    return found


def who_else(marking: Marking, grader_id: int | None, moment: datetime) -> str:
    """The name of another grader who wrote on this draft in the last ten minutes; "" for nobody. At most one query."""
    draft = marking.draft
    if draft is None or draft.grader_id in (None, grader_id) or moment - draft.updated_at > AT_IT_FOR:
        return ""
    named = select(Person.name).where(Person.id == draft.grader_id).execution_options(lms_scope="within draft_score")
    return session.scalar(named) or ""


def history_of(marking: Marking) -> list[tuple[Score, str, datetime | None]]:
    """Every score of this attempt with its grader's name and when it was released, the oldest first. One query.

    None to who gives the second mark and has not yet.
    """
    if marking.is_blind:
        return []
    grader = aliased(Person)
    statement = (
        select(Score, grader.name, Release.recorded_at)
        .outerjoin(grader, grader.id == Score.recorded_by_id)
        .outerjoin(Release, Release.score_id == Score.id)
        .where(Score.activity_id == marking.activity.id, Score.attempt == marking.attempt)
        .order_by(Score.number)
    )
    rows = session.execute(within(statement, marking.enrollment, on=Score)).all()
    return [(score, name or "", at) for score, name, at in rows]


def draft_of(marking: Marking) -> DraftScore | None:
    """The draft of this attempt as it is by now. One query."""
    of = {"activity_id": marking.activity.id, "attempt": marking.attempt}
    wanted = within(select(DraftScore).filter_by(**of), marking.enrollment, on=DraftScore)
    return session.scalar(wanted.execution_options(populate_existing=True))
