"""Points from a file, and how a section did on each activity."""

from datetime import datetime

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import AsOf, Decimals, Line, Prose, Shape
from lms.hub.grading.books import find_book
from lms.hub.grading.finding import columns_of
from lms.hub.grading.gradebook import shown_percent
from lms.hub.grading.models.imports import GradeImport
from lms.hub.grading.queries.imports import book_of_import, find_import, list_imports, shown_lines
from lms.hub.grading.rules import exact_points
from lms.hub.grading.services.imports import apply_import, plan_import, undo_import
from lms.kernel.plain import sentence_from
from lms.people.access import Action, Actor
from lms.web.language import tell

BOOK = "/sections/<public_id:section>/courses/<public_id:course>"
ONE = "/grade-imports/<public_id:made>"


class ImportIn(Shape):
    """A CSV file as text: `enrollment` and one column an activity's code, as the gradebook's own CSV has them."""

    file_name: Line = "points.csv"
    rows: str = Field(max_length=5_000_000)


class ImportLine(Shape):
    """One cell that changes, or that cannot be (`fault`). `was_undone`: null before an undo."""

    row: int
    student: str
    activity: str
    old: Decimals | None
    new: Decimals | None
    fault: str | None
    was_undone: bool | None


class ImportOut(Shape):
    """A file and what it would change; nothing is done before it is applied."""

    id: str
    file_name: str
    rows: int
    changes: int
    unchanged: int
    blank: int
    faults: int
    made_at: datetime
    applied_at: datetime | None
    undone_at: datetime | None
    lines: list[ImportLine]


class ImportsOut(Shape):
    """The newest first; their lines stand with each alone."""

    items: list[ImportOut]


class WhyIn(Shape):
    """Why; read by students whose released score changes."""

    reason: Prose


class ColumnOut(Shape):
    """How the section did on one activity, in percent of the full points of those who have points."""

    activity: str
    code: str
    graded: int
    mean: Decimals | None
    median: Decimals | None
    lowest: Decimals | None
    highest: Decimals | None
    bands: list[int] = Field(description="How many are in each tenth, from 0 to 100.")
    waiting: int
    missing: int
    exempt: int


class ColumnsOut(Shape):
    """In the order of the course."""

    items: list[ColumnOut]


@operation(f"GET {BOOK}/gradebook/statistics", Action.GRADEBOOK_READ, gives=ColumnsOut, query=AsOf)
def get_statistics(actor: Actor, section: str, course: str, query: AsOf) -> ColumnsOut:
    """How a section did on each activity."""
    book = find_book(actor, section, course, query.as_of)
    items = []
    for activity, one in zip(book.activities, columns_of(book), strict=True):
        parts = {name: getattr(one, name) for name in ("mean", "median", "lowest", "highest")}
        items.append(
            ColumnOut(
                activity=activity.public_id,
                code=activity.code,
                graded=one.graded,
                **{name: None if part is None else shown_percent(part) for name, part in parts.items()},
                bands=list(one.bands),
                waiting=one.waiting,
                missing=one.missing,
                exempt=one.exempt,
            )
        )
    return ColumnsOut(items=items)


@operation(f"GET {BOOK}/grade-imports", Action.GRADEBOOK_READ, gives=ImportsOut)
def get_grade_imports(actor: Actor, section: str, course: str) -> ImportsOut:
    """The files of points that came for a section and course."""
    book = find_book(actor, section, course)
    return ImportsOut(items=[_out(actor, one, with_lines=False) for one in list_imports(book)])


@operation(f"POST {BOOK}/grade-imports", Action.GRADES_IMPORT, gives=ImportOut, body=ImportIn, status=201)
def post_grade_import(actor: Actor, section: str, course: str, body: ImportIn) -> ImportOut:
    """Look at a file; what it would change is stored and nothing else."""
    book = find_book(actor, section, course)
    return _out(actor, plan_import(actor, book.section, book, body.file_name, body.rows.encode()))


@operation(f"GET {ONE}", Action.GRADES_IMPORT, gives=ImportOut)
def get_grade_import(actor: Actor, made: str) -> ImportOut:
    """One file with every cell."""
    return _out(actor, find_import(actor, Action.GRADES_IMPORT, made))


@operation(f"POST {ONE}/application", Action.GRADES_IMPORT, gives=ImportOut, body=WhyIn)
def post_grade_application(actor: Actor, made: str, body: WhyIn) -> ImportOut:
    """Give exactly the points that the plan says. 409 where a score is another by now."""
    found = find_import(actor, Action.GRADES_IMPORT, made)
    return _out(actor, apply_import(actor, found, book_of_import(actor, found), body.reason))


@operation(f"POST {ONE}/undo", Action.GRADES_IMPORT, gives=ImportOut, body=WhyIn)
def post_grade_undo(actor: Actor, made: str, body: WhyIn) -> ImportOut:
    """Take back what a file gave, but for what was graded or released since."""
    found = find_import(actor, Action.GRADES_IMPORT, made)
    return _out(actor, undo_import(actor, found, book_of_import(actor, found), body.reason))


def _out(actor: Actor, made: GradeImport, *, with_lines: bool = True) -> ImportOut:
    return ImportOut(
        id=made.public_id,
        file_name=made.file_name,
        rows=made.rows,
        changes=made.changes,
        unchanged=made.unchanged,
        blank=made.blank,
        faults=made.faults,
        made_at=made.made_at,
        applied_at=made.applied_at,
        undone_at=made.undone_at,
        lines=[
            ImportLine(
                row=line.row.number,
                student=line.row.student,
                activity=line.row.column,
                old=None if line.old is None else exact_points(line.old),
                new=None if line.new is None else exact_points(line.new),
                fault=tell(sentence_from(line.row.fault)) if line.row.fault else None,
                was_undone=line.row.is_undone,
            )
            for line in (shown_lines(actor, made) if with_lines else ())
        ],
    )
