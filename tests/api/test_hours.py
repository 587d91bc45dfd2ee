"""Hours and weeks through the API, on both engines. "Now" is Wednesday of cohort week 8."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry
from lms.people.access import Action
from tests.api.support import Caller, caller
from tests.hub.hours.weeks import at, hand_in, log_week
from tests.support.web import NOW, World


def _of(world: World, name: str = "Ada") -> str:
    return f"/enrollments/{world.enrollment(name).public_id}"


def _hours(world: World, **changed: Any) -> dict[str, Any]:
    unit = world.one(Unit, code="PC-1").public_id
    return {"client_key": str(uuid4()), "day": "2026-10-27", "minutes": 90, "unit": unit, **changed}


def _fields(answer: TestResponse) -> list[str]:
    return [error["field"] for error in answer.json["errors"]]  # type: ignore[index]


def test_the_first_sending_makes_an_entry_and_a_retry_is_the_same_one(world: World) -> None:
    program, body = caller(world, "Ada"), _hours(world, comment="Lab notes")
    first, again = (program.post(f"{_of(world)}/hours", json=body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    assert first.json == again.json
    entry = first.json["entry"]  # type: ignore[index]
    assert (entry["minutes"], entry["kind"], entry["comment"]) == (90, "lecture_online", "Lab notes")
    assert len(world.all(HoursEntry)) == 1


def test_other_hours_under_the_same_key_are_refused(world: World) -> None:
    program, body = caller(world, "Ada"), _hours(world)
    program.post(f"{_of(world)}/hours", json=body)
    answer = program.post(f"{_of(world)}/hours", json={**body, "minutes": 60})
    assert (answer.status_code, _fields(answer)) == (422, ["client_key"])
    assert len(world.all(HoursEntry)) == 1


def test_sixteen_sendings_at_once_are_one_entry(world: World) -> None:
    body, path = _hours(world), f"{_of(world)}/hours"
    programs = [caller(world, "Ada") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda program: program.post(path, json=body), programs))
    assert sorted({answer.status_code for answer in answers}) == [200, 201]
    assert len({answer.text for answer in answers}) == 1
    assert len(world.all(HoursEntry)) == 1


def test_an_entry_is_changed_and_removed_and_both_stay_readable(world: World) -> None:
    program = caller(world, "Ada")
    made = program.post(f"{_of(world)}/hours", json=_hours(world)).json["entry"]  # type: ignore[index]
    changed = program.put(f"/hours/{made['id']}", json=_hours(world, minutes=60))
    assert changed.status_code == 200, changed.text
    new = changed.json["entry"]  # type: ignore[index]
    assert program.put(f"/hours/{made['id']}", json=_hours(world, minutes=30)).status_code == 409
    assert program.get(f"/hours/{made['id']}").json["minutes"] == 90  # type: ignore[index]
    assert [one["id"] for one in program.get(f"{_of(world)}/hours").json["items"]] == [new["id"]]  # type: ignore[index]
    assert program.delete(f"/hours/{new['id']}").status_code == 204
    assert program.delete(f"/hours/{new['id']}").status_code == 409
    assert program.get(f"{_of(world)}/hours").json["items"] == []  # type: ignore[index]


def test_a_removal_sent_again_with_its_key_is_answered_as_before(world: World) -> None:
    program, key = caller(world, "Ada"), {"Idempotency-Key": "gone"}
    made = program.post(f"{_of(world)}/hours", json=_hours(world)).json["entry"]  # type: ignore[index]
    first, again = (program.delete(f"/hours/{made['id']}", headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_work_over_sunday_midnight_lies_in_two_weeks(world: World) -> None:
    body = {"client_key": str(uuid4()), "day": "2026-10-25", "start": "23:00", "end": "00:30", "kind": "self_study"}
    answer = caller(world, "Ada").post(f"{_of(world)}/clock-hours", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json
    assert made is not None
    assert (made["entry"]["minutes"], [rest["minutes"] for rest in made["rest"]]) == (60, [30])


@pytest.mark.one_engine
def test_a_timer_gives_its_minutes_and_instants(world: World) -> None:
    times = {"started_at": "2026-10-28T12:00:00Z", "stopped_at": "2026-10-28T13:10:00Z"}
    body = {"client_key": str(uuid4()), "kind": "self_study", **times}
    entry = caller(world, "Ada").post(f"{_of(world)}/timer-hours", json=body).json["entry"]  # type: ignore[index]
    assert (entry["minutes"], entry["starts_at"], entry["day"]) == (70, times["started_at"], "2026-10-28")


@pytest.mark.one_engine
def test_a_week_has_its_figures_and_each_says_why(world: World) -> None:
    log_week(world)
    program = caller(world, "Ada")
    week = program.get(f"{_of(world)}/weeks/7").json
    assert week is not None
    assert (week["minutes"], week["least_minutes"], week["band"], week["state"]) == (660, 600, "met", "draft")
    assert sum(entry["minutes"] for entry in week["entries"]) == week["minutes"]
    for figure, value in (("minutes", 660), ("approved_minutes", 0), ("band", "met")):
        explained = program.get(f"{_of(world)}/weeks/7/explain?figure={figure}").json
        assert explained is not None
        assert explained["value"] == value
    assert program.get(f"{_of(world)}/weeks/7/explain?figure=target").json["value"]["least"] == 600  # type: ignore[index]
    weeks = program.get(f"{_of(world)}/weeks").json["items"]  # type: ignore[index]
    assert len(weeks) == 52
    assert {name: weeks[6][name] for name in weeks[6]} == {name: week[name] for name in weeks[6]}


def test_as_of_leaves_out_what_came_later(world: World) -> None:
    log_week(world)
    week = caller(world, "Ada").get(f"{_of(world)}/weeks/7?as_of=2026-10-27T00:00:00Z").json
    assert week is not None
    assert (week["minutes"], week["entries"]) == (0, [])


def test_a_week_is_handed_in_once(world: World) -> None:
    log_week(world)
    program = caller(world, "Ada")
    answer = program.post(f"{_of(world)}/weeks/7/submissions", json={})
    assert answer.status_code == 201, answer.text
    assert (answer.json["state"], answer.json["version"]) == ("submitted", 1)  # type: ignore[index]
    again = program.post(f"{_of(world)}/weeks/7/submissions", json={})
    assert (again.status_code, again.json["detail"]) == (422, "This week is handed in already.")  # type: ignore[index]


@pytest.mark.one_engine
def test_what_the_page_refuses_the_api_refuses_with_the_same_sentence(world: World) -> None:
    log_week(world)
    hand_in(world)
    answer = caller(world, "Ada").post(f"{_of(world)}/hours", json=_hours(world, day="2026-10-20"))
    assert answer.status_code == 422
    said = "Handed in. Ask your approver to return it if something has to change."
    assert answer.json["errors"] == [{"field": "day", "message": said}]  # type: ignore[index]


@pytest.mark.parametrize("number", ["0", "53", "99999999999999999999", "-1", "x"])
@pytest.mark.one_engine
def test_a_week_that_the_cohort_does_not_have_is_not_found(world: World, number: str) -> None:
    assert caller(world, "Ada").get(f"{_of(world)}/weeks/{number}").status_code == 404


BAD_HOURS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"minutes": 0}, "minutes"),
    ({"minutes": -5}, "minutes"),
    ({"minutes": 961}, "minutes"),
    ({"minutes": "abc"}, "minutes"),
    ({"minutes": "90"}, "minutes"),
    ({"minutes": 1e3 + 0.5}, "minutes"),
    ({"minutes": 10**30}, "minutes"),
    ({"minutes": True}, "minutes"),
    ({"minutes": None}, "minutes"),
    ({"day": "2026-11-31"}, "day"),
    ({"day": "2026-10-30"}, "day"),
    ({"day": "2026-08-01"}, "day"),
    ({"day": "0001-01-01"}, "day"),
    ({"day": "27.10.2026"}, "day"),
    ({"day": 20261027}, "day"),
    ({"unit": "a" * 20}, "unit"),
    ({"unit": None}, "unit"),
    ({"kind": "sleep"}, "kind"),
    ({"client_key": "x"}, "client_key"),
    ({"comment": "x" * 1001}, "comment"),
    ({"comment": "a\0b"}, "comment"),
    ({"seconds": 90}, "seconds"),
)


@pytest.mark.one_engine
def test_hours_that_cannot_be_name_the_field(world: World) -> None:
    program = caller(world, "Ada")
    for changed, field in BAD_HOURS:
        answer = program.post(f"{_of(world)}/hours", json=_hours(world, **changed))
        assert answer.status_code == 422, (changed, answer.text)
        assert field in _fields(answer), changed
    assert world.all(HoursEntry) == []


PLACES = ("/units", "/hours", "/weeks", "/weeks/7", "/weeks/7/explain")


def test_hours_are_there_only_for_those_who_may_read_them(world: World) -> None:
    may = {"Ada": 200, "Ben": 200, "Cleo": 200, "Gus": 200, "Zoe": 404, "Eli": 404, "Hana": 404, "Ivo": 404, "Dee": 403}
    for name, status in may.items():
        program = caller(world, name)
        for place in PLACES:
            assert program.get(f"{_of(world)}{place}").status_code == status, (name, place)


def test_only_the_student_writes_hours(world: World) -> None:
    made = caller(world, "Ada").post(f"{_of(world)}/hours", json=_hours(world)).json["entry"]  # type: ignore[index]
    for name, status in {"Ben": 403, "Cleo": 403, "Dee": 403, "Zoe": 404, "Eli": 404}.items():
        program = caller(world, name)
        tried = (
            program.post(f"{_of(world)}/hours", json=_hours(world)),
            program.put(f"/hours/{made['id']}", json=_hours(world)),
            program.delete(f"/hours/{made['id']}"),
            program.post(f"{_of(world)}/weeks/8/submissions", json={}),
        )
        assert [answer.status_code for answer in tried] == [status] * 4, name
    assert len(world.all(HoursEntry)) == 1


def test_a_token_that_only_reads_does_not_write(world: World) -> None:
    program = caller(world, "Ada", [Action.HOURS_READ])
    assert program.get(f"{_of(world)}/hours").status_code == 200
    assert program.post(f"{_of(world)}/hours", json=_hours(world)).status_code == 403


@pytest.mark.one_engine
def test_lists_of_hours_come_in_parts(world: World) -> None:
    log_week(world)
    program, seen, after = caller(world, "Ada"), [], ""
    while after is not None:
        part = program.get(f"{_of(world)}/hours?limit=1{after}").json
        assert part is not None
        seen += [one["id"] for one in part["items"]]
        after = f"&after={part['next']}" if part["next"] else None
    assert seen == [entry.public_id for entry in world.all(HoursEntry)]


def _locked(world: World, program: Caller) -> TestResponse:
    return program.post(f"{_of(world)}/hours", json=_hours(world, day="2026-10-06"))


@pytest.mark.one_engine
def test_a_locked_week_says_since_when_and_what_to_do(world: World) -> None:
    with at(NOW):
        answer = _locked(world, caller(world, "Ada"))
    assert answer.status_code == 422
    (error,) = answer.json["errors"]  # type: ignore[index]
    assert error["field"] == "day"
    assert error["message"].startswith("Locked since Sat, Oct 17")
    assert error["message"].endswith("Ask your coordinator to reopen the week.")


def test_h5_a_night_is_changed_by_the_clock_and_its_parts_name_each_other(world: World) -> None:
    program = caller(world, "Ada")
    body = {"client_key": str(uuid4()), "day": "2026-10-25", "start": "22:00", "end": "23:00", "kind": "self_study"}
    made = program.post(f"{_of(world)}/clock-hours", json=body).json["entry"]  # type: ignore[index]
    longer = {**body, "client_key": str(uuid4()), "end": "00:30"}
    for _ in range(2):
        changed = program.put(f"/clock-hours/{made['id']}", json=longer)
        assert changed.status_code == 200, changed.text
        (rest,) = changed.json["rest"]  # type: ignore[index]
        assert (changed.json["entry"]["minutes"], rest["minutes"]) == (120, 30)  # type: ignore[index]
        assert rest["span"] == changed.json["entry"]["span"] == longer["client_key"]  # type: ignore[index]
    gone = program.put(f"/clock-hours/{made['id']}", json={**longer, "client_key": str(uuid4())})
    assert gone.status_code == 409
