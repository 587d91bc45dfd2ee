"""The sender of mail is killed again and again: no letter is missing, and a weighty one is never sent twice."""

import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms.kernel import outbox
from lms.kernel.db import db, session, transaction
from lms.kernel.outbox import OutboxMessage, State
from lms.messages.services import notify
from tests.faults import worker_process
from tests.support.databases import database_of
from tests.support.mail import Mailbox
from tests.support.patience import SECONDS, wait_for
from tests.support.processes import Running, fork
from tests.support.web import World

Start = Callable[..., Running]


@pytest.fixture
def start(engine: str, mailbox: Mailbox, tmp_path: Path) -> Iterator[Start]:
    """Starts a sender of its own process; killed at the end."""
    started: list[Running] = []

    def begin(planted: str = "", server: str = "") -> Running:
        process = fork(
            worker_process.main,
            "mail",
            log=tmp_path / "sender.log",
            LMS_DATABASE_URL=database_of(engine).url,
            LMS_DATA_DIR=str(tmp_path),
            LMS_SMTP_URL=server or mailbox.url,
            LMS_MAIL_FROM="office@example.org",
            PLANTED=planted,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def _write_letters(world: World, number: int) -> None:
    """Half of them weighty. Account letters, as a reminder would wait for the morning."""
    person_id = world.person("Ada").id
    with transaction():
        for n in range(number):
            notify(person_id, "account-reset", str(n), path=f"/links/{n}")
    with transaction():
        half = update(OutboxMessage).where(OutboxMessage.id % 2 == 0).values(is_weighty=True)
        session.execute(half, execution_options=outbox.HOUSE)


def _states() -> Counter[State]:
    with transaction(write=False):
        return Counter(outbox.counts())


def _send_and_kill(world: World, start: Start, mailbox: Mailbox, letters: int, kills: int, planted: str = "") -> None:
    _write_letters(world, letters)
    chance = random.Random(20261123)
    for n in range(kills):
        process = start(planted)
        wanted = min(letters - 1, (n + 1) * letters // (kills + 1))
        mailbox.wait_for(wanted)
        time.sleep(chance.random() * 0.05)
        process.kill()
        process.wait()
    start(planted)
    until = time.monotonic() + 120
    while time.monotonic() < until and (_states()[State.QUEUED] or _states()[State.SENDING]):
        time.sleep(0.1)


def _paths(mailbox: Mailbox) -> Counter[str]:
    return Counter(word for m in mailbox.messages for word in m.get_content().split() if "/links/" in word)


@pytest.mark.timeout(3600)
def test_no_letter_is_missing_and_no_weighty_one_comes_twice(
    live_world: World, start: Start, mailbox: Mailbox, request: pytest.FixtureRequest
) -> None:
    letters, kills = (10_000, 50) if request.config.getoption("--long") else (60, 3)
    _send_and_kill(live_world, start, mailbox, letters, kills)
    received, states = _paths(mailbox), _states()
    twice = sum(times - 1 for times in received.values())
    assert states[State.SENT] + states[State.IN_DOUBT] == letters
    assert letters - len(received) <= states[State.IN_DOUBT], "only one in doubt may be missing"
    assert twice + states[State.IN_DOUBT] <= kills
    rows = live_world.all(OutboxMessage)
    weighty = {f"/links/{row.dedupe_key.rpartition(':')[2]}" for row in rows if row.is_weighty}
    assert not [path for path, times in received.items() if times > 1 and path[path.index("/links") :] in weighty]


@pytest.mark.one_engine
def test_without_kills_each_letter_comes_once(live_world: World, start: Start, mailbox: Mailbox) -> None:
    _send_and_kill(live_world, start, mailbox, 40, 0)
    assert (len(_paths(mailbox)), set(_paths(mailbox).values())) == (40, {1})


@pytest.mark.one_engine
@pytest.mark.parametrize(("planted", "claims_to_be"), [("mark-first", State.SENT), ("", State.SENDING)])
def test_a_sender_that_marks_before_it_sends_is_found_out(
    live_world: World, start: Start, planted: str, claims_to_be: State
) -> None:
    _write_letters(live_world, 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call and never says a word
        silent.settimeout(SECONDS)
        process = start(planted, f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        call, _ = silent.accept()
        with call:  # it is sending now, and waits for a greeting
            wait_for(lambda: _states()[State.QUEUED] == 0)
            process.kill()
            process.wait()
    assert _states()[claims_to_be] == 1, "only the planted one says sent of what nobody has"


def _claim_all(app: Flask, claim: Callable[[], OutboxMessage | None]) -> list[str]:
    def work(_: int) -> list[str]:
        mine = []
        with app.app_context():
            for _ in range(40):
                with transaction():
                    message = claim()
                if message is None:
                    break
                mine.append(message.public_id)
            session.remove()
        return mine

    with ThreadPoolExecutor(4) as pool:
        return [name for names in pool.map(work, range(4)) for name in names]


def test_of_senders_at_the_same_time_one_gets_each_letter(live_world: World) -> None:
    _write_letters(live_world, 30)
    claimed = _claim_all(live_world.app, outbox.claim)
    assert (len(claimed), len(set(claimed))) == (30, 30)


def test_a_claim_that_looks_first_and_writes_later_is_found_out(live_world: World) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # one writer at a time: looking first is harmless there

    def look_and_write() -> OutboxMessage | None:
        oldest = select(OutboxMessage).where(OutboxMessage.state == State.QUEUED).order_by(OutboxMessage.id).limit(1)
        found = session.scalar(oldest, execution_options=outbox.HOUSE)
        time.sleep(0.01)  # the others look meanwhile; one overlap of thirty is enough
        if found is not None:
            found.state = State.SENDING
        return found

    _write_letters(live_world, 30)
    claimed = _claim_all(live_world.app, look_and_write)
    assert len(claimed) > len(set(claimed))


@pytest.fixture
def live_world(app: Flask, engine: str) -> Iterator[World]:
    """The cast, with the clock of the machine, which other processes share."""
    with app.app_context():
        session.remove()
        db.engine.dispose()
        database_of(engine).reset("cast")
        yield World(app)
        session.rollback()
