"""`flask doctor`: what somebody who is called at night wants to see first. `flask settings`: every knob."""

from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

if TYPE_CHECKING:
    from lms.kernel.health import Check


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Look at the database, the schema, the disk, the scheduler and the mail. Ends with 1 if something is bad."""
    from sqlalchemy.exc import SQLAlchemyError

    from lms.kernel.db import transaction
    from lms.kernel.health import Check, checks

    try:
        with transaction():
            found = [*checks(), *_more()]
    except SQLAlchemyError as error:
        found = [Check("database", False, str(getattr(error, "orig", error)))]
    for check in found:
        click.echo(f"{'good' if check.is_good else 'BAD ':4}  {check.name:10}  {check.detail}")
    if not all(check.is_good for check in found):
        raise click.exceptions.Exit(1)


def _more() -> "list[Check]":
    from lms.kernel import outbox
    from lms.kernel.health import Check
    from lms.kernel.outbox import State

    settings = current_app.config["LMS"]
    counts = outbox.counts()
    waiting = ", ".join(f"{counts[state]} {state.value}" for state in State if state in counts) or "none yet"
    server = "sent by SMTP" if settings.smtp_url else "no LMS_SMTP_URL: mail stays in the outbox"
    return [
        Check("engine", *_engine()),
        Check("files", True, settings.storage_url or str(settings.data_dir / "files")),
        Check("hours", *_week_sheets()),
        Check("letters", not counts.get(State.IN_DOUBT), f"{waiting}; {server}"),
    ]


def _week_sheets() -> tuple[bool, str]:
    from lms.hub.hours.services.terms import cohorts_locked_by_mistake

    locked = cohorts_locked_by_mistake()
    if locked:
        return False, f"the times of the week sheets make no sense, so all weeks are locked: {', '.join(locked)}"
    return True, "the times of the week sheets make sense in every cohort"


def _engine() -> tuple[bool, str]:
    from lms.kernel.db import db, session

    if db.engine.dialect.name != "sqlite":
        return True, f"PostgreSQL {session.connection().exec_driver_sql('SHOW server_version').scalar()}"
    version = db.engine.dialect.dbapi.sqlite_version_info  # type: ignore[union-attr]  # it is connected
    return version >= (3, 51, 3), f"SQLite {'.'.join(map(str, version))}"


@click.command("settings")
@with_appcontext
def settings() -> None:
    """List every setting: its name, its default and what it changes."""
    from lms.config import describe_settings

    for name, default, meaning in describe_settings():
        click.echo(f"{name:28} {default or '(empty)':32} {meaning}")


COMMANDS = (doctor, settings)
