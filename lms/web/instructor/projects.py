"""Capstone projects that one coaches or whose team one teaches: plan, baseline to lock, gates to decide."""

from flask import Response

from lms.capstone.plans.queries import find_artifact
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import baseline_of, find_project, list_projects, steps_of, team_of
from lms.capstone.projects.rules import GateKind, GateRole
from lms.capstone.projects.services import lock_baseline
from lms.guard import current_actor, requires
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation, allowed
from lms.people.anchors import anchor_of
from lms.web.forms import ProductForm
from lms.web.instructor import bp
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.plans import artifact_response, gate_named, plan_page, take_decision, take_milestone
from lms.web.savings.words import named


@bp.get("/projects")
@requires(Action.PROJECT_COACH)
def projects() -> Response:
    actor = current_actor()
    found = list_projects(actor, Action.PROJECT_COACH)
    return page(
        "instructor/projects.html",
        projects=found,
        steps=steps_of(found),
        team=team_of(found),
        coached=actor.places(Relation.COACH),
        named=named,
    )


@bp.get("/projects/<public_id:project>")
@requires(Action.PROJECT_COACH)
def plan(project: str) -> Response:
    actor = current_actor()
    return _shown(actor, find_project(actor, project, Action.PROJECT_COACH))


@bp.post("/projects/<public_id:project>/gates/<string:step>/decisions")
@requires(Action.PROJECT_COACH)
def decide_at_gate(project: str, step: str) -> Response:
    actor = current_actor()
    found, kind = find_project(actor, project, Action.PROJECT_COACH), gate_named(step)
    form = take_decision(actor, found, kind, GateRole.COACH)
    if form is not None:
        return _shown(actor, found, form, kind)
    tell_next(N_("Decided. The team gets a letter."))
    return redirect_to("instructor.plan", project=project)


@bp.post("/projects/<public_id:project>/baseline-locks")
@requires(Action.PROJECT_COACH)
def lock_project_baseline(project: str) -> Response:
    actor = current_actor()
    lock_baseline(actor, find_project(actor, project, Action.PROJECT_COACH))
    tell_next(N_("The baseline is locked."))
    return redirect_to("instructor.plan", project=project)


@bp.post("/projects/<public_id:project>/milestones")
@requires(Action.PROJECT_COACH)
def new_milestone(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.PROJECT_COACH)
    form = take_milestone(actor, found)
    if form is not None:
        return _shown(actor, found, form)
    return redirect_to("instructor.plan", project=project)


@bp.get("/artifacts/<public_id:artifact>/file")
@requires(Action.PROJECT_COACH)
def artifact_file(artifact: str) -> Response:
    return artifact_response(find_artifact(current_actor(), artifact, Action.PROJECT_COACH))


def _shown(actor: Actor, project: Project, broken: ProductForm | None = None, at: GateKind | None = None) -> Response:
    baseline, locked = baseline_of(project)
    names = ("metric", "unit", "source", "driver")
    words = {name: prose_of([baseline], name).get(baseline.public_id, "") for name in names} if baseline else {}
    anchor = anchor_of(project)
    return plan_page(
        "instructor/plan.html",
        project,
        GateRole.COACH if project.id in actor.places(Relation.COACH) else None,
        broken,
        at,
        team=team_of([project])[project.id],
        baseline=baseline,
        baseline_lock=locked,
        baseline_words=words,
        may_lock=allowed(actor, Action.BASELINE_LOCK, anchor),
        may_plan=allowed(actor, Action.MILESTONE_SET, anchor),
    )
