"""Sentences and values as one reader sees them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.money import Money
from lms.kernel.speak import Reader, instant_text, minutes_clock, minutes_long, money_text, shown, speak
from lms.kernel.text import N_, say
from lms.kernel.units import Points, RoundMoney, Share, Span

ENGLISH = Reader("en", "America/New_York")
SPANISH = Reader("es", "America/Chicago")


@pytest.mark.parametrize(
    ("minutes", "written"),
    [(0, "0 h"), (45, "45 min"), (60, "1 h"), (150, "2 h 30"), (65, "1 h 05"), (-75, "\u22121 h 15")],
)
def test_a_length_of_time_reads_as_on_a_shop_floor(minutes: int, written: str) -> None:
    assert minutes_long(minutes) == written


@given(st.integers(0, 6000))
def test_the_clock_form_means_the_same_minutes(minutes: int) -> None:
    hours, rest = minutes_clock(minutes).split(":")
    assert int(hours) * 60 + int(rest) == minutes


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Span(90), "1 h 30"),
        (Share(9250), "92.5%"),
        (Points(850), "8.5"),
        (Money(4_150_050, "USD"), "$41,500.50"),
        (Money(1500, "JPY"), "¥1,500"),
        (RoundMoney(-4_150_050, "USD"), "-$41,501"),
        (1234, "1,234"),
        (Decimal("8.73"), "8.73"),
        (date(2026, 10, 28), "Wed, Oct 28"),
        (None, "\u2013"),
        ("Ada", "Ada"),
    ],
)
def test_values_are_written_in_english(value: object, written: str) -> None:
    assert shown(value, ENGLISH) == written


def test_an_instant_stands_in_the_readers_zone_and_names_it() -> None:
    at = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert instant_text(at, ENGLISH) == "Sun, Nov 1, 1:30\u00a0AM\u00a0EST"
    assert instant_text(at, ENGLISH, zone="America/Chicago").endswith("1:30\u00a0AM\u00a0CDT")
    assert instant_text(at, SPANISH).startswith("dom, 1 de nov")


def test_the_hour_that_comes_twice_is_told_apart_by_its_zone_name() -> None:
    first, second = (datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (5, 6))
    assert instant_text(first, ENGLISH) != instant_text(second, ENGLISH)


def test_a_sentence_takes_its_values_in_the_readers_form() -> None:
    told = say(N_("%(left)s left until %(day)s."), left=Span(75), day=date(2026, 11, 1))
    assert speak(told, ENGLISH) == "1 h 15 left until Sun, Nov 1."


def test_a_sentence_may_stand_inside_another() -> None:
    assert speak(say("%(what)s!", what=say("%(n)s weeks", n=3)), ENGLISH) == "3 weeks!"


def test_text_with_a_percent_sign_is_left_alone() -> None:
    assert speak("100 % done", ENGLISH) == "100 % done"


def test_an_unknown_language_speaks_english() -> None:
    assert money_text(100, "USD", Reader("xx", "UTC")) == "$1.00"
