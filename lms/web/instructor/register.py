"""The register of one session: a line for each student, the rest at one tap, two people never over each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask import Response, jsonify, request, url_for

from lms.guard import current_actor, requires
from lms.hub.attendance.kinds import PRESENCE_NAMES
from lms.hub.attendance.queries.meetings import Meeting, find_meeting
from lms.hub.attendance.queries.register import Entry, Register, register_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.register import close_register, save_once
from lms.hub.cohorts.kinds import Presence
from lms.hub.hours.rules.lengths import parse_minutes
from lms.hub.hours.services.attendance import Taken
from lms.kernel.clock import now
from lms.kernel.errors import Conflict, NotSignedIn, RuleBroken, raise_all
from lms.kernel.speak import minutes_long
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.downloads import csv_download
from lms.web.instructor import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

ONE = "/sessions/<public_id:session_id>/register"
COLUMNS = ("student", "register", "minutes", "recorded_at", "checked_in_at", "excuse")


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as the form shows it: typed, else what stands, else what is known. theirs: what somebody else saved."""

    entry: Entry
    presence: str
    minutes: str
    errors: tuple[str, ...] = ()
    theirs: Mark | None = None


@bp.get(ONE)
@requires(Action.ATTENDANCE_TAKE)
def register(session_id: str) -> Response:
    meeting = find_meeting(current_actor(), session_id, Action.ATTENDANCE_TAKE)
    return _page(register_of(meeting))


@bp.post(ONE)
@requires(Action.ATTENDANCE_TAKE)
def write_register(session_id: str) -> Response:
    """Save the lines; `then` is also "rest" (whoever has no line was there) or "close"."""
    actor, then = current_actor(), request.form.get("then", "save")
    meeting = find_meeting(actor, session_id, Action.ATTENDANCE_TAKE)
    try:
        token, key = request.form.get("version", ""), request.form.get("client_key") or str(uuid4())
        taken = save_once(actor, meeting.session, _typed_marks(), token, key, rest=then == "rest").taken
        if then == "close":
            taken = [*taken, *close_register(actor, meeting.session).taken]
    except Conflict as conflict:
        theirs = conflict.theirs if isinstance(conflict.theirs, Register) else register_of(meeting)
        return _page(theirs, conflict, 409)
    except RuleBroken as broken:
        found = register_of(meeting)
        found.token = request.form.get("version", "")  # what this request wrote before it was refused does not stand
        return _page(found, broken, 422)
    tell_next(N_("The register is closed. Lines can still be corrected.") if then == "close" else N_("Saved."))
    _tell_of_hours(meeting, taken)
    return redirect_to("instructor.register", session_id=session_id)


@bp.post(f"{ONE}/saves")
@requires(Action.ATTENDANCE_TAKE)
def save_queued(session_id: str) -> Response:
    """One register of a phone's queue: 201, or 200 for one that arrived before; the answer names its key.

    person: who marked it; another person's session never saves it. 409 with both versions, line by line.
    """
    actor, form = current_actor(), request.form
    meeting = find_meeting(actor, session_id, Action.ATTENDANCE_TAKE)
    if form.get("person") != actor.person_public_id:
        raise NotSignedIn(N_("This register was marked by somebody else. It is sent when that person signs in."))
    key, marks = form.get("client_key", ""), _typed_marks()
    try:
        saved = save_once(actor, meeting.session, marks, form.get("version", ""), key, rest=form.get("then") == "rest")
    except Conflict as conflict:
        found = conflict.theirs if isinstance(conflict.theirs, Register) else register_of(meeting)
        yours, theirs = {"lines": _in_words(found, marks)}, {"lines": _in_words(found)}
        raise Conflict(conflict.sentence.message, yours=yours, theirs=theirs) from None
    if form.get("then_page"):
        tell_next(N_("Saved."))
        _tell_of_hours(meeting, saved.taken)
    url, version = url_for("instructor.register", session_id=session_id), register_of(meeting).token
    answer = jsonify(key=key, save=saved.fact.public_id, url=url, version=version)
    answer.status_code = 201 if saved.is_new else 200
    return answer


def _in_words(found: Register, marks: Mapping[str, Mark] | None = None) -> list[str]:
    """The lines in which the two versions differ, as a list of a phone shows them. marks None: what stands."""
    told = []
    for entry in found.entries:
        mark = marks.get(entry.enrollment.public_id) if marks is not None else entry.shown if entry.row else None
        if mark is not None:
            minutes = f", {minutes_long(mark.minutes or 0)}" if _minutes_text(mark) else ""
            told.append(f"{entry.name}: {tell(PRESENCE_NAMES[mark.presence])}{minutes}")
    return told


def _typed_marks() -> dict[str, Mark]:
    """What was typed, by enrollment. Raises RuleBroken for every time that cannot be read."""
    marks: dict[str, Mark] = {}
    problems = []
    for name, value in request.form.items():
        kind, _, public_id = name.partition("-")
        if kind != "presence" or value not in set(Presence):
            continue
        text = request.form.get(f"minutes-{public_id}", "").strip()
        try:
            minutes = parse_minutes(text, field=f"minutes-{public_id}") if text else None
            marks[public_id] = Mark(Presence(value), minutes)
        except RuleBroken as broken:
            problems.append(broken)
    raise_all(problems)
    return marks


def _tell_of_hours(meeting: Meeting, taken: Sequence[Taken]) -> None:
    """The lines stand; where the student's own entries leave no room, the hours have to wait for them."""
    names = {one.enrollment.id: one.name for one in register_of(meeting).entries}
    for one in taken:
        if one.broken is not None:
            why, name = one.broken.sentence, names.get(one.attendance.enrollment_id, "")
            tell_next(
                N_("%(name)s: the line stands, the hours could not be entered. %(why)s"), "warn", name=name, why=why
            )


def _page(found: Register, broken: RuleBroken | Conflict | None = None, status: int = 200) -> Response:
    fields = broken.by_field() if isinstance(broken, RuleBroken) else {}
    by_field = {name: tuple(tell(one) for one in told) for name, told in fields.items()}
    return page(
        "instructor/attendance/register.html",
        status,
        register=found,
        meeting=found.meeting,
        lines=[_shown(entry, by_field, is_conflict=isinstance(broken, Conflict)) for entry in found.entries],
        presences=PRESENCE_NAMES,
        error=tell(broken.sentence) if broken else "",
        errors=by_field,
        client_key=uuid4(),
        has_begun=now() >= found.meeting.session.starts_at,
        has_ended=now() >= found.meeting.session.ends_at,
    )


def _shown(entry: Entry, errors: Mapping[str, tuple[str, ...]], *, is_conflict: bool) -> Shown:
    public_id, mark = entry.enrollment.public_id, entry.shown
    presence, minutes = (mark.presence.value, _minutes_text(mark)) if mark else ("", "")
    theirs = None
    if request.method == "POST":
        typed = request.form.get(f"presence-{public_id}", ""), request.form.get(f"minutes-{public_id}", "")
        if is_conflict and entry.row and typed != (presence, minutes):
            theirs = mark
        presence, minutes = typed
    named = (f"presence-{public_id}", f"minutes-{public_id}")
    return Shown(entry, presence, minutes, tuple(one for name in named for one in errors.get(name, ())), theirs)


def _minutes_text(mark: Mark) -> str:
    """Only where it says something: who was there all the time, or not at all, needs no minutes."""
    is_part = mark.presence in (Presence.LATE, Presence.LEFT_EARLY, Presence.MADE_UP)
    return str(mark.minutes) if is_part and mark.minutes else ""


@bp.get(f"{ONE}.csv")
@requires(Action.ATTENDANCE_TAKE)
def register_csv(session_id: str) -> Response:
    found = register_of(find_meeting(current_actor(), session_id, Action.ATTENDANCE_TAKE))
    return csv_download(f"register {found.meeting.day}.csv", COLUMNS, list(_rows(found)))


def _rows(found: Register) -> Iterator[Sequence[object]]:
    for one in found.entries:
        yield (
            one.name,
            one.row.presence.value if one.row else "",
            one.row.minutes if one.row else "",
            one.row.recorded_at if one.row else "",
            one.check_in.recorded_at if one.check_in else "",
            ("granted" if one.asked.is_granted else "open" if one.asked.is_open else "declined") if one.asked else "",
        )
