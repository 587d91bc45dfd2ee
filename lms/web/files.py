"""Files of submissions for whoever may read the submission: the original to save, a preview to look at."""

from dataclasses import dataclass

from flask import Response, request

from lms.hub.coursework.contents import Attached, find_file
from lms.people.access import Actor
from lms.web.downloads import attachment
from lms.web.previews import has_picture, pages_in, picture_of, text_in


def file_response(actor: Actor, file_id: str, *, is_nameless: bool = False) -> Response:
    """The original, byte for byte; is_nameless: not under its own name. Raises NotFound."""
    file = find_file(actor, file_id)
    return attachment(file.sha256, f"file.{file.kind}" if is_nameless else file.name, file.size)


def preview_response(actor: Actor, file_id: str) -> Response:
    """A picture of it; `?page=2` for a PDF's second page. Raises NotFound."""
    file = find_file(actor, file_id)
    return picture_of(file.sha256, file.kind, file.size, max(request.args.get("page", 1, int), 1) - 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a page shows it. pages: pictures of it; text: its start, to be escaped."""

    file: Attached
    pages: int
    text: str


def shown(file: Attached) -> Shown:
    """What a page can show of `file` beside the download."""
    pages = pages_in(file.sha256, file.size) if file.kind == "pdf" else int(has_picture(file.kind))
    return Shown(file, pages, text_in(file.sha256, file.kind))
