"""The reports' page, its files, and the API's."""

import io
import zipfile

import pytest

from lms.hub.cohorts.models import Cohort
from lms.reports.hours.rules.profiles import Profile
from tests.api.support import caller
from tests.reports.test_pack import approved_week
from tests.support.web import World, words


@pytest.mark.parametrize("profile", Profile)
def test_the_page_and_the_api_show_the_same_figures(world: World, profile: Profile) -> None:
    approved_week(world)
    cohort = world.one(Cohort).public_id
    shown = world.browser_of("Cleo").get(f"/coordinator/reports/hours?profile={profile}").text
    told = caller(world, "Cleo").get(f"/cohorts/{cohort}/hours-report?profile={profile}").json
    assert told is not None
    for row in told["rows"]:
        assert row["student"] in shown
        minutes = next(iter(row["figures"].values()))
        assert f"{minutes // 60}:{minutes % 60:02d}" in shown


def test_a_report_of_a_day_before_the_hours_is_empty(world: World) -> None:
    approved_week(world)
    shown = world.browser_of("Cleo").get("/coordinator/reports/hours?profile=apprenticeship&as_of=2026-10-01").text
    assert "Nothing to count yet" in shown


def test_a_day_that_does_not_exist_is_refused_by_name(world: World) -> None:
    answer = world.browser_of("Cleo").get("/coordinator/reports/hours?as_of=2026-02-30")
    assert answer.status_code == 422
    assert "There is no such day" in answer.text


def test_the_report_comes_as_csv_and_xlsx(world: World) -> None:
    approved_week(world)
    browser = world.browser_of("Cleo")
    table = browser.get("/coordinator/reports/hours.csv?profile=apprenticeship").text
    assert "student,enrollment,firm,part,work_process,method,approved,paid" in table
    book = browser.get("/coordinator/reports/hours.xlsx?profile=apprenticeship").data
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()


def test_another_sites_coordinator_reports_nothing_of_ada(world: World) -> None:
    approved_week(world)
    assert "Ada" not in words(world.browser_of("Ivo").get("/coordinator/reports/hours?profile=off-the-job"))


def test_a_student_takes_the_own_pack_along(world: World) -> None:
    approved_week(world)
    answer = world.browser_of("Ada").post("/student/hours/audit-pack")
    assert answer.status_code == 200
    assert "hours.pdf" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
