"""All dates of a cohort at once, as the cascade judges them, and how its weeks' targets change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from lms.hub.calendar.rules.cascade import Cascade, DueSlot, Slot
from lms.hub.calendar.rules.ends import End, ends_of
from lms.hub.catalog.models import Course
from lms.hub.cohorts.meetings import Meeting, meetings_of
from lms.hub.cohorts.models import Attendance, Break, Cohort, Section, Session
from lms.hub.cohorts.rules import Days, Target, week_target
from lms.hub.coursework.models import Activity, Deadline
from lms.hub.coursework.setting import standing_deadlines
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.kernel.weeks import DAYS, day_span, monday_of
from lms.people.orgs.models import Site
from lms.people.scope import within


@dataclass(slots=True)
class Dates:
    """A cohort with its sections, sites, sessions, due dates and breaks; sections by their public id.

    courses: names of those that have activities.
    """

    cohort: Cohort
    sections: dict[str, tuple[Section, Site]]
    meetings: dict[str, Meeting]
    activities: dict[int, Activity]
    deadlines: Mapping[tuple[int, int | None], Deadline]
    breaks: list[Break]
    courses: Mapping[int, str] = field(default_factory=dict)
    held: frozenset[int] = frozenset()
    _by_number: dict[int, str] = field(default_factory=dict)

    def slots(self) -> list[Slot]:
        """The sessions that take place. Those with a register, which says when they were, are fixed."""
        return [
            Slot(m.public_id, self._by_number[m.section_id], m.starts_at, m.ends_at, m.zone, m.id in self.held)
            for m in self.meetings.values()
            if not m.is_cancelled
        ]

    def due_slots(self) -> list[DueSlot]:
        """The due dates of the cohort and, for each section, its own or the cohort's."""
        found = []
        for number, activity in self.activities.items():
            base = self.deadline(number, None)
            if base is None:
                continue
            found.append(DueSlot(activity.public_id, None, base.due_at, self.cohort.zone))
            for key, (section, site) in self.sections.items():
                own = self.deadline(number, section.id)
                at = own.due_at if own else base.due_at
                found.append(DueSlot(activity.public_id, key, at, site.zone, is_own=own is not None))
        return found

    def ends(self, found: Cascade) -> list[End]:
        """The last date of each course and section that moves."""
        names = {activity.public_id: self.courses[activity.course_id] for activity in self.activities.values()}
        slots = [(self.meetings[slot.key].course, slot) for slot in self.slots()]
        return ends_of(slots, [(names[due.activity], due) for due in self.due_slots()], found)

    def deadline(self, activity_id: int, section_id: int | None) -> Deadline | None:
        """The date that stands; None where there is none, or it was taken back."""
        found = self.deadlines.get((activity_id, section_id))
        return None if found is None or found.is_lifted else found

    def closed(self, extra: Iterable[Days] = (), site_id: int | None = None) -> dict[str | None, Sequence[Days]]:
        """All days without teaching by section; under None the cohort's. extra: some that are added at `site_id`."""
        more = list(extra)
        rows = [(row.site_id, Days(row.from_day, row.to_day, row.ref)) for row in self.breaks]
        rows += [(site_id, one) for one in more]
        found: dict[str | None, Sequence[Days]] = {None: [days for place, days in rows if place is None]}
        for key, (_, site) in self.sections.items():
            found[key] = [days for place, days in rows if place in (None, site.id)]
        return found


def dates_of(cohort: Cohort) -> Dates:
    """Everything dated in a cohort that was found for somebody. Seven queries."""
    rows = session.execute(
        within(select(Section, Site).join(Site, Site.id == Section.site_id).order_by(Section.name), cohort, on=Section)
    ).all()
    sections = [section for section, _ in rows]
    meetings = meetings_of(sections)
    activities = session.scalars(
        within(
            select(Activity).join(Deadline, Deadline.activity_id == Activity.id).where(stands(Deadline)).distinct(),
            cohort,
            on=Deadline,
        )
    ).all()
    named = select(Course.id, Course.name).where(Course.id.in_({one.course_id for one in activities}))
    breaks = session.scalars(within(select(Break).where(stands(Break), ~Break.is_lifted), cohort)).all()
    held = select(Attendance.session_id).join(Session, Session.id == Attendance.session_id)
    registers = session.scalars(within(held.distinct(), sections, on=Session)) if sections else ()
    return Dates(
        cohort=cohort,
        sections={section.public_id: (section, site) for section, site in rows},
        meetings={meeting.public_id: meeting for meeting in meetings},
        activities={activity.id: activity for activity in activities},
        deadlines=standing_deadlines(cohort),
        breaks=list(breaks),
        courses=dict(session.execute(named).all()),
        held=frozenset(registers),
        _by_number={section.id: section.public_id for section in sections},
    )


@dataclass(frozen=True, slots=True)
class WeekChange:
    """A cohort week whose target changes."""

    number: int
    monday: date
    before: Target
    after: Target


def changed_weeks(cohort: Cohort, breaks: Sequence[Days], new: Days) -> list[WeekChange]:
    """The weeks that `new` touches, with what they ask for now and with it."""
    full = Target(cohort.target_min_minutes, cohort.target_max_minutes)
    last = new.to_day or cohort.ends_on
    found = []
    for monday in day_span(monday_of(new.from_day), last)[::DAYS]:
        before = week_target(monday, cohort.starts_on, cohort.ends_on, breaks, full=full)
        after = week_target(monday, cohort.starts_on, cohort.ends_on, [*breaks, new], full=full)
        if before != after:
            found.append(WeekChange((monday - cohort.week_one_monday).days // DAYS + 1, monday, before, after))
    return found


def instant(text: str) -> datetime:
    """An instant out of a stored plan."""
    return datetime.fromisoformat(text)
