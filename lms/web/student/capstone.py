"""The capstone: propose it, record its baseline, say what it saves, go live, claim; and where each claim stands."""

from typing import Any

from flask import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lms.capstone.lines.rules.kinds import Perspective
from lms.capstone.plans.queries import held_before
from lms.capstone.projects.glance import stepper_of
from lms.capstone.projects.models import Direction, Project
from lms.capstone.projects.queries import (
    baseline_of,
    charter_of,
    find_project,
    projects_of_enrollment,
    team_of,
)
from lms.capstone.projects.rules import ProjectState, after
from lms.capstone.projects.services import Measured, describe, propose, record_baseline, report_out, start_work
from lms.capstone.queries import project_figures
from lms.capstone.returns import in_words
from lms.capstone.savings.queries import evidence_of, names_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.services.claims import go_live
from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import own_enrollment
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.fields import QuantityField
from lms.web.savings.figures import figure_rows, funnel_chart
from lms.web.savings.forms import EvidenceForm, given
from lms.web.savings.lines import line_views
from lms.web.student import bp

DIRECTIONS = {Direction.LOWER: N_("Less is better"), Direction.HIGHER: N_("More is better")}


class ProposalForm(ProductForm):
    """A problem at one's firm."""

    title = StringField(N_("What will you improve?"), [InputRequired()])
    problem = TextAreaField(N_("What is the problem today, and where?"))


class BaselineForm(ProductForm):
    """What was measured before anything changed."""

    metric = StringField(N_("What do you measure?"), [InputRequired()])
    unit = StringField(N_("Unit"), [InputRequired()])
    value = QuantityField(N_("Value before the change"), [InputRequired()])
    target = QuantityField(N_("Target"), [Optional()])
    direction = SelectField(N_("Which way is better?"))
    from_day = DayField(N_("Measured from"), [InputRequired()])
    to_day = DayField(N_("Measured to"), [InputRequired()])
    source = StringField(N_("Where do the numbers come from?"), [InputRequired()])
    driver = StringField(N_("What else moves it, such as volume?"))

    def offer(self) -> "BaselineForm":
        """Fill the choices."""
        self.direction.choices = [choice(kind.value, tell(name)) for kind, name in DIRECTIONS.items()]
        return self

    def measured(self) -> Measured:
        """What the form says; call it after it has validated."""
        return Measured(
            metric=self.metric.data or "",
            unit=self.unit.data or "",
            source=self.source.data or "",
            value_e4=self.value.data,
            target_e4=self.target.data,
            direction=Direction(self.direction.data),
            from_day=given(self.from_day.data),
            to_day=given(self.to_day.data),
            driver=self.driver.data or "",
        )


class GoLiveForm(ProductForm):
    """The day on which the change went into use."""

    go_live = DayField(N_("In use since"), [InputRequired()])


@bp.get("/capstone")
@requires(Action.PROJECT_PROPOSE)
def capstone() -> Response:
    found = projects_of_enrollment(own_enrollment(current_actor()))
    if not found:
        return page("student/capstone/propose.html", form=ProposalForm(formdata=None))
    return _shown(found[0])


@bp.post("/projects")
@requires(Action.PROJECT_PROPOSE)
def propose_project() -> Response:
    actor, form = current_actor(), ProposalForm()
    if form.validate():
        try:
            propose(actor, own_enrollment(actor), form.title.data or "", form.problem.data or "")
            tell_next(N_("Proposed. Your firm's sponsor agrees to the charter next."))
            return redirect_to("student.capstone")
        except RuleBroken as broken:
            broken_into(form, broken)
    return page("student/capstone/propose.html", 422, form=form)


@bp.post("/projects/<public_id:project>/words")
@requires(Action.PROJECT_WRITE)
def word_project(project: str) -> Response:
    actor, form = current_actor(), ProposalForm()
    found = find_project(actor, project, Action.PROJECT_WRITE)
    if form.validate():
        try:
            describe(actor, found, form.title.data or "", form.problem.data or "")
            tell_next(N_("Saved."))
            return redirect_to("student.capstone")
        except RuleBroken as broken:
            broken_into(form, broken)
    return _shown(found, 422, words_form=form)


@bp.post("/projects/<public_id:project>/baselines")
@requires(Action.PROJECT_WRITE)
def enter_baseline(project: str) -> Response:
    actor, form = current_actor(), BaselineForm().offer()
    found = find_project(actor, project, Action.PROJECT_WRITE)
    if form.validate():
        try:
            record_baseline(actor, found, form.measured())
            tell_next(N_("Saved. Your coach or sponsor locks it, and then it stays."))
            return redirect_to("student.capstone")
        except RuleBroken as broken:
            broken_into(form, broken)
    return _shown(found, 422, baseline_form=form)


@bp.post("/projects/<public_id:project>/starts")
@requires(Action.PROJECT_WRITE)
def start(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.PROJECT_WRITE)
    try:
        start_work(actor, found)
    except RuleBroken as broken:
        return _shown(found, 422, step_form=_refused(broken))
    tell_next(N_("Under way. Say what it will save, then go live."))
    return redirect_to("student.capstone")


@bp.post("/projects/<public_id:project>/go-lives")
@requires(Action.PROJECT_WRITE)
def enter_go_live(project: str) -> Response:
    actor, form = current_actor(), GoLiveForm()
    found = find_project(actor, project, Action.PROJECT_WRITE)
    if form.validate():
        try:
            go_live(actor, found, given(form.go_live.data))
            tell_next(N_("Live. The forecast is locked; claim what it saves."))
            return redirect_to("student.capstone")
        except RuleBroken as broken:
            broken_into(form, broken)
    return _shown(found, 422, live_form=form)


@bp.post("/projects/<public_id:project>/report-outs")
@requires(Action.PROJECT_WRITE)
def enter_report_out(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.PROJECT_WRITE)
    try:
        report_out(actor, found)
    except RuleBroken as broken:
        return _shown(found, 422, step_form=_refused(broken))
    tell_next(N_("Reported out."))
    return redirect_to("student.capstone")


def _refused(broken: RuleBroken) -> ProductForm:
    """A form of one button with what is wrong."""
    form = ProductForm(formdata=None)
    broken_into(form, broken)
    return form


def _shown(project: Project, status: int = 200, **forms: ProductForm) -> Response:
    figures = project_figures(project)
    firm, everybody = (figures.at(Level.REPORTED, perspective) for perspective in Perspective)
    evidence = evidence_of(figures.lines)
    shown = {
        "baseline_form": BaselineForm(formdata=None, direction=Direction.LOWER.value).offer(),
        "words_form": ProposalForm(formdata=None, title=project.title, problem=project.problem),
        "step_form": ProductForm(formdata=None),
        "live_form": GoLiveForm(formdata=None, go_live=policy_day()),
        **forms,
    }
    return page(
        "student/capstone/project.html",
        status,
        project=project,
        figures=figures,
        state=figures.state,
        states=ProjectState,
        held=held_before(project, after(figures.state)),
        stages=stepper_of(figures.state),
        lines=line_views(figures),
        evidence=evidence,
        references=prose_of([row for rows in evidence.values() for row in rows], "reference"),
        file_names=prose_of([row for rows in evidence.values() for row in rows], "file_name"),
        reader_id=current_actor().person_id,
        evidence_form=EvidenceForm(formdata=None).offer(),
        rows=figure_rows(firm, everybody),
        words=in_words(Level.REPORTED, firm),
        funnel=funnel_chart(figures.funnel(), project.currency),
        **_around(project),
        **shown,
    )


def _around(project: Project) -> dict[str, Any]:
    """Charter, baseline and team, with their words."""
    agreed = charter_of(project)
    baseline, locked = baseline_of(project)
    words = {
        name: prose_of([baseline], name).get(baseline.public_id, "") if baseline else ""
        for name in ("metric", "unit", "source")
    }
    return {
        "charter": agreed,
        "names": names_of({agreed.sponsor_id, agreed.coach_id, agreed.finance_contact_id} if agreed else set()),
        "baseline": baseline,
        "baseline_lock": locked,
        "baseline_words": words,
        "team": team_of([project], policy_day())[project.id],
    }
