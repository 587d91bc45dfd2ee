"""The cohort on one screen: week by student, who has not handed in on top; a locked week can be reopened here."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.queries import cohort_of, find_enrollment, person_of
from lms.hub.hours.queries.adjustments import proposals_of_week
from lms.hub.hours.queries.cohort import Line, Square, lines_of, missing_first
from lms.hub.hours.queries.signatures import signatures_of
from lms.hub.hours.queries.weeks import Week, week_of
from lms.hub.hours.rules.sheet import MANNER_NAMES, STATE_NAMES, State, lock_reason
from lms.hub.hours.rules.week import Band
from lms.hub.hours.services.nudges import nudge_many, who_can_be_reminded
from lms.hub.hours.services.office import reopen_week
from lms.kernel.clock import now, today
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_, say
from lms.kernel.units import Span
from lms.kernel.weeks import monday_of
from lms.messages.letters import LETTERS
from lms.people.access import Action, Actor
from lms.web.adjusting import adjusting_words, propose
from lms.web.asof import asked_as_of
from lms.web.coordinator import bp
from lms.web.downloads import csv_download
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

HEAT = {
    Band.FREE: "leave",
    Band.RED: "under",
    Band.LOW: "low",
    Band.MET: "ok",
    Band.HIGH: "over",
    Band.EXCESSIVE: "over",
}
COLUMNS = ("student", "section", "cohort_week", "monday", "minutes", "state", "missing")
SHOWN_WEEKS = 12  # on the grid at once; the rest is a link away
SPANS = {"around": N_("Weeks around this one"), "all": N_("All weeks")}
STATES = {
    "missing": N_("not handed in"),
    "submitted": N_("waiting for approval"),
    "returned": N_("returned or reopened"),
    "approved": N_("approved"),
}
BANDS = {"under": N_("below the band"), "in": N_("in the band"), "over": N_("above the band")}
IN_BAND = {Band.RED: "under", Band.LOW: "under", Band.MET: "in", Band.HIGH: "over", Band.EXCESSIVE: "over"}
SIGNS = {"missing": "\u00d7", "submitted": "\u2026", "returned": "\u21a9", "approved": "\u2713"}
FILTERS = ("site", "section", "firm", "state", "band")


def heat_of(square: Square) -> str:
    """The class of a square: never the color alone, each has its own border or hatching."""
    if square.is_future:
        return "none"
    if square.is_missing:
        return "missing"
    if square.state is State.SUBMITTED:
        return "waiting"
    if square.state is State.DRAFT and square.band in (Band.RED, Band.LOW):
        return "open"  # hours may still come; a week that is due without having been handed in is missing
    return HEAT[square.band]


def word_of(square: Square) -> str:
    """What a screen reader says of a square."""
    if square.is_missing:
        return tell(N_("not handed in"))
    return tell(STATE_NAMES[square.state])


def state_of(square: Square) -> str:
    """A key of `STATES`; empty for a week that is not due yet and was not handed in."""
    if square.is_missing:
        return "missing"
    states = {State.SUBMITTED: "submitted", State.RETURNED: "returned", State.REOPENED: "returned"}
    return "approved" if square.state is State.APPROVED else states.get(square.state, "")


def sign_of(square: Square) -> str:
    """What stands beside the hours, so that no state is told by color alone."""
    return SIGNS.get(state_of(square), "")


def _wants_letter(square: Square) -> bool:
    """Whether the row is ticked beforehand: the sheet is missing, or came back and was not handed in again."""
    return square.is_missing or (square.state in (State.RETURNED, State.REOPENED) and square.target.most > 0)


def _chosen(lines: Sequence[Line], monday: date, wanted: Mapping[str, str]) -> list[Line]:
    """The lines that pass every filter; state and band are those of the week in hand."""

    def passes(line: Line) -> bool:
        square = line.square(monday)
        found = {"site": line.site, "section": line.section, "firm": line.firm, "state": state_of(square)}
        found["band"] = IN_BAND.get(square.band, "")
        return all(found[name] == value for name, value in wanted.items() if value)

    return [line for line in lines if passes(line)]


@bp.get("/board")
@requires(Action.COHORT_BOARD)
def board() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    day, as_of = asked_as_of(cohort.zone)
    lines = lines_of(actor, cohort, as_of=as_of)
    mondays = [square.monday for square in lines[0].squares] if lines else []
    monday = _monday(cohort, mondays, day or today(cohort.zone))
    wanted = {name: request.args.get(name, "") for name in FILTERS}
    chosen = _chosen(lines, monday, wanted) if lines else []
    span = request.args.get("span", "around")
    return page(
        "coordinator/board.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        lines=missing_first(chosen, monday) if chosen else [],
        all_lines=lines,
        numbers={square.monday: square.number for square in lines[0].squares} if lines else {},
        monday=monday,
        shown=mondays if span == "all" else _around(mondays, monday),
        span=span,
        spans=SPANS,
        mondays=mondays,
        wanted=wanted,
        narrowed={name: value for name, value in wanted.items() if value and name != "state"},
        choices=_choices(lines),
        heat_of=heat_of,
        word_of=word_of,
        sign_of=sign_of,
        to_remind=set() if day else {one.enrollment.id for one in chosen if _wants_letter(one.square(monday))},
        counts=_counts(chosen, monday) if chosen else {},
        day=day,
    )


def _choices(lines: Sequence[Line]) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers: value and words."""
    named = {name: sorted({getattr(line, name) for line in lines} - {""}) for name in ("site", "section", "firm")}
    found = {name: [(value, value) for value in values] for name, values in named.items()}
    found["state"] = [(value, tell(word)) for value, word in STATES.items()]
    found["band"] = [(value, tell(word)) for value, word in BANDS.items()]
    return found


@bp.post("/board/reminders")
@requires(Action.HOURS_REMIND)
def remind_chosen() -> Response:
    """First a preview of the letter and of who gets it; with `sent` it is written."""
    actor = current_actor()
    cohort = _cohort(actor)
    lines = lines_of(actor, cohort, Action.HOURS_REMIND)
    mondays = [square.monday for square in lines[0].squares] if lines else []
    monday, ids = _monday(cohort, mondays, today(cohort.zone)), set(request.form.getlist("student"))
    chosen = [line for line in lines if line.enrollment.public_id in ids]
    back = {"cohort": cohort.public_id, "week": monday}
    if not chosen:
        tell_next(N_("Tick whom to remind first."), "warn")
        return redirect_to("coordinator.board", **back)
    if request.form.get("sent"):
        done = nudge_many(actor, [line.enrollment for line in chosen], monday)
        tell_next(
            N_("Reminded: %(count)s. Letters wait for quiet hours to end."), count=sum(bool(one.nudge) for one in done)
        )
        return redirect_to("coordinator.board", **back)
    names = {line.enrollment.id: line.name for line in chosen}
    asked = who_can_be_reminded([line.enrollment for line in chosen], monday)
    return page(
        "coordinator/reminding.html",
        cohort=cohort,
        monday=monday,
        asked=asked,
        names=names,
        letter=next((_preview(actor, week) for _, week, broken in asked if not broken), None),
        count=sum(not broken for _, _, broken in asked),
    )


def _preview(actor: Actor, week: Week) -> tuple[str, list[str]]:
    """Subject and paragraphs of the letter as the first student gets it, in the coordinator's language."""
    letter = LETTERS["sheet-nudge"]
    locks = week.sheet.closes_at(week.times)
    values = {"monday": week.monday, "logged": Span(week.minutes), "locks": locks, "name": actor.name}
    return tell(say(letter.subject, **values)), [tell(say(text, **values)) for text in letter.body]


@bp.get("/board.csv")
@requires(Action.COHORT_BOARD)
def board_csv() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    _, as_of = asked_as_of(cohort.zone)
    return csv_download(f"{cohort.name} hours.csv", COLUMNS, _rows(lines_of(actor, cohort, as_of=as_of)))


@bp.get("/enrollments/<public_id:enrollment_id>/weeks/<day:monday>")
@requires(Action.HOURS_READ)
def student_week(enrollment_id: str, monday: date) -> Response:
    return _week(current_actor(), enrollment_id, monday)


@bp.post("/enrollments/<public_id:enrollment_id>/weeks/<day:monday>/reopening")
@requires(Action.HOURS_REOPEN)
def reopen(enrollment_id: str, monday: date) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.HOURS_REOPEN)
    try:
        reopen_week(actor, enrollment, monday, request.form.get("reason", ""))
    except (RuleBroken, Conflict) as broken:
        return _week(actor, enrollment_id, monday, broken)
    tell_next(N_("Reopened. The student is told and has a week."))
    return redirect_to("coordinator.student_week", enrollment_id=enrollment_id, monday=monday)


@bp.post("/enrollments/<public_id:enrollment_id>/weeks/<day:monday>/adjustments")
@requires(Action.HOURS_ADJUST)
def propose_for_week(enrollment_id: str, monday: date) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.HOURS_READ)
    try:
        propose(actor, enrollment, monday, request.form)
    except (RuleBroken, Conflict) as broken:
        return _week(actor, enrollment_id, monday, broken)
    tell_next(N_("Proposed. It counts once a second person has confirmed it."))
    return redirect_to("coordinator.student_week", enrollment_id=enrollment_id, monday=monday)


def _week(actor: Actor, enrollment_id: str, monday: date, broken: RuleBroken | Conflict | None = None) -> Response:
    enrollment = find_enrollment(actor, enrollment_id, Action.HOURS_READ)
    if monday != monday_of(monday):
        raise NotFound()
    day, as_of = asked_as_of(cohort_of(enrollment).zone)
    week = week_of(enrollment, monday, as_of)
    return page(
        "coordinator/week.html",
        broken.status if broken else 200,
        enrollment=enrollment,
        person=person_of(enrollment),
        week=week,
        day=day,
        state=STATE_NAMES[week.sheet.state],
        error=tell(broken.sentence) if broken else "",
        typed=request.form,
        proposals=proposals_of_week(enrollment, monday, as_of),
        signatures=signatures_of(week.events),
        manners=MANNER_NAMES,
        state_names=STATE_NAMES,
        locks={key: lock_reason(week.sheet, key, week.times, now()) for key in week.part_keys()},
        **adjusting_words(),
    )


def _cohort(actor: Actor) -> Cohort:
    """The one that the address names, else the newest. Raises NotFound."""
    if wanted := request.values.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def _monday(cohort: Cohort, mondays: Sequence[date], today: date) -> date:
    """The week that the address names, if it is the cohort's; else the last one that has begun by `today`."""
    asked = next((day for day in mondays if day.isoformat() == request.values.get("week")), None)
    begun = [day for day in mondays if day <= today]
    return asked or (begun[-1] if begun else cohort.week_one_monday)


def _around(mondays: Sequence[date], monday: date) -> list[date]:
    """The weeks that the grid shows, up to two after the one in hand."""
    here = mondays.index(monday) if monday in mondays else 0
    last = min(max(here + 3, SHOWN_WEEKS), len(mondays))
    return list(mondays[max(last - SHOWN_WEEKS, 0) : last])


def _counts(lines: Sequence[Line], monday: date) -> dict[str, int]:
    """How many sheets of the week are missing, wait, were returned, are approved."""
    squares = [line.square(monday) for line in lines]
    return {
        "missing": sum(square.is_missing for square in squares),
        "submitted": sum(square.state is State.SUBMITTED for square in squares),
        "returned": sum(square.state in (State.RETURNED, State.REOPENED) for square in squares),
        "approved": sum(square.state is State.APPROVED for square in squares),
    }


def _rows(lines: Sequence[Line]) -> Iterator[Sequence[object]]:
    for line in lines:
        for square in line.squares:
            yield (
                line.name,
                line.section,
                square.number,
                square.monday,
                square.minutes,
                square.state.value,
                "yes" if square.is_missing else "no",
            )
