"""The sponsor agrees to a project: who coaches, who verifies, who may know, where paid hours come from."""

from typing import Any

from flask import Response
from wtforms import SelectField

from lms.capstone.plans.queries import plan_of, template_of_cohort
from lms.capstone.plans.rules import TEMPLATE_NAMES, Template
from lms.capstone.projects.models import Confidentiality, Project, WageSource
from lms.capstone.projects.queries import charter_of, coaches_for, find_project, firm_of, people_of_firm, team_of
from lms.capstone.projects.services import Terms
from lms.capstone.projects.services import charter as agree
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Relation
from lms.people.accounts.models import Person
from lms.web.employer import bp
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.forms import options


class CharterForm(ProductForm):
    """Everything that a charter agrees on."""

    coach = SelectField(N_("Coach"))
    finance_contact = SelectField(N_("Who of finance verifies the savings?"))
    confidentiality = SelectField(N_("Who may know of the project?"))
    paid_hours = SelectField(N_("Where do paid hours come from?"))
    template = SelectField(N_("Steps of the project"), default=Template.DMAIC.value)

    def offer(self, project: Project) -> "CharterForm":
        """Fill the choices with the firm's and the program's people."""
        self.coaches = {person.public_id: person for person in coaches_for(project)}
        finance = people_of_firm(firm_of(project), Relation.FINANCE)
        self.finance = {person.public_id: person for person in finance}
        self.coach.choices = _people(self.coaches)
        self.finance_contact.choices = _people(self.finance)
        self.confidentiality.choices = options(Confidentiality)
        self.paid_hours.choices = options(WageSource)
        self.template.choices = [choice(kind.value, tell(name)) for kind, name in TEMPLATE_NAMES.items()]
        return self

    def terms(self) -> Terms:
        """What the form says; call it after it has validated."""
        return Terms(
            coach=self.coaches[self.coach.data],
            finance_contact=self.finance[self.finance_contact.data],
            confidentiality=Confidentiality(self.confidentiality.data),
            wage_source=WageSource(self.paid_hours.data),
            template=Template(self.template.data),
        )


def _people(people: dict[str, Person]) -> list[Any]:
    return [choice(public_id, person.name) for public_id, person in people.items()]


@bp.get("/projects/<public_id:project>/charter")
@requires(Action.PROJECT_CHARTER)
def charter(project: str) -> Response:
    found = find_project(current_actor(), project, Action.PROJECT_CHARTER)
    steps = plan_of(found).template if charter_of(found) else template_of_cohort(found.cohort_id)
    form = CharterForm(confidentiality=Confidentiality.FIRM_ONLY.value, template=steps.value).offer(found)
    return _shown(found, form)


@bp.post("/projects/<public_id:project>/charters")
@requires(Action.PROJECT_CHARTER)
def agree_charter(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.PROJECT_CHARTER)
    form = CharterForm().offer(found)
    if form.validate():
        try:
            agree(actor, found, form.terms())
            tell_next(N_("The charter is agreed. The team records its baseline next."))
            return redirect_to("employer.project", project=project)
        except RuleBroken as broken:
            broken_into(form, broken)
    return _shown(found, form, 422)


def _shown(project: Project, form: CharterForm, status: int = 200) -> Response:
    return page("employer/charter.html", status, project=project, form=form, team=team_of([project])[project.id])
