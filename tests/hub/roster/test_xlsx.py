"""A roster out of a spreadsheet goes through the same stored plan as a CSV file, and no crafted file gets far."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.models import Cohort
from lms.hub.roster.queries.imports import list_lines
from lms.hub.roster.rules.columns import NAMES
from lms.hub.roster.rules.reading import read_roster
from lms.hub.roster.services.importing import confirm_roster
from lms.kernel import xlsx
from lms.kernel.db import transaction
from lms.kernel.errors import RuleBroken
from lms.kernel.xlsx import NotASheet, read_sheet
from lms.people.orgs.models import Site
from tests.hub.roster.made import ADA, NOA, ZOE, file_of, plan
from tests.support.web import World

pytestmark = pytest.mark.one_engine


def sheet_of(*rows: list[Any], is_1904: bool = False) -> bytes:
    """An XLSX file; days become days, numbers numbers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"date_1904": is_1904})
    day = book.add_format({"num_format": "mm/dd/yyyy"})
    page = book.add_worksheet()
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(y, x, value, day)
            else:
                page.write(y, x, value)
    book.add_worksheet("Notes").write(0, 0, "not read")
    book.close()
    return buffer.getvalue()


def table(*rows: dict[str, Any]) -> bytes:
    return sheet_of(list(NAMES), *([row.get(name, "") for name in NAMES] for row in rows))


def changed(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same archive with its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return buffer.getvalue()


def test_a_spreadsheet_is_planned_like_the_same_rows_as_csv(world: World) -> None:
    rows = (ADA, ZOE, {**NOA, "start_date": "2026-10-26"})
    as_sheet = ({**row} for row in (ADA, ZOE, {**NOA, "start_date": date(2026, 10, 26)}))
    csv, sheet = plan(world, *rows), plan(world, data=table(*as_sheet))
    with transaction(write=False):
        told = [[(line.number, line.kind, line.name, line.detail) for line in list_lines(one)] for one in (csv, sheet)]
    assert told[0] == told[1]
    assert (sheet.rows, sheet.joins, sheet.faults) == (3, 1, 0)
    with transaction():
        confirm_roster(world.actor("Cleo"), sheet)
    again = plan(world, data=file_of(*rows))
    assert (again.joins, again.changes, again.unchanged) == (0, 0, 3)


def test_faults_name_row_and_column_as_the_spreadsheet_counts() -> None:
    data = table({**ADA, "email": "nobody"}, {}, {**ZOE, "start_date": "03/04/2026"})
    assert [(fault.row, fault.column) for fault in read_roster(data).faults] == [(2, "email"), (4, "start_date")]
    with pytest.raises(RuleBroken, match="no rows below"):
        read_roster(sheet_of(list(NAMES)))


TEXT = st.text(st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\x7f"), max_size=9)


@given(st.lists(st.lists(TEXT, max_size=4), max_size=5))
def test_texts_come_out_as_they_went_in(rows: list[list[str]]) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "head")
        for y, row in enumerate(rows, 1):
            for x, text in enumerate(row):
                page.write_string(y, x, text)
    found = read_sheet(buffer.getvalue())[1:]
    for row, cells in zip(rows, found, strict=False):
        assert [*cells[: len(row)], *[""] * (len(row) - len(cells))] == row


def test_days_and_numbers_of_both_calendars_are_read() -> None:
    for is_1904 in (False, True):
        rows = read_sheet(sheet_of(["day", "number", "part"], [date(2026, 9, 8), 1001, 2.5], is_1904=is_1904))
        assert rows[1] == ["2026-09-08", "1001", "2.5"]


@pytest.mark.parametrize(
    "spoiled",
    [
        b"PK\x03\x04 nothing",
        changed(table(ADA), lambda name, part: part[: len(part) // 2] if name.endswith("sheet1.xml") else part),
        changed(table(ADA), lambda name, part: b"" if name == "xl/workbook.xml" else part),
        changed(table(ADA), lambda _, part: b'<!DOCTYPE x [<!ENTITY a "b">]>' + part),
        changed(table(ADA), lambda name, part: part.replace(b'r="2"', b'r="9999999"')),
        changed(table(ADA), lambda name, part: part.replace(b"B2", b"ZZZ2")),
    ],
    ids=["no archive", "cut", "no book", "document type", "far row", "far column"],
)
def test_a_crafted_file_is_refused_in_a_sentence(spoiled: bytes) -> None:
    with pytest.raises(RuleBroken, match="cannot be read as a spreadsheet"):
        read_roster(spoiled)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_PART_BYTES", 100_000)
    bomb = changed(table(ADA), lambda name, part: part + b" " * 200_000 if name.endswith("sheet1.xml") else part)
    with pytest.raises(NotASheet):
        read_sheet(bomb)
    assert read_sheet(table(ADA))


def test_the_page_takes_an_xlsx_file(world: World) -> None:
    cohort, site = world.one(Cohort).public_id, world.one(Site, name="Lowell").public_id
    sent = {"site": site, "file": (io.BytesIO(table(ADA, ZOE, NOA)), "roster.xlsx")}
    answer = world.browser_of("Cleo").post(f"/coordinator/cohorts/{cohort}/rosters", data=sent)
    assert answer.status_code == 303, answer.text
