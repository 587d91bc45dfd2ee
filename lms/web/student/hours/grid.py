"""The week as a grid, unit by day: each cell on its own is saved, or says why not (P3)."""

from datetime import date

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.rules.lengths import parse_minutes
from lms.hub.hours.services.entries import Cell, save_week
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.language import tell
from lms.web.pages import redirect_to, tell_next
from lms.web.student import bp
from lms.web.student.hours.cells import cell_name
from lms.web.student.hours.week import week_page


@bp.post("/hours/weeks/<day:monday>/grid")
@requires(Action.HOURS_LOG)
def save_grid(monday: date) -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    cells, typed, errors = _read_cells()
    saved = save_week(actor, enrollment, cells)
    errors |= {cell_name(one.cell.unit, one.cell.day): tell(one.broken.sentence) for one in saved if one.broken}
    done = sum(1 for one in saved if not one.broken)
    if not errors:
        tell_next(N_("Saved."))
        return redirect_to("student.hours_week", monday=monday)
    kept = {name: typed[name] for name in errors}
    # What was saved stays saved, so that is no error of the request; if nothing was, it is one.
    return week_page(enrollment, monday, 200 if done else 422, typed=kept, errors=errors, saved=done)


def _read_cells() -> tuple[list[Cell], dict[str, str], dict[str, str]]:
    """The cells that were changed; what was typed; and what could not be read, both by the cell's name."""
    cells: list[Cell] = []
    typed: dict[str, str] = {}
    errors: dict[str, str] = {}
    for name, text in request.form.items():
        unit, _, day = name.partition(".")
        was = request.form.get(f"was-{name}", "")
        if not day or not was.isdecimal() or name.startswith("was-"):
            continue
        typed[name] = text
        try:
            minutes = parse_minutes(text) if text.strip() else 0
            if minutes != int(was):
                cells.append(Cell(date.fromisoformat(day), unit, minutes, int(was)))
        except RuleBroken as broken:
            errors[name] = tell(broken.sentence)
        except ValueError:
            errors[name] = tell(N_("There is no such day."))
    return cells, typed, errors
