"""Sentences kept as JSON."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.money import Money
from lms.kernel.plain import from_plain, to_plain
from lms.kernel.text import Sentence, say
from lms.kernel.units import Points, Share, Span

whole = st.integers(-(10**12), 10**12)
simple = st.one_of(
    st.none(),
    st.booleans(),
    whole,
    st.text(max_size=20),
    st.dates(),
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants bare bounds
    st.builds(Money, whole, st.just("USD")),
    st.builds(Points, whole),
    st.builds(Share, whole),
    st.builds(Span, whole),
)


@given(st.one_of(simple, st.builds(Sentence, st.text(max_size=20), st.dictionaries(st.text(max_size=5), simple))))
def test_every_value_of_a_sentence_comes_back(value: object) -> None:
    assert from_plain(json.loads(json.dumps(to_plain(value)))) == value


@pytest.mark.parametrize("value", [1.5, b"x", [1], {"a": 1}, object()])
def test_what_a_sentence_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot say"):
        to_plain(say("%(x)s", x=value))


def test_a_day_is_not_an_instant() -> None:
    assert to_plain(date(2026, 9, 8)) == {"$": "day", "on": "2026-09-08"}
