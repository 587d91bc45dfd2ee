"""The gradebook of a section and course: a page of students, one student's row with every "why?", and CSV."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import Response, get_template_attribute, make_response, request, url_for
from markupsafe import Markup
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.queries import find_activity
from lms.hub.coursework.setting import extend
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.grading.books import Book, Line, Place, all_lines, explain_line, find_book, find_line, lines_of
from lms.hub.grading.entries import Entry, explain_entry
from lms.hub.grading.gradebook import has_passed, shown_percent
from lms.hub.grading.queue import list_taught
from lms.hub.grading.rules import Status, exact_points, shown_points
from lms.kernel import deadline
from lms.kernel.errors import RuleBroken
from lms.kernel.tabular import CSV_TYPE, csv_chunks
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.coursework_words import STATUS_WORDS
from lms.web.fields import InstantField
from lms.web.forms import ProductForm, choice
from lms.web.instructor import bp
from lms.web.language import tell, told
from lms.web.pages import broken_into, page, tell_next

STUDENT = "/gradebook/enrollments/<public_id:enrollment>/courses/<public_id:course>"
ANY = "a" * 20  # stands for an enrollment in an address
SHORT: dict[Status, str] = {
    Status.NOT_DUE: "",
    Status.OPEN: "",
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
    grade: str
    passes: bool
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
    book = find_book(actor, section_id, course_id)
    lines, after = lines_of(book, _place())
    return page(
        "instructor/gradebook/grid.html",
        book=book,
        taught=taught,
        rows=_rows(book, lines),
        after=after,
        args={"section": section_id, "course": course_id},
        shown_points=shown_points,
    )


def _place() -> Place | None:
    """Where the page before ended, from the address."""
    name, number = request.args.get("after", ""), request.args.get("after_id", 0, int)
    return (name, number) if name and number else None


def _rows(book: Book, lines: list[Line]) -> list[GridRow]:
    # One address made, the others by replacing the id: url_for per row costs more than the row.
    pattern = url_for("instructor.student_grades", enrollment=ANY, course=book.course.public_id)
    cells = Cells()
    return [
        GridRow(
            student=line.student,
            url=pattern.replace(ANY, line.enrollment_id),
            grade="\u2013" if line.grade.grade is None else told(shown_percent(line.grade.grade)),
            passes=has_passed(line.grade.grade, book.course.pass_bp),
            cells=Markup("".join(map(cells.html, line.entries))),  # noqa: S704 - each of them is Markup
        )
        for line in lines
    ]


class Cells:
    """The cells of one page as HTML. There are 3,000 of them and many alike, so the template makes each kind once."""

    def __init__(self) -> None:
        self._made: dict[object, Markup] = {}
        self._cell = get_template_attribute("instructor/gradebook/_cell.html", "cell")

    def html(self, entry: Entry) -> Markup:
        """The `<td>` of one entry."""
        score, cell = entry.score, entry.cell
        key = (score.points, cell.possible, score.late_seconds, score.is_released) if score else cell.status
        if key not in self._made:
            self._made[key] = self._cell(*_shown(entry))
        return self._made[key]


def _shown(entry: Entry) -> tuple[str, str, bool]:
    """Text, what it means, and whether it is late."""
    cell, score = entry.cell, entry.score
    label = tell(STATUS_WORDS[cell.status][0])
    if cell.status is not Status.GRADED or cell.earned is None or score is None:
        return tell(SHORT[cell.status]) if SHORT[cell.status] else "", label, False
    text = f"{shown_points(cell.earned).normalize():f}"
    return text if score.is_released else f"{text}*", label, score.late_seconds > 0


@bp.get("/gradebook/sections/<public_id:section>/courses/<public_id:course>/csv")
@requires(Action.GRADEBOOK_READ)
def gradebook_csv(section: str, course: str) -> Response:
    book = find_book(current_actor(), section, course)
    deadline.begin(deadline.SECONDS_OF_AN_EXPORT)
    header = ["student", "enrollment", *(activity.code for activity in book.activities), "grade_percent"]
    body = b"".join(csv_chunks(header, _csv_rows(book)))
    response = make_response(body, {"Content-Type": CSV_TYPE})
    name = f"{book.course.code}-{book.section.public_id}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv_rows(book: Book) -> Iterator[list[object]]:
    """Blank is not zero: what does not count is an empty cell, an exemption says so."""
    made: dict[object, object] = {}
    for line in all_lines(book):
        cells = []
        for entry in line.entries:
            score, cell = entry.score, entry.cell
            key = (score.points, cell.possible, score.late_seconds) if score else (cell.status, cell.possible)
            if key not in made:
                made[key] = "EX" if cell.status is Status.EXEMPT else _csv_points(entry)
            cells.append(made[key])
        grade = None if line.grade.grade is None else shown_percent(line.grade.grade)
        yield [line.student, line.enrollment_id, *cells, grade]


def _csv_points(entry: Entry) -> Decimal | None:
    return None if entry.cell.earned is None else exact_points(entry.cell.earned)


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
        whys={entry.activity.public_id: explain_entry(entry, book.late) for entry in line.entries},
        forms=forms,
        words=STATUS_WORDS,
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
