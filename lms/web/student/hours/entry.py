"""One entry: change it, remove it, take the removal back."""

from flask import Response, url_for

from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.entries import find_by_number, find_entry
from lms.hub.hours.queries.plan import units_of
from lms.hub.hours.rules.clock import on_the_wall
from lms.hub.hours.services.entries import (
    ClockHours,
    Hours,
    Logged,
    change_by_clock,
    change_entry,
    remove_entry,
    restore_entry,
)
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.kernel.units import Span
from lms.people.access import Action, Actor
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.student import bp
from lms.web.student.hours.forms import EntryForm, entry_form, what_of
from lms.web.student.hours.log import pass_of, tell_notes
from lms.web.student.hours.week import week_page


@bp.get("/hours/entries/<public_id:entry>")
@requires(Action.HOURS_LOG)
def hours_entry(entry: str) -> Response:
    return _entry_page(find_entry(current_actor(), entry, Action.HOURS_LOG))


@bp.post("/hours/entries/<public_id:entry>")
@requires(Action.HOURS_LOG)
def change_hours(entry: str) -> Response:
    actor = current_actor()
    row = find_entry(actor, entry, Action.HOURS_LOG)
    form = entry_form(row, units_of(own_enrollment(actor)), "", is_sent=True)
    try:
        changed = _change(actor, row, form)
    except (RuleBroken, Conflict) as broken:
        if isinstance(broken, RuleBroken) and not form.errors:
            broken_into(form, broken)
        return _entry_page(row, form, broken.status, tell(broken.sentence) if isinstance(broken, Conflict) else "")
    entry_now = changed.entry
    tell_next(N_("Changed: %(time)s on %(day)s."), time=Span(entry_now.minutes), day=entry_now.day)
    tell_notes(changed)
    return redirect_to("student.hours_week", monday=entry_now.monday)


def _change(actor: Actor, row: HoursEntry, form: EntryForm) -> Logged:
    """By the clock where the times were changed, else by the minutes. Raises RuleBroken and Conflict."""
    key = form.client_key.data or ""
    day, start, end = form.day.data, form.start.data, form.end.data
    if form.validate() and day and start and end and _is_moved(row, form):
        what = what_of(form.unit.data, bool(form.paid_by_firm.data), form.comment.data or "")
        times = ClockHours(
            day=day,
            start=start,
            end=end,
            second_start=pass_of(form, "which_start"),
            second_end=pass_of(form, "which_end"),
            unit=what.unit,
            kind=what.kind,
            paid_by_firm=what.paid_by_firm,
            comment=what.comment,
        )
        return change_by_clock(actor, row, times, key)
    return change_entry(actor, row, _hours(form), key)


def _is_moved(row: HoursEntry, form: EntryForm) -> bool:
    """Whether from..to, or its day, is another than the entry has."""
    shown = on_the_wall(row)
    if shown is None:
        return True
    typed = (form.start.data, form.end.data, form.which_start.data == "second", form.which_end.data == "second")
    stored = (shown.start, shown.end, bool(shown.second_start), bool(shown.second_end))
    return typed != stored or (form.day.data != row.day and form.minutes.data == row.minutes)


def _hours(form: EntryForm) -> Hours:
    """What was typed. Raises RuleBroken; a field that could not be read has said so itself."""
    if not form.validate() or form.day.data is None or form.minutes.data is None:
        if not form.errors:
            form.minutes.errors = [tell(N_("Write the time as 90, 1:30, 1.5 or 1h30m."))]
        raise RuleBroken(N_("Please check what you entered"))
    what = what_of(form.unit.data, bool(form.paid_by_firm.data), form.comment.data or "")
    return Hours(
        day=form.day.data,
        minutes=form.minutes.data,
        unit=what.unit,
        kind=what.kind,
        paid_by_firm=what.paid_by_firm,
        comment=what.comment,
    )


def _entry_page(row: HoursEntry, form: EntryForm | None = None, status: int = 200, conflict: str = "") -> Response:
    units = units_of(own_enrollment(current_actor()))
    comment = prose_of([row], "comment").get(row.public_id, "")
    return page(
        "student/hours/entry.html",
        status,
        entry=row,
        form=form or entry_form(row, units, comment, is_sent=False),
        conflict=conflict,
        back=url_for("student.hours_week", monday=row.monday),
    )


@bp.post("/hours/entries/<public_id:entry>/removal")
@requires(Action.HOURS_LOG)
def remove_hours(entry: str) -> Response:
    actor = current_actor()
    row = find_entry(actor, entry, Action.HOURS_LOG)
    try:
        removal = remove_entry(actor, row)
    except (RuleBroken, Conflict) as broken:
        enrollment = own_enrollment(actor)
        return week_page(enrollment, row.monday, broken.status, list_error=broken.sentence)
    return redirect_to("student.hours_week", monday=row.monday, removed=removal.public_id)


@bp.post("/hours/entries/<public_id:entry>/restoration")
@requires(Action.HOURS_LOG)
def restore_hours(entry: str) -> Response:
    actor = current_actor()
    removal = find_entry(actor, entry, Action.HOURS_LOG)
    if removal.supersedes_id is None:
        raise NotFound()
    removed = find_by_number(actor, removal.supersedes_id, Action.HOURS_LOG)
    restore_entry(actor, removal, removed)
    tell_next(N_("It stands again."))
    return redirect_to("student.hours_week", monday=removed.monday)
