"""What a review talks about: one point for each figure that stands out, then what was agreed and is still open. Pure.

Figures are the stored ones: a mapping by section, each section with a record type that a firm needs a consent for.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.hub.standing.pace import PACE_NAMES, Pace
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Share, Span

HOURS, PROGRESS, ATTENDANCE, GRADES, CAPSTONE = "hours", "progress", "attendance", "grades", "capstone"
SECTIONS = (HOURS, PROGRESS, ATTENDANCE, GRADES, CAPSTONE)
LOW_ATTENDANCE_BP = 9_000  # A5: below 90 % of what was scheduled

SOURCE = N_("Agenda of progress reviews, rule D32: folded from the figures of this review")
MISSING_WEEKS = N_("A week sheet of the period was due and was never handed in.")
NOT_ON_PACE = N_("The pace is not what the program asks for; the figure below says which part.")
WORK_MISSING = N_("Work whose date is past is not in.")
ENDS_LATE = N_("The forecast ends after the planned end of the cohort.")
LOW_ATTENDANCE = N_("Alert A5: attendance below 90 percent of what was scheduled.")
LOW_GRADE = N_("A released grade is below the pass mark of its course.")
NO_PROJECT = N_("Until a capstone is proposed, each review asks for one.")
MILESTONES_LATE = N_("A milestone's day is past and it is not done.")


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the agenda. section: which figures it comes from; a firm without that consent is not shown it."""

    section: str
    sentence: Sentence
    why: Explained[Any]


Said = tuple[Sentence, Explained[Any]]


def agenda(figures: Mapping[str, Any], hidden: Collection[str] = ()) -> list[Point]:
    """The points that these figures make, in the order of the sections."""
    points = [
        Point(section, sentence, why)
        for section in SECTIONS
        if section not in hidden and figures.get(section)
        for sentence, why in _TELL[section](figures[section])
    ]
    return points


def _because(rule: str, *steps: tuple[str, object], **names: object) -> Explained[Any]:
    """Why a point stands there: folded from the figures of the review, the last step is what it says."""
    told = tuple(Step(say(message, **names), value) for message, value in steps)
    return Explained(told[-1].value, rule=say(rule), source=say(SOURCE), steps=told)


def _hours(found: Mapping[str, Any]) -> list[Said]:
    left = found["expected"] - found["logged"]
    logged, said = (N_("Logged"), Span(found["logged"])), []
    if left > 0:
        message = N_("Hours: %(left)s behind what these weeks asked for. What gets in the way?")
        asked = (N_("Asked for"), Span(found["expected"]))
        why = _because(N_("Less is logged than the weeks asked for."), asked, logged, (N_("Behind"), Span(left)))
        said.append((say(message, left=Span(left)), why))
    waiting = found["logged"] - found["approved"]
    if waiting > 0:
        approved = (N_("Approved"), Span(found["approved"]))
        why = _because(N_("More is logged than approved."), logged, approved, (N_("Waiting"), Span(waiting)))
        said.append((say(N_("%(waiting)s are logged and not approved yet."), waiting=Span(waiting)), why))
    if found["missing_weeks"]:
        weeks = ", ".join(str(number) for number in found["missing_weeks"])
        why = _because(MISSING_WEEKS, (N_("Weeks"), weeks), (N_("How many"), len(found["missing_weeks"])))
        said.append((say(N_("Week sheets that were never handed in: week %(weeks)s."), weeks=weeks), why))
    return said


def _progress(found: Mapping[str, Any]) -> list[Said]:
    said = []
    if found["pace"] != Pace.ON_PACE:
        pace = say(PACE_NAMES[Pace(found["pace"])])
        said.append((say(N_("Pace: %(pace)s."), pace=pace), _because(NOT_ON_PACE, (N_("Pace"), pace))))
    if found["missing_items"]:
        message, count = N_("Work that was due and is missing: %(count)s."), found["missing_items"]
        said.append((say(message, count=count), _because(WORK_MISSING, (N_("How many"), count))))
    if found["is_late"] and found["finish"]:
        message, day = N_("At the approved pace the program ends on %(day)s, after the cohort."), found["finish"]
        last = date.fromisoformat(day)
        said.append((say(message, day=last), _because(ENDS_LATE, (N_("Finished on"), last))))
    return said


def _attendance(found: Mapping[str, Any]) -> list[Said]:
    share = found["share_bp"]
    if share is None or share >= LOW_ATTENDANCE_BP:
        return []
    steps = [(N_("Counted"), Span(found["counted"])), (N_("Scheduled"), Span(found["scheduled"]))]
    why = _because(LOW_ATTENDANCE, (N_("Asked for at least"), Share(LOW_ATTENDANCE_BP)), *steps, _share(share))
    return [(say(N_("Attendance is at %(share)s of what was scheduled."), share=Share(share)), why)]


def _share(bp: int) -> tuple[str, Share]:
    return N_("Attendance"), Share(bp)


def _grades(found: list[Mapping[str, Any]]) -> list[Said]:
    message, said = N_("%(course)s stands at %(grade)s and needs %(needs)s."), []
    for one in found:
        if one["grade_bp"] is not None and one["grade_bp"] < one["pass_bp"]:
            grade, needs = Share(tenths(one["grade_bp"])), Share(one["pass_bp"])
            why = _because(LOW_GRADE, (N_("Passes from"), needs), (N_("Grade"), grade))
            said.append((say(message, course=one["name"], grade=grade, needs=needs), why))
    return said


def tenths(bp: int) -> int:
    """A grade as it is shown: rounded to tenths of a percent, half up; nothing compares it."""
    return (bp + 5) // 10 * 10


def _capstone(found: Mapping[str, Any]) -> list[Said]:
    if not found["state"]:
        why = _because(NO_PROJECT, (N_("Projects"), 0))
        return [(say(N_("No capstone project is proposed yet. Which problem of the firm could it be?")), why)]
    if found["overdue"]:
        message, count = N_("Milestones of the capstone that are overdue: %(count)s."), found["overdue"]
        return [(say(message, count=count), _because(MILESTONES_LATE, (N_("How many"), count)))]
    return []


_TELL: Mapping[str, Callable[[Any], list[Said]]] = {
    HOURS: _hours,
    PROGRESS: _progress,
    ATTENDANCE: _attendance,
    GRADES: _grades,
    CAPSTONE: _capstone,
}
