"""What is shown of a file inside a page: always made anew from it, never the file itself.

Pictures and PDF pages are painted again, so nothing but pixels is left; text and code are escaped by the template.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Response, g

from lms.hub.coursework.filetypes import IMAGE_KINDS, TEXT_KINDS
from lms.kernel.errors import NotFound
from lms.kernel.storage import FileMissing, storage
from lms.kernel.text import N_
from lms.web.downloads import SANDBOX
from lms.web.previews.kept import BUSY, look_at, page_of

MAX_TEXT_BYTES = 200_000
MAX_LINES = 4_000
MAX_PREVIEW_BYTES = 60 * 1024 * 1024
SECONDS_OF_A_PAGE = 3.0  # for files that nobody has looked at before; the others are ready when it is loaded again
TROUBLES: Mapping[str, str] = {
    "kind": N_("No preview for this kind of file. Download it to look at it."),
    "large": N_("No preview: the file is too large to show here. Download it instead."),
    "pixels": N_("No preview: the picture has too many pixels to show here. Download it instead."),
    "broken": N_("No preview: the file cannot be read here. Download it to look at it."),
    "password": N_("No preview: the file is protected by a password."),
    "slow": N_("No preview: drawing it took too long. Download it instead."),
    "heavy": N_("No preview: drawing it took too much memory. Download it instead."),
    "beyond": N_("There is no preview of this page."),
    "missing": N_("No preview: the file is missing in the store. Tell whoever runs the program."),
    BUSY: N_("The preview is not ready yet. Load the page again in a moment."),
}
# Marks that turn the direction of what follows, so that code reads otherwise than it runs; shown as what they are.
TURNS = {
    ord(mark): f"[U+{ord(mark):04X}]" for mark in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
}


@dataclass(frozen=True, slots=True)
class Preview:
    """pages: pictures of it, counted from 1. lines: its start, to be escaped. trouble: a sentence if neither.

    is_cut: there is more than is shown.
    """

    pages: int = 0
    lines: tuple[str, ...] = ()
    is_cut: bool = False
    trouble: str = ""


def has_picture(kind: str) -> bool:
    """Whether a file of this kind is shown as pictures."""
    return kind in IMAGE_KINDS or kind == "pdf"


def preview_of(sha256: str, kind: str, size: int) -> Preview:
    """What can be shown of a stored file. Never fails: what cannot be shown says why."""
    try:
        if kind in TEXT_KINDS:
            return _text_of(sha256, size)
        if not has_picture(kind):
            return Preview(trouble=TROUBLES["kind"])
        if size > MAX_PREVIEW_BYTES:
            return Preview(trouble=TROUBLES["large"])
        if g.get("painted_for", 0.0) > SECONDS_OF_A_PAGE:
            return Preview(trouble=TROUBLES[BUSY])
        began = time.perf_counter()
        look = look_at(sha256, kind)
        g.painted_for = g.get("painted_for", 0.0) + time.perf_counter() - began
    except FileMissing:
        return Preview(trouble=TROUBLES["missing"])
    if look.trouble:
        return Preview(trouble=TROUBLES[look.trouble])
    return Preview(pages=look.pages, is_cut=look.all_pages > look.pages)


def picture_of(sha256: str, kind: str, size: int, page: int) -> Response:
    """Page `page`, from 1, of a stored picture or PDF as WebP. Raises NotFound with the reason if there is none."""
    if not has_picture(kind):
        raise NotFound(TROUBLES["kind"])
    if size > MAX_PREVIEW_BYTES:
        raise NotFound(TROUBLES["large"])
    try:
        painted, trouble = page_of(sha256, kind, page - 1)
    except FileMissing:
        raise NotFound(TROUBLES["missing"]) from None
    if painted is None:
        raise NotFound(TROUBLES[trouble])
    response = Response(painted, mimetype="image/webp")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Content-Disposition"] = "inline"
    return response


def _text_of(sha256: str, size: int) -> Preview:
    start = _first(storage().open(sha256), MAX_TEXT_BYTES)
    lines = _decoded(start, is_cut=size > len(start)).replace("\0", "").translate(TURNS).splitlines()
    return Preview(lines=tuple(lines[:MAX_LINES]), is_cut=size > len(start) or len(lines) > MAX_LINES)


def _decoded(start: bytes, *, is_cut: bool) -> str:
    """UTF-16 with its mark, UTF-8, or what Windows writes where it is neither."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace")
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_cut_letter = is_cut and error.start >= len(start) - 3
        return start.decode("utf-8-sig" if is_cut_letter else "cp1252", "replace")


def _first(chunks: Iterator[bytes], most: int) -> bytes:
    found = b""
    for chunk in chunks:
        found += chunk
        if len(found) >= most:
            break
    return found[:most]
