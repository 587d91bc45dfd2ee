"""The same cohort every time: the named cast, many more students in two sections, and what they did in ten weeks.

The cohort is always in its eleventh week, so that what can be written today can be written in every run. Everybody
has 60 activities: 40 were due, all handed in and 30 of them graded and released; for the 20 to come there are drafts
in the section of Lowell, which also has its hours and approved sheets.
"""

from datetime import date, time, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from benchmarks.history import add_coursework, add_drafts, add_hours
from lms.app import create_app
from lms.config import Settings
from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.kinds import ActivityKind
from lms.hub.coursework.models import Activity
from lms.hub.coursework.setting import ActivityPlan, resolve_deadlines, write_activity
from lms.hub.enrollment.kinds import Shift, Status, StatusReason
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement, PlanUnit, StatusChange
from lms.hub.grading.gradebook import Category
from lms.hub.grading.services.rubrics import set_categories
from lms.kernel.clock import today
from lms.kernel.db import Base, db, session, transaction
from lms.kernel.weeks import monday_of
from lms.people.access import SYSTEM, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped
from tests.support import cast

WEEKS_DONE = 10
ACTIVITIES_A_WEEK = 4
WEEKS_TO_COME = 5
CATEGORIES = (Category("labs", "Labs", 6_000, drop_lowest=1), Category("quizzes", "Quizzes", 4_000))
WHY = "the benchmark's seed"


def application(url: str, folder: Path) -> Flask:
    """The product on the database `url`, without its jobs."""
    return create_app(Settings(_env_file=None, database_url=url, data_dir=folder, scheduler=False))  # type: ignore[call-arg]


def seed(app: Flask, students: int, many: int) -> None:
    """Fill the empty database; students, many: in the sections of Lowell and Providence, besides the cast."""
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction():
            cast.build(monday_of(today("America/New_York")) - timedelta(weeks=WEEKS_DONE))
            activities = _add_activities()
            lowell = [*_cast_of("Lowell"), *_add_students("Lowell", "student", students)]
            providence = [*_cast_of("Providence"), *_add_students("Providence", "other", many)]
            add_hours(lowell)
            add_coursework([*lowell, *providence], activities)
            add_drafts(lowell, activities)
        session.remove()
        db.engine.dispose()


def _section(name: str) -> Section:
    return session.scalars(unscoped(select(Section).where(Section.name == name), WHY)).one()


def _cast_of(section: str) -> list[Enrollment]:
    statement = select(Enrollment).join(Placement, Placement.enrollment_id == Enrollment.id)
    statement = statement.where(Placement.section_id == _section(section).id).order_by(Enrollment.id)
    return list(session.scalars(unscoped(statement, WHY)))


def _add_activities() -> list[Activity]:
    version = session.scalars(select(ProgramVersion)).one()
    course = session.scalars(select(Course).where(Course.code == "PC")).one()
    set_categories(SYSTEM, version, course, CATEGORIES)
    done = range(1, WEEKS_DONE + 1)
    to_come = range(WEEKS_DONE + 2, WEEKS_DONE + 2 + WEEKS_TO_COME)
    made = [
        write_activity(course, _plan(week, weekday))
        for week in (*done, *to_come)
        for weekday in range(ACTIVITIES_A_WEEK)
    ]
    resolve_deadlines(SYSTEM, session.scalars(unscoped(select(Cohort), WHY)).one())
    return made


def _plan(week: int, weekday: int) -> ActivityPlan:
    return ActivityPlan(
        code=f"PC-{week}-{weekday}",
        title=f"Report {weekday + 1} of week {week}",
        kind=ActivityKind.LAB,
        brief="Measure and **report**.",
        week=week,
        weekday=weekday,
        due=time(23, 59),
        points=10_000,
        category=CATEGORIES[weekday % 2].code,
        attempts=None,
    )


def _add_students(section_name: str, word: str, number: int) -> list[Enrollment]:
    section = _section(section_name)
    cohort = session.scalars(unscoped(select(Cohort).where(Cohort.id == section.cohort_id), WHY)).one()
    firm = session.scalars(unscoped(select(Firm).where(Firm.name == "Acme"), WHY)).one()
    password = session.scalars(unscoped(select(Person.password_hash).where(Person.name == "Ada"), WHY)).one()
    courses = session.scalars(select(Course.id).where(Course.code.in_(["PC", "MS", "CAP"]))).all()
    people = [
        Person(name=f"{word.title()} {n:04}", email=f"{word}{n:04}@example.org", password_hash=password)
        for n in range(number)
    ]
    session.add_all(people)
    session.flush()
    enrollments = [Enrollment(person_id=person.id, cohort_id=cohort.id) for person in people]
    session.add_all(enrollments)
    session.flush()
    for person, enrollment in zip(people, enrollments, strict=True):
        of = {"enrollment_id": enrollment.id, "recorded_at": cast.WROTE_AT}
        starts = cohort.starts_on
        session.add_all(
            [
                StatusChange(**of, status=Status.ACTIVE, effective_on=starts, reason=StatusReason.START),
                Placement(**of, site_id=section.site_id, section_id=section.id, from_day=starts),
                EmploymentSpell(**of, firm_id=firm.id, shift=Shift.DAY, from_day=starts),
                *(PlanUnit(**of, course_id=course) for course in courses),
                GrantRow(
                    person_id=person.id,
                    relation=Relation.STUDENT,
                    place_id=enrollment.id,
                    from_day=date(2026, 8, 1),
                    granted_at=cast.WROTE_AT,
                ),
            ]
        )
    session.flush()
    return enrollments
