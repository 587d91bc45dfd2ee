"""Many at the same moment, on both engines: one winner for each version, and no limit is ever passed."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from lms.hub.catalog.models import Unit
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Written
from lms.hub.grading.services.scores import post_score
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.services.entries import Hours, log_hours
from lms.kernel.db import db, session, transaction
from lms.kernel.errors import Problem
from lms.kernel.lease import Lease, hold
from tests.hub.coursework.made import hand_in, set_work
from tests.hub.grading.made import marking_of
from tests.hub.hours.test_races import TUESDAY
from tests.support.patience import SECONDS
from tests.support.web import World

DAY_MINUTES = 24 * 60


def race(world: World, clients: int, work: Callable[[int], object]) -> list[str]:
    """`work` by each client in a transaction of its own, all at the same moment: "done", or what was raised."""
    ready = threading.Barrier(clients, timeout=SECONDS)

    def run(number: int) -> str:
        with world.app.app_context():
            ready.wait()
            try:
                with transaction():
                    work(number)
                return "done"
            except Problem as problem:
                return type(problem).__name__
            finally:
                session.remove()

    with ThreadPoolExecutor(clients) as pool:
        return sorted(pool.map(run, range(clients)))


def _size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Rounds and clients; fewer connections than PostgreSQL's pool has."""
    return (100, 14) if request.config.getoption("--long") else (3, 8)


@pytest.mark.timeout(1200)
def test_of_many_graders_one_wins_each_version(world: World, request: pytest.FixtureRequest) -> None:
    rounds, clients = _size(request)
    (activity,) = set_work(world)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    for _ in range(rounds):
        with transaction(write=False):
            token = marking_of(world, submission).token

        def save(number: int, token: str = token) -> None:
            marking = marking_of(world, submission)
            post_score(ben, marking.enrollment, marking, Written(points=1_000 + number), token, "again")

        assert race(world, clients, save) == ["Conflict"] * (clients - 1) + ["done"]
    numbers = [score.number for score in world.all(Score)]
    assert numbers == list(range(1, rounds + 1))


@pytest.mark.timeout(1200)
def test_a_day_never_gets_more_minutes_than_it_has(world: World, request: pytest.FixtureRequest) -> None:
    _, clients = _size(request)
    actor, enrollment, unit = world.actor("Ada"), world.enrollment("Ada"), world.one(Unit, code="PC-1").public_id
    hours = Hours(day=TUESDAY, minutes=300, unit=unit)
    race(world, clients, lambda _: log_hours(actor, enrollment, hours, str(uuid4())))
    assert 0 < sum(entry.minutes for entry in world.all(HoursEntry)) <= DAY_MINUTES


def test_a_version_that_is_read_and_then_written_has_several_winners(world: World) -> None:
    """Negative control, where it can fail: SQLite has one writer, so nobody reads in between."""
    if db.engine.dialect.name == "sqlite":
        return
    with transaction():
        hold("version", "1")
    read = threading.Barrier(6, timeout=SECONDS)

    def save(_: int) -> None:
        version = session.scalars(select(Lease.owner).where(Lease.name == "version")).one()
        read.wait()
        newer = str(int(version) + 1)
        session.execute(update(Lease).where(Lease.name == "version").values(owner=newer))

    assert race(world, 6, save).count("done") > 1
    with transaction(write=False):
        assert session.scalars(select(Lease.owner).where(Lease.name == "version")).one() == "2", "five were lost"
