"""A real browser: pages at phone and desktop width, with and without JavaScript, checked for accessibility.

A test chooses by parametrising: `@pytest.mark.parametrize("width", [360, 1280])`, `("javascript", [False])`,
`("scheme", ["dark"])`, `("language", ["es"])`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support import run
from tests.support.databases import ENOUGH

QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # A page and the script that checks it run once: to optimize them took a fifth of the browser's time, and to compile
    # the same script again for the next page some more.
    "--js-flags=--no-opt,--no-maglev,--no-flush-bytecode",
]
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
SLOW = 30_000  # milliseconds that a busy machine may take; a test that passes never waits for it
ON_PURPOSE = tuple(
    f"Failed to load resource: {why}"
    for why in (
        "the server responded",
        "net::ERR_INTERNET_DISCONNECTED",
        "net::ERR_CONNECTION_REFUSED",
        "net::ERR_FAILED",
    )
)
PHONE, DESK = 360, 1280  # pixels
HEIGHTS = {PHONE: 740, DESK: 800}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    # What passed is not carried over: that was a third of the time. No rule here needs the style sheets once more.
    "resultTypes": ["violations"],
    "preload": False,
}
ACCESSIBLE = Path(__file__).with_name("accessible.js").read_text()
# The browser keeps it for all pages of a visitor: to send it with each check took longer than to load it.
LOAD_AXE = f"globalThis.loadAxe = () => {{ if (!globalThis.axe) {{ {AXE_SCRIPT} }} }}"
known_looks: set[str] = set()  # of text whose contrast this process has measured and found good


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A plain `./dev test` tries at a desk only what it does not try just so on a phone; `./dev check` tries both."""
    if config.getoption("--engine") != ENOUGH:
        return
    on_phone = {_besides_width(item) for item in items if _width(item) == PHONE}
    left_out = {item for item in items if _width(item) == DESK and _besides_width(item) in on_phone}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _parameters(item: pytest.Item) -> dict[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def _width(item: pytest.Item) -> int | None:
    return _parameters(item).get("width")


def _besides_width(item: pytest.Item) -> str:
    others = sorted((name, str(value)) for name, value in _parameters(item).items() if name != "width")
    return f"{item.nodeid.partition('[')[0]} {others}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser that `./dev test` found; started once a process."""
    path = os.environ.get(run.BROWSER) or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("no browser; run ./dev test, or set LMS_TEST_BROWSER to one")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # root may not use the sandbox
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])
        expect.set_options(timeout=SLOW)
        yield started
        started.close()


@pytest.fixture
def width() -> int:
    """Pixels; 360 is a phone, 1280 a desktop."""
    return 1280


@pytest.fixture
def javascript() -> bool:
    return True


@pytest.fixture
def scheme() -> str:
    """ "light" or "dark"."""
    return "light"


@pytest.fixture
def language() -> str:
    """What the browser asks for: "en" or "es"."""
    return "en"


NewPage = Callable[[], Page]


@pytest.fixture
def new_page(
    browser: Browser, live_url: str, width: int, javascript: bool, scheme: str, language: str, tmp_path: Path
) -> Iterator[NewPage]:
    """Opens a page of a new visitor (own cookies): for tests in which two persons meet.

    After the test, an error in any page's console fails it; so does a request to another host.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page() -> Page:
        context = browser.new_context(
            base_url=live_url,
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            has_touch=width < 600,
            java_script_enabled=javascript,
            color_scheme=scheme,  # type: ignore[arg-type]
            locale={"en": "en-US", "es": "es-US"}[language],
            timezone_id="America/New_York",
            reduced_motion="reduce",
            # Where there is no network is on a phone; at a desk a second process for each page only costs time.
            service_workers="allow" if width < 600 else "block",
        )
        context.set_default_timeout(SLOW)
        context.add_init_script(LOAD_AXE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on("console", lambda said: _note_console(said.type, said.text, troubles))
        page.on("request", lambda asked: _note_request(asked.url, live_url, troubles))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def _note_console(kind: str, text: str, troubles: list[str]) -> None:
    # The browser reports every answer of 400 and above, and every request without a network; tests ask for both.
    if kind == "error" and not text.startswith(ON_PURPOSE):
        troubles.append(f"console: {text}")


def _note_request(url: str, live_url: str, troubles: list[str]) -> None:
    if not url.startswith((live_url, "data:", "blob:")):
        troubles.append(f"a page asked another host: {url}")


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One visitor's page on the running product; addresses may be relative: `page.goto("/hours")`."""
    return new_page()


@pytest.fixture
def check_page() -> Callable[[Page], None]:
    """Fails unless what `page` shows has no accessibility violation and nothing sticks out to the right."""

    def check(page: Page) -> None:
        page.wait_for_load_state("load")  # a click goes on as soon as the next page begins to arrive
        if not page.evaluate("!!globalThis.loadAxe"):  # the page runs no scripts
            page.evaluate(AXE_SCRIPT)
        told = page.evaluate(ACCESSIBLE, [AXE, sorted(known_looks)])
        known_looks.update(told.pop("good"))
        found = AxeResults(told)
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= shown, f"{page.url} is {wide} px wide in a window of {shown} px"

    return check
