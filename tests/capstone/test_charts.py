"""The charts foot: whatever happened, each is a sum of what the ledger holds; pages show them with "why?"."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.lines.rules.worth import schedule
from lms.capstone.returns import project_return
from lms.capstone.savings.rules.figures import ageing
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.realized import realized
from lms.capstone.savings.rules.rows import claim_rows
from lms.capstone.savings.rules.views import Case, add_cases, add_sources, came, sources, what_if
from lms.kernel.text import say
from tests.capstone.shapes import Book, Line
from tests.capstone.stage import draft, lines, live, reported, verified
from tests.capstone.test_ledger_laws import histories

V2 = Level.VERIFIED


@settings(max_examples=150)
@given(histories())
def test_what_savings_come_from_sums_to_the_headline_at_every_level(book):
    for level in (Level.REPORTED, V2):
        found = sources(book.ledger, book.versions, level)
        assert sum(found.values()) == book.ledger.headline(level)
        assert sum(one.minor for one in add_sources([found, found])) == 2 * book.ledger.headline(level)


@settings(max_examples=100)
@given(histories())
def test_what_if_moves_around_the_result_and_nothing_moves_nothing(book):
    made = project_return(book.ledger, book.versions, "USD", V2)
    cases = what_if(book.ledger, book.versions, V2, made.flows, made.costs, made.rate_bp)
    base = made.npv().value.minor
    later = next(case for case in cases if "ramp" in case.name.message)
    assert later.better_minor == base
    if not any(row.amount_minor for row in book.ledger.benefit_rows(V2)):
        of_benefits = [case for case in cases if not {"rate", "hour"} & set(case.name.message.lower().split())]
        assert all(case.worse_minor == base for case in of_benefits)


def test_less_attribution_is_worth_less_and_more_is_worth_more():
    book = Book()
    book.claim(1, Line(attribution_bp=5_000), V2)
    book.cost(CostKind.WAGES, 100_000, Payer.FIRM)
    made = project_return(book.ledger, book.versions, "USD", V2)
    base = made.npv().value.minor
    for case in what_if(book.ledger, book.versions, V2, made.flows, made.costs, made.rate_bp):
        assert case.worse_minor < base <= case.better_minor, case.name
    wages = what_if(book.ledger, book.versions, V2, made.flows, made.costs, 700)[-1]
    assert (wages.worse_minor, wages.better_minor) == (base - 20_000, base + 20_000)
    assert add_cases([[Case(say("x"), 1, 2)], [Case(say("x"), 3, 4)]])[0].better_minor == 6


def test_forecast_and_realized_of_each_line_sum_to_what_the_project_realized():
    book = Book()
    for number, minor in ((1, 1_200_000), (2, 600_000)):
        line = Line(minor=minor)
        book.post(EntryKind.FORECAST, claim_rows(schedule(line), line.benefit_class), line=number)
        book.claim(number, line, V2)
    row = claim_rows(schedule(Line()), Line().benefit_class)[0]
    book.post(EntryKind.REALIZE, [row], line=1, level=V2)
    today = date(2026, 6, 10)
    whole = realized(book.ledger, "USD", today)
    found = came(book.ledger, today)
    assert sum(one.forecast_minor for one in found) == whole.expected_minor == 3 * 150_000
    assert sum(one.realized_minor for one in found) == whole.minor == 100_000


@pytest.mark.one_engine
def test_the_charts_of_project_and_firm_show_what_the_ledger_holds(world):
    project = live(world, {"Scrap": draft(), "Overtime": draft(600_000)})
    scrap, overtime = lines(world, project)
    verified(world, project, scrap)
    reported(world, overtime)
    dee = world.browser_of("Dee")
    for path in (f"projects/{project.public_id}/charts", "savings/charts", "savings/charts?level=V1&as_of=2026-10-28"):
        page = dee.get(f"/employer/{path}").get_data(as_text=True)
        assert page.count('<figure class="chart">') == 7
        assert page.count("<summary>Show the numbers as a table</summary>") == 7
        assert page.count("Why?") >= 7
        assert "Claims that wait to be verified: 1" in page
        assert "$12,000.00" in page
    assert world.browser_of("Fay").get(f"/employer/projects/{project.public_id}/charts").status_code == 404


def test_claims_are_as_old_as_they_are():
    book = Book()
    book.claim(1, Line(), Level.REPORTED)
    old = ageing(book.ledger, datetime(2027, 4, 1, tzinfo=UTC))
    assert [age.claims for age in old] == [0, 0, 0, 1]
