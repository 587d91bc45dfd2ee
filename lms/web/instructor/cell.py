"""One cell of a gradebook: its "why?" and a form for its points, as a page or in the grid's dialog."""

from dataclasses import replace

from flask import Response, make_response, request

from lms.guard import current_actor, requires
from lms.hub.grading.books import Book, Line, find_line
from lms.hub.grading.entries import Entry, explain_entry
from lms.hub.grading.queries import Marking, find_marking, find_marking_of_nothing, written_on
from lms.hub.grading.rules import shown_points
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import post_score
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.coursework_words import STATUS_WORDS
from lms.web.instructor import bp
from lms.web.instructor.gradebook import STUDENT
from lms.web.instructor.marking_form import read_points, typed
from lms.web.language import tell
from lms.web.pages import is_fragment, page, redirect_to, tell_next
from lms.web.templating import render

CELL = f"{STUDENT}/activities/<public_id:activity>"
GRADEBOOK = "/instructor/gradebook"


def _find(enrollment: str, course: str, activity: str) -> tuple[Book, Line, Entry, Marking | None]:
    """The cell and its attempt; no attempt where the work is marked without names and not released."""
    actor = current_actor()
    book, line = find_line(actor, Action.SCORE_READ, enrollment, course)
    entry = next((one for one in line.entries if one.activity.public_id == activity), None)
    if entry is None:
        raise NotFound()
    if entry.activity.id in book.nameless and entry.score is None:
        return book, line, entry, None
    if entry.submission_id:
        return book, line, entry, find_marking(actor, Action.SCORE_READ, entry.submission_id)
    return book, line, entry, find_marking_of_nothing(actor, Action.SCORE_READ, enrollment, activity)


@bp.get(CELL)
@requires(Action.SCORE_READ)
def cell(enrollment: str, course: str, activity: str) -> Response:
    return _page(*_find(enrollment, course, activity), back=_back(request.args.get("back", "")))


def _back(path: str) -> str:
    """Where one came from, if it is the gradebook."""
    return path if path.partition("?")[0] == GRADEBOOK else ""


def _page(
    book: Book,
    line: Line,
    entry: Entry,
    marking: Marking | None,
    status: int = 200,
    *,
    back: str = "",
    trouble: str = "",
    version: str = "",
    points: str | None = None,
) -> Response:
    given = marking.score.points if marking and marking.score and not marking.is_blind else None
    values = {
        "book": book,
        "line": line,
        "entry": entry,
        "marking": marking,
        "why": explain_entry(entry, book.grading),
        "words": STATUS_WORDS,
        "shown_points": shown_points,
        "may_write": marking is not None
        and allowed(current_actor(), Action.SCORE_WRITE, anchor_of(marking.enrollment)),
        "version": version or (marking.token if marking else ""),
        "typed": typed(given) if points is None else points,
        "reason": request.form.get("reason", ""),
        "back": back,
        "trouble": trouble,
    }
    if is_fragment():
        return make_response(render("instructor/gradebook/_one_cell.html", **values), status)
    return page("instructor/gradebook/cell.html", status, **values)


@bp.post(CELL)
@requires(Action.SCORE_WRITE)
def write_cell(enrollment: str, course: str, activity: str) -> Response:
    """Points typed into a cell; what was said on the work stays."""
    actor, form = current_actor(), request.form
    book, line, entry, marking = _find(enrollment, course, activity)
    back, sent = _back(form.get("back", "")), form.get("points", "")
    try:
        if marking is None or marking.criteria:
            raise RuleBroken(N_("Give these points on the desk."), field="points")
        written = replace(written_on(marking), points=read_points(sent, "points"))
        post_score(actor, marking.enrollment, marking, written, form.get("version", ""), form.get("reason", ""))
        if form.get("then") == "release":
            *_, posted = _find(enrollment, course, activity)
            if posted is not None and not posted.is_released:
                release(actor, posted.enrollment, posted)
    except Conflict as conflict:
        found = _find(enrollment, course, activity)
        return _page(*found, 409, back=back, trouble=tell(conflict.sentence), points=sent)
    except RuleBroken as broken:
        trouble, version = tell(broken.sentence), form.get("version", "")
        return _page(book, line, entry, marking, 422, back=back, trouble=trouble, version=version, points=sent)
    tell_next(N_("The points of %(student)s are saved."), student=line.student)
    if back:
        return make_response("", 303, {"Location": back})
    return redirect_to("instructor.student_grades", enrollment=enrollment, course=course)
