"""`flask db ...`: Flask-Migrate and Alembic, which only the command line loads."""

from pathlib import Path

import click
from flask import Flask

from lms.kernel.db import db


def install(app: Flask) -> None:
    """Where the migrations are; and Flask-Migrate itself, where the command line makes the application."""
    app.config["LMS_MIGRATIONS"] = str(Path(app.root_path).parent / "migrations")
    if click.get_current_context(silent=True) is not None:
        load(app)


def load(app: Flask) -> None:
    """Give `app` Flask-Migrate, for whoever migrates without the command line."""
    from flask_migrate import Migrate

    if "migrate" not in app.extensions:
        Migrate(app, db, directory=app.config["LMS_MIGRATIONS"], compare_type=True)
