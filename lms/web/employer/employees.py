"""The firm's students: who they are, and of their record only what each has agreed to; every reading is logged."""

from dataclasses import replace

from flask import Response, request
from wtforms import SelectField
from wtforms.validators import InputRequired

from lms.capstone.employees import (
    Employee,
    credits_of,
    days_at_firm,
    disclosures_of_firm,
    find_employee,
    list_employees,
)
from lms.guard import current_actor, requires
from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.enrollment.queries.leaves import plan_of
from lms.hub.enrollment.rules import at_or_none
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.kernel.clock import today
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action, Actor, may_at_all
from lms.people.consent.models import Consent, Purpose, RecordType
from lms.people.consent.queries import holding
from lms.people.consent.services import ask_consent, disclose, disclose_many
from lms.people.scope import policy_day
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.forms import ProductForm
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.forms import options

WEEKS_SHOWN = 8


class AskForm(ProductForm):
    """Which records the firm asks for, and what for."""

    record_type = SelectField(N_("Which records?"), [InputRequired()])
    purpose = SelectField(N_("What for?"), [InputRequired()])

    def offer(self) -> "AskForm":
        """Fill the choices."""
        self.record_type.choices = options(RecordType)
        self.purpose.choices = options(Purpose)
        return self


@bp.get("/employees")
@requires(Action.EMPLOYEE_READ, writes=True)
def employees() -> Response:
    actor = current_actor()
    people = list_employees(actor)
    held = _disclosed(actor, people)
    shown = [one for one in people if one.enrollment.id in held]
    may_log = may_at_all(actor, Action.FIRM_PEOPLE)
    return page("employer/employees.html", people=people, weeks=_last_weeks(shown), held=held, may_log=may_log)


@bp.get("/disclosures")
@requires(Action.FIRM_PEOPLE)
def disclosures() -> Response:
    firm = own_firm(current_actor(), Action.FIRM_PEOPLE)
    return page("employer/disclosures.html", firm=firm, disclosures=disclosures_of_firm(firm))


@bp.get("/employees/<public_id:enrollment>")
@requires(Action.EMPLOYEE_READ)
def employee(enrollment: str) -> Response:
    actor = current_actor()
    found = find_employee(actor, enrollment)
    held = {
        record_type: holding([found.enrollment.id], found.firm.id, record_type, policy_day()).get(found.enrollment.id)
        for record_type in RecordType
    }
    return page(
        "employer/employee.html",
        employee=found,
        held=held,
        has_plan=held[RecordType.PROGRESS] is not None and plan_of(found.enrollment, has_firm=True) is not None,
        credits=credits_of(found) if may_at_all(actor, Action.SAVINGS_READ) else [],
        may=frozenset({"consent:ask"} if may_at_all(actor, Action.CONSENT_ASK) else ()),
        form=AskForm(record_type=request.args.get("ask", RecordType.HOURS.value)).offer(),
    )


@bp.get("/employees/<public_id:enrollment>/hours")
@requires(Action.EMPLOYEE_READ, writes=True)
def employee_hours(enrollment: str) -> Response:
    actor = current_actor()
    found = find_employee(actor, enrollment)
    consent = disclose(actor, found.enrollment, RecordType.HOURS, "employee hours")
    return page("employer/employee_hours.html", employee=found, consent=consent, weeks=_last_weeks([found]))


@bp.post("/employees/<public_id:enrollment>/consent-requests")
@requires(Action.CONSENT_ASK)
def ask_for_consent(enrollment: str) -> Response:
    actor, form = current_actor(), AskForm().offer()
    found = find_employee(actor, enrollment)
    if form.validate():
        record_type, purpose = RecordType(form.record_type.data), Purpose(form.purpose.data)
        ask_consent(actor, found.enrollment, found.firm, record_type, purpose)
        tell_next(N_("Asked. The student decides and can take it back at any time."))
    return redirect_to("employer.employee", enrollment=enrollment)


def _disclosed(actor: Actor, people: list[Employee]) -> dict[int, Consent]:
    """The consents for weekly hours of these people, each logged as read, firm by firm."""
    held: dict[int, Consent] = {}
    programs = {one.enrollment.id: one.program_id for one in people}
    for firm in {one.firm.id: one.firm for one in people}.values():
        rows = [one.enrollment for one in people if one.firm.id == firm.id]
        held |= disclose_many(actor, firm, rows, RecordType.HOURS, "employees", programs)
    return held


def _last_weeks(people: list[Employee]) -> dict[int, list[Week]]:
    """The last weeks of each of these people, oldest first: of each only the days on which they worked for the firm."""
    if not people:
        return {}
    situations = situations_of([one.enrollment for one in people])
    last = monday_of(today(people[0].firm.zone))
    first = min(situation.cohort.week_one_monday for situation in situations.values())
    spells = days_at_firm(people)
    found: dict[int, list[Week]] = {number: [] for number in situations}
    for (number, monday), week in sorted(weeks_of(situations, first, last).items(), key=lambda pair: pair[0]):
        if monday <= last and any(spell.from_day <= week.days[-1] for spell in spells[number]):
            found[number].append(_of_the_firm(week, spells[number]))
    return {number: weeks[-WEEKS_SHOWN:] for number, weeks in found.items()}


def _of_the_firm(week: Week, spells: list[EmploymentSpell]) -> Week:
    return replace(
        week,
        entries=[entry for entry in week.entries if at_or_none(spells, entry.day)],
        adjustments=[one for one in week.adjustments if at_or_none(spells, one.day)],
    )
