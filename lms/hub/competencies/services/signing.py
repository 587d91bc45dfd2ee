"""Recording what one saw, signing a level, taking either back. A sign-off is only ever answered by a new fact (D27)."""

from datetime import date

from sqlalchemy import select

from lms.hub.cohorts.models import Attendance
from lms.hub.competencies.files import Proof
from lms.hub.competencies.kinds import ProofKind
from lms.hub.competencies.models import CompetencyEvidence, SignOff
from lms.hub.competencies.queries import Line, held_by
from lms.hub.competencies.rules import (
    STATEMENT_VERSION,
    STATEMENTS,
    check_sign,
    expires_on,
    statement_hash,
)
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, person_of, standing
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import keep
from lms.kernel.text import N_, Sentence
from lms.kernel.weeks import local_day
from lms.messages.services import notify
from lms.people.access import Action, Actor, Relation
from lms.people.commands import command
from lms.people.scope import within

MAX_NOTE = 2_000


@command(Action.COMPETENCY_SHOW)
def record_evidence(
    actor: Actor,
    enrollment: Enrollment,
    line: Line,
    kind: ProofKind,
    day: date,
    note: str,
    *,
    attendance: str | None = None,
    file: Proof | None = None,
) -> CompetencyEvidence:
    """What one saw the student do, or a paper about it. attendance: the public id of a lab's register row."""
    _refuse_own(actor, enrollment)
    today = local_day(acting_at(), cohort_of(enrollment).zone)
    if day > today:
        raise RuleBroken(N_("Enter a day that has been."), field="day")
    if not note.strip() or len(note) > MAX_NOTE:
        raise RuleBroken(N_("Say in up to %(limit)s characters what you saw."), field="note", limit=MAX_NOTE)
    lab = _lab(enrollment, attendance) if kind is ProofKind.LAB else None
    if kind is ProofKind.DOCUMENT and file is None:
        raise RuleBroken(N_("Attach the document."), field="file")
    row = CompetencyEvidence(
        enrollment_id=enrollment.id,
        competency_id=line.competency.id,
        kind=kind,
        day=day,
        attendance_id=lab.id if lab else None,
        sha256=file.sha256 if file else None,
        size=file.size if file else None,
    )
    session.add(row)
    keep(row, note=note.strip(), file_name=file.name if file else None)
    return row


def _lab(enrollment: Enrollment, attendance: str | None) -> Attendance:
    statement = select(Attendance).where(Attendance.public_id == attendance, stands(Attendance))
    found = session.scalar(within(statement, enrollment))
    if found is None or not found.minutes:
        raise RuleBroken(N_("Choose a lab in which this student was present."), field="attendance")
    return found


@command(Action.COMPETENCY_SHOW)
def withdraw_evidence(actor: Actor, row: CompetencyEvidence, reason: str) -> CompetencyEvidence:
    """It was recorded in error; the row stands and says so. Raises RuleBroken without a reason."""
    if not reason.strip():
        raise RuleBroken(N_("Say why it is taken back."), field="reason")
    gone = CompetencyEvidence(
        enrollment_id=row.enrollment_id,
        competency_id=row.competency_id,
        kind=row.kind,
        day=row.day,
        attendance_id=row.attendance_id,
        is_withdrawn=True,
        supersedes_id=row.id,
    )
    session.add(gone)
    keep(gone, reason=reason.strip())
    return gone


@command(Action.COMPETENCY_SIGN)
def sign_off(actor: Actor, enrollment: Enrollment, line: Line, level: int) -> SignOff:
    """The assessor vouches for `level` today. Raises RuleBroken while minutes or demonstrations are missing.

    Whoever signs holds the assessor's relation over the student's section today: the policy has asked.
    """
    _, held = held_by(enrollment)[line.code]
    check_sign(held, level, len(line.framework.levels), is_own=_is_own(actor, enrollment))
    if actor.person_id is None:
        raise NotAllowed()
    day = local_day(acting_at(), cohort_of(enrollment).zone)
    before = next((row for row in _standing(enrollment, line) if row.assessor_id == actor.person_id), None)
    row = SignOff(
        enrollment_id=enrollment.id,
        competency_id=line.competency.id,
        assessor_id=actor.person_id,
        role=Relation.ASSESSOR,
        level=level,
        signed_on=day,
        expires_on=expires_on(day, line.competency.valid_days),
        statement_version=STATEMENT_VERSION,
        statement_sha256=_hash(actor, enrollment, line, level, day),
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    notify(enrollment.person_id, "competency-signed", row.public_id)
    return row


@command(Action.COMPETENCY_SIGN)
def revoke_sign_off(actor: Actor, row: SignOff, reason: str) -> SignOff:
    """An assessor takes a sign-off back, one's own or a colleague's; both facts stay. Raises RuleBroken."""
    if not reason.strip() or len(reason) > MAX_NOTE:
        raise RuleBroken(N_("Say why it is taken back, in up to %(limit)s characters."), field="reason", limit=MAX_NOTE)
    if row.is_revoked:
        raise RuleBroken(N_("This was taken back already."), field="reason")
    gone = SignOff(
        enrollment_id=row.enrollment_id,
        competency_id=row.competency_id,
        assessor_id=row.assessor_id,
        role=Relation.ASSESSOR,
        level=row.level,
        signed_on=row.signed_on,
        expires_on=row.expires_on,
        statement_version=row.statement_version,
        statement_sha256=row.statement_sha256,
        is_revoked=True,
        supersedes_id=row.id,
    )
    session.add(gone)
    keep(gone, reason=reason.strip())
    return gone


def statement_for(student: str, line: Line, level: int) -> Sentence:
    """What is signed, as the assessor reads it."""
    return Sentence(
        STATEMENTS[STATEMENT_VERSION],
        {
            "student": student,
            "competency": f"{line.competency.code} {line.competency.title}",
            "framework": f"{line.framework.name} {line.framework.number}",
            "level": level,
            "level_name": line.framework.levels[level - 1],
        },
    )


def _hash(actor: Actor, enrollment: Enrollment, line: Line, level: int, day: date) -> str:
    text = str(statement_for(person_of(enrollment).name, line, level))
    ids = (enrollment.public_id, line.competency.public_id, actor.person_public_id, day.isoformat())
    return statement_hash(text, ids)


def _standing(enrollment: Enrollment, line: Line) -> list[SignOff]:
    return [row for row in standing(SignOff, enrollment) if row.competency_id == line.competency.id]


def _is_own(actor: Actor, enrollment: Enrollment) -> bool:
    return actor.person_id == enrollment.person_id


def _refuse_own(actor: Actor, enrollment: Enrollment) -> None:
    if _is_own(actor, enrollment):
        raise RuleBroken(N_("Nobody records evidence for their own competency."), field="note")
