"""The columns of a roster file: how each cell is read. Blank means: leave as is.

Documented for people in `docs/roster.md`; the template is made from `COLUMNS`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from lms.hub.enrollment.kinds import Shift, Status
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

# One @, a host with a dot, nothing that a mail program would take for another part of the line; RFC 5321's 254.
EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f\"(),:;<>\[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
FORWARD = (Status.APPLIED, Status.OFFERED, Status.ENROLLED, Status.ACTIVE)
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """One column. most: characters. is_needed: the file must have it. read: gives the stored text. example: shown."""

    name: str
    most: int
    read: Callable[[str], str]
    example: str
    is_needed: bool = False


def read_email(text: str) -> str:
    """In lower case. Raises RuleBroken for what is no address."""
    if not EMAIL.fullmatch(text) or ".." in text:
        raise RuleBroken(N_("this is not an e-mail address. Write it like name@example.org."))
    return text.lower()


def read_text(text: str) -> str:
    """With single blanks. Raises RuleBroken for a control character."""
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise RuleBroken(N_("there is a line break or a hidden character in it. Type the cell again."))
    return " ".join(text.split())


def read_day(text: str) -> str:
    """An ISO day. Raises RuleBroken for anything else, so that 03/04 is never guessed."""
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise RuleBroken(N_("there is no such day. Write it as 2026-09-08."))
    return day.isoformat()


def read_shift(text: str) -> str:
    """One of the shifts. Raises RuleBroken."""
    if text.lower() not in set(Shift):
        raise RuleBroken(N_("this is no shift. Use day, evening, night or rotating."))
    return text.lower()


def read_status(text: str) -> str:
    """How far the person is on the way in. Raises RuleBroken; nobody is taken out by a file."""
    if text.lower() not in {status.value for status in FORWARD}:
        raise RuleBroken(
            N_("use applied, offered, enrolled or active. Who leaves is recorded on the student's own page.")
        )
    return text.lower()


COLUMNS: tuple[RosterColumn, ...] = (
    RosterColumn("external_id", 64, read_text, "L-1001"),
    RosterColumn("name", 200, read_text, "Ana Pereira", is_needed=True),
    RosterColumn("email", 254, read_email, "ana.pereira@example.org", is_needed=True),
    RosterColumn("site", 200, read_text, "Lowell"),
    RosterColumn("section", 200, read_text, "Lowell A", is_needed=True),
    RosterColumn("firm", 200, read_text, "Acme Tool"),
    RosterColumn("supervisor_email", 254, read_email, "sam.ortiz@example.org"),
    RosterColumn("shift", 20, read_shift, "night"),
    RosterColumn("start_date", 10, read_day, "2026-09-08"),
    RosterColumn("status", 20, read_status, "enrolled"),
)
NAMES = tuple(column.name for column in COLUMNS)
