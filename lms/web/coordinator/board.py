"""The cohort on one screen: week by student, who has not handed in on top; a locked week can be reopened here."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.queries import cohort_of, find_enrollment
from lms.hub.hours.queries.cohort import Line, Square, lines_of, missing_first
from lms.hub.hours.queries.weeks import week_of
from lms.hub.hours.rules.sheet import STATE_NAMES, State
from lms.hub.hours.rules.week import Band
from lms.hub.hours.services.office import reopen_week
from lms.kernel.clock import today
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action, Actor
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


def heat_of(square: Square) -> str:
    """The class of a square: never the color alone, each has its own border or hatching."""
    if square.is_future:
        return "none"
    if square.is_missing:
        return "missing"
    if square.state is State.SUBMITTED:
        return "waiting"
    return HEAT[square.band]


def word_of(square: Square) -> str:
    """What a screen reader says of a square."""
    if square.is_missing:
        return tell(N_("not handed in"))
    return tell(STATE_NAMES[square.state])


@bp.get("/board")
@requires(Action.COHORT_BOARD)
def board() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    day, as_of = asked_as_of(cohort.zone)
    lines = lines_of(actor, cohort, as_of=as_of)
    mondays = [square.monday for square in lines[0].squares] if lines else []
    monday = _monday(cohort, mondays, day or today(cohort.zone))
    return page(
        "coordinator/board.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        lines=missing_first(lines, monday) if lines else [],
        monday=monday,
        shown=_around(mondays, monday),
        mondays=mondays,
        heat_of=heat_of,
        word_of=word_of,
        counts=_counts(lines, monday),
        day=day,
    )


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
        week=week,
        day=day,
        state=STATE_NAMES[week.sheet.state],
        error=tell(broken.sentence) if broken else "",
        typed=request.form.get("reason", ""),
    )


def _cohort(actor: Actor) -> Cohort:
    """The one that the address names, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def _monday(cohort: Cohort, mondays: Sequence[date], today: date) -> date:
    """The week that the address names, if it is the cohort's; else the last one that has begun by `today`."""
    asked = next((day for day in mondays if day.isoformat() == request.args.get("week")), None)
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
