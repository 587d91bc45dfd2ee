"""Cohorts, weeks, sessions and one's own calendar through the API."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.catalog.models import Unit
from lms.hub.cohorts.models import Cohort, Section, Session
from tests.api.support import caller
from tests.hub.calendar.made import applied, labs, snow_day
from tests.hub.coursework.made import set_work
from tests.support.web import NOW, World

TIMES = {"day": "2026-11-19", "starts": "17:00", "ends": "19:00", "room": "Bay 1", "stations": 8}


def _sessions(world: World) -> str:
    return f"/sections/{world.one(Section, name='Lowell').public_id}/sessions"


@pytest.mark.one_engine
def test_a_cohort_has_52_weeks_with_targets_that_explain_themselves(world: World) -> None:
    ada = caller(world, "Ada")
    address = f"/cohorts/{world.one(Cohort).public_id}"
    assert ada.get(address).json["week_one_monday"] == "2026-09-07"  # type: ignore[index]
    weeks = ada.get(f"{address}/weeks").json["items"]  # type: ignore[index]
    assert len(weeks) == 52
    assert (weeks[0]["least_minutes"], weeks[0]["most_minutes"]) == (480, 672)
    why = ada.get(f"{address}/weeks/1/explain").json
    assert why["steps"][-1]["value"] == 480  # type: ignore[index]
    assert ada.get(f"{address}/weeks/53/explain").status_code == 404


def test_a_session_is_planned_moved_and_cancelled_by_the_same_commands(world: World) -> None:
    cleo, unit = caller(world, "Cleo"), world.one(Unit, code="ROB-1").public_id
    made = cleo.post(_sessions(world), json={**TIMES, "unit_id": unit})
    assert made.status_code == 201, made.text
    assert made.json["starts_at"] == "2026-11-19T22:00:00Z"  # type: ignore[index]
    address = f"/sessions/{world.one(Session).public_id}"
    clash = cleo.post(_sessions(world), json={**TIMES, "unit_id": unit})
    assert (clash.status_code, clash.json["errors"][0]["field"]) == (422, "starts")  # type: ignore[index]
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        moved = cleo.post(f"{address}/moves", json={**TIMES, "day": "2026-11-20"})
        assert (moved.status_code, moved.json["sequence"]) == (201, 1)  # type: ignore[index]
        assert cleo.post(f"{address}/cancellations").json["is_cancelled"] is True  # type: ignore[index]
    then = caller(world, "Ada").get(f"{_sessions(world)}?as_of={NOW.strftime('%Y-%m-%dT%H:%M:%SZ')}").json
    assert [one["starts_at"] for one in then["items"]] == ["2026-11-19T22:00:00Z"]  # type: ignore[index]


@pytest.mark.one_engine
def test_a_unit_that_is_not_taught_in_the_cohort_is_refused(world: World) -> None:
    sent = {**TIMES, "unit_id": "a" * 20}
    assert caller(world, "Cleo").post(_sessions(world), json=sent).status_code == 422


def test_ones_own_calendar_holds_sessions_dues_locks_and_breaks(world: World) -> None:
    labs(world)
    set_work(world)
    applied(world, snow_day(world))
    ada = caller(world, "Ada")
    items = ada.get("/me/calendar?first=2026-11-01&last=2026-11-30").json["items"]  # type: ignore[index]
    assert {one["kind"] for one in items} == {"session", "due", "hours_due", "lock", "break"}
    assert [one["starts_at"] for one in items] == sorted(one["starts_at"] for one in items)
    assert ada.get("/me/calendar?first=2026-11-02&last=2026-11-01").status_code == 422
    assert ada.get("/me/calendar?first=2026-01-01&last=2027-11-01").status_code == 422
    assert caller(world, "Dee").get("/me/calendar").json["items"] == []  # type: ignore[index]
