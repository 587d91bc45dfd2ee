"""What an integrator reaches: the few lines of `region_matrix.csv`; everywhere else their role has no such page.

Wim looks after the region whose rows are asked for, Una after another one. The table is written by hand.
"""

import csv
from pathlib import Path

import pytest

from tests.architecture.test_access_matrix import DOORS, UNSAFE, Askers, _asked
from tests.support.regions import open_regions
from tests.support.web import World

TABLE = Path(__file__).with_name("region_matrix.csv")
PEOPLE = ("Wim", "Una")

pytestmark = [pytest.mark.one_engine, pytest.mark.timeout(300)]


def _expected() -> dict[tuple[str, str], dict[str, str]]:
    with TABLE.open(newline="") as file:
        return {(row.pop("method"), row.pop("route")): row for row in csv.DictReader(file)}


def test_an_integrator_reaches_the_lines_of_the_table_and_nothing_else(world: World, engine: str) -> None:
    open_regions(world)
    expected, wrong = _expected(), []
    askers = Askers(world, engine, PEOPLE)
    asked = [pair for door in DOORS if door != "public" for pair in _asked(world.app, door)]
    paths = {rule.rule: askers.path(rule) for _, rule in asked}
    bodies = {rule.endpoint: askers.subjects.body(rule.endpoint) for method, rule in asked if method in UNSAFE}
    askers.keep()
    for method, rule in asked:
        listed = expected.pop((method, rule.rule), None)
        for name, wanted in (listed or {"Wim": "403"}).items():
            body = bodies.get(rule.endpoint, {})
            answer = askers.ask(name, method, paths[rule.rule], body)
            if answer != wanted:
                wrong.append(f"{method} {rule.rule} by {name}: {answer}, the table says {wanted}")
    assert not wrong, "\n".join(wrong)
    assert not expected, "lines that are no routes"
