"""Benchmarks: frozen once a quarter; no shown cell breaks a rule, no two shown ones give a hidden one away."""

from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.capstone.benchmarks.bounds import next_to_hide, protect, told_cells
from lms.capstone.benchmarks.models import BenchmarkSnapshot
from lms.capstone.benchmarks.quarters import finished_before, last_day_of
from lms.capstone.benchmarks.rules import (
    PROGRAM_RULES,
    PUBLIC_RULES,
    Hidden,
    difference,
    five_points,
    suppress,
    two_digits,
    union,
    why_hidden,
)
from lms.capstone.benchmarks.services import choose_part, freeze_quarter
from lms.capstone.benchmarks.tables import Contribution, FirmReturn, cells_of, table_of
from lms.hub.catalog.models import Program
from lms.jobs.savings import freeze_benchmarks
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import SYSTEM
from lms.people.orgs.models import Firm
from tests.api.support import token_of
from tests.capstone.stage import lines, live, verified

AMOUNTS = st.one_of(st.integers(1, 10**4), st.integers(1, 10**9), st.integers(-(10**6), -1))
CONTRIBUTIONS = st.lists(
    st.builds(
        Contribution,
        firm=st.integers(1, 30),
        minor=AMOUNTS,
        stream=st.sampled_from(["electricity", "labor", "waste", "fuel"]),
        sector=st.just("x"),
        size=st.just("x"),
        cohort=st.sampled_from(["one", "two", "three"]),
    ),
    max_size=80,
)


def with_a_home(given):
    """A firm has one sector and one size, whatever was drawn."""
    return [
        Contribution(one.firm, one.minor, one.stream, f"33{one.firm % 4}", ("small", "large")[one.firm % 2], one.cohort)
        for one in given
    ]


@settings(max_examples=300, deadline=None)
@given(CONTRIBUTIONS, st.sampled_from([PROGRAM_RULES, PUBLIC_RULES]))
def test_no_shown_cell_breaks_a_rule_and_no_two_shown_ones_give_a_hidden_one_away(drawn, rules):
    cells, sums = table_of(with_a_home(drawn))
    hidden = suppress(cells, sums, rules)
    shown = {key: cell for key, cell in cells.items() if key not in hidden}
    for cell in shown.values():
        assert why_hidden(cell, rules) is None
    for one in shown.values():
        for other in shown.values():
            left = difference(one, other)
            assert not left or why_hidden(left, rules) is None
    for total, parts in sums:
        missing = [cells[part] for part in parts if part in hidden]
        if total in shown and missing:
            assert why_hidden(union(missing), rules) is None


@pytest.mark.parametrize(
    ("amounts", "why"),
    [
        ([10, 10, 10, 10], Hidden.FEW),
        ([10, 10, 10, 10, 10], None),
        ([100, 10, 10, 10, 10], Hidden.DOMINATED),
        ([500, 450, 20, 20, 20], Hidden.P_PERCENT),
        ([-100, 10, 10, 10, 10], Hidden.DOMINATED),
    ],
)
def test_a_cell_is_hidden_for_its_reason(amounts, why):
    assert why_hidden(dict(enumerate(amounts)), PROGRAM_RULES) is why


def test_one_hidden_part_of_a_shown_sum_takes_another_with_it():
    cells = {
        "all": dict.fromkeys(range(15), 20),
        "a": dict.fromkeys(range(15), 10),
        "b": dict.fromkeys(range(15), 6),
        "c": dict.fromkeys(range(3), 4),
    }
    cells["all"] = union([cells["a"], cells["b"], cells["c"]])
    hidden = suppress(cells, [("all", ["a", "b", "c"])], PROGRAM_RULES)
    assert hidden == {"c": Hidden.FEW, "b": Hidden.COMPLEMENT}


def test_what_is_shown_is_rounded_and_what_is_hidden_says_only_why():
    given = [Contribution(firm, 4_283_700, "labor", "332", "small", "one") for firm in range(6)]
    given.append(Contribution(99, 500, "waste", "332", "small", "one"))
    returns = [FirmReturn(firm, 140, 100, "332", "small", frozenset({"one"})) for firm in range(6)]
    cells = {(cell["dimension"], cell["key"]): cell for cell in cells_of(given, returns)["program"]}
    assert cells["stream", "waste"] == {"dimension": "stream", "key": "waste", "hidden": "few"}
    assert cells["all", "all"]["total"] == 26_000_000
    assert cells["all", "all"]["roi"] == [4_000, 4_000, 4_000]
    assert all(cell["hidden"] for cell in cells_of(given, returns)["public"])
    assert (two_digits(-42_837), two_digits(7), two_digits(995)) == (-43_000, 7, 1_000)
    assert (five_points(4_014), five_points(-4_260)) == (4_000, -4_500)


def determined(cells, sums, hidden):
    """The hidden cells that the sums of a table give away exactly, by elimination with fractions."""
    unknown = sorted(hidden)
    rows = []
    for total, parts in sums:
        row = [Fraction((key == total) - (key in parts)) for key in unknown]
        if any(row):
            rows.append(row)
    pivots = []
    for column in range(len(unknown)):
        found = next((row for row in rows if row[column] and not any(row is used for _, used in pivots)), None)
        if found is None:
            continue
        found[:] = [value / found[column] for value in found]
        for row in rows:
            if row is not found and row[column]:
                row[:] = [a - row[column] * b for a, b in zip(row, found, strict=True)]
        pivots.append((column, found))
    return {unknown[column] for column, row in pivots if sum(map(bool, row)) == 1}


@settings(max_examples=150, deadline=None)
@given(CONTRIBUTIONS, st.sampled_from([PROGRAM_RULES, PUBLIC_RULES]))
def test_no_hidden_cell_follows_from_any_sums_of_what_is_shown(drawn, rules):
    cells, sums = table_of(with_a_home(drawn))
    hidden = protect(cells, sums, rules)
    worth = {key for key in hidden if sum(cells[key].values())}
    assert not determined(cells, sums, hidden) & worth
    assert not told_cells({key: sum(cell.values()) for key, cell in cells.items()}, sums, set(hidden), rules)
    assert set(suppress(cells, sums, rules)) <= set(hidden)


def test_a_hidden_total_that_another_dimension_gives_away_hides_more():
    """Everything of the cohorts is shown, so the hidden total is their sum, and with it the hidden stream."""
    cells = {
        "all": dict.fromkeys(range(20), 60),
        "stream a": dict.fromkeys(range(20), 50),
        "stream b": dict.fromkeys(range(20), 10),
        "cohort one": dict.fromkeys(range(10), 60),
        "cohort two": dict.fromkeys(range(10, 20), 60),
    }
    sums = [("all", ["stream a", "stream b"]), ("all", ["cohort one", "cohort two"])]
    values = {key: sum(cell.values()) for key, cell in cells.items()}
    hidden = {"all": Hidden.FEW, "stream b": Hidden.FEW}
    assert told_cells(values, sums, set(hidden), PROGRAM_RULES) == {"all", "stream b"}
    assert determined(cells, sums, hidden) == {"all", "stream b"}
    found = next_to_hide(values, sums, hidden, PROGRAM_RULES)
    assert found in ("cohort one", "cohort two")
    assert told_cells(values, sums, {*hidden, found}, PROGRAM_RULES) == set()


def test_quarters_end_when_they_end():
    assert last_day_of("2026Q4").isoformat() == "2026-12-31"
    assert finished_before(last_day_of("2026Q4")) == "2026Q3"
    assert finished_before(datetime(2027, 1, 1, tzinfo=UTC).date()) == "2026Q4"
    with pytest.raises(ValueError, match="2026Q5"):
        last_day_of("2026Q5")


def test_a_quarter_is_frozen_once_by_the_sweep_and_pages_say_what_is_hidden(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    assert freeze_benchmarks(world.app.config["LMS"]) == 1  # the third quarter, in which the cohort began
    with time_machine.travel(datetime(2027, 1, 2, 15, tzinfo=UTC), tick=False):
        for done in (1, 0):
            assert freeze_benchmarks(world.app.config["LMS"]) == done
        made = world.all(BenchmarkSnapshot)[-1]
        assert made.quarter == "2026Q4"
        hidden = defaultdict(set)
        for audience, cells in made.cells.items():
            for cell in cells:
                hidden[audience].add(cell["hidden"])
        assert hidden == {"program": {"few"}, "public": {"few"}}
        with pytest.raises(RuleBroken, match="already"), transaction():
            freeze_quarter(SYSTEM, world.one(Program), "2026Q4")
        with pytest.raises(RuleBroken, match="not over"), transaction():
            freeze_quarter(SYSTEM, world.one(Program), "2027Q1")
        with pytest.raises(NotAllowed), transaction():
            freeze_quarter(world.actor("Gus"), world.one(Program), "2026Q2")
        for name, portal in (("Dee", "employer"), ("Cleo", "coordinator")):
            page = world.browser_of(name).get(f"/{portal}/benchmarks").get_data(as_text=True)
            assert "not shown (too few firms)" in page
            assert name == "Dee" or "$12,000" not in page  # the firm sees its own
        asked = {"Authorization": f"Bearer {token_of(world, 'Cleo')[1]}"}
        listed = world.visitor().get("/api/v1/benchmarks", headers=asked).get_json()["items"]
        assert [one["quarter"] for one in listed] == ["2026Q4", "2026Q3"]
        cells = world.visitor().get(f"/api/v1/benchmarks/{listed[0]['id']}?audience=public", headers=asked).get_json()
        assert {(cell["hidden"], cell["total"]) for cell in cells["cells"]} == {("few", None)}


@pytest.mark.one_engine
def test_a_firm_that_leaves_is_in_no_later_snapshot(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    dee = world.browser_of("Dee")
    assert dee.post("/employer/benchmark-choices").status_code == 303
    assert "does not take part" in dee.get("/employer/benchmarks").get_data(as_text=True)
    with time_machine.travel(datetime(2027, 1, 2, 15, tzinfo=UTC), tick=False), transaction():
        assert freeze_quarter(SYSTEM, world.one(Program), "2026Q4").cells == {"program": [], "public": []}
    with pytest.raises(NotAllowed), transaction():
        choose_part(world.actor("Finn"), world.one(Firm, name="Acme"), True)
