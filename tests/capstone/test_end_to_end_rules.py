"""The end-to-end golden case (quick-change fixtures), through the rules alone."""

import json
from pathlib import Path

import pytest

from lms.capstone.lines.rules.kinds import BenefitClass, CostKind, LineKind, Payer, Perspective
from lms.capstone.lines.rules.worth import adjusted
from lms.capstone.projects.rules import credit_of_team, equal_shares
from lms.capstone.returns import as_shown, project_return
from lms.capstone.savings.rules.figures import funnel, waterfall
from lms.capstone.savings.rules.kinds import Level
from lms.kernel.money import allocate, round_half_away
from lms.kernel.units import Share
from tests.capstone.shapes import Book, Line, replace

CASE = json.loads((Path(__file__).parents[1] / "data" / "golden_cases.json").read_text())["end_to_end"]
COST_KINDS = [CostKind.TUITION, CostKind.WAGES, CostKind.MATERIALS, CostKind.CAPEX, CostKind.LABOR]


def line_of(given):
    return Line(
        minor=given["gross_annual"],
        benefit_class=BenefitClass(given["class"]),
        kind=LineKind(given["kind"]),
        attribution_bp=given["attribution_bp"],
        confidence_bp=given["confidence_bp"],
        ramp_bp=tuple(percent * 100 for percent in given["ramp_pct"]),
    )


LINES = [line_of(given) for given in CASE["lines"]]


@pytest.fixture
def book():
    book = Book()
    for line_id, line in enumerate(LINES, 1):
        book.claim(line_id, line, Level.VERIFIED)
    for kind, minor in zip(COST_KINDS, CASE["costs_firm"].values(), strict=True):
        book.cost(kind, minor)
    book.cost(CostKind.TUITION, CASE["cost_grant_tuition"], Payer.GRANT)
    return book


def returned(book, perspective=Perspective.FIRM, level=Level.VERIFIED):
    return project_return(book.ledger, book.versions, CASE["currency"], level, perspective, rate_bp=800)


def test_each_line_is_adjusted_once():
    assert [adjusted(line) for line in LINES] == list(CASE["adjusted_annual"].values())


def test_the_first_year_its_months_and_the_run_rate(book):
    firm = returned(book)
    assert firm.benefit_minor == CASE["first_12_months_hard"]
    assert list(book.ledger.months(Level.VERIFIED).values())[:4] == CASE["month_1_to_4_hard"]
    assert firm.run_rate_minor == CASE["run_rate_hard"]
    assert book.ledger.by_class(Level.VERIFIED)[BenefitClass.SOFT] == CASE["soft_excluded"]


def test_costs_by_perspective(book):
    assert returned(book).cost_minor == CASE["cost_firm_total"]
    assert returned(book, Perspective.ALL).cost_minor == CASE["cost_all_payers"]


def test_every_figure_of_the_firm(book):
    firm, expect = returned(book), CASE["firm"]
    assert str(round_half_away(firm.bcr().value.value, 4)) == expect["bcr"]
    assert str(round_half_away(firm.roi().value.value * 100, 2)) == expect["roi_pct"]
    assert str(round_half_away(firm.simple_payback().value.value, 2)) == expect["simple_payback_months"]
    assert str(round_half_away(firm.cumulative_payback().value.value, 3)) == expect["cumulative_payback_month"]
    assert str(round_half_away(firm.discounted_payback().value.value, 3)) == expect["discounted_payback_month"]
    assert firm.npv().value.minor == expect["npv_36m_8pct"]
    assert str(round_half_away(firm.irr().value.value * 100, 2)) == str(expect["irr_annual_pct"])


def test_every_figure_of_all_payers(book):
    all_payers, expect = returned(book, Perspective.ALL), CASE["all_payers"]
    assert str(round_half_away(all_payers.bcr().value.value, 4)) == expect["bcr"]
    assert str(round_half_away(all_payers.roi().value.value * 100, 2)) == expect["roi_pct"]


def test_steps_end_in_the_value_they_explain(book):
    firm = returned(book)
    for explained in (firm.bcr(), firm.roi(), firm.simple_payback(), firm.cumulative_payback(), firm.irr()):
        assert explained.steps[-1].value == explained.value.value
    assert [str(as_shown(f)) for f in (firm.bcr(), firm.simple_payback())] == ["1.40", "8.6"]
    assert [as_shown(f) for f in (firm.roi(), firm.irr())] == [Share(4014), Share(26194)]
    for explained in (firm.npv(), firm.cost(), firm.benefit(), firm.run_rate()):
        assert explained.steps[-1].value == explained.value


def test_restating_the_first_line_lowers_it_by_the_adjusted_difference(book):
    restated, expect = replace(LINES[0], minor=4_100_000), CASE["restated_L1_41000_at_month6"]
    assert restated.minor - LINES[0].minor == expect["delta_gross"]
    assert adjusted(restated) == expect["new_adjusted_L1"]
    before = returned(book)
    book.amend(1, restated)
    after = returned(book)
    assert after.run_rate_minor - before.run_rate_minor == expect["delta_adjusted"]
    assert after.benefit_minor == before.benefit_minor - 472_500  # the first year has the ramp


def test_credit_is_shared_to_the_cent():
    first_year = CASE["first_12_months_hard"]
    assert allocate(first_year, [60, 40]) == CASE["split_60_40_of_first_year"]
    shares = equal_shares([1, 2, 3])
    assert sum(credit_of_team(first_year, shares).values()) == first_year
    assert allocate(first_year, [1, 1, 1]) == CASE["split_thirds"]


def test_the_waterfall_foots_to_the_ledger(book):
    firm = returned(book)
    bars = {bar.name: bar.minor for bar in waterfall(book.ledger, book.versions, Level.VERIFIED, firm.costs)}
    assert bars["Net hard benefit"] == CASE["first_12_months_hard"]
    assert bars["Net after cost"] == CASE["first_12_months_hard"] - CASE["cost_firm_total"]
    assert bars["Soft, avoided, cash: not counted"] == -CASE["soft_excluded"]
    assert bars["New running costs"] == -600_000


def test_the_funnel_has_what_stands_at_each_level(book):
    bars = {bar.level: bar.minor for bar in funnel(book.ledger)}
    first_year = CASE["first_12_months_hard"]
    assert (bars[Level.REPORTED], bars[Level.VERIFIED], bars[Level.REVIEWED]) == (first_year, first_year, 0)
