"""What a template database holds: the schema by the migrations, and on the layer "cast" the named people."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config(url: str) -> Config:
    """The migrations, pointed at the database `url` instead of the running application's."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def build(url: str, layer: str) -> None:
    """Fill the empty database at `url`."""
    if layer != "empty":
        raise ValueError(f"there is no layer {layer}")
    command.upgrade(alembic_config(url), "head")
