"""Addresses are lower-case words with hyphens, and every part that varies says its type."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)?")
TYPED = re.compile(r"<(string(\([^)]*\))?|int(\([^)]*\))?|uuid|path|public_id|day):[a-z][a-z0-9_]*>(\.[a-z]+)?")


def _faults(rule: Rule) -> list[str]:
    parts = [part for part in rule.rule.split("/") if part]
    return [part for part in parts if not (WORD.fullmatch(part) or TYPED.fullmatch(part) or part.startswith("."))]


@pytest.mark.one_engine
def test_addresses_are_kebab_case_and_typed(app: Flask) -> None:
    faults = {rule.rule: _faults(rule) for rule in app.url_map.iter_rules() if _faults(rule)}
    assert not faults, "write /week-sheets/<string:sheet_id>"


@pytest.mark.one_engine
def test_no_address_holds_a_row_number(app: Flask) -> None:
    """Public ids are random; an <int:...> may only be a week, a year or another number with a meaning."""
    meant = {"week", "year", "page", "version", "number"}
    found = [
        (rule.rule, name)
        for rule in app.url_map.iter_rules()
        for name in re.findall(r"<int[^:]*:(\w+)>", rule.rule)
        if name not in meant
    ]
    assert not found


@pytest.mark.parametrize("rule", ["/week_sheets", "/WeekSheets", "/sheets/<sheet_id>", "/a//b c"])
def test_a_badly_named_address_is_noticed(rule: str) -> None:
    assert _faults(Rule(rule, endpoint="x"))
