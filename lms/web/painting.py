"""Pictures and PDF pages painted anew as WebP, so that nothing but pixels is left. Import it where it is used."""

import io
import threading

import pillow_heif
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from lms.kernel.errors import NotFound
from lms.kernel.text import N_

LONGEST_SIDE = 1600
MAX_PIXELS = 60_000_000  # a 48-megapixel phone picture passes, a bomb of 30,000 x 30,000 does not
MAX_PAGES = 30
PAGE_SCALE = 1.6  # of 72 dots an inch: readable on a laptop, about 150 KB a page

pillow_heif.register_heif_opener()
_pdfium = threading.Lock()  # the library is not made for threads


def picture(stored: bytes) -> bytes:
    """Without its metadata (a phone writes where it was taken), turned upright, small enough for a page."""
    try:
        with Image.open(io.BytesIO(stored)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotFound(N_("This picture is too large to show here. Download it instead."))
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


def page_of(stored: bytes, page: int) -> bytes:
    """One page of a PDF, counted from 0. Raises NotFound for what cannot be shown."""
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


def pages_in(stored: bytes) -> int:
    """How many pages of a PDF can be shown, 30 at most; 0 for one that cannot be read."""
    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(stored)
        except pypdfium2.PdfiumError:
            return 0
        try:
            return min(len(document), MAX_PAGES)
        finally:
            document.close()
