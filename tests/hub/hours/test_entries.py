"""Logging, changing, removing hours, on both engines (D12, H1, H3 to H9, H23, P3, P8; quality.md 6)."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
import time_machine

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.weeks import rows_of_week, week_of, year_of
from lms.hub.hours.rules.entry import Source
from lms.hub.hours.services.entries import (
    Cell,
    ClockHours,
    Hours,
    Logged,
    TimerHours,
    change_entry,
    log_by_clock,
    log_hours,
    log_timer,
    remove_entry,
    restore_entry,
    save_week,
)
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.prose import prose_of
from tests.support.statements import count_statements
from tests.support.web import NOW, World

MONDAY = date(2026, 10, 26)  # the week of the autumn clock change; NOW is its Wednesday
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


def unit(world: World, code: str = "PC-1") -> str:
    return world.one(Unit, code=code).public_id


def log(world: World, minutes: int = 90, day: date = TUESDAY, who: str = "Ada", **more: object) -> Logged:
    key = str(more.pop("key", uuid4()))
    what = {"unit": unit(world), **more}
    with transaction():
        hours = Hours(day=day, minutes=minutes, **what)  # type: ignore[arg-type]
        return log_hours(world.actor(who), world.enrollment(who), hours, key)


def minutes_of(world: World, monday: date = MONDAY, as_of: datetime | None = None) -> int:
    with transaction(write=False):
        return week_of(world.enrollment("Ada"), monday, as_of).minutes


def test_a_student_logs_minutes_and_they_count_in_the_week(world: World) -> None:
    entry = log(world, comment="Chapter 3").entry
    assert (entry.minutes, entry.kind, entry.lag_days, entry.monday) == (90, Kind.LECTURE_ONLINE, 1, MONDAY)
    assert entry.paid_by_firm  # Ada's firm pays study time, so that is the default
    assert minutes_of(world) == 90
    with transaction(write=False):
        assert prose_of([entry], "comment") == {entry.public_id: "Chapter 3"}


def test_logging_leaves_an_audit_entry(world: World) -> None:
    entry = log(world).entry
    audit = world.one(AuditEntry, action="hours:log")
    assert (audit.person_id, audit.result_id) == (world.person("Ada").id, entry.public_id)


@pytest.mark.parametrize("who", ["Ben", "Cleo", "Dee", "Eli", "Zoe", "Sam", "Gus"])
def test_nobody_logs_hours_for_somebody_else(world: World, who: str) -> None:
    with pytest.raises(NotAllowed), transaction():
        log_hours(world.actor(who), world.enrollment("Ada"), Hours(day=TUESDAY, minutes=9), str(uuid4()))


def test_h8_a_retry_is_the_same_entry(world: World) -> None:
    key = str(uuid4())
    first, second = log(world, key=key), log(world, key=key)
    assert first.is_new
    assert not second.is_new
    assert first.entry.id == second.entry.id
    assert minutes_of(world) == 90


def test_h8_a_retry_after_the_entry_was_changed_is_still_the_same_entry(world: World) -> None:
    key = str(uuid4())
    entry = log(world, key=key).entry
    with transaction():
        change_entry(world.actor("Ada"), entry, Hours(day=TUESDAY, minutes=60, unit=unit(world)), str(uuid4()))
    assert log(world, key=key).entry.id == entry.id
    assert minutes_of(world) == 60


def test_h8_the_same_key_with_other_hours_is_refused(world: World) -> None:
    key = str(uuid4())
    log(world, key=key)
    with pytest.raises(RuleBroken) as caught:
        log(world, 91, key=key)
    assert caught.value.field == "client_key"


@pytest.mark.parametrize("key", ["", "1", "' OR 1=1"])
def test_h8_a_key_is_a_uuid(world: World, key: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        log(world, key=key)
    assert caught.value.field == "client_key"


@pytest.mark.parametrize(
    ("minutes", "day", "field"),
    [
        (0, TUESDAY, "minutes"),
        (961, TUESDAY, "minutes"),
        (90, WEDNESDAY + timedelta(days=1), "day"),
        (90, date(2026, 9, 7), "day"),
        (90, date.max, "day"),
        (90, date.min, "day"),
    ],
)
def test_what_cannot_be_logged_names_its_field(world: World, minutes: int, day: date, field: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        log(world, minutes, day)
    assert caught.value.field == field
    assert world.all(HoursEntry) == []


def test_today_is_judged_in_the_zone_of_the_site(world: World) -> None:
    with time_machine.travel(datetime(2026, 10, 29, 3, 30, tzinfo=UTC), tick=False):  # still Wednesday in Lowell
        with pytest.raises(RuleBroken):
            log(world, day=WEDNESDAY + timedelta(days=1))
        assert log(world, day=WEDNESDAY).entry.lag_days == 0


def test_a_unit_outside_the_plan_is_refused(world: World) -> None:
    with pytest.raises(RuleBroken) as caught:
        log(world, unit=unit(world, "ROB-1"))
    assert caught.value.field == "unit"


def test_without_a_unit_the_kind_has_to_be_said(world: World) -> None:
    with pytest.raises(RuleBroken) as caught:
        log(world, unit=None)
    assert caught.value.field == "unit"
    assert log(world, unit=None, kind=Kind.MENTORING).entry.unit_id is None


def test_h3_a_day_takes_no_more_than_it_has(world: World) -> None:
    log(world, 900)
    log(world, 500)
    with pytest.raises(RuleBroken) as caught:
        log(world, 41)
    assert caught.value.field == "minutes"
    assert log(world, 40).is_new


def test_h11_a_locked_week_says_since_when(world: World) -> None:
    with pytest.raises(RuleBroken, match="coordinator") as caught:
        log(world, day=date(2026, 10, 13))
    assert caught.value.field == "day"


def test_a_day_of_the_week_before_can_be_logged_until_its_lock(world: World) -> None:
    assert log(world, day=MONDAY - timedelta(days=7)).entry.lag_days == 9


def clock(world: World, day: date, start: time, end: time, **more: object) -> Logged:
    hours = ClockHours(day=day, start=start, end=end, unit=unit(world), **more)  # type: ignore[arg-type]
    with transaction():
        return log_by_clock(world.actor("Ada"), world.enrollment("Ada"), hours, str(uuid4()))


def test_h5_a_night_over_the_week_boundary_makes_two_linked_entries_and_a_retry_both_again(world: World) -> None:
    hours = ClockHours(day=MONDAY - timedelta(days=1), start=time(22), end=time(2), unit=unit(world))
    key = str(uuid4())
    for is_new in (True, False):
        with transaction():
            logged = log_by_clock(world.actor("Ada"), world.enrollment("Ada"), hours, key)
        assert logged.is_new is is_new
        assert [e.minutes for e in (logged.entry, *logged.rest)] == [120, 120]
        assert {e.span for e in (logged.entry, *logged.rest)} == {key}
    assert (minutes_of(world, MONDAY - timedelta(days=7)), minutes_of(world)) == (120, 120)


def test_h6_the_weeks_of_a_year_sum_to_all_entries(world: World) -> None:
    log(world)
    clock(world, MONDAY - timedelta(days=1), time(22), time(2))
    log(world, 30, MONDAY - timedelta(days=7))
    with transaction(write=False):
        weeks = year_of(world.enrollment("Ada"))
    assert len(weeks) == 52
    assert sum(week.minutes for week in weeks) == sum(entry.minutes for entry in world.all(HoursEntry)) == 360


def test_h7_entries_by_the_clock_never_overlap(world: World) -> None:
    clock(world, TUESDAY, time(9), time(11))
    with pytest.raises(RuleBroken, match="overlaps"):
        clock(world, TUESDAY, time(10, 59), time(12))
    clock(world, TUESDAY, time(11), time(12))
    assert minutes_of(world) == 180


def test_h2_a_timer_counts_what_really_passed(world: World) -> None:
    started = datetime(2026, 10, 27, 12, 0, 40, tzinfo=UTC)
    hours = TimerHours(started_at=started, stopped_at=started + timedelta(minutes=50), unit=unit(world))
    with transaction():
        entry = log_timer(world.actor("Ada"), world.enrollment("Ada"), hours, str(uuid4())).entry
    assert (entry.minutes, entry.source, entry.day) == (50, Source.TIMER, TUESDAY)


def change(world: World, entry: HoursEntry, **more: object) -> HoursEntry:
    values = {"day": entry.day, "minutes": entry.minutes, "unit": unit(world), **more}
    with transaction():
        return change_entry(world.actor("Ada"), entry, Hours(**values), str(uuid4())).entry  # type: ignore[arg-type]


def test_a_change_replaces_the_entry_and_the_old_one_stays_readable(world: World) -> None:
    entry = log(world).entry
    newer = change(world, entry, minutes=60, comment="was shorter")
    assert newer.supersedes_id == entry.id
    assert minutes_of(world) == 60
    with transaction(write=False):
        assert [row.minutes for row in rows_of_week(world.enrollment("Ada"), MONDAY)] == [90, 60]


def test_a_change_may_move_the_entry_to_another_week(world: World) -> None:
    change(world, log(world).entry, day=MONDAY - timedelta(days=3))
    assert (minutes_of(world), minutes_of(world, MONDAY - timedelta(days=7))) == (0, 90)


def test_p8_a_comment_added_later_leaves_the_instants_of_a_clock_entry(world: World) -> None:
    entry = clock(world, TUESDAY, time(9), time(10)).entry
    assert change(world, entry, comment="with Zoe").starts_at == entry.starts_at
    assert change(world, log(world).entry, minutes=30).starts_at is None


def test_a_stale_tab_is_told_that_the_entry_changed(world: World) -> None:
    entry = log(world).entry
    change(world, entry, minutes=60)
    with pytest.raises(Conflict):
        change(world, entry, minutes=70)
    with pytest.raises(Conflict), transaction():
        remove_entry(world.actor("Ada"), entry)
    assert minutes_of(world) == 60


def test_another_student_does_not_change_the_entry(world: World) -> None:
    entry = log(world).entry
    with pytest.raises(NotAllowed), transaction():
        change_entry(world.actor("Zoe"), entry, Hours(day=TUESDAY, minutes=1), str(uuid4()))
    with pytest.raises(NotAllowed), transaction():
        remove_entry(world.actor("Ben"), entry)


def test_removing_and_undoing_leaves_every_row(world: World) -> None:
    entry = log(world, comment="Chapter 3").entry
    with transaction():
        removal = remove_entry(world.actor("Ada"), entry)
    assert minutes_of(world) == 0
    for _ in range(2):
        with transaction():
            restored = restore_entry(world.actor("Ada"), removal, entry)
    assert minutes_of(world) == 90
    assert len(world.all(HoursEntry)) == 3
    with transaction(write=False):
        assert prose_of([restored], "comment") == {restored.public_id: "Chapter 3"}


def test_h23_an_entry_of_the_register_is_not_the_students(world: World) -> None:
    entry = log(world).entry
    with transaction():
        copied = {c.key: getattr(entry, c.key) for c in HoursEntry.__table__.columns if c.key not in UNIQUE}
        listed = HoursEntry(**{**copied, "source": Source.ATTENDANCE, "evidence_level": 3})
        from lms.kernel.db import session

        session.add(listed)
    for act in (lambda: change(world, listed, minutes=1), lambda: remove(world, listed)):
        with pytest.raises(RuleBroken, match="system"):
            act()


UNIQUE = {"id", "public_id", "client_key", "supersedes_id", "recorded_at", "recorded_by_id"}


def remove(world: World, entry: HoursEntry) -> None:
    with transaction():
        remove_entry(world.actor("Ada"), entry)


def test_the_hours_as_they_were_known_then_can_be_read_again(world: World) -> None:
    entry = log(world).entry
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        change(world, entry, minutes=60)
    assert minutes_of(world, as_of=NOW - timedelta(minutes=1)) == 0
    assert minutes_of(world, as_of=NOW + timedelta(minutes=30)) == 90
    assert minutes_of(world, as_of=NOW + timedelta(hours=1)) == 60


def grid(world: World, *cells: tuple[date, str, int, int]) -> list[str]:
    made = [Cell(day, unit(world, code), minutes, was) for day, code, minutes, was in cells]
    with transaction():
        saved = save_week(world.actor("Ada"), world.enrollment("Ada"), made)
    return [str(one.broken) if one.broken else "saved" for one in saved]


def test_p3_valid_cells_are_saved_and_the_others_say_why_not(world: World) -> None:
    found = grid(
        world, (TUESDAY, "PC-1", 60, 0), (WEDNESDAY + timedelta(days=3), "PC-1", 60, 0), (MONDAY, "MS-1", 45, 0)
    )
    assert found[0] == found[2] == "saved"
    assert "to come" in found[1]
    assert minutes_of(world) == 105


def test_a_grid_changes_removes_and_leaves_alone(world: World) -> None:
    log(world, comment="kept")
    assert grid(world, (TUESDAY, "PC-1", 60, 90)) == ["saved"]
    assert grid(world, (TUESDAY, "PC-1", 60, 90)) == ["saved"]  # the same sent twice
    assert len(world.all(HoursEntry)) == 2
    with transaction(write=False):
        (entry,) = week_of(world.enrollment("Ada"), MONDAY).entries
        assert prose_of([entry], "comment") == {entry.public_id: "kept"}
    assert grid(world, (TUESDAY, "PC-1", 0, 60)) == ["saved"]
    assert minutes_of(world) == 0


def test_a_cell_that_changed_in_another_tab_is_not_overwritten(world: World) -> None:
    log(world)
    assert "now 90" in grid(world, (TUESDAY, "PC-1", 60, 0))[0]
    assert minutes_of(world) == 90


def test_a_cell_of_two_entries_is_changed_in_the_list(world: World) -> None:
    log(world, 30)
    log(world, 40)
    assert "2 entries" in grid(world, (TUESDAY, "PC-1", 60, 70))[0]


def test_logging_takes_few_statements_however_much_was_logged_before(world: World) -> None:
    counts = []
    for minutes in (10, 20, 30):
        actor, enrollment, one = world.actor("Ada"), world.enrollment("Ada"), unit(world)
        with transaction(), count_statements() as statements:
            log_hours(actor, enrollment, Hours(day=TUESDAY, minutes=minutes, unit=one), str(uuid4()))
        counts.append(statements.count)
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 13
