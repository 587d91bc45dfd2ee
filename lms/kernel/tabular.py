"""Tables out and in: CSV and XLSX files that no spreadsheet runs as a formula, and CSV read with every fault named.

What goes out: `str` as text; int and Decimal as numbers; date and instant (UTC) as ISO 8601; None as an empty cell.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, Sentence

ACTIVE = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\0",
)  # what a spreadsheet may take for a formula at the start of a cell
LINES_AT_ONCE = 200
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 64 * 1024


def harmless(text: str) -> str:
    """`text` with an apostrophe before a start that a spreadsheet would run."""
    return f"'{text}" if text.startswith(ACTIVE) else text


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV file: UTF-8 with a byte order mark (so that Excel reads accents), comma, CRLF. Reads `rows` as it goes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write("\ufeff")
    writer.writerow([harmless(title) for title in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_text(value) for value in row])
        if number % LINES_AT_ONCE == 0:
            yield _take(buffer)
    yield _take(buffer)


def _take(buffer: io.StringIO) -> bytes:
    taken = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return taken


def _text(value: object) -> object:
    if value is None or isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        raise TypeError("no floats; give an int or a Decimal")
    return value


def xlsx_chunks(header: Sequence[str], rows: Iterable[Sequence[object]], sheet: str = "Sheet1") -> Iterator[bytes]:
    """An XLSX file of one sheet with a fixed first row. Written row by row to a temporary file, then read out."""
    import xlsxwriter

    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            page = book.add_worksheet(_sheet_name(sheet))
            page.freeze_panes(1, 0)
            bold = book.add_format({"bold": True})
            for column, title in enumerate(header):
                page.write_string(0, column, harmless(title), bold)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    _write_cell(page, number, column, value)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _write_cell(page: Any, row: int, column: int, value: object) -> None:
    plain = _text(value)
    if plain is None:
        return
    if isinstance(plain, int | Decimal):
        page.write_number(row, column, plain)
    else:
        page.write_string(row, column, str(plain))


def _sheet_name(name: str) -> str:
    return "".join(character for character in name if character not in "[]:*?/\\'")[:31] or "Sheet1"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file to read.

    read: makes the value from the cell's text; raises ValueError or RuleBroken if it cannot. required: the column must
    be there and no cell of it empty; else an absent or empty cell gives None. unique: no two rows may have the same.
    """

    name: str
    read: Callable[[str], Any] = str
    required: bool = True
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One data row. number: as a spreadsheet counts, the heading being row 1."""

    number: int
    values: Mapping[str, Any]


def read_csv(data: bytes, columns: Sequence[Column], most: int = 5000) -> list[Line]:
    """Every row of a CSV file, typed. Raises one RuleBroken that carries every fault of the file, or none: all or none.

    data: UTF-8 (with or without byte order mark), comma or semicolon, the first row naming the columns in any order.
    """
    text = _decoded(data)
    dialect = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect)
    faults: list[RuleBroken] = []
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        faults += _faults_of_header(header, columns)
        _raise_all(faults)
        lines = _lines(reader, header, columns, most, faults)
    except csv.Error:
        raise RuleBroken(
            N_("This is not a CSV file. Save the sheet as CSV (UTF-8) and try again."), field="file"
        ) from None
    _raise_all(faults)
    if not lines:
        raise RuleBroken(N_("This file has no rows below its headings."), field="file")
    return lines


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise RuleBroken(
            N_("Row %(row)s is not in UTF-8. Save the sheet as CSV (UTF-8) and try again."), field="file", row=row
        ) from None


def _faults_of_header(header: Sequence[str], columns: Sequence[Column]) -> Iterator[RuleBroken]:
    known = {column.name for column in columns}
    for column in columns:
        if column.required and column.name not in header:
            yield RuleBroken(N_("The column %(column)s is missing."), field="file", column=column.name)
    for name in dict.fromkeys(header):
        if name not in known:
            yield RuleBroken(N_("The column %(column)s is not known here."), field="file", column=name)
        elif header.count(name) > 1:
            yield RuleBroken(N_("The column %(column)s stands there twice."), field="file", column=name)


def _lines(
    reader: Iterable[list[str]], header: Sequence[str], columns: Sequence[Column], most: int, faults: list[RuleBroken]
) -> list[Line]:
    lines: list[Line] = []
    seen: dict[tuple[str, Any], int] = {}
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(lines) >= most:
            faults.append(RuleBroken(N_("This file has more than %(most)s rows. Split it."), field="file", most=most))
            break
        if len(cells) != len(header):
            faults.append(RuleBroken(N_("Row %(row)s has too many or too few cells."), field="file", row=number))
            continue
        given = dict(zip(header, (cell.strip() for cell in cells), strict=True))
        lines.append(Line(number, {column.name: _cell(column, given, number, seen, faults) for column in columns}))
    return lines


def _cell(
    column: Column, given: Mapping[str, str], row: int, seen: dict[tuple[str, Any], int], faults: list[RuleBroken]
) -> Any:
    text = given.get(column.name, "")
    if not text:
        if column.required:
            faults.append(_fault(row, column, Sentence(N_("this cell is empty."))))
        return None
    try:
        value = column.read(text)
    except RuleBroken as broken:
        faults.append(_fault(row, column, broken.sentence))
        return None
    except (ValueError, ArithmeticError):
        faults.append(_fault(row, column, Sentence(N_('"%(text)s" does not fit here.'), {"text": text[:40]})))
        return None
    if column.unique:
        first = seen.setdefault((column.name, value), row)
        if first != row:
            faults.append(_fault(row, column, Sentence(N_("the same as in row %(first)s."), {"first": first})))
    return value


def _fault(row: int, column: Column, problem: Sentence) -> RuleBroken:
    return RuleBroken(
        N_("Row %(row)s, column %(column)s: %(problem)s"), field="file", row=row, column=column.name, problem=problem
    )


def _raise_all(faults: Sequence[RuleBroken]) -> None:
    if faults:
        first, *others = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(others), **first.sentence.values)
