"""Whose work is marked by whom, and how far everybody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit
from lms.hub.enrollment.versions import lived_in_cohort
from lms.hub.grading.models import DraftScore, Release, Score, given
from lms.hub.grading.models.marking import MarkingRule, MarkingTask, ReleasePlan
from lms.hub.grading.rules.marking import Grader, Piece, Role
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, scoped, unscoped, within

TEACHES = "who teaches sections that were found"


@dataclass(frozen=True, slots=True)
class GraderLine:
    """Somebody who may mark, by name."""

    grader: Grader
    name: str
    public_id: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one grader is with what was given to them. since: since when the oldest of it waits."""

    person_id: int
    name: str
    given: int
    done: int
    waiting: int
    since: datetime | None


def find_taught(actor: Actor, action: Action, section_id: str, activity_id: str) -> tuple[Section, Activity]:
    """A section and one of its activities, if `actor` may do `action` there. Raises NotFound. One query."""
    statement = (
        select(Section, Activity)
        .join(Cohort, Cohort.id == Section.cohort_id)
        .join(Course, lived_in_cohort())
        .join(Activity, and_(Activity.course_id == Course.id, stands(Activity)))
        .where(Section.public_id == section_id, Activity.public_id == activity_id)
        .where((Section.course_id.is_(None)) | (Section.course_id == Course.id))
    )
    row = session.execute(scoped(statement, actor, action, on=Section)).first()
    if row is None:
        raise NotFound()
    section, activity = row
    return section, activity


def sections_beside(actor: Actor, action: Action, section: Section) -> list[Section]:
    """The sections of the same cohort in which `actor` may do `action`, by name. One query."""
    statement = select(Section).where(Section.cohort_id == section.cohort_id).order_by(Section.name, Section.id)
    return list(session.scalars(scoped(statement, actor, action)))


def list_activities(section: Section) -> list[Activity]:
    """Every activity that is taught in a section that was found. One query."""
    statement = (
        select(Activity)
        .join(Course, Course.id == Activity.course_id)
        .join(Cohort, Cohort.id == section.cohort_id)
        .where(lived_in_cohort(), stands(Activity), (Course.id == section.course_id) | (section.course_id is None))
        .order_by(Course.position, Activity.week, Activity.position, Activity.code)
    )
    return list(session.scalars(unscoped(statement, "activities of a section that was found")))


def pieces_of(sections: Sequence[Section], activity: Activity, role: Role) -> list[Piece]:
    """The work on `activity` of every student of these sections who takes the course. One query."""
    planned = select(PlanUnit.enrollment_id).where(
        PlanUnit.course_id == activity.course_id, PlanUnit.is_dropped.is_(False), stands(PlanUnit)
    )
    task = and_(
        MarkingTask.enrollment_id == Enrollment.id,
        MarkingTask.activity_id == activity.id,
        MarkingTask.role == role,
        stands(MarkingTask),
    )
    statement = (
        select(Enrollment.id, Enrollment.person_id, Placement.section_id, MarkingTask.grader_id, _is_begun(activity))
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .outerjoin(MarkingTask, task)
        .where(stands(Placement), runs_on(Placement, policy_day()), Enrollment.id.in_(planned))
        .order_by(Enrollment.id)
    )
    rows = session.execute(within(statement, sections, on=Placement)).all()
    return [Piece(*row) for row in rows]


def _is_begun(activity: Activity) -> ColumnElement[bool]:
    """Whether somebody has written on it already."""
    return exists(
        select(DraftScore.id).where(DraftScore.enrollment_id == Enrollment.id, DraftScore.activity_id == activity.id)
    ) | exists(select(Score.id).where(Score.enrollment_id == Enrollment.id, Score.activity_id == activity.id))


def zone_of(section: Section) -> str:
    """The time zone of the section's site. One query."""
    wanted = select(Site.zone).where(Site.id == section.site_id)
    return session.scalars(unscoped(wanted, "the site of a section that was found")).one()


def graders_of(sections: Sequence[Section]) -> list[GraderLine]:
    """Who teaches these sections today, with what waits for them in all; by name. Two queries."""
    numbers = [section.id for section in sections]
    taught = select(GrantRow.person_id, GrantRow.place_id, Person.name, Person.public_id).join(
        Person, Person.id == GrantRow.person_id
    )
    held = taught.where(
        GrantRow.relation == Relation.INSTRUCTOR, GrantRow.place_id.in_(numbers), runs_on(GrantRow, policy_day())
    )
    rows = session.execute(unscoped(held.order_by(Person.name, Person.id), TEACHES)).all()
    where: dict[int, set[int]] = {}
    names: dict[int, tuple[str, str]] = {}
    for person_id, place_id, name, public_id in rows:
        where.setdefault(person_id, set()).add(place_id)
        names[person_id] = (name, public_id)
    loads = _loads(list(where))
    return [GraderLine(Grader(one, frozenset(where[one]), loads.get(one, 0)), *names[one]) for one in where]


def _loads(people: Sequence[int]) -> dict[int, int]:
    waiting = (
        select(MarkingTask.grader_id, func.count())
        .where(MarkingTask.grader_id.in_(people), MarkingTask.role == Role.FIRST, stands(MarkingTask))
        .where(_handed_in(), ~_scored())
        .group_by(MarkingTask.grader_id)
    )
    rows = session.execute(unscoped(waiting, TEACHES)).all()
    return {person_id: count for person_id, count in rows if person_id is not None}


def _handed_in() -> ColumnElement[bool]:
    return exists(
        select(Submission.id).where(
            Submission.enrollment_id == MarkingTask.enrollment_id, Submission.activity_id == MarkingTask.activity_id
        )
    )


def _scored() -> ColumnElement[bool]:
    return exists(
        select(Score.id).where(
            Score.enrollment_id == MarkingTask.enrollment_id, Score.activity_id == MarkingTask.activity_id, given()
        )
    )


def progress_of(sections: Sequence[Section], activity: Activity | None = None) -> list[Progress]:
    """Each grader's given, done and waiting work of these sections, on one activity or all; by name. One query."""
    oldest = select(func.min(Submission.received_at)).where(
        Submission.enrollment_id == MarkingTask.enrollment_id, Submission.activity_id == MarkingTask.activity_id
    )
    statement = (
        select(Person.id, Person.name, _handed_in(), _scored(), oldest.scalar_subquery())
        .select_from(MarkingTask)
        .join(Person, Person.id == MarkingTask.grader_id)
        .join(Placement, Placement.enrollment_id == MarkingTask.enrollment_id)
        .where(stands(MarkingTask), stands(Placement), runs_on(Placement, policy_day()))
        .order_by(Person.name, Person.id)
    )
    if activity is not None:
        statement = statement.where(MarkingTask.activity_id == activity.id)
    found: dict[int, Progress] = {}
    for person_id, name, is_in, is_scored, at in session.execute(within(statement, sections, on=Placement)).all():
        was = found.get(person_id, Progress(person_id, name, 0, 0, 0, None))
        waits = bool(is_in and not is_scored)
        since = min(filter(None, (was.since, at if waits else None)), default=None)
        found[person_id] = Progress(
            person_id, name, was.given + 1, was.done + bool(is_scored), was.waiting + waits, since
        )
    return list(found.values())


def rules_of(section: Section) -> dict[int, MarkingRule]:
    """How a section marks its activities, by activity. One query."""
    rows = session.scalars(within(select(MarkingRule).where(stands(MarkingRule)), section, on=MarkingRule))
    return {row.activity_id: row for row in rows}


def release_plans_of(section: Section) -> dict[int, ReleasePlan]:
    """When a section shows its scores, by activity. One query."""
    rows = session.scalars(within(select(ReleasePlan).where(stands(ReleasePlan)), section, on=ReleasePlan))
    return {row.activity_id: row for row in rows}


def has_work_unseen(section: Section, activity: Activity) -> bool:
    """Whether work of the section is in of which nothing was released. One query."""
    seen = select(Release.id).where(
        Release.enrollment_id == Submission.enrollment_id, Release.activity_id == Submission.activity_id
    )
    statement = (
        select(Submission.id)
        .join(Placement, Placement.enrollment_id == Submission.enrollment_id)
        .where(Submission.activity_id == activity.id, ~seen.correlate(Submission).exists())
        .where(stands(Placement), runs_on(Placement, policy_day()))
        .limit(1)
    )
    return session.scalar(within(statement, section, on=Placement)) is not None
