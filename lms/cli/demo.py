"""`flask demo`: the sample cohort, half a year lived, in a database of its own; a second call keeps what is there."""

import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.config import Settings

if TYPE_CHECKING:
    from lms.sample.player import Tell


PAGES_KIB = 128 * 1024


@click.command("demo")
@click.option("--fresh", is_flag=True, help="Throw the sample away and play it anew.")
@with_appcontext
def demo(fresh: bool) -> None:
    """Make the database, play the sample cohort into it and say who can sign in."""
    from flask_migrate import upgrade

    from lms.cli import migrations

    migrations.load(current_app._get_current_object())  # type: ignore[attr-defined]  # of the proxy
    settings: Settings = current_app.config["LMS"]
    if not settings.demo:
        raise click.ClickException("The sample goes into a demo only: set LMS_DEMO=true, or use ./dev demo.")
    if fresh:
        _throw_away(settings)
    upgrade()
    if _is_played():
        click.echo("The sample is there already; --fresh starts over.")
    else:
        _play()
    _say_who()


def _throw_away(settings: Settings) -> None:
    if not settings.is_sqlite:
        raise click.ClickException("--fresh deletes a SQLite file only; on PostgreSQL make a new database.")
    from lms.kernel.db import db

    db.engine.dispose()
    for tail in ("", "-wal", "-shm"):
        (settings.data_dir / f"lms.sqlite{tail}").unlink(missing_ok=True)
    shutil.rmtree(settings.data_dir / "files", ignore_errors=True)


def _is_played() -> bool:
    from sqlalchemy import func, select

    from lms.hub.catalog.models import Program
    from lms.kernel.db import session, transaction

    with transaction(write=False):
        return bool(session.scalar(select(func.count(Program.id))))


def _play() -> None:
    from lms.kernel.clock import now
    from lms.kernel.db import session, transaction
    from lms.sample.player import play

    # Half a year of facts in one go makes little garbage; looking for it as often as usual took a tenth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    with _telling() as tell, transaction():
        if session.get_bind().dialect.name == "sqlite":  # what is written in one go is kept in memory until its end
            session.connection().exec_driver_sql(f"PRAGMA cache_size = -{PAGES_KIB}")
        play(now(), tell=tell)


@contextmanager
def _telling() -> Iterator["Tell"]:
    """A progress bar on a terminal; without one, a line now and then."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console()
    if not console.is_terminal:
        yield lambda done, total, what: click.echo(f"{done} of {total}: {what}")
        return
    with Progress(console=console) as progress:
        task = progress.add_task("Playing the sample cohort")
        yield lambda done, total, what: progress.update(task, completed=done, total=total, description=what)


def _say_who() -> None:
    from lms.sample.names import CAST, DOMAIN
    from lms.sample.player import PASSWORD

    click.echo("\nWho can sign in (all of it is a sample):")
    for name, what in CAST:
        click.echo(f"  {f'{name}@{DOMAIN}':<20} {what}")
    click.echo(f"Everybody's password: {PASSWORD}")


COMMANDS = (demo,)
