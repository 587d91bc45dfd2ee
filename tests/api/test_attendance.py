"""Sessions, attendance and checking in through the API."""

import pytest

from lms.hub.attendance.models import CheckIn
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.check_in import code_now
from lms.hub.cohorts.kinds import Presence
from tests.api.support import caller
from tests.hub.attendance.made import NOW, SATURDAY, TODAY, at, book, instant, lab, save
from tests.support.web import World

pytestmark = pytest.mark.one_engine


def test_sessions_and_attendance_of_an_enrollment_as_of_a_moment(world: World) -> None:
    meeting, ahead = lab(world, SATURDAY), lab(world, stations=1)
    book(world, "Ada", ahead)
    with at(instant(SATURDAY, 13)):
        save(world, meeting, {"Ada": Mark(Presence.LATE, 60)})
    program, of = caller(world, "Ben"), f"/enrollments/{world.enrollment('Ada').public_id}"
    first, second = program.get(f"{of}/sessions").json["items"]  # type: ignore[index]
    assert (first["presence"], first["minutes"], first["credited_minutes"]) == ("late", 60, 60)
    assert (second["booking"], second["stations"], second["is_expected"]) == ("booked", 1, True)
    found = program.get(f"{of}/attendance").json
    assert found == {
        "scheduled": 180, "attended": 60, "made_up": 0, "excused": 0, "excused_counted": 0, "counted": 60,
        "attendance_bp": 3333, "last_attended": "2026-10-24",
    }  # fmt: skip
    why = program.get(f"{of}/attendance/explain").json
    assert (why["value"], why["steps"][-1]["shown"]) == (60, "1 h")  # type: ignore[index]
    before = program.get(f"{of}/attendance?as_of=2026-10-24T12:00:00Z").json
    assert before["scheduled"] == 0  # type: ignore[index]


def test_a_program_checks_in_with_the_code_and_a_wrong_one_names_the_field(world: World) -> None:
    meeting, program = lab(world, TODAY, hour=10), caller(world, "Ada")
    path = f"/enrollments/{world.enrollment('Ada').public_id}/check-ins"
    wrong = program.post(path, json={"code": "1"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "code")  # type: ignore[index]
    right = program.post(path, json={"code": code_now(meeting.session, NOW)})
    assert (right.status_code, right.json["session"]) == (201, meeting.session.public_id)  # type: ignore[index]
    assert world.one(CheckIn).device_mark is None
