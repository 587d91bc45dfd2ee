"""A cohort's year, week by week: dates, what each asks for, breaks, minutes planned."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.hub.calendar.queries.breaks import NamedBreak, named_breaks
from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.models import Cohort, CohortWeek
from lms.hub.cohorts.rules import Days, Target, explain_week_target, week_number
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.people.orgs.models import Site
from lms.people.scope import within


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One cohort week. planned: minutes of hub and capstone; spokes: least and most that a spoke adds."""

    number: int
    monday: date
    sunday: date
    target: Explained[Target]
    breaks: tuple[NamedBreak, ...]
    planned: int
    spokes: tuple[int, int]
    is_now: bool

    @property
    def is_outside(self) -> bool:
        """Whether the plan with the smallest spoke asks for less, or that with the largest for more, than the band."""
        full = self.target.value
        return full.most > 0 and (
            self.planned + self.spokes[0] < full.least or self.planned + self.spokes[1] > full.most
        )


def year_lines(cohort: Cohort, site: Site | None = None) -> list[WeekLine]:
    """Every week of a cohort that was found for somebody; site: with that site's breaks. Four queries."""
    weeks = session.scalars(within(select(CohortWeek).order_by(CohortWeek.number), cohort)).all()
    breaks = named_breaks([cohort.id], [site.id] if site else [])
    days = [Days(one.row.from_day, one.row.to_day, one.row.ref) for one in breaks]
    shared, spokes = _planned(cohort)
    now = week_number(today(cohort.zone), cohort.week_one_monday)
    full = Target(cohort.target_min_minutes, cohort.target_max_minutes)
    lines = []
    for week in weeks:
        sunday = date.fromordinal(week.monday.toordinal() + 6)
        touching = tuple(b for b in breaks if b.row.from_day <= sunday and week.monday <= b.row.to_day)
        of_spokes = [minutes.get(week.number, 0) for minutes in spokes] or [0]
        lines.append(
            WeekLine(
                number=week.number,
                monday=week.monday,
                sunday=sunday,
                target=explain_week_target(week.monday, cohort.starts_on, cohort.ends_on, days, full=full),
                breaks=touching,
                planned=shared.get(week.number, 0),
                spokes=(min(of_spokes), max(of_spokes)),
                is_now=week.number == now,
            )
        )
    return lines


def _planned(cohort: Cohort) -> tuple[dict[int, int], list[dict[int, int]]]:
    """Planned minutes by week: of what all take, and of each spoke."""
    shared: dict[int, int] = defaultdict(int)
    spokes: dict[int, dict[int, int]] = {}
    statement = select(Unit, Course.kind).join(Course, Course.id == Unit.course_id)
    for unit, kind in session.execute(statement.where(Course.program_version_id == cohort.program_version_id)):
        minutes = shared
        if kind is CourseKind.SPOKE:
            minutes = spokes.setdefault(unit.course_id, defaultdict(int))
        for number in range(unit.first_week, unit.last_week + 1):
            minutes[number] += unit.minutes_a_week
    return shared, list(spokes.values())
