"""The product with a mistake planted in it, for the negative controls: `PLANTED=<names>` chooses which.

For gunicorn: `tests.faults.planted:app`.
"""

import functools
import os
import threading
from typing import Any

from flask import Flask, Response, copy_current_request_context, make_response, request
from sqlalchemy import Engine, event

from lms.app import create_app
from lms.kernel.clock import at
from lms.kernel.db import session
from lms.kernel.side import FolderSide
from tests.support.web import NOW


def answer_first(app: Flask) -> None:
    """Acknowledges a write at once and does it a moment later: what is killed in between is lost."""

    def late(view: Any) -> Any:
        @functools.wraps(view)  # the navigation asks what each view stated
        def answer(**values: Any) -> Response:
            if request.method != "POST" or request.path == "/sign-in":
                return make_response(view(**values))

            @copy_current_request_context
            def work() -> None:
                view(**values)
                session.remove()

            threading.Timer(0.3, work).start()
            return Response(status=303, headers={"Location": "/profile"})

        return answer

    app.view_functions = {name: late(view) for name, view in app.view_functions.items()}


def parts_in_memory(_: Flask) -> None:
    """Says that a part of an upload is on the disk while it is still in memory."""
    kept: dict[str, bytes] = {}
    FolderSide.put = lambda _, name, data: kept.update({name: data})  # type: ignore[method-assign]


def _synchronous(level: str) -> None:
    @event.listens_for(Engine, "connect")
    def relax(connection: Any, _: object) -> None:
        connection.execute(f"PRAGMA synchronous={level}").close()


def unsynced(_: Flask) -> None:
    """Leaves it to the system when a commit comes to the disk, as many an example on the web does."""
    _synchronous("OFF")


def synced_seldom(_: Flask) -> None:
    """Syncs the log only before a checkpoint, as others do: the file stays sound, commits do not stay."""
    _synchronous("NORMAL")


def in_the_cohort(app: Flask) -> None:
    """No mistake: every request comes at the moment at which the cast lives."""
    inner = app.wsgi_app

    def answer(*given: Any) -> Any:
        with at(NOW):
            return inner(*given)

    app.wsgi_app = answer  # type: ignore[method-assign]


PLANTS = {
    "answer-first": answer_first,
    "parts-in-memory": parts_in_memory,
    "unsynced": unsynced,
    "synced-seldom": synced_seldom,
    "in-the-cohort": in_the_cohort,
}


def make() -> Flask:
    """The product with the mistakes of the environment."""
    made = create_app()
    for plant in os.environ["PLANTED"].split(","):
        PLANTS[plant](made)
    return made


app = make() if "PLANTED" in os.environ else None
