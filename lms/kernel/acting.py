"""Who acts and when, for the length of one command: every fact that it writes carries the same person and instant."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from lms.kernel import clock


@dataclass(frozen=True, slots=True)
class Acting:
    """person_id: row number of the person, None for the system. at: UTC."""

    person_id: int | None
    at: datetime


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


@contextmanager
def acting(person_id: int | None) -> Iterator[Acting]:
    """Everything written inside was written by this person at this instant; a nested command keeps the outer's."""
    current = _acting.get()
    if current is not None:
        yield current
        return
    token = _acting.set(Acting(person_id, clock.now()))
    try:
        yield _acting.get()  # type: ignore[misc]  # just set
    finally:
        _acting.reset(token)


def acting_at() -> datetime:
    """The instant of the running command; the clock's outside of one."""
    current = _acting.get()
    return current.at if current else clock.now()


def acting_person_id() -> int | None:
    """The person of the running command; None for the system and outside of one."""
    current = _acting.get()
    return current.person_id if current else None
