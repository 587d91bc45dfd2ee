"""The timer: at most one, over midnight and clock changes, never hours by forgetting (H1, H2, H5, H8)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry, Timer
from lms.hub.hours.queries.timers import find_timer, open_timer
from lms.hub.hours.rules.entry import Source
from lms.hub.hours.rules.timer import FORGOTTEN_AFTER, Stage, is_forgotten, proposed
from lms.hub.hours.services.desk import What
from lms.hub.hours.services.timers import Measured, drop_timer, resume_timer, save_timer, start_timer, stop_timer
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from tests.hub.hours.weeks import at
from tests.support.web import NOW, World

ZONE = "America/New_York"


def start(world: World, when: datetime, who: str = "Ada", key: str = "") -> Timer:
    unit = world.one(Unit, code="PC-1").public_id
    with at(when), transaction():
        return start_timer(world.actor(who), world.enrollment(who), What(unit=unit), key or str(uuid4()))


def now_of(world: World, timer: Timer) -> Timer:
    with transaction(write=False):
        return find_timer(world.actor("Ada"), timer.public_id)


def open_of(world: World) -> Timer | None:
    with transaction(write=False):
        return open_timer(world.enrollment("Ada"))


def stop(world: World, timer: Timer, when: datetime) -> Timer:
    with at(when), transaction():
        return stop_timer(world.actor("Ada"), now_of(world, timer))


def save(
    world: World, timer: Timer, when: datetime, measured: Measured | None = None, key: str = ""
) -> list[HoursEntry]:
    with at(when), transaction():
        logged = save_timer(world.actor("Ada"), now_of(world, timer), measured or Measured(), key or str(uuid4()))
        return [logged.entry, *logged.rest]


@given(st.integers(0, 10**6), st.integers(1, 36_000))
def test_a_timer_proposes_what_the_wall_clock_showed_and_never_hours_of_a_forgotten_one(begun: int, ran: int) -> None:
    started = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=begun)
    stopped = started + timedelta(minutes=ran)
    timer = Timer(stage=Stage.STOPPED, started_at=started, stopped_at=stopped)
    shown = proposed(timer, ZONE, stopped)
    forgotten = stopped - started > FORGOTTEN_AFTER
    assert is_forgotten(timer, stopped) is forgotten
    assert (shown.end is None) is forgotten
    assert shown.minutes == (0 if forgotten else ran)


def test_what_a_timer_measured_is_logged_and_a_retry_is_the_same_entry(world: World) -> None:
    timer = start(world, NOW - timedelta(hours=2))
    assert open_of(world) == timer
    stop(world, timer, NOW - timedelta(minutes=30))
    assert stop(world, timer, NOW).stopped_at == NOW - timedelta(minutes=30)  # a second stop changes nothing
    key = str(uuid4())
    for _ in range(2):
        (entry,) = save(world, timer, NOW, key=key)
        assert (entry.minutes, entry.source, entry.day) == (90, Source.TIMER, date(2026, 10, 28))
    assert world.one(HoursEntry).unit_id == world.one(Unit, code="PC-1").id
    assert now_of(world, timer).entry_id == entry.id
    assert open_of(world) is None
    assert [row.action for row in world.all(AuditEntry)].count("hours:log") >= 4


def test_at_most_one_timer_is_open(world: World) -> None:
    key = str(uuid4())
    timer = start(world, NOW - timedelta(hours=1), key=key)
    assert start(world, NOW, key=key) == timer  # H8: the same tap again
    with pytest.raises(RuleBroken, match="going already"):
        start(world, NOW)
    stop(world, timer, NOW)
    with pytest.raises(RuleBroken, match="going already"):
        start(world, NOW)
    assert start(world, NOW, "Zoe").stage is Stage.RUNNING


def test_h5_a_timer_over_the_weeks_end_becomes_two_linked_entries(world: World) -> None:
    sunday_night = datetime(2026, 10, 26, 3, tzinfo=UTC)  # 23:00 in Lowell
    timer = start(world, sunday_night)
    first, rest = save(world, timer, sunday_night + timedelta(hours=2))
    assert (first.day, first.minutes) == (date(2026, 10, 25), 60)
    assert (rest.day, rest.minutes, rest.span) == (date(2026, 10, 26), 60, first.span)


def test_h2_a_timer_counts_the_hour_that_the_clock_shows_twice(world: World) -> None:
    timer = start(world, datetime(2026, 11, 1, 3, tzinfo=UTC))  # 23:00 on October 31
    (entry,) = save(world, timer, datetime(2026, 11, 1, 8, tzinfo=UTC))  # 03:00 on November 1
    assert entry.minutes == 300


def test_h2_a_corrected_time_in_the_repeated_hour_is_asked_for(world: World) -> None:
    timer = start(world, datetime(2026, 11, 1, 5, tzinfo=UTC))  # 01:00, the first time
    done = datetime(2026, 11, 1, 8, tzinfo=UTC)
    earlier = {"day": date(2026, 11, 1), "start": time(1), "end": time(1, 30)}
    with pytest.raises(RuleBroken, match="twice"):
        save(world, timer, done, Measured(**earlier))
    (entry,) = save(world, timer, done, Measured(**earlier, second_start=False, second_end=True))
    assert (entry.minutes, entry.source) == (90, Source.MANUAL)


def test_h1_a_forgotten_timer_asks_when_it_ended_and_logs_nothing_before(world: World) -> None:
    timer = start(world, NOW - timedelta(hours=20))
    with pytest.raises(RuleBroken, match="when you really stopped") as broken:
        save(world, timer, NOW)
    assert broken.value.field == "end"
    assert world.all(HoursEntry) == []
    (entry,) = save(world, timer, NOW, Measured(end=time(16, 15)))  # it began at 14:00 the day before
    assert (entry.day, entry.minutes) == (date(2026, 10, 27), 135)


def test_h1_a_timer_of_less_than_a_minute_logs_nothing(world: World) -> None:
    timer = start(world, NOW)
    with pytest.raises(RuleBroken, match="1 to 960 minutes"):
        save(world, timer, NOW + timedelta(seconds=40))
    assert now_of(world, timer).stage is Stage.RUNNING


def test_a_stopped_timer_runs_on_and_a_dropped_one_comes_back(world: World) -> None:
    timer = start(world, NOW - timedelta(hours=3))
    stop(world, timer, NOW - timedelta(hours=2))
    with transaction():
        assert resume_timer(world.actor("Ada"), now_of(world, timer)).stage is Stage.RUNNING
    with transaction():
        drop_timer(world.actor("Ada"), now_of(world, timer))
    assert open_of(world) is None
    with pytest.raises(RuleBroken, match="saved or thrown away"):
        save(world, timer, NOW)
    with transaction():
        resume_timer(world.actor("Ada"), now_of(world, timer))
    (entry,) = save(world, timer, NOW)
    assert entry.minutes == 180


def test_a_timer_belongs_to_its_student(world: World) -> None:
    timer = start(world, NOW)
    with pytest.raises(NotAllowed), transaction():
        stop_timer(world.actor("Zoe"), timer)
    with pytest.raises(NotFound), transaction(write=False):
        find_timer(world.actor("Zoe"), timer.public_id)
    stop(world, timer, NOW + timedelta(minutes=5))
    with pytest.raises(Conflict), transaction():  # another window still shows it running
        drop_timer(world.actor("Ada"), timer)


def test_work_that_is_not_in_the_plan_is_refused_at_the_start(world: World) -> None:
    with pytest.raises(RuleBroken, match="not in your plan"), transaction():
        start_timer(world.actor("Ada"), world.enrollment("Ada"), What(unit="x" * 20), str(uuid4()))
