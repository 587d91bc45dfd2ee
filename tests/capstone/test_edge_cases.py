"""E01 to E35 of the method that are rules; E01 to E05 and E28 of the formulas stand in test_roi.py."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from lms.capstone import roi
from lms.capstone.lines.rules.bands import Unusual, bands, unusual
from lms.capstone.lines.rules.checks import check_line
from lms.capstone.lines.rules.costs import (
    CostTotals,
    check_cost,
    rate_on,
    totals,
    unposted,
    wage,
    weekly_wages,
)
from lms.capstone.lines.rules.kinds import BenefitClass, CostKind, LineKind, Payer, Perspective, Stream
from lms.capstone.lines.rules.pools import attribution_left, capped, check_room, room_left
from lms.capstone.lines.rules.worth import adjust, first_month, gross, run_rate, schedule
from lms.capstone.projects import rules as projects
from lms.capstone.returns import portfolio_sums, project_return
from lms.capstone.roi import Why
from lms.capstone.savings.rules import attest, rows
from lms.capstone.savings.rules.figures import waterfall
from lms.capstone.savings.rules.kinds import Level, Reason
from lms.capstone.savings.rules.sustained import AfterYear
from lms.kernel import money
from lms.kernel.errors import RuleBroken
from tests.capstone.shapes import Book, Line, replace

V1, V2 = Level.REPORTED, Level.VERIFIED


def fields_of(broken):
    return set(broken.value.by_field())


def returned(book, level=V2, perspective=Perspective.FIRM):
    return project_return(book.ledger, book.versions, "USD", level, perspective)


def test_e01_a_project_without_cost_stands_in_the_portfolio_without_a_ratio():
    free, paid = Book(), Book()
    free.claim(1, Line(), V2)
    paid.claim(1, Line(), V2)
    paid.cost(CostKind.MATERIALS, 600_000)
    assert returned(free).bcr().value.why is Why.ZERO_COST
    assert portfolio_sums([returned(free), returned(paid)]) == (2_400_000, 600_000)


def test_e04_a_rebate_is_an_incentive_shown_before_and_after():
    book = Book()
    book.cost(CostKind.CAPEX, 500_000)
    book.cost(CostKind.INCENTIVE, -700_000)
    costs = totals(book.ledger.costs(), Perspective.FIRM)
    assert (costs.gross_minor, costs.incentive_minor, costs.net_minor) == (500_000, -700_000, -200_000)
    assert returned(book).roi().value.why is Why.NEGATIVE_COST


@pytest.mark.parametrize(("kind", "minor"), [(CostKind.CAPEX, -1), (CostKind.CAPEX, 0), (CostKind.INCENTIVE, 1)])
def test_e04_only_an_incentive_is_below_zero(kind, minor):
    with pytest.raises(RuleBroken):
        check_cost(kind, minor)
    check_cost(CostKind.CAPEX, 1)
    check_cost(CostKind.INCENTIVE, -1)


def test_e05_a_one_time_saving_is_in_the_first_year_and_not_in_the_run_rate():
    book = Book()
    book.claim(1, Line(2_500_000, kind=LineKind.ONE_TIME), V2)
    book.cost(CostKind.CAPEX, 2_000_000)
    one_time = returned(book)
    assert (one_time.benefit_minor, one_time.run_rate_minor) == (2_500_000, 0)
    assert one_time.cumulative_payback().value.value < 1


def test_e06_the_window_starts_with_go_live_whenever_that_is():
    late = Line(go_live=date(2031, 5, 1))
    assert [part.month for part in schedule(late)][::11] == [date(2031, 5, 1), date(2032, 4, 1)]


def test_e07_a_change_on_the_17th_counts_from_the_next_month():
    assert first_month(date(2026, 12, 17), LineKind.RECURRING) == date(2027, 1, 1)
    assert first_month(date(2026, 12, 1), LineKind.RECURRING) == date(2026, 12, 1)
    assert first_month(date(2026, 12, 17), LineKind.ONE_TIME) == date(2026, 12, 1)


def test_e08_a_ramp_takes_its_share_of_a_month_and_never_more_than_all():
    ramped = Line(1_200_000, ramp_bp=(5000, 7500))
    assert [part.minor for part in schedule(ramped)][:3] == [50_000, 75_000, 100_000]
    with pytest.raises(RuleBroken) as broken:
        check_line(replace(ramped, ramp_bp=(10_001,)))
    assert fields_of(broken) == {"ramp"}


def test_e09_ten_thousand_dollars_and_a_cent_by_month():
    months = [part.minor for part in schedule(Line(1_000_001))]
    assert months == [83334] * 5 + [83333] * 7


def test_e10_an_amendment_up_waits_for_finance():
    book = Book()
    book.claim(1, Line(), V2)
    amendment = book.amend(1, Line(1_440_000))
    assert (book.ledger.headline(V1), book.ledger.headline(V2)) == (1_440_000, 1_200_000)
    assert rows.waiting_amendments(book.ledger, 1) == [amendment]
    book.verify(1)
    assert book.ledger.headline(V2) == 1_440_000
    assert returned(book).run_rate_minor == 1_440_000


def test_e11_an_amendment_down_counts_at_once_at_every_level():
    book = Book()
    book.claim(1, Line(), V2)
    book.amend(1, Line(840_000))
    assert book.ledger.headline(V1) == book.ledger.headline(V2) == returned(book).run_rate_minor == 840_000


def test_e11_lowering_a_raise_that_still_waits_lowers_nothing_that_was_verified():
    book = Book()
    book.claim(1, Line(), V2)
    book.amend(1, Line(1_440_000))
    book.amend(1, Line(1_320_000))
    assert (book.ledger.headline(V1), book.ledger.headline(V2)) == (1_320_000, 1_200_000)


def test_e11_moving_a_line_to_soft_lowers_the_headline_at_once():
    book = Book()
    book.claim(1, Line(), V2)
    book.amend(1, Line(benefit_class=BenefitClass.SOFT))
    assert book.ledger.headline(V2) == 0
    assert book.ledger.by_class(V2)[BenefitClass.SOFT] == 1_200_000


def test_e12_a_reversal_cancels_a_posting_once_and_is_not_reversed():
    book = Book()
    claim = book.claim(1, Line(), V2)
    reversal = book.reverse(claim)
    assert book.ledger.headline(V1) == book.ledger.headline(V2) == 0
    for again in (claim, reversal):
        with pytest.raises(RuleBroken):
            attest.check_reversible(book.ledger, again)
    book.claim(1, Line(600_000), V2)
    assert book.ledger.headline(V2) == 600_000


def test_e12_what_finance_adjusted_goes_with_the_claim_it_adjusted():
    book = Book()
    claim = book.claim(1, Line(), V1)
    book.verify(1, 1_000_000)
    assert book.ledger.headline(V2) == 1_000_000
    book.reverse(claim)
    assert book.ledger.headline(V2) == 0


def test_e12_the_latest_amendment_is_reversed_first():
    book = Book()
    claim = book.claim(1, Line(), V2)
    book.amend(1, Line(600_000))
    with pytest.raises(RuleBroken):
        attest.check_reversible(book.ledger, claim)


def test_e13_a_team_shares_one_ledger_and_its_parts_sum():
    with pytest.raises(RuleBroken):
        projects.check_credit([6000, 3000])
    shared = projects.credit_of_team(4_280_001, {11: 6000, 12: 4000})
    assert sum(shared.values()) == 4_280_001


def test_e14_a_second_project_gets_the_share_of_the_pool_that_is_left():
    pool = 9_000_000
    assert attribution_left([7000]) == 3000
    first = adjust(pool, 7000, 10_000)
    second = capped(pool, [first], adjust(pool, 5000, 10_000))
    assert (first, second) == (6_300_000, 2_700_000)
    with pytest.raises(RuleBroken) as broken:
        check_room(pool, [first], adjust(pool, 5000, 10_000), "USD")
    assert broken.value.field == "amount"
    check_room(pool, [first], second, "USD")


def test_e15_claims_never_exceed_the_measured_improvement():
    assert capped(9_000_000, [6_000_000], 4_500_000) == 3_000_000
    assert room_left(9_000_000, [6_000_000, 6_000_000]) == 0


def test_e16_the_cost_of_a_student_who_left_stays_in_the_portfolio():
    left, stayed = Book(), Book()
    left.cost(CostKind.TUITION, 500_000)
    stayed.claim(1, Line(), V2)
    stayed.cost(CostKind.TUITION, 500_000)
    assert portfolio_sums([returned(left), returned(stayed)]) == (1_200_000, 1_000_000)


def test_e17_after_a_withdrawal_months_count_only_if_attested_again():
    left = date(2026, 6, 15)
    assert attest.counts_for_program(date(2026, 6, 1), left, reattested=False)
    assert not attest.counts_for_program(date(2026, 7, 1), left, reattested=False)
    assert attest.counts_for_program(date(2026, 7, 1), left, reattested=True)
    assert attest.counts_for_program(date(2026, 7, 1), None, reattested=False)


def test_e18_when_a_firm_ceases_the_months_before_stand_and_nothing_goes_on():
    book = Book()
    book.claim(1, Line(), V1)
    book.verify(1, 1_140_000)
    book.cost(CostKind.CAPEX, 300_000)
    book.cease(date(2026, 8, 1))
    months = list(book.ledger.months(V2).values())
    assert months == [95_000] * 6 + [0] * 6
    assert returned(book).run_rate_minor == 0
    assert returned(book).flows[1:] == [95_000] * 6 + [0] * 30
    bars = {bar.name: bar.minor for bar in waterfall(book.ledger, book.versions, V2, returned(book).costs)}
    assert bars["Net hard benefit"] == 570_000
    assert bars["Ended with the firm"] == -570_000


def test_e20_a_foreign_amount_is_converted_once():
    assert money.convert(1_000_000, "CAD", Decimal("0.72345678"), "USD") == 723_457


def test_e21_a_currency_has_its_own_number_of_decimals():
    assert (money.parse("1234", "JPY"), money.parse("1.234", "KWD"), money.parse("12.34", "USD")) == (1234, 1234, 1234)
    assert [money.decimal_text(1234, code) for code in ("JPY", "KWD", "USD")] == ["1234", "1.234", "12.34"]
    for text, code in (("1.5", "JPY"), ("1.2345", "KWD"), ("1.234", "USD")):
        with pytest.raises(RuleBroken):
            money.parse(text, code)
    assert money.convert(100, "JPY", Decimal("0.0021"), "KWD") == 210
    assert sum(part.minor for part in schedule(Line(minor=1_000))) == 1_000


def test_e28_more_than_one_change_of_sign_has_no_rate_and_says_so():
    flows = [-100, 100, 0, -7]
    assert roi.irr(flows) == roi.irr_annual(flows) == roi.Figure(None, roi.Why.MULTIPLE_SIGN_CHANGES)


def test_e22_two_claims_of_the_same_pool_month_and_amount_look_alike():
    parts = rows.claim_rows(schedule(Line()), BenefitClass.HARD_PL)
    assert rows.fingerprint(3, "recurring", parts) == rows.fingerprint(3, "recurring", reversed(parts))
    assert rows.fingerprint(3, "recurring", parts) != rows.fingerprint(4, "recurring", parts)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"attribution_bp": 10_001}, "attribution"),
        ({"attribution_bp": -1}, "attribution"),
        ({"confidence_bp": 10_001}, "confidence"),
        ({"confidence_bp": -1}, "confidence"),
        ({"quantity_e4": 0}, "quantity"),
        ({"quantity_e4": -1}, "quantity"),
        ({"minor": 0}, "unit_value"),
        ({"minor": 10**15 + 1}, "unit_value"),
        ({"life_months": 0}, "life"),
        ({"life_months": 61}, "life"),
        ({"kind": LineKind.ONE_TIME, "ramp_bp": (5000,)}, "ramp"),
        ({"minor": -100, "ramp_bp": (5000,)}, "ramp"),
        ({"ramp_bp": (100,) * 13}, "ramp"),
        ({"benefit_class": BenefitClass.INTANGIBLE}, "unit_value"),
        ({"margin_bp": 2000}, "margin"),
    ],
)
def test_e23_a_bad_line_names_the_field(change, field):
    with pytest.raises(RuleBroken) as broken:
        check_line(replace(Line(), **change))
    assert field in fields_of(broken)


def test_e23_every_bad_field_is_named_at_once():
    with pytest.raises(RuleBroken) as broken:
        check_line(Line(attribution_bp=12_000, confidence_bp=-5, life_months=99))
    assert fields_of(broken) == {"attribution", "confidence", "life"}


def test_e25_a_saving_that_fell_below_four_fifths_is_not_sustained():
    months = (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))

    def after(realized):
        kept = dict.fromkeys(months, realized)
        return AfterYear("USD", months, kept, Fraction(300_000), due_on=date(2027, 3, 1))

    after(80_000).check_kept()
    assert after(80_000).explain().value.bp == 8000
    with pytest.raises(RuleBroken):
        after(79_999).check_kept()
    AfterYear("USD", months, dict.fromkeys(months, -90_000), Fraction(-150_000), date(2027, 3, 1)).check_kept()


def test_e26_what_finance_takes_off_is_a_bar_of_the_waterfall():
    book = Book()
    book.claim(1, Line(4_800_000), V1)
    book.verify(1, 4_150_000, Reason.VOLUME)
    book.claim(2, Line(100_000), V1)
    book.verify(2, 70_000, Reason.OVERLAP)
    bars = {bar.name: bar.minor for bar in waterfall(book.ledger, book.versions, V2, CostTotals(0, 0, {}))}
    assert bars["Finance adjustment"] == -650_000
    assert bars["Overlap removed"] == -30_000
    assert bars["Net hard benefit"] == 4_220_000
    assert book.ledger.headline(V1) == 4_900_000
    assert returned(book).run_rate_minor == 4_220_000


def test_e26_finance_does_not_verify_more_than_was_reported_and_names_the_account():
    with pytest.raises(RuleBroken) as broken:
        attest.check_verified(101, 100, BenefitClass.HARD_PL, "5100", Reason.OTHER, "USD")
    assert broken.value.field == "amount"
    with pytest.raises(RuleBroken) as broken:
        attest.check_verified(100, 100, BenefitClass.HARD_PL, " ", None, "USD")
    assert broken.value.field == "account"
    with pytest.raises(RuleBroken) as broken:
        attest.check_verified(99, 100, BenefitClass.HARD_PL, " ", None, "USD")
    assert set(broken.value.by_field()) == {"account", "reason"}
    attest.check_verified(100, 100, BenefitClass.SOFT, "", None, "USD")
    attest.check_verified(-700, -600, BenefitClass.HARD_PL, "5100", Reason.VOLUME, "USD")


def test_e27_revenue_counts_at_its_margin_or_not_at_all():
    revenue = Line(1_000_000, BenefitClass.HARD_MARGIN)
    with pytest.raises(RuleBroken) as broken:
        check_line(revenue)
    assert broken.value.field == "margin"
    check_line(replace(revenue, margin_bp=2000))
    assert gross(replace(revenue, margin_bp=2000)) == 200_000


def test_e29_a_late_cost_changes_today_and_not_what_was_known():
    book = Book()
    book.claim(1, Line(), V2)
    before = book.now
    book.cost(CostKind.SERVICE, 100_000)
    then = book.ledger.as_of(before)
    assert project_return(then, book.versions, "USD").cost_minor == 0
    assert returned(book).cost_minor == 100_000


def test_e30_nobody_verifies_what_they_reported_or_worked_on():
    attest.check_verifier(1, {2, 3}, {4})
    for team, reporters in (({1}, set()), (set(), {1})):
        with pytest.raises(RuleBroken):
            attest.check_verifier(1, team, reporters)


class Rate:
    def __init__(self, effective_on, rate_minor):
        self.effective_on, self.rate_minor = effective_on, rate_minor


def test_e31_a_new_rate_leaves_past_weeks_alone():
    rates = [Rate(date(2026, 1, 5), 4500), Rate(date(2026, 3, 2), 4700), Rate(date(2026, 3, 2), 4800)]
    weeks = {date(2026, 2, 23): 600, date(2026, 3, 2): 600, date(2025, 12, 29): 600}
    assert [week.wage_minor for week in weekly_wages(weeks, rates)] == [0, 45_000, 48_000]
    assert rate_on(rates, date(2025, 12, 29)) is None


def test_a_week_of_wages_is_rounded_once():
    assert wage(390, 4537) == 29_491


def test_wages_are_posted_as_the_difference_to_what_was_posted():
    first, second = date(2026, 1, 5), date(2026, 1, 12)
    assert unposted({first: 100, second: 50}, {first: 100}) == {second: 50}
    assert unposted({first: 90}, {first: 100, second: 50}) == {first: -10, second: -50}


def test_e32_grant_paid_tuition_is_no_cost_of_the_firm():
    book = Book()
    book.cost(CostKind.TUITION, 900_000, Payer.GRANT)
    assert returned(book).cost_minor == 0
    assert returned(book, perspective=Perspective.ALL).cost_minor == 900_000


def test_e33_pending_needs_a_large_cost_and_ends_after_three_years():
    assert projects.pending_may_stay(1_000_000, 35)
    assert not projects.pending_may_stay(999_999, 1)
    assert not projects.pending_may_stay(1_000_000, 36)


def test_e34_a_short_life_counts_to_its_end_and_has_no_run_rate():
    short = Line(life_months=5)
    assert len(schedule(short)) == 5
    assert len(schedule(Line(life_months=24), 36)) == 24
    assert run_rate(short) == 0


def test_e35_an_unusual_claim_is_flagged_and_not_refused():
    electricity = bands()[Stream.ELECTRICITY]
    assert (electricity.middle, electricity.p95, electricity.implemented_bp) == (191_000, 2_623_900, 5030)
    assert unusual(Stream.ELECTRICITY, electricity.p95 + 1, "USD") == (Unusual.ABOVE_BAND,)
    assert unusual(Stream.ELECTRICITY, electricity.p95, "USD", 10**10) == ()
    assert unusual(Stream.OTHER, 2_000_001, "USD", 100_000_000) == (Unusual.ABOVE_SALES_SHARE,)
    assert unusual(Stream.ELECTRICITY, 10**9, "EUR") == ()
    assert Stream.BY_PRODUCT not in bands()  # too few plants to publish
    assert Stream.LABOR in bands()
