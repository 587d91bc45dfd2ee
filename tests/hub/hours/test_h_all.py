"""The list of the rules of weekly hours is complete: each of H1 to H24 is proven by a test that names it."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"^def (test_h(\d+)_\w+)\((.*?)\)", re.MULTILINE | re.DOTALL)


def _tests() -> list[tuple[int, str, str]]:
    return [
        (int(number), name, arguments)
        for file in sorted(TESTS.rglob("test_*.py"))
        for name, number, arguments in NAMED.findall(file.read_text())
    ]


def test_each_of_h1_to_h24_has_a_test_that_names_it_and_goes_through_the_commands() -> None:
    """A test has the cast's `world` where it goes through commands; those of bare rules need none."""
    assert {number for number, _, arguments in _tests() if "world: World" in arguments} >= set(range(1, 25))


def test_no_test_names_a_rule_that_is_not_on_the_list() -> None:
    assert not [name for number, name, _ in _tests() if not 1 <= number <= 24]
