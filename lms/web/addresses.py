"""What may stand in an address: `<public_id:enrollment>` is 20 letters and digits and nothing else."""

from flask import Flask
from werkzeug.routing import BaseConverter

PUBLIC_ID = "[a-z2-7]{20}"


class PublicIdConverter(BaseConverter):
    """A random public id. Whatever else stands in its place is not found, and never reaches the database."""

    regex = PUBLIC_ID


def install(app: Flask) -> None:
    """The converters of the product's addresses; call it before the blueprints are registered."""
    app.url_map.converters["public_id"] = PublicIdConverter
