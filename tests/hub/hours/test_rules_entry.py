"""Which hours entry may stand (H1, H3, H7, H23, D13, D14)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.hours.rules import entry as rules
from lms.hub.hours.rules.entry import Draft, Entry, Source
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.weeks import minutes_of_day
from tests.hub.hours.made import MONDAY, NEW_YORK, TUESDAY, Made, draft, instant, timed

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 29)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


def problems(one: Draft, *others: Entry, today: date = TUESDAY, first: date = FIRST) -> tuple[RuleBroken, ...]:
    return rules.entry_problems(one, others, today=today, first=first, last=LAST)


def fields(found: tuple[RuleBroken, ...]) -> list[str | None]:
    return [broken.field for broken in found]


@pytest.mark.parametrize("minutes", [0, -1, -90, 961, 100_000])
def test_h1_minutes_outside_1_to_960_are_refused(minutes: int) -> None:
    assert fields(problems(draft(minutes))) == ["minutes"]


@pytest.mark.parametrize("minutes", [1, 90, 960])
def test_h1_minutes_from_1_to_960_are_accepted(minutes: int) -> None:
    assert problems(draft(minutes)) == ()


@pytest.mark.parametrize(
    ("day", "word"),
    [(TUESDAY + timedelta(days=1), "to come"), (FIRST - timedelta(days=1), "starts on"), (date.max, "to come")],
)
def test_a_day_in_the_future_or_before_the_enrollment_is_refused(day: date, word: str) -> None:
    (broken,) = problems(draft(day=day))
    assert broken.field == "day"
    assert word in str(broken)


def test_a_day_after_the_end_of_the_enrollment_is_refused() -> None:
    day = LAST + timedelta(days=1)
    assert fields(problems(draft(day=day), today=day)) == ["day"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = problems(draft(0, day=TUESDAY + timedelta(days=9)))
    with pytest.raises(RuleBroken) as caught:
        raise_all(found)
    assert set(caught.value.by_field()) == {"minutes", "day"}


def test_nothing_wrong_raises_nothing() -> None:
    raise_all(())


def test_h3_a_day_takes_no_more_minutes_than_it_has_and_the_longest_other_entry_is_named() -> None:
    others = Made("short", minutes=500), Made("long", minutes=900)
    (broken,) = problems(draft(41), *others)
    assert broken.field == "minutes"
    assert broken.sentence.values["other_id"] == "long"
    assert "900 min of Self-study" in str(broken)
    assert problems(draft(40), *others) == ()


@pytest.mark.parametrize(("day", "room"), [(SPRING, 1380), (AUTUMN, 1500), (date(2026, 7, 4), 1440)])
def test_h3_the_limit_is_what_the_day_really_has_when_the_clock_changes(day: date, room: int) -> None:
    others = Made("a", day, 900), Made("b", day, room - 900 - 60)
    assert problems(draft(60, day), *others, first=date(2026, 1, 1), today=LAST) == ()
    assert fields(problems(draft(61, day), *others, first=date(2026, 1, 1), today=LAST)) == ["minutes"]


def test_h3_a_night_counts_on_the_two_days_it_falls_in() -> None:
    night = timed(MONDAY, 20, 600)  # four hours on Monday, six on Tuesday
    day = minutes_of_day(TUESDAY, NEW_YORK)
    rest = Made("rest", TUESDAY, 960)
    assert problems(draft(day - 360 - 960, TUESDAY), night, rest) == ()
    assert fields(problems(draft(day - 360 - 960 + 1, TUESDAY), night, rest)) == ["minutes"]


def test_h3_minutes_of_another_day_do_not_count() -> None:
    assert problems(draft(960), Made(day=MONDAY, minutes=960)) == ()


def test_h7_two_entries_never_overlap_and_the_other_is_named() -> None:
    start = instant(MONDAY, 9)
    one = Draft(MONDAY, 60, Kind.SELF_STUDY, NEW_YORK, None, False, start, start + timedelta(minutes=60))
    (broken,) = problems(one, timed(MONDAY, 8, 61, "early"))
    assert broken.field == "start"
    assert broken.sentence.values["other_id"] == "early"


def test_h7_touching_entries_do_not_overlap() -> None:
    start = instant(MONDAY, 9)
    one = Draft(MONDAY, 60, Kind.SELF_STUDY, NEW_YORK, None, False, start, start + timedelta(minutes=60))
    assert problems(one, timed(MONDAY, 8, 60), timed(MONDAY, 10, 60)) == ()


def test_h7_does_not_apply_without_instants() -> None:
    assert problems(draft(60, MONDAY), timed(MONDAY, 8, 600)) == ()


@given(st.integers(0, 47), st.integers(1, 960), st.integers(0, 47), st.integers(1, 960))
def test_h7_overlap_is_mutual_and_means_a_shared_minute(a: int, long_a: int, b: int, long_b: int) -> None:
    one, other = timed(MONDAY, 0, long_a), timed(MONDAY, 0, long_b)
    one = Made(
        starts_at=one.starts_at and one.starts_at + timedelta(hours=a),
        ends_at=one.ends_at and one.ends_at + timedelta(hours=a),
    )
    other = Made(
        starts_at=other.starts_at and other.starts_at + timedelta(hours=b),
        ends_at=other.ends_at and other.ends_at + timedelta(hours=b),
    )
    shared = set(range(a * 60, a * 60 + long_a)) & set(range(b * 60, b * 60 + long_b))
    assert rules.overlaps(one, other) == rules.overlaps(other, one) == bool(shared)


@given(st.lists(st.integers(1, 960), max_size=8), st.sampled_from([SPRING, AUTUMN, TUESDAY]))
def test_h3_what_was_accepted_one_by_one_never_exceeds_the_day(lengths: list[int], day: date) -> None:
    stands: list[Made] = []
    for number, minutes in enumerate(lengths):
        if not problems(draft(minutes, day), *stands, first=date(2026, 1, 1), today=LAST):
            stands.append(Made(str(number), day, minutes))
    assert sum(entry.minutes for entry in stands) <= minutes_of_day(day, NEW_YORK)


@pytest.mark.parametrize("source", [Source.ATTENDANCE, Source.SIMULATION, Source.LMS, Source.IMPORT])
def test_h23_what_the_system_wrote_is_not_the_students_to_change(source: Source) -> None:
    with pytest.raises(RuleBroken):
        rules.check_is_own_word(source)


@pytest.mark.parametrize("source", [Source.MANUAL, Source.TIMER])
def test_h23_the_own_word_is(source: Source) -> None:
    rules.check_is_own_word(source)


def test_every_kind_has_a_name() -> None:
    assert set(KIND_NAMES) == set(Kind)


def test_the_days_beside_an_entry_reach_over_a_night() -> None:
    assert rules.days_beside(draft()) == (MONDAY, TUESDAY + timedelta(days=1))
