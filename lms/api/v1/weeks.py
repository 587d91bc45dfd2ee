"""Weeks of a student: minutes against the target, the sheet and its parts, and handing it in."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import AsOf, Shape, Why, why
from lms.api.v1.hours import OF, HoursOut, entries_out
from lms.hub.cohorts.rules import last_day, monday_of_week
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.queries.weeks import Week, weeks_of, year_of
from lms.hub.hours.rules.sheet import ZeroReason
from lms.hub.hours.rules.week import explain_band
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.people.access import Action, Actor

WEEK = f"{OF}/weeks/<int:week>"


class WeekFigure(StrEnum):
    """The figures of a week that explain themselves."""

    MINUTES = "minutes"
    EVIDENCED_MINUTES = "evidenced_minutes"
    APPROVED_MINUTES = "approved_minutes"
    TARGET = "target"
    BAND = "band"


class WeekQuery(AsOf):
    """Which figure to explain."""

    figure: WeekFigure = Field(default=WeekFigure.MINUTES, description="Which figure.")


class WeekOut(Shape):
    """Cohort week `number`. Minutes logged; of these evidenced (seen, or on the register) and approved.

    `least_minutes`, `most_minutes`: the target; `band`: how the logged minutes stand to it.

    `state`: of the sheet: draft, submitted, returned, approved or reopened. Due and locked: instants.
    """

    number: int
    monday: date
    minutes: int
    evidenced_minutes: int
    approved_minutes: int
    least_minutes: int
    most_minutes: int
    band: str
    state: str
    due_at: datetime
    locks_at: datetime


class WeeksOut(Shape):
    """First to last."""

    items: list[WeekOut]


class PartOut(Shape):
    """What one approver decides on: the section's part, or the workplace's."""

    route: str
    state: str
    minutes: int


class AdjustmentOut(Shape):
    """Signed minutes that an approver added."""

    id: str
    day: date
    minutes: int
    kind: str


class SheetOut(WeekOut):
    """A week with everything that it is made of."""

    version: int
    parts: list[PartOut]
    entries: list[HoursOut]
    adjustments: list[AdjustmentOut]


class NewSubmission(Shape):
    """`zero_reason`: of a week without hours."""

    zero_reason: ZeroReason | None = None


@operation(f"GET {OF}/weeks", Action.HOURS_READ, gives=WeeksOut, query=AsOf)
def list_weeks(actor: Actor, enrollment: str, query: AsOf) -> WeeksOut:
    """Every cohort week of the student."""
    found = find_enrollment(actor, enrollment, Action.HOURS_READ)
    return WeeksOut(items=[WeekOut(**_figures(week)) for week in year_of(found, query.as_of)])


@operation(f"GET {WEEK}", Action.HOURS_READ, gives=SheetOut, query=AsOf)
def get_week(actor: Actor, enrollment: str, week: int, query: AsOf) -> SheetOut:
    """One week with its entries, its adjustments and the parts of its sheet."""
    return _sheet(_week(find_enrollment(actor, enrollment, Action.HOURS_READ), week, query.as_of))


@operation(f"GET {WEEK}/explain", Action.HOURS_READ, gives=Why, query=WeekQuery)
def explain_week(actor: Actor, enrollment: str, week: int, query: WeekQuery) -> Why:
    """Why a figure of the week is what it is."""
    found = _week(find_enrollment(actor, enrollment, Action.HOURS_READ), week, query.as_of)
    return why(EXPLAINED[query.figure](found))


@operation(f"POST {WEEK}/submissions", Action.HOURS_SUBMIT, gives=SheetOut, body=NewSubmission, status=201)
def submit_week(actor: Actor, enrollment: str, week: int, body: NewSubmission) -> SheetOut:
    """Hand in the week's sheet: one part per approver, and again only the parts that were returned."""
    found = find_enrollment(actor, enrollment, Action.HOURS_READ)
    submit_sheet(actor, found, _week(found, week).monday, body.zero_reason)
    return _sheet(_week(found, week))


EXPLAINED: Mapping[WeekFigure, Callable[[Week], Explained[Any]]] = {
    WeekFigure.MINUTES: Week.explain,
    WeekFigure.EVIDENCED_MINUTES: Week.explain_evidenced,
    WeekFigure.APPROVED_MINUTES: Week.explain_approved,
    WeekFigure.TARGET: lambda week: week.situation.explain_target(week.monday),
    WeekFigure.BAND: lambda week: explain_band(week.minutes, week.target),
}


def _week(enrollment: Enrollment, number: int, as_of: datetime | None = None) -> Week:
    """Week `number` of the cohort. Raises NotFound for one that it does not have. Six statements."""
    situation = situation_of(enrollment, as_of)
    first, ends_on = situation.cohort.week_one_monday, situation.cohort.ends_on
    if not 1 <= number <= situation.number(min(ends_on, last_day(first))):
        raise NotFound()
    monday = monday_of_week(number, first)
    return weeks_of({enrollment.id: situation}, monday, monday, as_of)[enrollment.id, monday]


def _figures(week: Week) -> dict[str, Any]:
    return {
        "number": week.number,
        "monday": week.monday,
        "minutes": week.minutes,
        "evidenced_minutes": week.evidenced_minutes,
        "approved_minutes": week.approved_minutes,
        "least_minutes": week.target.least,
        "most_minutes": week.target.most,
        "band": week.band,
        "state": week.sheet.state,
        "due_at": week.times.due_at,
        "locks_at": week.times.locks_at,
    }


def _sheet(week: Week) -> SheetOut:
    parts = [
        PartOut(route=key.route, state=state, minutes=sum(entry.minutes for entry in week.entries_in(key)))
        for key, state in week.sheet.parts.items()
    ]
    adjustments = [
        AdjustmentOut(id=one.public_id, day=one.day, minutes=one.minutes, kind=one.kind) for one in week.adjustments
    ]
    return SheetOut(
        **_figures(week),
        version=week.sheet.version,
        parts=parts,
        entries=entries_out(week.entries),
        adjustments=adjustments,
    )
