"""Reads rows of a reference file, column by column, whatever their heads are called. Pure.

Columns are those of the US DOE Industrial Assessment Centers database; another file names its own in a mapping
("our column" = "its column"). Amounts are whole dollars in the file and cents here.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.capstone.projects.rules import ImplementationStatus
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.money import LARGEST_MINOR, hround
from lms.kernel.text import N_, say

CENTS = 100
MOST_SAID = 1_000  # characters of a description
LARGEST_NUMBER = 10**15
EARLIEST_YEAR, LATEST_YEAR = 1970, 2100


class Unreadable(ValueError):
    """A cell that means nothing; the sentence says what was expected."""

    def __init__(self, message: str, /, **values: object) -> None:
        self.sentence = say(message, **values)
        super().__init__(str(self.sentence))


@dataclass(frozen=True, slots=True)
class Field:
    """One column. name: its head in the published file. into: the column of ours. required: a file without it fails."""

    name: str
    into: str
    read: Callable[[str], Any]
    required: bool = False


def _text(cell: str) -> str | None:
    return cell[:80] or None


def _said(cell: str) -> str | None:
    return cell[:MOST_SAID] or None


def _key(cell: str) -> str:
    if not cell:
        raise Unreadable(N_("an id"))
    return cell[:80]


def _number(cell: str) -> int | None:
    """A whole number, None for blank; decimals are rounded half away. Thousands and a dollar sign may stand."""
    plain = cell.replace(",", "").replace("$", "").strip()
    if not plain:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Unreadable(N_("a number")) from None
    if not number.is_finite() or abs(number) > LARGEST_NUMBER:
        raise Unreadable(N_("a number that can be"))
    return hround(number)


def _cents(cell: str) -> int | None:
    dollars = _number(cell)
    if dollars is not None and abs(dollars) * CENTS > LARGEST_MINOR:
        raise Unreadable(N_("an amount that can be"))
    return None if dollars is None else dollars * CENTS


def _year(cell: str) -> int | None:
    year = _number(cell)
    if year is not None and not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise Unreadable(N_("a fiscal year"))
    return year


def _status(cell: str) -> ImplementationStatus | None:
    if not cell:
        return None
    try:
        return ImplementationStatus(cell.upper())
    except ValueError:
        raise Unreadable(N_("I, N, P, K or nothing")) from None


RECOMMENDATIONS: Sequence[Field] = (
    Field("rec_id", "recommendation", _key, required=True),
    Field("assessment_id", "assessment", _key, required=True),
    Field("rec_no", "number", _number),
    Field("fy", "fiscal_year", _year, required=True),
    Field("status", "status", _status, required=True),
    Field("impl_cost_usd", "cost_minor", _cents, required=True),
    Field("resource", "resource", _text),
    Field("resource_qty", "quantity", _number),
    Field("primary_saved_usd", "saved_minor", _cents, required=True),
    Field("arc_code", "arc_code", _text),
)
"""`arc_rounded` of the published extract is a rounded number and no category, so it is not read."""

PLANTS: Sequence[Field] = (
    Field("assessment_id", "assessment", _key, required=True),
    Field("fy", "fiscal_year", _year),
    Field("sic", "sic", _text),
    Field("naics", "naics", _text, required=True),
    Field("state", "state", _text),
    Field("sales_usd", "sales_minor", _cents),
    Field("employees", "employees", _number),
)


DESCRIPTION = Field("description", "description", _said)
"""In a firm's own file alone: what is recommended, in words. The published database has codes instead."""


def read_mapping(data: bytes) -> dict[str, dict[str, str]]:
    """The tables of a mapping file (TOML): by kind of file, our column to its column. Raises RuleBroken."""
    try:
        tables = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = N_("The mapping is not TOML: %(error)s")
        raise RuleBroken(message, field="mapping", error=str(error)) from None
    is_right = set(tables) <= {"recommendations", "plants"} and all(
        isinstance(part, dict) and all(isinstance(name, str) for name in part.values()) for part in tables.values()
    )
    if not is_right:
        message = N_("Write names of columns under [recommendations] and [plants] only.")
        raise RuleBroken(message, field="mapping")
    return tables


class Form:
    """A file's heads matched with our columns. Raises RuleBroken with every column that is missing or unknown."""

    def __init__(self, fields: Sequence[Field], head: Sequence[str], mapping: Mapping[str, str]) -> None:
        places = {name.strip().lower(): number for number, name in enumerate(head)}
        known = {field.name for field in fields}
        faults = [
            RuleBroken(N_("The mapping names %(column)s, which is no column here."), field="mapping", column=name)
            for name in mapping
            if name not in known
        ]
        self.columns: list[tuple[Field, int]] = []
        for field in fields:
            wanted = mapping.get(field.name, field.name)
            place = places.get(wanted.strip().lower())
            if place is not None:
                self.columns.append((field, place))
            elif field.required or field.name in mapping:
                faults.append(RuleBroken(N_("The column %(column)s is missing."), field="file", column=wanted))
        raise_all(faults)
        self.empty = {field.into: None for field in fields}

    def read(self, cells: Sequence[str]) -> dict[str, Any]:
        """One row by our columns. Raises Unreadable with the column and what was expected there."""
        row: dict[str, Any] = dict(self.empty)
        for field, place in self.columns:
            cell = cells[place].strip() if place < len(cells) else ""
            try:
                row[field.into] = field.read(cell)
            except Unreadable as expected:
                raise Unreadable(
                    N_('column %(column)s: "%(text)s" is not %(expected)s.'),
                    column=field.name,
                    text=cell[:40],
                    expected=expected.sentence,
                ) from None
        return row
