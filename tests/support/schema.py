"""What a template database holds: the schema and its guards, and on the layer "cast" the named people.

`tests/test_migrations.py` proves that the migrations make the same schema.
"""

from pathlib import Path

from alembic.config import Config
from flask import Flask

from lms.app import create_app
from lms.cli import migrations
from lms.config import Settings
from lms.kernel.db import Base, db, session, transaction
from tests.support import cast


def app_for(url: str, folder: Path) -> Flask:
    """The application on the database `url`, with its files and keys in `folder`."""
    return create_app(Settings(_env_file=None, database_url=url, data_dir=folder, scheduler=False))  # type: ignore[call-arg]


def alembic_config(app: Flask) -> Config:
    """The migrations of `app`'s database; use it inside the application's context."""
    migrations.load(app)
    config: Config = app.extensions["migrate"].migrate.get_config()
    return config


def build(url: str, layer: str, folder: Path) -> None:
    """Fill the empty database at `url`. folder: for the keys that the application makes."""
    app = app_for(url, folder / "data")
    with app.app_context():
        Base.metadata.create_all(db.engine)
        if layer == "cast":
            with transaction():
                cast.build()
        session.remove()
        db.engine.dispose()
