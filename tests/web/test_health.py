"""Alive, ready, and the numbers; what the log says; what happens when it takes too long."""

import io
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from lms.kernel import deadline, lease, logs
from lms.kernel.db import FairLock, db, session, transaction
from lms.kernel.health import newest_revision
from tests.support.patience import SECONDS, wait_for
from tests.support.schema import alembic_config
from tests.support.statements import count_statements
from tests.support.web import MakeApp, World


def _beat() -> None:
    with transaction():
        lease.hold(lease.SCHEDULER, "test")


@pytest.fixture
def ready(make_app: MakeApp) -> Iterator[Flask]:
    """An application whose schema is marked as newest and whose scheduler was just alive."""
    app = make_app()
    with app.app_context():
        command.stamp(alembic_config(app), "head")
        _beat()
        session.remove()
        yield app


def test_healthz_asks_the_database_nothing(client: FlaskClient) -> None:
    with count_statements() as statements:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    statements.at_most(0)


def test_a_working_product_is_ready_and_says_no_more(ready: Flask) -> None:
    answer = ready.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True})


def test_without_a_scheduler_it_is_not_ready(make_app: MakeApp) -> None:
    app = make_app()
    with app.app_context():
        command.stamp(alembic_config(app), "head")
    assert app.test_client().get("/readyz").status_code == 503


def test_with_an_old_schema_it_is_not_ready(ready: Flask) -> None:
    assert newest_revision() is not None
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    answer = ready.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False})


@pytest.mark.one_engine
def test_the_program_s_own_people_see_why(world: World) -> None:
    world.app.extensions.pop("lms_readiness", None)
    found = world.browser_of("Gus").get("/readyz").json
    assert {check["name"] for check in found["checks"]} == {"database", "schema", "disk", "scheduler"}
    assert world.browser_of("Ada").get("/readyz").json == {"ready": False}


def test_many_who_ask_cost_one_look(ready: Flask) -> None:
    client = ready.test_client()
    client.get("/readyz")
    with count_statements() as statements:
        client.get("/readyz")
    statements.at_most(0)


def test_metrics_name_routes_and_never_addresses(world: World) -> None:
    world.visitor().get("/mail/stop/secret-token")
    text = world.visitor().get("/metrics").text
    assert 'route="/mail/stop/<string:token>"' in text
    assert "secret-token" not in text
    assert 'lms_outbox_messages{state="queued"} 0.0' in text


def test_metrics_are_for_this_machine_or_for_the_token(make_app: MakeApp) -> None:
    client = make_app().test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    client = make_app(metrics_token="long enough").test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer long enough"}).status_code == 200


@pytest.mark.one_engine
def test_another_host_s_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[list[dict[str, object]]]:
    """What was logged as JSON; filled when the test reads it the first time."""
    before = structlog.get_config()
    logs.set_up(for_people=False)

    class Lines(list[dict[str, object]]):
        def __iter__(self) -> Iterator[dict[str, object]]:
            self.extend(json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{"))
            return super().__iter__()

    yield Lines()
    structlog.configure(**before)


@pytest.mark.one_engine
def test_each_request_is_one_line_with_its_id_and_without_secrets(world: World, lines: list[dict[str, object]]) -> None:
    answer = world.visitor().get("/mail/stop/secret-token?also=secret")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["route"], line["status"]) == ("/mail/stop/<string:token>", 404)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert "secret" not in json.dumps(line)


def test_a_slow_upload_does_not_hold_the_write_lock(world: World) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    seen: list[bool] = []
    body = b"email=a&password=b"
    given = io.BytesIO(body)

    class Slow(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any, /) -> int:
            def other() -> None:
                with world.app.app_context(), transaction():
                    seen.append(True)

            if not seen:
                thread = threading.Thread(target=other)
                thread.start()
                thread.join(SECONDS)
                seen.append(not thread.is_alive())
            return given.readinto(buffer)

    world.visitor().post(
        "/sign-in",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": Slow(), "CONTENT_LENGTH": str(len(body))},
    )
    assert seen == [True, True]


def test_a_request_that_takes_too_long_is_ended_and_nothing_is_kept(app: Flask) -> None:
    def work() -> None:
        with transaction():
            lease.hold("l", "a")
            time.sleep(0.25)
            lease.hold("l", "b")

    with app.app_context(), deadline.within(0.2), pytest.raises(deadline.TooLate):
        work()
    with app.app_context(), transaction(write=False):
        assert lease.last_beat("l") is None


def test_who_is_signed_in_reads_that_it_takes_too_long(world: World) -> None:
    browser, asked = world.browser_of("Ada"), 0

    def run_out(*_: object) -> None:
        nonlocal asked
        asked += 1
        if asked == 4:  # by now it is known who asks
            deadline.begin(0)

    event.listen(Engine, "before_cursor_execute", run_out)
    try:
        answer = browser.get("/student/")
    finally:
        event.remove(Engine, "before_cursor_execute", run_out)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "This takes too long right now" in answer.text


@pytest.mark.sqlite_only
def test_sqlite_breaks_off_a_statement_at_the_deadline(app: Flask) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT run_out() UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    interrupted = pytest.raises(OperationalError, match="interrupted")
    with app.app_context(), db.engine.connect() as connection, deadline.within(SECONDS), interrupted:
        line = connection.connection.driver_connection
        line.create_function("run_out", 0, lambda: deadline.begin(0) or 1)  # type: ignore[union-attr, func-returns-value]
        connection.exec_driver_sql(endless)


def test_who_waits_too_long_for_the_lock_gives_up_and_the_next_one_gets_it() -> None:
    lock, order = FairLock(), []

    def wait(name: str, seconds: float) -> None:
        try:
            with deadline.within(seconds), lock:
                order.append(name)
        except deadline.TooLate:
            order.append(f"{name} gave up")

    with lock:
        threads = [threading.Thread(target=wait, args=args) for args in (("a", 0.05), ("b", SECONDS))]
        for thread in threads:
            thread.start()
        wait_for(lambda: order)
    for thread in threads:
        thread.join()
    assert order == ["a gave up", "b"]
    with deadline.within(0.0), lock:
        pass  # nobody was left behind in the queue
