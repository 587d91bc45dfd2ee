"""The tail: many writers at once for some seconds, and how long the unluckiest of them waited."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.actions import Action
from benchmarks.client import Client
from benchmarks.server import Served


@dataclass(frozen=True, slots=True)
class Tail:
    """Milliseconds, and answers a second."""

    a_second: float
    p50: float
    p99: float
    worst: float


def crowd(server: Served, action: Action, clients: int, seconds: float) -> Tail:
    """`clients` visitors do `action` as fast as they can for `seconds`; every answer is looked at."""
    visitors: list[Callable[[], object]] = []
    for _ in range(clients):
        once = action.prepare(Client(server.url))
        visitors.append(lambda once=once: action.check(once()))
    times: list[list[float]] = [[] for _ in visitors]
    errors: list[BaseException] = []
    until = time.monotonic() + seconds

    def visit(once: Callable[[], object], own: list[float]) -> None:
        try:
            while time.monotonic() < until:
                began = time.perf_counter()
                once()
                own.append((time.perf_counter() - began) * 1000)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=visit, args=pair) for pair in zip(visitors, times, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    every = sorted(time for own in times for time in own)
    return Tail(
        a_second=len(every) / seconds,
        p50=every[len(every) // 2],
        p99=every[int(len(every) * 0.99)],
        worst=every[-1],
    )
