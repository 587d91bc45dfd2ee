"""A large file over a line that breaks: begin it, send its parts one after the other, finish it into the draft.

After a break ask with HEAD how many bytes have arrived and go on from there. An upload that stands still for three days
is given up. What is finished stands on the student's draft and goes along with the next submission.
"""

from datetime import datetime
from typing import Annotated

from flask import request
from pydantic import Field, StringConstraints

from lms.api.kit import Answer, operation
from lms.api.shapes import NO_NUL, Line, Shape
from lms.api.v1.activities import work_of
from lms.guard import prepared
from lms.hub.coursework.incoming import (
    PART_BYTES,
    append_part,
    begin_upload,
    drop_upload,
    find_partial,
    finish_upload,
    list_partial,
    work_for,
)
from lms.hub.coursework.models import PartialUpload
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.judging import OFFSET, PART, judge_upload, keep_part, limit

WRITE = Action.SUBMISSION_WRITE
LENGTH = "Upload-Length"
UPLOADS = "/enrollments/<public_id:enrollment>/activities/<public_id:activity>/uploads"


class UploadIn(Shape):
    """`size` in bytes. `sha256`: if given, the finished file must have it. `client_key`: sent again, it goes on."""

    name: Line
    size: Annotated[int, Field(ge=0, le=10**12)]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    client_key: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] = ""


class UploadOut(Shape):
    """`offset`: how many bytes have arrived; send the next part from there, at most `part_bytes` long."""

    id: str
    name: str
    size: int
    offset: int
    part_bytes: int
    expires_at: datetime


class UploadsOut(Shape):
    """The first begun first."""

    items: list[UploadOut]


class DraftFileOut(Shape):
    """A file on the draft."""

    id: str
    name: str


@operation(f"POST {UPLOADS}", WRITE, gives=UploadOut, body=UploadIn, status=201)
def begin_file(actor: Actor, enrollment: str, activity: str, body: UploadIn) -> Answer:
    """Announce a file. 422 for a kind or a size that is not taken, before anything is sent."""
    found, work = work_of(actor, enrollment, activity)
    made = begin_upload(actor, found, work, body.name, body.size, body.client_key, body.sha256, limit())
    return Answer(_out(made), headers={OFFSET: str(made.received)})


@operation(f"GET {UPLOADS}", WRITE, gives=UploadsOut)
def list_uploads(actor: Actor, enrollment: str, activity: str) -> UploadsOut:
    """What has begun to arrive and is not finished."""
    found, work = work_of(actor, enrollment, activity)
    return UploadsOut(items=[_out(one) for one in list_partial(found, work.activity)])


@operation("GET /uploads/<public_id:upload>", WRITE, gives=UploadOut)
def get_upload(actor: Actor, upload: str) -> Answer:
    """How far an upload is; a HEAD gives the headers `Upload-Offset` and `Upload-Length` alone."""
    found, _ = find_partial(actor, upload)
    return Answer(_out(found), headers={OFFSET: str(found.received), LENGTH: str(found.size)})


@operation(
    "PATCH /uploads/<public_id:upload>",
    WRITE,
    gives=None,
    status=204,
    raw=PART,
    raw_bytes=PART_BYTES,
    headers={OFFSET: "Where this part begins: how many bytes have arrived so far. 409 if it is another number."},
    problems=(409,),
    is_kept=False,
    prepare=keep_part,
)
def append_to_upload(actor: Actor, upload: str, raw: bytes) -> Answer:
    """Append one part. What is acknowledged is on the disk; `Upload-Offset` says how many bytes have arrived."""
    found, enrollment = find_partial(actor, upload)
    arrived = append_part(actor, enrollment, found, _offset(), raw, prepared())
    return Answer(None, headers={OFFSET: str(arrived)})


@operation("POST /uploads/<public_id:upload>/file", WRITE, gives=DraftFileOut, status=201, prepare=judge_upload)
def finish_file(actor: Actor, upload: str) -> DraftFileOut:
    """Put the whole file on the draft. 422 if it is not whole, arrived damaged or is not what its name says."""
    found, enrollment = find_partial(actor, upload)
    made = finish_upload(actor, enrollment, work_for(enrollment, found), found, prepared(), limit())
    return DraftFileOut(id=made.public_id, name=made.name)


@operation("DELETE /uploads/<public_id:upload>", WRITE, gives=None, status=204)
def drop_file(actor: Actor, upload: str) -> Answer:
    """Give an unfinished upload up."""
    found, enrollment = find_partial(actor, upload)
    drop_upload(actor, enrollment, found)
    return Answer(None)


def _offset() -> int:
    text = request.headers.get(OFFSET, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise RuleBroken(N_("Send how many bytes have arrived so far, as a whole number."), field=OFFSET)
    return int(text)


def _out(one: PartialUpload) -> UploadOut:
    return UploadOut(
        id=one.public_id,
        name=one.name,
        size=one.size,
        offset=one.received,
        part_bytes=PART_BYTES,
        expires_at=one.expires_at,
    )
