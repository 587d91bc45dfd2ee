"""A project's plan as its sponsor sees it, who decides at the gates together with the coach."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, request

from lms.capstone.plans.queries import find_artifact
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, team_of
from lms.capstone.projects.rules import GateRole
from lms.capstone.projects.services import share_credit
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.employer import bp
from lms.web.language import tell
from lms.web.pages import redirect_to, tell_next
from lms.web.savings.plans import artifact_response, gate_named, plan_page, take_decision

PAGE = "employer/plan.html"


@bp.get("/projects/<public_id:project>/plan")
@requires(Action.PROJECT_CHARTER)
def plan(project: str) -> Response:
    return _shown(find_project(current_actor(), project, Action.PROJECT_CHARTER))


@bp.post("/projects/<public_id:project>/gates/<string:step>/decisions")
@requires(Action.PROJECT_CHARTER)
def decide_at_gate(project: str, step: str) -> Response:
    actor = current_actor()
    found, kind = find_project(actor, project, Action.PROJECT_CHARTER), gate_named(step)
    form = take_decision(actor, found, kind, GateRole.SPONSOR)
    if form is not None:
        return _shown(found, form, kind)
    tell_next(N_("Decided. The team gets a letter."))
    return redirect_to("employer.plan", project=project)


@bp.post("/projects/<public_id:project>/credit-shares")
@requires(Action.PROJECT_CHARTER)
def enter_credit(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.PROJECT_CHARTER)
    members = team_of([found])[found.id]
    try:
        shares = {each.row.enrollment_id: _percent(f"share-{each.row.public_id}") for each in members}
        share_credit(actor, found, shares)
    except RuleBroken as broken:
        return _shown(found, error=tell(broken.sentence))
    tell_next(N_("Saved."))
    return redirect_to("employer.plan", project=project)


def _percent(name: str) -> int:
    """Basis points of what was typed as a percentage. Raises RuleBroken."""
    try:
        return int(Decimal(request.form.get(name, "").replace(",", ".").strip() or "0") * 100)
    except (InvalidOperation, ValueError, OverflowError):
        raise RuleBroken(N_("A percentage lies between 0 and 100."), field=name) from None


def _shown(project: Project, *refused: Any, error: str = "") -> Response:
    answer = plan_page(PAGE, project, GateRole.SPONSOR, *refused, members=team_of([project])[project.id], error=error)
    if error:
        answer.status_code = 422
    return answer


@bp.get("/artifacts/<public_id:artifact>/file")
@requires(Action.PROJECT_CHARTER)
def artifact_file(artifact: str) -> Response:
    return artifact_response(find_artifact(current_actor(), artifact, Action.PROJECT_CHARTER))
