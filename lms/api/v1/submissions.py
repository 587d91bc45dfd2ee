"""Handing in, reading what was handed in, and its files as they were sent."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask import request
from pydantic import Field, StringConstraints
from sqlalchemy import select

from lms.api.finding import part_of
from lms.api.kit import Answer, operation
from lms.api.shapes import NO_NUL, Paged, Shape
from lms.api.v1.activities import work_of
from lms.guard import current_actor, prepared
from lms.hub.coursework.contents import find_file, find_submission, read_submission
from lms.hub.coursework.judging import Judged
from lms.hub.coursework.models import Submission
from lms.hub.coursework.rules import MAX_LINK_CHARACTERS, MAX_TEXT_CHARACTERS
from lms.hub.coursework.services import attach_judged, submit
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.scope import scoped
from lms.web.downloads import attachment
from lms.web.judging import FILES, has_files, judge_sent
from lms.web.language import tell
from lms.web.previews import picture_of, preview_of


class SubmissionForm(Shape):
    """The text fields; the files come beside them as `files`."""

    text: Annotated[str, StringConstraints(max_length=MAX_TEXT_CHARACTERS, pattern=NO_NUL)] = ""
    link: Annotated[str, StringConstraints(max_length=MAX_LINK_CHARACTERS, pattern=NO_NUL)] = Field(
        default="", description="An https address."
    )
    client_key: UUID = Field(description="Drawn by you; sent again, it gives the submission that it made before.")


class FileOut(Shape):
    """A file of a submission. `size` in bytes."""

    id: str
    name: str
    kind: str
    size: int
    sha256: str


class SubmissionOut(Shape):
    """`receipt`: SHA-256 over what was handed in, the same that the student's page shows."""

    id: str
    attempt: int
    received_at: datetime
    due_at: datetime
    due_reason: str
    late_seconds: int
    receipt: str
    text: str
    link: str
    files: list[FileOut]


class FilePreviewOut(Shape):
    """`pages`: how many there are as pictures. `lines`: of the start of a text. `trouble`: why there is neither.

    `is_cut`: the file goes on after what is shown.
    """

    pages: int
    lines: list[str]
    is_cut: bool
    trouble: str | None


class SubmissionItem(Shape):
    """A submission in a list."""

    id: str
    attempt: int
    received_at: datetime
    late_seconds: int
    receipt: str


class SubmissionsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[SubmissionItem]
    next: str | None


@operation("GET /submissions", Action.SUBMISSION_READ, gives=SubmissionsOut, query=Paged)
def list_submissions(actor: Actor, query: Paged) -> SubmissionsOut:
    """Every submission that you may read, the first received first."""
    page = part_of(scoped(select(Submission), actor, Action.SUBMISSION_READ), Submission.id, query)
    items = [
        SubmissionItem(
            id=one.public_id,
            attempt=one.attempt,
            received_at=one.received_at,
            late_seconds=one.late_seconds,
            receipt=one.receipt,
        )
        for one in page.items
    ]
    return SubmissionsOut(items=items, next=page.after)


def _judge_files(enrollment: str, activity: str) -> Callable[[], Sequence[Judged | RuleBroken]] | None:
    """Not again where the same call has made its submission before."""
    _, work = work_of(current_actor(), enrollment, activity)
    key = request.form.get("client_key", "").lower()
    return (
        None
        if any(one.client_key == key for one in work.submissions)
        else judge_sent(work, request.files.getlist(FILES))
    )


@operation(
    "POST /enrollments/<public_id:enrollment>/activities/<public_id:activity>/submissions",
    Action.SUBMISSION_WRITE,
    gives=SubmissionOut,
    form=SubmissionForm,
    status=201,
    also=(200,),
    prepare=_judge_files,
    prepare_if=has_files,
)
def submit_work(actor: Actor, enrollment: str, activity: str, form: SubmissionForm) -> Answer:
    """Hand in one attempt: text, a link, files. Files that the student has put on the draft before go along.

    201 for a new submission, 200 for one that this `client_key` made before.
    """
    found, work = work_of(actor, enrollment, activity)
    unknown = [name for name in request.files if name != FILES]
    if unknown:
        raise RuleBroken(N_("There is no field of this name here. Leave it out."), field=unknown[0])
    key = str(form.client_key)
    is_new = all(one.client_key != key for one in work.submissions)
    for file in (prepared() or ()) if is_new else ():
        if isinstance(file, RuleBroken):
            raise file
        attach_judged(actor, found, work, file)
    made = submit(actor, found, work, form.text, form.link, key)
    return Answer(submission_out(made), status=201 if is_new else 200)


@operation("GET /submissions/<public_id:submission>", Action.SUBMISSION_READ, gives=SubmissionOut)
def get_submission(actor: Actor, submission: str) -> SubmissionOut:
    """One submission with its text, its link and what its files are."""
    return submission_out(find_submission(actor, submission))


@operation(
    "GET /submission-files/<public_id:file>",
    Action.SUBMISSION_READ,
    gives=None,
    media=("application/octet-stream",),
)
def download_file(actor: Actor, file: str) -> Answer:
    """A file as it was handed in, byte for byte."""
    found = find_file(actor, file)
    return Answer(attachment(found.sha256, found.name, found.size))


@operation("GET /submission-files/<public_id:file>/preview", Action.SUBMISSION_READ, gives=FilePreviewOut)
def get_preview(actor: Actor, file: str) -> FilePreviewOut:
    """What can be shown of a file without running it: how many pages as pictures, or the start of its text."""
    found = find_file(actor, file)
    made = preview_of(found.sha256, found.kind, found.size)
    return FilePreviewOut(
        pages=made.pages,
        lines=list(made.lines),
        is_cut=made.is_cut,
        trouble=tell(made.trouble) if made.trouble else None,
    )


@operation(
    "GET /submission-files/<public_id:file>/pages/<int:page>",
    Action.SUBMISSION_READ,
    gives=None,
    media=("image/webp",),
)
def get_preview_page(actor: Actor, file: str, page: int) -> Answer:
    """One page as a picture, painted anew; the first one is 1. 404 with the reason where there is none."""
    found = find_file(actor, file)
    return Answer(picture_of(found.sha256, found.kind, found.size, page))


def submission_out(submission: Submission) -> SubmissionOut:
    """A submission with what stands in it. Two queries."""
    contents = read_submission(submission)
    return SubmissionOut(
        id=submission.public_id,
        attempt=submission.attempt,
        received_at=submission.received_at,
        due_at=submission.due_at,
        due_reason=submission.due_reason,
        late_seconds=submission.late_seconds,
        receipt=submission.receipt,
        text=contents.text,
        link=contents.link,
        files=[
            FileOut(id=one.public_id, name=one.name, kind=one.kind, size=one.size, sha256=one.sha256)
            for one in contents.files
        ],
    )
