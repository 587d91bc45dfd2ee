"""Which sessions need a safety sign-off, and who has one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select

from lms.hub.attendance.models import SafetyGate, SafetySignOff
from lms.hub.attendance.queries.meetings import Meeting
from lms.hub.catalog.models import Course, Unit
from lms.hub.cohorts.models import Cohort, Section, Session
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.queries import grouped, standing
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped, unscoped, within


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate with where it stands: of one session, or of all sessions of a unit."""

    fact: SafetyGate
    unit: Unit
    session: Session | None


@dataclass(frozen=True, slots=True)
class Signable:
    """One student with the sign-offs that stand."""

    enrollment: Enrollment
    name: str
    section: str
    signed: tuple[SafetySignOff, ...]

    def of(self, code: str) -> SafetySignOff | None:
        """The one that lasts longest."""
        found = [one for one in self.signed if one.code == code and not one.is_revoked]
        return max(found, key=lambda one: one.valid_until, default=None)


def gates_of(meetings: Iterable[Meeting]) -> dict[int, tuple[str, ...]]:
    """The codes that each session needs, by its number. One query."""
    found = list(meetings)
    here = or_(
        SafetyGate.session_id.in_({one.id for one in found}), SafetyGate.unit_id.in_({one.unit.id for one in found})
    )
    statement = select(SafetyGate).where(stands(SafetyGate), ~SafetyGate.is_lifted, here)
    gates = session.scalars(unscoped(statement, "what a session that was found needs")).all()
    return {
        one.id: tuple(
            sorted({gate.code for gate in gates if _is_of(gate, one) and gate.cohort_id == one.section.cohort_id})
        )
        for one in found
    }


def _is_of(gate: SafetyGate, meeting: Meeting) -> bool:
    return gate.session_id == meeting.id or gate.unit_id == meeting.unit.id


def list_gates(cohort: Cohort, as_of: datetime | None = None) -> list[Gate]:
    """The gates of a cohort that was found, by code. One query."""
    statement = (
        select(SafetyGate, Unit, Session)
        .outerjoin(Session, Session.id == SafetyGate.session_id)
        .join(Unit, or_(Unit.id == SafetyGate.unit_id, Unit.id == Session.unit_id))
        .where(stands(SafetyGate, as_of), ~SafetyGate.is_lifted)
        .order_by(SafetyGate.code, SafetyGate.id)
    )
    return [Gate(*row) for row in session.execute(within(statement, cohort, on=SafetyGate))]


def find_gate(actor: Actor, public_id: str) -> SafetyGate:
    """The gate that stands, if `actor` may change it. Raises NotFound."""
    statement = select(SafetyGate).where(SafetyGate.public_id == public_id, stands(SafetyGate), ~SafetyGate.is_lifted)
    found = session.scalar(scoped(statement, actor, Action.COHORT_MANAGE))
    if found is None:
        raise NotFound()
    return found


def units_of_cohort(cohort: Cohort) -> Sequence[Unit]:
    """The units of a cohort's version, in order. One query."""
    statement = select(Unit).join(Course, Course.id == Unit.course_id)
    statement = statement.where(Course.program_version_id == cohort.program_version_id)
    return session.scalars(statement.order_by(Course.position, Unit.position, Unit.id)).all()


def sign_offs_of(enrollments: Sequence[Enrollment]) -> Mapping[int, list[SafetySignOff]]:
    """The sign-offs that stand, revoked ones among them, by enrollment. One query."""
    return grouped(standing(SafetySignOff, enrollments)) if enrollments else {}


def signable(actor: Actor) -> list[Signable]:
    """The students whom `actor` may sign off, by section and name. Two queries."""
    statement = (
        select(Enrollment, Person.name, Section.name)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .join(Section, Section.id == Placement.section_id)
        .where(stands(Placement), runs_on(Placement, policy_day()))
        .order_by(Section.name, Person.name, Enrollment.id)
    )
    rows = session.execute(scoped(statement, actor, Action.SAFETY_SIGN, on=Enrollment)).all()
    signed = sign_offs_of([row[0] for row in rows])
    return [Signable(row[0], row[1], row[2], tuple(signed.get(row[0].id, ()))) for row in rows]


def find_sign_off(actor: Actor, public_id: str) -> SafetySignOff:
    """The sign-off that stands, if `actor` may take it back. Raises NotFound."""
    statement = select(SafetySignOff).where(
        SafetySignOff.public_id == public_id, stands(SafetySignOff), ~SafetySignOff.is_revoked
    )
    found = session.scalar(scoped(statement, actor, Action.SAFETY_SIGN))
    if found is None:
        raise NotFound()
    return found


def codes_in_use(actor: Actor) -> list[str]:
    """The codes that sessions of the actor's sections need. One query."""
    mine = select(Section.cohort_id)
    cohorts = scoped(mine, actor, Action.SAFETY_SIGN, on=Section)
    statement = select(SafetyGate.code).where(
        SafetyGate.cohort_id.in_(cohorts), stands(SafetyGate), ~SafetyGate.is_lifted
    )
    return sorted(set(session.scalars(unscoped(statement, "the codes of the cohorts of sections that were found"))))


def last_day_of(day: date, months: int = 12) -> date:
    """A year from `day`: what the form offers first."""
    return date(day.year + months // 12, day.month, min(day.day, 28))
