"""Approving and returning week sheets through the API, on both engines."""

import pytest

from lms.hub.hours.models import HoursEntry, SheetPart, WeekSheet
from lms.hub.hours.rules.sheet import State
from tests.api.support import caller
from tests.hub.hours.weeks import hand_in, log_week
from tests.support.web import World


@pytest.mark.one_engine
def test_what_waits_is_listed_exceptions_first_and_approved_together(world: World) -> None:
    log_week(world)
    hand_in(world)
    log_week(world, "Zoe", minutes=120)
    hand_in(world, "Zoe")
    ben = caller(world, "Ben")
    found = ben.get("/approvals").json
    assert found is not None
    assert [(one["student"], one["is_clean"], one["minutes"]) for one in found["items"]] == [
        ("Zoe", False, 120),
        ("Ada", True, 660),
    ]
    ticked = [{"part": one["id"], "content_sha256": one["content_sha256"]} for one in found["items"]]
    ticked[0]["content_sha256"] = "0" * 64
    decided = ben.post("/approvals", json={"parts": ticked}).json
    assert decided is not None
    assert sorted(one["left"] is None for one in decided["items"]) == [False, True]
    assert sorted(sheet.state for sheet in world.all(WeekSheet)) == [State.APPROVED, State.SUBMITTED]
    assert caller(world, "Hana").get("/approvals").json == {"items": [], "count": 0}


@pytest.mark.one_engine
def test_one_part_is_returned_with_a_reason_of_its_cell_and_then_not_decided_again(world: World) -> None:
    log_week(world)
    hand_in(world)
    ben, part, cell = caller(world, "Ben"), world.one(SheetPart).public_id, world.all(HoursEntry)[0].public_id
    seen = ben.get(f"/sheet-parts/{part}").json
    assert seen is not None
    assert len(seen["entries"]) == 3
    body = {"content_sha256": seen["content_sha256"], "cells": [{"entry": cell, "reason": "Twice."}]}
    path = f"/sheet-parts/{part}/returns"
    assert ben.post(path, json={**body, "content_sha256": "0" * 64}).status_code == 409
    assert ben.post(path, json={**body, "cells": []}).status_code == 422
    answer = ben.post(path, json=body)
    assert (answer.status_code, answer.json["step"]) == (201, "returned")  # type: ignore[index]
    again = ben.post(f"/sheet-parts/{part}/approvals", json={"content_sha256": seen["content_sha256"]})
    assert again.status_code == 422
    assert caller(world, "Hana").get(f"/sheet-parts/{part}").status_code == 404
    assert caller(world, "Ada").get(f"/sheet-parts/{part}").status_code == 403
