"""A calendar as iCalendar (RFC 5545): every instant in UTC with Z and no zone block, local time and zone in words.

Zone blocks of some generators shift events by an hour in other clients; an instant in UTC cannot be misread.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lms.hub.calendar.kinds import ITEM_NAMES
from lms.hub.calendar.rules.items import Item
from lms.kernel.speak import Reader, instant_text, speak
from lms.kernel.text import N_, Sentence
from lms.kernel.weeks import utc

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT = "-//Hub & Spoke//Calendar//EN"
DOMAIN = "calendar.hub-and-spoke"  # never changes, so that a moved server does not make every event a new one
REFRESH = timedelta(hours=1)
TYPE = "text/calendar; charset=utf-8"


def feed(items: Iterable[Item], name: str, reader: Reader, made_at: datetime) -> bytes:
    """The items as a published calendar called `name`, in the reader's language."""
    from icalendar import Calendar  # 5 MB that only a process which serves a feed needs

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for item in items:
        calendar.add_component(_event(item, reader, made_at))
    text: bytes = calendar.to_ical()
    return text


def _event(item: Item, reader: Reader, made_at: datetime) -> "Event":
    def said(sentence: Sentence | str) -> str:
        return speak(sentence if isinstance(sentence, Sentence) else Sentence(sentence), reader)

    from icalendar import Event

    event = Event()
    event.add("uid", f"{item.uid}@{DOMAIN}")
    event.add("dtstamp", utc(made_at))
    event.add("sequence", item.sequence)
    event.add("last-modified", utc(item.changed_at))
    title = said(item.title)
    event.add("summary", f"{title} ({item.who})" if item.who else title)
    _add_times(event, item)
    event.add("description", "\n".join(_lines(item, reader, said)))
    if item.where:
        event.add("location", item.where)
    event.add("categories", [said(ITEM_NAMES[item.kind])])
    event.add("status", "CANCELLED" if item.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if item.is_moment or item.first_day or item.is_cancelled else "OPAQUE")
    return event


def _add_times(event: "Event", item: Item) -> None:
    if item.first_day is not None and item.last_day is not None:
        event.add("dtstart", item.first_day)
        event.add("dtend", item.last_day + timedelta(days=1))  # the first day that is not part of it
        return
    event.add("dtstart", utc(item.starts_at))
    if not item.is_moment:
        event.add("dtend", utc(item.ends_at))


def _lines(item: Item, reader: Reader, said: Callable[[Sentence | str], str]) -> Iterable[str]:
    """What the description says: the course, and the local time with its zone."""
    if item.detail:
        yield item.detail
    if item.first_day is None:
        yield instant_text(item.starts_at, reader, item.zone)
        yield said(Sentence(N_("Time zone: %(zone)s"), {"zone": item.zone}))
    if item.is_cancelled:
        yield said(N_("Cancelled."))
