"""The team's plan: template, what it hands in at gates, milestones, artifacts."""

from flask import Response, request

from lms.capstone.plans.queries import find_artifact, find_milestone
from lms.capstone.plans.rules import ArtifactKind
from lms.capstone.plans.services import (
    add_artifact,
    choose_template,
    remove_artifact,
    remove_milestone,
    settle_milestone,
    submit_gate,
)
from lms.capstone.projects.queries import find_project
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.pages import broken_into, redirect_to, tell_next
from lms.web.proofs import is_proof_sent, judge_proof, sent_proof
from lms.web.savings.plans import (
    ArtifactForm,
    GateForm,
    artifact_response,
    gate_named,
    plan_page,
    take_milestone,
    template_named,
)
from lms.web.student import bp

PAGE = "student/capstone/plan.html"


@bp.get("/projects/<public_id:project>/plan")
@requires(Action.PROJECT_WRITE)
def plan(project: str) -> Response:
    return plan_page(PAGE, find_project(current_actor(), project, Action.PROJECT_WRITE), None)


@bp.post("/projects/<public_id:project>/template")
@requires(Action.PROJECT_WRITE)
def choose_plan(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.PROJECT_WRITE)
    choose_template(actor, found, template_named(request.form.get("template", "")))
    tell_next(N_("Saved."))
    return redirect_to("student.plan", project=project)


@bp.post("/projects/<public_id:project>/gates/<string:step>/submissions")
@requires(Action.PROJECT_WRITE)
def hand_in_gate(project: str, step: str) -> Response:
    actor, form = current_actor(), GateForm()
    found, kind = find_project(actor, project, Action.PROJECT_WRITE), gate_named(step)
    try:
        submit_gate(actor, found, kind, form.text.data or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return plan_page(PAGE, found, None, form, kind)
    tell_next(N_("Handed in. Your coach and your sponsor decide."))
    return redirect_to("student.plan", project=project)


@bp.post("/projects/<public_id:project>/milestones")
@requires(Action.MILESTONE_SET)
def new_milestone(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.MILESTONE_SET)
    form = take_milestone(actor, found)
    if form is not None:
        return plan_page(PAGE, found, None, form)
    return redirect_to("student.plan", project=project)


@bp.post("/projects/<public_id:project>/milestones/<public_id:milestone>/completions")
@requires(Action.MILESTONE_SET)
def reach_milestone(project: str, milestone: str) -> Response:
    actor = current_actor()
    settle_milestone(actor, find_milestone(actor, milestone, Action.MILESTONE_SET), is_done=True)
    return redirect_to("student.plan", project=project)


@bp.post("/projects/<public_id:project>/milestones/<public_id:milestone>/openings")
@requires(Action.MILESTONE_SET)
def open_milestone(project: str, milestone: str) -> Response:
    actor = current_actor()
    settle_milestone(actor, find_milestone(actor, milestone, Action.MILESTONE_SET), is_done=False)
    return redirect_to("student.plan", project=project)


@bp.post("/projects/<public_id:project>/milestones/<public_id:milestone>/removal")
@requires(Action.MILESTONE_SET)
def drop_milestone(project: str, milestone: str) -> Response:
    actor = current_actor()
    remove_milestone(actor, find_milestone(actor, milestone, Action.MILESTONE_SET))
    return redirect_to("student.plan", project=project)


@bp.post("/projects/<public_id:project>/artifacts")
@requires(Action.ARTIFACT_ADD, prepare=judge_proof, prepare_if=is_proof_sent)
def new_artifact(project: str) -> Response:
    actor, form = current_actor(), ArtifactForm().offer()
    found = find_project(actor, project, Action.ARTIFACT_ADD)
    kind = form.kind.data if form.kind.data in set(ArtifactKind) else ArtifactKind.OTHER.value
    try:
        add_artifact(actor, found, ArtifactKind(kind), form.title.data or "", sent_proof())
    except RuleBroken as broken:
        broken_into(form, broken)
        return plan_page(PAGE, found, None, form)
    tell_next(N_("Saved. Your coach and your sponsor can open it."))
    return redirect_to("student.plan", project=project)


@bp.get("/artifacts/<public_id:artifact>/file")
@requires(Action.PROJECT_WRITE)
def artifact_file(artifact: str) -> Response:
    return artifact_response(find_artifact(current_actor(), artifact, Action.PROJECT_WRITE))


@bp.post("/artifacts/<public_id:artifact>/removal")
@requires(Action.ARTIFACT_ADD)
def take_artifact_back(artifact: str) -> Response:
    actor = current_actor()
    remove_artifact(actor, find_artifact(actor, artifact, Action.ARTIFACT_ADD))
    tell_next(N_("Taken back."))
    return redirect_to("student.capstone")
