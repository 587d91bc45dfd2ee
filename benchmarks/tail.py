"""The tail: many writers at once for some seconds, and how long the unluckiest of them waited."""

import threading
import time
from dataclasses import dataclass

from benchmarks.actions import Once, Turns, log_hours
from benchmarks.client import Client
from benchmarks.scene import Scene
from benchmarks.server import Served


@dataclass(frozen=True, slots=True)
class Tail:
    """Milliseconds, and answers a second."""

    a_second: float
    p50: float
    p99: float
    worst: float


def crowd(server: Served, scene: Scene, clients: int, seconds: float) -> Tail:
    """`clients` students log hours as fast as they can for `seconds`; every answer is looked at."""
    names = [scene.students[n % len(scene.students)] for n in range(clients)]
    visitors = [log_hours(Turns(Client(server.url), [name]), scene) for name in names]
    times: list[list[float]] = [[] for _ in visitors]
    errors: list[BaseException] = []
    until = time.monotonic() + seconds

    def visit(once: Once, own: list[float]) -> None:
        try:
            while time.monotonic() < until:
                began = time.perf_counter()
                answer = once()
                assert answer.status == 303, answer.text[:300]
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
