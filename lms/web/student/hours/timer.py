"""The timer: started and stopped on any device, corrected before it becomes hours. Works without a script."""

from typing import Any
from uuid import uuid4

from flask import Response
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TimeField
from wtforms.validators import Optional as MayBeEmpty

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import KIND_NAMES
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.models import Timer
from lms.hub.hours.queries.plan import last_used, units_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.queries.timers import find_timer, open_timer
from lms.hub.hours.rules.timer import is_forgotten, proposed
from lms.hub.hours.services.timers import Measured, drop_timer, resume_timer, save_timer, start_timer, stop_timer
from lms.kernel.clock import now, today
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to
from lms.web.student import bp
from lms.web.student.hours.forms import OF_KIND, PASSES, kind_choices, near_units, unit_choices, what_of
from lms.web.student.hours.log import pass_of, tell_logged
from lms.web.student.hours.week import RECENT, wanted_id

ONE = "/hours/timers/<public_id:timer>"


class StartForm(ProductForm):
    """What is going to be done."""

    client_key = HiddenField()
    unit = RadioField(N_("What"), validate_choice=False)
    other = SelectField(N_("Something else"), validate_choice=False)


class SaveForm(ProductForm):
    """What the timer measured, to be corrected before it is saved."""

    client_key = HiddenField()
    day = DayField(N_("Day of the start"))
    start = TimeField(N_("From"), [MayBeEmpty()])
    end = TimeField(N_("To"), [MayBeEmpty()])
    which_start = SelectField(N_("Which start, if the clock showed it twice"), validate_choice=False)
    which_end = SelectField(N_("Which end, if the clock showed it twice"), validate_choice=False)
    unit = SelectField(N_("What"), validate_choice=False)
    paid_by_firm = BooleanField(N_("My firm paid this time"))
    comment = StringField(N_("Comment"))


@bp.get("/hours/timer")
@requires(Action.HOURS_LOG)
def timer() -> Response:
    return _page(own_enrollment(current_actor()))


def _page(
    enrollment: Enrollment,
    status: int = 200,
    start: StartForm | None = None,
    save: SaveForm | None = None,
    error: str = "",
) -> Response:
    place, running = situation_of(enrollment), open_timer(enrollment)
    units, day = units_of(enrollment), today(place.zone)
    shown: dict[str, Any] = {"start_form": None, "save_form": None}
    if running is None:
        near = near_units(place.number(monday_of(day)), units, last_used(enrollment, day - RECENT))
        form = start or StartForm(formdata=None, client_key=str(uuid4()))
        form.unit.choices = [choice(unit.public_id, unit.title) for unit in near]
        form.other.choices = [
            choice("", "–"),
            *unit_choices([one for one in units if one not in near]),
            *kind_choices(),
        ]
        if start is None and near:
            form.unit.data = near[0].public_id
        shown["start_form"] = form
    elif running.stopped_at is not None:
        shown["save_form"] = _save_form(enrollment, running, save)
    names = {unit.id: unit.title for unit in units}
    return page(
        "student/hours/timer.html",
        status,
        timer=running,
        what=names.get(running.unit_id or 0) or tell(KIND_NAMES[running.kind]) if running else "",
        place=place,
        measured=proposed(running, place.zone, now()) if running else None,
        is_forgotten=is_forgotten(running, now()) if running else False,
        dropped=wanted_id("dropped"),
        error=error,
        **shown,
    )


def _save_form(enrollment: Enrollment, running: Timer, sent: SaveForm | None) -> SaveForm:
    place, units = situation_of(enrollment), units_of(enrollment)
    form = sent or SaveForm(formdata=None, client_key=str(uuid4()))
    form.unit.choices = [*unit_choices(units), *kind_choices()]
    form.which_start.choices = form.which_end.choices = [choice(value, tell(name)) for name, value in PASSES]
    if sent is None:
        shown = proposed(running, place.zone, now())
        spell = place.spell_on(shown.day)
        unit = next((one.public_id for one in units if one.id == running.unit_id), None)
        form.unit.data = unit or OF_KIND + running.kind.value
        form.day.data, form.start.data, form.end.data = shown.day, shown.start, shown.end
        form.paid_by_firm.data = bool(spell and spell.pays_release_time)
    return form


@bp.post("/hours/timers")
@requires(Action.HOURS_LOG)
def begin_timer() -> Response:
    actor, form = current_actor(), StartForm()
    enrollment = own_enrollment(actor)
    try:
        start_timer(actor, enrollment, what_of(form.other.data or form.unit.data, None, ""), form.client_key.data or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(enrollment, broken.status, start=form, error=tell(broken.sentence))
    return redirect_to("student.timer")


@bp.post(f"{ONE}/stops")
@requires(Action.HOURS_LOG)
def end_timer(timer: str) -> Response:
    return _step(stop_timer, timer)


@bp.post(f"{ONE}/resumptions")
@requires(Action.HOURS_LOG)
def resume(timer: str) -> Response:
    return _step(resume_timer, timer)


@bp.post(f"{ONE}/removal")
@requires(Action.HOURS_LOG)
def throw_timer_away(timer: str) -> Response:
    return _step(drop_timer, timer, dropped=timer)


def _step(command: Any, timer: str, **told: str) -> Response:
    actor = current_actor()
    try:
        command(actor, find_timer(actor, timer, Action.HOURS_LOG))
    except (RuleBroken, Conflict) as broken:
        return _page(own_enrollment(actor), broken.status, error=tell(broken.sentence))
    return redirect_to("student.timer", **told)


@bp.post(f"{ONE}/entries")
@requires(Action.HOURS_LOG)
def log_timed(timer: str) -> Response:
    actor, form = current_actor(), SaveForm()
    running = find_timer(actor, timer, Action.HOURS_LOG)
    try:
        if not form.validate():
            raise RuleBroken("")
        logged = save_timer(actor, running, _measured(form), form.client_key.data or "")
    except (RuleBroken, Conflict) as broken:
        if isinstance(broken, RuleBroken) and not form.errors:
            broken_into(form, broken)
        return _page(own_enrollment(actor), broken.status, save=form, error=tell(broken.sentence))
    tell_logged(logged)
    return redirect_to("student.hours_week", monday=logged.entry.monday)


def _measured(form: SaveForm) -> Measured:
    what = what_of(form.unit.data, bool(form.paid_by_firm.data), form.comment.data or "")
    return Measured(
        day=form.day.data,
        start=form.start.data,
        end=form.end.data,
        second_start=pass_of(form, "which_start"),
        second_end=pass_of(form, "which_end"),
        unit=what.unit,
        kind=what.kind,
        paid_by_firm=what.paid_by_firm,
        comment=what.comment,
    )
