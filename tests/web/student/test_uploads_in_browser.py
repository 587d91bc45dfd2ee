"""A phone on a bad line, and files that would like to run."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from lms.hub.coursework.models import Draft, Submission, SubmissionFile
from tests.hub.coursework.corpus import MIB, TAKEN
from tests.hub.coursework.made import set_work
from tests.journeys.steps import sign_in
from tests.support.web import World


@pytest.mark.parametrize("width", [360])
def test_a_file_goes_on_after_a_break_and_a_reload(
    world: World, page: Page, check_page: Callable[[Page], None], tmp_path: Path
) -> None:
    (activity,) = set_work(world)
    film = tmp_path / "film of the press.mp4"
    film.write_bytes(b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(5 * MIB))
    offsets: list[str] = []

    def narrow(route: Route) -> None:
        """The third part never gets through."""
        offsets.append(route.request.headers["upload-offset"])
        if len(offsets) == 3:
            page.context.set_offline(True)
            route.abort()
        else:
            route.continue_()

    sign_in(page, "Ada")
    page.goto(f"/student/coursework/{activity.public_id}")
    page.route("**/draft", lambda route: route.abort())
    page.get_by_label("Your text").fill("The press runs.")
    page.route("**/student/uploads/*", narrow)
    page.get_by_label("Add files").set_input_files(film)
    expect(page.locator("[data-uploads]")).to_contain_text("No connection")
    check_page(page)
    page.get_by_role("button", name="Check and hand in").click()
    expect(page.locator("[data-upload-state]")).to_contain_text("still on their way")
    page.get_by_role("button", name="Pause: film of the press.mp4").click()
    expect(page.locator("[data-uploads]")).to_contain_text("Paused")
    page.context.set_offline(False)
    page.reload()
    if page.get_by_role("heading", name="No network").count():  # seen once: the browser was not online again yet
        page.reload()
    expect(page.get_by_label("Your text")).to_have_value("The press runs.")
    page.unroute("**/draft")
    expect(page.get_by_text("2.0 of 5.0 MB arrived")).to_be_visible()
    check_page(page)
    page.get_by_label("Add files").set_input_files(film)
    page.get_by_role("button", name="Check and hand in").click()
    page.get_by_role("button", name="Hand in now").click()  # it went on by itself when the file was there
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    assert offsets[3:] == [str(number * MIB) for number in (2, 3, 4, 5)], "nothing was sent twice"
    assert len(world.all(SubmissionFile)) == 1


def test_nothing_that_was_uploaded_runs(world: World, page: Page, tmp_path: Path) -> None:
    (activity,) = set_work(world)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    wanted = [
        *("pdf that is also a web page", "png that is also an archive", "png with a page after it"),
        *("text that holds a script", "markdown that holds a script", "table of formulas", "script as code"),
    ]
    for title in wanted:
        name, make = TAKEN[title]
        (tmp_path / name).write_bytes(make())
    sign_in(page, "Ada")
    page.goto(f"/student/coursework/{activity.public_id}")
    page.get_by_label("Add files").set_input_files([tmp_path / TAKEN[title][0] for title in wanted])
    expect(page.get_by_label("Files on your draft").get_by_role("listitem")).to_have_count(len(wanted))
    page.get_by_role("button", name="Check and hand in").click()
    page.get_by_role("button", name="Hand in now").click()
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    expect(page.locator("img.sheet")).to_have_count(4)
    for picture in page.locator("img.sheet").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("image => image.naturalWidth") > 0
    for file in world.all(SubmissionFile):
        with page.expect_download() as saved:
            page.evaluate("url => { location.href = url }", f"/student/files/{file.public_id}")
        assert saved.value.url.endswith(file.public_id)
        saved.value.cancel()
    page.context.clear_cookies()
    sign_in(page, "Ben")
    page.goto(f"/instructor/grading/{world.one(Submission).public_id}")
    expect(page.locator("img.sheet")).to_have_count(4)
    expect(page.locator("ol.lines").first).to_contain_text("<script>document.title")
    assert page.title() != "ran"
    assert not [url for url in asked if re.search(r"/ran$|^dialog", url)]


@pytest.mark.parametrize("width", [360])
def test_two_windows_that_both_save_see_both_versions_and_put_them_together(
    world: World, page: Page, check_page: Callable[[Page], None]
) -> None:
    (activity,) = set_work(world)
    sign_in(page, "Ada")
    other = page.context.new_page()
    for window in (page, other):
        window.goto(f"/student/coursework/{activity.public_id}")
    other.get_by_label("Your text").fill("The press\nruns hot.")
    expect(other.get_by_text("Draft saved.")).to_be_visible()
    page.get_by_label("Your text").fill("The press\nwas <b>oiled</b>.")
    expect(page.get_by_text("You have written this in another window since.")).to_be_visible()
    expect(page.get_by_role("region", name="Saved in the other window")).to_contain_text("runs hot.")
    expect(page.get_by_role("region", name="Typed here")).to_contain_text("was <b>oiled</b>.")
    check_page(page)
    page.get_by_role("button", name="Put both together").click()
    expect(page.get_by_label("Your text")).to_have_value("The press\nruns hot.\nwas <b>oiled</b>.")
    assert world.one(Draft).text == "The press\nruns hot.\nwas <b>oiled</b>."
