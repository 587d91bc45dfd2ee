"""A register from a phone's queue: each save once, in its maker's name, a conflict with both versions."""

from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.hub.attendance.models import RegisterSave
from lms.hub.attendance.queries.meetings import Meeting
from lms.hub.attendance.queries.register import token_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from tests.hub.attendance.made import SATURDAY, lab, save
from tests.support.web import World

JSON = {"Accept": "application/json"}


def version(meeting: Meeting) -> str:
    with transaction(write=False):
        return token_of(meeting.session)


def send(world: World, client: FlaskClient, meeting: Meeting, key: str, who: str = "Ben", **more: str) -> TestResponse:
    ada = world.enrollment("Ada").public_id
    sent = {"person": world.person(who).public_id, "client_key": key, f"presence-{ada}": "present", **more}
    return client.post(f"/instructor/sessions/{meeting.session.public_id}/register/saves", data=sent, headers=JSON)


def test_a_register_that_is_sent_again_is_the_same_save(world: World) -> None:
    meeting = lab(world, SATURDAY)
    ben, key, seen = world.browser_of("Ben"), str(uuid4()), version(meeting)
    first = send(world, ben, meeting, key, version=seen)
    assert (first.status_code, first.json["key"]) == (201, key)
    again = send(world, ben, meeting, key, version=seen)
    assert (again.status_code, again.json["save"]) == (200, first.json["save"])
    assert first.json["version"] == again.json["version"] == version(meeting)
    assert world.one(Attendance).presence is Presence.PRESENT
    assert world.one(RegisterSave).client_key == key
    assert world.all(AuditEntry, action="attendance:take", outcome="done")
    other = send(world, ben, meeting, key, version=seen, then="rest")
    assert (other.status_code, other.json["errors"][0]["field"]) == (422, "client_key")
    assert send(world, ben, meeting, "no key", version=seen).status_code == 422


@pytest.mark.one_engine
def test_another_persons_session_sends_nothing_and_a_stranger_finds_no_register(world: World) -> None:
    meeting = lab(world, SATURDAY)
    assert send(world, world.browser_of("Cleo"), meeting, str(uuid4()), version="0").status_code == 401
    assert send(world, world.browser_of("Hana"), meeting, str(uuid4()), "Hana", version="0").status_code == 404
    assert send(world, world.browser_of("Ada"), meeting, str(uuid4()), "Ada", version="0").status_code == 403
    assert world.all(RegisterSave) == []


def test_a_conflict_shows_both_versions_line_by_line_and_a_bad_line_is_named(world: World) -> None:
    meeting = lab(world, SATURDAY)
    ben, seen = world.browser_of("Ben"), version(meeting)
    save(world, meeting, {"Ada": Mark(Presence.ABSENT)}, "Cleo")
    refused = send(world, ben, meeting, str(uuid4()), version=seen)
    assert refused.status_code == 409
    assert (refused.json["yours"]["lines"], refused.json["theirs"]["lines"]) == (["Ada: Present"], ["Ada: Absent"])
    ada = world.enrollment("Ada").public_id
    late = send(world, ben, meeting, str(uuid4()), version=version(meeting), **{f"presence-{ada}": "late"})
    assert (late.status_code, late.json["errors"][0]["field"]) == (422, f"minutes-{ada}")


def test_the_form_of_the_page_is_saved_once_too(world: World) -> None:
    meeting = lab(world, SATURDAY)
    ben, address = world.browser_of("Ben"), f"/instructor/sessions/{meeting.session.public_id}/register"
    text = ben.get(address).text
    key = text.split('name="client_key" value="')[1].split('"')[0]
    sent = {"client_key": key, "version": version(meeting), f"presence-{world.enrollment('Ada').public_id}": "present"}
    assert [ben.post(address, data=sent).status_code for _ in range(2)] == [303, 303]
    assert len(world.all(RegisterSave)) == 1
