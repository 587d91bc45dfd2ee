"""Pictures and PDF pages painted anew as WebP, so that nothing but pixels is left. A program of its own.

It imports nothing of the product and is run by `lms.web.previews.painting`: a file that was made to crash a library, to
fill the memory or to take for ever harms this process only. Usage: `painter.py KIND FIRST COUNT < file`; it writes for
each page a line of JSON, `{"page": 0, "bytes": 1234}` followed by so many bytes, or `{"page": 0, "trouble": "..."}`,
and before them for a document `{"pages": 12}` or `{"trouble": "..."}` for all of it.
"""

import contextlib
import io
import json
import resource
import sys
from typing import Any

LONGEST_SIDE = 1600
MAX_PIXELS = 60_000_000  # a 48-megapixel phone picture passes, a bomb of 30,000 x 30,000 does not
MAX_PAGES = 30
PAGE_SCALE = 1.6  # of 72 dots an inch: readable on a laptop, about 150 KB a page
MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 4  # less than whoever waits does: what stops it is the file, not a busy machine
PASSWORD_ERROR = 4  # FPDF_ERR_PASSWORD of fpdfview.h


def main(kind: str, first: int, count: int) -> None:
    """Paint what stdin holds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    stored = sys.stdin.buffer.read()
    if kind == "pdf":
        paint_pages(stored, first, count)
    else:
        say(page=0, **paint_picture(stored))


def say(**about: Any) -> None:
    """One line, and the bytes after it; at once, so that what is painted counts even if the next page never ends."""
    painted = about.pop("painted", None)
    if painted is not None:
        about["bytes"] = len(painted)
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + (painted or b""))
    sys.stdout.buffer.flush()


def paint_picture(stored: bytes) -> dict[str, Any]:
    """Without its metadata (a phone writes where it was taken), turned upright, small enough for a page."""
    import pillow_heif
    from PIL import Image, ImageOps

    pillow_heif.register_heif_opener()
    try:
        with Image.open(io.BytesIO(stored)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                return {"trouble": "pixels"}
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            return {"painted": webp(ImageOps.exif_transpose(picture))}
    except Image.DecompressionBombError:
        return {"trouble": "pixels"}
    except MemoryError:
        return {"trouble": "heavy"}
    except Exception:
        return {"trouble": "broken"}


def webp(picture: Any) -> bytes:
    """`picture` as WebP within the longest side."""
    picture = picture.convert("RGBA" if "A" in picture.getbands() or picture.mode == "P" else "RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=80, method=3)
    return out.getvalue()


def paint_pages(stored: bytes, first: int, count: int) -> None:
    """The pages from `first` (0 is the first one), each on its own: one that is broken does not hide the others."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(stored)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        say(trouble="password" if getattr(error, "err_code", None) == PASSWORD_ERROR else "broken")
        return
    say(pages=pages)
    for number in range(first, min(first + count, pages, MAX_PAGES)):
        try:
            page = document[number]
            width, height = page.get_size()
            scale = min(PAGE_SCALE, LONGEST_SIDE / max(width, height, 1))
            say(page=number, painted=webp(page.render(scale=scale, may_draw_forms=False).to_pil()))
        except MemoryError:
            say(page=number, trouble="heavy")
        except Exception:
            say(page=number, trouble="broken")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
