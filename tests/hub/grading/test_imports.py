"""Points from a file: what was planned is what is done, blank is not zero, and it can be taken back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.grading.books import all_lines, find_book
from lms.hub.grading.models import Score
from lms.hub.grading.models.imports import GradeImport, GradeImportLine
from lms.hub.grading.queries.imports import find_import, lines_of_import
from lms.hub.grading.rules import ScoreKind, Status
from lms.hub.grading.rules.imports import Cell, Standing, Target, plan_cells
from lms.hub.grading.services.imports import apply_import, plan_import, undo_import
from lms.kernel import chain
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.people.access import Action
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade, with_rubric
from tests.support.web import World

WHY = "The exam of week 8, from the paper list."


def ids(world: World) -> tuple[str, str]:
    return world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id


def file_of(world: World, *rows: dict[str, str], head: tuple[str, ...] = ("student", "enrollment", "PC-A1")) -> bytes:
    """A CSV of these rows; "Ada" stands for her enrollment's number."""
    text = io.StringIO()
    writer = csv.DictWriter(text, head)
    writer.writeheader()
    for row in rows:
        name = row.get("enrollment", "")
        known = {"Ada": "Ada", "Zoe": "Zoe", "Eli": "Eli"}
        writer.writerow({**row, "enrollment": world.enrollment(name).public_id if name in known else name})
    return text.getvalue().encode()


def look_at(world: World, data: bytes, name: str = "Ben") -> GradeImport:
    with transaction():
        actor = world.actor(name)
        book = find_book(actor, *ids(world))
        return plan_import(actor, book.section, book, "exam.csv", data)


def do(world: World, made: GradeImport, reason: str = WHY) -> GradeImport:
    with transaction():
        ben = world.actor("Ben")
        return apply_import(
            ben, find_import(ben, Action.GRADES_IMPORT, made.public_id), find_book(ben, *ids(world)), reason
        )


def undo(world: World, made: GradeImport, reason: str = "The wrong list.") -> GradeImport:
    with transaction():
        ben = world.actor("Ben")
        return undo_import(
            ben, find_import(ben, Action.GRADES_IMPORT, made.public_id), find_book(ben, *ids(world)), reason
        )


def statuses(world: World) -> dict[str, Status]:
    with transaction(write=False):
        lines = all_lines(find_book(world.actor("Ben"), *ids(world)))
        return {line.student: line.entries[0].cell.status for line in lines}


def test_the_plan_is_applied_once_as_it_was_shown_and_undone_to_what_stood_before(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 5_000)
    before = statuses(world)
    made = look_at(world, file_of(world, {"enrollment": "Ada", "PC-A1": "61.25"}, {"enrollment": "Zoe", "PC-A1": "70"}))
    assert (made.changes, made.faults, made.blank) == (2, 0, 0)
    assert len(world.all(Score)) == 1, "looking at a file changes nothing"
    with pytest.raises(RuleBroken):
        do(world, made, "")
    do(world, made)
    do(world, made)
    assert [(one.points, one.attempt, one.number) for one in world.all(Score)][1:] == [(6_125, 1, 2), (7_000, 0, 1)]
    undo(world, made)
    with pytest.raises(RuleBroken):
        undo(world, made)
    assert [(one.kind, one.points) for one in world.all(Score)][3:] == [
        (ScoreKind.POINTS, 5_000),
        (ScoreKind.TAKEN_BACK, None),
    ]
    assert statuses(world) == before
    with transaction(write=False):
        assert list(chain.breaks()) == []
        assert [line.is_undone for line in lines_of_import(made)] == [True, True]


def test_the_gradebooks_own_file_changes_nothing_and_an_empty_cell_is_not_zero(world: World) -> None:
    first, _ = set_work(world, plan("PC-A1"), plan("PC-A2", title="=SUM(A1)"))
    grade(world, hand_in(world, "Ada", first), 6_125)
    section, course = ids(world)
    own = world.browser_of("Ben").get(f"/instructor/gradebook/sections/{section}/courses/{course}/csv").data
    made = look_at(world, own)
    assert (made.rows, made.changes, made.faults, made.unchanged, made.blank) == (2, 0, 0, 1, 3)


def test_every_fault_is_named_by_row_and_column_and_nothing_is_applied(world: World) -> None:
    exam, lab = set_work(world, plan("PC-A1"), plan("PC-A2"))
    with_rubric(world, lab)
    assert exam.code == "PC-A1"
    data = file_of(
        world,
        {"enrollment": "Ada", "PC-A1": "101", "PC-A2": "5"},
        {"enrollment": "Zoe", "PC-A1": "none", "PC-A2": ""},
        {"enrollment": "Eli", "PC-A1": "1"},
        head=("student", "enrollment", "PC-A1", "PC-A2"),
    )
    made = look_at(world, data)
    faults = {(line.number, line.column) for line in world.all(GradeImportLine) if line.fault}
    assert faults == {(2, "PC-A1"), (2, "PC-A2"), (3, "PC-A1"), (4, "PC-A1")}
    url = f"/instructor/gradebook/imports/{made.public_id}"
    with pytest.raises(RuleBroken):
        do(world, made)
    assert world.all(Score) == []
    shown = world.browser_of("Ben").get(url).text
    assert "is no number of points" in shown
    assert "Nobody with this number is taught here" in shown


@pytest.mark.one_engine
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"enrollment\n",
        b"student,PC-A1\nAda,1\n",
        b"enrollment,PC-X9\nx,1\n",
        b"enrollment,PC-A1,PC-A1\nx,1,2\n",
        b"enrollment,PC-A1\nx,1\nx,2\n",
        b"enrollment,PC-A1\nx\n",
        b"enrollment,PC-A1\n\xff,1\n",
        b'enrollment,PC-A1\n"x,1\n',
    ],
)
def test_a_file_that_is_no_sound_table_is_refused(world: World, data: bytes) -> None:
    set_work(world)
    with pytest.raises(RuleBroken) as broken:
        look_at(world, data)
    assert broken.value.field == "file"
    assert world.all(GradeImport) == []


def test_a_score_that_changed_since_stops_the_plan_and_what_came_later_stops_the_undo(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    made = look_at(world, file_of(world, {"enrollment": "Ada", "PC-A1": "61"}, {"enrollment": "Zoe", "PC-A1": "62"}))
    grade(world, submission, 5_000)
    with pytest.raises(Conflict):
        do(world, made)
    made = look_at(world, file_of(world, {"enrollment": "Ada", "PC-A1": "61"}, {"enrollment": "Zoe", "PC-A1": "62"}))
    do(world, made)
    grade(world, submission, 7_000)
    undo(world, made)
    assert sorted(str(line.is_undone) for line in world.all(GradeImportLine) if line.score_id) == ["False", "True"]
    assert statuses(world)["Ada"] is Status.GRADED


def test_only_who_grades_the_section_brings_files_and_others_do_not_find_them(world: World) -> None:
    set_work(world)
    data = file_of(world, {"enrollment": "Ada", "PC-A1": "61"})
    with pytest.raises(NotAllowed):
        look_at(world, data, "Cleo")
    made = look_at(world, data)
    with transaction(write=False), pytest.raises(NotFound):
        find_import(world.actor("Hana"), Action.GRADES_IMPORT, made.public_id)
    section, course = ids(world)
    ben, url = world.browser_of("Ben"), f"/instructor/gradebook/sections/{section}/courses/{course}/imports"
    assert ben.post(url, data={}).status_code == 422
    sent = ben.post(url, data={"file": (io.BytesIO(data), "exam.csv")})
    assert sent.status_code == 303
    assert "What this file would do" in ben.get(sent.location).text
    assert ben.post(f"{sent.location}/application", data={"reason": WHY}).status_code == 303
    assert "This was done" in ben.get(sent.location).text
    assert ben.post(f"{sent.location}/undo", data={"reason": WHY}).status_code == 303
    assert "This was taken back" in ben.get(sent.location).text


TARGETS = {"A": Target(1, "A", 10_000, has_rubric=False)}


@given(st.integers(0, 10_000), st.one_of(st.none(), st.integers(0, 10_000)))
def test_a_cell_changes_a_score_exactly_where_it_says_something_else(new: int, old: int | None) -> None:
    standing = None if old is None else Standing(1, 1, old, None, is_exempt=False, is_nameless=False)
    text = f"{new // 100}.{new % 100:02}"
    found = plan_cells([Cell(2, "Ada", "e", "A", text)], TARGETS, {("e", 1): standing})
    assert found.faults == 0
    assert [line.new for line in found.lines] == ([] if new == old else [new])
    assert plan_cells([Cell(2, "Ada", "e", "A", "")], TARGETS, {("e", 1): standing}).lines == ()
