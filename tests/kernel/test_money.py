"""Money: reading, rounding, splitting."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel import money
from lms.kernel.errors import RuleBroken
from lms.kernel.money import Money

MINOR = st.integers(-(10**15), 10**15)
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "EUR"])


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("12.5", "USD", 1250),
        ("12", "USD", 1200),
        ("-0.01", "USD", -1),
        ("\u221212.50", "USD", -1250),
        (" 7 ", "JPY", 7),
        ("0.125", "KWD", 125),
        ("10000000000000", "USD", 10**15),
        ("0", "USD", 0),
    ],
)
def test_an_amount_is_read_in_the_minor_units_of_its_currency(typed, currency, minor):
    assert money.parse(typed, currency) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "1,234.567",
        "1,234.50",
        "NaN",
        "Infinity",
        "1e9",
        "-0",
        "-0.00",
        "1.234",
        "",
        "abc",
        "$5",
        "٣",
        "1_000",
        "--1",
        ".5",
        "5.",
        "1.500",
        "10000000000000.01",
        "99999999999999999999",
        "1." + "0" * 19 + "1",
    ],
)
def test_what_is_not_a_plain_amount_is_refused_under_its_field(typed):
    with pytest.raises(RuleBroken) as broken:
        money.parse(typed, "USD", field="unit_value")
    assert broken.value.field == "unit_value"


def test_a_yen_has_no_decimals_and_a_dinar_three():
    # E21
    assert money.decimal_text(1234, "JPY") == "1234"
    assert money.decimal_text(1234, "KWD") == "1.234"
    with pytest.raises(RuleBroken):
        money.parse("1.5", "JPY")


@pytest.mark.parametrize("code", ["usd", "XXX", "", "US", "DEM"])
def test_a_currency_that_is_not_listed_is_refused(code):
    with pytest.raises(RuleBroken) as broken:
        money.parse("1", code)
    assert broken.value.field == "currency"


@given(MINOR, CURRENCIES)
def test_an_amount_written_and_read_again_is_the_same(minor, currency):
    assert money.parse(money.decimal_text(minor, currency), currency) == minor


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("2.4999", 2), ("29490.5", 29491), ("0", 0)],
)
def test_a_half_goes_away_from_zero(value, rounded):
    assert money.hround(Decimal(value)) == rounded


@given(st.fractions())
def test_rounding_is_odd_and_never_off_by_more_than_a_half(value):
    assert money.hround(-value) == -money.hround(value)
    assert abs(money.hround(value) - value) <= Fraction(1, 2)


def test_digits_shown_round_half_away():
    assert str(money.round_half_away(Fraction(1, 8), 2)) == "0.13"
    assert str(money.round_half_away(Fraction(-1, 8), 2)) == "-0.13"
    assert str(money.round_half_away(3, 2)) == "3.00"


@given(MINOR, st.lists(st.integers(0, 10_000), min_size=1, max_size=40).filter(any))
def test_parts_always_sum_to_their_total(total, weights):
    parts = money.allocate(total, weights)
    assert sum(parts) == total
    assert all(
        abs(Fraction(part) - Fraction(total * w, sum(weights))) < 1 for part, w in zip(parts, weights, strict=True)
    )


@given(MINOR, st.lists(st.integers(0, 100), min_size=1).filter(any))
def test_a_loss_splits_like_a_gain(total, weights):
    assert money.allocate(-total, weights) == [-part for part in money.allocate(total, weights)]


def test_ties_go_to_the_earlier_part():
    assert money.allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert money.allocate(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [2, -1]])
def test_weights_that_share_nothing_are_an_error(weights):
    with pytest.raises(ValueError):  # noqa: PT011
        money.allocate(100, weights)


def test_ten_thousand_and_a_cent_over_a_year():
    # E09
    assert money.monthly(1_000_001) == [83334] * 5 + [83333] * 7


@given(MINOR)
def test_twelve_months_sum_to_the_year_and_differ_by_a_cent_at_most(annual):
    months = money.monthly(annual)
    assert sum(months) == annual
    assert max(months) - min(months) <= 1


def test_a_part_of_a_year_is_annualized_once():
    assert money.annualize(100, 7) == 171
    with pytest.raises(ValueError):  # noqa: PT011
        money.annualize(100, 0)


def test_canadian_dollars_in_a_us_dollar_project():
    # E20
    assert money.convert(1_000_000, "CAD", Decimal("0.72345678"), "USD") == 723_457


def test_yen_to_dollars_minds_both_exponents():
    assert money.convert(1000, "JPY", Decimal("0.0067"), "USD") == 670


def test_a_rate_of_zero_is_refused():
    with pytest.raises(RuleBroken):
        money.convert(100, "CAD", Decimal(0), "USD")


def test_money_of_two_currencies_is_not_added():
    assert Money(1, "USD") + Money(2, "USD") - Money(4, "USD") == -Money(1, "USD")
    with pytest.raises(RuleBroken):
        Money(1, "USD") + Money(1, "EUR")


def test_a_negative_amount_has_a_real_minus_sign():
    assert str(Money(-4280000, "USD")) == "\u2212USD 42,800.00"
    assert str(Money(4280000, "USD")) == "USD 42,800.00"
