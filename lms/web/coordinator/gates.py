"""Where gates hold the projects of a cohort; the coordinator opens one with a reason, and sets how charters begin."""

from collections.abc import Mapping

from flask import Response, request

from lms.capstone.plans.queries import Holding, find_override, holdings_of, template_of_cohort
from lms.capstone.plans.rules import GATE_NAMES, GATES_BEFORE, TEMPLATE_NAMES
from lms.capstone.plans.services import override_gate, set_cohort_template, take_override_back
from lms.capstone.projects.models import Project, ProjectStep
from lms.capstone.projects.queries import find_project, firm_of_each, list_projects, steps_of, team_of
from lms.capstone.projects.rules import ENDED, after
from lms.guard import current_actor, requires
from lms.hub.cohorts.queries import find_cohort
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.coordinator import bp
from lms.web.coordinator.requirements import asked_cohort
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.plans import STATES, gate_named, template_named
from lms.web.savings.words import named


@bp.get("/gates")
@requires(Action.GATE_TEMPLATE)
def gates() -> Response:
    return _page(current_actor())


@bp.post("/cohorts/<public_id:cohort_id>/capstone-template")
@requires(Action.GATE_TEMPLATE)
def set_template(cohort_id: str) -> Response:
    actor = current_actor()
    cohort = find_cohort(actor, cohort_id)
    set_cohort_template(actor, cohort, template_named(request.form.get("template", "")))
    tell_next(N_("Saved. Charters from now on begin with it."))
    return redirect_to("coordinator.gates", cohort=cohort_id)


@bp.post("/projects/<public_id:project>/gates/<string:step>/overrides")
@requires(Action.GATE_OVERRIDE)
def open_gate(project: str, step: str) -> Response:
    actor, kind = current_actor(), gate_named(step)
    found = find_project(actor, project, Action.GATE_OVERRIDE)
    try:
        override_gate(actor, found, kind, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(actor, f"{project}-{kind.value}", tell(broken.sentence))
    tell_next(N_("Opened. The team gets a letter."))
    return redirect_to("coordinator.gates", cohort=request.form.get("cohort", ""))


@bp.post("/gate-overrides/<public_id:override>/removal")
@requires(Action.GATE_OVERRIDE)
def close_gate(override: str) -> Response:
    actor = current_actor()
    take_override_back(actor, find_override(actor, override))
    tell_next(N_("Taken back. The gate holds again."))
    return redirect_to("coordinator.gates")


def _page(actor: Actor, broken_at: str = "", error: str = "") -> Response:
    cohort = find_cohort(actor, request.form["cohort"]) if request.form.get("cohort") else asked_cohort(actor)
    found = [row for row in list_projects(actor, Action.GATE_TEMPLATE) if row.cohort_id == cohort.id]
    holdings = holdings_of(found)
    overrides = [row for holding in holdings.values() for row in holding.overrides]
    steps = steps_of(found)
    holds = {project.id: _holding(project, holdings, steps) for project in found}
    under_way = [project for project in found if steps[project.id][-1].state not in ENDED]
    return page(
        "coordinator/gates.html",
        422 if error else 200,
        cohort=cohort,
        template=template_of_cohort(cohort.id),
        templates=[(kind.value, tell(name)) for kind, name in TEMPLATE_NAMES.items()],
        projects=sorted(under_way, key=lambda project: not holds[project.id]),
        steps=steps,
        holdings=holdings,
        names={template: {kind: tell(name) for kind, name in gates.items()} for template, gates in GATE_NAMES.items()},
        tones=STATES,
        holds=holds,
        reasons=prose_of(overrides, "reason"),
        team=team_of(found),
        firms=firm_of_each(found),
        named=named,
        broken_at=broken_at,
        error=error,
        typed=request.form,
    )


def _holding(project: Project, holdings: Mapping[int, Holding], steps: Mapping[int, list[ProjectStep]]) -> set[str]:
    """The gates that keep a project from its next step."""
    holding = holdings[project.id]
    needed = GATES_BEFORE.get(after(steps[project.id][-1].state), ())
    return {gate.kind.value for gate in holding.gates if holding.is_binding and gate.holds and gate.kind in needed}
