"""The gradebook: filters, as of a day, cells, statistics, files; and by keyboard in a browser."""

import io
import zipfile
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from sqlalchemy import update

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.grading.gradebook import Cell
from lms.hub.grading.models import Release, Score
from lms.hub.grading.rules import Status
from lms.hub.grading.rules.statistics import statistics_of
from lms.kernel.db import session, transaction
from lms.kernel.outbox import HOUSE
from lms.people.accounts.models import Person
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade, with_rubric
from tests.journeys.steps import Check, follow, sign_in
from tests.support.crowd import crowd
from tests.support.statements import count_statements
from tests.support.web import World


def book_url(world: World, **more: str) -> str:
    section, course = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
    return f"/instructor/gradebook?section={section}&course={course}" + "".join(f"&{k}={v}" for k, v in more.items())


def cell_url(world: World, activity: str, name: str = "Ada") -> str:
    course = world.one(Course, code="PC").public_id
    enrollment = world.enrollment(name).public_id
    return f"/instructor/gradebook/enrollments/{enrollment}/courses/{course}/activities/{activity}"


def test_students_are_found_by_name_and_by_what_stands_in_their_row(world: World) -> None:
    first, _ = set_work(world, plan("PC-A1"), plan("PC-A2", week=2))
    grade(world, hand_in(world, "Ada", first), 5_000)
    hand_in(world, "Zoe", first)
    ben = world.browser_of("Ben")
    for asked, there, gone in (
        ({"q": "zo"}, "Zoe", ">Ada<"),
        ({"show": "failing"}, ">Ada<", ">Zoe<"),
        ({"show": "waiting"}, ">Zoe<", ">Ada<"),
        ({"q": "nobody"}, "Nobody fits what you look for.", ">Ada<"),
    ):
        shown = ben.get(book_url(world, **asked)).text
        assert there in shown
        assert gone not in shown
    assert ">Zoe<" in ben.get(book_url(world, show="missing")).text
    assert ben.get(book_url(world, as_of="never")).status_code == 422
    then = ben.get(book_url(world, as_of="2026-10-01T08:00")).text
    assert "As it was on" in then
    assert "50*" not in then


def test_points_are_typed_into_a_cell_and_two_at_once_see_each_other(world: World) -> None:
    first, lab = set_work(world, plan("PC-A1"), plan("PC-A2"))
    with_rubric(world, lab)
    ben, url = world.browser_of("Ben"), cell_url(world, first.public_id)
    assert "Points before lateness" in ben.get(url).text
    part = ben.get(url, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    back = book_url(world)
    answer = ben.post(url, data={"version": "0.0", "points": "61.5", "back": back})
    assert (answer.status_code, answer.location) == (303, back)
    assert ben.post(url, data={"version": "0.0", "points": "62"}).status_code == 409
    assert ben.post(url, data={"version": "0.1", "points": "x"}).status_code == 422
    elsewhere = {"version": "0.1", "points": "63", "then": "release", "back": "//evil.example"}
    assert "/instructor/gradebook/enrollments/" in (ben.post(url, data=elsewhere).location or "")
    assert ([one.points for one in world.all(Score)], len(world.all(Release))) == ([6_150, 6_300], 1)
    assert ben.post(cell_url(world, lab.public_id), data={"version": "0.0", "points": "5"}).status_code == 422
    assert world.browser_of("Hana").get(url).status_code == 404
    assert world.browser_of("Cleo").post(url, data={"version": "0.2", "points": "5"}).status_code == 403


@pytest.mark.one_engine
def test_a_file_for_a_spreadsheet_holds_no_formula(world: World) -> None:
    (first,) = set_work(world)
    grade(world, hand_in(world, "Ada", first), 6_125)
    with transaction():
        session.execute(update(Person).where(Person.name == "Zoe").values(name="=SUM(A1)").execution_options(**HOUSE))
    section, course = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
    url = f"/instructor/gradebook/sections/{section}/courses/{course}"
    with zipfile.ZipFile(io.BytesIO(world.browser_of("Ben").get(f"{url}/xlsx").data)) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>61.25</v>" in sheet
    assert "'=SUM(A1)" in sheet
    assert "<f>" not in sheet
    statistics = world.browser_of("Ben").get(f"{url}/statistics").text
    assert "61.3" in statistics


def test_pages_of_the_gradebook_send_as_many_statements_for_many_students_as_for_few(world: World) -> None:
    (first,) = set_work(world)
    grade(world, hand_in(world, "Ada", first), 6_125)
    ben = world.browser_of("Ben")
    section, course = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
    urls = [book_url(world, show="failing"), f"/instructor/gradebook/sections/{section}/courses/{course}/statistics"]

    def counts() -> list[int]:
        found = []
        for url in urls:
            ben.get(url)
            with count_statements() as sent:
                assert ben.get(url).status_code == 200
            sent.at_most(8)
            found.append(sent.count)
        return found

    few = counts()
    crowd(world, 60)
    assert counts() == few


parts = st.lists(st.integers(0, 10_000), max_size=20)


@given(parts)
def test_statistics_lie_between_the_lowest_and_the_highest(points: list[int]) -> None:
    cells = [Cell("a", "", 10_000, Status.GRADED, Fraction(one)) for one in points]
    rest = [Cell("a", "", 10_000, status) for status in (Status.IN, Status.MISSING, Status.ZERO, Status.EXEMPT)]
    found = statistics_of([*cells, *rest])
    assert (found.graded, found.waiting, found.missing, found.exempt) == (len(points), 1, 2, 1)
    assert sum(found.bands) == len(points)
    if points:
        assert found.lowest <= found.median <= found.highest
        assert found.lowest <= found.mean <= found.highest
    else:
        assert found.mean is None


@pytest.mark.browser
@pytest.mark.one_engine
@pytest.mark.parametrize("width", [360, 1280])
def test_the_gradebook_is_walked_and_a_cell_filled_with_the_keyboard(
    world: World, page: Page, check_page: Check
) -> None:
    (first,) = set_work(world)
    hand_in(world, "Ada", first)
    sign_in(page, "Ben")
    page.goto(book_url(world))
    page.wait_for_load_state()
    check_page(page)
    page.locator("table[data-grid] tbody td").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Points before lateness")).to_be_focused()
    check_page(page)
    page.keyboard.type("61.5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("61.5*")).to_be_visible()
    for path in ("statistics", "policy", "imports"):
        section, course = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
        page.goto(f"/instructor/gradebook/sections/{section}/courses/{course}/{path}")
        check_page(page)
    page.goto(cell_url(world, first.public_id))
    check_page(page)
    page.goto("/instructor/marking")
    check_page(page)
    follow(page.get_by_role("link", name="PC-A1"))
    check_page(page)
    page.goto("/instructor/regrades")
    check_page(page)
