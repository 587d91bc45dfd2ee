"""What a review talks about: one point for each figure that stands out, then what was agreed and is still open. Pure.

Figures are the stored ones: a mapping by section, each section with a record type that a firm needs a consent for.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.hub.standing.pace import PACE_NAMES, Pace
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Share, Span

HOURS, PROGRESS, ATTENDANCE, GRADES, CAPSTONE = "hours", "progress", "attendance", "grades", "capstone"
SECTIONS = (HOURS, PROGRESS, ATTENDANCE, GRADES, CAPSTONE)
LOW_ATTENDANCE_BP = 9_000  # A5: below 90 % of what was scheduled


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the agenda. section: which figures it comes from; a firm without that consent is not shown it."""

    section: str
    sentence: Sentence


def agenda(figures: Mapping[str, Any], hidden: Collection[str] = ()) -> list[Point]:
    """The points that these figures make, in the order of the sections."""
    points = [
        Point(section, sentence)
        for section in SECTIONS
        if section not in hidden and figures.get(section)
        for sentence in _TELL[section](figures[section])
    ]
    return points


def _hours(found: Mapping[str, Any]) -> list[Sentence]:
    left = found["expected"] - found["logged"]
    said = []
    if left > 0:
        message = N_("Hours: %(left)s behind what these weeks asked for. What gets in the way?")
        said.append(say(message, left=Span(left)))
    waiting = found["logged"] - found["approved"]
    if waiting > 0:
        said.append(say(N_("%(waiting)s are logged and not approved yet."), waiting=Span(waiting)))
    if found["missing_weeks"]:
        weeks = ", ".join(str(number) for number in found["missing_weeks"])
        said.append(say(N_("Week sheets that were never handed in: week %(weeks)s."), weeks=weeks))
    return said


def _progress(found: Mapping[str, Any]) -> list[Sentence]:
    said = []
    if found["pace"] != Pace.ON_PACE:
        said.append(say(N_("Pace: %(pace)s."), pace=say(PACE_NAMES[Pace(found["pace"])])))
    if found["missing_items"]:
        said.append(say(N_("Work that was due and is missing: %(count)s."), count=found["missing_items"]))
    if found["is_late"] and found["finish"]:
        message = N_("At the approved pace the program ends on %(day)s, after the cohort.")
        said.append(say(message, day=date.fromisoformat(found["finish"])))
    return said


def _attendance(found: Mapping[str, Any]) -> list[Sentence]:
    share = found["share_bp"]
    if share is None or share >= LOW_ATTENDANCE_BP:
        return []
    return [say(N_("Attendance is at %(share)s of what was scheduled."), share=Share(share))]


def _grades(found: list[Mapping[str, Any]]) -> list[Sentence]:
    low = [one for one in found if one["grade_bp"] is not None and one["grade_bp"] < one["pass_bp"]]
    message = N_("%(course)s stands at %(grade)s and needs %(needs)s.")
    values = [(one["name"], Share(tenths(one["grade_bp"])), Share(one["pass_bp"])) for one in low]
    return [say(message, course=course, grade=grade, needs=needs) for course, grade, needs in values]


def tenths(bp: int) -> int:
    """A grade as it is shown: rounded to tenths of a percent, half up; nothing compares it."""
    return (bp + 5) // 10 * 10


def _capstone(found: Mapping[str, Any]) -> list[Sentence]:
    if not found["state"]:
        return [say(N_("No capstone project is proposed yet. Which problem of the firm could it be?"))]
    if found["overdue"]:
        return [say(N_("Milestones of the capstone that are overdue: %(count)s."), count=found["overdue"])]
    return []


_TELL: Mapping[str, Callable[[Any], list[Sentence]]] = {
    HOURS: _hours,
    PROGRESS: _progress,
    ATTENDANCE: _attendance,
    GRADES: _grades,
    CAPSTONE: _capstone,
}
