"""Static files under a path that carries the mark of all of them, so that a phone keeps each until the next release.

The mark stands in the path, not after it, since scripts name each other relatively: `/static/0f3c.../page.js` loads
`/static/0f3c.../drafts.js`. Without the mark a file is served too, and asked for anew each time.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from markupsafe import Markup

MARKED = re.compile(r"([0-9a-f]{12})/(.+)")
A_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Serve the files, and give templates `static(name)` and `icon(name)`."""
    app.view_functions["static"] = serve
    app.jinja_env.globals.update(static=static, icon=icon)


def static(name: str) -> str:
    """The address of a file, good until the next release."""
    key = (name, request.root_path)
    if key not in _addresses:
        _addresses[key] = url_for("static", filename=f"{mark()}/{name}")
    return _addresses[key]


_addresses: dict[tuple[str, str], str] = {}  # a page asks for dozens


def icon(name: str) -> Markup:
    """One symbol of the sprite, for the eye only: words stand beside it."""
    key = (name, request.root_path)
    if key not in _icons:
        drawing = Markup('<svg class="icon " aria-hidden="true"><use href="{}#{}"/></svg>')
        _icons[key] = drawing.format(static("vendor/icons.svg"), name)
    return _icons[key]


_icons: dict[tuple[str, str], Markup] = {}


def serve(filename: str) -> Response:
    """A file, with or without the mark. One of an earlier release gets today's file, which is not kept."""
    found = MARKED.fullmatch(filename)
    response = current_app.send_static_file(found[2] if found else filename)
    if found and found[1] == mark() and not current_app.debug:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
    return response


def names() -> list[str]:
    """Every static file but the icons of the home screen, by its path in the folder."""
    return [name for name in _contents(_folder()) if not name.startswith("icons/")]


def mark() -> str:
    """The same as long as every file is."""
    return _mark(_folder())


@cache
def _mark(folder: Path) -> str:
    read = sha256()
    for name in _contents(folder):
        read.update(name.encode())
        read.update((folder / name).read_bytes())
    return read.hexdigest()[:12]


def _contents(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _folder() -> Path:
    return Path(current_app.static_folder or "")
