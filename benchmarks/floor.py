"""The least that could do the same: bare Flask that sends the same SQL and answers as many bytes.

No ORM, no policy, no templates, no forms, no audit beyond what the recorded SQL itself writes. FLOOR_PLANS names the
recorded plans; the database is the one of LMS_DATABASE_URL.
"""

import os
import pickle
import threading
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response
from sqlalchemy import make_url

from benchmarks.plans import Plan, filled
from lms.kernel.db import SQLITE_PRAGMAS, FairLock

URL = make_url(os.environ["LMS_DATABASE_URL"])
PLANS: dict[str, list[Plan]] = pickle.loads(Path(os.environ["FLOOR_PLANS"]).read_bytes())
IS_SQLITE = URL.get_backend_name() == "sqlite"

app = Flask("floor")
app.config["LMS"] = SimpleNamespace(runs_jobs=False)  # the product's gunicorn settings ask
here = threading.local()
one_writer = FairLock()
turns = count()


@app.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")


@app.route("/run/<name>", methods=["GET", "POST"])
def run(name: str) -> Response:
    plans = PLANS[name]
    plan = plans[next(turns) % len(plans)]
    if plan.hashes:
        _check_password()
    if not plan.steps:
        return Response(b"x" * plan.size, mimetype="text/html")
    line = _line()
    if plan.writes and IS_SQLITE:
        with one_writer:
            _send(line, plan)
    else:
        _send(line, plan)
    return Response(b"x" * plan.size, mimetype="text/html")


def _send(line: Any, plan: Plan) -> None:
    cursor = line.cursor()
    if IS_SQLITE:
        cursor.execute("BEGIN IMMEDIATE" if plan.writes else "BEGIN")
    made: dict[object, Any] = {}
    keys: dict[int, int] = {}
    for step in plan.steps:
        cursor.execute(step.sql, filled(step.values, made, keys))
        rows = cursor.fetchall() if cursor.description else []
        if step.insert is not None:
            keys[step.insert] = rows[0][0] if rows else cursor.lastrowid
    line.commit()


def _line() -> Any:
    if not hasattr(here, "line"):
        here.line = _connect()
    return here.line


def _connect() -> Any:
    if not IS_SQLITE:
        import psycopg

        return psycopg.connect(URL.set(drivername="postgresql").render_as_string(hide_password=False))
    from pysqlite3 import dbapi2

    line = dbapi2.connect(URL.database, check_same_thread=False, isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        line.execute(f"PRAGMA {pragma}").close()
    return line


def _check_password() -> None:
    from lms.people.accounts.passwords import hash_password, is_right

    if not hasattr(here, "hash"):
        here.hash = hash_password("correct horse battery")
    assert is_right("correct horse battery", here.hash)
