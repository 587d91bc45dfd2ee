"""The formulas against published examples, edge cases and two independent libraries."""

import json
import warnings
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy_financial
import pytest
import pyxirr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lms.capstone import roi
from lms.capstone.roi import Figure, Why
from lms.kernel.money import hround, round_half_away, share

GOLDEN = json.loads((Path(__file__).parents[1] / "data" / "golden_cases.json").read_text())
CASES = {case["id"]: case for case in GOLDEN["published"]}
CENT = Decimal("0.01")


def case(name):
    return CASES[name]["inputs"], CASES[name]["expect"]


def shown(figure, places=2):
    return str(round_half_away(figure.value, places))


def percent(figure, places=2):
    return str(round_half_away(figure.value * 100, places))


def usd(text):
    return int(Decimal(text) * 100)


def test_p01_three_to_one_is_200_percent_never_300():
    given_, expect = case("P01")
    assert roi.bcr(given_["benefit"], given_["cost"]).value == int(expect["bcr"])
    assert percent(roi.roi(given_["benefit"], given_["cost"]), 0) == expect["roi_pct"]


def holds_whole_percent(name):
    given_, expect = case(name)
    benefit, cost = usd(given_["benefit_usd"]), usd(given_["cost_usd"])
    return percent(roi.roi(benefit, cost), 0) == expect["roi_pct_rounded"]


def test_p02_half_of_a_twelfth_of_the_base_returns_25_percent():
    assert holds_whole_percent("P02")


def test_p03_the_dealers_return_476_percent():
    assert holds_whole_percent("P03")


def test_p08_the_hotel_returns_221_percent_at_a_ratio_of_3_21():
    assert holds_whole_percent("P08")
    assert holds_ratio("P08")


def test_p02_the_benefit_is_half_the_base_times_the_improvement():
    assert share(share(960_000_000, 5000), 1200) == 57_600_000


def holds_ratio(name):
    given_, expect = case(name)
    return shown(roi.bcr(usd(given_["benefit_usd"]), usd(given_["cost_usd"]))) == expect["bcr"]


def test_p05_less_the_season_the_ratio_is_1_42():
    assert holds_ratio("P05")


def test_p04_the_published_roi_is_the_ratio_and_ours_is_57_percent():
    given_, expect = case("P04")
    assert holds_ratio("P04")
    assert percent(roi.roi(usd(given_["benefit_usd"]), usd(given_["cost_usd"]))) == expect["roi_pct"]
    assert hround(Fraction(6_299_584) * 98 / 1000) == 617_359
    assert hround(Fraction(617_359) * 903 / 1000) == 557_475  # P05, the seasonal share taken out


def test_p06_extra_revenue_counts_at_its_margin_only():
    given_, expect = case("P06")
    revenue = usd(given_["monthly_per_head"]) * given_["months"] * given_["heads"]
    assert revenue == usd(expect["annual"])
    assert share(revenue, given_["margin_pct"] * 100) == usd(expect["profit"])


def test_p07_proration_is_rounded_once_at_the_end():
    given_, expect = case("P07")
    prorated = hround(Fraction(usd(given_["dev_cost"]) * given_["pilot"], given_["population"]))
    assert prorated == usd(expect["exact_cents"])
    assert prorated != usd(expect["published_early_rounding"])


def test_p09_npv_of_the_textbook():
    given_, expect = case("P09")
    assert abs(roi.npv(given_["flows"], Decimal(given_["rate"])) - Decimal(expect["npv"])) < Decimal("0.00001")


def test_p10_irr_of_the_textbook():
    given_, expect = case("P10")
    assert shown(roi.irr(given_["flows"]), 5) == expect["irr"]


def test_p11_two_changes_of_sign_have_no_single_rate():
    # E28
    given_, expect = case("P11")
    assert roi.irr(given_["flows"]) == Figure(None, Why(expect["reason"]))


def holds_later_flows(name, rate):
    """A function that discounts its first flow too is ours with a zero before."""
    given_, expect = case(name)
    published = Decimal(expect["npv"])
    return abs(roi.npv([0, *given_["flows_from_t1"]], rate) - published) < Decimal(10) ** published.as_tuple().exponent


def test_p12_npv_of_the_form_language_at_ten_percent():
    assert holds_later_flows("P12", Decimal("0.10"))


def test_p13_npv_of_the_form_language_by_month():
    assert holds_later_flows("P13", Decimal("0.0275") / 12)


def test_p14_npv_as_the_spreadsheet_discounts():
    assert holds_later_flows("P14", Decimal("0.065"))


def test_p15_a_payback_beyond_the_flows_is_never():
    given_, expect = case("P15")
    found = [roi.payback_period([-cost] + [given_["annual"]] * given_["years"]) for cost in given_["costs"]]
    assert [shown(f) if f else None for f in found] == expect["payback_years"]
    assert found[2].why is Why.NEVER


def test_p16_irr_and_the_npv_on_both_sides_of_it():
    given_, expect = case("P16")
    assert percent(roi.irr(given_["flows"])) == expect["irr_pct"]
    assert roi.npv(given_["flows"], Decimal("0.09")).quantize(CENT) == Decimal("19336.51")
    assert roi.npv(given_["flows"], Decimal("0.21")).quantize(CENT) == Decimal("-10755.00")


def test_p17_payback_in_years():
    given_, expect = case("P17")
    months = roi.simple_payback_months(given_["annual"], given_["cost"])
    assert str(round_half_away(months.value / 12, 1)) == expect["payback_years_1dp"]


def test_p18_ratios_of_the_manufacturing_extension_partnership():
    given_, expect = case("P18")
    assert [shown(roi.bcr(*pair), 1) for pair in given_["pairs_musd"]] == expect["ratio_1dp"]


def test_p19_paybacks_of_two_assessed_plants():
    given_, expect = case("P19")
    years = [round_half_away(roi.simple_payback_months(saved, cost).value / 12, 2) for cost, saved in given_["rows"]]
    assert [str(year) for year in years] == expect["payback_years_2dp"]


def test_p20_the_examples_of_the_spreadsheet():
    _, expect = case("P20")
    assert str(roi.npv([0, -10000, 3000, 4200, 6800], Decimal("0.1")).quantize(CENT)) == "1188.44"
    growing = [0, 8000, 9200, 10000, 12000, 14500]
    assert str((roi.npv(growing, Decimal("0.08")) - 40000).quantize(CENT)) == "1922.06"
    assert shown(roi.irr([-70000, 12000, 15000, 18000, 21000, 26000]), 4) == "0.0866"
    dated = [
        (date(2008, 1, 1), -10000),
        (date(2008, 3, 1), 2750),
        (date(2008, 10, 30), 4250),
        (date(2009, 2, 15), 3250),
        (date(2009, 4, 1), 2750),
    ]
    published = next(value for name, value in expect.items() if name.startswith("XIRR"))
    assert abs(roi.irr_dated(dated).value - Fraction(published)) < Fraction(1, 10**8)


def test_p21_another_products_roi_is_our_ratio():
    given_, expect = case("P21")
    assert shown(roi.bcr(given_["benefits"], given_["costs"])) == expect["kpifire_ROI(=BCR)"]
    assert shown(roi.simple_payback_months(given_["benefits"], given_["costs"])) == expect["payback_months"]


def test_e01_without_cost_there_is_a_reason_and_no_ratio():
    assert roi.bcr(1_000_000, 0) == roi.roi(1_000_000, 0) == Figure(None, Why.ZERO_COST)
    assert roi.simple_payback_months(1_000_000, 0) == Figure(Fraction(0))
    assert roi.payback_period([0, 5, 5]) == Figure(Fraction(0))


def test_e02_cost_without_benefit_is_lost_whole_and_never_paid_back():
    assert roi.bcr(0, 100).value == 0
    assert roi.roi(0, 100).value == -1
    assert roi.simple_payback_months(0, 100) == roi.payback_period([-100, 0, 0]) == Figure(None, Why.NEVER)


def test_e03_a_return_below_minus_one_hundred_percent_is_not_clipped():
    assert percent(roi.roi(-50, 100), 0) == "-150"


def test_e04_a_cost_below_zero_has_a_reason_and_no_ratio():
    assert roi.roi(100, -1).why is roi.bcr(100, -1).why is roi.simple_payback_months(100, -1).why is Why.NEGATIVE_COST


def test_e05_a_one_time_saving_pays_back_in_its_month():
    flows = [-2_000_000, 0, 0, 2_500_000, 0]
    assert shown(roi.payback_period(flows), 1) == "2.8"
    assert roi.simple_payback_months(0, 2_000_000).why is Why.NEVER  # what dividing by the run-rate of 0 would say


def test_payback_counts_only_when_the_total_stays_above_zero():
    assert shown(roi.payback_period([-100, 150, -100, 100]), 1) == "2.5"


def test_a_flow_that_never_turns_has_no_rate():
    assert roi.irr([-1, -2]).why is roi.irr([0, 0]).why is roi.irr([5, -1]).why is Why.NO_SIGN_CHANGE


def test_a_rate_beyond_a_thousand_percent_is_not_shown():
    assert roi.irr_annual([-1, 100]).why is Why.OUT_OF_RANGE


def test_savings_to_investment_and_its_yearly_rate():
    assert roi.sir(Decimal(300), Decimal(100)).value == 3
    assert roi.sir(Decimal(300), Decimal(0)).why is Why.ZERO_COST
    assert roi.airr(Fraction(1), Decimal("0.03"), 10) == Decimal("0.03")
    with pytest.raises(ValueError, match="at least"):
        roi.airr(Fraction(-1), Decimal("0.03"), 10)


def test_nothing_forecast_has_no_realization_rate():
    assert roi.realization(40, 100).value == Fraction(2, 5)
    assert roi.realization(40, 0).value is None


AMOUNT = st.integers(1, 10**9)
CONVENTIONAL = st.tuples(AMOUNT, st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any)).map(
    lambda drawn: [-drawn[0], *drawn[1]]
)


@settings(max_examples=300)
@given(CONVENTIONAL, st.decimals("-0.5", "3", places=4))
def test_npv_agrees_with_numpy_financial(flows, rate):
    theirs = numpy_financial.npv(float(rate), flows)
    assert abs(float(roi.npv(flows, rate)) - theirs) <= 1e-9 * sum(abs(f) * 2.0**i for i, f in enumerate(flows))


@settings(max_examples=200)
@given(CONVENTIONAL, st.decimals("-0.5", "3", places=4))
def test_npv_agrees_with_pyxirr(flows, rate):
    theirs = pyxirr.npv(float(rate), flows, start_from_zero=True)
    assert abs(float(roi.npv(flows, rate)) - theirs) <= 1e-9 * sum(abs(f) * 2.0**i for i, f in enumerate(flows))


@settings(max_examples=300)
@given(CONVENTIONAL)
def test_irr_agrees_with_pyxirr(flows):
    ours = roi.irr(flows).value
    assume(Fraction(-9, 10) < ours < 100)
    theirs = pyxirr.irr(flows, guess=float(ours))
    assert theirs == pytest.approx(float(ours), rel=1e-7, abs=1e-9)


@settings(max_examples=100)
@given(st.lists(AMOUNT, min_size=2, max_size=6))
def test_irr_agrees_with_numpy_financial_where_that_finds_one(later):
    flows = [-(sum(later) // 2 + 1), *later]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = numpy_financial.irr(flows)
    assume(theirs == theirs)
    assert theirs == pytest.approx(float(roi.irr(flows).value), rel=1e-5, abs=1e-6)


@settings(max_examples=200)
@given(CONVENTIONAL)
def test_flows_are_worth_nothing_at_their_own_rate(flows):
    rate = roi.irr(flows).value
    assume(rate > Fraction(-99, 100))
    worth = roi.npv(flows, Decimal(rate.numerator) / Decimal(rate.denominator))
    assert abs(worth) < Decimal("0.01") * sum(abs(f) for f in flows)


@given(st.integers(-(10**12), 10**12), AMOUNT)
def test_roi_is_the_ratio_less_one(benefit, cost):
    assert roi.roi(benefit, cost).value == roi.bcr(benefit, cost).value - 1


@given(CONVENTIONAL)
def test_at_payback_the_flows_so_far_equal_the_cost(flows):
    period = roi.payback_period(flows)
    if period.why is Why.NEVER:
        assert sum(flows) < 0
        return
    whole = int(period.value)
    so_far = sum(flows[: whole + 1]) + (period.value - whole) * (flows[whole + 1] if whole + 1 < len(flows) else 0)
    assert so_far == 0 or (whole == period.value and so_far >= 0)


@given(CONVENTIONAL)
def test_discounting_never_makes_payback_earlier(flows):
    plain, late = roi.payback_period(flows), roi.discounted_payback_months(flows, Decimal("0.08"))
    assert not late or late.value >= plain.value


def test_a_monthly_rate_compounds_to_its_year():
    assert abs(roi.yearly_rate(roi.monthly_rate(Decimal("0.08"))) - Decimal("0.08")) < Decimal("1e-35")
