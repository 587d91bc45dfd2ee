"""The rules of a student's life in the program: history, rates, pace, what is carried, accommodations, attendance."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.hub.cohorts.rules import Days, Target, week_target
from lms.hub.coursework.kinds import DueReason
from lms.hub.coursework.rules import DueDates, effective_due, explain_due
from lms.hub.enrollment.kinds import Format, Signer, Status, StatusReason
from lms.hub.enrollment.rules import ENDED, MAY_FOLLOW, check_change, latest
from lms.hub.enrollment.rules.accommodations import check_accommodation, effect_on, time_factor, timed_minutes
from lms.hub.enrollment.rules.attendance import Trace, check_last_attendance, last_attendance
from lms.hub.enrollment.rules.carry import Done, carry_over
from lms.hub.enrollment.rules.history import (
    RESTORABLE,
    Stage,
    check_correction,
    check_history,
    check_restoration,
    gaps,
    may_follow,
    months_without_learning,
    probation,
    started_on,
)
from lms.hub.enrollment.rules.pace import Room, catch_up, check_pace, finish
from lms.hub.enrollment.rules.plans import content_hash, missing, signers
from lms.hub.enrollment.rules.rates import Outcome, labor_rate, normal_time_rate
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.units import Share

DAY = date(2026, 9, 7)  # a Monday
ONE = timedelta(days=1)
REF = FactRef("hours_entry", "a" * 20, datetime(2026, 9, 8, tzinfo=UTC))
DAYS = st.integers(0, 400).map(lambda n: DAY + n * ONE)


@st.composite
def histories(draw: st.DrawFn) -> list[Stage]:
    """What the commands can make of an enrollment: each step allowed, or a restoration, on the day before or later."""
    stages = [Stage(Status.APPLIED, DAY)]
    for _ in range(draw(st.integers(0, 10))):
        before = stages[-1]
        steps = [status for status in Status if may_follow(before.status, status)]
        if not steps:
            break
        later = before.effective_on + draw(st.integers(0, 30)) * ONE
        stages.append(Stage(draw(st.sampled_from(sorted(steps))), later))
    return stages


@given(histories())
def test_whatever_the_commands_can_make_is_a_possible_history(stages: list[Stage]) -> None:
    check_history(stages)
    assert latest(stages) is stages[-1].status


@given(histories(), st.sampled_from(list(Status)), st.sampled_from(list(StatusReason)))
def test_a_change_that_is_let_in_keeps_the_history_possible(
    stages: list[Stage], status: Status, reason: StatusReason
) -> None:
    day = stages[-1].effective_on + ONE
    try:
        check_change(stages, status, day, reason, "said")
    except RuleBroken:
        assert status not in MAY_FOLLOW[stages[-1].status]
    else:
        check_history([*stages, Stage(status, day)])


@given(histories())
def test_after_an_end_only_a_restoration_follows_and_only_after_leaving(stages: list[Stage]) -> None:
    for before, after in pairwise(stages):
        if before.status in ENDED:
            assert before.status in RESTORABLE
            assert after.status is Status.ACTIVE


@given(histories(), st.data())
def test_a_correction_that_is_let_in_keeps_the_history_possible(stages: list[Stage], data: st.DataObject) -> None:
    wrong = data.draw(st.sampled_from(stages))
    right = data.draw(st.none() | st.builds(Stage, st.sampled_from(list(Status)), DAYS))
    try:
        check_correction(stages, wrong, right, "Typed into the wrong row.")
    except RuleBroken:
        return
    kept = [right if stage is wrong else stage for stage in stages]
    check_history([stage for stage in kept if stage])


def test_a_correction_needs_words_and_something_to_correct() -> None:
    stages = [Stage(Status.ACTIVE, DAY), Stage(Status.COMPLETED, DAY + ONE)]
    with pytest.raises(RuleBroken, match="what was wrong"):
        check_correction(stages, stages[1], None, " ")
    with pytest.raises(RuleBroken, match="what stands already"):
        check_correction(stages, stages[1], Stage(Status.COMPLETED, DAY + ONE), "Same.")
    with pytest.raises(RuleBroken, match="first status"):
        check_correction(stages[:1], stages[0], None, "Never came.")
    with pytest.raises(RuleBroken, match="cannot become"):
        check_correction(stages, stages[0], Stage(Status.APPLIED, DAY), "Only applied.")


@pytest.mark.parametrize("status", list(Status))
def test_only_who_withdrew_or_was_dismissed_is_taken_back(status: Status) -> None:
    changes = [Stage(Status.ACTIVE, DAY), Stage(status, DAY + ONE)]
    if status in RESTORABLE:
        check_restoration(changes, DAY + ONE, "Came back.")
        with pytest.raises(RuleBroken, match="ended on"):
            check_restoration(changes, DAY, "Came back.")
        with pytest.raises(RuleBroken, match="reason"):
            check_restoration(changes, DAY + ONE, "")
    else:
        with pytest.raises(RuleBroken, match="taken back"):
            check_restoration(changes, DAY + ONE, "Came back.")


def test_the_days_between_an_end_and_a_restoration_are_a_gap() -> None:
    changes = [Stage(Status.ACTIVE, DAY), Stage(Status.WITHDRAWN, DAY + 10 * ONE), Stage(Status.ACTIVE, DAY + 20 * ONE)]
    assert [(gap.from_day, gap.to_day) for gap in gaps(changes)] == [(DAY + 10 * ONE, DAY + 19 * ONE)]
    assert started_on(changes) == DAY


def test_probation_is_counted_with_its_first_day() -> None:
    found = probation(DAY, 28)
    assert found.value == DAY + 27 * ONE
    assert found.steps[-1].value == found.value


def test_a_whole_month_without_learning_needs_a_leave() -> None:
    learned = [date(2026, 9, 20), date(2026, 11, 3)]
    assert months_without_learning(DAY, date(2026, 12, 1), learned, []) == (date(2026, 10, 1),)
    away = [Days(date(2026, 10, 30), date(2026, 11, 2))]
    assert months_without_learning(DAY, date(2026, 12, 1), learned, away) == ()
    assert months_without_learning(DAY, date(2026, 10, 31), [], []) == ()


MINUTES = st.integers(0, 900)
SPANS = st.builds(lambda start, length: Days(start, start + length * ONE), DAYS, st.integers(0, 40))


@given(DAYS, st.lists(SPANS, max_size=4), st.lists(SPANS, max_size=3))
def test_leave_only_lowers_what_a_week_asks_and_never_adds(day: date, leaves: list[Days], breaks: list[Days]) -> None:
    monday = day - day.weekday() * ONE
    first, last = DAY, DAY + 400 * ONE
    without = week_target(monday, first, last, breaks)
    with_leave = week_target(monday, first, last, breaks, leaves)
    assert 0 <= with_leave.least <= without.least
    assert 0 <= with_leave.most <= without.most
    more = week_target(monday, first, last, breaks, [*leaves, Days(monday, monday + 6 * ONE)])
    assert more == Target(0, 0)


OUTCOMES = st.builds(
    lambda start, ended, after, reason: Outcome(
        start, start + 27 * ONE, ended, start + after * ONE if ended else None, reason if ended else None
    ),
    DAYS,
    st.sampled_from([None, Status.COMPLETED, Status.WITHDRAWN, Status.DISMISSED, Status.TRANSFERRED]),
    st.integers(0, 900),
    st.sampled_from(list(StatusReason)),
)


@given(st.lists(OUTCOMES, max_size=12))
def test_both_rates_lie_between_none_and_all_and_end_in_their_value(outcomes: list[Outcome]) -> None:
    for found in (labor_rate(outcomes, DAY + 364 * ONE), normal_time_rate(outcomes, DAY, DAY + 363 * ONE)):
        assert found.value is None or 0 <= found.value.bp <= 10_000
        assert found.steps[-1].value == found.value
        assert found.steps[0].value == len(outcomes)


@given(st.lists(OUTCOMES, min_size=1, max_size=12))
def test_an_exit_in_probation_never_changes_the_labor_rate(outcomes: list[Outcome]) -> None:
    early = Outcome(DAY, DAY + 27 * ONE, Status.WITHDRAWN, DAY + 27 * ONE, StatusReason.WORK)
    ends = DAY + 364 * ONE
    assert labor_rate([*outcomes, early], ends).value == labor_rate(outcomes, ends).value


def test_the_two_rates_differ_in_whom_they_count() -> None:
    until = DAY + 27 * ONE
    ends = DAY + 363 * ONE
    outcomes = [
        Outcome(DAY, until, Status.COMPLETED, ends),
        Outcome(DAY, until, Status.WITHDRAWN, until, StatusReason.WORK),
        Outcome(DAY, until, Status.WITHDRAWN, until + ONE, StatusReason.SERVICE),
        Outcome(DAY, until),
    ]
    assert labor_rate(outcomes, ends).value == Share(3333)
    assert normal_time_rate(outcomes, DAY, ends).value == Share(3333)
    assert labor_rate(outcomes[:2], ends).value == Share(10_000)
    assert normal_time_rate(outcomes[:2], DAY, ends).value == Share(5000)
    assert labor_rate([], ends).value is None


def test_completing_counts_until_a_year_after_the_end_and_within_one_and_a_half_times_the_length() -> None:
    ends = DAY + 363 * ONE
    late = DAY + 545 * ONE  # day 546 of 364 is the last within one and a half times
    assert normal_time_rate([Outcome(DAY, DAY, Status.COMPLETED, late)], DAY, ends).value == Share(10_000)
    assert normal_time_rate([Outcome(DAY, DAY, Status.COMPLETED, late + ONE)], DAY, ends).value == Share(0)
    year = ends + 365 * ONE
    assert labor_rate([Outcome(DAY, DAY, Status.COMPLETED, year)], ends).value == Share(10_000)
    assert labor_rate([Outcome(DAY, DAY, Status.COMPLETED, year + ONE)], ends).value == Share(0)


@st.composite
def rooms(draw: st.DrawFn) -> list[Room]:
    """A year of weeks with breaks and short weeks, and two more in which nothing is asked."""
    made = []
    for n in range(150):
        days = draw(st.sampled_from([5, 5, 5, 5, 5, 4, 0])) if n < 8 else 5
        least = 600 * days // 5 if n < 52 else 0
        made.append(Room(DAY + timedelta(weeks=n), least, 840 * days // 5))
    return made


@given(st.integers(0, 12_000), st.integers(1, 840), rooms())
def test_a_catch_up_plan_does_all_that_is_behind_and_never_more_than_a_week_takes(
    behind: int, pace: int, made: list[Room]
) -> None:
    found = catch_up(behind, pace, made, 840, DAY + 363 * ONE)
    plan, by_monday = found.value, {room.monday: room for room in made}
    assert all(
        room.least <= week.minutes <= max(room.most, room.least)
        for week in plan.weeks
        if (room := by_monday[week.monday])
    )
    extra = sum(week.minutes - week.least for week in plan.weeks)
    assert extra == behind - (plan.weeks[-1].left if plan.weeks else behind)
    if plan.is_possible and behind:
        assert plan.weeks[-1].left == 0
        assert plan.done_on is not None
        assert plan.done_on <= plan.last_day
    assert found.steps[-1].value == plan.done_on


@given(st.integers(1, 12_000), rooms())
def test_a_plan_that_cannot_be_done_names_the_first_finish_that_can(behind: int, made: list[Room]) -> None:
    last_day = made[3].monday + 6 * ONE
    slow = catch_up(behind, 600, made, 840, last_day).value
    fast = catch_up(behind, 840, made, 840, last_day).value
    assert not slow.is_possible
    assert slow.done_on == fast.done_on


def test_a_plan_of_480_minutes_behind_takes_two_full_weeks_of_fourteen_hours() -> None:
    made = [Room(DAY + timedelta(weeks=n), 600, 840) for n in range(10)]
    plan = catch_up(480, 840, made, 840, DAY + 363 * ONE).value
    assert [(week.minutes, week.left) for week in plan.weeks] == [(840, 240), (840, 0)]
    assert plan.done_on == DAY + 13 * ONE


def test_nobody_is_asked_for_more_than_a_week_takes() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_pace(841, 840)
    assert caught.value.field == "pace"


@given(st.integers(0, 20_000), st.integers(60, 840), rooms())
def test_a_faster_pace_never_finishes_later(remaining: int, pace: int, made: list[Room]) -> None:
    assume(pace < 840)
    slow = finish(remaining, pace, made, 840, DAY).value.done_on
    fast = finish(remaining, 840, made, 840, DAY).value.done_on
    assert slow is None or fast is None or fast <= slow


def test_a_plan_stands_when_everybody_has_signed() -> None:
    assert missing((), has_firm=True) == (Signer.STUDENT, Signer.COORDINATOR, Signer.FIRM)
    assert missing(signers(has_firm=True), has_firm=True) == ()
    assert missing((Signer.STUDENT, Signer.COORDINATOR), has_firm=False) == ()


def test_what_is_signed_is_the_whole_plan() -> None:
    plan = ("e" * 20, DAY, 720, 3000, DAY + 60 * ONE)
    changed = [
        ("f" * 20, *plan[1:]),
        (plan[0], DAY + ONE, *plan[2:]),
        (*plan[:2], 721, *plan[3:]),
        (*plan[:3], 1, plan[4]),
    ]
    assert len({content_hash(*one) for one in (plan, *changed)}) == 5  # type: ignore[arg-type]


def test_hours_go_along_and_a_course_does_where_the_new_version_has_its_code() -> None:
    done = [
        Done("PC", "Process controls", Fraction(8000), 0),
        Done("OLD", "Drafting", Fraction(9000), 0),
        Done("MS", "Systems", None, 3),
    ]
    found = carry_over(done, {("lab_in_person", 3): 600, ("self_study", 0): 90}, ["PC", "MS", "CAP"])
    assert [course.is_kept for course in found.value.courses] == [True, False, False]
    assert found.value.total_minutes == 690
    assert found.value.missing == ("MS", "CAP")


@dataclass(frozen=True)
class Given:
    time_factor_bp: int = 10_000
    extra_days: int = 0
    format: Format = Format.USUAL
    from_day: date = DAY
    to_day: date | None = None
    ref: FactRef = REF


GIVEN = st.builds(
    lambda bp, days, form, start, length: Given(
        bp, days, form, start, None if length is None else start + length * ONE
    ),
    st.integers(10_000, 40_000),
    st.integers(0, 60),
    st.sampled_from(list(Format)),
    DAYS,
    st.none() | st.integers(0, 100),
)


@given(st.lists(GIVEN, max_size=5), DAYS, st.integers(1, 300))
def test_an_accommodation_never_takes_time_away(given_rows: list[Given], day: date, minutes: int) -> None:
    factor = time_factor(given_rows, day)
    assert factor.value >= 1
    assert factor.steps[-1].value == factor.value
    assert timed_minutes(minutes, factor.value) >= minutes
    assert effect_on(given_rows, day).extra_days >= 0


def test_a_begun_minute_is_given() -> None:
    assert timed_minutes(45, Fraction(3, 2)) == 68


def test_an_accommodation_has_to_give_something_and_say_on_what_it_rests() -> None:
    check_accommodation(15_000, 0, Format.USUAL, DAY, None, "Letter.")
    for values, field in (
        ((10_000, 0, Format.USUAL, DAY, None, "Letter."), "extra_time"),
        ((50_000, 0, Format.USUAL, DAY, None, "Letter."), "extra_time"),
        ((10_000, 61, Format.USUAL, DAY, None, "Letter."), "extra_days"),
        ((15_000, 0, Format.USUAL, DAY, None, " "), "note"),
        ((15_000, 0, Format.USUAL, DAY, DAY - ONE, "Letter."), "to_day"),
    ):
        with pytest.raises(RuleBroken) as caught:
            check_accommodation(*values)  # type: ignore[arg-type]
        assert caught.value.field == field


@given(st.lists(GIVEN, max_size=4), st.lists(SPANS, max_size=3), st.integers(0, 8))
def test_later_dues_are_never_earlier_and_are_called_an_extension(
    rows: list[Given], leaves: list[Days], weeks: int
) -> None:
    base = datetime(2026, 10, 5, 3, 59, tzinfo=UTC)
    usual = effective_due(DueDates(base, "America/New_York", leaves=leaves, late_start_weeks=weeks))  # type: ignore[arg-type]
    dates = DueDates(base, "America/New_York", leaves=leaves, late_start_weeks=weeks, more_days=rows)  # type: ignore[arg-type]
    found = effective_due(dates)
    assert found.at >= usual.at
    assert found.reason in (usual.reason, DueReason.EXTENSION)
    told = str([str(step.text) for step in explain_due(dates).steps]).lower()
    assert "accommodation" not in told


def test_two_more_days_keep_the_wall_time() -> None:
    base = datetime(2026, 10, 5, 3, 59, tzinfo=UTC)
    dates = DueDates(base, "America/New_York", more_days=[Given(extra_days=2)])
    assert effective_due(dates).at == base + 2 * ONE
    over = [Given(extra_days=2, to_day=date(2026, 10, 3))]
    assert effective_due(DueDates(base, "America/New_York", more_days=over)).at == base


def test_the_last_date_of_attendance_needs_more_than_the_students_own_word() -> None:
    traces = [
        Trace(DAY, "hours", 1, REF),
        Trace(DAY + 3 * ONE, "hours", 0, REF),
        Trace(DAY + ONE, "submission", 1, REF),
    ]
    found = last_attendance(traces)
    assert found.value == DAY + ONE
    assert found.steps[-1].value == found.value
    assert last_attendance([]).value is None


def test_another_last_date_than_the_evidence_says_needs_a_reason() -> None:
    check_last_attendance(DAY, DAY, DAY, "")
    check_last_attendance(DAY, None, DAY, "Sign-in sheet.")
    with pytest.raises(RuleBroken, match="another day"):
        check_last_attendance(DAY, DAY - ONE, DAY, " ")
    with pytest.raises(RuleBroken, match="future"):
        check_last_attendance(DAY + ONE, DAY, DAY, "Planned.")
