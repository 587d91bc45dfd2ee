"""Accommodations, an own start, another cohort, and completion, as pages show them."""

from datetime import date

import pytest

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import (
    Accommodation,
    Enrollment,
)
from lms.kernel.db import session, transaction
from tests.support.web import World, words
from tests.web.test_life import ACCOMMODATION, DAY, at, consent, consent_to_progress, write


@pytest.mark.one_engine
def test_an_accommodation_is_seen_by_coordinator_and_student_and_as_an_effect_by_the_teacher(world: World) -> None:
    assert write(world, "accommodation", **ACCOMMODATION) == 303
    for page in (world.browser_of("Cleo").get(at(world)).text, world.browser_of("Ada").get("/student/enrollment").text):
        assert "Letter of the disability office" in page
        assert "1.5 times the time" in page
    taught = world.browser_of("Ben").get("/instructor/arrangements").text
    assert "150" in words(taught)
    assert "large print" in taught
    assert "Hand out the enlarged sheets." in taught
    assert "Letter of the disability office" not in taught
    assert "Ada" not in words(world.browser_of("Hana").get("/instructor/arrangements"))
    assert "Accommodation" not in world.browser_of("Gus").get(at(world)).text


@pytest.mark.one_engine
def test_peers_and_firms_find_no_word_of_an_accommodation_anywhere(world: World) -> None:
    consent_to_progress(world)
    consent(world, "Acme")
    assert write(world, "accommodation", **ACCOMMODATION) == 303
    number = world.enrollment("Ada").public_id
    pages = {
        "Zoe": ["/student/", "/student/enrollment", "/student/coursework", "/student/progress"],
        "Dee": [
            "/employer/",
            "/employer/employees",
            f"/employer/employees/{number}",
            f"/employer/employees/{number}/hours",
        ],
        "Sam": ["/employer/", "/employer/employees", f"/employer/employees/{number}", "/employer/approvals"],
    }
    for name, addresses in pages.items():
        for address in addresses:
            text = world.browser_of(name).get(address).text
            for word in ("ccommodation", "disability", "large print", "1.5 times", "Arrangement"):
                assert word not in text, (name, address, word)
    for saved in ("/coordinator/enrollments.csv", "/coordinator/left.csv", "/coordinator/board.csv"):
        assert "ccommodation" not in world.browser_of("Cleo").get(saved).text


@pytest.mark.one_engine
def test_an_accommodation_ends_by_a_new_row(world: World) -> None:
    write(world, "accommodation", **ACCOMMODATION)
    row = world.all(Accommodation)[0]
    assert write(world, "accommodation-end", which=row.public_id, last_day=str(DAY), note="Course is over.") == 303
    assert [one.to_day for one in world.all(Accommodation)] == [None, DAY]


@pytest.mark.one_engine
def test_a_late_joiner_gets_an_own_start_and_a_catch_up_plan(world: World) -> None:
    assert write(world, "start", weeks="4", note="Hired in October.") == 303
    shown = world.browser_of("Cleo").get(at(world)).text
    assert "4 weeks after the cohort" in shown
    assert "Catch-up plan" in shown
    for browser, address in (
        (world.browser_of("Cleo"), at(world, tail="/catch-up")),
        (world.browser_of("Ada"), "/student/catch-up"),
    ):
        plan = browser.get(address).text
        assert "Caught up by" in plan
        assert "14 h" in plan
        assert "Not by the end of the cohort" in browser.get(f"{address}?pace=10 h").text


@pytest.mark.one_engine
def test_a_student_moves_to_a_later_cohort_and_both_records_stay_readable(world: World) -> None:
    with transaction():
        cohort = later_cohort(world)
        section = Section(cohort_id=cohort.id, site_id=world.one(Section, name="Lowell").site_id, name="Spring")
        session.add(section)
        session.flush()
    cleo = world.browser_of("Cleo")
    preview = cleo.get(at(world, tail=f"/cohort-transfer?section={section.public_id}")).text
    assert "What goes along" in preview
    assert "Approved hours" in preview
    moved = cleo.post(
        at(world, tail="/cohort-transfer"),
        data={"section": section.public_id, "first_day": str(DAY), "note": "Needs more time."},
    )
    assert moved.status_code == 303
    assert "Goes on from" in cleo.get(moved.location).text
    assert "went to another cohort" in cleo.get(old_address(world)).text
    assert "Spring 2027" in world.browser_of("Ada").get("/student/enrollment").text


def old_address(world: World) -> str:
    first = world.all(Enrollment, person_id=world.person("Ada").id)[0]
    return f"/coordinator/enrollments/{first.public_id}"


def later_cohort(world: World) -> Cohort:
    old = world.one(Cohort)
    cohort = Cohort(
        program_id=old.program_id,
        program_version_id=old.program_version_id,
        name="Spring 2027",
        starts_on=date(2026, 10, 5),
        ends_on=date(2027, 10, 3),
        week_one_monday=date(2026, 10, 5),
        zone=old.zone,
    )
    session.add(cohort)
    session.flush()
    return cohort


@pytest.mark.one_engine
def test_completion_shows_both_rates_with_their_why(world: World) -> None:
    write(world, "withdrawal", student="Zoe", last_day="2026-09-20", reason="work", note="")
    write(world, "status", status="completed", effective_on=str(DAY), reason="finished")
    shown = world.browser_of("Gus").get("/coordinator/completion").text
    assert "50%" in shown
    assert "33.33%" in shown
    assert "29 CFR 29.2" in shown
    assert "34 CFR 668.45" in shown
