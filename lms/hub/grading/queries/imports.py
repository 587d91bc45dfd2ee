"""What a file of points is compared with, and the imports of a section."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading.books import Book, all_lines, find_book
from lms.hub.grading.models import Rubric, Score
from lms.hub.grading.models.imports import GradeImport, GradeImportLine
from lms.hub.grading.queries.second import is_closed_to, is_unsettled
from lms.hub.grading.rules import ScoreKind
from lms.hub.grading.rules.imports import Standing, Target
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.scope import policy_day, scoped, unscoped, within


@dataclass(frozen=True, slots=True)
class Row:
    """Where one student's score on one activity would be added: after `score`, on `submission`.

    is_closed: two mark it and have not come to one score, so that no file may.
    """

    enrollment: Enrollment
    submission: Submission | None
    score: Score | None
    is_closed: bool = False

    @property
    def attempt(self) -> int:
        """0 where nothing was handed in."""
        return self.submission.attempt if self.submission else 0


def targets_of(book: Book) -> dict[str, Target]:
    """The activities of a gradebook by code. One query."""
    numbers = [one.id for one in book.activities]
    ruled = select(Rubric.activity_id).where(Rubric.activity_id.in_(numbers), stands(Rubric))
    with_rubric = set(session.scalars(ruled))
    return {one.code: Target(one.id, one.code, one.points, one.id in with_rubric) for one in book.activities}


def rows_of_book(book: Book) -> dict[tuple[str, int], Row]:
    """Every student's last attempt and last score on each activity, by enrollment and activity. One query."""
    later = aliased(Submission)
    is_last = (
        ~select(later.id)
        .where(
            later.enrollment_id == Submission.enrollment_id,
            later.activity_id == Submission.activity_id,
            later.attempt > Submission.attempt,
        )
        .exists()
    )
    handed_in = and_(Submission.enrollment_id == Enrollment.id, Submission.activity_id == Activity.id, is_last)
    scored = and_(
        Score.enrollment_id == Enrollment.id,
        Score.activity_id == Activity.id,
        Score.attempt == func.coalesce(Submission.attempt, 0),
        stands(Score),
    )
    statement = (
        select(Enrollment, Activity.id, Submission, Score, is_closed_to(book.reader))
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .join(Activity, Activity.id.in_([one.id for one in book.activities]))
        .outerjoin(Submission, handed_in)
        .outerjoin(Score, scored)
        .where(stands(Placement), runs_on(Placement, policy_day()))
        .execution_options(populate_existing=True)
    )
    rows = session.execute(within(statement, book.section, on=Placement)).all()
    found = {}
    for enrollment, activity, submission, score, is_closed in rows:
        found[enrollment.public_id, activity] = Row(enrollment, submission, score, score is not None and is_closed)
    return found


def standing_of(book: Book, rows: Mapping[tuple[str, int], Row]) -> dict[tuple[str, int], Standing | None]:
    """The same as the rule of a plan takes it; only students who are taught the course. One query for 200 of them."""
    found: dict[tuple[str, int], Standing | None] = {}
    for line in all_lines(book):
        for entry in line.entries:
            key = (line.enrollment_id, entry.activity.id)
            row = rows.get(key)
            if row is None:
                found[key] = None
                continue
            score = row.score
            found[key] = Standing(
                attempt=row.attempt,
                number=score.number if score else 0,
                points=score.points if score and not row.is_closed else None,
                counts=entry.cell.earned if entry.score is not None else None,
                is_exempt=score is not None and score.kind is ScoreKind.EXEMPT,
                is_nameless=entry.activity.id in book.nameless and entry.score is None,
                is_closed=row.is_closed,
            )
    return found


def list_imports(book: Book) -> list[GradeImport]:
    """The files that came for this section and course, the newest first. One query."""
    statement = select(GradeImport).where(GradeImport.course_id == book.course.id).order_by(GradeImport.id.desc())
    return list(session.scalars(within(statement.limit(50), book.section)))


def find_import(actor: Actor, action: Action, public_id: str) -> GradeImport:
    """One of them, if `actor` may do `action` to its section. Raises NotFound. One query."""
    found = session.scalar(scoped(select(GradeImport).where(GradeImport.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def book_of_import(actor: Actor, made: GradeImport) -> Book:
    """The gradebook that it is for. Raises NotFound. Six queries."""
    wanted = (
        select(Section.public_id, Course.public_id)
        .select_from(GradeImport)
        .join(Section, Section.id == GradeImport.section_id)
        .join(Course, Course.id == GradeImport.course_id)
        .where(GradeImport.id == made.id)
    )
    section_id, course_id = session.execute(unscoped(wanted, "where an import that was found belongs")).one()
    return find_book(actor, section_id, course_id)


def lines_of_import(made: GradeImport) -> list[GradeImportLine]:
    """Its changes and faults in the order of the file. One query."""
    statement = select(GradeImportLine).where(GradeImportLine.grade_import_id == made.id)
    ordered = statement.order_by(GradeImportLine.number, GradeImportLine.id)
    return list(session.scalars(within(ordered, made, on=GradeImportLine)))


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line of an import as somebody may see it: no points of work that two mark, but to who brought the file."""

    row: GradeImportLine
    old: int | None
    new: int | None


def shown_lines(actor: Actor, made: GradeImport) -> list[ShownLine]:
    """The lines of an import that `actor` has found, in the order of the file. One query."""
    statement = select(GradeImportLine, is_unsettled(GradeImportLine)).where(GradeImportLine.grade_import_id == made.id)
    rows = session.execute(
        within(statement.order_by(GradeImportLine.number, GradeImportLine.id), made, on=GradeImportLine)
    )
    is_own = actor.person_id == made.made_by_id
    return [
        ShownLine(row, row.old, row.new) if is_own or not is_hidden else ShownLine(row, None, None)
        for row, is_hidden in rows
    ]


def scores_by_id(ids: Sequence[int]) -> dict[int, Score]:
    """Scores that an import made. One query."""
    statement = select(Score).where(Score.id.in_(ids))
    return {row.id: row for row in session.scalars(unscoped(statement, "scores that an import of a section made"))}
