"""The firm's students: who they are, and of their record only what each has agreed to; every reading is logged."""

from typing import Any

from flask import Response, request
from wtforms import SelectField
from wtforms.validators import InputRequired

from lms.capstone.employees import (
    Employee,
    disclosures_of_firm,
    find_employee,
    list_employees,
)
from lms.capstone.glances import (
    credits_of,
    milestones_of,
    next_reviews,
    paid_at_firm,
    projects_by_employee,
    share_of_savings,
    wages_of,
    weeks_at_firm,
    weeks_done,
)
from lms.capstone.pace import Pace, explain_average, pace_of
from lms.capstone.projects.models import Project
from lms.guard import current_actor, requires
from lms.hub.enrollment.queries.leaves import plan_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation, may_at_all
from lms.people.consent.models import Consent, Purpose, RecordType
from lms.people.consent.queries import holding
from lms.people.consent.services import ask_consent, disclose, disclose_many
from lms.people.scope import policy_day
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.forms import ProductForm
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.forms import options

SHOWN = (RecordType.HOURS, RecordType.PROGRESS, RecordType.PAID_HOURS)
"""What these pages show of a record, each with its own consent."""

PACES = {
    Pace.ON: (N_("on pace"), "good"),
    Pace.NEARLY: (N_("a little behind"), "warn"),
    Pace.BEHIND: (N_("behind"), "bad"),
    Pace.NONE: (N_("no week is over yet"), "muted"),
}


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
    held = {record_type: _disclosed(actor, people, record_type) for record_type in SHOWN}
    shown = {record_type: [one for one in people if one.enrollment.id in held[record_type]] for record_type in SHOWN}
    sees_money = may_at_all(actor, Action.SAVINGS_READ)
    projects = projects_by_employee(people)
    credit = credits_of(projects) if sees_money else {}
    return page(
        "employer/employees.html",
        people=people,
        held=held,
        hours=RecordType.HOURS,
        progress=RecordType.PROGRESS,
        paid_hours=RecordType.PAID_HOURS,
        weeks=weeks_at_firm(shown[RecordType.HOURS]),
        paces=_paces(shown[RecordType.PROGRESS]),
        paid=paid_at_firm(shown[RecordType.PAID_HOURS]),
        milestones=milestones_of(
            {one.enrollment.id: projects[one.enrollment.id] for one in shown[RecordType.PROGRESS]}
        ),
        reviews=next_reviews(shown[RecordType.PROGRESS]),
        today=policy_day(),
        verified={
            one.enrollment.id: share_of_savings(credit[one.enrollment.id], one.firm.currency)
            for one in people
            if one.enrollment.id in credit
        },
        may_log=may_at_all(actor, Action.FIRM_PEOPLE),
    )


@bp.get("/disclosures")
@requires(Action.FIRM_PEOPLE)
def disclosures() -> Response:
    firm = own_firm(current_actor(), Action.FIRM_PEOPLE)
    return page("employer/disclosures.html", firm=firm, disclosures=disclosures_of_firm(firm))


@bp.get("/employees/<public_id:enrollment>")
@requires(Action.EMPLOYEE_READ, writes=True)
def employee(enrollment: str) -> Response:
    actor = current_actor()
    found = find_employee(actor, enrollment)
    number = found.enrollment.id
    held = {
        record_type: holding([number], found.firm.id, record_type, policy_day()).get(number)
        for record_type in RecordType
    }
    for record_type in SHOWN:
        _disclosed(actor, [found], record_type)
    projects = projects_by_employee([found])
    is_finance = found.firm.id in actor.places(Relation.FINANCE)
    return page(
        "employer/employee.html",
        employee=found,
        today=policy_day(),
        held=held,
        has_plan=held[RecordType.PROGRESS] is not None and plan_of(found.enrollment, has_firm=True) is not None,
        **_of_record(found, projects, held),
        credits=credits_of(projects)[number] if may_at_all(actor, Action.SAVINGS_READ) else [],
        wages=wages_of(found, projects[number]) if is_finance else None,
        may=frozenset({"consent:ask"} if may_at_all(actor, Action.CONSENT_ASK) else ()),
        form=AskForm(record_type=request.args.get("ask", RecordType.HOURS.value)).offer(),
    )


def _of_record(
    found: Employee, projects: dict[int, list[Project]], held: dict[RecordType, Consent | None]
) -> dict[str, Any]:
    """What the student has agreed to show, and nothing else."""
    number = found.enrollment.id
    shown: dict[str, Any] = {
        "weeks": None,
        "pace": None,
        "why_pace": None,
        "paid": None,
        "milestones": [],
        "review": None,
    }
    if held[RecordType.HOURS] or held[RecordType.PROGRESS]:
        weeks = weeks_at_firm([found])[number]
        done = weeks_done(weeks, found.firm.zone)
        if held[RecordType.HOURS]:
            shown |= {"weeks": weeks, "why_pace": explain_average(done)}
        if held[RecordType.PROGRESS]:
            shown |= {"pace": PACES[pace_of(done)]}
    if held[RecordType.PROGRESS]:
        shown |= {"milestones": milestones_of(projects)[number], "review": next_reviews([found])[number]}
    if held[RecordType.PAID_HOURS]:
        shown |= {"paid": paid_at_firm([found])[number]}
    return shown


@bp.get("/employees/<public_id:enrollment>/hours")
@requires(Action.EMPLOYEE_READ, writes=True)
def employee_hours(enrollment: str) -> Response:
    actor = current_actor()
    found = find_employee(actor, enrollment)
    consent = disclose(actor, found.enrollment, RecordType.HOURS, "employee hours")
    return page("employer/employee_hours.html", employee=found, consent=consent, weeks=weeks_at_firm([found]))


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


def _disclosed(actor: Actor, people: list[Employee], record_type: RecordType) -> dict[int, Consent]:
    """The consents of these people for one kind of record, each logged as read, firm by firm."""
    held: dict[int, Consent] = {}
    programs = {one.enrollment.id: one.program_id for one in people}
    for firm in {one.firm.id: one.firm for one in people}.values():
        rows = [one.enrollment for one in people if one.firm.id == firm.id]
        held |= disclose_many(actor, firm, rows, record_type, "employees", programs)
    return held


def _paces(people: list[Employee]) -> dict[int, tuple[str, str]]:
    """How each of these stands, in a word and its tone."""
    weeks = weeks_at_firm(people)
    return {one.enrollment.id: PACES[pace_of(weeks_done(weeks[one.enrollment.id], one.firm.zone))] for one in people}
