"""Points from a file: upload, look at the plan, apply exactly that, take it back."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.grading.books import Book, find_book
from lms.hub.grading.models.imports import GradeImport
from lms.hub.grading.queries.imports import book_of_import, find_import, list_imports, shown_lines
from lms.hub.grading.services.imports import apply_import, plan_import, undo_import
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.plain import sentence_from
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.instructor import bp
from lms.web.instructor.gradebook import BOOK
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

ONE = "/gradebook/imports/<public_id:made>"


@bp.get(f"{BOOK}/imports")
@requires(Action.GRADEBOOK_READ)
def grade_imports(section: str, course: str) -> Response:
    return _list(find_book(current_actor(), section, course))


def _list(book: Book, status: int = 200, broken: RuleBroken | None = None) -> Response:
    sentences = [] if broken is None else [broken.sentence, *(one.sentence for one in broken.also)]
    return page(
        "instructor/gradebook/imports.html",
        status,
        book=book,
        imports=list_imports(book),
        may_import=allowed(current_actor(), Action.GRADES_IMPORT, anchor_of(book.section)),
        troubles=[tell(sentence) for sentence in sentences],
    )


@bp.post(f"{BOOK}/imports")
@requires(Action.GRADES_IMPORT)
def upload_grades(section: str, course: str) -> Response:
    book = find_book(current_actor(), section, course)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise RuleBroken(N_("Choose a CSV file."), field="file")
        made = plan_import(current_actor(), book.section, book, file.filename, file.stream.read())
    except RuleBroken as broken:
        return _list(book, 422, broken)
    return redirect_to("instructor.grade_import", made=made.public_id)


@bp.get(ONE)
@requires(Action.GRADES_IMPORT)
def grade_import(made: str) -> Response:
    return _one(find_import(current_actor(), Action.GRADES_IMPORT, made))


def _one(made: GradeImport, status: int = 200, trouble: str = "") -> Response:
    lines = shown_lines(current_actor(), made)
    section, course = place_of(made)
    return page(
        "instructor/gradebook/import.html",
        status,
        made=made,
        section=section,
        course=course,
        lines=lines,
        faults={one.row.id: tell(sentence_from(one.row.fault)) for one in lines if one.row.fault},
        trouble=trouble,
        reason=request.form.get("reason", ""),
    )


def place_of(made: GradeImport) -> tuple[Section, Course]:
    """Where it belongs."""
    book = book_of_import(current_actor(), made)
    return book.section, book.course


@bp.post(f"{ONE}/application")
@requires(Action.GRADES_IMPORT)
def apply_grades(made: str) -> Response:
    actor = current_actor()
    found = find_import(actor, Action.GRADES_IMPORT, made)
    try:
        apply_import(actor, found, book_of_import(actor, found), request.form.get("reason", ""))
    except (RuleBroken, Conflict) as trouble:
        return _one(found, trouble.status, tell(trouble.sentence))
    tell_next(N_("The points are given. Students see them when they are released."))
    return redirect_to("instructor.grade_import", made=made)


@bp.post(f"{ONE}/undo")
@requires(Action.GRADES_IMPORT)
def undo_grades(made: str) -> Response:
    actor = current_actor()
    found = find_import(actor, Action.GRADES_IMPORT, made)
    try:
        undo_import(actor, found, book_of_import(actor, found), request.form.get("reason", ""))
    except (RuleBroken, Conflict) as trouble:
        return _one(found, trouble.status, tell(trouble.sentence))
    tell_next(N_("Taken back. What was graded or released since stays as it is."))
    return redirect_to("instructor.grade_import", made=made)
