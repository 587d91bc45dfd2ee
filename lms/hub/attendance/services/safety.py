"""Which labs need a safety sign-off, and who gives one."""

from datetime import date

from lms.hub.attendance.models import SafetyGate, SafetySignOff
from lms.hub.attendance.queries.safety import list_gates, sign_offs_of
from lms.hub.attendance.rules.stations import check_code, check_sign_off
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.models import Cohort, Session
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import policy_day


@command(Action.COHORT_MANAGE)
def require_safety(
    actor: Actor, cohort: Cohort, code: str, unit: Unit | None = None, meeting: Session | None = None
) -> SafetyGate:
    """From now on, booking in one session, or in every session of the unit, needs a sign-off for `code`.

    Exactly one of unit and meeting. Bookings that stand are kept; the register says who is not signed off.
    """
    code = check_code(code)
    if (unit is None) == (meeting is None):
        raise RuleBroken(N_("Choose a unit or one session."), field="unit")
    where = (unit.id if unit else None, meeting.id if meeting else None)
    for gate in list_gates(cohort):
        if gate.fact.code == code and (gate.fact.unit_id, gate.fact.session_id) == where:
            raise RuleBroken(N_("This is required there already."), field="code")
    row = SafetyGate(cohort_id=cohort.id, unit_id=where[0], session_id=where[1], code=code)
    session.add(row)
    session.flush()
    return row


@command(Action.COHORT_MANAGE)
def lift_safety(actor: Actor, gate: SafetyGate) -> SafetyGate:
    """The sign-off is not needed there any more."""
    row = SafetyGate(
        cohort_id=gate.cohort_id,
        unit_id=gate.unit_id,
        session_id=gate.session_id,
        code=gate.code,
        is_lifted=True,
        supersedes_id=gate.id,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.SAFETY_SIGN)
def sign_off(actor: Actor, enrollment: Enrollment, code: str, valid_until: date) -> SafetySignOff:
    """The student works safely, until `valid_until` inclusive. A sign-off for the same code is replaced."""
    code = check_code(code)
    check_sign_off(valid_until, policy_day())
    before = [one for one in sign_offs_of([enrollment]).get(enrollment.id, []) if one.code == code]
    row = SafetySignOff(
        enrollment_id=enrollment.id,
        code=code,
        valid_until=valid_until,
        supersedes_id=before[-1].id if before else None,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.SAFETY_SIGN)
def revoke_sign_off(actor: Actor, signed: SafetySignOff) -> SafetySignOff:
    """Take a sign-off back; undone by signing again."""
    row = SafetySignOff(
        enrollment_id=signed.enrollment_id,
        code=signed.code,
        valid_until=signed.valid_until,
        is_revoked=True,
        supersedes_id=signed.id,
    )
    session.add(row)
    session.flush()
    return row
