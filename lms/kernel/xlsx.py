"""The cells of an XLSX file's first sheet as text, in bounds that no crafted file gets over. Pure.

Days come out as ISO 8601, whole numbers without a point; a formula gives the value that was stored with it. Old .xls
files, files with a password and anything else raise `NotASheet`.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import IO
from xml.etree import ElementTree

MOST_PART_BYTES = 64 * 1024 * 1024  # unpacked, of one part; 5,000 rows of ten columns take two
MOST_ROWS, MOST_COLUMNS = 20_000, 200
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
DAY_FORMATS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)})  # ECMA-376, 18.8.30
EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


class NotASheet(Exception):
    """These bytes are no XLSX file that can be read."""


def read_sheet(data: bytes) -> list[list[str]]:
    """The rows of the first sheet from row 1 on, empty ones too, each as long as the first. Raises NotASheet."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            book = _Book(archive)
            rows = dict(book.rows())
    except (zipfile.BadZipFile, ElementTree.ParseError, KeyError, ValueError, RuntimeError, NotImplementedError) as why:
        raise NotASheet(str(why)) from why
    width = len(rows.get(1, ()))
    return [_padded(rows.get(number, []), width) for number in range(1, max(rows, default=0) + 1)]


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


class _Book:
    """One archive: which part is the first sheet, its shared texts, and which styles are days."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        book = self._tree("xl/workbook.xml")
        properties = book.find(f"{MAIN}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.epoch = EPOCH_1904 if is_1904 else EPOCH
        first = book.find(f"{MAIN}sheets/{MAIN}sheet")
        if first is None:
            raise NotASheet("no sheet")
        links = self._tree("xl/_rels/workbook.xml.rels")
        targets = {link.get("Id"): link.get("Target", "") for link in links.iter(f"{PACKAGE}Relationship")}
        target = targets[first.get(f"{LINKS}id")]
        self.sheet = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        self.texts = self._texts()
        self.is_day = self._days()

    def _open(self, name: str) -> IO[bytes]:
        if self.archive.getinfo(name).file_size > MOST_PART_BYTES:
            raise NotASheet("too large")
        part = BytesIO(self.archive.open(name).read(MOST_PART_BYTES + 1))  # the size that it states may be a lie
        if part.getbuffer().nbytes > MOST_PART_BYTES or b"<!DOCTYPE" in part.getvalue():
            raise NotASheet("too large, or with a document type")
        return part

    def _tree(self, name: str) -> ElementTree.Element:
        return ElementTree.parse(self._open(name)).getroot()  # noqa: S314 - see the import

    def _texts(self) -> Sequence[str]:
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return ()
        return [_text(one) for one in self._tree("xl/sharedStrings.xml").iter(f"{MAIN}si")]

    def _days(self) -> Mapping[str, bool]:
        if "xl/styles.xml" not in self.archive.namelist():
            return {}
        styles = self._tree("xl/styles.xml")
        own = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter(f"{MAIN}numFmt")}
        used = [one.get("numFmtId", "0") for one in styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf")]
        return {str(place): _is_day(number, own.get(number)) for place, number in enumerate(used)}

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row that has cells, with its number."""
        number = 0
        for _, element in ElementTree.iterparse(self._open(self.sheet)):  # noqa: S314 - see the import
            if element.tag == f"{MAIN}row":
                number = int(element.get("r") or number + 1)
                if number > MOST_ROWS:
                    raise NotASheet("too many rows")
                yield number, self._cells(element)
                element.clear()

    def _cells(self, row: ElementTree.Element) -> list[str]:
        found: list[str] = []
        for cell in row.iter(f"{MAIN}c"):
            named = REFERENCE.fullmatch(cell.get("r") or "")
            place = _column(named.group(1)) if named else len(found)
            if place >= MOST_COLUMNS:
                raise NotASheet("too many columns")
            found += [""] * (place + 1 - len(found))
            found[place] = self._value(cell)
        while found and not found[-1]:
            found.pop()
        return found

    def _value(self, cell: ElementTree.Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell)
        value = cell.findtext(f"{MAIN}v") or ""
        if kind == "s":
            return self.texts[int(value)]
        if kind == "b":
            return "yes" if value == "1" else "no"
        if kind != "n" or not value:
            return value
        return self._number(value, is_day=self.is_day.get(cell.get("s", "0"), False))

    def _number(self, value: str, *, is_day: bool) -> str:
        whole, _, part = value.partition(".")
        if is_day and whole.isdigit():
            return (self.epoch + timedelta(days=int(whole))).isoformat()
        return whole if part.strip("0") == "" and "e" not in value.lower() else value


def _text(element: ElementTree.Element) -> str:
    """All runs of a text but how it is pronounced."""
    spoken = {id(part) for run in element.iter(f"{MAIN}rPh") for part in run.iter()}
    return "".join(part.text or "" for part in element.iter(f"{MAIN}t") if id(part) not in spoken)


def _is_day(number: str, code: str | None) -> bool:
    if code is None:
        return number.isdigit() and int(number) in DAY_FORMATS
    shown = QUOTED.sub("", code).lower()
    return "y" in shown or "d" in shown


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
