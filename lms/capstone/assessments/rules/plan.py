"""Reads a firm's file row by row and says what each row would change. Pure; nothing is written here."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lms.capstone.reference.rules.reading import CENTS, DESCRIPTION, RECOMMENDATIONS, Form, Unreadable
from lms.kernel.canonical import canonical
from lms.kernel.cells import unharmed
from lms.kernel.errors import RuleBroken
from lms.kernel.money import exponent
from lms.kernel.text import N_, Sentence, say

MOST_ROWS = 2_000
COLUMNS = (*RECOMMENDATIONS, DESCRIPTION)
KEY = "recommendation"
AMOUNTS = ("cost_minor", "saved_minor")

Said = Mapping[str, Any]
"""What a file says of one recommendation, by our names; `status` as its letter."""


class Effect(StrEnum):
    """What a row of the file would do."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file beside what stands. old: None where the firm has no such recommendation yet."""

    number: int
    key: str
    kind: Effect
    old: Said | None = None
    new: Said | None = None
    fault: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every row of a file, in its order."""

    lines: Sequence[Line] = field(default_factory=tuple)

    def count(self, kind: Effect) -> int:
        """How many rows are of that kind."""
        return sum(line.kind is kind for line in self.lines)


def plan_of(data: bytes, mapping: Mapping[str, str], currency: str, standing: Mapping[str, Said]) -> Plan:
    """What the file would change in `standing`, which is by the recommendation's id.

    Raises RuleBroken for what is no table and for columns that are missing; every other fault stands in its row.
    """
    head, rows = _table(data)
    form = Form(COLUMNS, head, mapping)
    lines: list[Line] = []
    first: dict[str, int] = {}
    for number, cells in rows:
        try:
            given = _said(form.read([unharmed(cell.strip()) for cell in cells]), currency)
        except Unreadable as unreadable:
            lines.append(Line(number, "", Effect.FAULT, fault=unreadable.sentence))
            continue
        key = str(given[KEY])
        if first.setdefault(key, number) != number:
            twice = say(N_("the same recommendation as in row %(first)s."), first=first[key])
            lines.append(Line(number, key, Effect.FAULT, fault=twice))
            continue
        lines.append(_compared(number, key, standing.get(key), given))
    return Plan(lines)


def _compared(number: int, key: str, old: Said | None, new: Said) -> Line:
    if old is None:
        return Line(number, key, Effect.ADDED, None, new)
    kind = Effect.SAME if dict(old) == dict(new) else Effect.CHANGED
    return Line(number, key, kind, old, new)


def changed_names(old: Said | None, new: Said | None) -> list[str]:
    """What differs, by our names; nothing where one of the two is not there."""
    return [] if old is None or new is None else [name for name in new if old.get(name) != new[name]]


def digest_of(standing: Mapping[str, Said]) -> str:
    """One hash of everything that stands, whatever its order."""
    return hashlib.sha256(canonical({key: dict(standing[key]) for key in sorted(standing)}).encode()).hexdigest()


def _said(row: Mapping[str, Any], currency: str) -> Said:
    """A row as it is kept: whole units of the file become minor units of `currency`."""
    given = {name: value for name, value in row.items() if name not in AMOUNTS}
    scale = 10 ** exponent(currency)
    for name in AMOUNTS:
        given[name] = None if row[name] is None else row[name] // CENTS * scale
    given["status"] = None if row["status"] is None else row["status"].value
    return {**given, "currency": currency}


def _table(data: bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = N_("Row %(row)s is not in UTF-8. Save the sheet as CSV (UTF-8) and try again.")
        raise RuleBroken(message, field="file", row=data[: error.start].count(b"\n") + 1) from None
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    message = N_("This is not a CSV file. Save the sheet as CSV (UTF-8) and try again.")
    if "\0" in text:
        raise RuleBroken(message, field="file")
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise RuleBroken(message, field="file") from None
    rows = _filled(table[1:])
    if not rows:
        raise RuleBroken(N_("This file has no rows below its headings."), field="file")
    if len(rows) > MOST_ROWS:
        raise RuleBroken(N_("This file has more than %(most)s rows. Split it."), field="file", most=MOST_ROWS)
    return table[0], rows


def _filled(rows: Iterable[list[str]]) -> list[tuple[int, list[str]]]:
    return [(number, row) for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
