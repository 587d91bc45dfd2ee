"""Files of submissions for whoever may read the submission: the original to save, a preview to look at."""

from dataclasses import dataclass

from flask import Response, request

from lms.hub.coursework.contents import Attached, find_file
from lms.people.access import Actor
from lms.web.downloads import attachment
from lms.web.previews import Preview, picture_of, preview_of


def file_response(actor: Actor, file_id: str, *, is_nameless: bool = False) -> Response:
    """The original, byte for byte; is_nameless: not under its own name. Raises NotFound."""
    file = find_file(actor, file_id)
    return attachment(file.sha256, f"file.{file.kind}" if is_nameless else file.name, file.size)


def preview_response(actor: Actor, file_id: str) -> Response:
    """A picture of it; `?page=2` for a PDF's second page. Raises NotFound."""
    file = find_file(actor, file_id)
    return picture_of(file.sha256, file.kind, file.size, max(request.args.get("page", 1, int), 1))


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as a page shows it."""

    file: Attached
    preview: Preview

    @property
    def pages(self) -> int:
        """How many pictures of it there are."""
        return self.preview.pages


def shown(file: Attached) -> Shown:
    """What a page can show of `file` beside the download."""
    return Shown(file, preview_of(file.sha256, file.kind, file.size))
