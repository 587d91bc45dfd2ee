"""The code on the wall: bound to the session that is open, to who is expected in it, and to the moment."""

from datetime import timedelta

import pytest

from lms.hub.attendance.models import CheckIn
from lms.hub.attendance.queries.register import register_of
from lms.hub.attendance.services.check_in import check_in, check_in_by_pass, code_now, issue_pass
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance
from lms.kernel import clock
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from tests.hub.attendance.made import NOW, TODAY, at, close, lab
from tests.support.web import World


def type_code(world: World, code: str, who: str = "Ada", device: str | None = None) -> CheckIn:
    with transaction():
        return check_in(world.actor(who), world.enrollment(who), code, device)


def test_the_code_on_the_wall_checks_in_and_becomes_attendance_at_close(world: World) -> None:
    meeting = lab(world, TODAY, hour=10)
    with at(NOW + timedelta(minutes=8)):
        type_code(world, code_now(meeting.session, clock.now()))
    assert world.one(AuditEntry, action="attendance:check-in").person_id == world.person("Ada").id
    assert not world.all(Attendance)
    with at(NOW + timedelta(hours=4)):
        close(world, meeting)
    row = world.one(Attendance, enrollment_id=world.enrollment("Ada").id)
    assert (row.presence, row.minutes) == (Presence.LATE, 172)


def test_a_second_check_in_is_the_first_one(world: World) -> None:
    meeting = lab(world, TODAY, hour=10)
    first, second = (type_code(world, code_now(meeting.session, NOW)) for _ in range(2))
    assert first.id == second.id
    assert len(world.all(CheckIn)) == 1


@pytest.mark.parametrize("minutes", [-16, 16, -24 * 60])
def test_p30_a_session_that_is_not_open_takes_no_code_whatever_it_is(world: World, minutes: int) -> None:
    meeting = lab(world, TODAY, hour=10)
    moment = NOW + timedelta(minutes=minutes)
    with at(moment), pytest.raises(RuleBroken, match="No session is open"):
        type_code(world, code_now(meeting.session, moment))


def test_p30_yesterdays_code_and_the_code_of_another_session_are_refused(world: World) -> None:
    meeting, there = lab(world, TODAY, hour=10), lab(world, TODAY, hour=10, section="Providence")
    for wrong in (
        code_now(meeting.session, NOW - timedelta(minutes=2)),
        code_now(meeting.session, NOW + timedelta(minutes=2)),
        code_now(there.session, NOW),
        "",
        "ｅ",
    ):
        with pytest.raises(RuleBroken) as caught:
            type_code(world, wrong)
        assert caught.value.field == "code"
    assert not world.all(CheckIn)


def test_two_students_on_one_phone_are_shown_to_the_instructor(world: World) -> None:
    meeting = lab(world, TODAY, hour=10)
    for name in ("Ada", "Zoe"):
        type_code(world, code_now(meeting.session, NOW), name, "the same phone")
    with transaction(write=False):
        assert [one.shares_phone for one in register_of(meeting).entries] == [True, True]
    assert "the same phone" not in {row.device_mark for row in world.all(CheckIn)}


def test_a_code_that_was_read_in_time_outlives_signing_in_on_that_phone_only(world: World) -> None:
    meeting = lab(world, TODAY, hour=10)
    token = issue_pass(meeting, code_now(meeting.session, NOW), "this phone", NOW)
    with at(NOW + timedelta(minutes=4)):
        with pytest.raises(RuleBroken, match="another phone"), transaction():
            check_in_by_pass(world.actor("Zoe"), world.enrollment("Zoe"), token, "that phone")
        with transaction():
            check_in_by_pass(world.actor("Ada"), world.enrollment("Ada"), token, "this phone")
    with at(NOW + timedelta(minutes=11)), pytest.raises(RuleBroken, match="over"), transaction():
        check_in_by_pass(world.actor("Zoe"), world.enrollment("Zoe"), token, "this phone")
    with pytest.raises(RuleBroken, match="not expected"), transaction():
        check_in_by_pass(world.actor("Eli"), world.enrollment("Eli"), token, "this phone")
    with pytest.raises(RuleBroken, match="over"):
        issue_pass(meeting, "00000000", "this phone", NOW)


@pytest.mark.parametrize("who", ["Zoe", "Ben", "Cleo", "Dee"])
def test_nobody_checks_in_somebody_else(world: World, who: str) -> None:
    meeting = lab(world, TODAY, hour=10)
    with pytest.raises(NotAllowed), transaction():
        check_in(world.actor(who), world.enrollment("Ada"), code_now(meeting.session, NOW))
