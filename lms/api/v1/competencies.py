"""Competencies of a student: what is held, what was seen, what an assessor signs and takes back."""

from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import select

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, Day, PublicId, Shape, Why, why
from lms.hub.competencies.kinds import ProofKind
from lms.hub.competencies.models import CompetencyEvidence, SignOff
from lms.hub.competencies.queries import Line, find_line, held_by
from lms.hub.competencies.rules import Held, explain
from lms.hub.competencies.services.signing import record_evidence, revoke_sign_off, sign_off, withdraw_evidence
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, enrollment_of, find_enrollment
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.people.access import Action, Actor
from lms.people.scope import scoped

OF = "/enrollments/<public_id:enrollment>/competencies"
ONE = f"{OF}/<public_id:competency>"
SHOW, SIGN = Action.COMPETENCY_SHOW, Action.COMPETENCY_SIGN
Reason = Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)]


class EvidenceIn(Shape):
    """What somebody saw. `attendance`: id of the student's line in a register, for evidence out of a lab."""

    kind: ProofKind
    day: Day
    note: Reason
    attendance: PublicId | None = None


class SignOffIn(Shape):
    """The level that is vouched for, from 1."""

    level: Annotated[int, Field(ge=1, le=99)]


class WhyBackIn(Shape):
    """Why it is taken back; the student reads it."""

    reason: Reason


class MadeOut(Shape):
    """The id of the fact that was recorded, and the competency as it stands now."""

    id: str
    competency: "CompetencyOut"


class CompetencyOut(Shape):
    """`level`: reached and not expired, 0 for none. `levels`: how many the framework has."""

    id: str
    code: str
    title: str
    framework: str
    level: int
    levels: int
    minutes: int
    minutes_wanted: int
    demonstrations: int
    demonstrations_wanted: int
    expires_on: str | None
    why: Why


class CompetenciesOut(Shape):
    """In the order of the frameworks."""

    items: list[CompetencyOut]


@operation("GET /enrollments/<public_id:enrollment>/competencies", Action.COMPETENCY_READ, gives=CompetenciesOut)
def list_competencies(actor: Actor, enrollment: str) -> CompetenciesOut:
    """What the student holds of each competency, with its "why?"."""
    found = held_by(find_enrollment(actor, enrollment, Action.COMPETENCY_READ))
    return CompetenciesOut(items=[_competency(line, held) for line, held in found.values()])


@operation(
    f"POST {OF}/<public_id:competency>/evidence", Action.COMPETENCY_SHOW, gives=MadeOut, body=EvidenceIn, status=201
)
def add_competency_evidence(actor: Actor, enrollment: str, competency: str, body: EvidenceIn) -> MadeOut:
    """Record what you saw the student do. A file goes in on the page."""
    found = find_enrollment(actor, enrollment, Action.COMPETENCY_SHOW)
    line = _line(found, competency)
    row = record_evidence(actor, found, line, body.kind, body.day, body.note, attendance=body.attendance)
    return _made(found, line, row.public_id)


@operation(
    f"POST {OF}/<public_id:competency>/sign-offs", Action.COMPETENCY_SIGN, gives=MadeOut, body=SignOffIn, status=201
)
def sign_competency(actor: Actor, enrollment: str, competency: str, body: SignOffIn) -> MadeOut:
    """Vouch for a level today, as an assessor. 422 while minutes or demonstrations are missing."""
    found = find_enrollment(actor, enrollment, Action.COMPETENCY_SIGN)
    line = _line(found, competency)
    return _made(found, line, sign_off(actor, found, line, body.level).public_id)


@operation(
    "POST /sign-offs/<public_id:sign_off>/revocation", Action.COMPETENCY_SIGN, gives=MadeOut, body=WhyBackIn, status=201
)
def take_sign_off_back(actor: Actor, sign_off: str, body: WhyBackIn) -> MadeOut:
    """Take a sign-off back, your own or a colleague's; both facts stay."""
    statement = select(SignOff).where(SignOff.public_id == sign_off, stands(SignOff))
    row = session.scalar(scoped(statement, actor, Action.COMPETENCY_SIGN))
    if row is None:
        raise NotFound()
    gone = revoke_sign_off(actor, row, body.reason)
    return _of_row(enrollment_of(row), row.competency_id, gone.public_id)


@operation(
    "POST /competency-evidence/<public_id:evidence_row>/withdrawal",
    Action.COMPETENCY_SHOW,
    gives=MadeOut,
    body=WhyBackIn,
    status=201,
)
def take_competency_evidence_back(actor: Actor, evidence_row: str, body: WhyBackIn) -> MadeOut:
    """It was recorded in error; the row stands and says so."""
    statement = select(CompetencyEvidence).where(
        CompetencyEvidence.public_id == evidence_row, stands(CompetencyEvidence), ~CompetencyEvidence.is_withdrawn
    )
    row = session.scalar(scoped(statement, actor, Action.COMPETENCY_SHOW))
    if row is None:
        raise NotFound()
    gone = withdraw_evidence(actor, row, body.reason)
    return _of_row(enrollment_of(row), row.competency_id, gone.public_id)


def _line(enrollment: Enrollment, competency: str) -> Line:
    return find_line(cohort_of(enrollment).program_id, competency)


def _made(enrollment: Enrollment, line: Line, fact_id: str) -> MadeOut:
    return _of_row(enrollment, line.competency.id, fact_id)


def _of_row(enrollment: Enrollment, competency_id: int, fact_id: str) -> MadeOut:
    session.flush()
    line, held = next(one for one in held_by(enrollment).values() if one[0].competency.id == competency_id)
    return MadeOut(id=fact_id, competency=_competency(line, held))


def _competency(line: Line, held: Held) -> CompetencyOut:
    return CompetencyOut(
        id=line.competency.public_id,
        code=line.code,
        title=held.asked.title,
        framework=line.framework.name,
        level=held.level,
        levels=len(line.framework.levels),
        minutes=held.minutes,
        minutes_wanted=held.asked.minutes_wanted,
        demonstrations=held.demonstrations,
        demonstrations_wanted=held.asked.demonstrations_wanted,
        expires_on=held.expires_on.isoformat() if held.expires_on else None,
        why=why(explain(held)),
    )
