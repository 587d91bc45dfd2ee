"""Files that we carry are what their makers published, and templates obey the content security policy."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from lms.web.shell import PORTALS
from tests.support.web import World

ROOT = Path(__file__).parents[2] / "lms" / "web"
VENDOR = ROOT / "static" / "vendor"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
FORBIDDEN = {
    r"\sstyle\s*=": "inline style",
    r"<style": "inline style",
    r"<script(?![^>]*\bsrc=)": "inline script",
    r"\bon[a-z]+\s*=\s*[\"']": "inline handler",
    r"hx-on": "inline handler of htmx",
    r"hx-ext|hx-disabled-elt|hx-vals=.js": "an attribute of htmx 2, or one that evaluates",
    r"\|\s*safe\b": "unescaped text",
    r"javascript:": "script in an address",
    r"https?://(?!www\.w3\.org)": "another host",
}


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_of_its_manifest(entry: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert entry["licence"]
    assert entry["version"] in (VENDOR / "LICENSES.txt").read_text()


def test_every_vendored_file_is_in_the_manifest() -> None:
    known = {entry["file"] for entry in MANIFEST} | {"manifest.json", "LICENSES.txt"}
    assert {path.name for path in VENDOR.iterdir()} == known


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_that_the_policy_forbids(path: Path) -> None:
    text = path.read_text()
    found = [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]
    assert not found


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    symbols = set(re.findall(r'<symbol id="([a-z-]+)"', (VENDOR / "icons.svg").read_text()))
    named = {name for path in TEMPLATES for name in re.findall(r'\bicon\("([a-z-]+)"', path.read_text())}
    named |= {place.icon for portal in PORTALS for place in (portal, *portal.places)}
    assert named <= symbols


@pytest.mark.one_engine
def test_a_file_under_the_mark_of_the_release_is_kept_and_under_another_it_is_not(world: World) -> None:
    page = world.visitor().get("/sign-in").text
    (address,) = re.findall(r'src="(/static/[0-9a-f]{12}/page\.js)"', page)
    kept = {}
    for path in (address, "/static/000000000000/page.js", "/static/page.js"):
        with world.visitor().get(path) as answer:
            assert answer.status_code == 200
            kept[path] = answer.headers["Cache-Control"]
            assert answer.data == (ROOT / "static" / "page.js").read_bytes()
    assert "immutable" in kept.pop(address)
    assert not any("immutable" in said or "max-age" in said for said in kept.values()), kept
    assert world.visitor().get("/static/000000000000/../../app.py").status_code == 404
