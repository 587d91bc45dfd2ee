"""What may be logged: rules H1 to H10 of weekly hours, each through the commands that log.

Others of these rules stand beside the commands they are about (`test_entries.py`, `test_sheets.py`); that each of H1 to
H24 has a test is checked in `test_h_all.py`.
"""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.services import place
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.weeks import week_of, year_of
from lms.hub.hours.rules.entry import minutes_per_day
from lms.hub.hours.rules.sheet import State
from lms.hub.hours.services.entries import (
    ClockHours,
    Hours,
    Logged,
    TimerHours,
    change_entry,
    log_by_clock,
    log_hours,
    log_timer,
    remove_entry,
)
from lms.kernel.db import session, transaction
from lms.kernel.errors import RuleBroken
from lms.people.access import SYSTEM
from lms.people.orgs.models import Site
from tests.hub.hours.weeks import MONDAY, at, hand_in
from tests.support.web import NOW, World

TUESDAY = date(2026, 10, 27)
FALL_BACK, SPRING_FORWARD = date(2026, 11, 1), date(2027, 3, 14)  # days of 25 and of 23 hours in Lowell
WORDS = "Read about tolerances, chapter %d"


def minutes(world: World, number: int, day: date = TUESDAY, who: str = "Ada", **more: object) -> HoursEntry:
    what = {"unit": world.one(Unit, code="PC-1").public_id, **more}
    with transaction():
        hours = Hours(day=day, minutes=number, **what)  # type: ignore[arg-type]
        return log_hours(world.actor(who), world.enrollment(who), hours, str(uuid4())).entry


def clock(world: World, day: date, start: time, end: time, **more: object) -> Logged:
    unit = world.one(Unit, code="PC-1").public_id
    hours = ClockHours(day=day, start=start, end=end, unit=unit, **more)  # type: ignore[arg-type]
    with transaction():
        return log_by_clock(world.actor("Ada"), world.enrollment("Ada"), hours, str(uuid4()))


def timer(world: World, started: datetime, length: timedelta, who: str = "Ada") -> HoursEntry:
    hours = TimerHours(started_at=started, stopped_at=started + length, kind=Kind.MENTORING)
    with transaction():
        return log_timer(world.actor(who), world.enrollment(who), hours, str(uuid4())).entry


def test_h1_an_entry_has_1_to_960_whole_minutes_however_it_is_logged(world: World) -> None:
    for number in (-1, 0, 961):
        with pytest.raises(RuleBroken) as caught:
            minutes(world, number)
        assert caught.value.field == "minutes"
    for length in (timedelta(seconds=59), timedelta(minutes=961)):
        with pytest.raises(RuleBroken, match="1 to 960"):
            timer(world, NOW - timedelta(days=1), length)
    with pytest.raises(RuleBroken, match="1 to 960"):
        clock(world, TUESDAY - timedelta(days=1), time(6), time(22, 1))
    assert [minutes(world, number).minutes for number in (1, 960)] == [1, 960]
    assert timer(world, NOW - timedelta(days=3), timedelta(seconds=60)).minutes == 1


@pytest.mark.parametrize(("day", "real"), [(FALL_BACK, 300), (SPRING_FORWARD, 180), (TUESDAY, 240)])
def test_h2_a_night_from_23_to_3_has_the_minutes_that_really_passed(world: World, day: date, real: int) -> None:
    with at(datetime.combine(day, time(20), UTC)):
        logged = clock(world, day - timedelta(days=1), time(23), time(3))
    assert sum(entry.minutes for entry in (logged.entry, *logged.rest)) == real


def test_h2_a_time_that_the_clock_skipped_is_moved_an_hour_and_said(world: World) -> None:
    with at(datetime.combine(SPRING_FORWARD, time(20), UTC)):
        logged = clock(world, SPRING_FORWARD, time(2, 30), time(4))
    assert logged.entry.starts_at == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)  # 3:30 in Lowell
    assert logged.entry.minutes == 30
    assert ["skipped" in str(note) for note in logged.notes] == [True]


def test_h2_a_time_that_the_clock_showed_twice_is_asked_back_and_each_answer_is_another_hour(world: World) -> None:
    with at(datetime.combine(FALL_BACK, time(20), UTC)):
        with pytest.raises(RuleBroken, match="twice") as caught:
            clock(world, FALL_BACK, time(1, 30), time(3))
        assert caught.value.field == "start"
        with pytest.raises(RuleBroken, match="twice") as caught:
            clock(world, FALL_BACK, time(0), time(1, 30))
        assert caught.value.field == "end"
        second = clock(world, FALL_BACK, time(1, 30), time(3), second_start=True).entry
        first = clock(world, FALL_BACK, time(0), time(1, 30), second_end=False).entry
    assert (first.minutes, second.minutes) == (90, 90)
    assert first.ends_at
    assert second.starts_at
    assert second.starts_at - first.ends_at == timedelta(hours=1)


@pytest.mark.parametrize(("day", "room"), [(TUESDAY, 1440), (SPRING_FORWARD, 1380), (FALL_BACK, 1500)])
def test_h3_a_day_takes_exactly_the_minutes_that_it_really_has(world: World, day: date, room: int) -> None:
    with at(datetime.combine(day + timedelta(days=1), time(12), UTC)):
        minutes(world, 960, day)
        minutes(world, room - 961, day)
        with pytest.raises(RuleBroken, match=str(room)) as caught:
            minutes(world, 2, day)
        assert caught.value.field == "minutes"
        assert minutes(world, 1, day).minutes == 1


def _move_site(world: World, name: str, zone: str) -> None:
    with transaction():
        site = world.one(Site, name=name)
        session.add(site)
        site.zone = zone


def test_h4_one_instant_is_another_week_in_another_zone_and_stays_in_it(world: World) -> None:
    _move_site(world, "Providence", "America/Chicago")
    instant = datetime(2026, 9, 14, 4, 30, tzinfo=UTC)
    with at(instant + timedelta(hours=2)):
        lowell, chicago = (timer(world, instant, timedelta(minutes=30), who) for who in ("Ada", "Eli"))
    assert (lowell.day, lowell.monday) == (date(2026, 9, 14), date(2026, 9, 14))
    assert (chicago.day, chicago.monday) == (date(2026, 9, 13), date(2026, 9, 7))
    with transaction():
        place(SYSTEM, world.enrollment("Eli"), world.one(Section, name="Lowell"), date(2026, 9, 15))
    with at(instant + timedelta(days=2)), transaction():
        said = Hours(day=chicago.day, minutes=chicago.minutes, kind=Kind.MENTORING, comment="With Hana")
        later = change_entry(world.actor("Eli"), chicago, said, str(uuid4())).entry
    assert (later.zone, later.day, later.monday, later.starts_at) == (
        "America/Chicago",
        chicago.day,
        chicago.monday,
        chicago.starts_at,
    )


def test_h5_within_a_week_one_entry_stays_one_and_only_its_report_is_by_day(world: World) -> None:
    logged = clock(world, TUESDAY, time(22), time(2))
    assert logged.rest == ()
    assert minutes_per_day(logged.entry) == {TUESDAY: 120, TUESDAY + timedelta(days=1): 120}


def test_h6_weeks_kinds_units_days_and_levels_all_sum_to_the_entries(world: World) -> None:
    with at(NOW + timedelta(days=5)):
        minutes(world, 90)
        minutes(world, 45, unit=world.one(Unit, code="MS-1").public_id, comment=WORDS % 1)
        minutes(world, 30, unit=None, kind=Kind.MENTORING)
        clock(world, FALL_BACK, time(22), time(2))
        with transaction(write=False):
            weeks = year_of(world.enrollment("Ada"))
    entries = sum(entry.minutes for entry in world.all(HoursEntry))
    assert entries == 90 + 45 + 30 + 240 == sum(week.minutes for week in weeks)
    for name in ("by_day", "by_kind", "by_unit", "by_evidence"):
        assert sum(sum(getattr(week.totals, name).values()) for week in weeks) == entries


def test_h7_hours_overlap_neither_here_nor_in_another_enrollment(world: World) -> None:
    clock(world, TUESDAY, time(9), time(11))
    with transaction():  # Zoe's enrollment becomes one of Ada's: the same person in two places
        other = world.enrollment("Zoe")
        session.add(other)
        twin = another_cohort(world)
        other.cohort_id, other.person_id = twin, world.person("Ada").id
    start = datetime(2026, 10, 27, 14, 30, tzinfo=UTC)  # 10:30 in Lowell
    hours = TimerHours(started_at=start, stopped_at=start + timedelta(hours=1), kind=Kind.MENTORING)
    with pytest.raises(RuleBroken, match="overlaps"), transaction():
        log_timer(SYSTEM, other, hours, str(uuid4()))


def another_cohort(world: World) -> int:
    """Another cohort like the first."""
    first = world.one(Cohort)
    values = {
        c.key: getattr(first, c.key) for c in Cohort.__table__.columns if c.key not in ("id", "public_id", "name")
    }
    twin = Cohort(**values, name="Another cohort")
    session.add(twin)
    session.flush()
    return twin.id


def test_h8_two_sendings_of_one_entry_are_one_entry(world: World) -> None:
    key, hours = str(uuid4()), Hours(day=TUESDAY, minutes=60, kind=Kind.MENTORING)
    for is_new in (True, False, False):
        with transaction():
            assert log_hours(world.actor("Ada"), world.enrollment("Ada"), hours, key).is_new is is_new
    with transaction(write=False):
        assert week_of(world.enrollment("Ada"), date(2026, 10, 26)).minutes == 60


def test_h9_the_days_from_the_work_to_its_entry_are_kept_and_count_locally(world: World) -> None:
    with at(datetime(2026, 10, 28, 3, 59, tzinfo=UTC)):  # 23:59 of Tuesday in Lowell
        assert minutes(world, 10).lag_days == 0
    with at(datetime(2026, 10, 28, 4, 0, tzinfo=UTC)):
        assert minutes(world, 10).lag_days == 1
    assert minutes(world, 10, TUESDAY - timedelta(days=8)).lag_days == 9


def study(world: World, said: str, monday: date = MONDAY, kind: Kind = Kind.SELF_STUDY) -> HoursEntry:
    return minutes(world, 60, monday, unit=None, kind=kind, comment=said)


@pytest.mark.parametrize("kind", [Kind.SELF_STUDY, Kind.CAPSTONE_ONSITE])
def test_h10_self_study_and_capstone_work_say_what_was_done_before_the_week_is_handed_in(
    world: World, kind: Kind
) -> None:
    for said in ("", "   Chapter 3     ", "x" * 14):
        entry = study(world, said, kind=kind)
        named = "comment", entry.public_id
        with pytest.raises(RuleBroken, match="at least 15 characters") as caught:
            hand_in(world)
        assert (caught.value.field, caught.value.sentence.values["entry_id"]) == named
        with transaction():
            remove_entry(world.actor("Ada"), entry)
    study(world, "x" * 15, kind=kind)
    assert hand_in(world).state is State.SUBMITTED


def test_h10_the_words_differ_from_those_of_the_three_entries_before_also_in_the_week_before(world: World) -> None:
    before = MONDAY - timedelta(weeks=1)
    with at(NOW - timedelta(weeks=1)):
        for n in range(3):
            study(world, WORDS % n, before + timedelta(days=n))
        hand_in(world, monday=before)
    entry = study(world, f"  {(WORDS % 1).upper()} ")
    with pytest.raises(RuleBroken, match="says the same"):
        hand_in(world)
    with transaction():
        remove_entry(world.actor("Ada"), entry)
    study(world, WORDS % 0, MONDAY + timedelta(days=3))  # after three others it may be said again
    for n in range(3, 6):
        study(world, WORDS % n, MONDAY + timedelta(days=n - 3))
    assert hand_in(world).state is State.SUBMITTED


def test_h10_other_kinds_and_what_the_register_wrote_need_no_words(world: World) -> None:
    minutes(world, 60, MONDAY)
    minutes(world, 60, MONDAY, unit=None, kind=Kind.MENTORING)
    assert hand_in(world).state is State.SUBMITTED


def test_h10_the_page_names_every_entry_that_lacks_words(world: World) -> None:
    study(world, "")
    study(world, "too short", MONDAY + timedelta(days=1))
    answer = world.browser_of("Ada").post(f"/student/hours/weeks/{MONDAY}/sheet")
    assert answer.status_code == 422
    assert answer.text.count("say what you did, in at least 15 characters") == 2
