"""Two at the same time: no station is given twice, a register is closed once, an excuse decided once."""

from collections.abc import Callable

import pytest

from lms.hub.attendance.kinds import BookingState, Verdict
from lms.hub.attendance.models import Booking, CheckIn, ExcuseDecision, RegisterClose
from lms.hub.attendance.queries.meetings import Meeting
from lms.hub.attendance.queries.register import register_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.check_in import check_in, code_now
from lms.hub.attendance.services.excuses import decide_excuse
from lms.hub.attendance.services.register import close_register, save_register
from lms.hub.attendance.services.stations import book_station
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance
from lms.kernel.db import transaction
from tests.hub.attendance.made import NOW, SATURDAY, TODAY, excuse, lab
from tests.hub.hours.test_races import together
from tests.support.web import World


def booking(world: World, who: str, meeting: Meeting) -> Callable[[], object]:
    actor, enrollment = world.actor(who), world.enrollment(who)
    return lambda: book_station(actor, enrollment, meeting)


@pytest.mark.parametrize("stations", [0, 1, 2])
def test_stations_are_never_exceeded(world: World, stations: int) -> None:
    meeting = lab(world, stations=stations)
    assert together(world, booking(world, "Ada", meeting), booking(world, "Zoe", meeting)) == ["done", "done"]
    states = [row.state for row in world.all(Booking)]
    assert states.count(BookingState.BOOKED) == stations
    assert states.count(BookingState.WAITING) == 2 - stations


def test_a_double_tap_books_once(world: World) -> None:
    meeting = lab(world, stations=4)
    found = together(world, *(booking(world, "Ada", meeting) for _ in range(3)))
    assert found == ["RuleBroken", "RuleBroken", "done"]
    assert len(world.all(Booking)) == 1


def test_one_of_two_savers_is_told(world: World) -> None:
    meeting = lab(world, SATURDAY)
    with transaction(write=False):
        token = register_of(meeting).token
    ada, people = world.enrollment("Ada").public_id, [world.actor("Ben"), world.actor("Cleo")]
    marks = [{ada: Mark(Presence.PRESENT)}, {ada: Mark(Presence.ABSENT)}]
    found = together(
        world,
        lambda: save_register(people[0], meeting.session, marks[0], token),
        lambda: save_register(people[1], meeting.session, marks[1], token),
    )
    assert found == ["Conflict", "done"]
    assert len(world.all(Attendance)) == 1


def test_closing_deciding_and_checking_in_happen_once(world: World) -> None:
    past, now = lab(world, SATURDAY), lab(world, TODAY, hour=10)
    row = excuse(world, lab(world))
    ben, cleo, ada, enrollment = world.actor("Ben"), world.actor("Cleo"), world.actor("Ada"), world.enrollment("Ada")
    closing = together(world, lambda: close_register(ben, past.session), lambda: close_register(cleo, past.session))
    deciding = together(
        world,
        lambda: decide_excuse(ben, row, Verdict.GRANTED),
        lambda: decide_excuse(cleo, row, Verdict.DECLINED, "The inspection."),
    )
    code = code_now(now.session, NOW)
    together(world, *(lambda: check_in(ada, enrollment, code) for _ in range(3)))
    assert closing == deciding == ["RuleBroken", "done"]
    counts = [len(world.all(model)) for model in (RegisterClose, ExcuseDecision, CheckIn)]
    assert counts == [1, 1, 1]
