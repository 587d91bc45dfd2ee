"""Which backups to keep: the last 7 days, 4 weeks and 12 months, one of each. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime

DAYS, WEEKS, MONTHS = 7, 4, 12


def to_keep(made: Iterable[datetime]) -> set[datetime]:
    """The newest backup of each of the last days, weeks and months in which one was made."""
    newest_first = sorted(made, reverse=True)
    periods: tuple[tuple[int, Callable[[datetime], tuple[int, ...]]], ...] = (
        (DAYS, lambda at: (at.year, at.month, at.day)),
        (WEEKS, lambda at: at.isocalendar()[:2]),
        (MONTHS, lambda at: (at.year, at.month)),
    )
    kept: set[datetime] = set()
    for most, period_of in periods:
        newest: dict[tuple[int, ...], datetime] = {}
        for at in newest_first:
            newest.setdefault(period_of(at), at)
        kept.update(list(newest.values())[:most])
    return kept
