"""What a draft and a submission hold: words and files, for whoever may read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from lms.hub.coursework.models import Activity, Draft, DraftFile, Submission, SubmissionFile, Upload
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.prose import all_prose_of, prose_of
from lms.people.access import Action, Actor
from lms.people.scope import ask_plain, ask_read, scoped, within, within_a


@dataclass(frozen=True, slots=True)
class Attached:
    """A file on a draft or in a submission."""

    public_id: str
    name: str
    kind: str
    size: int
    sha256: str
    upload_id: int | None = None  # of a file that somebody handed in


def find_draft(enrollment: Enrollment, activity: Activity) -> tuple[Draft | None, list[Attached]]:
    """The student's draft, None if there is none, and its files, the first attached first. One query."""
    rows = ask_read(_draft_with_files(), enrollment, activity_id=activity.id)
    files = [_attached(file, upload, file.name) for _, file, upload in rows if file is not None]
    return (rows[0][0] if rows else None), files


@cache
def _draft_with_files() -> Select[Draft, DraftFile, Upload]:
    statement = (
        select(Draft, DraftFile, Upload)
        .outerjoin(DraftFile, DraftFile.draft_id == Draft.id)
        .outerjoin(Upload, Upload.id == DraftFile.upload_id)
        .where(Draft.activity_id == bindparam("activity_id"))
        .order_by(DraftFile.id)
    )
    return within_a(statement, Enrollment, on=Draft).execution_options(populate_existing=True)


def _attached(file: DraftFile | SubmissionFile, upload: Upload, name: str) -> Attached:
    return Attached(file.public_id, name, upload.kind, upload.size, upload.sha256, upload.id)


def find_submission(actor: Actor, public_id: str) -> Submission:
    """The submission with this public id that `actor` may read. Raises NotFound. One query."""
    statement = scoped(select(Submission).where(Submission.public_id == public_id), actor, Action.SUBMISSION_READ)
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


@dataclass(frozen=True, slots=True)
class Contents:
    """What stands in a submission. text and link are "" where nothing was given or it was erased."""

    text: str
    link: str
    files: tuple[Attached, ...]


def read_submission(submission: Submission) -> Contents:
    """Text, link and files of a submission that the caller has found. Two queries."""
    rows = ask_plain(_files_of_submission(), submission)
    words = all_prose_of([submission])[submission.public_id]
    files = tuple(
        Attached(public_id, words.get(f"file-{position}", kind), kind, size, sha256, upload_id)
        for public_id, position, kind, size, sha256, upload_id in rows
    )
    return Contents(words.get("text", ""), words.get("link", ""), files)


@cache
def _files_of_submission() -> Select[*tuple[Any, ...]]:
    columns = (SubmissionFile.public_id, SubmissionFile.position, Upload.kind, Upload.size, Upload.sha256, Upload.id)
    statement = within_a(select(*columns), Submission, on=SubmissionFile).select_from(SubmissionFile)
    return statement.join(Upload, Upload.id == SubmissionFile.upload_id).order_by(SubmissionFile.position)


def file_names(submissions: Sequence[Submission]) -> dict[str, str]:
    """The names of the files of submissions that the caller has found, by public id. At most two queries."""
    if not submissions:
        return {}
    rows = session.scalars(within(select(SubmissionFile), submissions, on=SubmissionFile)).all()
    words = all_prose_of(submissions)
    of = {submission.id: submission.public_id for submission in submissions}
    return {file.public_id: words[of[file.submission_id]].get(f"file-{file.position}", "") for file in rows}


def find_file(actor: Actor, public_id: str) -> Attached:
    """A file of a submission that `actor` may read. Raises NotFound. Two queries."""
    statement = (
        select(SubmissionFile, Upload, Submission)
        .join(Upload, Upload.id == SubmissionFile.upload_id)
        .join(Submission, Submission.id == SubmissionFile.submission_id)
        .where(SubmissionFile.public_id == public_id)
    )
    row = session.execute(scoped(statement, actor, Action.SUBMISSION_READ, on=SubmissionFile)).one_or_none()
    if row is None:
        raise NotFound()
    file, upload, submission = row
    names = prose_of([submission], f"file-{file.position}")
    return _attached(file, upload, names.get(submission.public_id, f"file.{upload.kind}"))
