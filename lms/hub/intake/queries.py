"""Whom and what statements name, what was said before, and what came in."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from lms.hub.catalog.models import ContentItem, Course, Unit
from lms.hub.cohorts.models import Cohort
from lms.hub.content.services.minutes import KINDS, Target
from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment, Placement, PlanUnit
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Marking, find_marking, find_marking_of_nothing
from lms.hub.intake.models import ReportedResult
from lms.hub.intake.rules import explain_minutes
from lms.hub.roster.models.imports import StudentNumber
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped, unscoped, within

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Named:
    """What an IRI means in one student's plan: an item, an activity, or one of each."""

    item: ContentItem | None = None
    target: Target | None = None
    activity: Activity | None = None

    @property
    def iris(self) -> frozenset[str]:
        """What statements about it call it."""
        item = self.item and (self.item.iri or self.item.url)
        return frozenset(iri for iri in (item, self.activity and self.activity.iri) if iri)


@dataclass(frozen=True, slots=True)
class Name:
    """One line of the names of a cohort: what statements may be about. statements: of the actor's students."""

    iri: str
    course: str
    title: str
    takes_minutes: bool
    statements: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayReported:
    """What systems said of one student, item or activity, and day."""

    student: str
    title: str
    day: date
    minutes: Explained[int]
    points: int | None
    statements: int


def known_statements(ids: Collection[str]) -> dict[str, ReportedResult]:
    """What came in before under these ids, whoever sent it: an id is used once everywhere. One query."""
    statement = select(ReportedResult).where(ReportedResult.statement_id.in_(ids))
    rows = session.scalars(unscoped(statement, "an id of a statement is used once everywhere"))
    return {row.statement_id: row for row in rows}


def find_statements(actor: Actor, ids: Collection[str]) -> dict[str, ReportedResult]:
    """Those of students whom `actor` may report of. One query."""
    statement = select(ReportedResult).where(ReportedResult.statement_id.in_(ids))
    rows = session.scalars(scoped(statement, actor, Action.RESULTS_REPORT))
    return {row.statement_id: row for row in rows}


def find_students(actor: Actor, names: Collection[str]) -> dict[str, list[Enrollment]]:
    """Enrollments that `actor` may report of, by what a statement may call their student, in lower case. One query.

    By address, enrollment, or the number of the school where they are taught now.
    """
    numbered = and_(StudentNumber.person_id == Person.id, StudentNumber.site_id == Placement.site_id)
    statement = (
        select(Enrollment, Person.email, StudentNumber.code)
        .join(Person, Person.id == Enrollment.person_id)
        .outerjoin(
            Placement,
            and_(Placement.enrollment_id == Enrollment.id, stands(Placement), runs_on(Placement, policy_day())),
        )
        .outerjoin(StudentNumber, numbered)
        .where(or_(Person.email.in_(names), Enrollment.public_id.in_(names), func.lower(StudentNumber.code).in_(names)))
        .order_by(Enrollment.id)
    )
    found: dict[str, list[Enrollment]] = defaultdict(list)
    for enrollment, email, code in session.execute(scoped(statement, actor, Action.RESULTS_REPORT, on=Enrollment)):
        for name in {email.lower(), enrollment.public_id, (code or "").lower()} & set(names):
            if enrollment not in found[name]:
                found[name].append(enrollment)
    return found


def named_in(enrollments: Sequence[Enrollment], iris: Collection[str]) -> dict[int, dict[str, Named]]:
    """What each of `iris` means, by enrollment. Two queries."""
    called = or_(ContentItem.iri.in_(iris), and_(ContentItem.iri == "", ContentItem.url.in_(iris)))
    planned = (stands(PlanUnit), ~PlanUnit.is_dropped)
    items = (
        select(PlanUnit.enrollment_id, Unit, ContentItem)
        .join(Unit, Unit.course_id == PlanUnit.course_id)
        .join(ContentItem, ContentItem.unit_id == Unit.id)
        .where(*planned, called)
        .order_by(ContentItem.id.desc())
    )
    found: dict[int, dict[str, Named]] = defaultdict(dict)
    for number, unit, item in session.execute(within(items, enrollments, on=PlanUnit)):
        found[number][item.iri or item.url] = Named(item, _target(unit, item))
    works = (
        select(PlanUnit.enrollment_id, Activity)
        .join(Activity, Activity.course_id == PlanUnit.course_id)
        .where(*planned, stands(Activity), Activity.iri.in_(iris))
    )
    for number, activity in session.execute(within(works, enrollments, on=PlanUnit)):
        before = found[number].get(activity.iri, Named())
        found[number][activity.iri] = Named(before.item, before.target, activity)
    return found


def _target(unit: Unit, item: ContentItem) -> Target:
    return Target(unit.id, item.id, KINDS.get(item.kind, unit.kind), item.title)


def item_of(report: ReportedResult) -> Named:
    """What a statement was about that was found. At most two queries."""
    statement = select(Unit, ContentItem).join(ContentItem, ContentItem.unit_id == Unit.id)
    found = session.execute(statement.where(ContentItem.id == report.item_id)).one_or_none()
    activity = session.get(Activity, report.activity_id) if report.activity_id else None
    return Named(found[1], _target(*found), activity) if found else Named(activity=activity)


def reports_of(enrollments: Enrollment | Iterable[Enrollment], as_of: datetime | None = None) -> list[ReportedResult]:
    """Statements that hold at `as_of`, without those taken back, as they came. One query."""
    void = aliased(ReportedResult)
    taken_back = select(void.id).where(void.voids_id == ReportedResult.id)
    if as_of is not None:
        taken_back = taken_back.where(void.recorded_at <= as_of)
    statement = (
        select(ReportedResult)
        .where(ReportedResult.voids_id.is_(None), stands(ReportedResult, as_of), ~taken_back.exists())
        .order_by(ReportedResult.id)
    )
    rows = enrollments if isinstance(enrollments, Enrollment) else list(enrollments)
    return list(session.scalars(within(statement, rows, on=ReportedResult)))


def marking_for(actor: Actor, enrollment: Enrollment, activity: Activity) -> Marking:
    """The student's last attempt, or nothing handed in, for who may give its score. Raises NotFound. Two queries."""
    last = (
        select(Submission.public_id)
        .where(Submission.activity_id == activity.id)
        .order_by(Submission.attempt.desc())
        .limit(1)
    )
    submission = session.scalar(within(last, enrollment, on=Submission))
    if submission is None:
        return find_marking_of_nothing(actor, Action.SCORE_WRITE, enrollment.public_id, activity.public_id)
    return find_marking(actor, Action.SCORE_WRITE, submission)


def score_stands(report: ReportedResult) -> bool:
    """Whether the score that a statement became is still the one that counts. One query."""
    statement = select(Score.id).where(Score.id == report.score_id, stands(Score))
    return session.scalar(unscoped(statement, "the score of a statement that was found")) is not None


def names_of(actor: Actor, cohort: Cohort) -> list[Name]:
    """Everything in the cohort's version of the program that statements may be about. Three queries."""
    mine = scoped(select(Enrollment.id), actor, Action.RESULTS_REPORT, on=Enrollment)
    said = (
        select(
            ReportedResult.item_id,
            ReportedResult.activity_id,
            func.count(ReportedResult.id),
            func.max(ReportedResult.happened_at),
        )
        .where(ReportedResult.enrollment_id.in_(mine.where(Enrollment.cohort_id == cohort.id)))
        .group_by(ReportedResult.item_id, ReportedResult.activity_id)
    )
    counted: dict[tuple[str, int], list[tuple[int, datetime]]] = defaultdict(list)
    for item_id, activity_id, count, last in session.execute(unscoped(said, "statements of students found in scope")):
        for kind, number in (("item", item_id), ("activity", activity_id)):
            if number is not None:
                counted[kind, number].append((count, last))
    in_version = Course.program_version_id == cohort.program_version_id
    items = (
        select(ContentItem, Course.name)
        .join(Unit, Unit.id == ContentItem.unit_id)
        .join(Course, Course.id == Unit.course_id)
        .where(in_version, or_(ContentItem.iri != "", and_(ContentItem.kind.in_(KINDS), ContentItem.url != "")))
        .order_by(Course.position, Unit.position, ContentItem.position)
    )
    works = (
        select(Activity, Course.name)
        .join(Course, Course.id == Activity.course_id)
        .where(in_version, stands(Activity), Activity.iri != "")
        .order_by(Course.position, Activity.week, Activity.code)
    )
    found = [
        _name(item.iri or item.url, course, item.title, True, counted["item", item.id])
        for item, course in session.execute(items)
    ]
    return found + [
        _name(work.iri, course, work.title, False, counted["activity", work.id])
        for work, course in session.execute(works)
    ]


def _name(iri: str, course: str, title: str, takes_minutes: bool, said: Sequence[tuple[int, datetime]]) -> Name:
    last = max((at for _, at in said), default=None)
    return Name(iri, course, title, takes_minutes, sum(count for count, _ in said), last)


def days_reported(actor: Actor, cohort: Cohort) -> list[DayReported]:
    """The last 50 days and things of which something came in, the newest first. Two queries."""
    statement = (
        select(ReportedResult, Person.name, func.coalesce(ContentItem.title, Activity.title))
        .join(Enrollment, Enrollment.id == ReportedResult.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .outerjoin(ContentItem, ContentItem.id == ReportedResult.item_id)
        .outerjoin(Activity, Activity.id == ReportedResult.activity_id)
        .where(Enrollment.cohort_id == cohort.id, stands(ReportedResult), ReportedResult.voids_id.is_(None))
        .where(~ReportedResult.id.in_(select(_void.voids_id).where(_void.voids_id.is_not(None))))
        .order_by(ReportedResult.day.desc(), ReportedResult.id.desc())
        .limit(MOST_SHOWN * 20)
    )
    rows = session.execute(scoped(statement, actor, Action.RESULTS_REPORT, on=Enrollment)).all()
    grouped: dict[tuple[int, int | None, int | None, date], list[tuple[ReportedResult, str, str]]] = defaultdict(list)
    for report, student, title in rows:
        grouped[report.enrollment_id, report.item_id, report.activity_id, report.day].append((report, student, title))
    return [_day(list(reversed(one))) for one in list(grouped.values())[:MOST_SHOWN]]


_void = aliased(ReportedResult)


def _day(said: Sequence[tuple[ReportedResult, str, str]]) -> DayReported:
    reports = [report for report, _, _ in said]
    _, student, title = said[-1]
    points = [report.points for report in reports if report.points is not None]
    return DayReported(
        student, title, reports[-1].day, explain_minutes(reports), points[-1] if points else None, len(reports)
    )


def held_scores(rows: Iterable[ReportedResult], activity_id: int) -> Mapping[int, ReportedResult]:
    """Statements that became scores of an activity, by that score."""
    return {row.score_id: row for row in rows if row.activity_id == activity_id and row.score_id is not None}
