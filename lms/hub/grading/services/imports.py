"""Points from a file: planned and stored, applied exactly as planned, and taken back where nothing came after."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.hub.cohorts.models import Section
from lms.hub.grading import rules
from lms.hub.grading.books import Book
from lms.hub.grading.models import Release, Score
from lms.hub.grading.models.imports import GradeImport, GradeImportLine
from lms.hub.grading.queries.imports import Row, lines_of_import, rows_of_book, scores_by_id, standing_of, targets_of
from lms.hub.grading.rules import ScoreKind
from lms.hub.grading.rules.imports import MOST_ROWS, Cell, Plan, check_columns, digest_of, plan_cells
from lms.hub.grading.services.chains import chain_name
from lms.kernel import chain
from lms.kernel.acting import acting_at, acting_person_id
from lms.kernel.cells import unharmed
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.plain import to_plain
from lms.kernel.prose import all_prose_of, keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import unscoped

NAME_MOST = 100
CHANGED = N_("Scores have changed since the file was looked at. Upload it again to see what it does now.")


@command(Action.GRADES_IMPORT)
def plan_import(actor: Actor, section: Section, book: Book, file_name: str, data: bytes) -> GradeImport:
    """Look at a CSV file and store what it would change; nothing else is written.

    Raises RuleBroken for what is no table, and for columns that are missing, unknown or there twice; every other fault
    stands in the plan, by row and column.
    """
    targets = targets_of(book)
    cells, count = _cells(data, targets)
    rows = rows_of_book(book)
    standing = standing_of(book, rows)
    plan = plan_cells(cells, targets, standing)
    keys = [(line.cell.enrollment, targets[line.cell.code].id) for line in plan.lines if line.fault is None]
    made = GradeImport(
        section_id=section.id,
        course_id=book.course.id,
        file_name="".join(one for one in file_name if one.isprintable())[-NAME_MOST:] or "points.csv",
        file_sha256=hashlib.sha256(data).hexdigest(),
        base_sha256=digest_of(standing, keys),
        rows=count,
        changes=len(plan.lines) - plan.faults,
        unchanged=plan.unchanged,
        blank=plan.blank,
        faults=plan.faults,
        made_at=acting_at(),
        made_by_id=acting_person_id(),
    )
    session.add(made)
    session.flush()
    session.add_all(_lines(made, plan, rows, {code: target.id for code, target in targets.items()}))
    return made


def _lines(
    made: GradeImport, plan: Plan, rows: Mapping[tuple[str, int], Row], ids: Mapping[str, int]
) -> Iterator[GradeImportLine]:
    for line in plan.lines:
        row = rows.get((line.cell.enrollment, ids[line.cell.code]))
        yield GradeImportLine(
            grade_import_id=made.id,
            section_id=made.section_id,
            number=line.cell.row,
            student=line.cell.student,
            column=line.cell.code,
            enrollment_id=row.enrollment.id if row else None,
            activity_id=ids[line.cell.code],
            attempt=row.attempt if row else 0,
            old=line.old,
            new=line.new,
            fault=to_plain(line.fault) if line.fault else None,
        )


def _cells(data: bytes, targets: Mapping[str, object]) -> tuple[list[Cell], int]:
    """Every cell of the file that could give points, and how many rows it has."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = N_("Row %(row)s is not in UTF-8. Save the sheet as CSV (UTF-8) and try again.")
        raise RuleBroken(message, field="file", row=data[: error.start].count(b"\n") + 1) from None
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        message = N_("This is not a CSV file. Save the sheet as CSV (UTF-8) and try again.")
        raise RuleBroken(message, field="file") from None
    names = [unharmed(name.strip()) for name in table[0]] if table else []
    check_columns(names, targets)
    lines = [(number, row) for number, row in enumerate(table[1:], 2) if any(cell.strip() for cell in row)]
    if not lines:
        raise RuleBroken(N_("This file has no rows below its headings."), field="file")
    if len(lines) > MOST_ROWS:
        raise RuleBroken(N_("This file has more than %(most)s rows. Split it."), field="file", most=MOST_ROWS)
    return _read(names, lines, targets), len(lines)


def _read(names: list[str], lines: list[tuple[int, list[str]]], targets: Mapping[str, object]) -> list[Cell]:
    seen: dict[str, int] = {}
    cells = []
    for number, row in lines:
        if len(row) != len(names):
            raise RuleBroken(N_("Row %(row)s has too many or too few cells."), field="file", row=number)
        given = {name: unharmed(cell.strip()) for name, cell in zip(names, row, strict=True)}
        enrollment = given["enrollment"]
        first = seen.setdefault(enrollment, number)
        if first != number:
            message = N_("Rows %(first)s and %(row)s are about the same student.")
            raise RuleBroken(message, field="file", first=first, row=number)
        student = given.get("student", "")
        cells += [Cell(number, student, enrollment, code, given[code]) for code in names if code in targets]
    return cells


@command(Action.GRADES_IMPORT)
def apply_import(actor: Actor, made: GradeImport, book: Book, reason: str) -> GradeImport:
    """Give the points that the stored plan says, all of them or none; once, the second time nothing happens.

    reason: read by the students whose released scores change. Raises Conflict where a score is another by now.
    """
    _lock(made)
    if made.applied_at is not None:
        return made
    if made.faults:
        raise RuleBroken(N_("This file has errors. Correct it and upload it again."), field="file")
    rules.check_change(reason, was_released=True)  # who reads of it later has to know why
    rows, lines = rows_of_book(book), lines_of_import(made)
    standing = standing_of(book, rows)
    by_number = {row.enrollment.id: row.enrollment for row in rows.values()}
    keys = [(by_number[line.enrollment_id].public_id, line.activity_id or 0) for line in lines if line.enrollment_id]
    if digest_of(standing, keys) != made.base_sha256:
        raise Conflict(CHANGED)
    scores = []
    for line, key in zip(lines, keys, strict=True):
        row = rows[key]
        rules.check_not_self(actor.person_id, row.enrollment.person_id)
        scores.append(_score(made, line, row, book.grading.number))
    _write(made, book, scores, reason, [rows[key].score for key in keys])
    for line, score in zip(lines, scores, strict=True):
        line.score_id = score.id
    made.applied_at, made.applied_by_id = acting_at(), acting_person_id()
    return made


def _lock(made: GradeImport) -> None:
    statement = select(GradeImport).where(GradeImport.id == made.id).with_for_update()
    session.execute(unscoped(statement.execution_options(populate_existing=True), "one import at a time"))


def _score(made: GradeImport, line: GradeImportLine, row: Row, policy_number: int) -> Score:
    submission, before = row.submission, row.score
    late = submission.late_seconds if submission else 0
    is_by_hand = before is not None and before.is_late_set_by_hand
    return Score(
        enrollment_id=row.enrollment.id,
        activity_id=line.activity_id,
        submission_id=submission.id if submission else None,
        rubric_id=None,
        section_id=made.section_id,
        student_id=row.enrollment.person_id,
        attempt=row.attempt,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        kind=ScoreKind.POINTS,
        points=line.new,
        marks={},
        late_seconds=before.late_seconds if is_by_hand and before else late,
        is_late_set_by_hand=is_by_hand,
        policy_number=policy_number,
    )


def _write(made: GradeImport, book: Book, scores: list[Score], reason: str, before: list[Score | None]) -> None:
    """The rows, their words (what was said before stays) and their places in the chain."""
    try:
        with session.begin_nested():
            session.add_all(scores)
    except IntegrityError as error:
        raise Conflict(CHANGED) from error
    said = all_prose_of([one for one in before if one is not None])
    for score, old in zip(scores, before, strict=True):
        words = dict(said.get(old.public_id, {})) if old else {}
        keep(score, **{**words, "reason": reason.strip()})
    if scores:
        chain.append(chain_name(made.section_id, book.course.id), *scores)


@command(Action.GRADES_IMPORT)
def undo_import(actor: Actor, made: GradeImport, book: Book, reason: str) -> GradeImport:
    """Take back what an import gave, cell by cell: the points of before stand again, or none.

    A cell that was graded or released since stays, and says so. Raises RuleBroken if it was not applied, or was undone.
    """
    _lock(made)
    if made.applied_at is None:
        raise RuleBroken(N_("This file was never applied; there is nothing to take back."))
    if made.undone_at is not None:
        raise RuleBroken(N_("This file was taken back already."))
    rules.check_change(reason, was_released=True)
    lines = [line for line in lines_of_import(made) if line.score_id is not None]
    given = scores_by_id([line.score_id for line in lines if line.score_id])
    standing = set(session.scalars(unscoped(select(Score.id).where(Score.id.in_(given), stands(Score)), "what stands")))
    shown = select(Release.score_id).where(Release.score_id.in_(given))
    seen = set(session.scalars(unscoped(shown, "what was shown of an import")))
    earlier = scores_by_id([one.supersedes_id for one in given.values() if one.supersedes_id])
    back, before = [], []
    for line in lines:
        score = given[line.score_id or 0]
        line.is_undone = score.id in standing and score.id not in seen
        if line.is_undone:
            old = earlier.get(score.supersedes_id or 0)
            back.append(_as_before(score, old, book.grading.number))
            before.append(old)
    _write(made, book, back, reason, before)
    made.undone_at, made.undone_by_id = acting_at(), acting_person_id()
    return made


def _as_before(score: Score, old: Score | None, policy_number: int) -> Score:
    """A score that says what stood before `score`; that nothing was given, where nothing did."""
    names = ("enrollment_id", "activity_id", "submission_id", "section_id", "student_id", "attempt")
    same = {name: getattr(score, name) for name in names}
    return Score(
        **same,
        rubric_id=old.rubric_id if old else None,
        number=score.number + 1,
        supersedes_id=score.id,
        kind=old.kind if old else ScoreKind.TAKEN_BACK,
        points=old.points if old else None,
        marks=dict(old.marks) if old else {},
        late_seconds=old.late_seconds if old else score.late_seconds,
        is_late_set_by_hand=old.is_late_set_by_hand if old else False,
        policy_number=policy_number,
    )
