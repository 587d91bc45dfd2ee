"""A year of reminders on a simulated clock, against an oracle that knows only the plain values of `lives`.

72 students in three zones, one of them without daylight saving time, who start late, take leave, leave, move, log, hand
in and get sheets back. Every reminder is sent exactly once and none to the wrong person: also when the sweep is aborted
or its process killed at random moments, when nothing runs for 40 days, and when two processes sweep at once.

By default four weeks are lived, over a closure in Phoenix and the autumn clock change; `--long` lives all 52.
"""

import bisect
import json
import random
import time as machine_time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event

from lms.jobs.hours import remind_of_sheets
from lms.kernel import clock
from lms.kernel.db import db, session, transaction
from lms.kernel.outbox import OutboxMessage
from tests.faults import worker_process
from tests.hub.hours.lives import BREAKS, CLOSED, ONE_WEEK, ZONES, Life, Telling, lives, settle
from tests.support.cast import WEEK_ONE
from tests.support.databases import database_of
from tests.support.processes import Running, fork
from tests.support.web import World

QUARTER = timedelta(minutes=15)
SEED = 20261125
LAST_DAY = WEEK_ONE + timedelta(days=363)  # of the cohort
Letter = tuple[int, date, str]  # person, week, rung


# --- the oracle -----------------------------------------------------------------------------------------------------

RUNGS: dict[str, tuple[int, time]] = {
    "thursday": (3, time(18)),
    "sunday": (6, time(18)),
    "tuesday": (8, time(18)),
    "wednesday": (9, time(12)),
    "end": (12, time(12)),
}


def _wall(monday: date, rung: str, zone: str) -> datetime:
    days, at = RUNGS[rung]
    return datetime.combine(monday + timedelta(days=days), at, ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Oracle:
    """What should be sent to whom, from the plain values. sweeps: the instants at which one ran to its end."""

    told: list[Life]
    sweeps: list[datetime]
    knows_all: bool = False  # everything was written before the first sweep

    def letters(self) -> dict[Letter, datetime]:
        """Each letter with the instant of the sweep that should write it."""
        found: dict[Letter, datetime] = {}
        weeks = {at.date() - timedelta(days=at.weekday() + 7 * ago) for at in self.sweeps for ago in (0, 1, 2)}
        for life in self.told:
            for monday in sorted(weeks):
                for rung, following in zip(list(RUNGS)[:4], list(RUNGS)[1:], strict=True):
                    at = self._first_sweep(life, monday, rung, following)
                    if at is not None and self._is_due(life, monday, rung, at):
                        found[life.person_id, monday, rung] = at
        return found

    def _first_sweep(self, life: Life, monday: date, rung: str, following: str) -> datetime | None:
        found = []
        for zone in {life.zone, *([life.moved[1]] if life.moved else [])}:
            begins, ends = _wall(monday, rung, zone), _wall(monday, following, zone)
            place = bisect.bisect_left(self.sweeps, begins)
            while place < len(self.sweeps) and self.sweeps[place] < ends:
                if life.zone_at(self.sweeps[place]) == zone:
                    found.append(self.sweeps[place])
                    break
                place += 1
        return min(found, default=None)

    def _is_due(self, life: Life, monday: date, rung: str, at: datetime) -> bool:
        zone = life.zone_at(at)
        today = at.astimezone(ZoneInfo(zone)).date()
        off = [*BREAKS, *life.leaves, *([CLOSED] if zone == "America/Phoenix" else [])]

        def is_off(day: date) -> bool:
            return any(first <= day <= last for first, last in off)

        def studies(day: date) -> bool:
            return day >= life.starts and not (life.left and day >= life.left[0])

        work_days = [day for n in range(5) if (day := monday + timedelta(days=n)) <= LAST_DAY]
        if not studies(today) or is_off(today):
            return False
        if not any(studies(day) and not is_off(day) for day in work_days):
            return False
        steps = [is_in for when, week, is_in in sorted(life.handed) if week == monday and self._knows(when, at)]
        if steps and steps[-1]:
            return False
        hours = [
            minutes for when, day, minutes in life.logged if 0 <= (day - monday).days < 7 and self._knows(when, at)
        ]
        return rung != "thursday" or not hours

    def _knows(self, when: datetime, at: datetime) -> bool:
        return self.knows_all or when < at


# --- the year -------------------------------------------------------------------------------------------------------


def moments(mondays: list[date], chance: random.Random, every: timedelta | None = None) -> list[datetime]:
    """When the sweep ticks: around every rung of every zone three times in the hour after it, and at random between.

    every: all the time instead.
    """
    first = datetime.combine(mondays[0], time(12), UTC)
    last = datetime.combine(mondays[-1], time(), UTC) + 2 * ONE_WEEK
    if every is not None:
        return [first + n * every for n in range((last - first) // every)]
    found = set()
    for monday in mondays:
        for zone in ZONES:
            for rung in list(RUNGS)[:4]:
                offset = timedelta(minutes=chance.randrange(15))
                found |= {_wall(monday, rung, zone) + offset + n * QUARTER for n in range(3)}
        found |= {
            datetime.combine(monday, time(3, 30), UTC) + timedelta(days=n, minutes=chance.randrange(240))
            for n in range(1, 7)
        }
    return sorted(moment for moment in found if moment < last)


def live(world: World, told: list[Life], ticks: list[datetime], tear: Callable[[], Any] | None = None) -> None:
    """Play the clock: what happens is written down, and the sweep runs at each of `ticks`.

    tear: breaks some of the sweeps, but never one after which none comes within the quarter of an hour.
    """
    telling, settings = Telling(told), world.app.config["LMS"]
    for moment, following in zip(ticks, [*ticks[1:], ticks[-1] + ONE_WEEK], strict=True):
        if has_news(telling, moment):
            with transaction():
                telling.until(moment)
        may_tear = tear is not None and following - moment <= QUARTER
        with clock.at(moment), tear() if tear is not None and may_tear else nullcontext():
            remind_of_sheets(settings)


def has_news(telling: Telling, moment: datetime) -> bool:
    return any(waiting and waiting[0][0] < moment for waiting in (telling.logged, telling.handed))


def letters_of(world: World, told: list[Life]) -> dict[Letter, datetime]:
    """What was written to the 72, once each, with when; a second letter of one person, week and rung fails here."""
    people = {life.person_id for life in told}
    rows = [row for row in world.all(OutboxMessage) if row.person_id in people]
    found = [((row.person_id, row.said()["monday"], row.said()["rung"]), row.created_at) for row in rows]
    assert not [key for key, times in Counter(key for key, _ in found).items() if times > 1]
    return dict(found)


def compare(found: dict[Letter, datetime], wanted: dict[Letter, datetime]) -> None:
    assert not wanted.keys() - found.keys(), f"missing: {sorted(wanted.keys() - found.keys())[:5]}"
    assert not found.keys() - wanted.keys(), f"to the wrong person: {sorted(found.keys() - wanted.keys())[:5]}"


def weeks_from(first: date, number: int) -> list[date]:
    return [first + n * ONE_WEEK for n in range(number)]


@pytest.fixture
def is_long(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--long"))


@pytest.fixture
def mondays(is_long: bool) -> list[date]:
    return weeks_from(WEEK_ONE, 52) if is_long else weeks_from(date(2026, 10, 12), 4)


@pytest.fixture
def told(world: World, mondays: list[date]) -> list[Life]:
    made = lives(SEED, mondays)
    with transaction():
        settle(made)
    return made


@pytest.mark.timeout(3600)
def test_every_reminder_is_sent_exactly_once_and_none_to_the_wrong_person(
    world: World, told: list[Life], mondays: list[date]
) -> None:
    ticks = moments(mondays, random.Random(SEED))
    live(world, told, ticks)
    wanted = Oracle(told, ticks).letters()
    found = letters_of(world, told)
    compare(found, wanted)
    assert found == wanted, "each in the first sweep after its time"
    assert Counter(rung for _, _, rung in wanted).keys() == set(list(RUNGS)[:4])
    assert len(wanted) > 20 * len(mondays)


@pytest.mark.long
@pytest.mark.one_engine
@pytest.mark.timeout(3600)
def test_a_sweep_every_quarter_of_an_hour_sends_the_same(world: World, told: list[Life], mondays: list[date]) -> None:
    ticks = moments(mondays, random.Random(SEED), QUARTER)
    live(world, told, ticks)
    assert letters_of(world, told) == Oracle(told, ticks).letters()


class Torn(Exception):
    """The moment at which the power went."""


@contextmanager
def torn(chance: random.Random, share: float) -> Iterator[None]:
    """Something breaks before a random statement, in `share` of the sweeps."""
    left = [chance.randrange(1, 22) if chance.random() < share else -1]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Torn

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield
    except Torn:
        session.rollback()
    finally:
        event.remove(Engine, "before_cursor_execute", count)


@pytest.mark.one_engine
@pytest.mark.timeout(3600)
def test_the_same_is_sent_when_the_sweep_dies_at_random_statements(
    world: World, told: list[Life], mondays: list[date], is_long: bool
) -> None:
    """Nothing happens within the hour after a rung is due, so that whichever of its sweeps lives says the same."""
    chance = random.Random(SEED + 1)
    ticks = moments(mondays if is_long else mondays[:2], chance)
    live(world, told, ticks, lambda: torn(chance, 0.7))
    compare(letters_of(world, told), Oracle(told, ticks).letters())


@pytest.mark.one_engine
@pytest.mark.timeout(3600)
def test_after_a_stop_of_40_days_what_is_stale_is_not_sent(world: World, is_long: bool) -> None:
    mondays = weeks_from(WEEK_ONE, 52 if is_long else 9)
    told = lives(SEED, mondays)
    with transaction():
        settle(told)
    stops_at = datetime.combine(mondays[1], time(9), UTC)
    ticks = moments(mondays, random.Random(SEED))
    ran = [moment for moment in ticks if not stops_at <= moment < stops_at + timedelta(days=40)]
    live(world, told, ran)
    found = letters_of(world, told)
    assert found == Oracle(told, ran).letters()
    late = 0
    for (person_id, monday, rung), written_at in found.items():
        (life,) = [life for life in told if life.person_id == person_id]
        zone, following = life.zone_at(written_at), list(RUNGS)[list(RUNGS).index(rung) + 1]
        assert written_at < _wall(monday, following, zone)
        late += written_at - _wall(monday, rung, zone) > timedelta(hours=6)
    assert late, "the last rung of a week that is still open comes late"


# --- real processes -------------------------------------------------------------------------------------------------


def start(engine: str, folder: Path, ticks: list[datetime], go: Path | None = None) -> Running:
    """A process that sweeps at each of `ticks` of a played clock, and ends. go: it waits for this file, if given."""
    plan = folder / "ticks.json"
    plan.write_text(json.dumps([moment.isoformat() for moment in ticks]))
    return fork(
        worker_process.main,
        "remind",
        str(plan),
        str(go or plan),
        log=folder / "sweeper.log",
        LMS_DATABASE_URL=database_of(engine).url,
        LMS_DATA_DIR=str(folder),
    )


def written(world: World) -> int:
    session.rollback()
    return len(world.all(OutboxMessage))


@pytest.fixture
def still(world: World, told: list[Life], mondays: list[date], is_long: bool) -> list[datetime]:
    """Everything that happens is written beforehand; the instants at which to sweep."""
    with transaction():
        Telling(told).until(datetime.max.replace(tzinfo=UTC))
    session.remove()
    db.engine.dispose()
    return moments(mondays if is_long else mondays[:1], random.Random(SEED))


@pytest.mark.one_engine
@pytest.mark.timeout(1800)
def test_the_same_is_sent_when_the_process_is_killed_at_random_moments(
    world: World, told: list[Life], still: list[datetime], engine: str, tmp_path: Path, is_long: bool
) -> None:
    kills, chance = 25 if is_long else 1, random.Random(SEED)
    wanted = Oracle(told, still, knows_all=True).letters()
    for kill in range(1, kills + 1):
        process = start(engine, tmp_path, still)
        enough, until = len(wanted) * kill // (kills + 2), machine_time.monotonic() + 120
        while written(world) < enough and process.poll() is None and machine_time.monotonic() < until:
            machine_time.sleep(0.02)
        machine_time.sleep(chance.random() * 0.05)
        process.kill()
        process.wait()
    assert 0 < written(world) < len(wanted), "killed in the middle"
    assert start(engine, tmp_path, still).wait(600) == 0
    compare(letters_of(world, told), wanted)


@pytest.mark.timeout(1800)
def test_two_processes_that_sweep_at_once_send_each_letter_once(
    world: World, told: list[Life], still: list[datetime], engine: str, tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    running = [start(engine, folder, still, tmp_path / "go") for folder in folders]
    until = machine_time.monotonic() + 120
    while not all((folder / "ready").exists() for folder in folders) and machine_time.monotonic() < until:
        machine_time.sleep(0.02)
    (tmp_path / "go").touch()
    assert [process.wait(600) for process in running] == [0, 0]
    compare(letters_of(world, told), Oracle(told, still, knows_all=True).letters())
