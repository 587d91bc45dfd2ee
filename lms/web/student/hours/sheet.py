"""Handing in a week; the year with its totals; the entries as a file."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.rules import explain_expected_minutes
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.models import Adjustment, HoursEntry
from lms.hub.hours.queries.forecast import outlook
from lms.hub.hours.queries.plan import units_of
from lms.hub.hours.queries.rooms import account_of
from lms.hub.hours.queries.way_back import way_back_of
from lms.hub.hours.queries.weeks import EVIDENCED, Week, year_of
from lms.hub.hours.rules.forecast import forecast
from lms.hub.hours.rules.sheet import STATE_NAMES, State, ZeroReason
from lms.hub.hours.rules.week import explain_minutes
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.clock import now
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.charts.hours import PlanPoint, WeekBar, cumulative_hours, weekly_bars
from lms.web.downloads import csv_download
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.student import bp
from lms.web.student.hours.week import week_page

COLUMNS = (
    "day", "cohort_week", "minutes", "kind", "unit", "paid_by_firm", "evidence_level", "lag_days", "sheet", "entry",
)  # fmt: skip


@bp.post("/hours/weeks/<day:monday>/sheet")
@requires(Action.HOURS_SUBMIT)
def hand_in_week(monday: date) -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    chosen = request.form.get("zero_reason", "")
    reason = next((each for each in ZeroReason if each.value == chosen), None)
    try:
        submit_sheet(actor, enrollment, monday, reason)
    except RuleBroken as broken:
        said = " ".join(tell(one.sentence) for one in (broken, *broken.also))
        return week_page(enrollment, monday, broken.status, sheet_error=said, zero_reason=chosen)
    tell_next(N_("Handed in. You will hear if something has to be changed."))
    return redirect_to("student.hours_week", monday=monday)


@bp.get("/hours/year")
@requires(Action.HOURS_LOG)
def hours_year() -> Response:
    account = account_of(own_enrollment(current_actor()))
    weeks, place, day = account.weeks, account.situation, account.today
    everything = [entry for week in weeks for entry in week.everything]
    approved = [entry for week in weeks for entry in week.approved]
    first = place.first or place.cohort.starts_on
    done = [week for week in weeks if week.times.starts_at <= now()]
    return page(
        "student/hours/year.html",
        weeks=weeks,
        states=STATE_NAMES,
        place=place,
        logged=explain_minutes(everything),
        evidenced=explain_minutes([entry for week in weeks for entry in week.evidenced], EVIDENCED),
        approved=explain_minutes(approved),
        forecast=forecast(outlook(account, now())),
        way_back=way_back_of(account),
        expected=explain_expected_minutes(day, first, place.last, place.breaks, place.leaves, place.full, place.agreed),
        bars=weekly_bars([_bar(week) for week in done], "weeks"),
        plan=cumulative_hours(_plan(weeks)),
        is_begun=lambda week: week.times.starts_at <= now(),
    )


def _bar(week: Week) -> WeekBar:
    approved = max(week.approved_minutes, 0)
    return WeekBar(str(week.number), approved, week.minutes - approved, week.target.least, week.target.most)


def _plan(weeks: Sequence[Week]) -> list[PlanPoint]:
    points, done, planned = [], 0, 0
    for week in weeks:
        planned += week.target.least
        done += week.minutes
        points.append(PlanPoint(str(week.number), done if week.times.starts_at <= now() else None, planned))
    return points


@bp.get("/hours.csv")
@requires(Action.HOURS_LOG)
def hours_csv() -> Response:
    enrollment = own_enrollment(current_actor())
    weeks, titles = year_of(enrollment), {unit.id: unit.title for unit in units_of(enrollment)}
    return csv_download("hours.csv", COLUMNS, list(_rows(weeks, titles)))


def _rows(weeks: Sequence[Week], titles: dict[int, str]) -> Iterator[Sequence[object]]:
    """Entries and adjustments, by day."""
    for week in weeks:
        rows: list[HoursEntry | Adjustment] = [*week.entries, *week.adjustments]
        for entry in sorted(rows, key=lambda each: (each.day, each.recorded_at)):
            state = week.sheet.parts.get(week.key_of(entry), State.DRAFT)
            yield (
                entry.day,
                week.number,
                entry.minutes,
                entry.kind.value,
                titles.get(entry.unit_id or 0, ""),
                "yes" if entry.paid_by_firm else "no",
                int(entry.evidence),
                entry.lag_days,
                state.value,
                entry.public_id,
            )
