"""What a review is filled in with: hours against what was asked, pace, attendance, grades, and what rooms above know.

Taken once, as known at one moment, and stored with the review: what was signed is what was read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.hub.attendance.queries.rolls import rolls_of
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.queries.forecast import forecast_from
from lms.hub.hours.queries.rooms import account_from
from lms.hub.hours.queries.weeks import Week
from lms.hub.hours.rules.sheet import State, Step
from lms.hub.reviews.agenda import ATTENDANCE, GRADES, HOURS, PROGRESS
from lms.hub.reviews.rules import Due
from lms.hub.reviews.whys import SEAL, Stored, Whys, explain_count, explain_weeks, seal, stored
from lms.hub.standing.queries import NOT_HANDED_IN, SETTLED, WHOLE_BP, Record, record_of
from lms.kernel.explain import Explained, FactRef
from lms.kernel.text import N_, say
from lms.kernel.weeks import ends_at

LOGGED = N_("The minutes of every entry that stands in weeks that are over, adjustments included.")
APPROVED = N_("The minutes in approved parts of the sheets of weeks that are over, and adjustments.")
EXPECTED = N_("The lower edge of each week's band; breaks, leave and agreements lower it.")
MISSING = N_("Weeks whose sheet was due and was never handed in, or came back and stayed.")
NOT_IN = N_("Work whose date is past and that is not in, or counts as zero.")
NEVER_HANDED_IN = frozenset({State.DRAFT, State.REOPENED, State.RETURNED})

# What a room above adds under the name of a section: numbers, dates and states, as known at that moment; and why.
Source = Callable[[Enrollment, datetime], tuple[Any, Whys]]
_sources: dict[str, Source] = {}


@dataclass(frozen=True, slots=True)
class Taken:
    """The figures of one moment by section, sealed with their explanations, and these as they are stored."""

    figures: dict[str, Any]
    whys: Stored

    @property
    def sha256(self) -> str:
        """Of the explanations."""
        return str(self.figures[SEAL])


def review_source(section: str) -> Callable[[Source], Source]:
    """Registers a room above that fills in a section of reviews."""

    def register(source: Source) -> Source:
        _sources[section] = source
        return source

    return register


def take_figures(enrollment: Enrollment, due: Due, moment: datetime) -> Taken:
    """All sections of one student who was found, as known at `moment`. A fixed number of statements."""
    record = record_of(enrollment, moment)
    parts: dict[str, tuple[Any, Whys]] = {
        HOURS: _hours(record, due, moment),
        PROGRESS: _progress(record, moment),
        ATTENDANCE: _attendance(enrollment, moment),
        GRADES: _grades(record),
        **{section: source(enrollment, moment) for section, source in _sources.items()},
    }
    whys = stored({f"{section}.{name}": why for section, (_, each) in parts.items() for name, why in each.items()})
    figures = {section: found for section, (found, _) in parts.items()}
    return Taken({"from": due.from_day.isoformat(), "to": due.due_on.isoformat(), SEAL: seal(whys)} | figures, whys)


def _hours(record: Record, due: Due, moment: datetime) -> tuple[dict[str, Any], Whys]:
    """Of the weeks that ended in the period of the review, and of all weeks so far."""
    over = [week for week in record.weeks if ends_at(week.days[-1], week.situation.zone) <= moment]
    here = [week for week in over if due.from_day <= week.days[-1] <= due.due_on]
    missing = [week for week in here if _is_missing(week, moment)]
    whys: dict[str, Explained[Any]] = {
        "logged": explain_weeks(((week.number, week.minutes) for week in here), LOGGED, _entries(here)),
        "approved": explain_weeks(((week.number, week.approved_minutes) for week in here), APPROVED, _decided(here)),
        "expected": explain_weeks(((week.number, week.target.least) for week in here), EXPECTED, _asked(here)),
        "total_approved": explain_weeks(
            ((week.number, week.approved_minutes) for week in over), APPROVED, _decided(over)
        ),
        "total_expected": explain_weeks(((week.number, week.target.least) for week in over), EXPECTED, _asked(over)),
        "missing_weeks": explain_count(
            ((say(N_("Week %(number)s was due"), number=week.number), week.times.due_at) for week in missing), MISSING
        ),
    }
    return {
        **_sums(here),
        "total_logged": sum(week.minutes for week in over),
        "total_approved": sum(week.approved_minutes for week in over),
        "total_expected": sum(week.target.least for week in over),
        "missing_weeks": [week.number for week in missing],
    }, whys


def _entries(weeks: list[Week]) -> list[FactRef]:
    return [entry.ref for week in weeks for entry in week.everything]


def _decided(weeks: list[Week]) -> list[FactRef]:
    """What decided that minutes are approved: the sheets' approvals, and adjustments."""
    approvals = [event.ref for week in weeks for event in week.events if event.step is Step.APPROVED]
    return [*approvals, *(row.ref for week in weeks for row in week.adjustments)]


def _asked(weeks: list[Week]) -> list[FactRef]:
    """The breaks, leaves and agreements that lower what a week asks for, each once."""
    found = [ref for week in weeks for ref in week.situation.explain_target(week.monday).facts]
    return list(dict.fromkeys(found))


def _sums(weeks: list[Week]) -> dict[str, int]:
    return {
        "logged": sum(week.minutes for week in weeks),
        "approved": sum(week.approved_minutes for week in weeks),
        "expected": sum(week.target.least for week in weeks),
    }


def _is_missing(week: Week, moment: datetime) -> bool:
    return week.target.most > 0 and moment > week.times.due_at and week.sheet.state in NEVER_HANDED_IN


def _progress(record: Record, moment: datetime) -> tuple[dict[str, Any], Whys]:
    forecast = forecast_from(account_from(record.weeks, moment), moment)
    missing = [
        (say(N_("%(code)s was due"), code=entry.activity.code), entry.due_at)
        for grades in record.grades.values()
        for entry in grades.entries
        if entry.cell.status in NOT_HANDED_IN
    ]
    found = {
        "pace": str(record.pace().value),
        "missing_items": record.pace_facts().missing_items,
        "finish": forecast.value.finishes_on.isoformat() if forecast.value.finishes_on else None,
        "is_late": not forecast.value.is_on_time,
    }
    return found, {"pace": record.pace(), "finish": forecast, "missing_items": explain_count(missing, NOT_IN)}


def _attendance(enrollment: Enrollment, moment: datetime) -> tuple[dict[str, Any], Whys]:
    roll = rolls_of([enrollment], moment)[enrollment.id]
    credit, why = roll.credit, roll.explain_share()
    found = {"share_bp": credit.share_bp, "scheduled": credit.scheduled, "counted": credit.counted}
    return found, {} if why is None else {"share": why}


def _grades(record: Record) -> tuple[list[dict[str, Any]], Whys]:
    """Released grades of the courses that have begun, in whole basis points, rounded once, half away from zero."""
    found, whys = [], {}
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
        if grade is not None:
            whys[code] = grades.explain()
    return found, whys
