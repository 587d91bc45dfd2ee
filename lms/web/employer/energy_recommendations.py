"""One recommendation: what is known of it, and a capstone that begins from it."""

from flask import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from lms.capstone.assessments.models import EnergyRecommendation
from lms.capstone.assessments.queries import (
    descriptions_of,
    find_recommendation,
    firm_of_recommendation,
    past_of,
    proposals_of,
)
from lms.capstone.assessments.rules.said import stream_of
from lms.capstone.assessments.services import propose_from
from lms.capstone.employees import list_employees
from lms.capstone.projects.queries import steps_of
from lms.capstone.projects.services import TITLE_LENGTH
from lms.guard import current_actor, requires
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_, say
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.people.orgs.models import Firm
from lms.web.employer import bp
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.energy import shown_rows
from lms.web.savings.words import named

ONE = "/energy-recommendations/<public_id:recommendation>"


class StartForm(ProductForm):
    """A capstone from a recommendation: with whom, and what it is about."""

    employee = SelectField(N_("With which of your students?"), [InputRequired()])
    title = StringField(N_("What will be improved?"), [InputRequired()])
    problem = TextAreaField(N_("What is the problem today, and where?"))

    def offer(self, firm: Firm) -> "StartForm":
        """Let the list name those who work for the firm today. One query."""
        people = list_employees(current_actor(), Action.EMPLOYEE_READ, firm)
        self.people = {one.enrollment.public_id: one for one in people}
        self.employee.choices = [choice(key, one.name) for key, one in self.people.items()]
        return self


@bp.get(ONE)
@requires(Action.ENERGY_READ)
def energy_recommendation(recommendation: str) -> Response:
    return _one(find_recommendation(current_actor(), Action.ENERGY_READ, recommendation))


def _one(row: EnergyRecommendation, status: int = 200, form: StartForm | None = None) -> Response:
    firm = firm_of_recommendation(row)
    may_start = allowed(current_actor(), Action.ENERGY_PROPOSE, anchor_of(row))
    projects = proposals_of(firm).get(row.key, [])
    steps = steps_of(projects)
    if may_start and form is None:
        form = StartForm(formdata=None, title=_title(row), problem=_problem(row)).offer(firm)
    return page(
        "employer/energy/recommendation.html",
        status,
        firm=firm,
        one=shown_rows([row])[0],
        past=past_of(firm, row.key),
        projects=[(project, steps[project.id][-1].state) for project in projects],
        form=form,
    )


def _title(row: EnergyRecommendation) -> str:
    """The recommendation's own words as far as they fit, or what it is about."""
    words = " ".join(descriptions_of([row]).get(row.public_id, "").split())
    if len(words) > TITLE_LENGTH:
        return f"{words[: TITLE_LENGTH - 1].rsplit(' ', 1)[0]}…"
    stream = stream_of(row.resource)
    named_after = say(N_("%(stream)s: recommendation %(key)s"), stream=named(stream), key=row.key)
    return words or tell(named_after if stream else say(N_("Recommendation %(key)s"), key=row.key))


def _problem(row: EnergyRecommendation) -> str:
    """What the assessment says, without its figures: the team measures its own."""
    parts = [descriptions_of([row]).get(row.public_id, "")]
    year = row.fiscal_year or 0
    about = N_("Recommendation %(key)s of energy assessment %(assessment)s, fiscal year %(year)s.")
    undated = N_("Recommendation %(key)s of energy assessment %(assessment)s.")
    parts.append(tell(say(about if year else undated, key=row.key, assessment=row.assessment, year=str(year))))
    if stream := stream_of(row.resource):
        parts.append(tell(say(N_("It is about: %(stream)s."), stream=named(stream))))
    if row.arc_code:
        parts.append(tell(say(N_("Recommendation code ARC %(code)s."), code=row.arc_code)))
    return "\n".join(part for part in parts if part)


@bp.post(f"{ONE}/projects")
@requires(Action.ENERGY_PROPOSE)
def start_from_recommendation(recommendation: str) -> Response:
    actor = current_actor()
    row = find_recommendation(actor, Action.ENERGY_PROPOSE, recommendation)
    form = StartForm().offer(firm_of_recommendation(row))
    if form.employee.data and form.employee.data not in form.people:
        raise NotFound()
    if not form.validate():
        return _one(row, 422, form)
    who = form.people[form.employee.data].enrollment
    try:
        project = propose_from(actor, row, who, form.title.data or "", form.problem.data or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return _one(row, 422, form)
    tell_next(N_("Proposed. The student is told; agree to the charter when you have talked."))
    return redirect_to("employer.project", project=project.public_id)
