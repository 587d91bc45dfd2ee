"""Logging hours: three taps, or a length of time written any way, or from one time to another."""

from datetime import date

from flask import Response, request
from wtforms import Form

from lms.guard import current_actor, requires
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.services.desk import What
from lms.hub.hours.services.entries import ClockHours, Hours, Logged, log_by_clock, log_hours
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.kernel.units import Span
from lms.people.access import Action, Actor
from lms.web.pages import broken_into, redirect_to, tell_next
from lms.web.student import bp
from lms.web.student.hours.forms import LogForm, what_of
from lms.web.student.hours.week import QUICK, check_is_week, week_page


@bp.post("/hours/weeks/<day:monday>/entries")
@requires(Action.HOURS_LOG)
def log_entry(monday: date) -> Response:
    actor, form = current_actor(), LogForm()
    enrollment = own_enrollment(actor)
    check_is_week(situation_of(enrollment), monday)
    try:
        if not form.validate():
            raise RuleBroken("")
        logged = log_from(actor, enrollment, form)
    except (RuleBroken, Conflict) as broken:
        if isinstance(broken, RuleBroken) and not form.errors:
            broken_into(form, broken)
        return week_page(enrollment, monday, broken.status, form=form)
    tell_logged(logged)
    return redirect_to("student.hours_week", monday=logged.entry.monday)


def log_from(actor: Actor, enrollment: Enrollment, form: LogForm) -> Logged:
    """Log what was filled in. Raises RuleBroken where something is missing."""
    what = what_of(form.other.data or form.unit.data, bool(form.paid_by_firm.data), form.comment.data or "")
    day, key = _day(form), form.client_key.data or ""
    quick = request.form.get("quick", "")
    if quick in map(str, QUICK):
        return log_hours(actor, enrollment, _hours(day, int(quick), what), key)
    if form.minutes.data is not None:
        return log_hours(actor, enrollment, _hours(day, form.minutes.data, what), key)
    if form.start.data is None or form.end.data is None:
        raise RuleBroken(N_("Tap a length, write one, or say from when to when."), field="minutes")
    clock = ClockHours(
        day=day,
        start=form.start.data,
        end=form.end.data,
        second_start=pass_of(form, "which_start"),
        second_end=pass_of(form, "which_end"),
        unit=what.unit,
        kind=what.kind,
        paid_by_firm=what.paid_by_firm,
        comment=what.comment,
    )
    return log_by_clock(actor, enrollment, clock, key)


def _hours(day: date, minutes: int, what: What) -> Hours:
    return Hours(
        day=day,
        minutes=minutes,
        unit=what.unit,
        kind=what.kind,
        paid_by_firm=what.paid_by_firm,
        comment=what.comment,
    )


def _day(form: LogForm) -> date:
    try:
        return date.fromisoformat(form.day.data or "")
    except ValueError:
        raise RuleBroken(N_("Choose the day."), field="day") from None


def pass_of(form: Form, name: str) -> bool | None:
    """Which of two equal clock times is meant; None as long as nobody was asked."""
    return request.form[name] == "second" if name in request.form else None


def tell_logged(logged: Logged) -> None:
    """Say on the page that comes next what was logged."""
    minutes = logged.entry.minutes + sum(entry.minutes for entry in logged.rest)
    if logged.is_new:
        tell_next(N_("Logged: %(time)s on %(day)s."), time=Span(minutes), day=logged.entry.day)
    else:
        tell_next(N_("This was logged already; nothing was added twice."), tone="info")
    tell_notes(logged)


def tell_notes(logged: Logged) -> None:
    """Say what was assumed, and where a part of it went."""
    for note in logged.notes:
        tell_next(note.message, tone="info", **note.values)
    if logged.rest:
        tell_next(N_("The part after Sunday midnight stands in the next week."), tone="info")
