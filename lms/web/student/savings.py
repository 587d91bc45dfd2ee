"""Benefit lines of one's own project: describe, revise, show evidence, claim, propose an amendment."""

from collections.abc import Callable

from flask import Response

from lms.capstone.lines.models import BenefitLine, SavingsPool
from lms.capstone.lines.queries import find_line, pools_of
from lms.capstone.lines.services import PROSE, add_line, project_of, revise_line
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, firm_of
from lms.capstone.queries import project_figures
from lms.capstone.savings.models import EvidenceKind
from lms.capstone.savings.services.amending import propose_amendment
from lms.capstone.savings.services.claims import submit_claim
from lms.capstone.savings.services.evidence import add_evidence, own_evidence
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.proofs import is_proof_sent, judge_proof, proof_response, sent_proof
from lms.web.savings.forms import NEW_LINE, AmendForm, ClaimForm, EvidenceForm, LineForm, shown_of
from lms.web.savings.lines import line_view
from lms.web.student import bp


@bp.get("/projects/<public_id:project>/line")
@requires(Action.LINE_DRAFT)
def new_line(project: str) -> Response:
    found = find_project(current_actor(), project, Action.LINE_DRAFT)
    form = LineForm(**NEW_LINE).offer(found.currency, _pools(found))
    return page("student/capstone/line.html", project=found, line=None, form=form)


@bp.post("/projects/<public_id:project>/lines")
@requires(Action.LINE_DRAFT)
def describe_line(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.LINE_DRAFT)
    form = LineForm().offer(found.currency, _pools(found))
    return _saved(found, None, form, lambda: add_line(actor, found, form.title.data or "", form.draft()))


@bp.get("/lines/<public_id:line>")
@requires(Action.LINE_DRAFT)
def line(line: str) -> Response:
    found = find_line(current_actor(), line, Action.LINE_DRAFT)
    project = project_of(found)
    pools = _pools(project)
    form = LineForm(**_shown(found, project, pools)).offer(project.currency, pools)
    return page("student/capstone/line.html", project=project, line=found, form=form)


@bp.post("/lines/<public_id:line>/versions")
@requires(Action.LINE_DRAFT)
def revise(line: str) -> Response:
    actor = current_actor()
    found = find_line(actor, line, Action.LINE_DRAFT)
    project = project_of(found)
    form = LineForm().offer(project.currency, _pools(project))
    return _saved(project, found, form, lambda: revise_line(actor, found, form.draft(), form.title.data))


@bp.get("/lines/<public_id:line>/amendment")
@requires(Action.SAVINGS_AMEND)
def amendment(line: str) -> Response:
    found = find_line(current_actor(), line, Action.SAVINGS_AMEND)
    project = project_of(found)
    pools = _pools(project)
    form = AmendForm(**_shown(found, project, pools)).offer(project.currency, pools)
    return page("student/capstone/line.html", project=project, line=found, form=form)


@bp.post("/lines/<public_id:line>/amendments")
@requires(Action.SAVINGS_AMEND)
def propose_line_amendment(line: str) -> Response:
    actor = current_actor()
    found = find_line(actor, line, Action.SAVINGS_AMEND)
    project = project_of(found)
    form = AmendForm()
    form.offer(project.currency, _pools(project))
    return _saved(project, found, form, lambda: propose_amendment(actor, found, form.draft(), form.why.data or ""))


@bp.post("/lines/<public_id:line>/evidence")
@requires(Action.SAVINGS_AMEND, prepare=judge_proof, prepare_if=is_proof_sent)
def show_evidence(line: str) -> Response:
    actor, form = current_actor(), EvidenceForm().offer()
    found = find_line(actor, line, Action.SAVINGS_AMEND)
    kind = EvidenceKind(form.kind.data) if form.kind.data in set(EvidenceKind) else EvidenceKind.STATEMENT
    try:
        add_evidence(actor, found, kind, form.reference.data or "", sent_proof())
        tell_next(N_("Added."))
    except RuleBroken as broken:
        tell_next(tell(broken.sentence), tone="bad")
    return redirect_to("student.capstone")


@bp.get("/evidence/<public_id:evidence>/file")
@requires(Action.SAVINGS_AMEND)
def evidence_file(evidence: str) -> Response:
    return proof_response(own_evidence(current_actor(), evidence))


@bp.post("/lines/<public_id:line>/claims")
@requires(Action.CLAIM_SUBMIT)
def claim(line: str) -> Response:
    actor, form = current_actor(), ClaimForm()
    submit_claim(actor, find_line(actor, line, Action.CLAIM_SUBMIT), form.request_key.data or None)
    tell_next(N_("Claimed. Your sponsor reports it next."))
    return redirect_to("student.capstone")


def _saved(project: Project, line: BenefitLine | None, form: LineForm, deed: Callable[[], object]) -> Response:
    if form.validate():
        try:
            deed()
            tell_next(N_("Saved."))
            return redirect_to("student.capstone")
        except RuleBroken as broken:
            broken_into(form, broken)
    return page("student/capstone/line.html", 422, project=project, line=line, form=form)


def _pools(project: Project) -> list[SavingsPool]:
    return [pool for pool, _ in pools_of(firm_of(project))]


def _shown(line: BenefitLine, project: Project, pools: list[SavingsPool]) -> dict[str, object]:
    view = line_view(project_figures(project), line)
    if view is None:
        return {**NEW_LINE, "title": line.title}
    prose = {name: prose_of([view.version], name).get(view.version.public_id, "") for name in PROSE}
    return shown_of(view.version, line.title, prose, pools)
