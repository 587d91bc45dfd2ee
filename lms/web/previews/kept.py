"""Painted pages, kept beside the store until their file is gone or they are a month old; made again where absent.

`derived/<recipe>/<sha256>/pages.json` says how many pages there are or why there are none; `<page>.webp` is a page and
`<page>.trouble` says why there is none.
"""

import json
from dataclasses import dataclass

from lms.kernel.side import side
from lms.kernel.storage import FileMissing, storage
from lms.web.previews.painting import Busy, Painted, paint

DERIVED = "derived"
RECIPE = "v1"  # another one makes everything anew
BATCH = 3  # pages painted at once: starting the painter costs more than one page
MAX_PAGES = 30
BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Look:
    """pages: that can be shown, MAX_PAGES at most. all_pages: that there are. trouble: why none can, "" if some can."""

    pages: int
    all_pages: int
    trouble: str = ""


def look_at(sha256: str, kind: str) -> Look:
    """How many pages of a stored picture or PDF can be shown. Paints the first ones if nobody has looked before."""
    try:
        return _look_from(side().read(_name(sha256, "pages.json")))
    except FileMissing:
        pass
    try:
        painted = paint(storage().open(sha256), kind, 0, BATCH)
    except Busy:
        return Look(0, 0, BUSY)
    _keep(sha256, painted)
    pages = painted.pages if painted.pages is not None else int(bool(painted.pictures))
    trouble = painted.trouble or ("" if pages > 1 or painted.pictures else painted.troubles.get(0, "broken"))
    about = json.dumps({"pages": pages, "trouble": trouble}).encode()
    side().put(_name(sha256, "pages.json"), about)
    return _look_from(about)


def _look_from(stored: bytes) -> Look:
    about = json.loads(stored)
    pages = 0 if about["trouble"] else min(about["pages"], MAX_PAGES)
    return Look(pages, about["pages"], about["trouble"])


def page_of(sha256: str, kind: str, page: int) -> tuple[bytes | None, str]:
    """One page, counted from 0, as WebP; or None and why. Looks, paints and keeps where it must."""
    look = look_at(sha256, kind)
    if look.trouble or page >= look.pages:
        return None, look.trouble or "beyond"
    found = _read(sha256, page)
    if found is None:
        try:
            painted = paint(storage().open(sha256), kind, page, BATCH)
        except Busy:
            return None, BUSY
        _keep(sha256, painted)
        missing = BUSY if painted.is_cut else "broken"
        found = painted.pictures.get(page), painted.trouble or painted.troubles.get(page, missing)
    return found


def _read(sha256: str, page: int) -> tuple[bytes | None, str] | None:
    try:
        return side().read(_name(sha256, f"{page}.webp")), ""
    except FileMissing:
        pass
    try:
        return None, side().read(_name(sha256, f"{page}.trouble")).decode()
    except FileMissing:
        return None


def _keep(sha256: str, painted: Painted) -> None:
    for page, picture in painted.pictures.items():
        side().put(_name(sha256, f"{page}.webp"), picture)
    for page, trouble in painted.troubles.items():
        side().put(_name(sha256, f"{page}.trouble"), trouble.encode())


def _name(sha256: str, last: str) -> str:
    return f"{DERIVED}/{RECIPE}/{sha256}/{last}"


def sha256_of(name: str) -> str:
    """Of which file something in `derived` was made."""
    return name.split("/")[2] if name.count("/") == 3 else ""
