"""Reminders of week sheets: Thursday if nothing is logged, Sunday, Tuesday; once each, never in a break (H11, P9)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.rules import FULL_WEEK, Target
from lms.hub.enrollment.models import Leave, LeaveKind
from lms.hub.hours.rules.reminders import STALE_AFTER, Reminder, due_reminders, reminder_times, wants_reminder
from lms.hub.hours.rules.sheet import State
from lms.jobs.hours import remind_of_sheets
from lms.kernel.db import session, transaction
from lms.kernel.outbox import OutboxMessage
from lms.kernel.weeks import local
from tests.hub.hours.made import NEW_YORK
from tests.hub.hours.weeks import MONDAY, at, hand_in, log_week
from tests.support.web import World

TIMES = reminder_times(MONDAY, NEW_YORK)
MINUTE = timedelta(minutes=1)


def test_h11_reminders_go_out_on_thursday_sunday_and_tuesday_at_six() -> None:
    walls = [f"{local(at_, NEW_YORK):%a %d %H:%M}" for at_ in TIMES.values()]
    assert walls == ["Thu 22 18:00", "Sun 25 18:00", "Tue 27 18:00"]


@pytest.mark.parametrize("which", Reminder)
def test_a_reminder_is_due_from_its_minute_on_and_not_before(which: Reminder) -> None:
    assert (MONDAY, which) in due_reminders(TIMES[which], NEW_YORK)
    assert (MONDAY, which) not in due_reminders(TIMES[which] - MINUTE, NEW_YORK)


def test_of_a_week_only_the_last_reminder_is_sent_after_a_stop() -> None:
    assert list(due_reminders(TIMES[Reminder.TUESDAY] + MINUTE, NEW_YORK)) == [(MONDAY, Reminder.TUESDAY)]


@given(st.integers(0, 60 * 24 * 14))
def test_no_reminder_is_early_or_stale(minutes: int) -> None:
    now = TIMES[Reminder.THURSDAY] + timedelta(minutes=minutes)
    for monday, which in due_reminders(now, NEW_YORK):
        sent_at = reminder_times(monday, NEW_YORK)[which]
        assert sent_at <= now < sent_at + STALE_AFTER


@pytest.mark.parametrize(
    ("which", "minutes", "target", "state", "wanted"),
    [
        (Reminder.THURSDAY, 0, FULL_WEEK, State.DRAFT, True),
        (Reminder.THURSDAY, 1, FULL_WEEK, State.DRAFT, False),
        (Reminder.SUNDAY, 700, FULL_WEEK, State.DRAFT, True),
        (Reminder.TUESDAY, 700, FULL_WEEK, State.RETURNED, True),
        (Reminder.TUESDAY, 700, FULL_WEEK, State.SUBMITTED, False),
        (Reminder.TUESDAY, 700, FULL_WEEK, State.APPROVED, False),
        (Reminder.SUNDAY, 0, Target(0, 0), State.DRAFT, False),
    ],
)
def test_p9_who_is_away_or_has_handed_in_is_left_alone(
    which: Reminder, minutes: int, target: Target, state: State, wanted: bool
) -> None:
    assert wants_reminder(which, minutes, target, state) is wanted


def sweep(world: World, when: datetime) -> int:
    with at(when):
        return remind_of_sheets(world.app.config["LMS"])


def letters(world: World) -> list[tuple[str, int]]:
    return [(letter.template, letter.person_id) for letter in world.all(OutboxMessage)]


def test_everybody_who_needs_one_gets_one_however_often_the_sweep_runs(world: World) -> None:
    log_week(world)
    hand_in(world)
    zoe, eli = world.person("Zoe").id, world.person("Eli").id
    assert sweep(world, TIMES[Reminder.TUESDAY]) == 2
    assert sweep(world, TIMES[Reminder.TUESDAY] + MINUTE) == 0
    assert sorted(letters(world)) == sorted([("sheet-missing", zoe), ("sheet-missing", eli)])


def test_thursday_is_only_for_those_who_logged_nothing(world: World) -> None:
    before = reminder_times(MONDAY - timedelta(days=7), NEW_YORK)
    assert sweep(world, before[Reminder.TUESDAY]) == 3
    log_week(world)
    assert sweep(world, TIMES[Reminder.THURSDAY]) == 2
    assert sweep(world, TIMES[Reminder.SUNDAY]) == 3
    assert [template for template, _ in letters(world)] == ["sheet-missing"] * 3 + ["sheet-due"] * 5


def test_p9_nobody_on_leave_is_reminded(world: World) -> None:
    with transaction():
        for name in ("Ada", "Zoe"):
            away = {"from_day": MONDAY, "to_day": MONDAY + timedelta(days=6)}
            session.add(Leave(enrollment_id=world.enrollment(name).id, kind=LeaveKind.MEDICAL, **away))
    assert sweep(world, TIMES[Reminder.SUNDAY]) == 1
    assert letters(world) == [("sheet-due", world.person("Eli").id)]


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2027, 12, 1)])
def test_no_cohort_that_has_not_begun_or_is_over_is_reminded(world: World, day: date) -> None:
    assert sweep(world, reminder_times(day - timedelta(days=day.weekday()), NEW_YORK)[Reminder.SUNDAY]) == 0
