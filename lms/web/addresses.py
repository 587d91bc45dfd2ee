"""What may stand in an address: `<public_id:enrollment>` is 20 letters and digits and nothing else. And its making."""

from collections.abc import Callable
from datetime import date
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
        made: list[Callable[..., tuple[str, str]]] = []

        def build(rule: LateRule, **values: Any) -> tuple[str, str]:
            if not made:
                made.append(super()._compile_builder(append_unknown))
            return made[0](rule, **values)

        return build


def address(endpoint: str, /, **values: Any) -> str:
    """`url_for` while a request is answered; a page without parameters has one address, and pages name it often."""
    if values:
        return url_for(endpoint, **values)
    key = endpoint, request.root_path
    found = _known.get(key)
    if found is None:
        found = _known[key] = url_for(endpoint)
    return found


_known: dict[tuple[str, str], str] = {}


def install(app: Flask) -> None:
    """The rules and converters of the product's addresses; call it before the blueprints are registered."""
    app.url_rule_class = LateRule
    app.jinja_env.globals["url_for"] = address
    app.url_map.converters["public_id"] = PublicIdConverter
    app.url_map.converters["day"] = DayConverter
