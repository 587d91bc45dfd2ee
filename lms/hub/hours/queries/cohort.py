"""A cohort on one screen: week by student, minutes and state of every sheet (P1, P11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select, union_all

from lms.hub.cohorts.models import Cohort, CohortWeek, Section
from lms.hub.cohorts.rules import Agreed, Target
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement
from lms.hub.enrollment.queries import was_known
from lms.hub.hours.models import Adjustment, HoursEntry, SheetEvent, WeekSheet
from lms.hub.hours.queries.situation import Situation, situations_of
from lms.hub.hours.queries.weeks import events_of_weeks
from lms.hub.hours.rules.sheet import State, fold
from lms.hub.hours.rules.week import Band, band
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm, Site
from lms.people.scope import ask, policy_day, scoped, within


@dataclass(frozen=True, slots=True)
class Square:
    """One week of one student. is_missing: due, asks for hours, and not handed in. is_future: not begun yet."""

    monday: date
    number: int
    minutes: int
    target: Target
    state: State
    is_missing: bool
    is_future: bool

    @property
    def band(self) -> Band:
        """How the minutes stand to the target."""
        return band(self.minutes, self.target)


@dataclass(slots=True)
class Line:
    """One student with all weeks of the cohort. agreed: the pace of a return plan that everybody signed."""

    enrollment: Enrollment
    name: str
    section: str
    agreed: Agreed | None = None
    site: str = ""
    firm: str = ""
    squares: list[Square] = field(default_factory=list)

    def square(self, monday: date) -> Square:
        """That of one week."""
        return next(square for square in self.squares if square.monday == monday)

    @property
    def missing(self) -> int:
        """How many sheets are due and were not handed in."""
        return sum(square.is_missing for square in self.squares)


def lines_of(
    actor: Actor, cohort: Cohort, action: Action = Action.COHORT_BOARD, as_of: datetime | None = None
) -> list[Line]:
    """The students of the cohort that `actor` may see so, with every week. Four statements; the grid itself is one.

    One more for a moment in the past, when states are folded from what had happened to the sheets until then.
    """
    rows = session.execute(_grid(actor, cohort, action, as_of)).all()
    enrollments = list({row.Enrollment.id: row.Enrollment for row in rows}.values())
    situations = situations_of(enrollments, as_of) if enrollments else {}
    states = _states(enrollments, cohort, as_of) if as_of and enrollments else None
    now = as_of or acting_at()
    firms = _firms(enrollments, as_of) if enrollments else {}
    lines: dict[int, Line] = {}
    for row in rows:
        enrollment = row.Enrollment
        agreed = situations[enrollment.id].agreed
        where = (row.section or "", agreed, row.site or "", firms.get(enrollment.id, ""))
        line = lines.setdefault(enrollment.id, Line(enrollment, row.name, *where))
        state = row.state if states is None else states.get((enrollment.id, row.monday))
        line.squares.append(_square(row, state or State.DRAFT, situations[enrollment.id], now))
    return list(lines.values())


def _states(enrollments: Sequence[Enrollment], cohort: Cohort, as_of: datetime) -> dict[tuple[int, date], State]:
    """Of each sheet that something had happened to."""
    days = {"first": cohort.week_one_monday, "last": cohort.ends_on}
    events: dict[tuple[int, date], list[SheetEvent]] = {}
    for event, monday in ask(events_of_weeks(as_of), enrollments, **days):
        events.setdefault((event.enrollment_id, monday), []).append(event)
    return {key: fold(rows).state for key, rows in events.items()}


def missing_first(lines: Sequence[Line], monday: date) -> list[Line]:
    """The lines for one week: those without a sheet first, then those returned, by name."""
    order = {State.DRAFT: 1, State.RETURNED: 2, State.REOPENED: 3, State.SUBMITTED: 4, State.APPROVED: 5}

    def rank(line: Line) -> tuple[int, str]:
        square = line.square(monday)
        return (0 if square.is_missing else order[square.state], line.name)

    return sorted(lines, key=rank)


def _square(row: Any, state: State, situation: Situation, now: datetime) -> Square:
    target, times = situation.target(row.monday), situation.times(row.monday)
    handed_in = state in (State.SUBMITTED, State.APPROVED)
    return Square(
        row.monday,
        row.number,
        int(row.minutes or 0),
        target,
        state,
        is_missing=not handed_in and target.most > 0 and now > times.due_at,
        is_future=now < times.starts_at,
    )


def _grid(actor: Actor, cohort: Cohort, action: Action, as_of: datetime | None) -> Select[*tuple[Any, ...]]:
    """Every student and week with minutes and state: the whole grid in one statement."""
    logged = _logged(cohort, as_of)
    sums = select(logged.c.enrollment_id, logged.c.monday, func.sum(logged.c.minutes).label("minutes"))
    total = sums.group_by(logged.c.enrollment_id, logged.c.monday).subquery()
    statement = select(
        Enrollment,
        Person.name,
        Section.name.label("section"),
        Site.name.label("site"),
        CohortWeek.monday,
        CohortWeek.number,
        total.c.minutes,
        WeekSheet.state,
    )
    statement = scoped(statement, actor, action, on=Enrollment).where(
        Enrollment.cohort_id == cohort.id, was_known(as_of)
    )
    placed = stands(Placement, as_of) & runs_on(Placement, policy_day(as_of))
    return (
        statement.join(Person, Person.id == Enrollment.person_id)
        .join(CohortWeek, CohortWeek.cohort_id == Enrollment.cohort_id)
        .outerjoin(Placement, (Placement.enrollment_id == Enrollment.id) & placed)
        .outerjoin(Section, Section.id == Placement.section_id)
        .outerjoin(Site, Site.id == Placement.site_id)
        .outerjoin(total, (total.c.enrollment_id == Enrollment.id) & (total.c.monday == CohortWeek.monday))
        .outerjoin(WeekSheet, (WeekSheet.enrollment_id == Enrollment.id) & (WeekSheet.monday == CohortWeek.monday))
        .order_by(Person.name, Enrollment.id, CohortWeek.number)
    )


def _firms(enrollments: Sequence[Enrollment], as_of: datetime | None) -> dict[int, str]:
    """The employer of each on that day, by row number; the one entered last, should there be two. One statement."""
    statement = select(EmploymentSpell.enrollment_id, Firm.name).join(Firm, Firm.id == EmploymentSpell.firm_id)
    statement = within(statement, enrollments, on=EmploymentSpell).where(
        stands(EmploymentSpell, as_of), runs_on(EmploymentSpell, policy_day(as_of))
    )
    return {row[0]: row[1] for row in session.execute(statement.order_by(EmploymentSpell.id))}


def _logged(cohort: Cohort, as_of: datetime | None) -> Any:
    """Entries that stand, and adjustments, of the cohort's students."""
    students = select(Enrollment.id).where(Enrollment.cohort_id == cohort.id)
    entries, adjusted = (
        select(model.enrollment_id, model.monday, model.minutes).where(
            model.enrollment_id.in_(students), stands(model, as_of)
        )
        for model in (HoursEntry, Adjustment)
    )
    both: CompoundSelect[int, date, int] = union_all(entries, adjusted)
    return both.subquery()
