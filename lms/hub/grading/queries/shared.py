"""Shared assessments: samples, what graders gave them, and how each site's students did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import func, select

from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.cohorts.models import Section
from lms.hub.coursework.contents import Attached
from lms.hub.coursework.models import Activity
from lms.hub.enrollment.models import Placement
from lms.hub.grading.models import Score, given
from lms.hub.grading.models.shared import CalibrationFile, CalibrationMark, CalibrationSample, SharedAssessment
from lms.hub.grading.queries import CriterionView
from lms.hub.grading.queries.rubrics import find_rubric
from lms.hub.grading.queries.second import hidden_from
from lms.hub.grading.rules import ScoreKind
from lms.hub.grading.rules.shared import FEWEST, WHOLE, Given
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.kernel.prose import all_prose_of
from lms.kernel.storage import names_files
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, scoped, unscoped, within

ACROSS = "figures of a shared assessment, by site and never of a student"


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of work without a name. mine: what the reader gave it, None for nothing yet.

    file: the row that says which it is, None without one; is_marked: by anybody, so that it stays as it is.
    """

    row: CalibrationSample
    title: str
    text: str
    mine: CalibrationMark | None
    file: CalibrationFile | None
    file_name: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """A shared assessment with its rubric and samples, for one reader."""

    row: SharedAssessment
    activity: Activity
    course: Course
    criteria: tuple[CriterionView, ...]
    samples: tuple[Sample, ...]

    @property
    def possible(self) -> Mapping[str, int]:
        """The points of each criterion; of the whole where there is no rubric."""
        if not self.criteria:
            return {WHOLE: self.activity.points}
        return {criterion.code: criterion.points for criterion in self.criteria}

    @property
    def left(self) -> int:
        """How many samples the reader has not marked yet."""
        return sum(sample.mine is None for sample in self.samples)


@dataclass(frozen=True, slots=True)
class SiteResult:
    """How a site's students did. mean: part of the full points; None where they are too few to be told."""

    site: str
    students: int
    mean: Fraction | None


def list_shared(actor: Actor, action: Action) -> list[tuple[SharedAssessment, Activity, Course]]:
    """Those of the programs in which `actor` may do `action`. One query."""
    statement = (
        select(SharedAssessment, Activity, Course)
        .join(Activity, Activity.id == SharedAssessment.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .where(stands(SharedAssessment), ~SharedAssessment.is_over)
        .order_by(Activity.code, SharedAssessment.id)
    )
    rows = session.execute(scoped(statement, actor, action, on=SharedAssessment)).all()
    return [(row, activity, course) for row, activity, course in rows]


def find_shared(actor: Actor, action: Action, public_id: str) -> Shared:
    """One of them with its samples and what `actor` gave them. Raises NotFound. Seven queries."""
    statement = (
        select(SharedAssessment, Activity, Course)
        .join(Activity, Activity.id == SharedAssessment.activity_id)
        .join(Course, Course.id == Activity.course_id)
        .where(SharedAssessment.public_id == public_id, stands(SharedAssessment), ~SharedAssessment.is_over)
    )
    row = session.execute(scoped(statement, actor, action, on=SharedAssessment)).one_or_none()
    if row is None:
        raise NotFound()
    shared, activity, course = row
    samples = session.scalars(
        within(select(CalibrationSample).order_by(CalibrationSample.position), shared, on=CalibrationSample)
    ).all()
    files = {file.calibration_sample_id: file for file in _files(samples)}
    words = all_prose_of([*samples, *files.values()])
    given_marks = _marks(samples)
    marked = {mark.calibration_sample_id for mark in given_marks}
    mine = {mark.calibration_sample_id: mark for mark in given_marks if mark.grader_id == actor.person_id}
    return Shared(
        shared,
        activity,
        course,
        find_rubric(activity),
        tuple(
            Sample(
                row=one,
                title=words[one.public_id].get("title", ""),
                text=words[one.public_id].get("text", ""),
                mine=mine.get(one.id),
                file=(file := files.get(one.id)),
                file_name=words.get(file.public_id, {}).get("file_name", "") if file else "",
                is_marked=one.id in marked,
            )
            for one in samples
        ),
    )


def _files(samples: Sequence[CalibrationSample]) -> list[CalibrationFile]:
    statement = select(CalibrationFile).where(stands(CalibrationFile), ~CalibrationFile.is_removed)
    return list(session.scalars(within(statement, samples, on=CalibrationFile))) if samples else []


@names_files
def files_of_samples() -> Iterable[str]:
    """The SHA-256 of every file that a sample has had. One query."""
    return session.scalars(unscoped(select(CalibrationFile.sha256), "which files to keep"))


def find_sample(shared: Shared, public_id: str) -> Sample:
    """One of its samples. Raises NotFound."""
    found = next((one for one in shared.samples if one.row.public_id == public_id), None)
    if found is None:
        raise NotFound()
    return found


def file_of(sample: Sample) -> Attached:
    """The file of a sample, as it is shown. Raises NotFound where there is none."""
    if (file := sample.file) is None:
        raise NotFound()
    return Attached(file.public_id, sample.file_name, file.kind, file.size, file.sha256)


def _marks(samples: Sequence[CalibrationSample]) -> list[CalibrationMark]:
    statement = select(CalibrationMark).where(stands(CalibrationMark))
    return list(session.scalars(within(statement, samples, on=CalibrationMark))) if samples else []


def marks_given(shared: Shared) -> tuple[list[Given], dict[int, str]]:
    """Every grader's marks by criterion, and their names. Two queries."""
    rows = _marks([sample.row for sample in shared.samples])
    found = [
        Given(row.grader_id, row.calibration_sample_id, code, mark)
        for row in rows
        for code, mark in ((row.marks or {WHOLE: row.points}).items())
        if code in shared.possible
    ]
    people = sorted({row.grader_id for row in rows})
    named = select(Person.id, Person.name).where(Person.id.in_(people))
    names = session.execute(unscoped(named, "who marked the samples of a shared assessment")).all()
    return found, dict(names)


def results_by_site(shared: Shared) -> list[SiteResult]:
    """How the students of each site did on it, by name; nothing is said of fewer than five. One query."""
    statement = (
        select(Site.name, func.count(Score.id), func.sum(Score.points))
        .join(Placement, Placement.enrollment_id == Score.enrollment_id)
        .join(Section, Section.id == Placement.section_id)
        .join(Site, Site.id == Section.site_id)
        .where(Score.activity_id == shared.activity.id, given(), Score.kind == ScoreKind.POINTS)
        .where(stands(Placement), runs_on(Placement, policy_day()), ~hidden_from(None))
        .group_by(Site.name)
        .order_by(Site.name)
    )
    rows = session.execute(unscoped(statement, ACROSS)).all()
    full = shared.activity.points
    return [
        SiteResult(site, count, Fraction(int(points or 0), count * full) if count >= FEWEST else None)
        for site, count, points in rows
    ]


def shareable(actor: Actor) -> list[tuple[str, str]]:
    """Public id and title of the activities of programs in which `actor` may share some. One query."""
    statement = (
        select(Activity.public_id, Activity.code, Activity.title)
        .join(Course, Course.id == Activity.course_id)
        .join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
        .where(stands(Activity), ProgramVersion.published_at.is_not(None))
        .order_by(Activity.code, Activity.id)
    )
    rows = session.execute(scoped(statement, actor, Action.ASSESSMENT_SHARE, on=ProgramVersion)).all()
    return [(public_id, f"{code} {title}") for public_id, code, title in rows]


def program_of(actor: Actor, action: Action, activity: Activity) -> Program:
    """The program of an activity, if `actor` may do `action` to it. Raises NotFound. One query."""
    statement = (
        select(Program)
        .join(ProgramVersion, ProgramVersion.program_id == Program.id)
        .join(Course, Course.program_version_id == ProgramVersion.id)
        .where(Course.id == activity.course_id)
    )
    found = session.scalar(scoped(statement, actor, action, on=Program))
    if found is None:
        raise NotFound()
    return found
