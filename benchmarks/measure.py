"""Rounds: in each, every system does every action in a shuffled order; ratios are taken within a round."""

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
    by_name = {action.name: action for action in actions}
    for number in range(-1, rounds):
        order = list(ready)
        chance.shuffle(order)
        for system, name in order:
            action = by_name[name]
            often = action.requests(requests if number >= 0 else requests // 4)
            times, cpu, answer = _run(ready[system, name], servers[system], often)
            if system == OURS:
                action.check(answer)
            if number >= 0:
                cell = cells[system, name]
                cell.rounds.append(times)
                cell.cpu.append(cpu)
                cell.size = len(answer.body)
    return cells


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


def _run(once: Once, server: Served, requests: int) -> tuple[list[float], float, Answer]:
    times = []
    before = server.cpu_ms()
    for _ in range(requests):
        began = time.perf_counter()
        answer = once()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status < 400, f"{answer.status} {answer.text[:300]}"
    return times, (server.cpu_ms() - before) / requests, answer


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
