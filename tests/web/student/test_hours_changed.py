"""Hours from..to that are changed by the clock, and what a returned week and the year say of them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.models import HoursEntry, WeekSheet
from lms.hub.hours.services.decisions import return_part, witness
from lms.kernel.db import transaction
from tests.api.support import caller
from tests.hub.hours.weeks import LOCK, MONDAY, at, hand_in, log_week, part_of
from tests.support.web import NOW, World
from tests.web.student.test_hours import BEFORE, PAGE, THIS_WEEK, entry_form, field_of, log, sent, unit


@pytest.fixture
def ada(world: World) -> FlaskClient:
    return world.browser_of("Ada")


def by_clock(world: World, ada: FlaskClient, day: str, start: str, end: str) -> HoursEntry:
    log(world, ada, day=day, start=start, end=end)
    return world.all(HoursEntry)[-1]


def test_p8_a_night_is_changed_by_its_clock_times(world: World, ada: FlaskClient) -> None:
    entry = by_clock(world, ada, "2026-10-27", "22:00", "02:00")
    assert "10:00\u00a0PM\u00a0EDT</time> – 2:00\u00a0AM" in ada.get(PAGE).text
    form = entry_form(ada, entry, unit=unit(world), start="22:00", end="03:30")
    assert field_of(ada.get(f"/student/hours/entries/{entry.public_id}").text, "start") == "22:00"
    assert ada.post(f"/student/hours/entries/{entry.public_id}", data=form).location == PAGE
    now = world.all(HoursEntry)[-1]
    assert (now.minutes, now.supersedes_id, now.starts_at) == (330, entry.id, entry.starts_at)
    overlapping = log(world, ada, day="2026-10-28", start="03:00", end="04:00")
    assert overlapping.status_code == 422
    gone = entry_form(ada, now, unit=unit(world), minutes="60", start="22:00", end="03:30")
    ada.post(f"/student/hours/entries/{now.public_id}", data=gone)  # only the minutes: from..to is not known any more
    assert world.all(HoursEntry)[-1].starts_at is None


@pytest.mark.one_engine
def test_h5_a_change_that_reaches_into_the_next_week_is_split(world: World, ada: FlaskClient) -> None:
    entry = by_clock(world, ada, "2026-10-25", "22:00", "23:30")
    form = entry_form(ada, entry, unit=unit(world), start="22:00", end="01:15")
    ada.post(f"/student/hours/entries/{entry.public_id}", data=form)
    first, rest = world.all(HoursEntry)[-2:]
    assert [(first.minutes, first.monday), (rest.minutes, rest.monday)] == [(120, MONDAY), (75, THIS_WEEK)]
    assert first.span == rest.span is not None
    assert "stands in the next week" in (shown := ada.get(BEFORE).text)
    assert "one night over two weeks" in shown


@pytest.mark.one_engine
def test_h2_a_change_into_the_repeated_hour_asks_and_a_skipped_time_is_flagged(world: World, ada: FlaskClient) -> None:
    with at(LOCK + timedelta(days=2)):
        ada = world.browser_of("Ada")
        entry = by_clock(world, ada, "2026-11-01", "03:00", "04:00")
        form = entry_form(ada, entry, unit=unit(world), start="01:30", end="04:00")
        asked = ada.post(f"/student/hours/entries/{entry.public_id}", data=form)
        assert (asked.status_code, "twice" in asked.text, 'name="which_start"' in asked.text) == (422, True, True)
        again = {**form, "which_start": "second", "which_end": ""}
        assert ada.post(f"/student/hours/entries/{entry.public_id}", data=again).status_code == 303
        assert world.all(HoursEntry)[-1].minutes == 150
        shown = ada.get(f"/student/hours/entries/{world.all(HoursEntry)[-1].public_id}").text
        assert re.search(r'<option selected value="second">', shown)
    with at(datetime(2027, 3, 15, 14, tzinfo=UTC)):
        ada = world.browser_of("Ada")
        week = "/student/hours/weeks/2027-03-08"
        moved = ada.post(f"{week}/entries", data=sent(world, day="2027-03-14", start="02:30", end="05:00"))
        assert "The clock skipped that time" in ada.get(moved.location).text
    assert world.all(HoursEntry)[-1].minutes == 90


@pytest.mark.one_engine
def test_h21_a_returned_week_lists_its_marked_cells_and_what_became_of_them(world: World, ada: FlaskClient) -> None:
    log_week(world)
    hand_in(world)
    first, second, third = world.all(HoursEntry)
    part = part_of(world)
    with transaction():
        return_part(world.actor("Ben"), part, "Too long", [entry.public_id for entry in (first, second, third)])
    card = ada.get(BEFORE).text.split('id="sheet-card"')[1]
    assert card.count("as you handed it in") == 3
    form = entry_form(ada, first, unit=unit(world), minutes="3:00")
    ada.post(f"/student/hours/entries/{first.public_id}", data=form)
    ada.post(f"/student/hours/entries/{second.public_id}/removal")
    card = ada.get(BEFORE).text.split('id="sheet-card"')[1]
    assert (card.count("as you handed it in"), "now 3 h on Mon, Oct 19" in card, "removed" in card) == (1, True, True)
    assert "Hand in again" in card
    assert ada.post(f"{BEFORE}/sheet").status_code == 303
    assert world.one(WeekSheet).version == 2
    assert "as you handed it in" not in ada.get(BEFORE).text


@pytest.mark.one_engine
def test_d14_logged_evidenced_and_approved_stand_side_by_side(world: World, ada: FlaskClient) -> None:
    log_week(world)
    with transaction():
        witness(world.actor("Ben"), world.enrollment("Ada"), MONDAY, Kind.LECTURE_ONLINE, world.all(HoursEntry)[0])
    for page in (BEFORE, "/student/hours/year"):
        figures = re.findall(r"<dt>(Logged|Evidenced|Approved)</dt><dd><span class=\"\">([^<]*)<", ada.get(page).text)
        assert figures == [("Logged", "11 h"), ("Evidenced", "4 h"), ("Approved", "0 h")]


@pytest.mark.one_engine
def test_h24_the_year_says_how_to_come_back_and_why(world: World, ada: FlaskClient) -> None:
    for number in range(2, 8):  # the seven weeks asked for 6 times 600 and, from the first Tuesday on, for 480
        with at(NOW - timedelta(weeks=7 - number)):
            log_week(world, monday=MONDAY - timedelta(weeks=7 - number), minutes=630)
    shown = ada.get("/student/hours/year").text
    assert "3 weeks of 12 h bring you back by Sun, Nov 15" in shown
    assert "Behind what was expected until last Sunday: 5 h" in shown
    assert "When you finish" in shown
    said = caller(world, "Ada").get(f"/enrollments/{world.enrollment('Ada').public_id}/way-back").json
    assert (said["behind_minutes"], said["pace_minutes"], said["done_on"]) == (300, 720, "2026-11-15")
    assert said["weeks"] == ["2026-10-26", "2026-11-02", "2026-11-09"]
    assert "3 weeks" in said["sentence"]
