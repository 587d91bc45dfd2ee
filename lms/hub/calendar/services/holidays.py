"""The holidays of a site, as its office enters or imports them. They count in a cohort once a break is made of them."""

import csv
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.hub.cohorts.models import Holiday
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Site
from lms.people.scope import within

MOST_LINES = 200
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """One day and what it is called."""

    day: date
    name: str


def read_lines(text: str) -> list[HolidayLine]:
    """Lines such as `2026-11-26,Thanksgiving Day`; empty ones do not matter. Raises RuleBroken with every fault."""
    found, faults = [], []
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise RuleBroken(N_("At most %(most)s lines at once."), field="lines", most=MOST_LINES)
    for number, cells in enumerate(csv.reader(lines), 1):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            found.append(_line(cells))
        except ValueError:
            message = N_("Line %(number)s: write the day and the name, such as 2026-11-26, Thanksgiving Day.")
            faults.append(RuleBroken(message, field="lines", number=number))
    raise_all(faults)
    if not found:
        raise RuleBroken(N_("Write at least one day with its name."), field="lines")
    return found


def _line(cells: list[str]) -> HolidayLine:
    day, name = (cells[0].strip(), ",".join(cells[1:]).strip())
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(name)
    return HolidayLine(date.fromisoformat(day), name)


@command(Action.HOLIDAY_SET)
def set_holidays(actor: Actor, site: Site, lines: list[HolidayLine]) -> list[Holiday]:
    """Enter days; one that is there already gets the new name. The same lines again change nothing."""
    rows = session.scalars(within(select(Holiday).where(Holiday.day.in_([line.day for line in lines])), site)).all()
    there = {row.day: row for row in rows}
    for line in lines:
        if line.day in there:
            there[line.day].name = line.name
        else:
            there[line.day] = Holiday(site_id=site.id, day=line.day, name=line.name)
            session.add(there[line.day])
    session.flush()
    return [there[day] for day in sorted(there)]


@command(Action.HOLIDAY_SET)
def remove_holiday(actor: Actor, site: Site, holiday: Holiday) -> None:
    """Take a day off the list. Breaks that were made of it stay."""
    session.delete(holiday)
