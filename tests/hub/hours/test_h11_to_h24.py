"""What a week asks for and what becomes of its sheet: rules H11 to H24 of weekly hours, each through the commands."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lms.hub.cohorts.models import Break, BreakKind, Cohort
from lms.hub.cohorts.rules import Target
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.models import StartOffset
from lms.hub.enrollment.services import end_leave, grant_leave
from lms.hub.hours.models import WeekSheet
from lms.hub.hours.queries.forecast import forecast_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.queries.weeks import Week
from lms.hub.hours.rules.forecast import Forecast
from lms.hub.hours.rules.sheet import State, ZeroReason
from lms.hub.hours.rules.verdict import Why
from lms.hub.hours.rules.week import Band
from lms.hub.hours.services.decisions import approve_part, return_part
from lms.hub.hours.services.entries import remove_entry
from lms.jobs.schedule import JOBS
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from tests.api.support import caller
from tests.hub.hours.weeks import DUE, LOCK, MONDAY, at, hand_in, log_week, part_of, week
from tests.support.web import World

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FIRST = date(2026, 9, 7)


def evening(monday: date) -> datetime:
    """The week's last evening in Lowell."""
    return datetime.combine(monday + 6 * DAY, time(23, 30), UTC)


def play(world: World, monday: date, minutes: int, *, approve: bool = False) -> Week:
    """A week logged and handed in on its last evening, and decided a day later."""
    with at(evening(monday)):
        log_week(world, monday=max(monday, FIRST + DAY), minutes=minutes)
        hand_in(world, monday=monday, zero_reason=None if minutes else ZeroReason.ILL)
    with at(evening(monday) + DAY):
        if approve:
            note = "Looked at." if week(world, monday=monday).verdict.needs_note else ""
            with transaction():
                approve_part(world.actor("Ben"), part_of(world, monday=monday), note=note)
        return week(world, monday=monday)


def target(world: World, monday: date) -> Target:
    with transaction(write=False):
        return situation_of(world.enrollment("Ada")).target(monday)


def test_h11_a_week_is_handed_in_from_friday_on_and_until_its_lock(world: World) -> None:
    friday = datetime.combine(MONDAY + 4 * DAY, time(4), UTC)  # 0:00 in Lowell
    log_week(world)
    for moment in (friday - timedelta(seconds=1), LOCK):
        with at(moment), pytest.raises(RuleBroken):
            hand_in(world)
    with at(LOCK - timedelta(seconds=1)):
        assert hand_in(world).state is State.SUBMITTED
    assert week(world).verdict.reasons[-1].why is Why.LATE
    assert DUE < LOCK


def test_h12_a_week_without_hours_needs_its_reason_and_is_then_like_any_other(world: World) -> None:
    with pytest.raises(RuleBroken) as caught:
        hand_in(world)
    assert caught.value.field == "zero_reason"
    hand_in(world, zero_reason=ZeroReason.WORK_PEAK)
    assert week(world).zero_reason is ZeroReason.WORK_PEAK
    assert [reason.why for reason in week(world).verdict.reasons] == [Why.ZERO]


def test_h13_the_band_of_a_week_has_its_edges_at_480_600_840_and_1200(world: World) -> None:
    edges = [(479, Band.RED), (1, Band.LOW), (119, Band.LOW), (1, Band.MET), (240, Band.MET), (1, Band.HIGH)]
    for more, band in [*edges, (359, Band.HIGH), (1, Band.EXCESSIVE)]:
        log_week(world, minutes=more)
        assert week(world).band is band
    assert week(world).minutes == 1201
    hand_in(world)
    with pytest.raises(RuleBroken) as caught, transaction():
        approve_part(world.actor("Ben"), part_of(world))
    assert caught.value.field == "note"
    with transaction():
        approve_part(world.actor("Ben"), part_of(world), note="A week of his vacation.")


def test_h14_a_thin_week_is_clean_where_the_four_weeks_together_are_not(world: World) -> None:
    thin = play(world, MONDAY - 4 * WEEK, 590)
    assert [reason.why for reason in thin.verdict.reasons] == [Why.BAND]
    for n in (3, 2, 1):
        play(world, MONDAY - n * WEEK, 640)
    assert play(world, MONDAY, 590).verdict.is_clean  # 640 + 640 + 640 + 590 of 2400
    # the fifth week back no longer counts, and three thin weeks more are too many
    assert not play(world, MONDAY + WEEK, 400).verdict.is_clean


def test_h14_catching_up_beyond_the_band_is_clean_after_thin_weeks(world: World) -> None:
    for n in (2, 1):
        play(world, MONDAY - n * WEEK, 500)
    assert play(world, MONDAY, 1000).verdict.is_clean
    assert week(world).band is Band.HIGH


def test_h15_a_break_week_asks_for_nothing_and_its_minutes_count(world: World) -> None:
    with transaction():
        span = {"from_day": MONDAY, "to_day": MONDAY + 6 * DAY}
        session.add(Break(cohort_id=world.one(Cohort).id, kind=BreakKind.BREAK, **span))
    found = play(world, MONDAY, 120, approve=True)
    assert (found.target, found.band, found.verdict.is_clean) == (Target(0, 0), Band.FREE, True)
    assert found.approved_minutes == 120


def test_h16_days_of_leave_take_their_part_of_the_target_and_nothing_of_what_was_done(world: World) -> None:
    log_week(world, minutes=240)
    cleo, ada, wednesday = world.actor("Cleo"), world.enrollment("Ada"), MONDAY + 2 * DAY
    with transaction():
        grant_leave(cleo, ada, LeaveKind.FAMILY, wednesday, wednesday + 20 * DAY, "a birth")
    assert target(world, MONDAY) == Target(240, 336)  # Monday and Tuesday are two of five
    assert target(world, MONDAY + WEEK) == Target(0, 0)
    assert week(world).minutes == 240
    with transaction():
        end_leave(cleo, ada, MONDAY + 4 * DAY)
    assert target(world, MONDAY) == Target(360, 504)  # and Friday
    assert target(world, MONDAY + WEEK) == Target(600, 840)


def test_h17_a_partial_first_and_last_week_ask_for_their_days(world: World) -> None:
    assert target(world, FIRST) == Target(480, 672)  # from Tuesday
    with transaction():
        cohort = world.one(Cohort)
        session.add(cohort)
        cohort.ends_on = date(2027, 8, 25)  # a Wednesday
    assert target(world, date(2027, 8, 23)) == Target(360, 504)
    assert target(world, date(2027, 8, 30)) == Target(0, 0)


def test_h18_who_joins_weeks_later_is_expected_to_do_what_lies_after_the_own_start(world: World) -> None:
    with transaction():
        session.add(StartOffset(enrollment_id=world.enrollment("Ada").id, weeks=4))
    assert [target(world, FIRST + n * WEEK).least for n in (3, 4, 5)] == [0, 600, 600]
    with at(evening(FIRST + 3 * WEEK)), pytest.raises(RuleBroken, match="starts on"):
        log_week(world, monday=FIRST + 3 * WEEK, minutes=60)


def test_h19_an_approved_total_stays_as_it_was_and_can_be_read_again_as_of_any_moment(world: World) -> None:
    approved = play(world, MONDAY - WEEK, 600, approve=True)
    decided_at = evening(MONDAY - WEEK) + DAY
    with pytest.raises(RuleBroken, match="Approved"), transaction():
        remove_entry(world.actor("Ada"), approved.entries[0])
    assert week(world, monday=MONDAY - WEEK, as_of=decided_at - timedelta(seconds=1)).approved_minutes == 0
    assert week(world, monday=MONDAY - WEEK, as_of=decided_at).approved_minutes == 600


@pytest.mark.parametrize("who", ["Ada", "Zoe", "Hana", "Dee"])
def test_h20_nobody_decides_on_the_own_hours_or_on_those_of_strangers(world: World, who: str) -> None:
    log_week(world)
    hand_in(world)
    with pytest.raises(NotAllowed), transaction():
        approve_part(world.actor(who), part_of(world))


def test_h21_a_return_says_why_and_which_entries(world: World) -> None:
    log_week(world)
    hand_in(world)
    with pytest.raises(RuleBroken) as caught, transaction():
        return_part(world.actor("Ben"), part_of(world), " ")
    assert caught.value.field == "reason"
    cell = week(world).entries[1].public_id
    with transaction():
        event = return_part(world.actor("Ben"), part_of(world), "Tuesday is there twice", [cell])
    assert event.cells == [cell]


def test_h22_a_week_that_nobody_decides_on_is_never_approved_by_itself(world: World) -> None:
    log_week(world)
    hand_in(world)
    for days in (1, 7, 8, 15, 40):
        with at(evening(MONDAY) + days * DAY):
            for job in JOBS:
                job.run(world.app.config["LMS"])
    assert world.one(WeekSheet).state is State.SUBMITTED
    assert week(world).approved_minutes == 0


def forecast(world: World) -> Forecast:
    with transaction(write=False):
        found = forecast_of(world.enrollment("Ada"))
    assert found.steps[-1].value == found.value.finishes_on
    return found.value


def test_h24_the_forecast_is_the_approved_pace_of_the_last_six_decided_weeks(world: World) -> None:
    asked = 480 + 51 * 600
    for n, minutes in enumerate((480, 480, 700, 700, 600, 600, 660)):
        play(world, FIRST + n * WEEK, minutes, approve=n != 6)
    now = evening(FIRST + 6 * WEEK) + DAY
    with at(now):
        found = forecast(world)
        assert found.weeks == 6
        assert found.pace == (480 + 480 + 700 + 700 + 600 + 600) * 840 // (672 + 5 * 840)
        assert found.open_minutes == asked - 480 - 480 - 700 - 700 - 600 - 600 - 660  # what waits is done
        weeks_left = -(-found.open_minutes // found.pace)
        assert found.finishes_on == date(2026, 10, 26) - DAY + weeks_left * WEEK
        assert found.needed == -(-found.open_minutes // 45)
        assert found.is_on_time is (found.finishes_on <= found.last_day)
        api = caller(world, "Ada").get(f"/enrollments/{world.enrollment('Ada').public_id}/forecast").json
        assert (api["weekly_minutes"], api["finishes_on"]) == (found.pace, found.finishes_on.isoformat())
        page = world.browser_of("Ada").get("/student/progress").text
        assert "When you finish" in page
    with at(now), transaction():
        approve_part(world.actor("Ben"), part_of(world, monday=FIRST + 6 * WEEK))
    with at(now):
        assert forecast(world).pace == (480 + 700 + 700 + 600 + 600 + 660) // 6  # the first one is the seventh now


def test_h24_a_break_is_not_counted_and_a_week_that_was_forgotten_is(world: World) -> None:
    with transaction():
        span = {"from_day": FIRST + 2 * WEEK, "to_day": FIRST + 2 * WEEK + 6 * DAY}
        session.add(Break(cohort_id=world.one(Cohort).id, kind=BreakKind.BREAK, **span))
    play(world, FIRST + WEEK, 600, approve=True)
    with at(evening(FIRST + 3 * WEEK) + 7 * DAY):
        found = forecast(world)
        assert found.weeks == 3  # the first two and the fourth, of which only one has hours
        assert found.pace == 600 * 840 // (672 + 840 + 840)
        assert not found.is_on_time


def test_h24_without_a_decided_week_there_is_no_end_in_sight(world: World) -> None:
    with at(evening(FIRST) - 2 * DAY):
        found = forecast(world)
    assert (found.weeks, found.pace, found.finishes_on, found.is_on_time) == (0, 0, None, False)
    assert found.needed == -(-found.open_minutes * 840 // (672 + 51 * 840))
