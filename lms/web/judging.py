"""Looking into what was sent before the transaction that writes it begins; for pages and the API alike."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import IO, Any, BinaryIO, cast

from flask import current_app, g, request
from werkzeug.datastructures import FileStorage

from lms.guard import current_actor, prepared
from lms.hub.coursework.filetypes import DEFAULT_KINDS
from lms.hub.coursework.incoming import PART_BYTES, arrived_of, check_part, find_partial, store_part, work_for
from lms.hub.coursework.judging import Judged, judge, judge_arrived
from lms.hub.coursework.queries import Work
from lms.kernel.errors import Conflict, NotFound, RuleBroken

FILES = "files"
PART, OFFSET = "application/offset+octet-stream", "Upload-Offset"
OFFSETS = re.compile(r"[0-9]{1,15}")


def limit() -> int:
    """How many bytes a file may have."""
    return int(current_app.config["LMS"].max_upload_mb) * 1024 * 1024


def judge_upload(upload: str) -> Callable[[], Judged] | None:
    """For a file that has arrived in parts. None where it is not there: the view says so, or repeats its answer."""
    try:
        found, enrollment = find_partial(current_actor(), upload)
    except NotFound:
        return None
    file, most = arrived_of(found, work_for(enrollment, found)), limit()
    return lambda: judge_arrived(file, most)


def keep_part(upload: str) -> Callable[[], str] | None:
    """For a part of a file: on the disk before the transaction begins. None where the view will say what is wrong."""
    at = request.headers.get(OFFSET, "")
    if request.mimetype != PART or (request.content_length or 0) > PART_BYTES or not OFFSETS.fullmatch(at):
        return None
    offset, data = int(at), request.get_data()
    try:
        found, _ = find_partial(current_actor(), upload)
        check_part(found, offset, data)
    except (NotFound, Conflict, RuleBroken):
        return None
    return lambda: store_part(upload, offset, data)


def look_into(work: Callable[[str, IO[bytes]], object], *fields: str) -> Callable[..., Callable[[], object] | None]:
    """For `requires(prepare=...)`: does `work` with the name and stream of the one file that a form may bring.

    fields: what forms call it; a RuleBroken of the work is one of that field. `looked_into` gives what came of it.
    """

    def prepare(**_: str) -> Callable[[], object] | None:
        found = _the_file(fields)
        if found is None:
            return None
        field, file = found
        name, stream = file.filename or "", file.stream

        def look() -> object:
            try:
                return work(name, stream)
            except RuleBroken as broken:
                broken.field = field
                return broken

        return look

    return prepare


def is_sent(*fields: str) -> Callable[[], bool]:
    """For `requires(prepare_if=...)`: whether the form brings such a file."""
    return lambda: _the_file(fields) is not None


def looked_into() -> Any:
    """What came of the work; None if the form brought nothing. Raises what the work did."""
    if "prepared" not in g and any(file.filename for file in request.files.values()):
        raise RuntimeError("this view takes a file and states no prepare=look_into(...)")
    found = prepared()
    if isinstance(found, RuleBroken):
        raise found
    return found


def _the_file(fields: Iterable[str]) -> tuple[str, FileStorage] | None:
    for field in fields:
        file = request.files.get(field)
        if file is not None and file.filename:  # a browser sends one without a name for a field that nobody used
            return field, file
    return None


def judge_any(name: str, stream: IO[bytes]) -> Judged:
    """For `look_into`: a file of any kind that work may be handed in as, of any size that is taken here."""
    return judge(name, stream, DEFAULT_KINDS, limit())


def files_sent() -> list[FileStorage]:
    """Those of the form; a browser sends one without a name for a field that nobody used."""
    return [file for file in request.files.getlist(FILES) if file.filename]


def has_files() -> bool:
    """Whether the form brings any."""
    return bool(request.files.getlist(FILES))


def judge_sent(work: Work, files: Iterable[FileStorage]) -> Callable[[], Sequence[Judged | RuleBroken]]:
    """For the files of a form, in its order: each judged, or why it is not taken."""
    sent = [(file.filename or "", cast(BinaryIO, file.stream)) for file in files]
    kinds, most = tuple(work.activity.kinds), limit()

    def look() -> list[Judged | RuleBroken]:
        found: list[Judged | RuleBroken] = []
        for name, stream in sent:
            try:
                found.append(judge(name, stream, kinds, most))
            except RuleBroken as broken:
                found.append(broken)
        return found

    return look
