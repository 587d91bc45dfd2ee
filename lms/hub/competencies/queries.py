"""Frameworks as they stand, what students hold of them, and the credentials that they brought."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.models import Attendance, Session
from lms.hub.competencies.kinds import SHOWN
from lms.hub.competencies.models import (
    Competency,
    CompetencyEvidence,
    CredentialCheck,
    ExternalCredential,
    Framework,
    FrameworkImport,
    SignOff,
)
from lms.hub.competencies.rules import Held, Outside, Signed, best_of, fold
from lms.hub.coursework.queries import list_work_of
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, grouped, standing
from lms.hub.enrollment.versions import version_of
from lms.hub.grading.grades import CourseGrades, grades_of_many
from lms.hub.hours.queries.approved import ApprovedMinutes, approved_of
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import FactRef
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, within

FULL_BP = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A competency with its framework. code: as requirements name it, "framework/competency"."""

    framework: Framework
    competency: Competency

    @property
    def code(self) -> str:
        return f"{self.framework.code}/{self.competency.code}"


@dataclass(frozen=True, slots=True)
class Done:
    """What students did that may count for a competency, by the enrollment's row number."""

    approved: Mapping[int, Sequence[ApprovedMinutes]]
    grades: Mapping[int, Sequence[CourseGrades]]
    course_of_unit: Mapping[int, str]


def lines_of(program_ids: Iterable[int], as_of: datetime | None = None) -> list[Line]:
    """Every competency of the newest version of each framework, in the framework's order. Two queries."""
    statement = select(Framework).where(Framework.program_id.in_(list(program_ids))).order_by(Framework.number)
    if as_of is not None:
        statement = statement.where(Framework.imported_at <= as_of)
    newest = {row.code: row for row in session.scalars(statement)}
    by_id = {row.id: row for row in newest.values()}
    if not by_id:
        return []
    rows = select(Competency).where(Competency.framework_id.in_(by_id))
    rows = rows.order_by(Competency.framework_id, Competency.position)
    return [Line(by_id[row.framework_id], row) for row in session.scalars(rows)]


def find_line(program_id: int, competency_id: str) -> Line:
    """One competency of a framework that stands. Raises NotFound. Two queries."""
    for line in lines_of([program_id]):
        if line.competency.public_id == competency_id:
            return line
    raise NotFound()


def names_of(competency_ids: Iterable[int]) -> dict[int, str]:
    """The code of competencies of any version, "framework/competency", by row number. One query."""
    statement = select(Competency.id, Framework.code, Competency.code).join(
        Framework, Framework.id == Competency.framework_id
    )
    rows = session.execute(statement.where(Competency.id.in_(set(competency_ids))))
    return {number: f"{framework}/{code}" for number, framework, code in rows}


def courses_of_units(version_ids: Iterable[int]) -> dict[int, str]:
    """The course's code by the unit's row number. One query."""
    statement = select(Unit.id, Course.code).join(Course, Course.id == Unit.course_id)
    return dict(session.execute(statement.where(Course.program_version_id.in_(list(version_ids)))).all())


def held_of(
    enrollments: Sequence[Enrollment], lines: Sequence[Line], done: Done, day: date, as_of: datetime | None = None
) -> dict[int, dict[str, Held]]:
    """What each student holds of each competency on `day`. Three queries, however many."""
    if not lines:
        return {enrollment.id: {} for enrollment in enrollments}
    evidence = grouped(row for row in standing(CompetencyEvidence, enrollments, as_of) if not row.is_withdrawn)
    signed = grouped(row for row in standing(SignOff, enrollments, as_of) if not row.is_revoked)
    every = (row.competency_id for rows in (*evidence.values(), *signed.values()) for row in rows)  # type: ignore[attr-defined]
    codes = names_of(every)
    found: dict[int, dict[str, Held]] = {}
    for enrollment in enrollments:
        shown: dict[str, list[CompetencyEvidence]] = defaultdict(list)
        for row in evidence.get(enrollment.id, ()):
            shown[codes[row.competency_id]].append(row)
        vouched: dict[str, list[Signed]] = defaultdict(list)
        for sign_off in signed.get(enrollment.id, ()):
            vouched[codes[sign_off.competency_id]].append(signed_of(sign_off))
        found[enrollment.id] = {
            line.code: _held(line.competency, enrollment.id, shown[line.code], vouched[line.code], done, day)
            for line in lines
        }
    return found


def signed_of(row: SignOff) -> Signed:
    """As the rules read it."""
    return Signed(row.assessor_id, row.level, row.signed_on, row.expires_on, row.ref)


def _held(
    competency: Competency,
    enrollment_id: int,
    shown: Sequence[CompetencyEvidence],
    vouched: Sequence[Signed],
    done: Done,
    day: date,
) -> Held:
    minutes = _minutes(competency, enrollment_id, done) if competency.asked.minutes_wanted else []
    scores = _passed(competency, done.grades.get(enrollment_id, ())) if competency.activity else []
    seen = [row for row in shown if row.kind in SHOWN]
    facts = (*(m.ref for m in minutes), *scores, *(row.ref for row in shown))
    total = sum(m.minutes for m in minutes)
    return fold(competency.asked, total, len(seen) + len(scores), vouched, day, facts)


def _minutes(competency: Competency, enrollment_id: int, done: Done) -> list[ApprovedMinutes]:
    return [
        entry
        for entry in done.approved.get(enrollment_id, ())
        if competency.hours_kind in (None, entry.kind)
        and competency.course in (None, done.course_of_unit.get(entry.unit_id or 0))
    ]


def _passed(competency: Competency, grades: Sequence[CourseGrades]) -> list[FactRef]:
    """The released score that passes the activity that the framework names."""
    return [
        entry.score.ref
        for found in grades
        for entry in found.entries
        if entry.activity.code == competency.activity
        and entry.score is not None
        and entry.cell.earned is not None
        and entry.cell.earned * FULL_BP >= found.course.pass_bp * entry.cell.possible
    ]


def held_by(enrollment: Enrollment) -> dict[str, tuple[Line, Held]]:
    """What one student who was found holds today, by code, in the frameworks' order. A fixed number of queries."""
    cohort, version = cohort_of(enrollment), version_of(enrollment)
    lines = lines_of([cohort.program_id])
    grades = grades_of_many(list_work_of([enrollment]))
    done = Done(approved_of([enrollment]), grades, courses_of_units([version]))
    held = held_of([enrollment], lines, done, local_day(acting_at(), cohort.zone))[enrollment.id]
    return {line.code: (line, held[line.code]) for line in lines}


def signed_by(enrollment: Enrollment) -> dict[int, list[tuple[SignOff, str]]]:
    """The sign-offs that stand for a student who was found, with the assessor's name, by competency. One query."""
    statement = select(SignOff, Person.name).join(Person, Person.id == SignOff.assessor_id)
    statement = statement.where(stands(SignOff), SignOff.is_revoked.is_(False)).order_by(SignOff.id)
    found: dict[int, list[tuple[SignOff, str]]] = defaultdict(list)
    for row, name in session.execute(within(statement, enrollment, on=SignOff)):
        found[row.competency_id].append((row, name))
    return found


@dataclass(frozen=True, slots=True)
class Brought:
    """A credential that a student brought, with its words and what staff found."""

    row: ExternalCredential
    words: Mapping[str, str]
    check: CredentialCheck | None
    note: str

    @property
    def outside(self) -> Outside:
        """As the rules read it."""
        facts = (self.row.ref, self.check.ref) if self.check else (self.row.ref,)
        return Outside(
            name=self.words.get("name") or self.row.code,
            is_verified=self.check is not None and self.check.is_verified,
            is_refused=self.check is not None and not self.check.is_verified,
            expires_on=self.row.expires_on,
            facts=facts,
        )


def brought_by(
    enrollments: Enrollment | Sequence[Enrollment], as_of: datetime | None = None
) -> dict[int, list[Brought]]:
    """The credentials on record, by the enrollment's row number. Three queries, however many."""
    rows = [row for row in standing(ExternalCredential, enrollments, as_of) if not row.is_withdrawn]
    checks = {check.credential_id: check for check in standing(CredentialCheck, enrollments, as_of)}
    words = all_prose_of([*rows, *checks.values()])
    found: dict[int, list[Brought]] = defaultdict(list)
    for row in rows:
        check = checks.get(row.id)
        note = words[check.public_id].get("note", "") if check else ""
        found[row.enrollment_id].append(Brought(row, words[row.public_id], check, note))
    return found


def credentials_to_check(actor: Actor) -> list[tuple[str, Brought]]:
    """Credentials that nobody has checked, with the student's name, the oldest first. Two queries."""
    checked = select(CredentialCheck.id).where(CredentialCheck.credential_id == ExternalCredential.id)
    statement = (
        select(ExternalCredential, Person.name)
        .join(Enrollment, Enrollment.id == ExternalCredential.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(stands(ExternalCredential), ExternalCredential.is_withdrawn.is_(False), ~checked.exists())
        .order_by(ExternalCredential.id)
    )
    rows = session.execute(scoped(statement, actor, Action.CREDENTIAL_VERIFY, on=ExternalCredential)).all()
    words = all_prose_of([row for row, _ in rows])
    return [(name, Brought(row, words[row.public_id], None, "")) for row, name in rows]


def outside_of(brought: Sequence[Brought], day: date) -> dict[str, Outside]:
    """Of each code the record that says most, by the code in lower case."""
    by_code: dict[str, list[Outside]] = defaultdict(list)
    for one in brought:
        if one.row.code:
            by_code[one.row.code.casefold()].append(one.outside)
    return {code: best for code, found in by_code.items() if (best := best_of(found, day))}


def find_credential(actor: Actor, public_id: str, action: Action) -> ExternalCredential:
    """The credential that stands. Raises NotFound. One query."""
    statement = select(ExternalCredential).where(
        ExternalCredential.public_id == public_id, stands(ExternalCredential), ~ExternalCredential.is_withdrawn
    )
    found = session.scalar(scoped(statement, actor, action))
    if found is None:
        raise NotFound()
    return found


def evidence_of(enrollment: Enrollment) -> list[tuple[CompetencyEvidence, str]]:
    """What was recorded of a student who was found, with its note, the last first. Two queries."""
    rows = [row for row in standing(CompetencyEvidence, enrollment) if not row.is_withdrawn]
    words = all_prose_of(rows)
    return [(row, words[row.public_id].get("note", "")) for row in reversed(rows)]


def labs_attended(enrollment: Enrollment) -> list[tuple[Attendance, Session]]:
    """The labs in which a student who was found was present, the last first. One query."""
    statement = within(select(Attendance, Session), enrollment, on=Attendance)
    statement = statement.join(Session, Session.id == Attendance.session_id)
    statement = statement.where(stands(Attendance), Attendance.minutes > 0, Session.kind == Kind.LAB_IN_PERSON)
    return list(session.execute(statement.order_by(Session.starts_at.desc())))


def list_imports(actor: Actor, program_id: int) -> list[tuple[FrameworkImport, Framework | None]]:
    """Every file that was sent for a framework, the last first. One query."""
    statement = (
        select(FrameworkImport, Framework)
        .outerjoin(Framework, Framework.id == FrameworkImport.framework_id)
        .where(FrameworkImport.program_id == program_id)
        .order_by(FrameworkImport.id.desc())
    )
    rows = session.execute(scoped(statement, actor, Action.FRAMEWORK_READ, on=FrameworkImport))
    return [(row, framework) for row, framework in rows]
