"""What stands around one attempt on the desk: kept comments, remarks at places of the work, who else is at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from lms.hub.coursework.models import Activity, Submission, SubmissionFile
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import DraftScore, Release, SavedComment, Score
from lms.hub.grading.models.desk import Annotation, CourseComment
from lms.hub.grading.queries import Marking
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import kept_for_now, stands
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import ask, ask_plain, plain, scoped_kept, unscoped, within, within_a

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


def bank_of(grader: Actor, activity: Activity) -> list[Kept]:
    """Every comment that is offered: one's own for this activity and for all, then the course's. Two queries."""
    own = plain(scoped_kept(_own_comments(), grader, Action.ACCOUNT_OWN, on=SavedComment), activity_id=activity.id)
    shared = plain(_course_comments(), course_id=activity.course_id)
    return [*(Kept(public_id, text, "") for public_id, text in own), *(Kept(*row) for row in shared)]


@cache
def _own_comments() -> Select[str, str]:
    wanted = or_(SavedComment.activity_id.is_(None), SavedComment.activity_id == bindparam("activity_id"))
    return select(SavedComment.public_id, SavedComment.text).where(wanted).order_by(SavedComment.id)


@cache
def _course_comments() -> Select[str, str, str]:
    """What is shared by everybody who grades the course, the oldest first."""
    statement = (
        select(CourseComment.public_id, CourseComment.text, Person.name)
        .join(Person, Person.id == CourseComment.person_id)
        .where(CourseComment.course_id == bindparam("course_id"), ~CourseComment.is_gone)
        .order_by(CourseComment.id)
    )
    return unscoped(statement, "who shared a comment with those who grade the course")


def find_course_comment(course_id: int, public_id: str) -> CourseComment:
    """A shared comment of the course. Raises NotFound. One query."""
    wanted = select(CourseComment).where(CourseComment.course_id == course_id, CourseComment.public_id == public_id)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


def remarks_on(submissions: Submission | Sequence[Submission], as_of: datetime | None = None) -> list[Remark]:
    """Those that stand, or stood at `as_of`, by place. Two queries."""
    rows = ask_plain(_remarks(as_of), submissions)
    words = prose_of(rows, "text")
    return [
        Remark(
            row.public_id,
            words.get(row.public_id, ""),
            row.file_id or "",
            row.page,
            row.line,
            row.recorded_at,
            row.recorded_by_id,
        )
        for row in rows
    ]


@kept_for_now
def _remarks(as_of: datetime | None) -> Select[*tuple[Any, ...]]:
    row = Annotation
    columns = (row.public_id, row.page, row.line, row.recorded_at, row.recorded_by_id)
    statement = (
        select(*columns, SubmissionFile.public_id.label("file_id"))
        .select_from(row)
        .outerjoin(SubmissionFile, SubmissionFile.id == row.file_id)
        .where(stands(row, as_of), ~row.is_withdrawn)
        .order_by(SubmissionFile.position, row.page, row.line, row.id)
    )
    return within_a(statement, Submission, on=row)


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
    of_attempt = {"activity_id": marking.activity.id, "attempt": marking.attempt}
    return [(score, name or "", at) for score, name, at in ask(_history(), marking.enrollment, **of_attempt)]


@cache
def _history() -> Select[Score, str, datetime]:
    grader = aliased(Person)
    statement = (
        select(Score, grader.name, Release.recorded_at)
        .outerjoin(grader, grader.id == Score.recorded_by_id)
        .outerjoin(Release, Release.score_id == Score.id)
        .where(Score.activity_id == bindparam("activity_id"), Score.attempt == bindparam("attempt"))
        .order_by(Score.number)
    )
    return within_a(statement, Enrollment, on=Score)


def draft_of(marking: Marking) -> DraftScore | None:
    """The draft of this attempt as it is by now. One query."""
    of = {"activity_id": marking.activity.id, "attempt": marking.attempt}
    wanted = within(select(DraftScore).filter_by(**of), marking.enrollment, on=DraftScore)
    return session.scalar(wanted.execution_options(populate_existing=True))
