"""A student's hours pages: three taps, any way to write a time, the grid, change, remove, undo, hand in."""

import csv
import io
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.hub.catalog.models import Unit
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.models import Leave
from lms.hub.hours.models import HoursEntry, WeekSheet
from lms.hub.hours.rules.entry import Source
from lms.hub.hours.rules.sheet import State
from lms.hub.hours.services.decisions import return_part
from lms.kernel.db import session, transaction
from tests.hub.hours.weeks import LOCK, MONDAY, at, hand_in, log_week, part_of
from tests.support.statements import count_statements
from tests.support.web import World

THIS_WEEK = MONDAY + timedelta(days=7)
WEDNESDAY = THIS_WEEK + timedelta(days=2)
PAGE = f"/student/hours/weeks/{THIS_WEEK}"
COLUMNS = ("enrollment_id", "monday", "day", "zone", "minutes", "kind", "unit_id", "lag_days")
BEFORE = f"/student/hours/weeks/{MONDAY}"


@pytest.fixture
def ada(world: World) -> FlaskClient:
    return world.browser_of("Ada")


def field_of(text: str, name: str) -> str:
    """What the page put into an input, as a browser would send it back."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', text)
    assert found, f"no field {name}"
    value = re.search(r'value="([^"]*)"', found.group())
    return value.group(1) if value else ""


def sent(world: World, page: str = "", **more: object) -> dict[str, object]:
    """The log form as it opens, with what was tapped or typed."""
    key = field_of(page, "client_key") if page else "5c0cbd7b-bd16-4be5-8f0b-ff3e6d1f0f4e"
    return {"client_key": key, "day": WEDNESDAY.isoformat(), "unit": unit(world), "paid_by_firm": "y", **more}


def unit(world: World, code: str = "PC-1") -> str:
    return world.one(Unit, code=code).public_id


def log(world: World, ada: FlaskClient, **more: object) -> TestResponse:
    return ada.post(f"{PAGE}/entries", data=sent(world, ada.get(PAGE).text, **more))


@pytest.mark.one_engine
def test_three_taps_log_hours(world: World, ada: FlaskClient) -> None:
    shown = ada.get("/student/hours").text
    for chip in ("Today", "Yesterday", "Process controls, unit 1", "+30 min", "+60 min", "+90 min"):
        assert chip in shown
    assert log(world, ada, quick="60").location == PAGE
    entry = world.one(HoursEntry)
    assert (entry.minutes, entry.day, entry.paid_by_firm) == (60, WEDNESDAY, True)
    assert "Logged: 1 h on Wed, Oct 28" in ada.get(PAGE).text


def test_the_unit_used_last_stands_first(world: World, ada: FlaskClient) -> None:
    log(world, ada, quick="30", unit=unit(world, "MS-1"))
    shown = ada.get(PAGE).text
    chips = shown[shown.index('id="log"') : shown.index('id="entries"')]
    assert chips.index("Manufacturing systems, unit 1") < chips.index("Process controls, unit 1")


@pytest.mark.one_engine
@pytest.mark.parametrize(("typed", "minutes"), [("90", 90), ("1:30", 90), ("1,5", 90), ("2h27m", 147), ("45 min", 45)])
def test_a_time_may_be_written_any_way(world: World, ada: FlaskClient, typed: str, minutes: int) -> None:
    log(world, ada, minutes=typed)
    assert world.one(HoursEntry).minutes == minutes


@pytest.mark.one_engine
@pytest.mark.parametrize("typed", ["abc", "1e3", "90 s", "-30", "961", "0"])
def test_a_wrong_time_keeps_everything_that_was_typed(world: World, ada: FlaskClient, typed: str) -> None:
    answer = log(world, ada, minutes=typed, comment="Ladder logic & timers", unit=unit(world, "MS-1"))
    assert answer.status_code == 422
    assert field_of(answer.text, "minutes") == typed
    assert "Ladder logic &amp; timers" in answer.text
    assert re.search(rf'<input[^>]*checked[^>]*value="{unit(world, "MS-1")}"', answer.text)
    assert 'aria-invalid="true"' in answer.text
    assert world.all(HoursEntry) == []


@pytest.mark.one_engine
@pytest.mark.parametrize("day", ["2026-11-31", "", "tomorrow", "2026-10-29", "2026-09-01", "9999-12-31"])
def test_a_wrong_day_is_refused(world: World, ada: FlaskClient, day: str) -> None:
    assert log(world, ada, quick="30", day=day).status_code == 422
    assert world.all(HoursEntry) == []


def test_a_second_tap_logs_nothing_twice(world: World, ada: FlaskClient) -> None:
    form = sent(world, ada.get(PAGE).text, quick="30")
    for _ in range(2):
        assert ada.post(f"{PAGE}/entries", data=form).status_code == 303
    assert len(world.all(HoursEntry)) == 1
    assert "nothing was added twice" in ada.get(PAGE).text


def test_a_night_by_the_clock_says_that_it_ended_on_the_next_day(world: World, ada: FlaskClient) -> None:
    log(world, ada, day=(WEDNESDAY - timedelta(days=1)).isoformat(), start="22:00", end="02:00")
    assert world.one(HoursEntry).minutes == 240
    assert "The end is on the next day" in ada.get(PAGE).text


def test_a_time_that_the_clock_shows_twice_is_asked_for(world: World) -> None:
    with at(LOCK + timedelta(days=2)):
        ada = world.browser_of("Ada")
        form = sent(world, ada.get(PAGE).text, day="2026-11-01", start="01:30", end="03:00")
        asked = ada.post(f"{PAGE}/entries", data=form)
        assert asked.status_code == 422
        assert "twice" in asked.text
        assert 'name="which_start"' in asked.text
        assert field_of(asked.text, "start") == "01:30"
        assert ada.post(f"{PAGE}/entries", data={**form, "which_start": "second", "which_end": ""}).status_code == 303
    assert world.one(HoursEntry).minutes == 90


@pytest.mark.one_engine
def test_work_on_no_unit_has_its_kind(world: World, ada: FlaskClient) -> None:
    log(world, ada, quick="30", other="kind-mentoring")
    assert world.one(HoursEntry).kind.value == "mentoring"


def grid(world: World, ada: FlaskClient, **cells: str) -> TestResponse:
    shown = ada.get(PAGE).text
    form: dict[str, str] = {}
    for name in re.findall(r'name="was-([^"]*)"', shown):
        form[name], form[f"was-{name}"] = field_of(shown, name), field_of(shown, f"was-{name}")
    for place, text in cells.items():
        code, number = place.rsplit("_", 1)
        name = f"{unit(world, code.replace('_', '-'))}.{THIS_WEEK + timedelta(days=int(number))}"
        assert name in form, f"{name} is locked"
        form[name] = text
    return ada.post(f"{PAGE}/grid", data=form)


@pytest.mark.one_engine
def test_the_grid_saves_changes_and_removes(world: World, ada: FlaskClient) -> None:
    assert grid(world, ada, PC_1_0="1:30", MS_1_1="45").status_code == 303
    assert sorted(entry.minutes for entry in world.all(HoursEntry)) == [45, 90]
    assert grid(world, ada, PC_1_0="", MS_1_1="1h").status_code == 303
    assert "1 h" in ada.get(PAGE).text
    assert len(world.all(HoursEntry)) == 4


@pytest.mark.one_engine
def test_p3_a_wrong_cell_keeps_what_was_typed_and_the_others_are_saved(world: World, ada: FlaskClient) -> None:
    answer = grid(world, ada, PC_1_0="1:30", PC_1_1="ninety", MS_1_1="25h")
    assert answer.status_code == 200
    assert "ninety" in answer.text
    assert 'value="25h"' in answer.text
    assert "1 cell saved" in answer.text
    assert world.one(HoursEntry).minutes == 90
    assert grid(world, ada, PC_1_1="ninety").status_code == 422


def test_days_to_come_are_locked_and_say_why(world: World, ada: FlaskClient) -> None:
    shown = ada.get(PAGE).text
    assert "still to come" in shown
    assert f"was-{unit(world)}.{WEDNESDAY + timedelta(days=1)}" not in shown


def entry_form(ada: FlaskClient, entry: HoursEntry, **more: str) -> dict[str, str]:
    shown = ada.get(f"/student/hours/entries/{entry.public_id}").text
    names = ("client_key", "day", "minutes", "comment")
    return {**{name: field_of(shown, name) for name in names}, **more}


def test_an_entry_is_changed_and_its_history_stays(world: World, ada: FlaskClient) -> None:
    log(world, ada, quick="60", comment="Timers")
    entry = world.one(HoursEntry)
    form = entry_form(ada, entry, minutes="1:15", unit=unit(world))
    assert form["comment"] == "Timers"
    assert ada.post(f"/student/hours/entries/{entry.public_id}", data=form).location == PAGE
    assert "1 h 15" in ada.get(PAGE).text
    history = ada.get(f"{PAGE}/history").text
    assert "1 h 15" in history
    assert "replaced since" in history


@pytest.mark.one_engine
def test_a_wrong_change_keeps_what_was_typed(world: World, ada: FlaskClient) -> None:
    log(world, ada, quick="60")
    entry = world.one(HoursEntry)
    for wrong in ({"minutes": "lots"}, {"day": "2026-11-31"}, {"minutes": ""}, {"day": "2027-01-01"}):
        form = entry_form(ada, entry, unit=unit(world), **wrong)
        answer = ada.post(f"/student/hours/entries/{entry.public_id}", data=form)
        assert answer.status_code == 422
        for name, value in wrong.items():
            assert field_of(answer.text, name) == value
    assert len(world.all(HoursEntry)) == 1


def test_a_stale_tab_is_told_and_overwrites_nothing(world: World, ada: FlaskClient) -> None:
    log(world, ada, quick="60")
    entry = world.one(HoursEntry)
    old = entry_form(ada, entry, unit=unit(world), minutes="50")
    ada.post(f"/student/hours/entries/{entry.public_id}", data=entry_form(ada, entry, unit=unit(world), minutes="70"))
    answer = ada.post(f"/student/hours/entries/{entry.public_id}", data=old)
    assert answer.status_code == 409
    assert field_of(answer.text, "minutes") == "50"


def test_a_removal_can_be_undone(world: World, ada: FlaskClient) -> None:
    log(world, ada, quick="60")
    gone = ada.post(f"/student/hours/entries/{world.one(HoursEntry).public_id}/removal")
    shown = ada.get(gone.location).text
    assert "Nothing is logged in this week" in shown
    undo = re.search(r'action="([^"]*/restoration)"', shown)
    assert undo
    assert ada.post(undo.group(1)).status_code == 303
    assert "Nothing is logged in this week" not in ada.get(PAGE).text


@pytest.mark.one_engine
def test_a_week_is_handed_in(world: World, ada: FlaskClient) -> None:
    log_week(world)
    assert ada.post(f"{BEFORE}/sheet").status_code == 303
    assert world.one(WeekSheet).state is State.SUBMITTED
    shown = ada.get(BEFORE).text
    assert "Handed in. Ask your approver" in shown
    assert "/removal" not in shown


@pytest.mark.one_engine
def test_h12_a_week_without_hours_asks_why(world: World, ada: FlaskClient) -> None:
    refused = ada.post(f"{BEFORE}/sheet", data={"zero_reason": ""})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert ada.post(f"{BEFORE}/sheet", data={"zero_reason": "travel"}).status_code == 303


@pytest.mark.one_engine
def test_this_week_says_from_when_it_can_be_handed_in(ada: FlaskClient) -> None:
    assert "It can be handed in from" in ada.get(PAGE).text
    assert ada.post(f"{PAGE}/sheet").status_code == 422


@pytest.mark.one_engine
def test_h21_a_return_shows_its_reason_and_marks_its_entries(world: World, ada: FlaskClient) -> None:
    log_week(world)
    hand_in(world)
    entry = world.all(HoursEntry)[0]
    part = part_of(world)
    with transaction():
        return_part(world.actor("Ben"), part, "Monday seems long", [entry.public_id])
    shown = ada.get(BEFORE).text
    assert "Monday seems long" in shown
    assert shown.count("marked by your approver") == 1
    assert "/removal" in shown


@pytest.mark.one_engine
def test_every_figure_says_why(world: World, ada: FlaskClient) -> None:
    log_week(world)
    shown = ada.get(BEFORE).text
    assert shown.count("<summary>Why?</summary>") == 5
    assert "How it stands" not in ada.get(PAGE).text  # a week is not judged before it is over
    assert "Mon, Oct 19: Online lecture" in shown
    assert "Teaching days of a full week" in shown


@pytest.mark.one_engine
def test_the_year_shows_both_figures_and_every_week(world: World, ada: FlaskClient) -> None:
    log_week(world)
    shown = ada.get("/student/hours/year").text
    assert "11 h" in shown
    assert BEFORE in shown
    assert shown.count("<figure") == 2


@pytest.mark.one_engine
def test_the_entries_come_as_a_file(world: World, ada: FlaskClient) -> None:
    log_week(world)
    answer = ada.get("/student/hours.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row["minutes"] for row in rows] == ["240", "240", "180"]
    assert rows[0]["day"] == MONDAY.isoformat()
    assert rows[0]["cohort_week"] == "7"


@pytest.mark.one_engine
@pytest.mark.parametrize("monday", ["2026-08-31", "2026-10-27", "2027-09-06", "2026-13-01", "x"])
def test_a_week_outside_the_program_is_not_found(ada: FlaskClient, monday: str) -> None:
    assert ada.get(f"/student/hours/weeks/{monday}").status_code == 404


def test_another_students_entry_is_not_found(world: World, ada: FlaskClient) -> None:
    log_week(world, "Zoe")
    entry = world.all(HoursEntry)[0].public_id
    assert ada.get(f"/student/hours/entries/{entry}").status_code == 404
    for way in ("", "/removal", "/restoration"):
        assert ada.post(f"/student/hours/entries/{entry}{way}").status_code == 404


def test_an_undo_of_what_was_never_removed_is_refused(world: World, ada: FlaskClient) -> None:
    log_week(world)
    entry = world.all(HoursEntry)[0].public_id
    assert ada.post(f"/student/hours/entries/{entry}/restoration").status_code == 404


def test_the_page_takes_the_same_statements_for_one_entry_and_for_many(world: World, ada: FlaskClient) -> None:
    counts = []
    for minutes in (60, 900):
        log_week(world, minutes=minutes)
        with count_statements() as statements:
            assert ada.get(BEFORE).status_code == 200
        counts.append(statements.count)
    assert counts[0] == counts[1]
    assert counts[0] <= 18


@pytest.mark.one_engine
def test_the_page_opens_before_the_program_starts_and_after_it_ended(world: World) -> None:
    with at(LOCK - timedelta(days=60)):
        assert world.browser_of("Ada").get("/student/hours").status_code == 200
    with at(LOCK + timedelta(days=400)):
        assert world.browser_of("Ada").get("/student/hours").status_code == 200


def test_h11_a_cell_that_was_locked_meanwhile_says_why_and_what_was_typed(world: World, ada: FlaskClient) -> None:
    cell = f"{unit(world)}.{MONDAY}"
    with at(LOCK):
        late = world.browser_of("Ada").post(f"{BEFORE}/grid", data={cell: "1:30", f"was-{cell}": "0"})
    assert late.status_code == 422
    assert "Locked since" in late.text
    assert "You had entered 1:30." in late.text
    assert world.all(HoursEntry) == []


@pytest.mark.one_engine
def test_h15_h16_days_of_a_break_or_a_leave_are_named_and_can_be_written(world: World, ada: FlaskClient) -> None:
    with transaction():
        session.add(
            Leave(enrollment_id=world.enrollment("Ada").id, from_day=WEDNESDAY, to_day=WEDNESDAY, kind=LeaveKind.FAMILY)
        )
    assert '<span class="day-note">leave</span>' in ada.get(PAGE).text
    assert grid(world, ada, PC_1_2="0:45").status_code == 303
    assert world.one(HoursEntry).minutes == 45


@pytest.mark.one_engine
def test_h23_cells_of_the_system_name_where_their_hours_come_from(world: World, ada: FlaskClient) -> None:
    log_week(world)
    entries = world.all(HoursEntry)
    with transaction():
        for entry, source in zip(entries, (Source.ATTENDANCE, Source.SIMULATION, Source.LMS), strict=True):
            kept = {name: getattr(entry, name) for name in COLUMNS}
            session.add(HoursEntry(**kept, source=source, supersedes_id=entry.id))
    shown = ada.get(BEFORE).text
    for words in ("from the attendance list", "measured by the simulator", "measured by the lecture system"):
        assert words in shown
    assert f"was-{unit(world)}.{MONDAY}" not in shown
