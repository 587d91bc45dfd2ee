"""What students have to renew because dates move: sign-offs and credentials that run out before the new day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from lms.hub.attendance.models import SafetyGate
from lms.hub.attendance.queries.safety import sign_offs_of
from lms.hub.calendar.queries.dates import instant
from lms.hub.calendar.rules.ends import lapses
from lms.hub.cohorts.models import Cohort, Section, Session
from lms.hub.competencies.models import Competency, SignOff
from lms.hub.competencies.queries import brought_by
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.queries import grouped, standing
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped, unscoped, within


@dataclass(frozen=True, slots=True)
class Renewal:
    """Valid until a day that lies before the one on which it is needed now. needed_for: "" is the certificate."""

    student: str
    name: str
    valid_until: date
    needed_on: date
    needed_for: str


@dataclass(frozen=True, slots=True)
class _Need:
    """A day that moves, and which codes count on it; no codes: all that a student has."""

    section: str
    before: date
    after: date
    codes: frozenset[str]
    what: str


def renewals_of(actor: Actor, cohort: Cohort, stored: dict[str, Any]) -> list[Renewal]:
    """For the students of a drawn or applied break whom `actor` may see, by name. At most nine queries."""
    needs = [*_labs(cohort, stored.get("sessions", [])), *_certificates(stored.get("ends", []))]
    if not needs:
        return []
    placed = (
        select(Enrollment, Person.name, Section.public_id)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Placement, Placement.enrollment_id == Enrollment.id)
        .join(Section, Section.id == Placement.section_id)
        .where(stands(Placement), runs_on(Placement, policy_day()), Section.public_id.in_({n.section for n in needs}))
        .order_by(Person.name, Enrollment.id)
    )
    rows = session.execute(scoped(placed, actor, Action.ENROLLMENT_READ, on=Enrollment)).all()
    held = _held([row[0] for row in rows]) if rows else {}
    found = [
        Renewal(student, name, until, need.after, need.what)
        for enrollment, student, section in rows
        for need in needs
        if need.section == section
        for name, until, is_safety in held.get(enrollment.id, ())
        if is_safety == bool(need.codes) and (not need.codes or name in need.codes)
        if lapses(until, need.before, need.after)
    ]
    return list(dict.fromkeys(found))


def _labs(cohort: Cohort, lines: Sequence[dict[str, Any]]) -> list[_Need]:
    """Sessions that move to another day and need a safety sign-off. Two queries."""
    moved = {line["id"]: line for line in lines if line["to"]}
    if not moved:
        return []
    of_session = select(Session.public_id, Session.unit_id, Session.id, Section.public_id)
    of_session = of_session.join(Section, Section.id == Session.section_id).where(Session.public_id.in_(moved))
    rows = session.execute(unscoped(of_session, "sessions of a plan that was found in scope")).all()
    here = or_(SafetyGate.session_id.in_([row[2] for row in rows]), SafetyGate.unit_id.in_([row[1] for row in rows]))
    gates = select(SafetyGate).where(stands(SafetyGate), ~SafetyGate.is_lifted, here)
    standing_gates = session.scalars(within(gates, cohort, on=SafetyGate)).all()
    needs = []
    for public_id, unit_id, number, section in rows:
        line = moved[public_id]
        codes = frozenset(gate.code for gate in standing_gates if number == gate.session_id or unit_id == gate.unit_id)
        before, after = (local_day(instant(at), line["zone"]) for at in (line["from"], line["to"][0]))
        if codes:
            needs.append(_Need(section, before, after, codes, line["unit"]))
    return needs


def _certificates(lines: Sequence[dict[str, Any]]) -> list[_Need]:
    """The day on which each section is done."""
    return [
        _Need(line["section"], date.fromisoformat(line["before"]), date.fromisoformat(line["after"]), frozenset(), "")
        for line in lines
        if not line["course"] and line["after"]
    ]


def _held(enrollments: Sequence[Enrollment]) -> dict[int, list[tuple[str, date, bool]]]:
    """What runs out, by the enrollment's number: its name, its last day, whether it is for safety. Six queries."""
    found: dict[int, list[tuple[str, date, bool]]] = {one.id: [] for one in enrollments}
    for number, signed in sign_offs_of(enrollments).items():
        last: dict[str, date] = {}
        for one in signed:
            if not one.is_revoked:
                last[one.code] = max(last.get(one.code, one.valid_until), one.valid_until)
        found[number] += [(code, until, True) for code, until in last.items()]
    for number, brought in brought_by(enrollments).items():
        found[number] += [(one.outside.name, one.row.expires_on, False) for one in brought if one.row.expires_on]
    signs = grouped(standing(SignOff, enrollments))
    wanted = {row.competency_id for rows in signs.values() for row in rows}
    codes = dict(session.execute(select(Competency.id, Competency.code).where(Competency.id.in_(wanted))).all())
    for number, rows in signs.items():
        found[number] += [
            (codes[row.competency_id], row.expires_on, False) for row in rows if row.expires_on and not row.is_revoked
        ]
    return found
