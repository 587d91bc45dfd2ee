"""The gradebook of a section and course: a page of students, one student's row with every "why?", and CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import Response, get_template_attribute, make_response, request, url_for
from markupsafe import Markup
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.queries import find_activity
from lms.hub.coursework.setting import extend
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.grading.books import Book, Line, all_lines, explain_line, find_book, find_line
from lms.hub.grading.entries import Item, explain_entry
from lms.hub.grading.finding import Show, columns_of, found_lines
from lms.hub.grading.frames import LINES_KEPT, Marks
from lms.hub.grading.gradebook import Cell, has_passed, shown_percent
from lms.hub.grading.queries.rows import Place
from lms.hub.grading.queue import list_taught
from lms.hub.grading.rules import Status, exact_points, shown_points
from lms.kernel import deadline
from lms.kernel.errors import RuleBroken
from lms.kernel.tabular import CSV_TYPE, XLSX_TYPE, csv_chunks, xlsx_chunks
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.coursework_words import STATUS_WORDS
from lms.web.fields import InstantField
from lms.web.forms import ProductForm, choice
from lms.web.instructor import bp
from lms.web.language import reader, tell, told
from lms.web.pages import broken_into, page, tell_next

BOOK = "/gradebook/sections/<public_id:section>/courses/<public_id:course>"
SHOWS = {
    Show.ALL: N_("All"),
    Show.FAILING: N_("Below the pass mark"),
    Show.MISSING: N_("Something missing"),
    Show.WAITING: N_("Something to grade"),
}
STUDENT = "/gradebook/enrollments/<public_id:enrollment>/courses/<public_id:course>"
ANY = "a" * 20  # stands for an enrollment in an address
SHORT: dict[Status, str] = {
    Status.IN: N_("in"),
    Status.EXEMPT: N_("ex"),
    Status.MISSING: N_("miss"),
    Status.ZERO: N_("0, miss"),
}
REASONS = {
    ExtensionReason.WORK: N_("Work"),
    ExtensionReason.HEALTH: N_("Health"),
    ExtensionReason.FAMILY: N_("Family"),
    ExtensionReason.EQUIPMENT: N_("Equipment"),
    ExtensionReason.OTHER: N_("Other"),
}


class ExtensionForm(ProductForm):
    """More time for one student on one activity."""

    until = InstantField(N_("New due date"), [InputRequired()])
    reason = SelectField(N_("Reason"), choices=[choice(reason.value, label) for reason, label in REASONS.items()])
    note = StringField(N_("Note"), [InputRequired()])


@dataclass(frozen=True, slots=True)
class GridRow:
    """One student's row. url: to the row's own page, with every "why?". cells: the rest of the row, ready."""

    student: str
    url: str
    cells: Markup


@bp.get("/gradebook")
@requires(Action.GRADEBOOK_READ)
def gradebook() -> Response:
    actor = current_actor()
    taught = list_taught(actor)
    if not taught:
        return page("instructor/gradebook/empty.html")
    first_section, first_course = taught[0]
    section_id = request.args.get("section", first_section.public_id)
    course_id = request.args.get("course", first_course.public_id)
    book = find_book(actor, section_id, course_id, as_of_asked())
    show, named, category = _chosen()
    lines, after = found_lines(book, show, named, _place())
    columns = [number for number, one in enumerate(book.activities) if category in ("", one.category)]
    return page(
        "instructor/gradebook/grid.html",
        book=book,
        taught=taught,
        rows=_rows(book, lines, columns),
        heads=_heads(tuple(book.activities[number] for number in columns), reader().language),
        after=after,
        show=show,
        shows=SHOWS,
        named=named,
        category=category,
        args={"section": section_id, "course": course_id},
        as_of=request.args.get("as_of", ""),
        shown_points=shown_points,
    )


def _chosen() -> tuple[Show, str, str]:
    """The filter in the address: which students, what their name holds, which category of activities."""
    show = request.args.get("show", "")
    named, category = request.args.get("q", "").strip(), request.args.get("category", "")
    return Show(show) if show in set(Show) else Show.ALL, named[:100], category


def as_of_asked() -> datetime | None:
    """As of when the address asks: a day and time of the reader's zone; None for now."""
    text = request.args.get("as_of", "")
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise RuleBroken(N_("Write the day and time as your calendar does."), field="as_of") from None
    return found.replace(tzinfo=found.tzinfo or ZoneInfo(reader().zone)).astimezone(UTC)


def _place() -> Place | None:
    """Where the page before ended, from the address."""
    name, number = request.args.get("after", ""), request.args.get("after_id", 0, int)
    return (name, number) if name and number else None


def _rows(book: Book, lines: list[Line], columns: list[int]) -> list[GridRow]:
    # One address made, the others by replacing the id: url_for per row costs more than the row.
    pattern = url_for("instructor.student_grades", enrollment=ANY, course=book.course.public_id)
    language, shown = reader().language, tuple(columns)
    return [
        GridRow(
            student=line.student,
            url=pattern.replace(ANY, line.enrollment_id),
            cells=_cells(line.marks, shown, book.course.pass_bp, language),
        )
        for line in lines
    ]


@lru_cache(maxsize=64)
def _heads(activities: tuple[Item, ...], language: str) -> Markup:
    """The heads of the columns, which change less often than anything below them."""
    made: Markup = get_template_attribute("instructor/gradebook/_cell.html", "heads")(activities)
    return made


@lru_cache(maxsize=512)
def _cells(marks: Marks, columns: tuple[int, ...], pass_bp: int, language: str) -> Markup:
    """The `<td>`s of one row. A page has 3,000 of them, so what did not change is not made again."""
    grade = "\u2013" if marks.grade.grade is None else told(shown_percent(marks.grade.grade))
    first = get_template_attribute("instructor/gradebook/_cell.html", "grade")
    found = [first(grade, has_passed(marks.grade.grade, pass_bp))]
    for number in columns:
        _, cell, score, _, _ = marks.entries[number]
        is_released, is_late = score is None or score.is_released, score is not None and score.late_seconds > 0
        found.append(_cell(cell.status, cell.earned, is_released, is_late, language))
    return Markup("".join(found))  # noqa: S704 - each is Markup


@lru_cache(maxsize=4096)
def _cell(status: Status, earned: Fraction | int | None, is_released: bool, is_late: bool, language: str) -> Markup:
    """One `<td>`; few are unlike."""
    short = SHORT.get(status)
    text, label = tell(short) if short else "", tell(STATUS_WORDS[status][0])
    if status is Status.GRADED and earned is not None:
        text = f"{shown_points(earned).normalize():f}{'' if is_released else '*'}"
    made: Markup = get_template_attribute("instructor/gradebook/_cell.html", "cell")(text, label, is_late)
    return made


@bp.get(f"{BOOK}/csv")
@requires(Action.GRADEBOOK_READ)
def gradebook_csv(section: str, course: str) -> Response:
    return _export(section, course, "csv", CSV_TYPE)


@bp.get(f"{BOOK}/xlsx")
@requires(Action.GRADEBOOK_READ)
def gradebook_xlsx(section: str, course: str) -> Response:
    return _export(section, course, "xlsx", XLSX_TYPE)


def _export(section: str, course: str, kind: str, content_type: str) -> Response:
    """The whole book as a file, as of when the address asks; a cell that a spreadsheet would run is made harmless."""
    book = find_book(current_actor(), section, course, as_of_asked())
    deadline.begin(deadline.SECONDS_OF_AN_EXPORT)
    header = ["student", "enrollment", *(activity.code for activity in book.activities), "grade_percent"]
    chunks = csv_chunks(header, _csv_rows(book)) if kind == "csv" else xlsx_chunks(header, _csv_rows(book))
    response = make_response(b"".join(chunks), {"Content-Type": content_type})
    name = f"{book.course.code}-{book.section.public_id}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get(f"{BOOK}/statistics")
@requires(Action.GRADEBOOK_READ)
def gradebook_statistics(section: str, course: str) -> Response:
    """How the section did on each activity."""
    book = find_book(current_actor(), section, course, as_of_asked())
    found = zip(book.activities, columns_of(book), strict=True)
    return page("instructor/gradebook/statistics.html", book=book, found=list(found), shown_percent=shown_percent)


def _csv_rows(book: Book) -> Iterator[list[object]]:
    """Blank is not zero: what does not count is an empty cell, an exemption says so."""
    for line in all_lines(book):
        yield [line.student, line.enrollment_id, *_csv_cells(line.marks)]


@lru_cache(maxsize=LINES_KEPT)
def _csv_cells(marks: Marks) -> tuple[object, ...]:
    grade = None if marks.grade.grade is None else shown_percent(marks.grade.grade)
    return (*(_csv_cell(entry.cell) for entry in marks.entries), grade)


def _csv_cell(cell: Cell) -> str | Decimal | None:
    if cell.status is Status.EXEMPT:
        return "EX"
    return None if cell.earned is None else exact_points(cell.earned)


@bp.get(STUDENT)
@requires(Action.SCORE_READ)
def student_grades(enrollment: str, course: str) -> Response:
    return _student_page(enrollment, course)


def _student_page(
    enrollment_id: str, course_id: str, form: ExtensionForm | None = None, activity_id: str = "", status: int = 200
) -> Response:
    book, line = find_line(current_actor(), Action.SCORE_READ, enrollment_id, course_id)
    forms = {entry.activity.public_id: _extension_form(entry.due_at, book.zone) for entry in line.entries}
    if form is not None:
        forms[activity_id] = form
    return page(
        "instructor/gradebook/student.html",
        status,
        book=book,
        line=line,
        why=explain_line(book, line),
        whys={entry.activity.public_id: explain_entry(entry, book.grading) for entry in line.entries},
        forms=forms,
        words=STATUS_WORDS,
        nameless={one.public_id for one in book.activities if one.id in book.nameless},
        shown_percent=shown_percent,
        shown_points=shown_points,
        broken=activity_id if form is not None else "",
    )


def _extension_form(due_at: datetime | None, zone: str) -> ExtensionForm:
    form = ExtensionForm(formdata=None, until=due_at)
    form.until.zone = zone
    return form


@bp.post(f"{STUDENT}/activities/<public_id:activity>/extensions")
@requires(Action.EXTENSION_DECIDE)
def extend_activity(enrollment: str, course: str, activity: str) -> Response:
    actor = current_actor()
    book, _ = find_line(actor, Action.SCORE_READ, enrollment, course)
    form = ExtensionForm()
    form.until.zone = book.zone
    form.until.process(request.form)
    until = form.until.data
    if not form.validate() or until is None:
        return _student_page(enrollment, course, form, activity, 422)
    student = find_enrollment(actor, enrollment, Action.EXTENSION_DECIDE)
    try:
        reason = ExtensionReason(form.reason.data)
        extend(actor, student, find_activity(activity), until, reason, form.note.data or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return _student_page(enrollment, course, form, activity, 422)
    tell_next(N_("The extension is granted."))
    url = url_for("instructor.student_grades", enrollment=enrollment, course=course)
    return make_response("", 303, {"Location": f"{url}#a-{activity}"})
