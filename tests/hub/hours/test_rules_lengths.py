"""How a length of time may be written."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.hours.rules.lengths import as_hours, parse_minutes
from lms.kernel.errors import RuleBroken


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("90", 90),
        (" 90 ", 90),
        ("0", 0),
        ("90m", 90),
        ("90 min", 90),
        ("90 Minutes", 90),
        ("1:30", 90),
        ("0:05", 5),
        ("16:00", 960),
        ("1.5", 90),
        ("1,5", 90),
        (".5", 30),
        (",25", 15),
        ("1.33", 80),
        ("0.125", 8),
        ("2h", 120),
        ("2 h", 120),
        ("1.5h", 90),
        ("1,5 hours", 90),
        ("2h27m", 147),
        ("2h27", 147),
        ("2 H 27 min", 147),
        ("1 hr 5 mins", 65),
        ("961", 961),
    ],
)
def test_time_may_be_written_the_way_people_do(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "1e3", "90 s", "-30", "+30", "1:60", "1:5", "1:2:3", "1.5.5", "1.5m", "2h75m", "NaN", "٩٠", "²"],
)
def test_anything_else_is_refused_with_the_field_and_the_forms_that_work(text: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        parse_minutes(text)
    assert caught.value.field == "minutes"
    assert "1:30" in str(caught.value)


@pytest.mark.parametrize("text", ["90" * 20, "1h h", "h", ":30", ".", "1_000", "0x5a", "1.5h30m", "\x00", "1 30"])
def test_nothing_is_guessed(text: str) -> None:
    with pytest.raises(RuleBroken):
        parse_minutes(text)


def test_the_refusal_names_the_field_it_was_asked_for() -> None:
    with pytest.raises(RuleBroken) as caught:
        parse_minutes("x", field="cell-3")
    assert caught.value.field == "cell-3"


@given(st.integers(0, 99 * 60 + 59))
def test_what_a_field_answers_means_the_same_when_it_is_sent_again(minutes: int) -> None:
    assert parse_minutes(as_hours(minutes)) == minutes


@given(st.integers(0, 99), st.integers(0, 59))
def test_the_forms_agree(hours: int, minutes: int) -> None:
    whole = hours * 60 + minutes
    assert parse_minutes(f"{hours}h{minutes}m") == parse_minutes(f"{hours}:{minutes:02}") == parse_minutes(f"{whole}m")


@given(st.text(max_size=30))
def test_no_text_does_anything_but_give_minutes_or_a_refusal(text: str) -> None:
    with suppress(RuleBroken):
        assert 0 <= parse_minutes(text) <= 9999


def test_less_than_nothing_is_shown_with_a_minus() -> None:
    assert as_hours(-90) == "-1:30"
