"""A roster file becomes rows, and every fault of it is named with its row and column, all at once. Pure.

A row counts as a spreadsheet counts, the heading being row 1. Bytes that are no UTF-8 are a fault of their cell.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lms.hub.roster.rules.columns import COLUMNS, NAMES, RosterColumn
from lms.kernel.cells import unharmed
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, Sentence, say

MOST_ROWS = 5000
MOST_BYTES = 8 * 1024 * 1024
HEADING = 1
ZIP, OLD_SHEET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell. column: empty where it is about the whole row."""

    row: int
    column: str
    sentence: Sentence
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the file. values: what was read, by column, without blank cells. bad: columns with a fault."""

    number: int
    values: Mapping[str, str]
    bad: frozenset[str] = frozenset()

    def get(self, column: str) -> str:
        """What stands in a column; empty for leave as is."""
        return self.values.get(column, "")


@dataclass(slots=True)
class Reading:
    """A file that was read, faulty rows too. count: its rows, those that could not be taken apart included."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    count: int = 0


def read_roster(data: bytes, most: int = MOST_ROWS) -> Reading:
    """Every row of a CSV file, or of an XLSX file's first sheet, and every fault.

    Raises RuleBroken only for what is no table with rows at all.
    """
    if len(data) > MOST_BYTES:
        raise RuleBroken(N_("This file is too large. Split it."), field="file")
    found = Reading()
    if data[:4] == ZIP:
        _read_table(iter(_sheet(data)), found, most)
    elif data[:4] == OLD_SHEET:
        raise RuleBroken(N_("This is an old spreadsheet file. Save it as XLSX or as CSV (UTF-8)."), field="file")
    else:
        _read_text(data, found, most)
    if not found.count and not found.faults:
        raise RuleBroken(N_("This file has no rows below its headings."), field="file")
    return found


def _sheet(data: bytes) -> list[list[str]]:
    from lms.kernel.xlsx import NotASheet, read_sheet  # its parser only where somebody brings a sheet

    try:
        return read_sheet(data)
    except NotASheet:
        message = N_("This file cannot be read as a spreadsheet. Save it as XLSX without a password, or as CSV.")
        raise RuleBroken(message, field="file") from None


def _read_text(data: bytes, found: Reading, most: int) -> None:
    text = data.decode("utf-8-sig", "surrogateescape")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        _read_table(reader, found, most)
    except csv.Error:
        raise RuleBroken(
            N_("This is not a CSV file. Save the sheet as CSV (UTF-8) and try again."), field="file"
        ) from None


def _read_table(rows: Iterator[list[str]], found: Reading, most: int) -> None:
    header = [name.strip().lower() for name in next(rows, [])]
    found.faults += _faults_of_header(header)
    _read_rows(rows, header, found, most)


def _faults_of_header(header: list[str]) -> Iterator[Fault]:
    for column in COLUMNS:
        if column.is_needed and column.name not in header:
            yield Fault(HEADING, column.name, say(N_("this column is missing.")))
    for name in dict.fromkeys(header):
        shown = _shown(name)
        if name not in NAMES:
            yield Fault(HEADING, shown, say(N_("this column is not known here. Use the columns of the template.")))
        elif header.count(name) > 1:
            yield Fault(HEADING, shown, say(N_("this column stands there twice.")))


def _read_rows(reader: Iterable[list[str]], header: list[str], found: Reading, most: int) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in enumerate(reader, start=HEADING + 1):
        if not any(cell.strip() for cell in cells):
            continue
        if found.count >= most:
            found.faults.append(
                Fault(number, "", say(N_("the file has more than %(most)s rows. Split it."), most=most))
            )
            return
        found.count += 1
        if len(cells) != len(header):
            found.faults.append(
                Fault(number, "", say(N_("this row has too many or too few cells. Check its commas and quotes.")))
            )
            continue
        given = dict(zip(header, cells, strict=True))
        found.rows.append(_read_row(number, given, seen, found.faults))


def _read_row(number: int, given: Mapping[str, str], seen: dict[tuple[str, ...], int], faults: list[Fault]) -> Row:
    values: dict[str, str] = {}
    wrong: list[Fault] = []
    for column in COLUMNS:
        if text := unharmed(given.get(column.name, "").strip()):
            try:
                values[column.name] = _read_cell(column, text)
            except RuleBroken as broken:
                wrong.append(Fault(number, column.name, broken.sentence, _shown(text)))
    wrong += _twice(number, values, seen)
    faults += wrong
    return Row(number, values, frozenset(fault.column for fault in wrong))


def _read_cell(column: RosterColumn, text: str) -> str:
    if not _is_utf8(text):
        raise RuleBroken(N_("this cell is not in UTF-8. Save the sheet as CSV (UTF-8)."))
    if len(text) > column.most:
        raise RuleBroken(N_("this is too long: %(count)s characters, %(most)s fit."), count=len(text), most=column.most)
    return column.read(text)


def _twice(number: int, values: Mapping[str, str], seen: dict[tuple[str, ...], int]) -> Iterator[Fault]:
    """The same person in an earlier row, by student number at one site, or by address."""
    for column, where in (("external_id", values.get("site", "").lower()), ("email", "")):
        text = values.get(column, "")
        first = seen.setdefault((column, where, text), number) if text else number
        if first != number:
            yield Fault(number, column, say(N_("the same as in row %(first)s."), first=first), text)


def _is_utf8(text: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in text)


def _shown(text: str) -> str:
    """The start of a cell that can be stored and said anywhere."""
    clean = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return clean[:60]
