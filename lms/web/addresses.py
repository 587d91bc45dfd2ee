"""What may stand in an address: `<public_id:enrollment>` is 20 letters and digits and nothing else. And its making."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from werkzeug.routing import BaseConverter, Rule, ValidationError

PUBLIC_ID = "[a-z2-7]{20}"


class PublicIdConverter(BaseConverter):
    """A random public id. Whatever else stands in its place is not found, and never reaches the database."""

    regex = PUBLIC_ID


class DayConverter(BaseConverter):
    """A calendar day, 2026-11-23. What is no day is not found."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError() from error

    def to_url(self, value: date) -> str:
        return value.isoformat()


class LateRule(Rule):
    """Learns to build its address when one is asked for: with a thousand rules that was half of making the app."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _build_with_others if append_unknown else _build


def _build(rule: Rule, **values: Any) -> tuple[str, str]:
    rule._build = Rule._compile_builder(rule, False).__get__(rule)
    return rule._build(**values)


def _build_with_others(rule: Rule, **values: Any) -> tuple[str, str]:
    rule._build_unknown = Rule._compile_builder(rule, True).__get__(rule)
    return rule._build_unknown(**values)


def settle(app: Flask) -> None:
    """Call it when every rule is there: what they were taken apart for is done, and equal sets are one."""
    kept: dict[frozenset[str], set[str]] = {}
    for rule in app.url_map.iter_rules():
        rule._parts = []
        rule.arguments = kept.setdefault(frozenset(rule.arguments), rule.arguments)
        if rule.methods is not None:
            rule.methods = kept.setdefault(frozenset(rule.methods), rule.methods)


def address(endpoint: str, /, **values: Any) -> str:
    """`url_for` while a request is answered. Pages name the same few again and again, so the last ones are kept."""
    if endpoint[0] == "." or not all(type(value) in PLAIN for value in values.values()):
        return url_for(endpoint, **values)
    return _address(endpoint, request.root_path, tuple(values.items()))


PLAIN = (str, int, date)  # of such a value an address says all that there is to it


@lru_cache(maxsize=4096)
def _address(endpoint: str, _root_path: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def install(app: Flask) -> None:
    """The rules and converters of the product's addresses; call it before the blueprints are registered."""
    app.url_rule_class = LateRule
    app.jinja_env.globals["url_for"] = address
    app.url_map.converters["public_id"] = PublicIdConverter
    app.url_map.converters["day"] = DayConverter
