"""What may stand in an address: `<public_id:enrollment>` is 20 letters and digits and nothing else."""

from datetime import date

from flask import Flask
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


def install(app: Flask) -> None:
    """The converters of the product's addresses; call it before the blueprints are registered."""
    app.url_map.converters["public_id"] = PublicIdConverter
    app.url_map.converters["day"] = DayConverter
