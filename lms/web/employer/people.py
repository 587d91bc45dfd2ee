"""Who acts for the firm: its sponsor names finance, supervisors and viewers; the program confirms who handles money."""

from flask import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.roster.queries.appointments import employments_of, find_appointment, people_of
from lms.hub.roster.services.appointments import ask_appointment, end_appointment
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Relation
from lms.people.orgs.models import Firm
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.roster_words import LINKS, RELATIONS


class PersonForm(ProductForm):
    """Whom to name, for what; employee: whose hours a supervisor signs."""

    name = StringField(N_("Name"), [InputRequired()])
    email = StringField(N_("E-mail address"), [InputRequired()])
    relation = SelectField(N_("What they do for the firm"), [InputRequired()])
    employee = SelectField(N_("For a supervisor: whose hours they sign"))

    def offer(self, firm: Firm) -> "PersonForm":
        """Let the lists name the tasks and the firm's employees in the program."""
        self.spells = {spell.public_id: (spell, name) for spell, name in employments_of(firm)}
        self.relation.choices = [choice(relation.value, tell(words)) for relation, words in RELATIONS.items()]
        employees = (choice(key, name) for key, (_, name) in self.spells.items())
        self.employee.choices = [choice("", tell(N_("none"))), *employees]
        return self

    def spell(self) -> EmploymentSpell | None:
        """The employment that was chosen."""
        found = self.spells.get(str(self.employee.data or ""))
        return found[0] if found else None


@bp.get("/people")
@requires(Action.FIRM_PEOPLE)
def people() -> Response:
    firm = own_firm(current_actor(), Action.FIRM_PEOPLE)
    return _page(firm, PersonForm(formdata=None).offer(firm))


@bp.post("/people")
@requires(Action.FIRM_PEOPLE)
def name_person() -> Response:
    actor = current_actor()
    firm = own_firm(actor, Action.FIRM_PEOPLE)
    form = PersonForm().offer(firm)
    try:
        if form.validate():
            relation = Relation(form.relation.data)
            made = ask_appointment(actor, firm, relation, form.name.data or "", form.email.data or "", form.spell())
            at_once = made.grant_id is not None
            told = N_("Done. A letter leaves if they cannot sign in yet.")
            tell_next(told if at_once else N_("Asked. The program confirms it; then a letter leaves."))
            return redirect_to("employer.people", firm=firm.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _page(firm, form, 422)


@bp.post("/people/<public_id:appointment>/end")
@requires(Action.FIRM_PEOPLE)
def end_person(appointment: str) -> Response:
    actor = current_actor()
    row = find_appointment(actor, appointment, Action.FIRM_PEOPLE)
    try:
        end_appointment(actor, row)
    except RuleBroken as broken:
        firm = own_firm(actor, Action.FIRM_PEOPLE)
        return _page(firm, PersonForm(formdata=None).offer(firm), 422, tell(broken.sentence))
    tell_next(N_("Ended. They do that no more."))
    return redirect_to("employer.people")


def _page(firm: Firm, form: PersonForm, status: int = 200, error: str = "") -> Response:
    values = {"firm": firm, "people": people_of(firm), "form": form, "error": error}
    return page("employer/people.html", status, relations=RELATIONS, links=LINKS, **values)
