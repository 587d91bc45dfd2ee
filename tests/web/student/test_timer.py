"""The timer's page, without a script: started, stopped, corrected, saved, thrown away and taken back."""

import re
from datetime import timedelta

import pytest

from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry
from tests.api.support import caller
from tests.hub.hours.weeks import at
from tests.support.web import NOW, World

PAGE = "/student/hours/timer"
KEY = "5c0cbd7b-bd16-4be5-8f0b-ff3e6d1f0f4e"


def address(text: str, what: str) -> str:
    found = re.search(rf'action="([^"]*/{what})"', text)
    assert found, f"no form of {what}"
    return found.group(1)


@pytest.mark.one_engine
def test_a_timer_is_started_stopped_corrected_and_saved(world: World) -> None:
    unit = world.one(Unit, code="PC-1").public_id
    ada = world.browser_of("Ada")
    assert "Start the timer" in ada.get(PAGE).text
    assert ada.post("/student/hours/timers", data={"client_key": KEY, "unit": unit}).location == PAGE
    with at(NOW + timedelta(minutes=95)):
        later = world.browser_of("Ada")  # another device
        running = later.get(PAGE).text
        assert "Process controls, unit 1" in running
        assert "1 h 35" in running
        assert later.post(address(running, "stops")).location == PAGE
        stopped = later.get(PAGE).text
        assert 'value="10:00"' in stopped
        assert 'value="11:35"' in stopped
        form = {
            "client_key": KEY,
            "day": "2026-10-28",
            "start": "10:00",
            "end": "11:00",
            "unit": unit,
            "comment": "Timers",
        }
        wrong = later.post(address(stopped, "entries"), data={**form, "end": "09:00"})
        assert wrong.status_code == 422
        assert "Timers" in wrong.text
        saved = later.post(address(stopped, "entries"), data=form)
        assert saved.location == "/student/hours/weeks/2026-10-26"
        assert "Logged: 1 h on Wed, Oct 28" in later.get(saved.location).text
    assert world.one(HoursEntry).minutes == 60


@pytest.mark.one_engine
def test_a_timer_that_ran_all_night_asks_and_can_be_thrown_away_and_taken_back(world: World) -> None:
    ada = world.browser_of("Ada")
    ada.post("/student/hours/timers", data={"client_key": KEY, "other": "kind-mentoring"})
    twice = ada.post("/student/hours/timers", data={"client_key": KEY.replace("5", "6"), "other": "kind-mentoring"})
    assert twice.status_code == 422
    with at(NOW + timedelta(hours=12)):
        ada = world.browser_of("Ada")
        running = ada.get(PAGE).text
        assert "running very long" in running
        gone = ada.post(address(running, "removal"))
        assert "Thrown away" in (shown := ada.get(gone.location).text)
        assert ada.post(address(shown, "resumptions")).location == PAGE
        stopped = ada.get(PAGE).text
        assert "Say when you really stopped" in stopped
        form = {"client_key": KEY, "day": "2026-10-28", "start": "10:00", "unit": "kind-mentoring"}
        asked = ada.post(address(stopped, "entries"), data={**form, "end": ""})
        assert (asked.status_code, "very long" in asked.text) == (422, True)
        assert ada.post(address(stopped, "entries"), data={**form, "end": "10:45"}).status_code == 303
    assert world.one(HoursEntry).minutes == 45


@pytest.mark.one_engine
def test_the_api_keeps_the_same_timer(world: World) -> None:
    program, of = caller(world, "Ada"), f"/enrollments/{world.enrollment('Ada').public_id}/timers"
    made = program.post(of, json={"client_key": KEY, "kind": "self_study"})
    assert made.status_code == 201, made.text
    one = f"/timers/{made.json['id']}"
    assert program.post(of, json={"client_key": KEY.replace("5", "6"), "kind": "self_study"}).status_code == 422
    with at(NOW + timedelta(minutes=40)):
        program = caller(world, "Ada")
        assert program.post(f"{one}/stops").json["stage"] == "stopped"
        assert program.get(of).json["items"][0]["stopped_at"] == "2026-10-28T14:40:00Z"
        assert program.post(f"{one}/resumptions").json["stage"] == "running"
        logged = program.post(f"{one}/entries", json={"client_key": KEY})
        assert (logged.status_code, logged.json["entry"]["minutes"]) == (201, 40)
        assert program.post(f"{one}/entries", json={"client_key": KEY}).status_code == 200
        assert program.delete(one).status_code == 422
        assert program.get(one).json["stage"] == "logged"
        assert program.get(of).json["items"] == []
