"""What is shown of a file inside a page: always made anew from it, never the file itself.

Pictures and PDF pages are painted again, so nothing but pixels is left; text and code are escaped by the template.
"""

import io
import threading
from collections.abc import Iterator

import pillow_heif
import pypdfium2
from flask import Response
from PIL import Image, ImageOps, UnidentifiedImageError

from lms.hub.coursework.filetypes import IMAGE_KINDS, TEXT_KINDS
from lms.kernel.errors import NotFound
from lms.kernel.storage import storage
from lms.kernel.text import N_
from lms.web.downloads import SANDBOX

LONGEST_SIDE = 1600
MAX_PIXELS = 60_000_000  # a 48-megapixel phone picture passes, a bomb of 30,000 x 30,000 does not
MAX_PAGES = 30
MAX_TEXT_BYTES = 200_000
MAX_PREVIEW_BYTES = 60 * 1024 * 1024
PAGE_SCALE = 1.6  # of 72 dots an inch: readable on a laptop, about 150 KB a page

pillow_heif.register_heif_opener()
_pdfium = threading.Lock()  # the library is not made for threads


class TooLarge(NotFound):
    """There is no preview of this file; it can be downloaded."""


def has_picture(kind: str) -> bool:
    """Whether a file of this kind is shown as a picture."""
    return kind in IMAGE_KINDS or kind == "pdf"


def picture_of(sha256: str, kind: str, size: int, page: int = 0) -> Response:
    """A stored picture, or one page of a stored PDF, painted anew as WebP. Raises NotFound for what cannot be shown."""
    if not has_picture(kind):
        raise NotFound()
    if size > MAX_PREVIEW_BYTES:
        raise TooLarge(N_("This file is too large to show here. Download it instead."))
    stored = b"".join(storage().open(sha256))
    painted = _page_of(stored, page) if kind == "pdf" else _picture(stored)
    response = Response(painted, mimetype="image/webp")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Content-Disposition"] = "inline"
    return response


def _picture(stored: bytes) -> bytes:
    """Without its metadata (a phone writes where it was taken), turned upright, small enough for a page."""
    try:
        with Image.open(io.BytesIO(stored)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise TooLarge(N_("This picture is too large to show here. Download it instead."))
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            return _webp(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotFound(N_("This picture cannot be read. Download it instead.")) from error


def _webp(picture: Image.Image) -> bytes:
    picture = picture.convert("RGBA" if "A" in picture.getbands() or picture.mode == "P" else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=3)
    return out.getvalue()


def _page_of(stored: bytes, page: int) -> bytes:
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(stored)
        except pypdfium2.PdfiumError as error:
            raise NotFound(N_("This PDF cannot be read. Download it instead.")) from error
        try:
            if not 0 <= page < min(len(document), MAX_PAGES):
                raise NotFound()
            shown = document[page]
            width, height = shown.get_size()
            scale = min(PAGE_SCALE, LONGEST_SIDE / max(width, height, 1))
            return _webp(shown.render(scale=scale, may_draw_forms=False).to_pil())
        finally:
            document.close()


def pages_in(sha256: str, size: int) -> int:
    """How many pages of a stored PDF can be shown, 30 at most; 0 for one that cannot be read."""
    if size > MAX_PREVIEW_BYTES:
        return 0
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(b"".join(storage().open(sha256)))
        except pypdfium2.PdfiumError:
            return 0
        try:
            return min(len(document), MAX_PAGES)
        finally:
            document.close()


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
