"""Hours from a phone's queue: each once, never in another person's name; and what a phone keeps, which is of nobody."""

import json
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry
from lms.kernel.audit import AuditEntry
from tests.hub.hours.weeks import LOCK, at
from tests.support.statements import count_statements
from tests.support.web import World

STATIC = Path(__file__).parents[3] / "lms" / "web" / "static"
JSON = {"Accept": "application/json"}


def send(world: World, client: FlaskClient, key: str, name: str = "Ada", **more: str) -> TestResponse:
    return client.post("/student/hours/entries", data=fields(world, key, name, **more), headers=JSON)


def fields(world: World, key: str, name: str = "Ada", **more: str) -> dict[str, str]:
    """An entry as the queue posts it."""
    sent = {"person": world.person(name).public_id, "client_key": key, "day": "2026-10-27", "quick": "60"}
    return {**sent, "unit": world.one(Unit, code="PC-1").public_id, **more}


def test_h8_an_entry_that_is_sent_again_is_the_same_entry(world: World) -> None:
    ada, key = world.browser_of("Ada"), str(uuid4())
    first = send(world, ada, key)
    assert (first.status_code, first.json["key"]) == (201, key)
    assert first.json["url"] == "/student/hours/weeks/2026-10-26"
    again = send(world, ada, key)
    assert (again.status_code, again.json["entry"]) == (200, first.json["entry"])
    assert world.one(HoursEntry).minutes == 60
    assert "Logged: 1 h" not in ada.get("/student/hours").text  # a page that was not asked for is told nothing
    assert [entry.action for entry in world.all(AuditEntry)].count("hours:log") == 2


def test_an_entry_that_somebody_looks_at_is_confirmed_on_the_next_page(world: World) -> None:
    ada = world.browser_of("Ada")
    send(world, ada, str(uuid4()), then="page")
    assert "Logged: 1 h on Tue, Oct 27" in ada.get("/student/hours").text


@pytest.mark.one_engine
def test_a_refused_entry_names_each_field_and_the_remedy(world: World) -> None:
    ada = world.browser_of("Ada")
    for sent, field, words in (
        ({"quick": "", "minutes": "ninety"}, "minutes", "Write the time as 90"),
        ({"day": "2026-10-29"}, "day", "still to come"),
        ({"quick": ""}, "minutes", "Tap a length"),
        ({"unit": "x" * 20}, "unit", "not in your plan"),
    ):
        answer = send(world, ada, str(uuid4()), **sent)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        (error,) = answer.json["errors"]
        assert error["field"] == field
        assert words in error["message"]
    assert world.all(HoursEntry) == []


def test_h2_a_time_that_the_clock_showed_twice_is_asked_for_and_can_be_answered(world: World) -> None:
    with at(LOCK + timedelta(days=2)):
        zoe, night = world.browser_of("Zoe"), {"day": "2026-11-01", "quick": "", "start": "01:30", "end": "03:00"}
        answer = send(world, zoe, str(uuid4()), "Zoe", **night)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "start")
        again = send(world, zoe, str(uuid4()), "Zoe", **night, which_start="second", which_end="")
        assert again.status_code == 201
    assert world.one(HoursEntry).minutes == 90


@pytest.mark.one_engine
def test_entries_of_somebody_else_wait_for_their_owner(world: World) -> None:
    zoe = world.browser_of("Zoe")
    answer = send(world, zoe, str(uuid4()), "Ada")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert send(world, world.visitor(), str(uuid4())).status_code in (400, 401)  # no token, nobody signed in
    assert world.all(HoursEntry) == []


@pytest.mark.one_engine
def test_the_token_is_given_with_whose_it_is(world: World) -> None:
    said = world.browser_of("Ada").get("/form-token", headers=JSON).json
    assert said["person"] == world.person("Ada").public_id
    assert said["token"]
    answer = world.visitor().get("/form-token", headers=JSON)
    assert (answer.status_code, answer.json["title"]) == (401, "Please sign in")


@pytest.mark.one_engine
def test_the_list_that_the_phone_keeps_has_the_units_in_use_first(world: World) -> None:
    ada = world.browser_of("Ada")
    send(world, ada, str(uuid4()), unit=world.one(Unit, code="MS-1").public_id)
    said = ada.get("/student/hours/queue", headers=JSON).json
    near = [unit["name"] for unit in said["units"] if unit["is_near"]]
    assert near[:2] == ["Manufacturing systems, unit 1", "Process controls, unit 1"]
    assert (said["zone"], said["quick"], said["paid_by_firm"]) == ("America/New_York", [30, 60, 90], True)
    assert {"value": "kind-mentoring", "name": "Mentoring", "is_near": False} in said["units"]


@pytest.mark.one_engine
def test_sending_an_entry_costs_as_much_as_logging_on_the_page(world: World) -> None:
    ada = world.browser_of("Ada")
    send(world, ada, str(uuid4()))
    sent = fields(world, str(uuid4()))
    with count_statements() as statements:
        assert ada.post("/student/hours/entries", data=sent, headers=JSON).status_code == 201
    statements.at_most(10)


@pytest.mark.one_engine
def test_the_worker_is_served_for_the_whole_site_and_changes_with_a_release(world: World) -> None:
    answer = world.visitor().get("/service-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    files = json.loads(re.search(r"new Set\((\[.*?\])\)", answer.text).group(1))
    for address in [*files, "/offline"]:
        with world.visitor().get(address) as kept:
            assert kept.status_code == 200, address
    asked = set(re.findall(r'from "\./(.*?)"|import "\./(.*?)"', (STATIC / "page.js").read_text()))
    page = next(address for address in files if address.endswith("/page.js"))  # its imports lie beside it
    assert {page.replace("page.js", one or other) for one, other in asked} <= set(files)  # or it has no script at all
    same = world.visitor().get("/service-worker.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304


@pytest.mark.one_engine
def test_what_every_phone_may_keep_is_the_same_for_everybody(world: World) -> None:
    nobody, ada = world.visitor(), world.browser_of("Ada")
    assert nobody.get("/offline").text == ada.get("/offline").text
    for hidden in ("csrf_token", "Ada", world.person("Ada").public_id):
        assert hidden not in ada.get("/offline").text
    manifest = nobody.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    for icon in manifest.json["icons"]:
        with nobody.get(icon["src"]) as picture:
            assert picture.mimetype == "image/png"
