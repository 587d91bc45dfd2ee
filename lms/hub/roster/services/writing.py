"""From the lines of a roster to the facts of enrollments, in a fixed number of statements for any number of people.

The same facts that `lms.hub.enrollment.services` adds one by one: state by state on the way in, where and for whom.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.queries import list_courses
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.rules import own_first_day
from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit, StatusChange
from lms.hub.roster.models.imports import StudentNumber
from lms.hub.roster.queries.snapshot import Snapshot
from lms.hub.roster.rules.columns import FORWARD
from lms.hub.roster.rules.plan import Line
from lms.hub.roster.services.bulk import add_all, change_all
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.anchors import forget_anchors
from lms.people.grants.models import GrantRow
from lms.people.scope import unscoped

JOINS_AS = Status.ENROLLED


@dataclass(slots=True)
class Entry:
    """One person on the way in. wanted: what the roster says, by field; empty is left as is."""

    wanted: dict[str, str]
    person_id: int | None = None
    enrollment_id: int | None = None
    is_new: bool = True
    offset_weeks: int = 0

    @classmethod
    def of(cls, line: Line) -> "Entry":
        """What one line of a plan asks for."""
        wanted = {change.field: change.new for change in line.changes}
        return cls(wanted, line.person_id, line.enrollment_id, line.enrollment_id is None)


@dataclass(slots=True)
class Writing:
    """Who comes into which cohort. by_id: grants are given by whom."""

    cohort: Cohort
    snap: Snapshot
    by_id: int | None
    day: date = field(init=False)

    def __post_init__(self) -> None:
        self.day = today(self.cohort.zone)

    def first_day(self, entry: Entry) -> date:
        """The student's own first day of the cohort."""
        return own_first_day(self.cohort.starts_on, self.cohort.week_one_monday, entry.offset_weeks)

    def since(self, entry: Entry) -> date:
        """From when a new member is placed and employed: today, or from their first day where that is past."""
        return min(self.day, self.first_day(entry))

    def section(self, entry: Entry) -> Section | None:
        """The section that the roster names."""
        name = entry.wanted.get("section")
        return self.snap.sections[name] if name else None


def open_accounts(writing: Writing, entries: Iterable[Entry]) -> None:
    """A row for everybody who has none; nobody can sign in with it before an invitation is accepted."""
    new = [entry for entry in entries if entry.person_id is None]
    rows = [
        {"name": entry.wanted["name"], "email": entry.wanted["email"], "zone": writing.cohort.zone} for entry in new
    ]
    for entry, number in zip(new, add_all(Person, rows), strict=True):
        entry.person_id = number


def open_enrollments(writing: Writing, entries: Sequence[Entry]) -> None:
    """Enrollment, place and grant of those who are new in the cohort; their states follow."""
    new = [entry for entry in entries if entry.is_new]
    rows = [
        {"person_id": one.person_id, "cohort_id": writing.cohort.id, "start_offset_weeks": one.offset_weeks}
        for one in new
    ]
    for entry, number in zip(new, add_all(Enrollment, rows), strict=True):
        entry.enrollment_id = number
    placed = [(entry, writing.section(entry)) for entry in new]
    add_all(
        Placement,
        [
            {
                "enrollment_id": entry.enrollment_id,
                "site_id": section.site_id,
                "section_id": section.id,
                "from_day": writing.since(entry),
            }
            for entry, section in placed
            if section
        ],
    )
    give_grants(writing, entries)
    forget_anchors()


def give_grants(writing: Writing, entries: Iterable[Entry]) -> None:
    """Each student's own relation to their enrollment."""
    add_all(
        GrantRow,
        [
            {
                "person_id": entry.person_id,
                "relation": Relation.STUDENT,
                "place_id": entry.enrollment_id,
                "from_day": writing.since(entry),
                "granted_by_id": writing.by_id,
            }
            for entry in entries
        ],
    )


def add_states(writing: Writing, entries: Sequence[Entry]) -> None:
    """Each on its way in, state by state, as the machine goes (D7); the hub's courses come with being enrolled."""
    rows: list[dict[str, Any]] = []
    enrolled: list[int] = []
    for entry in entries:
        rows += _states(writing, entry)
        if any(row["status"] is Status.ENROLLED for row in rows[-len(FORWARD) :]) and entry.enrollment_id:
            enrolled.append(entry.enrollment_id)
    for rows_alike in _by_keys(rows):
        add_all(StatusChange, rows_alike)
    plan_shared_courses(writing.cohort, enrolled)
    forget_anchors()


def _by_keys(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    found: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[tuple(row)].append(row)
    return found.values()


def _states(writing: Writing, entry: Entry) -> list[dict[str, Any]]:
    changes = writing.snap.changes.get(entry.enrollment_id or 0, [])
    last = max(changes, key=lambda row: (row.effective_on, row.id)) if changes else None
    wanted = Status(entry.wanted.get("status") or JOINS_AS)
    of = {"enrollment_id": entry.enrollment_id, "reason": StatusReason.START}
    if last is not None and last.status is Status.WITHDRAWN:  # an undone join comes back: it replaces the undoing
        return [{**of, "status": wanted, "effective_on": last.effective_on, "supersedes_id": last.id}]
    done = FORWARD.index(last.status) + 1 if last else 0
    not_before = max((row.effective_on for row in changes), default=date.min)
    found = []
    for status in FORWARD[done : FORWARD.index(wanted) + 1]:
        day = writing.first_day(entry) if status is Status.ACTIVE else (writing.day if last else writing.since(entry))
        found.append({**of, "status": status, "effective_on": max(day, not_before)})
    return found


def plan_shared_courses(cohort: Cohort, enrollments: Sequence[int]) -> None:
    """The hub's courses and the capstone, for those who have no plan yet."""
    planned = select(PlanUnit.enrollment_id).where(PlanUnit.enrollment_id.in_(enrollments)).distinct()
    there = set(session.scalars(unscoped(planned, "who has a plan already"))) if enrollments else set()
    courses = [course for course in list_courses(cohort.program_version_id) if course.kind is not CourseKind.SPOKE]
    add_all(
        PlanUnit,
        [
            {"enrollment_id": number, "course_id": course.id}
            for number in enrollments
            if number not in there
            for course in courses
        ],
    )


def set_numbers(writing: Writing, entries: Iterable[Entry]) -> None:
    """What the school calls each of them, at the site of their section."""
    asked: dict[tuple[int, int], str] = {}
    for entry in entries:
        code, section = entry.wanted.get("external_id"), writing.section(entry)
        placement = writing.snap.placements.get(entry.enrollment_id or 0)
        site_id = section.site_id if section else placement.site_id if placement else None
        if code and site_id and entry.person_id:
            asked[entry.person_id, site_id] = code
    if not asked:
        return
    people = {person_id for person_id, _ in asked}
    held = select(StudentNumber).where(StudentNumber.person_id.in_(people))
    there = {(row.person_id, row.site_id): row for row in session.scalars(unscoped(held, "their numbers so far"))}
    change_all(StudentNumber, [{"id": there[key].id, "code": code} for key, code in asked.items() if key in there])
    add_all(
        StudentNumber,
        [
            {"person_id": person_id, "site_id": site_id, "code": code}
            for (person_id, site_id), code in asked.items()
            if (person_id, site_id) not in there
        ],
    )
