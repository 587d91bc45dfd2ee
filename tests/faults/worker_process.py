"""A process that sends mail, or keeps the schedule, until it is killed. `PLANTED` chooses a mistake.

python -m tests.faults.worker_process mail|clock
"""

import os
import sys
import time
from datetime import timedelta

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, insert

from lms.app import create_app
from lms.config import Settings
from lms.jobs import mail
from lms.jobs.runner import Runner
from lms.jobs.schedule import Job
from lms.kernel import claims, clock, outbox
from lms.kernel.db import db, session, transaction
from lms.kernel.outbox import State

PLANTED = os.environ.get("PLANTED", "")
SLOT_MS = 500


# One run of the job under test: which slot of time, by which process. In no metadata of the product.
SLOTS = Table(
    "slot_of_the_test",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("slot", BigInteger, nullable=False),
    Column("process", Integer, nullable=False),
)


def send_mail(settings: Settings) -> None:
    outbox.LEASE = timedelta(seconds=2)
    if PLANTED == "mark-first":
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


def keep_time() -> None:
    def work(_: Settings) -> int:
        slot = int(clock.now().timestamp() * 1000) // SLOT_MS
        with transaction():
            if PLANTED == "no-claims" or claims.take("slot", str(slot)):
                session.execute(insert(SLOTS).values(slot=slot, process=os.getpid()))
        return 0

    job = Job("slots", timedelta(milliseconds=SLOT_MS), work, "count the slots")
    runner = Runner(app, [job], timedelta(seconds=2))
    if PLANTED == "no-claims":
        Runner.leads = property(lambda _: True)  # type: ignore[assignment]
    runner.start()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    app = create_app(Settings())
    with app.app_context():
        if sys.argv[1] == "mail":
            send_mail(app.config["LMS"])
        db.engine.dispose()
        keep_time()
