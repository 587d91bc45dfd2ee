"""What a review is filled in with: hours against what was asked, pace, attendance, grades, and what rooms above know.

Taken once, as known at one moment, and stored with the review: what was signed is what was read.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from lms.hub.attendance.queries.rolls import rolls_of
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.queries.forecast import forecast_from
from lms.hub.hours.queries.rooms import account_from
from lms.hub.hours.queries.weeks import Week
from lms.hub.hours.rules.sheet import State
from lms.hub.reviews.agenda import ATTENDANCE, GRADES, HOURS, PROGRESS
from lms.hub.reviews.rules import Due
from lms.hub.standing.queries import SETTLED, WHOLE_BP, Record, record_of
from lms.kernel.weeks import ends_at

NEVER_HANDED_IN = frozenset({State.DRAFT, State.REOPENED, State.RETURNED})

# What a room above adds under the name of a section: numbers, dates and states, as known at that moment.
Source = Callable[[Enrollment, datetime], Any]
_sources: dict[str, Source] = {}


def review_source(section: str) -> Callable[[Source], Source]:
    """Registers a room above that fills in a section of reviews."""

    def register(source: Source) -> Source:
        _sources[section] = source
        return source

    return register


def figures_of(enrollment: Enrollment, due: Due, moment: datetime) -> dict[str, Any]:
    """All sections of one student who was found, as known at `moment`. A fixed number of statements."""
    record = record_of(enrollment, moment)
    found: dict[str, Any] = {
        "from": due.from_day.isoformat(),
        "to": due.due_on.isoformat(),
        HOURS: _hours(record, due, moment),
        PROGRESS: _progress(record, moment),
        ATTENDANCE: _attendance(enrollment, moment),
        GRADES: _grades(record),
    }
    return found | {section: source(enrollment, moment) for section, source in _sources.items()}


def _hours(record: Record, due: Due, moment: datetime) -> dict[str, Any]:
    """Of the weeks that ended in the period of the review, and of all weeks so far."""
    over = [week for week in record.weeks if ends_at(week.days[-1], week.situation.zone) <= moment]
    here = [week for week in over if due.from_day <= week.days[-1] <= due.due_on]
    return {
        **_sums(here),
        "total_logged": sum(week.minutes for week in over),
        "total_approved": sum(week.approved_minutes for week in over),
        "total_expected": sum(week.target.least for week in over),
        "missing_weeks": [week.number for week in here if _is_missing(week, moment)],
    }


def _sums(weeks: list[Week]) -> dict[str, int]:
    return {
        "logged": sum(week.minutes for week in weeks),
        "approved": sum(week.approved_minutes for week in weeks),
        "expected": sum(week.target.least for week in weeks),
    }


def _is_missing(week: Week, moment: datetime) -> bool:
    return week.target.most > 0 and moment > week.times.due_at and week.sheet.state in NEVER_HANDED_IN


def _progress(record: Record, moment: datetime) -> dict[str, Any]:
    forecast = forecast_from(account_from(record.weeks, moment), moment).value
    return {
        "pace": str(record.pace().value),
        "missing_items": record.pace_facts().missing_items,
        "finish": forecast.finishes_on.isoformat() if forecast.finishes_on else None,
        "is_late": not forecast.is_on_time,
    }


def _attendance(enrollment: Enrollment, moment: datetime) -> dict[str, Any]:
    credit = rolls_of([enrollment], moment)[enrollment.id].credit
    return {"share_bp": credit.share_bp, "scheduled": credit.scheduled, "counted": credit.counted}


def _grades(record: Record) -> list[dict[str, Any]]:
    """Released grades of the courses that have begun, in whole basis points, rounded once, half away from zero."""
    found = []
    for code, grades in record.grades.items():
        course, grade = record.courses[code], grades.grade.grade
        found.append(
            {
                "code": code,
                "name": course.name,
                "pass_bp": course.pass_bp,
                "grade_bp": None if grade is None else int(grade * WHOLE_BP * 2 + 1) // 2,
                "open": sum(entry.cell.status not in SETTLED for entry in grades.entries),
            }
        )
    return found
