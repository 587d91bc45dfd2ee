"""Calendar months as their first day, and steps between them. Pure."""

import calendar
from datetime import date


def month_of(day: date) -> date:
    """The first day of the month that `day` lies in: how a month is stored and compared here."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier); the month's last day where it has no such day.

    31 January plus one month is 28 February, 29 in a leap year.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_between(first: date, last: date) -> int:
    """Whole calendar months from the month of `first` to the month of `last`; negative if it comes earlier."""
    return (last.year - first.year) * 12 + last.month - first.month
