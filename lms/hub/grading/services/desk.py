"""What a grader keeps beside scores: comments for the next time, and remarks at places of the work."""

from datetime import datetime

from sqlalchemy import select

from lms.hub.coursework.contents import Attached
from lms.hub.coursework.models import Activity, SubmissionFile
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading import rules
from lms.hub.grading.models import SavedComment, Score
from lms.hub.grading.models.desk import Annotation, CourseComment, GradingTime
from lms.hub.grading.queries import Marking
from lms.hub.grading.rules.load import seconds_spent
from lms.hub.grading.services.scores import MAX_COMMENT_CHARACTERS
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.db import session
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.scope import within

MOST_PLACES = 100_000


@command(Action.ACCOUNT_OWN)
def keep_comment(actor: Actor, person: Person, text: str, activity: Activity | None = None) -> SavedComment:
    """Keep a comment for the next time, for one activity or for all."""
    if actor.person_id != person.id:
        raise NotAllowed()
    comment = SavedComment(
        person_id=person.id, activity_id=activity.id if activity else None, text=_checked(text), saved_at=acting_at()
    )
    session.add(comment)
    session.flush()
    return comment


@command(Action.ACCOUNT_OWN)
def drop_comment(actor: Actor, person: Person, public_id: str) -> None:
    """No longer offer one of one's own kept comments."""
    if actor.person_id != person.id:
        raise NotAllowed()
    kept = session.scalar(within(select(SavedComment).where(SavedComment.public_id == public_id), person))
    if kept is None:
        raise NotFound()
    session.delete(kept)


@command(Action.SCORE_WRITE)
def share_comment(actor: Actor, enrollment: Enrollment, marking: Marking, text: str) -> CourseComment:
    """Offer a comment to everybody who grades the course of this attempt."""
    comment = CourseComment(
        course_id=marking.course.id, person_id=acting_person_id(), text=_checked(text), saved_at=acting_at()
    )
    session.add(comment)
    session.flush()
    return comment


@command(Action.SCORE_WRITE)
def unshare_comment(actor: Actor, enrollment: Enrollment, comment: CourseComment) -> None:
    """No longer offer a shared comment; who shared it may, and whoever else grades the course."""
    comment.is_gone = True


def _checked(text: str) -> str:
    text = text.strip()
    if not text or len(text) > MAX_COMMENT_CHARACTERS:
        message = N_("Write a comment of 1 to %(limit)s characters.")
        raise RuleBroken(message, field="text", limit=MAX_COMMENT_CHARACTERS)
    return text


@command(Action.SCORE_WRITE)
def annotate(
    actor: Actor,
    enrollment: Enrollment,
    marking: Marking,
    text: str,
    file: Attached | None = None,
    page: int | None = None,
    line: int | None = None,
) -> Annotation:
    """Say something at one place of the work. The student reads it with the next release of the attempt's score.

    file None: in the text that was handed in, at `line`. Raises RuleBroken for a place that there cannot be.
    """
    rules.check_not_self(actor.person_id, marking.student.id)
    if marking.submission is None:
        raise RuleBroken(N_("Nothing was handed in that a remark could stand on."))
    check_place(page, line)
    text = _checked(text)
    row = Annotation(
        enrollment_id=marking.enrollment.id,
        submission_id=marking.submission.id,
        file_id=_file_id(marking, file),
        page=page,
        line=line,
    )
    session.add(row)
    keep(row, text=text)
    return row


def check_place(page: int | None, line: int | None) -> None:
    """Raises RuleBroken for a page and a line at once, and for one that there cannot be."""
    if page is not None and line is not None:
        raise RuleBroken(N_("Give a page or a line, not both."), field="line")
    for name, value in (("page", page), ("line", line)):
        if value is not None and not 1 <= value <= MOST_PLACES:
            raise RuleBroken(N_("Give a number between 1 and %(most)s."), field=name, most=MOST_PLACES)


def _file_id(marking: Marking, file: Attached | None) -> int | None:
    if file is None or marking.submission is None:
        return None
    wanted = select(SubmissionFile.id).where(SubmissionFile.public_id == file.public_id)
    found = session.scalar(within(wanted, marking.submission, on=SubmissionFile))
    if found is None:
        raise NotFound()
    return found


def note_time(score: Score, opened_at: datetime | None) -> GradingTime | None:
    """Beside a score that was just posted: how long its grader had the work open; None where that is not known."""
    seconds = seconds_spent(opened_at, acting_at())
    if opened_at is None or seconds is None:
        return None
    row = GradingTime(
        enrollment_id=score.enrollment_id,
        activity_id=score.activity_id,
        score_id=score.id,
        recorded_by_id=score.recorded_by_id,
        opened_at=opened_at,
        seconds=seconds,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.SCORE_WRITE)
def withdraw_remark(actor: Actor, enrollment: Enrollment, marking: Marking, remark: Annotation) -> Annotation:
    """Take a remark back; with the next release the student no longer reads it."""
    rules.check_not_self(actor.person_id, marking.student.id)
    row = Annotation(
        enrollment_id=remark.enrollment_id,
        submission_id=remark.submission_id,
        file_id=remark.file_id,
        page=remark.page,
        line=remark.line,
        is_withdrawn=True,
        supersedes_id=remark.id,
    )
    session.add(row)
    return row
