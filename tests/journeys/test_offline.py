"""Hours on a phone whose network goes away, and whose server dies in the middle: all of them arrive, each once."""

import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from benchmarks.server import Served
from lms.hub.hours.models import HoursEntry
from lms.kernel import clock
from lms.kernel.db import db, session, transaction
from lms.people.scope import unscoped
from tests.journeys.steps import sign_in
from tests.support import cast, run
from tests.support.databases import database_of
from tests.support.web import NOW, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.browser
Check = Callable[[Page], None]
TIMES = ["quick:30", "quick:60", "quick:90", "45", "1:15", "0.5", "1h", "20", "25m", "1:05", "35", "40"]
NO_NETWORK = "document.body.dataset.queueToken = '/nowhere'"  # until the next page, nothing finds its way
MINUTES = [30, 60, 90, 45, 75, 30, 60, 20, 25, 65, 35, 40]


def log_here(page: Page, time: str, day: str = "Yesterday") -> None:
    """Three taps, or two and a length that is written."""
    page.get_by_role("radio", name=day).check()
    page.get_by_role("radio", name="Manufacturing systems, unit 1").check()
    how, _, quick = time.partition(":")
    if how == "quick":
        page.get_by_role("button", name=f"+{quick} min").click()
    else:
        page.locator("#minutes").fill(time)
        page.get_by_role("button", name="Log", exact=True).click()


def counts(page: Page, text: str, kind: str = "hours") -> None:
    expect(page.locator(f"[data-outbox={kind}] [data-outbox-counts]")).to_have_text(text)


@pytest.mark.parametrize("width", [360])
def test_twelve_entries_logged_without_a_network_arrive_once(
    world: World, page: Page, check_page: Check, width: int
) -> None:
    page.clock.set_fixed_time(NOW)
    sign_in(page, "Ada")
    page.goto("/student/hours")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # the worker answers for pages that are opened once it is there
    expect(page.locator("body[data-offline-ready]")).to_be_attached()
    page.context.set_offline(True)
    page.goto("/student/hours")
    expect(page.get_by_role("heading", name="No network")).to_be_visible()
    check_page(page)
    for number, time in enumerate(TIMES, 1):
        log_here(page, time)
        counts(page, f"{number} waiting")
    assert world.all(HoursEntry) == []
    page.reload()  # nothing of it is in the page alone
    counts(page, "12 waiting")
    check_page(page)
    page.context.set_offline(False)
    counts(page, "12 saved")
    assert sorted(entry.minutes for entry in world.all(HoursEntry)) == sorted(MINUTES)
    page.goto("/student/hours")
    expect(page.locator("#entries ~ ul > li, section[aria-labelledby=entries] li")).to_have_count(12)
    counts(page, "12 saved")


@pytest.mark.parametrize("width", [360])
def test_a_page_whose_first_request_is_lost_is_asked_for_once_more(
    app: Flask, world: World, page: Page, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    to_lose: list[int] = []
    usual = app.wsgi_app

    def lossy(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/student/hours" and to_lose:
            to_lose.pop()
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return usual(environ, start_response)

    sign_in(page, "Ada")
    page.goto("/student/hours")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # the worker answers for pages that are opened once it is there
    expect(page.locator("body[data-offline-ready]")).to_be_attached()
    monkeypatch.setattr(app, "wsgi_app", lossy)
    for times, heading in ((1, "Hours, week 8"), (2, "No network")):
        to_lose.extend(range(times))
        page.goto("/student/hours")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        assert not to_lose


def test_what_waits_is_seen_and_sent_by_its_owner_alone_and_a_refused_entry_can_be_corrected(
    world: World, page: Page, check_page: Check
) -> None:
    page.clock.set_fixed_time(NOW)
    sign_in(page, "Ada")
    page.goto("/student/hours")
    page.evaluate(NO_NETWORK)
    log_here(page, "ninety")
    counts(page, "1 waiting")
    page.locator(".appbar details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign out anyway").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    page.goto("/sign-in")
    expect(page.locator("[data-outbox-others]")).to_contain_text("until their owner signs in: 1")

    sign_in(page, "Zoe")
    page.goto("/student/hours")
    expect(page.locator("[data-outbox]")).to_be_hidden()
    log_here(page, "quick:30")
    expect(page.get_by_text("Logged: 30 min")).to_be_visible()
    page.locator(".appbar details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()

    sign_in(page, "Ada")
    page.goto("/student/hours")
    counts(page, "1 not accepted")
    expect(page.get_by_text("Write the time as 90, 1:30, 1.5 or 1h30m.")).to_be_visible()
    page.get_by_role("button", name="Change").click()
    time = page.locator("[data-outbox]").get_by_label("Time", exact=True)
    expect(time).to_be_visible()
    check_page(page)
    time.fill("1:30")
    page.get_by_role("button", name="Send again").click()
    counts(page, "1 saved")
    found = {entry.enrollment_id: entry.minutes for entry in world.all(HoursEntry)}
    assert found == {world.enrollment("Ada").id: 90, world.enrollment("Zoe").id: 30}


@pytest.fixture
def served(engine: str, tmp_path: Path) -> Iterator[Served]:
    """The product as a process of its own, on the cast whose week 8 is this week: a process has no clock to hold."""
    database_of(engine).reset("empty")
    settings = {
        "LMS_DATABASE_URL": database_of(engine).url,
        "LMS_DATA_DIR": str(tmp_path / "data"),
        "LMS_SCHEDULER": "false",
        "WEB_CONCURRENCY": "1",
        run.FOLDER: str(run.folder()),
    }
    yield (server := Served("wsgi:app", settings, tmp_path / "server.log"))
    if server.process is not None and server.process.poll() is None:
        server.kill()


def build_cast() -> None:
    today = clock.now().date()
    with transaction():
        cast.build(today - timedelta(days=today.weekday(), weeks=7))


def logged_minutes() -> list[int]:
    with transaction(write=False):
        return sorted(session.scalars(unscoped(select(HoursEntry.minutes), "test")))


def test_the_server_dies_in_the_middle_of_the_sync_and_nothing_is_lost_or_twice(
    app: Flask, served: Served, browser: Browser
) -> None:
    with app.app_context():
        build_cast()
        served.start()
        context = browser.new_context(base_url=served.url, timezone_id="America/New_York", service_workers="block")
        page = context.new_page()
        sign_in(page, "Ada")
        page.goto("/student/hours")
        page.evaluate(NO_NETWORK)
        for number, time in enumerate(TIMES, 1):
            log_here(page, time)
            counts(page, f"{number} waiting")
        assert logged_minutes() == []
        seen: list[str] = []
        died: list[bool] = []

        def kill_at_the_fifth(route: Route) -> None:
            seen.append(route.request.post_data or "")
            if len(seen) < 5:
                return route.continue_()
            if len(seen) == 5:  # the server has it, and dies before the phone hears of it
                route.fetch()
                served.kill()
                died.append(True)
            return route.abort("connectionrefused")

        page.route("**/student/hours/entries", kill_at_the_fifth)
        page.reload()  # the page opens, and begins to send
        while not died:  # between two entries it says the same for a moment
            page.wait_for_timeout(50)
        counts(page, "8 waiting, 4 saved")
        assert len(logged_minutes()) == 5
        page.unroute("**/student/hours/entries")
        served.start()
        page.get_by_role("button", name="Send now").click()
        counts(page, "12 saved")
        assert logged_minutes() == sorted(MINUTES)
        context.close()
        session.remove()
        db.engine.dispose()
