"""`flask worker`: the jobs in a process of their own, on PostgreSQL."""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Keep the schedule until stopped. Several may run; one of them works, and another takes over if it dies."""
    from lms.jobs.runner import Runner

    if current_app.config["LMS"].is_sqlite:
        raise click.ClickException("On SQLite the jobs run inside the web server; there is no worker to start.")
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    runner = Runner(current_app._get_current_object())  # type: ignore[attr-defined]  # a werkzeug LocalProxy
    runner.start()
    asked.wait()
    runner.stop()


COMMANDS = (worker,)
