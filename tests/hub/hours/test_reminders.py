"""Reminders of week sheets: Thursday if nothing is logged, Sunday, Tuesday; once each, never in a break (H11, P9)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import FULL_WEEK, Target
from lms.hub.enrollment.models import Leave, LeaveKind
from lms.hub.hours.models import Reminder
from lms.hub.hours.rules.reminders import Outcome, Rung, Standing, due_now, judge, ladder
from lms.hub.hours.rules.sheet import State, Terms, week_times
from lms.hub.hours.services.terms import set_terms
from lms.jobs.hours import remind_of_sheets
from lms.jobs.mail import send_due
from lms.kernel.db import session, transaction
from lms.kernel.outbox import OutboxMessage
from lms.kernel.weeks import local
from lms.messages.rules import DayTime
from lms.messages.services import choose_day
from tests.hub.hours.made import NEW_YORK
from tests.hub.hours.weeks import MONDAY, at, hand_in, log_week
from tests.support.mail import Mailbox
from tests.support.web import World

TIMES = {due.rung: due.at for due in ladder(MONDAY, NEW_YORK)}
MINUTE = timedelta(minutes=1)


def rungs_at(moment: datetime) -> list[tuple[date, Rung]]:
    return [(due.monday, due.rung) for due in due_now(moment, NEW_YORK)]


def test_h11_the_rungs_are_thursday_sunday_and_tuesday_at_six_and_wednesday_at_noon() -> None:
    walls = [f"{local(at_, NEW_YORK):%a %d %H:%M}" for at_ in TIMES.values()]
    assert walls == ["Thu 22 18:00", "Sun 25 18:00", "Tue 27 18:00", "Wed 28 12:00"]


def test_h11_the_last_two_rungs_follow_the_times_of_the_cohort() -> None:
    friday = Terms(due_weekday=4, due_minute=8 * 60, grace_days=10)
    at_ = {due.rung: due for due in ladder(MONDAY, NEW_YORK, friday)}
    walls = [f"{local(at_[rung].at, NEW_YORK):%a %d %H:%M}" for rung in Rung]
    assert walls == ["Thu 22 18:00", "Sun 25 18:00", "Thu 29 18:00", "Fri 30 08:00"]
    last = at_[Rung.WEDNESDAY]
    assert last.until == week_times(MONDAY, NEW_YORK, friday).locks_at
    assert last in due_now(last.until - MINUTE, NEW_YORK, friday)  # two weeks later
    monday = {due.rung: due for due in ladder(MONDAY, NEW_YORK, Terms(due_weekday=0, grace_days=0))}
    assert monday[Rung.SUNDAY].until == monday[Rung.TUESDAY].at  # one letter on Sunday evening, not two


def test_h11_a_cohort_with_other_times_is_reminded_by_them(world: World) -> None:
    cohort = world.one(Cohort, id=world.enrollment("Ada").cohort_id)
    with transaction():
        set_terms(world.actor("Gus"), cohort, Terms(due_weekday=4, due_minute=8 * 60, grace_days=3), False)
    with at(TIMES[Rung.TUESDAY]):
        remind_of_sheets(world.app.config["LMS"])
        assert Rung.TUESDAY not in {row.rung for row in world.all(Reminder, monday=MONDAY)}
    with at(TIMES[Rung.TUESDAY] + timedelta(days=2)):
        remind_of_sheets(world.app.config["LMS"])
        assert Rung.TUESDAY in {row.rung for row in world.all(Reminder, monday=MONDAY)}


@pytest.mark.parametrize("rung", Rung)
def test_a_rung_is_due_from_its_minute_on_and_not_before(rung: Rung) -> None:
    assert (MONDAY, rung) in rungs_at(TIMES[rung])
    assert (MONDAY, rung) not in rungs_at(TIMES[rung] - MINUTE)


def test_a_missed_rung_is_stale_once_the_next_is_due_and_the_last_once_the_week_locks() -> None:
    assert rungs_at(TIMES[Rung.SUNDAY] - MINUTE) == [(MONDAY, Rung.THURSDAY)]
    assert rungs_at(TIMES[Rung.TUESDAY] + MINUTE) == [(MONDAY, Rung.TUESDAY)]
    locks_at = week_times(MONDAY, NEW_YORK).locks_at
    assert (MONDAY, Rung.WEDNESDAY) in rungs_at(locks_at - MINUTE)
    assert MONDAY not in [monday for monday, _ in rungs_at(locks_at)]


@given(st.integers(0, 60 * 24 * 21), st.sampled_from([NEW_YORK, "America/Phoenix", "America/Chicago"]))
def test_of_a_week_never_more_than_one_rung_is_due_and_none_is_early_or_stale(minutes: int, zone: str) -> None:
    now = TIMES[Rung.THURSDAY] + timedelta(minutes=minutes)
    found = list(due_now(now, zone))
    assert len({due.monday for due in found}) == len(found) <= 2
    assert all(due.at <= now < due.until for due in found)


OWED = Standing(0, FULL_WEEK, State.DRAFT, is_studying=True, is_away=False)


@pytest.mark.parametrize(
    ("rung", "found", "outcome"),
    [
        (Rung.THURSDAY, OWED, Outcome.REMINDED),
        (Rung.THURSDAY, replace(OWED, minutes=1), Outcome.LOGGED),
        (Rung.SUNDAY, replace(OWED, minutes=700), Outcome.REMINDED),
        (Rung.TUESDAY, replace(OWED, minutes=700, state=State.RETURNED), Outcome.REMINDED),
        (Rung.WEDNESDAY, replace(OWED, state=State.REOPENED), Outcome.REMINDED),
        (Rung.TUESDAY, replace(OWED, minutes=700, state=State.SUBMITTED), Outcome.HANDED_IN),
        (Rung.TUESDAY, replace(OWED, minutes=700, state=State.APPROVED), Outcome.HANDED_IN),
        (Rung.SUNDAY, replace(OWED, target=Target(0, 0)), Outcome.NOTHING_EXPECTED),
        (Rung.SUNDAY, replace(OWED, is_away=True), Outcome.AWAY),
        (Rung.SUNDAY, replace(OWED, is_studying=False), Outcome.NOT_STUDYING),
    ],
)
def test_p9_who_is_away_or_has_left_or_handed_in_is_left_alone(rung: Rung, found: Standing, outcome: Outcome) -> None:
    assert judge(rung, found) is outcome


def sweep(world: World, when: datetime) -> int:
    with at(when):
        return remind_of_sheets(world.app.config["LMS"])


def letters(world: World) -> list[tuple[str, int]]:
    return [(letter.template, letter.person_id) for letter in world.all(OutboxMessage)]


def test_everybody_who_needs_one_gets_one_however_often_the_sweep_runs(world: World) -> None:
    log_week(world)
    hand_in(world)
    zoe, eli = world.person("Zoe").id, world.person("Eli").id
    assert sweep(world, TIMES[Rung.TUESDAY]) == 2
    assert sweep(world, TIMES[Rung.TUESDAY] + MINUTE) == 0
    assert sorted(letters(world)) == sorted([("sheet-missing", zoe), ("sheet-missing", eli)])


def test_thursday_is_only_for_those_who_logged_nothing(world: World) -> None:
    before = {due.rung: due.at for due in ladder(MONDAY - timedelta(days=7), NEW_YORK)}
    assert sweep(world, before[Rung.TUESDAY]) == 3
    assert sweep(world, before[Rung.WEDNESDAY]) == 3
    log_week(world)
    assert sweep(world, TIMES[Rung.THURSDAY]) == 2
    assert sweep(world, TIMES[Rung.SUNDAY]) == 3
    told = [template for template, _ in letters(world)]
    ladder_of_two_weeks = ["sheet-missing"] * 3 + ["sheet-overdue"] * 3 + ["sheet-empty"] * 2 + ["sheet-due"] * 3
    assert sorted(told) == sorted([*ladder_of_two_weeks, "sheets-missing", "sheets-missing"])


def test_p11_on_wednesday_whoever_runs_the_site_hears_how_many_are_missing(world: World) -> None:
    log_week(world)
    hand_in(world)
    sweep(world, TIMES[Rung.WEDNESDAY])
    told = {letter.person_id: letter.said()["count"] for letter in world.all(OutboxMessage, template="sheets-missing")}
    assert told == {world.person("Cleo").id: 1, world.person("Ivo").id: 1}


def test_each_rung_of_each_student_leaves_its_row_with_what_became_of_it(world: World) -> None:
    log_week(world)
    hand_in(world)
    sweep(world, TIMES[Rung.TUESDAY] + MINUTE)
    found = {row.enrollment_id: row for row in world.all(Reminder, rung=Rung.TUESDAY)}
    assert found[world.enrollment("Ada").id].outcome is Outcome.HANDED_IN
    assert found[world.enrollment("Zoe").id].outcome is Outcome.REMINDED
    assert {row.due_at for row in found.values()} == {TIMES[Rung.TUESDAY]}


def test_a_reminder_that_waited_is_not_sent_once_the_week_is_handed_in(world: World, mailbox: Mailbox) -> None:
    with at(TIMES[Rung.TUESDAY]):
        sweep(world, TIMES[Rung.TUESDAY])
        with transaction():
            choose_day(world.actor("Ada"), world.person("Ada"), DayTime(time(4), time(16)))
    settings = world.app.config["LMS"].model_copy(update={"smtp_url": mailbox.url})
    log_week(world)
    hand_in(world)
    with at(TIMES[Rung.TUESDAY] + timedelta(hours=13)):
        send_due(settings)
    assert sorted(mailbox.recipients) == [["eli@example.org"], ["zoe@example.org"]]
    note = world.one(OutboxMessage, person_id=world.person("Ada").id).note
    assert "not so any more" in note


def test_p9_nobody_on_leave_is_reminded(world: World) -> None:
    with transaction():
        for name in ("Ada", "Zoe"):
            away = {"from_day": MONDAY, "to_day": MONDAY + timedelta(days=6)}
            session.add(Leave(enrollment_id=world.enrollment(name).id, kind=LeaveKind.MEDICAL, **away))
    assert sweep(world, TIMES[Rung.SUNDAY]) == 1
    assert letters(world) == [("sheet-due", world.person("Eli").id)]


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2027, 12, 1)])
def test_no_cohort_that_has_not_begun_or_is_over_is_reminded(world: World, day: date) -> None:
    assert sweep(world, ladder(day - timedelta(days=day.weekday()), NEW_YORK)[1].at) == 0
