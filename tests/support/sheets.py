"""Reads back a sheet that the product wrote, with nothing but the standard library."""

import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_sheet(data: bytes) -> list[list[str | Decimal | None]]:
    """The rows of the only sheet: texts, and numbers as decimals. Raises AssertionError on a formula."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    shared: list[str] = []
    if "xl/sharedStrings.xml" in archive.namelist():
        texts = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        shared = ["".join(part.text or "" for part in item.iter(f"{SPACE}t")) for item in texts]
    rows = []
    for row in ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{SPACE}row"):
        cells: dict[int, str | Decimal | None] = {}
        for cell in row:
            assert cell.find(f"{SPACE}f") is None, "a formula"
            cells[_column(cell.get("r", ""))] = _value(cell, shared)
        rows.append([cells.get(number) for number in range(max(cells, default=-1) + 1)])
    return rows


def _column(place: str) -> int:
    number = 0
    for letter in re.match("[A-Z]+", place).group():  # type: ignore[union-attr]
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell: ElementTree.Element, shared: list[str]) -> str | Decimal | None:
    kind, value = cell.get("t"), cell.find(f"{SPACE}v")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{SPACE}t"))
    if value is None or value.text is None:
        return None
    return shared[int(value.text)] if kind == "s" else Decimal(value.text)
