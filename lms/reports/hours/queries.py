"""The hours ledger of students that were found for somebody, as the reports' rules see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from lms.hub.catalog.models import Course, ProgramVersion, Unit
from lms.hub.cohorts.models import Attendance, Cohort, Session, SessionTime
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of, witnessed
from lms.hub.hours.rules.entry import Entry
from lms.hub.hours.rules.week import level
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.facts import known, stands
from lms.kernel.weeks import local_day, minutes_between, monday_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped, within
from lms.reports.hours.rules.lines import HoursLine, SessionLine, StudentLedger

WHY = "named by facts that were found in scope"


@dataclass(frozen=True, slots=True)
class Names:
    """What stands in the lines: courses and units by the unit's row number, firms by the employment's."""

    units: dict[int, tuple[str, str]]
    firms: dict[int, str]


def students_of(actor: Actor, cohort: Cohort, action: Action) -> list[tuple[Enrollment, Person]]:
    """The students of the cohort for whom `actor` may do `action`, by name. One statement."""
    statement = select(Enrollment, Person).join(Person, Person.id == Enrollment.person_id)
    statement = statement.where(Enrollment.cohort_id == cohort.id).order_by(Person.name, Enrollment.id)
    return [(row[0], row[1]) for row in session.execute(scoped(statement, actor, action, on=Enrollment))]


def ledgers_of(
    people: Sequence[tuple[Enrollment, Person]], cohort: Cohort, as_of: datetime | None = None
) -> list[StudentLedger]:
    """The ledger of each of these students of one cohort, in the given order. Ten statements, however many."""
    enrollments = [enrollment for enrollment, _ in people]
    if not enrollments:
        return []
    weeks = weeks_by_student(enrollments, cohort, as_of)
    names = _names(cohort, enrollments)
    sessions = _sessions(enrollments, names, as_of)
    through = local_day(as_of or acting_at(), cohort.zone)
    return [
        StudentLedger(
            enrollment=enrollment.public_id,
            name=person.name,
            lines=tuple(line for week in weeks[enrollment.id] for line in _lines(week, names)),
            sessions=tuple(sessions.get(enrollment.id, ())),
            expected=sum(week.target.least for week in weeks[enrollment.id] if week.days[-1] < through),
        )
        for enrollment, person in people
    ]


def weeks_by_student(
    enrollments: Sequence[Enrollment], cohort: Cohort, as_of: datetime | None
) -> dict[int, list[Week]]:
    """Every cohort week of each student, first to last, by the enrollment's row number. Six statements."""
    situations = situations_of(enrollments, as_of)
    found = weeks_of(situations, cohort.week_one_monday, monday_of(cohort.ends_on), as_of)
    weeks: dict[int, list[Week]] = {enrollment.id: [] for enrollment in enrollments}
    for (number, _), week in sorted(found.items(), key=lambda pair: pair[0]):
        weeks[number].append(week)
    return weeks


def _lines(week: Week, names: Names) -> list[HoursLine]:
    seen, approved = witnessed(week.seen, week.entries), {entry.public_id for entry in week.approved}
    return [
        HoursLine(
            day=entry.day,
            minutes=entry.minutes,
            kind=entry.kind,
            evidence=level(entry, seen),
            is_approved=entry.public_id in approved,
            is_paid=entry.paid_by_firm,
            lag_days=entry.lag_days,
            course=names.units.get(entry.unit_id or 0, ("", ""))[0],
            work=names.units.get(entry.unit_id or 0, ("", ""))[1],
            firm=names.firms.get(_spell(entry) or 0, ""),
            from_register=isinstance(entry, HoursEntry) and entry.attendance_id is not None,
            fact=entry.ref,
        )
        for entry in sorted(week.everything, key=lambda one: (one.day, one.recorded_at, one.public_id))
    ]


def _spell(entry: Entry) -> int | None:
    number: int | None = getattr(entry, "spell_id", None)
    return number


def _names(cohort: Cohort, enrollments: Sequence[Enrollment]) -> Names:
    units = select(Unit.id, Course.code, Unit.title).join(Course, Course.id == Unit.course_id)
    spells = select(EmploymentSpell.id, Firm.name).join(Firm, Firm.id == EmploymentSpell.firm_id)
    spells = within(spells, enrollments, on=EmploymentSpell)
    units = units.join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
    return Names(
        units={
            number: (code, title)
            for number, code, title in session.execute(units.where(ProgramVersion.program_id == cohort.program_id))
        },
        firms=dict(session.execute(unscoped(spells, WHY)).all()),
    )


def _sessions(enrollments: Sequence[Enrollment], names: Names, as_of: datetime | None) -> dict[int, list[SessionLine]]:
    statement = (
        select(Attendance, SessionTime, Session.unit_id)
        .join(Session, Session.id == Attendance.session_id)
        .join(SessionTime, and_(SessionTime.session_id == Session.id, stands(SessionTime, as_of)))
    )
    statement = known(within(statement, enrollments, on=Attendance), Attendance, as_of)
    found: dict[int, list[SessionLine]] = {}
    for row, time, unit_id in session.execute(statement.order_by(SessionTime.starts_at, Attendance.id)):
        line = SessionLine(
            day=local_day(time.starts_at, time.zone),
            course=names.units.get(unit_id, ("", ""))[0],
            planned=minutes_between(time.starts_at, time.ends_at),
            attended=row.minutes,
            presence=row.presence,
            fact=row.ref,
        )
        found.setdefault(row.enrollment_id, []).append(line)
    return found
