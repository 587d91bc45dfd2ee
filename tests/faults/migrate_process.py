"""Upgrades one database again and again, each time to be killed at the statement that is asked for.

python -m tests.faults.migrate_process <database> <folder of data>; each line of input is a revision and the number of
the statement before which it is killed (0: never), each line of output how it ended. `PLANTED` chooses a mistake.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, event

from lms.kernel.db import db
from tests.support.schema import alembic_config, app_for

PLANTED = os.environ.get("PLANTED", "")


class Counter:
    """Counts what is sent to the database, commits too. Before the number `last` the process is killed."""

    def __init__(self, last: int = 0) -> None:
        self.number, self.last = 0, last
        event.listen(db.engine, "before_cursor_execute", self._count)
        event.listen(db.engine, "commit", self._count)

    def stop(self) -> int:
        """How many there were."""
        event.remove(db.engine, "before_cursor_execute", self._count)
        event.remove(db.engine, "commit", self._count)
        return self.number

    def _count(self, *_: Any) -> None:
        self.number += 1
        if self.number == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def _commit(connection: Connection, *_: Any) -> None:
    driver: Any = connection.connection.driver_connection
    driver.commit()


def main() -> None:
    """Until the input ends."""
    app = app_for(sys.argv[1], Path(sys.argv[2]))
    with app.app_context():
        config = alembic_config(app)
        if PLANTED == "each-statement-alone":
            event.listen(db.engine, "after_cursor_execute", _commit)
        for line in sys.stdin:
            revision, last = line.split()
            child = os.fork()
            if child == 0:
                Counter(int(last))
                command.upgrade(config, revision)
                os._exit(0)
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
