"""What stands in somebody's calendar, as plain values: with a name that stays the same over every change. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from lms.hub.calendar.kinds import Clash, ItemKind
from lms.kernel.text import Sentence
from lms.kernel.weeks import ends_at, local_day, starts_at

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # before the first row of any cohort


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. starts_at, ends_at: instants, shown in `zone`; equal for a moment such as a due date.

    first_day, last_day: of a whole-day entry, else None. uid: the same for the same thing, whatever moves it.
    sequence: goes up with every change; changed_at: when that was. where: room and site, or "". who: whose it is, on a
    firm's calendar. detail: the course or section.
    """

    uid: str
    kind: ItemKind
    title: Sentence
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    sequence: int = 0
    detail: str = ""
    where: str = ""
    who: str = ""
    is_cancelled: bool = False
    clash: Clash | None = None
    first_day: date | None = None
    last_day: date | None = None
    key: str = ""

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return self.first_day or local_day(self.starts_at, self.zone)

    @property
    def is_moment(self) -> bool:
        """Whether it takes no time."""
        return self.starts_at == self.ends_at


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when: what ends after `first` and begins before `last`."""

    first: datetime
    last: datetime

    def holds(self, item: Item) -> bool:
        """Whether `item` lies in it, if only in part."""
        return item.starts_at < self.last and (item.ends_at > self.first or item.starts_at >= self.first)


def whole_days(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """The instants of the local days from `first` to `last`, both included."""
    return starts_at(first, zone), ends_at(last, zone)


def revision(changed_at: datetime) -> int:
    """A number that only grows, for what is folded from several facts: when the last of them was recorded, in seconds.

    Facts are only ever added, so the latest of any growing set of them never lies earlier than before.
    """
    return max(int((changed_at - EPOCH).total_seconds()), 0)


def in_order(items: list[Item]) -> list[Item]:
    """By time; whole days before what happens on them."""
    return sorted(items, key=lambda item: (item.starts_at, item.first_day is None, item.uid))
