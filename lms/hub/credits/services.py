"""Asking for credit, deciding, taking back; waiving a requirement or keeping it from counting. Each adds a fact."""

from collections.abc import Sequence

from sqlalchemy import select

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.catalog.policy import Policy
from lms.hub.catalog.prerequisites import node_of
from lms.hub.catalog.queries import list_courses, needs_of, trees_of
from lms.hub.catalog.rules import Need, identity, walk
from lms.hub.competencies.files import Proof
from lms.hub.competencies.models import ExternalCredential
from lms.hub.competencies.queries import brought_by, lines_of
from lms.hub.credits.models import CreditDecision, CreditRequest, RequirementRuling
from lms.hub.credits.queries import credits_of, planned_minutes_of
from lms.hub.credits.rules import (
    CREDITABLE,
    Outcome,
    RulingKind,
    check_minutes,
    check_outcome,
    check_plan,
    check_request,
    check_ruling,
    check_words,
)
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, enrollment_of, standing
from lms.hub.enrollment.versions import version_of, versions_of
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command


def leaves_by_node(needs: Need | None) -> dict[str, Need]:
    """Every requirement below the root by what it asks for."""
    return {identity(need): need for need in walk(needs) if need is not needs} if needs else {}


def creditable(needs: Need | None) -> dict[str, Need]:
    """The requirements against which prior learning may count."""
    return {node: need for node, need in leaves_by_node(needs).items() if need.kind in CREDITABLE}


def titles_for(enrollments: Sequence[Enrollment]) -> dict[str, Need]:
    """Every requirement that their versions name, by what it asks for. Three queries, however many."""
    found: dict[str, Need] = {}
    for needs in trees_of(set(versions_of(enrollments).values()))[1].values():
        found |= leaves_by_node(needs)
    return found


def needs_for(enrollment: Enrollment) -> Need | None:
    """The requirement tree of an enrollment that was found. Three queries."""
    version = version_of(enrollment)
    return needs_of(version, {course.id: course.code for course in list_courses(version)})


def find_need(enrollment: Enrollment, node: str) -> Need:
    """The requirement that asks for `node`. Raises RuleBroken."""
    need = leaves_by_node(needs_for(enrollment)).get(node)
    if need is None:
        raise RuleBroken(N_("Choose one of the requirements in the list."), field="requirement")
    return need


@command(Action.CREDIT_ASK)
def ask_credit(
    actor: Actor,
    enrollment: Enrollment,
    node: str,
    minutes: int | None,
    words: str,
    file: Proof | None = None,
    credential: ExternalCredential | None = None,
) -> CreditRequest:
    """The student asks that prior learning counts for `node`. Raises RuleBroken."""
    need = find_need(enrollment, node)
    check_request(need, minutes, words, has_proof=file is not None or credential is not None)
    if credential is not None and credential.enrollment_id != enrollment.id:
        raise RuleBroken(N_("This credential is not yours."), field="credential")
    row = CreditRequest(
        enrollment_id=enrollment.id,
        node=node,
        minutes=minutes,
        credential_id=credential.id if credential else None,
        sha256=file.sha256 if file else None,
        size=file.size if file else None,
    )
    session.add(row)
    keep(row, words=words.strip(), file_name=file.name if file else None)
    return row


@command(Action.CREDIT_DECIDE)
def decide_credit(
    actor: Actor, request: CreditRequest, outcome: Outcome, minutes: int | None, reason: str
) -> CreditDecision:
    """Grant in whole or part, decline, or take a grant back (a new fact). Raises RuleBroken above the cap."""
    enrollment = enrollment_of(request)
    before = next((d for d in standing(CreditDecision, enrollment) if d.request_id == request.id), None)
    check_outcome(before.outcome if before else None, outcome)
    check_words(reason, "reason")
    if outcome is Outcome.GRANTED:
        _check_cap(enrollment, request, minutes)
    row = CreditDecision(
        enrollment_id=enrollment.id,
        request_id=request.id,
        node=request.node,
        outcome=outcome,
        minutes=minutes if outcome is Outcome.GRANTED else None,
        decided_on=local_day(acting_at(), cohort_of(enrollment).zone),
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    keep(row, reason=reason.strip())
    notify(enrollment.person_id, "credit-decided", row.public_id)
    return row


def _check_cap(enrollment: Enrollment, request: CreditRequest, minutes: int | None) -> None:
    need = find_need(enrollment, request.node)
    version = session.scalars(select(ProgramVersion).where(ProgramVersion.id == version_of(enrollment))).one()
    cap_bp = Policy.of(version.policy).prior_learning_cap_bp
    given = credits_of([enrollment]).get(enrollment.id, {})
    credit = given.get(request.node)
    check_minutes(need, request.minutes, minutes, credit.minutes or 0 if credit else 0, cap_bp)
    if need.kind is RequirementKind.COURSE:
        planned = planned_minutes_of(enrollment)
        codes = [other.course or "" for node, other in creditable(needs_for(enrollment)).items() if node in given]
        before = sum(planned.get(code, 0) for code in codes)
        check_plan(planned.get(need.course or "", 0), before, sum(planned.values()), cap_bp)


@command(Action.REQUIREMENT_RULE)
def rule_requirement(
    actor: Actor, enrollment: Enrollment, node: str, kind: RulingKind, reason: str
) -> RequirementRuling:
    """Waive a requirement, keep it from counting, or end either; the student reads the reason. Raises RuleBroken.

    node: of a requirement (`identity`), or of what a course asks for first (`prerequisites.node_of`).
    """
    _check_node(enrollment, node, kind)
    before = next((row for row in standing(RequirementRuling, enrollment) if row.node == node), None)
    check_ruling(before.kind if before else None, kind, reason)
    row = RequirementRuling(
        enrollment_id=enrollment.id,
        node=node,
        kind=kind,
        decided_on=local_day(acting_at(), cohort_of(enrollment).zone),
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    keep(row, reason=reason.strip())
    notify(enrollment.person_id, "requirement-ruled", row.public_id)
    return row


def _check_node(enrollment: Enrollment, node: str, kind: RulingKind) -> None:
    """Raises RuleBroken for what the student's version does not ask for. Prerequisites are waived, never held."""
    if node not in prerequisites_for(enrollment):
        find_need(enrollment, node)
    elif kind is RulingKind.HELD:
        message = N_("Prerequisites can be waived, or the waiver ended. Only a requirement can be kept from counting.")
        raise RuleBroken(message, field="kind")


def prerequisites_for(enrollment: Enrollment) -> dict[str, Course]:
    """The courses of the student's version that ask for others first, by the node of a waiver. Two queries."""
    return {node_of(one.code): one for one in list_courses(version_of(enrollment)) if one.prerequisites}


def suggestions_for(enrollment: Enrollment, needs: Need | None) -> list[tuple[ExternalCredential, str, Need]]:
    """Verified credentials that show a competency which the program asks for: (credential, its name, requirement)."""
    found = []
    brought = [one for one in brought_by(enrollment).get(enrollment.id, []) if one.outside.is_verified]
    by_code = {one.row.code.casefold(): one for one in brought if one.row.code}
    if not by_code:
        return []
    shown = _credential_codes(enrollment)
    for need in creditable(needs).values():
        one = by_code.get(shown.get(need.code, ""))
        if one is not None:
            found.append((one.row, one.outside.name, need))
    return found


def _credential_codes(enrollment: Enrollment) -> dict[str, str]:
    lines = lines_of([cohort_of(enrollment).program_id])
    return {line.code: line.competency.credential.casefold() for line in lines if line.competency.credential}
