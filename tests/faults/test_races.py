"""Many at the same moment, on both engines: one winner for each version, and no limit is ever passed."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from lms.hub.catalog.models import Unit
from lms.hub.coursework.models import Submission
from lms.hub.coursework.queries import find_own_work
from lms.hub.coursework.services import submit
from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.services import change_status
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Written
from lms.hub.grading.services.scores import post_score
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.services.entries import Hours, log_hours, remove_entry
from lms.hub.roster.models.seats import Seat
from lms.hub.roster.services.seats import nominate, revoke_seat
from lms.kernel.db import db, session, transaction
from lms.kernel.errors import Problem
from lms.kernel.lease import Lease, hold
from lms.spokes.models import SpokeDecision
from lms.spokes.services import choose_spoke, give_spoke
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import marking_of
from tests.hub.hours.test_races import TUESDAY
from tests.hub.roster.made import NOA, apply, open_acme
from tests.spokes.test_drafts import spokes
from tests.support.cast import email_of
from tests.support.patience import SECONDS
from tests.support.web import World

pytestmark = pytest.mark.timeout(1200)
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


@pytest.fixture
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Rounds and clients."""
    return (100, 16) if request.config.getoption("--long") else (2, 8)


def test_of_many_graders_one_wins_each_version(world: World, size: tuple[int, int]) -> None:
    rounds, clients = size
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


def test_a_day_gets_as_many_minutes_as_it_has_and_no_more(world: World, size: tuple[int, int]) -> None:
    rounds, clients = size
    actor, enrollment, unit = world.actor("Ada"), world.enrollment("Ada"), world.one(Unit, code="PC-1").public_id
    fit = DAY_MINUTES // 300
    for number in range(rounds):
        hours = Hours(day=TUESDAY, minutes=300, unit=unit)
        found = race(world, clients, lambda _, hours=hours: log_hours(actor, enrollment, hours, str(uuid4())))
        assert Counter(found) == {"done": fit, "RuleBroken": clients - fit}, number
        for entry in _standing(world):
            with transaction():
                remove_entry(actor, entry)
        assert not _standing(world)


def _standing(world: World) -> list[HoursEntry]:
    entries = world.all(HoursEntry)
    replaced = {entry.supersedes_id for entry in entries}
    return [entry for entry in entries if not entry.is_removal and entry.id not in replaced]


def test_the_last_attempt_is_taken_once(world: World, size: tuple[int, int]) -> None:
    rounds, clients = size
    ada = world.actor("Ada")
    for activity in set_work(world, *(plan(code=f"R-{number}", attempts=2) for number in range(rounds))):
        hand_in(world, "Ada", activity)

        def once_more(number: int, public_id: str = activity.public_id) -> None:
            work = find_own_work(ada, public_id)
            submit(ada, work.enrollment, work, f"try {number}", "", f"{public_id}-{number}")

        found = race(world, clients, once_more)
        assert found.count("done") == 1, found
        assert sorted(one.attempt for one in world.all(Submission, activity_id=activity.id)) == [1, 2]


def test_the_last_seat_of_a_firm_is_given_once(world: World, size: tuple[int, int]) -> None:
    rounds, clients = size
    contract, dee = open_acme(world, seats=1), world.actor("Dee")
    for turn in range(rounds):
        found = race(
            world,
            clients,
            lambda number, turn=turn: nominate(dee, contract, "Noa Lind", f"noa-{turn}-{number}@example.org"),
        )
        assert found == ["RuleBroken"] * (clients - 1) + ["done"]
        (seat,) = world.all(Seat)[turn:]
        with transaction():
            revoke_seat(dee, seat)


def test_the_last_seat_of_a_spoke_is_given_once(world: World, size: tuple[int, int]) -> None:
    rounds, clients = size
    names = [f"Racer{number}" for number in range(clients)]
    apply(world, *({**NOA, "external_id": name, "name": name, "email": email_of(name)} for name in names))
    wanted, other = spokes(world, (1, rounds))
    cleo, students = world.actor("Cleo"), {name: world.enrollment(name) for name in names}
    choices = {}
    for name in names:
        with transaction():
            change_status(cleo, students[name], Status.ACTIVE, TUESDAY, StatusReason.START)
            choices[name] = choose_spoke(world.actor(name), students[name], [wanted.id, other.id])
    for _ in range(rounds):
        found = race(
            world, clients, lambda number: give_spoke(cleo, students[names[number]], choices[names[number]], wanted)
        )
        assert found == ["RuleBroken"] * (clients - 1) + ["done"]
        last = world.all(SpokeDecision)[-1]
        (winner,) = (name for name in names if students[name].id == last.enrollment_id)
        with transaction():
            give_spoke(cleo, students[winner], choices[winner], other)


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
