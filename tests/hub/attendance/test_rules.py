"""Codes, stations, the register's first look, excuses and what counts, by bare values."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.attendance.kinds import BookingState
from lms.hub.attendance.rules import codes, stations
from lms.hub.attendance.rules.credit import (
    Held,
    credit,
    explain_attended,
    explain_counted,
    explain_excused,
    explain_made_up,
    explain_scheduled,
    explain_share,
)
from lms.hub.attendance.rules.excuses import Allowance, cap_minutes, course_end
from lms.hub.attendance.rules.register import Known, Mark, at_close, check_mark, suggested
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.rules import clock_hour_minutes
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import FactRef
from lms.kernel.units import Span

START = datetime(2026, 10, 28, 14, tzinfo=UTC)
END = START + timedelta(hours=3)
SECRET = b"of one session"
DAY = date(2026, 10, 28)
REF = FactRef("attendance", "a" * 20, START)


def held(number: int, presence: Presence, minutes: int = 0, planned: int = 180, makes_up: int | None = None) -> Held:
    return Held(number, "Robotics", DAY + timedelta(days=number), planned, presence, minutes, REF, makes_up)


@given(st.integers(0, 10**6))
def test_a_code_is_good_for_its_half_minute_and_the_next(seconds: int) -> None:
    now = START + timedelta(seconds=seconds)
    code = codes.code_at(SECRET, now)
    assert len(code) == codes.DIGITS
    assert codes.matches(SECRET, f"{code[:4]} {code[4:]}", now)
    assert codes.matches(SECRET, code, now + timedelta(seconds=codes.seconds_left(now) + 29))
    assert not codes.matches(SECRET, code, now + timedelta(seconds=60))
    assert not codes.matches(b"of another", code, now)


@pytest.mark.parametrize(
    ("minutes", "is_open"), [(-16, False), (-15, True), (0, True), (15, True), (16, False), (-24 * 60, False)]
)
def test_checking_in_is_open_a_quarter_of_an_hour_around_the_start(minutes: int, is_open: bool) -> None:
    assert codes.is_open(START, START + timedelta(minutes=minutes)) is is_open


@pytest.mark.parametrize(
    ("minutes", "found"),
    [(-10, (Presence.PRESENT, None)), (5, (Presence.PRESENT, None)), (6, (Presence.LATE, 174))],
)
def test_who_checks_in_after_five_minutes_is_late_by_what_has_passed(
    minutes: int, found: tuple[Presence, int | None]
) -> None:
    assert codes.arrival(START + timedelta(minutes=minutes), START, END) == found


@given(st.integers(0, 30), st.integers(0, 20), st.lists(st.integers(), unique=True, max_size=12))
def test_stations_are_never_given_twice(taken: int, seats: int, waiting: list[int]) -> None:
    moved = stations.moving_up(waiting, taken, seats)
    assert len(moved) <= max(seats - taken, 0)
    assert list(moved) == waiting[: len(moved)]
    assert (stations.place(taken, seats) is BookingState.BOOKED) == (taken < seats)


class Signed:
    def __init__(self, code: str, valid_until: date, is_revoked: bool = False) -> None:
        self.code, self.valid_until, self.is_revoked = code, valid_until, is_revoked


@pytest.mark.parametrize(
    ("signed", "says"),
    [
        ([], "Show your instructor"),
        ([Signed("SAFE-ROB", DAY - timedelta(days=1))], "ends on 2026-10-27"),
        ([Signed("SAFE-ROB", DAY, is_revoked=True)], "Show your instructor"),
        ([Signed("SAFE-CNC", DAY)], "Show your instructor"),
    ],
)
def test_without_a_current_sign_off_the_refusal_says_what_to_do(signed: list[Signed], says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        stations.check_safe(["SAFE-ROB"], signed, DAY)


def test_a_sign_off_counts_on_its_last_day() -> None:
    stations.check_safe(["SAFE-ROB"], [Signed("SAFE-ROB", DAY)], DAY)


@pytest.mark.parametrize("code", ["", "x!", "-A", "A" * 31])
def test_a_code_that_nobody_can_type_is_refused(code: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        stations.check_code(code)
    assert caught.value.field == "code"


@pytest.mark.parametrize(
    ("known", "before", "at_the_end"),
    [
        (Known(), None, Mark(Presence.ABSENT)),
        (Known(is_excused=True), Mark(Presence.EXCUSED), Mark(Presence.EXCUSED)),
        (Known(codes.Arrival(Presence.LATE, 100)), Mark(Presence.LATE, 100), Mark(Presence.LATE, 100)),
        (Known(codes.Arrival(Presence.PRESENT, None), makes_up=True), Mark(Presence.MADE_UP), Mark(Presence.MADE_UP)),
        (Known(is_expected=False), None, None),
        (Known(makes_up=True), None, None),
        (Known(codes.Arrival(Presence.PRESENT, None), is_excused=True), Mark(Presence.PRESENT), Mark(Presence.PRESENT)),
    ],
)
def test_the_register_shows_what_is_known_and_closing_adds_who_is_absent(
    known: Known, before: Mark | None, at_the_end: Mark | None
) -> None:
    assert (suggested(known), at_close(known)) == (before, at_the_end)


@pytest.mark.parametrize(
    ("mark", "known"),
    [
        (Mark(Presence.MADE_UP), Known()),
        (Mark(Presence.PRESENT), Known(makes_up=True)),
        (Mark(Presence.LATE), Known()),
    ],
)
def test_a_line_that_does_not_fit_the_student_is_refused(mark: Mark, known: Known) -> None:
    with pytest.raises(RuleBroken):
        check_mark(mark, known)


@given(st.integers(1, 600), st.data())
def test_d19_a_late_comer_gets_the_hours_they_were_in_and_never_more_than_planned(
    planned: int, data: st.DataObject
) -> None:
    attended = data.draw(st.integers(0, planned))
    credited = clock_hour_minutes(attended, planned, missed_before=planned - attended)
    assert attended <= credited <= planned
    assert (credited == 0) == (attended == 0)


def test_d19_the_break_of_an_hour_that_was_missed_is_not_given() -> None:
    assert clock_hour_minutes(25, 90, missed_before=65) == 30
    assert clock_hour_minutes(25, 90) == 35


PRESENCES = st.sampled_from([p for p in Presence if p is not Presence.MADE_UP])


@st.composite
def registers(draw: st.DrawFn) -> list[Held]:
    lines = []
    for number in range(draw(st.integers(0, 6))):
        presence, planned = draw(PRESENCES), draw(st.integers(1, 300))
        there = presence in (Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY)
        lines.append(held(number, presence, draw(st.integers(1, planned)) if there else 0, planned))
    for number in range(10, 10 + draw(st.integers(0, 4))):
        lines.append(held(number, Presence.MADE_UP, draw(st.integers(1, 180)), 180, draw(st.integers(0, 7))))
    return lines


@given(registers(), st.integers(0, 5000))
def test_d18_what_counts_is_its_parts_and_never_more_than_was_scheduled(lines: list[Held], ahead: int) -> None:
    planned = {"Robotics": sum(line.planned for line in lines if line.presence is not Presence.MADE_UP) + ahead}
    found, why, excused = credit(lines, planned), explain_counted(lines, planned), explain_excused(lines, planned)
    assert found.counted <= found.scheduled
    assert found.excused_counted <= max(cap_minutes(planned["Robotics"]), 0)
    *parts, total = [step.value.minutes for step in why.steps if isinstance(step.value, Span)]
    assert sum(parts) == total == why.value == found.counted
    assert excused.value == min(found.excused, cap_minutes(planned["Robotics"])) == found.excused_counted
    share = explain_share(lines, planned)
    assert (share is None) == (found.scheduled == 0)
    if share is not None:
        assert share.value == share.steps[-1].value
        assert 0 <= share.value.bp <= 10_000


def test_d18_a_make_up_fills_what_was_missed_and_not_more() -> None:
    missed, made = held(1, Presence.ABSENT), held(2, Presence.MADE_UP, 180, makes_up=1)
    found = credit([missed, made], {"Robotics": 1800})
    assert (found.scheduled, found.made_up, found.counted) == (180, 180, 180)
    partly = held(1, Presence.LEFT_EARLY, 110)
    assert credit([partly, made], {"Robotics": 1800}).made_up == 180 - partly.credit


def test_d18_a_made_up_line_that_names_no_missed_session_counts_nothing() -> None:
    assert credit([held(2, Presence.MADE_UP, 180)], {}).counted == 0


def test_d18_an_excused_session_counts_up_to_a_tenth_of_the_course() -> None:
    lines = [held(n, Presence.PRESENT, 180) for n in range(9)] + [held(9, Presence.EXCUSED)]
    assert credit(lines, {"Robotics": 1800}).excused_counted == 180
    assert credit(lines, {"Robotics": 1700}).excused_counted == 170


def test_the_cap_is_shown_before_deciding() -> None:
    allowance = Allowance(planned=1800, before=180, asked=180)
    assert (allowance.cap, allowance.after, allowance.is_over) == (180, 360, True)
    assert allowance.explain().steps[-1].value == Span(360)
    assert not Allowance(planned=3600, before=180, asked=180).is_over


def test_a_late_starters_course_ends_later() -> None:
    assert course_end(2, date(2026, 9, 7), 0) == date(2026, 9, 20)
    assert course_end(2, date(2026, 9, 7), 3) == date(2026, 10, 11)


def test_each_part_of_what_counts_says_from_which_sessions_it_is() -> None:
    lines = [
        held(1, Presence.PRESENT, 180),
        held(2, Presence.ABSENT),
        held(3, Presence.LEFT_EARLY, 50),
        held(4, Presence.MADE_UP, 120, planned=120, makes_up=2),
    ]
    found, planned = credit(lines, {"Robotics": 540}), {"Robotics": 540}
    for told, minutes in ((explain_scheduled(lines), found.scheduled), (explain_attended(lines), found.attended)):
        *each, total = [step.value for step in told.steps]
        assert sum(one.minutes for one in each) == total.minutes == told.value == minutes
        assert len(each) == len(told.facts) == 3
    made_up = explain_made_up(lines, planned)
    assert (made_up.value, len(made_up.facts)) == (found.made_up, 1)
    assert found.made_up > 0
