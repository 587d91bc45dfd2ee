"""Files that arrive in parts while one writes. The page's script asks these; without it the plain form does it all."""

from flask import Response, jsonify, make_response, request, url_for

from lms.guard import current_actor, prepared, requires
from lms.hub.coursework.contents import find_draft
from lms.hub.coursework.incoming import (
    PART_BYTES,
    append_part,
    begin_upload,
    drop_upload,
    find_partial,
    finish_upload,
    work_for,
)
from lms.hub.coursework.models import PartialUpload
from lms.hub.coursework.queries import find_own_work
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.judging import OFFSET, judge_upload, keep_part, limit
from lms.web.pages import tell_next
from lms.web.student import bp

LENGTH = "Upload-Length"
UPLOAD = "/uploads/<public_id:upload>"


@bp.post("/coursework/<public_id:activity>/uploads")
@requires(Action.SUBMISSION_WRITE)
def begin_file(activity: str) -> Response:
    """Begun, or gone on with where the same file has been begun before."""
    actor, form = current_actor(), request.form
    work = find_own_work(actor, activity)
    made = begin_upload(
        actor,
        work.enrollment,
        work,
        form.get("name", ""),
        _number(form.get("size", ""), "size"),
        form.get("key", ""),
        max_bytes=limit(),
    )
    response = jsonify(url=url_for("student.upload_state", upload=made.public_id), part=PART_BYTES)
    response.status_code = 201
    return _with_state(response, made)


@bp.get(UPLOAD)
@requires(Action.SUBMISSION_WRITE)
def upload_state(upload: str) -> Response:
    """How many bytes have arrived, in the headers."""
    found, _ = find_partial(current_actor(), upload)
    return _with_state(make_response("", 204), found)


@bp.patch(UPLOAD)
@requires(Action.SUBMISSION_WRITE, prepare=keep_part)
def append_file(upload: str) -> Response:
    actor = current_actor()
    found, enrollment = find_partial(actor, upload)
    request.max_content_length = PART_BYTES
    offset = _number(request.headers.get(OFFSET, ""), OFFSET)
    append_part(actor, enrollment, found, offset, request.get_data(), prepared())
    return _with_state(make_response("", 204), found)


@bp.post(f"{UPLOAD}/file")
@requires(Action.SUBMISSION_WRITE, prepare=judge_upload)
def finish_file(upload: str) -> Response:
    """On the draft, whose version was `before` and is `version` now, so that the form goes on from it."""
    actor = current_actor()
    found, enrollment = find_partial(actor, upload)
    work = work_for(enrollment, found)
    before, _ = find_draft(enrollment, work.activity)
    was = before.version if before else 0
    made = finish_upload(actor, enrollment, work, found, prepared(), limit())
    draft, _ = find_draft(enrollment, work.activity)
    response = jsonify(name=made.name, before=was, version=draft.version if draft else 0)
    response.status_code = 201
    return response


@bp.post(f"{UPLOAD}/removal")
@requires(Action.SUBMISSION_WRITE)
def drop_file(upload: str) -> Response:
    actor = current_actor()
    found, enrollment = find_partial(actor, upload)
    work = work_for(enrollment, found)
    drop_upload(actor, enrollment, found)
    if request.accept_mimetypes.best == "application/json":
        return make_response("", 204)
    tell_next(N_("The unfinished file is removed."), tone="info")
    back = url_for("student.activity", activity=work.activity.public_id)
    return make_response("", 303, {"Location": f"{back}#work"})


def _with_state(response: Response, found: PartialUpload) -> Response:
    response.headers[OFFSET] = str(found.received)
    response.headers[LENGTH] = str(found.size)
    return response


def _number(text: str, field: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise RuleBroken(N_("Send a whole number of bytes."), field=field)
    return int(text)
