"""Quarters of the calendar, "2026Q4". Pure."""

import re
from datetime import date, timedelta

from lms.kernel.months import add_months

FORM = re.compile(r"(20[0-9]{2})Q([1-4])")


def quarter_of(day: date) -> str:
    """The quarter in which a day lies."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


def last_day_of(quarter: str) -> date:
    """The last day of a quarter. Raises ValueError on what is none."""
    found = FORM.fullmatch(quarter)
    if found is None:
        raise ValueError(quarter)
    first = date(int(found[1]), int(found[2]) * 3 - 2, 1)
    return add_months(first, 3) - timedelta(days=1)


def finished_before(day: date) -> str:
    """The last quarter that was over on `day`."""
    return quarter_of(add_months(date(day.year, (day.month - 1) // 3 * 3 + 1, 1), -3))
