"""Dates that higher floors bring into people's calendars; the hub does not know what they are about."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from lms.hub.calendar.rules.items import Item
from lms.kernel.db import Base
from lms.people.access import Actor


class Side(StrEnum):
    """As what somebody reads a calendar: of their own studies, of sections, or of a firm."""

    STUDENT = "student"
    STAFF = "staff"
    FIRM = "firm"


Source = Callable[[Actor, Side, Sequence[Base]], list[Item]]
_sources: list[Source] = []


def calendar_source(source: Source) -> Source:
    """Registers a room above the calendar that has dates; it is given the enrollments or sections already found."""
    _sources.append(source)
    return source


def more_items(actor: Actor, side: Side, rows: Sequence[Base] = ()) -> list[Item]:
    """What every registered room adds. rows: the own enrollments, or the sections; none for a firm."""
    return [item for source in _sources for item in source(actor, side, rows)]
