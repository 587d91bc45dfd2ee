"""Rounds: in each, the actions come in a shuffled order, and the systems do each in turn, a few requests at a time.

Ratios are taken within a round. The turns are short because the speed of a machine may change from second to second (a
shared one halves and doubles it): what is compared has to be done in the same second.
"""

import random
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.actions import Action, Once, slug
from benchmarks.client import Answer, Client
from benchmarks.scene import Scene
from benchmarks.server import Served

OURS, FLOOR = "ours", "floor"
TURN = 10  # requests
NOTHING = Answer(0, b"", "")


@dataclass(slots=True)
class Cell:
    """What one system did for one action: milliseconds of each request, and processor time a request, by round."""

    rounds: list[list[float]] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    size: int = 0

    def percentile(self, share: float) -> float:
        """Over all rounds."""
        times = sorted(time for times in self.rounds for time in times)
        return times[min(len(times) - 1, int(len(times) * share))]


Cells = dict[tuple[str, str], Cell]


def measure(
    servers: Mapping[str, Served],
    actions: Sequence[Action],
    scene: Scene,
    rounds: int,
    requests: int,
    chance: random.Random,
) -> Cells:
    """Every action on every system, `requests` times in each of `rounds`, after a quarter of that to warm up."""
    ready = {
        (system, action.name): _once(system, action, servers[system], scene) for system in servers for action in actions
    }
    cells: Cells = {place: Cell() for place in ready}
    for number in range(-1, rounds):
        for action in chance.sample(actions, len(actions)):
            often = action.requests(requests if number >= 0 else requests // 4)
            done = _in_turn({system: ready[system, action.name] for system in servers}, servers, often)
            action.check(done[OURS].answer)
            if number >= 0:
                for system, run in done.items():
                    cell = cells[system, action.name]
                    cell.rounds.append(run.times)
                    cell.cpu.append(run.cpu / often)
                    cell.size = len(run.answer.body)
    return cells


@dataclass(slots=True)
class _Run:
    """Milliseconds of each request, those of the processor for all of them, and the last answer."""

    times: list[float] = field(default_factory=list)
    cpu: float = 0
    answer: Answer = NOTHING


def _in_turn(onces: Mapping[str, Once], servers: Mapping[str, Served], requests: int) -> dict[str, _Run]:
    """So many requests of each system, TURN at a time."""
    runs = {system: _Run() for system in onces}
    for done in range(0, requests, TURN):
        for system, once in onces.items():
            _run(runs[system], once, servers[system], min(TURN, requests - done))
    return runs


def _once(system: str, action: Action, server: Served, scene: Scene) -> Once:
    client = Client(server.url)
    if system == OURS:
        once = action.prepare(client, scene)

        def looked_at() -> Answer:
            answer = once()
            action.check(answer)
            return answer

        return looked_at
    path = "/healthz" if action.name == "healthz" else f"/run/{slug(action.name)}"
    return lambda: client.get(path)


def _run(run: _Run, once: Once, server: Served, requests: int) -> None:
    before = server.cpu_ms()
    for _ in range(requests):
        began = time.perf_counter()
        run.answer = once()
        run.times.append((time.perf_counter() - began) * 1000)
        assert run.answer.status < 400, f"{run.answer.status} {run.answer.text[:300]}"
    run.cpu += server.cpu_ms() - before


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours to the floor: median over the rounds, the smallest and the largest."""

    middle: float
    low: float
    high: float


def ratio(ours: Sequence[float], floor: Sequence[float]) -> Ratio | None:
    """Round by round; None where the floor's processor time was too short to be seen."""
    found = [one / other for one, other in zip(ours, floor, strict=True) if other > 0]
    return Ratio(statistics.median(found), min(found), max(found)) if found else None


def time_ratio(cells: Cells, name: str) -> Ratio | None:
    """Of the median times."""
    ours, floor = cells[OURS, name].rounds, cells[FLOOR, name].rounds
    return ratio([statistics.median(times) for times in ours], [statistics.median(times) for times in floor])


def cpu_ratio(cells: Cells, name: str) -> Ratio | None:
    """Of the processor times."""
    return ratio(cells[OURS, name].cpu, cells[FLOOR, name].cpu)
