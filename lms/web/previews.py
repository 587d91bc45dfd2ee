"""What is shown of a file inside a page: always made anew from it, never the file itself.

Pictures and PDF pages are painted again, so nothing but pixels is left; text and code are escaped by the template.
"""

from collections.abc import Iterator

from flask import Response

from lms.hub.coursework.filetypes import IMAGE_KINDS, TEXT_KINDS
from lms.kernel.errors import NotFound
from lms.kernel.storage import storage
from lms.kernel.text import N_
from lms.web.downloads import SANDBOX

MAX_TEXT_BYTES = 200_000
MAX_PREVIEW_BYTES = 60 * 1024 * 1024


def has_picture(kind: str) -> bool:
    """Whether a file of this kind is shown as a picture."""
    return kind in IMAGE_KINDS or kind == "pdf"


def picture_of(sha256: str, kind: str, size: int, page: int = 0) -> Response:
    """A stored picture, or one page of a stored PDF, painted anew as WebP. Raises NotFound for what cannot be shown."""
    if not has_picture(kind):
        raise NotFound()
    if size > MAX_PREVIEW_BYTES:
        raise NotFound(N_("This file is too large to show here. Download it instead."))
    from lms.web import painting  # its libraries take time and memory, and most processes never paint

    stored = b"".join(storage().open(sha256))
    painted = painting.page_of(stored, page) if kind == "pdf" else painting.picture(stored)
    response = Response(painted, mimetype="image/webp")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Content-Disposition"] = "inline"
    return response


def pages_in(sha256: str, size: int) -> int:
    """How many pages of a stored PDF can be shown, 30 at most; 0 for one that cannot be read."""
    if size > MAX_PREVIEW_BYTES:
        return 0
    from lms.web import painting

    return painting.pages_in(b"".join(storage().open(sha256)))


def text_in(sha256: str, kind: str) -> str:
    """The start of a stored text or code file, for a template to escape; "" for other kinds."""
    if kind not in TEXT_KINDS:
        return ""
    start = _first(storage().open(sha256), MAX_TEXT_BYTES)
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    return start.decode(encoding, "replace").replace("\0", "")


def _first(chunks: Iterator[bytes], most: int) -> bytes:
    found = b""
    for chunk in chunks:
        found += chunk
        if len(found) >= most:
            break
    return found[:most]
