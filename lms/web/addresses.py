"""What may stand in an address: `<public_id:enrollment>` is 20 letters and digits and nothing else. And its making."""

from datetime import date
from functools import lru_cache
from typing import Any

from flask import Flask, request, url_for
from werkzeug.routing import BaseConverter, ValidationError

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
    """The converters of the product's addresses; call it before the blueprints are registered."""
    app.jinja_env.globals["url_for"] = address
    app.url_map.converters["public_id"] = PublicIdConverter
    app.url_map.converters["day"] = DayConverter
