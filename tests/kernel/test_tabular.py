"""Tables out and in."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.errors import RuleBroken
from lms.kernel.tabular import Column, csv_chunks, harmless, read_csv, xlsx_chunks

ROSTER = (Column("email", unique=True), Column("name"), Column("cents", int, required=False))
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5))
def test_every_text_comes_back_from_csv_but_for_the_apostrophe(rows: list[list[str]]) -> None:
    data = b"".join(csv_chunks(["a", "b"], rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(data, newline="")))[1:]
    assert read == [[harmless(cell) for cell in row] for row in rows]


@given(cells)
def test_no_cell_starts_as_a_formula_does(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_values_are_written_for_programs() -> None:
    moment = datetime(2026, 9, 8, 12, tzinfo=UTC)
    row = [-5, Decimal("1.50"), date(2026, 9, 8), moment, None, True, "=1+1"]
    data = b"".join(csv_chunks(["x"] * 7, [row])).decode("utf-8-sig")
    assert data.splitlines()[1] == "-5,1.50,2026-09-08,2026-09-08T12:00:00Z,,yes,'=1+1"


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        list(csv_chunks(["x"], [[0.1]]))


def test_a_long_table_is_sent_as_it_is_read() -> None:
    taken = []
    rows = (taken.append(n) or [n] for n in range(1000))
    chunks = csv_chunks(["n"], rows)
    next(chunks)
    assert 0 < len(taken) < 1000


def _cells_of(data: bytes) -> list[tuple[str | None, str]]:
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    found = ElementTree.fromstring(sheet).iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c")
    return [(cell.get("t"), "".join(cell.itertext())) for cell in found]


def test_a_workbook_holds_numbers_as_numbers_and_no_formula() -> None:
    data = b"".join(xlsx_chunks(["name", "cents"], [["=HYPERLINK(1)", 250], ["Zoë", Decimal("1.5")]], "Points: [all]"))
    assert _cells_of(data) == [
        ("inlineStr", "name"),
        ("inlineStr", "cents"),
        ("inlineStr", "'=HYPERLINK(1)"),
        (None, "250"),
        ("inlineStr", "Zoë"),
        (None, "1.5"),
    ]


def test_a_roster_is_read_whatever_the_order_and_the_separator() -> None:
    lines = read_csv(
        "\ufeffname;email;cents\r\nAda;ada@example.org;250\r\n\r\nZoë;zoe@example.org;\r\n".encode(), ROSTER
    )
    assert [(line.number, line.values) for line in lines] == [
        (2, {"email": "ada@example.org", "name": "Ada", "cents": 250}),
        (4, {"email": "zoe@example.org", "name": "Zoë", "cents": None}),
    ]


def _told(data: bytes) -> list[str]:
    with pytest.raises(RuleBroken) as caught:
        read_csv(data, ROSTER)
    return [str(sentence) for sentence in caught.value.by_field()["file"]]


def test_all_faults_of_a_file_are_told_at_once_with_row_and_column() -> None:
    told = _told(b"email,name,cents\na@x,Ada,ten\nb@x,,1\na@x,Eli,2\nc@x,Fay\n")
    assert told == [
        'Row 2, column cents: "ten" does not fit here.',
        "Row 3, column name: this cell is empty.",
        "Row 4, column email: the same as in row 2.",
        "Row 5 has too many or too few cells.",
    ]


def test_five_thousand_faults_are_five_thousand_sentences() -> None:
    data = b"email,name\n" + b"".join(b"p%d@x,\n" % n for n in range(5000))
    assert len(_told(data)) == 5000


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"name,extra\nAda,1\n", ["The column email is missing.", "The column extra is not known here."]),
        (b"email,name,name\na@x,Ada,Ada\n", ["The column name stands there twice."]),
        (
            "email,name\na@x,Zoë\n".encode("latin-1"),
            ["Row 2 is not in UTF-8. Save the sheet as CSV (UTF-8) and try again."],
        ),
        (b"email,name\n", ["This file has no rows below its headings."]),
        (b"", ["The column email is missing.", "The column name is missing."]),
        (b"email,name\n" + b"a,b\n" * 5001, None),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, told: list[str] | None) -> None:
    found = _told(data)
    assert found == told if told else found[-1] == "This file has more than 5000 rows. Split it."
