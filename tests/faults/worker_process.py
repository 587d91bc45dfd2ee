"""A process that sends mail, keeps the schedule or reminds of hours, until it is killed. `PLANTED` chooses a mistake.

Tests start `main` in a process that `tests.support.processes` forks: mail, clock, or remind <file of instants> <file to
wait for>.
"""

import json
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, insert

from lms.app import create_app
from lms.config import Settings
from lms.jobs import mail
from lms.jobs.hours import remind_of_sheets
from lms.jobs.runner import Runner
from lms.jobs.schedule import Job
from lms.kernel import claims, clock, outbox
from lms.kernel.db import db, session, transaction
from lms.kernel.outbox import State

SLOT_MS = 500


# One run of the job under test: which slot of time, by which process. In no metadata of the product.
SLOTS = Table(
    "slot_of_the_test",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("slot", BigInteger, nullable=False),
    Column("process", Integer, nullable=False),
)


def send_mail(settings: Settings, planted: str) -> None:
    outbox.LEASE = timedelta(seconds=2)
    if planted == "mark-first":
        claim = outbox.claim

        def claim_and_mark() -> outbox.OutboxMessage | None:
            message = claim()
            if message is not None:
                outbox.settle(message, State.SENT)
            return message

        mail.outbox.claim = claim_and_mark  # type: ignore[attr-defined]
    while True:
        mail.send_due(settings, 50)
        time.sleep(0.05)


def keep_time(app: Flask, planted: str) -> None:
    def work(_: Settings) -> int:
        slot = int(clock.now().timestamp() * 1000) // SLOT_MS
        with transaction():
            if planted == "no-claims" or claims.take("slot", str(slot)):
                session.execute(insert(SLOTS).values(slot=slot, process=os.getpid()))
        return 0

    job = Job("slots", timedelta(milliseconds=SLOT_MS), work, "count the slots")
    runner = Runner(app, [job], timedelta(seconds=2))
    if planted == "no-claims":
        Runner.leads = property(lambda _: True)  # type: ignore[assignment]
    runner.start()
    while True:
        time.sleep(1)


def remind(settings: Settings, plan: str, go: str) -> None:
    """Once the file `go` is there, sweep at each instant of `plan`, on a played clock; then end."""
    Path(plan).with_name("ready").touch()
    while not Path(go).exists():
        time.sleep(0.005)
    for instant in json.loads(Path(plan).read_text()):
        with clock.at(datetime.fromisoformat(instant)):
            remind_of_sheets(settings)
        session.remove()


def main(what: str, *files: str) -> None:
    """Do it; what the environment says holds."""
    app, planted = create_app(Settings()), os.environ.get("PLANTED", "")
    with app.app_context():
        if what == "mail":
            send_mail(app.config["LMS"], planted)
        if what == "remind":
            remind(app.config["LMS"], *files)
            return
        db.engine.dispose()
        keep_time(app, planted)
