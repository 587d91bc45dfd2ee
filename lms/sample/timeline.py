"""Deeds in the order of their instants, each done as if it were then. What lies in the future does not happen."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime

from lms.kernel import clock

Deed = Callable[[], None]


class Timeline:
    """What is still to be done up to `now`. A deed may add further ones, also at its own instant."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._heap: list[tuple[datetime, int, Deed]] = []
        self._added = 0

    def at(self, instant: datetime, deed: Deed) -> None:
        """Plan `deed` for `instant`; dropped if that is still to come. Equal instants keep the order of planning."""
        if instant <= self.now:
            heapq.heappush(self._heap, (instant, self._added, deed))
            self._added += 1

    def play(self) -> Iterator[datetime]:
        """Do everything; gives the instant of each deed after it was done."""
        while self._heap:
            instant, _, deed = heapq.heappop(self._heap)
            with clock.at(instant):
                deed()
            yield instant
