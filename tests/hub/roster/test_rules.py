"""What a roster file means, and what it changes: laws and single cells, on plain values."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.enrollment.kinds import Status
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.rules.plan import Plan, make_plan
from lms.hub.roster.rules.reading import read_roster
from lms.hub.roster.rules.state import Before, Known, Member
from lms.kernel.errors import RuleBroken
from tests.hub.roster.made import file_of

NOA = {"external_id": "L-9", "name": "Noa Lind", "email": "noa@example.org", "section": "Lowell"}


def member(number: int, name: str, **changed: object) -> Member:
    known = Known(number, name, f"{name.lower()}@example.org", is_live=True)
    values = {"status": Status.ACTIVE, "section": "Lowell", "site": "Lowell", "firm": "Acme", "shift": "day"}
    return Member(**{"person": known, "enrollment_id": number, **values, **changed})  # type: ignore[arg-type]


def before(*members: Member, site: str = "Lowell", others: tuple[Known, ...] = (), **changed: object) -> Before:
    values = {
        "starts_on": date(2026, 9, 8),
        "ends_on": date(2027, 9, 5),
        "week_one_monday": date(2026, 9, 7),
        "site": site,
        "sites": frozenset({"Lowell", "Providence"}),
        "sections": {"Lowell": "Lowell", "Providence": "Providence"},
        "firms": {"Acme": 1, "Twin": 2},
        "firm_people": {"Acme": frozenset({"sam@example.org"})},
        "members": members,
        "others": others,
    }
    return Before(**{**values, **changed})  # type: ignore[arg-type]


def planned(state: Before, *rows: dict[str, str], data: bytes | None = None) -> Plan:
    reading = read_roster(data or file_of(*rows))
    return make_plan(reading.rows, state, reading.faults)


def faults(state: Before, *rows: dict[str, str], data: bytes | None = None) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in planned(state, *rows, data=data).faults]


ADA = {"name": "Ada", "email": "ada@example.org", "section": "Lowell"}


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"email": "noa"}, "email"),
        ({"email": "noa@localhost"}, "email"),
        ({"email": "a@b@example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Noa\nLind"}, "name"),
        ({"section": ""}, "section"),
        ({"section": "Night owls"}, "section"),
        ({"section": "Providence"}, "section"),
        ({"site": "Atlantis"}, "site"),
        ({"site": "Providence"}, "section"),
        ({"firm": "Nobody"}, "firm"),
        ({"firm": "Twin"}, "firm"),
        ({"supervisor_email": "sam@example.org"}, "supervisor_email"),
        ({"firm": "Acme", "supervisor_email": "eve@example.org"}, "supervisor_email"),
        ({"firm": "Acme", "supervisor_email": "noa@example.org"}, "supervisor_email"),
        ({"shift": "night"}, "shift"),
        ({"firm": "Acme", "shift": "sometimes"}, "shift"),
        ({"start_date": "09/08/2026"}, "start_date"),
        ({"start_date": "2026-02-30"}, "start_date"),
        ({"start_date": "2026-09-07"}, "start_date"),
        ({"start_date": "2027-09-06"}, "start_date"),
        ({"status": "withdrawn"}, "status"),
        ({"external_id": "x" * 65}, "external_id"),
        ({"email": "zoe@example.org"}, "email"),
        ({"email": "old@example.org"}, "email"),
    ],
)
def test_one_wrong_cell_is_one_error_in_its_column(changed: dict[str, str], column: str) -> None:
    state = before(member(1, "Ada"), member(2, "Zoe"), others=(Known(7, "Somebody Else", "old@example.org"),))
    assert faults(state, {**NOA, **changed}) == [(2, column)]


def test_the_sound_row_of_these_tests_is_sound() -> None:
    found = planned(before(member(1, "Ada")), NOA)
    assert [(line.kind, line.name) for line in found.lines] == [(PlanKind.JOIN, "Noa Lind"), (PlanKind.LEAVER, "Ada")]


@pytest.mark.parametrize(
    ("second", "column"),
    [
        ({**NOA, "external_id": "L-8"}, "email"),
        ({**NOA, "email": "other@example.org"}, "external_id"),
    ],
)
def test_the_same_person_in_two_rows_is_an_error_of_the_second(second: dict[str, str], column: str) -> None:
    assert faults(before(), NOA, second) == [(3, column)]


def test_a_person_found_by_number_and_again_by_address_is_one_person() -> None:
    state = before(member(1, "Ada", person=Known(1, "Ada", "ada@example.org", True, {"lowell": "L-1"})))
    assert faults(state, {"external_id": "L-1"}, {"email": "ada@example.org"}) == [(3, "external_id")]


def test_an_address_with_another_student_number_is_an_error() -> None:
    known = Known(1, "Ada", "ada@example.org", False, {"lowell": "L-1"})
    state = before(member(1, "Ada", person=known))
    assert faults(state, {**ADA, "external_id": "L-2"}) == [(2, "external_id")]


def test_who_signs_in_keeps_their_address_and_who_does_not_yet_may_be_corrected() -> None:
    for is_live, expected in ((True, [(2, "email")]), (False, [])):
        known = Known(1, "Ada", "ada@example.org", is_live, {"lowell": "L-1"})
        state = before(member(1, "Ada", person=known))
        assert faults(state, {"external_id": "L-1", "email": "ada.r@example.org"}) == expected


def test_who_has_left_is_an_error_and_no_leaver() -> None:
    state = before(member(1, "Ada", status=Status.WITHDRAWN), member(2, "Zoe", status=Status.COMPLETED))
    found = planned(state, ADA)
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, "name")]
    assert not found.lines


def test_somebody_at_another_site_is_an_error_and_no_leaver() -> None:
    found = planned(before(member(1, "Ada", is_elsewhere=True, site="Providence")), NOA)
    assert [line.kind for line in found.lines] == [PlanKind.JOIN]
    assert faults(before(member(1, "Ada", is_elsewhere=True)), ADA) == [(2, "email")]


def test_a_file_takes_nobody_back_in_their_life() -> None:
    assert planned(before(member(1, "Ada")), {**ADA, "status": "applied"}).unchanged == 1
    (line,) = planned(before(member(1, "Ada", status=Status.OFFERED)), {**ADA, "status": "active"}).lines
    assert [(c.field, c.old, c.new) for c in line.changes] == [("status", "offered", "active")]


def test_who_studies_already_keeps_their_start() -> None:
    assert faults(before(member(1, "Ada")), {**ADA, "start_date": "2026-11-04"}) == [(2, "start_date")]


def test_names_of_sections_and_firms_are_found_without_case() -> None:
    assert planned(before(member(1, "Ada")), {**ADA, "section": "  LOWELL ", "firm": "acme"}).unchanged == 1


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"name,email\r\nNoa,noa@example.org\r\n", [(1, "section"), (2, "section")]),
        (b"name,email,section,color\r\nNoa,noa@example.org,Lowell,red\r\n", [(1, "color")]),
        (b"name,email,section,name\r\nNoa,noa@example.org,Lowell,Noa\r\n", [(1, "name")]),
        (b"name,email,section\r\nJos\xe9,noa@example.org,Lowell\r\n", [(2, "name")]),
        (b"name,email,section\r\nNoa,noa@example.org\r\n", [(2, "")]),
    ],
)
def test_what_is_wrong_with_the_file_is_named_with_what_is_wrong_in_it(
    data: bytes, expected: list[tuple[int, str]]
) -> None:
    assert faults(before(), data=data) == expected


@pytest.mark.parametrize(
    "data", [b"name,email,section\r\n", b"PK\x03\x04rest", b'name,"email\r\n' + b"x" * 200_000, b"x" * 9_000_000]
)
def test_what_is_no_table_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(RuleBroken):
        read_roster(data)


def test_an_empty_file_lacks_its_headings() -> None:
    assert [fault.column for fault in read_roster(b"").faults] == ["name", "email", "section"]


def test_more_rows_than_fit_are_an_error() -> None:
    rows = [{**NOA, "external_id": str(n), "email": f"n{n}@example.org"} for n in range(4)]
    found = read_roster(file_of(*rows), most=3)
    assert [(fault.row, fault.column) for fault in found.faults] == [(5, "")]


def test_semicolons_and_a_byte_order_mark_are_read() -> None:
    assert (
        planned(before(), data="\ufeffname;email;section\nNoa;noa@example.org;Lowell\n".encode()).count(PlanKind.JOIN)
        == 1
    )


NAMES = st.text("abc é'=-", min_size=1, max_size=8).filter(lambda text: text.strip() and text.strip()[0] not in "'")
PEOPLE = st.lists(st.tuples(st.integers(1, 99), NAMES), max_size=8, unique_by=lambda pair: pair[0])


@given(PEOPLE, PEOPLE)
def test_everybody_is_in_exactly_one_part_of_the_plan(
    there: list[tuple[int, str]], asked: list[tuple[int, str]]
) -> None:
    state = before(*(member(number, f"P{number}") for number, _ in there))
    rows = [{"name": name, "email": f"p{number}@example.org", "section": "Lowell"} for number, name in asked]
    found = planned(state, *rows) if rows else make_plan([], state)
    count = {kind: found.count(kind) for kind in PlanKind}
    assert count[PlanKind.JOIN] + count[PlanKind.CHANGE] + found.unchanged + count[PlanKind.FAULT] == len(rows)
    assert count[PlanKind.LEAVER] == len({n for n, _ in there} - {n for n, _ in asked})


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    try:
        reading = read_roster(data)
    except RuleBroken:
        return
    assert len(reading.rows) <= reading.count


@given(st.lists(st.text(max_size=12), min_size=3, max_size=3))
def test_every_cell_is_read_or_named(cells: list[str]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["name", "email", "section"], cells])
    try:
        found = planned(before(), data=buffer.getvalue().encode("utf-8", "surrogatepass"))
    except RuleBroken:
        return
    assert found.count(PlanKind.JOIN) + found.count(PlanKind.FAULT) <= 1 or found.faults
