"""A student's life through the API: the same rules, the same limits, known as of any moment."""

from datetime import timedelta
from typing import Any

import pytest

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Accommodation, Leave, LeaveRequest
from tests.api.support import caller
from tests.support.web import NOW, World

LEAVE = {"kind": "family", "from_day": "2026-11-02", "to_day": "2026-11-20", "words": "A newborn."}
GIVEN = {"from_day": "2026-09-08", "time_factor_bp": 15000, "extra_days": 2, "note": "Letter."}


def of(world: World, name: str = "Ada") -> str:
    return f"/enrollments/{world.enrollment(name).public_id}"


def body(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


@pytest.mark.one_engine
def test_leave_is_asked_for_and_decided(world: World) -> None:
    ada, cleo = caller(world, "Ada"), caller(world, "Cleo")
    asked = body(ada.post(f"{of(world)}/leave-requests", json=LEAVE), 201)["items"][0]
    assert (asked["state"], asked["words"]) == ("waiting", "A newborn.")
    path = f"/leave-requests/{asked['id']}/decisions"
    refused = cleo.post(path, json={"is_granted": False})
    assert [error["field"] for error in body(refused, 422)["errors"]] == ["reason"]
    decided = body(cleo.post(path, json={"is_granted": True, "reason": "All the best."}), 201)["items"][0]
    assert (decided["state"], decided["reason"]) == ("granted", "All the best.")
    assert cleo.post(path, json={"is_granted": True}).status_code == 409
    assert len(world.all(Leave)) == 1
    before = {"as_of": (NOW - timedelta(seconds=1)).isoformat()}
    assert body(ada.get(f"{of(world)}/leave-requests", query_string=before))["items"] == []


@pytest.mark.parametrize("name", ["Zoe", "Eli", "Ben", "Ivo", "Dee", "Fay", "Sam"])
def test_nobody_else_reads_or_writes_a_life(world: World, name: str) -> None:
    program = caller(world, name)
    for tail in ("history", "leave-requests", "accommodations", "catch-up", "last-attendance"):
        assert program.get(f"{of(world)}/{tail}").status_code in (403, 404), tail
    assert program.post(f"{of(world)}/leave-requests", json=LEAVE).status_code in (403, 404)
    assert program.post(f"{of(world)}/accommodations", json=GIVEN).status_code in (403, 404)
    assert world.all(LeaveRequest) == world.all(Accommodation) == []


@pytest.mark.one_engine
def test_accommodations_are_given_read_and_absent_from_what_others_read(world: World) -> None:
    cleo = caller(world, "Cleo")
    given = body(cleo.post(f"{of(world)}/accommodations", json=GIVEN), 201)
    assert given["items"][0]["extra_days"] == 2
    assert given["time_factor"]["value"] == "3/2"
    assert body(caller(world, "Ada").get(f"{of(world)}/accommodations"))["items"] == given["items"]
    kinds = {event["kind"] for event in body(cleo.get(f"{of(world)}/history"))["items"]}
    assert "accommodation" in kinds
    for_admin = caller(world, "Gus").get(f"{of(world)}/history").text
    assert "ccommodation" not in for_admin
    for path in ("", "/activities", "/grades", "/hours", "/weeks"):
        for name in ("Ben", "Ada", "Gus"):
            text = caller(world, name).get(f"{of(world)}{path}").text.lower()
            assert "accommodation" not in text, (name, path)


def test_a_status_is_changed_and_the_history_as_of_then_does_not_know_it(world: World) -> None:
    gus = caller(world, "Gus")
    done = {"status": "completed", "effective_on": "2026-10-28", "reason": "finished"}
    history = body(gus.post(f"{of(world)}/status-changes", json=done), 201)["items"]
    assert history[0]["text"] == "Status: completed (finished)"
    assert history[0]["recorded_by"] == "Gus"
    then = body(gus.get(f"{of(world)}/history", query_string={"as_of": (NOW - timedelta(days=1)).isoformat()}))["items"]
    assert len(then) == len(history) - 1
    refused = body(gus.post(f"{of(world)}/status-changes", json=done), 422)
    assert refused["errors"][0]["field"] == "status"


@pytest.mark.one_engine
def test_figures_come_with_their_why(world: World) -> None:
    ada, cleo = caller(world, "Ada"), caller(world, "Cleo")
    plan = body(ada.get(f"{of(world)}/catch-up", query_string={"pace": "780"}))
    assert plan["behind"] == 480 + 6 * 600
    assert plan["why"]["steps"][-1]["value"] == plan["done_on"]
    assert ada.get(f"{of(world)}/catch-up", query_string={"pace": "900"}).status_code == 422
    attended = body(cleo.get(f"{of(world)}/last-attendance"))
    assert attended["day"] is None
    cohort = world.one(Cohort).public_id
    rates = body(cleo.get(f"/cohorts/{cohort}/completion"))
    assert (rates["began"], rates["labor"]["value"]) == (2, {"bp": 0})
    assert rates["normal_time"]["source"].startswith("34 CFR")
