"""The page of a week: log, grid, list, figures with their why, and where the sheet stands."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import KIND_NAMES
from lms.hub.cohorts.rules import week_number
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.hours.models import HoursEntry, SheetEvent
from lms.hub.hours.queries.adjustments import proposals_of_week
from lms.hub.hours.queries.plan import PlannedUnit, last_used, units_of
from lms.hub.hours.queries.situation import Situation, situation_of
from lms.hub.hours.queries.weeks import Week, rows_of_week, week_of
from lms.hub.hours.rules.entry import OWN_SOURCES
from lms.hub.hours.rules.sheet import STATE_NAMES, ZERO_REASON_NAMES, PartKey, State, Step, lock_reason
from lms.hub.hours.rules.week import BAND_NAMES, Band, explain_band
from lms.hub.hours.services.docket import CELL
from lms.kernel.clock import now, today
from lms.kernel.errors import NotFound
from lms.kernel.prose import all_prose_of, prose_of
from lms.kernel.text import N_, Sentence
from lms.kernel.weeks import DAYS, monday_of
from lms.people.access import Action
from lms.web.addresses import PUBLIC_ID
from lms.web.adjusting import adjusting_words
from lms.web.approvals import EVIDENCE_NAMES
from lms.web.asof import asked_instant
from lms.web.pages import page
from lms.web.student import bp
from lms.web.student.hours.cells import day_notes, grid_of, locks_of
from lms.web.student.hours.forms import LogForm, log_form
from lms.web.student.hours.returned import marked_in

QUICK = (30, 60, 90)
RECENT = timedelta(days=42)
OPEN = (State.DRAFT, State.RETURNED, State.REOPENED)


@bp.get("/hours")
@requires(Action.HOURS_LOG)
def hours() -> Response:
    enrollment = own_enrollment(current_actor())
    return week_page(enrollment, None)


@bp.get("/hours/weeks/<day:monday>")
@requires(Action.HOURS_LOG)
def hours_week(monday: date) -> Response:
    return week_page(own_enrollment(current_actor()), monday)


@bp.get("/hours/weeks/<day:monday>/history")
@requires(Action.HOURS_LOG)
def hours_history(monday: date) -> Response:
    enrollment = own_enrollment(current_actor())
    week, as_of = find_week(enrollment, monday), asked_instant()
    rows = rows_of_week(enrollment, monday)
    replaced = {row.supersedes_id for row in rows}
    units = {unit.id: unit.title for unit in units_of(enrollment)}
    return page(
        "student/hours/history.html",
        week=week,
        as_of=as_of,
        then=week_of(enrollment, monday, as_of) if as_of else week,
        rows=rows[::-1],
        replaced=replaced,
        units=units,
        kinds=KIND_NAMES,
        comments=prose_of(rows, "comment"),
        events=week.events[::-1],
        states=STATE_NAMES,
        said=said_of(week.events),
    )


def find_week(enrollment: Enrollment, monday: date | None) -> Week:
    """The week of `monday`, or today's; the first or last of the program where that lies outside. Raises NotFound."""
    place = situation_of(enrollment)
    first = place.cohort.week_one_monday
    last = monday_of(place.cohort.ends_on)
    wanted = monday or min(max(monday_of(today(place.zone)), first), last)
    check_is_week(place, wanted)
    return week_of(enrollment, wanted)


def check_is_week(place: Situation, monday: date) -> None:
    """Raises NotFound unless that is the Monday of a week of the program."""
    first, last = place.cohort.week_one_monday, monday_of(place.cohort.ends_on)
    if monday != monday_of(monday) or not first <= monday <= last:
        raise NotFound(N_("This is not a week of your program."))


def week_page(
    enrollment: Enrollment,
    monday: date | None,
    status: int = 200,
    *,
    form: LogForm | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """The page. form: as it was sent, with its errors. typed, errors: of grid cells. more: saved, sheet_error, undo."""
    week = find_week(enrollment, monday)
    day = today(week.situation.zone)
    units = units_of(enrollment)
    recent = last_used(enrollment, day - RECENT)
    grid = grid_of(week, units, typed or {}, errors or {})
    shown: dict[str, Any] = {
        "saved": None,
        "sheet_error": "",
        "list_error": "",
        "removed": wanted_id("removed"),
        **more,
    }
    return page(
        "student/hours/week.html",
        status,
        week=week,
        today=day,
        form=log_form(week, units, recent, day, form),
        quick=QUICK,
        grid=grid,
        grid_locks=locks_of(grid),
        day_notes=day_notes(week),
        entries=sorted(week.entries, key=lambda entry: (entry.day, entry.id)),
        **_words(week, units),
        **_prose(week),
        **_sheet(week),
        proposals=proposals_of_week(enrollment, week.monday) if week.sheet.submitted_at else [],
        **adjusting_words(),
        **_around(week),
        **shown,
    )


def wanted_id(name: str) -> str:
    """The row that the address names, whose undo is offered; empty if it names none."""
    wanted = request.args.get(name, "")
    return wanted if re.fullmatch(PUBLIC_ID, wanted) else ""


def _words(week: Week, units: Sequence[PlannedUnit]) -> dict[str, Any]:
    return {
        "titles": {unit.id: unit.title for unit in units},
        "kinds": KIND_NAMES,
        "evidence": (N_("your own word"), *EVIDENCE_NAMES[1:]),
        "band": explain_band(week.minutes, week.target),
        "band_name": BAND_NAMES[week.band],
        "is_judged": now() >= week.times.ends_at or week.band not in (Band.RED, Band.LOW),
        "states": STATE_NAMES,
        "zero_reasons": ZERO_REASON_NAMES,
    }


def _prose(week: Week) -> dict[str, dict[str, str]]:
    """Comments of entries, reasons of adjustments and what was said of the sheet, by public id. One statement."""
    found = all_prose_of([*week.entries, *week.adjustments, *week.events])

    def named(*names: str) -> dict[str, str]:
        return {fact_id: texts[name] for fact_id, texts in found.items() for name in names if name in texts}

    wrong = {  # the latest return says it
        name.removeprefix(CELL): text
        for event in week.events
        for name, text in found.get(event.public_id, {}).items()
        if name.startswith(CELL)
    }
    said = named("reason", "note")
    return {"comments": named("comment"), "reasons": named("reason"), "said": said, "wrong": wrong}


def _sheet(week: Week) -> dict[str, Any]:
    """Where the sheet stands and what can be done about it."""
    locks = {key: lock_reason(week.sheet, key, week.times, now()) for key in week.part_keys()}
    is_open = week.sheet.state in OPEN and now() < week.sheet.closes_at(week.times)
    return {
        "locks": locks,
        "is_open": is_open,
        "can_hand_in": is_open and now() >= week.times.opens_at,
        "is_late": now() > week.times.due_at,
        "own_sources": OWN_SOURCES,
        "may_change": {entry.public_id: _may_change(week, entry, locks) for entry in week.entries},
        "marked": {cell for event in week.events if event.step is Step.RETURNED for cell in event.cells},
        "marked_cells": marked_in(week),
    }


def _may_change(week: Week, entry: HoursEntry, locks: Mapping[PartKey, Sentence | None]) -> bool:
    return entry.source in OWN_SOURCES and locks[week.key_of(entry)] is None


def _around(week: Week) -> dict[str, Any]:
    """The weeks before and after, None at the ends of the program."""
    cohort, step = week.situation.cohort, timedelta(days=DAYS)
    last = week_number(cohort.ends_on, cohort.week_one_monday)
    return {
        "before": week.monday - step if week.number > 1 else None,
        "after": week.monday + step if week.number < last else None,
        "weeks": last,
    }


def said_of(events: Sequence[SheetEvent]) -> dict[str, str]:
    """What was said with an event, whether as a reason or as a note. Two statements."""
    return {**prose_of(events, "reason"), **prose_of(events, "note")}
