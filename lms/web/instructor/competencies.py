"""Assessors and instructors record what they saw a student do; assessors sign levels and take sign-offs back."""

from datetime import date

from flask import Response, request
from sqlalchemy import select

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Section
from lms.hub.competencies.kinds import EVIDENCE_NAMES, ProofKind
from lms.hub.competencies.models import CompetencyEvidence, SignOff
from lms.hub.competencies.queries import Line, evidence_of, find_line, held_by, labs_attended, signed_by
from lms.hub.competencies.rules import COMPLETION_NAMES, explain
from lms.hub.competencies.services.signing import (
    record_evidence,
    revoke_sign_off,
    sign_off,
    statement_for,
    withdraw_evidence,
)
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.queries import cohort_of, enrollment_of, find_enrollment, person_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.facts import runs_on, stands
from lms.kernel.text import N_
from lms.people.access import Action, Actor, allowed
from lms.people.accounts.models import Person
from lms.people.anchors import anchor_of
from lms.people.scope import policy_day, scoped
from lms.web.instructor import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.proofs import is_proof_sent, judge_proof, proof_response, sent_proof

STUDENT = "/enrollments/<public_id:enrollment>/competencies"


@bp.get("/competencies")
@requires(Action.COMPETENCY_SHOW)
def competencies() -> Response:
    placed = stands(Placement) & runs_on(Placement, policy_day())
    statement = (
        select(Enrollment, Person.name, Section.name)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Placement, (Placement.enrollment_id == Enrollment.id) & placed)
        .join(Section, Section.id == Placement.section_id)
        .order_by(Section.name, Person.name)
    )
    students = session.execute(scoped(statement, current_actor(), Action.COMPETENCY_SHOW, on=Enrollment)).all()
    return page("instructor/competencies.html", students=students)


@bp.get(STUDENT)
@requires(Action.COMPETENCY_SHOW)
def student_competencies(enrollment: str) -> Response:
    return _page(current_actor(), enrollment)


@bp.post(f"{STUDENT}/<public_id:competency>/evidence")
@requires(Action.COMPETENCY_SHOW, prepare=judge_proof, prepare_if=is_proof_sent)
def add_evidence(enrollment: str, competency: str) -> Response:
    actor = current_actor()
    found = find_enrollment(actor, enrollment, Action.COMPETENCY_SHOW)
    line = _line(found, competency)
    form = request.form
    kind = next((kind for kind in ProofKind if kind.value == form.get("kind")), None)
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        return _page(actor, enrollment, competency, tell(N_("There is no such day. Write it as 2026-11-23.")))
    if kind is None:
        raise NotFound()
    try:
        record_evidence(
            actor, found, line, kind, day, form.get("note", ""), attendance=form.get("attendance"), file=sent_proof()
        )
    except RuleBroken as broken:
        return _page(actor, enrollment, competency, tell(broken.sentence))
    tell_next(N_("Recorded."))
    return redirect_to("instructor.student_competencies", enrollment=enrollment)


@bp.post(f"{STUDENT}/<public_id:competency>/sign-offs")
@requires(Action.COMPETENCY_SIGN)
def sign(enrollment: str, competency: str) -> Response:
    actor = current_actor()
    found = find_enrollment(actor, enrollment, Action.COMPETENCY_SIGN)
    line = _line(found, competency)
    text = request.form.get("level", "")
    try:
        sign_off(actor, found, line, int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0)
    except RuleBroken as broken:
        sentences = [broken.sentence, *(one.sentence for one in broken.also)]
        return _page(actor, enrollment, competency, " ".join(tell(sentence) for sentence in sentences))
    tell_next(N_("Signed. The student is told."))
    return redirect_to("instructor.student_competencies", enrollment=enrollment)


@bp.post("/sign-offs/<public_id:sign_off>/revocation")
@requires(Action.COMPETENCY_SIGN)
def revoke(sign_off: str) -> Response:
    actor = current_actor()
    row = session.scalar(
        scoped(select(SignOff).where(SignOff.public_id == sign_off, stands(SignOff)), actor, Action.COMPETENCY_SIGN)
    )
    if row is None:
        raise NotFound(N_("This sign-off was replaced meanwhile. Reload the page."))
    enrollment = enrollment_of(row)
    try:
        revoke_sign_off(actor, row, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(actor, enrollment.public_id, error=tell(broken.sentence))
    tell_next(N_("Taken back."))
    return redirect_to("instructor.student_competencies", enrollment=enrollment.public_id)


@bp.post("/competency-evidence/<public_id:evidence_row>/withdrawal")
@requires(Action.COMPETENCY_SHOW)
def take_evidence_back(evidence_row: str) -> Response:
    actor = current_actor()
    row = _evidence(actor, evidence_row)
    enrollment = enrollment_of(row)
    try:
        withdraw_evidence(actor, row, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(actor, enrollment.public_id, error=tell(broken.sentence))
    tell_next(N_("Taken back."))
    return redirect_to("instructor.student_competencies", enrollment=enrollment.public_id)


@bp.get("/competency-evidence/<public_id:evidence_row>/file")
@requires(Action.COMPETENCY_SHOW)
def evidence_file(evidence_row: str) -> Response:
    return proof_response(_evidence(current_actor(), evidence_row))


def _evidence(actor: Actor, public_id: str) -> CompetencyEvidence:
    statement = select(CompetencyEvidence).where(
        CompetencyEvidence.public_id == public_id, stands(CompetencyEvidence), ~CompetencyEvidence.is_withdrawn
    )
    row = session.scalar(scoped(statement, actor, Action.COMPETENCY_SHOW))
    if row is None:
        raise NotFound()
    return row


def _line(enrollment: Enrollment, competency: str) -> Line:
    return find_line(cohort_of(enrollment).program_id, competency)


def _page(actor: Actor, enrollment_id: str, broken_at: str = "", error: str = "") -> Response:
    enrollment = find_enrollment(actor, enrollment_id, Action.COMPETENCY_SHOW)
    person = person_of(enrollment)
    return page(
        "instructor/student_competencies.html",
        422 if error else 200,
        enrollment=enrollment,
        person=person,
        held=held_by(enrollment),
        signed=signed_by(enrollment),
        evidence=evidence_of(enrollment),
        labs=labs_attended(enrollment),
        may_sign=allowed(actor, Action.COMPETENCY_SIGN, anchor_of(enrollment)),
        statement=lambda line, level: statement_for(person.name, line, level),
        explain=explain,
        completion_names=COMPLETION_NAMES,
        evidence_names=EVIDENCE_NAMES,
        today=policy_day(),
        broken_at=broken_at,
        error=error,
        typed=request.form,
    )
