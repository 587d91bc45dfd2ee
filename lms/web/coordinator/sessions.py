"""Sessions of a section: planning them, moving one, cancelling one."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.calendar.queries.sections import find_section
from lms.hub.calendar.services.sessions import (
    cancel_session,
    move_session,
    place_of,
    schedule_session,
    schedule_weekly,
    units_taught,
)
from lms.hub.cohorts.meetings import Meeting, find_meeting
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import local
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.coordinator import bp
from lms.web.coordinator.sections import shown
from lms.web.coordinator.session_forms import SessionForm, TimesForm
from lms.web.pages import broken_into, page, redirect_to, tell_next


@bp.post("/sections/<public_id:section_id>/sessions")
@requires(Action.SESSION_SCHEDULE)
def plan_sessions(section_id: str) -> Response:
    actor = current_actor()
    section = find_section(actor, section_id, Action.SESSION_SCHEDULE)
    found = units_taught(place_of(section).cohort)
    units = {unit.public_id: unit for unit, _ in found}
    form = SessionForm().offer(found)
    try:
        if form.validate():
            wanted, unit = form.wanted(policy_day()), units[form.unit.data]
            if form.mode.data == "once":
                if form.day.data is None:
                    raise RuleBroken(N_("Give the day of the session."), field="day")
                schedule_session(actor, section, unit, wanted)
                tell_next(N_("The session is planned."))
            else:
                made = schedule_weekly(actor, section, unit, int(form.weekday.data), wanted, _weeks(form))
                said = N_("Planned: %(count)s sessions. Left out because there is no teaching: %(skipped)s.")
                tell_next(said, count=len(made.sessions), skipped=len(made.skipped))
            return redirect_to("coordinator.section", section_id=section_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return shown(section, 422, session_form=form)


def _weeks(form: SessionForm) -> tuple[int, int] | None:
    """The weeks that were given; None: those of the unit."""
    first, last = form.first_week.data, form.last_week.data
    if first is None and last is None:
        return None
    if first is None or last is None or not 1 <= first <= last <= 104:
        raise RuleBroken(N_("Give both weeks, the first not after the last, or neither."), field="first_week")
    return first, last


@bp.get("/sessions/<public_id:session_id>")
@requires(Action.SESSION_SCHEDULE)
def session(session_id: str) -> Response:
    actor = current_actor()
    _, meeting = find_meeting(actor, session_id, Action.SESSION_SCHEDULE)
    starts, ends = local(meeting.starts_at, meeting.zone), local(meeting.ends_at, meeting.zone)
    times = {"day": meeting.day, "starts": starts.time(), "ends": ends.time()}
    form = TimesForm(formdata=None, **times, room=meeting.room, stations=meeting.stations)
    return _page(meeting, form)


def _page(meeting: Meeting, form: TimesForm, status: int = 200) -> Response:
    return page("coordinator/session.html", status, meeting=meeting, form=form)


@bp.post("/sessions/<public_id:session_id>/moves")
@requires(Action.SESSION_SCHEDULE)
def move(session_id: str) -> Response:
    actor, form = current_actor(), TimesForm()
    row, meeting = find_meeting(actor, session_id, Action.SESSION_SCHEDULE)
    try:
        if form.validate():
            move_session(actor, row, form.wanted(meeting.day))
            tell_next(N_("Changed. If the time is another one, everybody concerned gets a letter."))
            return redirect_to("coordinator.session", session_id=session_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _page(meeting, form, 422)


@bp.post("/sessions/<public_id:session_id>/cancellation")
@requires(Action.SESSION_SCHEDULE)
def cancel(session_id: str) -> Response:
    actor = current_actor()
    row, meeting = find_meeting(actor, session_id, Action.SESSION_SCHEDULE)
    form = TimesForm(formdata=None)
    try:
        cancel_session(actor, row)
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(meeting, form, 422)
    tell_next(N_("Cancelled. Everybody concerned gets a letter; moving it brings it back."))
    return redirect_to("coordinator.session", session_id=session_id)
