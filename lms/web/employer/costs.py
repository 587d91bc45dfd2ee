"""What finance enters: costs, wages, hourly rates, the firm's own count, pools. Nobody else sees rates."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Response, request
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from lms.capstone.employees import find_employee, list_employees
from lms.capstone.lines.queries import firm_counts, pools_of, rates_of
from lms.capstone.lines.rules.costs import ASSUMED_LOADED_RATE_CENTS
from lms.capstone.lines.rules.kinds import CostKind, Payer, Perspective
from lms.capstone.lines.services import count_hours, measure_pool, set_hurdle, set_rate
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, firm_of, team_of
from lms.capstone.queries import project_figures
from lms.capstone.savings.services.costs import due_wages, paid_minutes, post_cost, post_wages
from lms.guard import current_actor, requires
from lms.kernel.clock import today
from lms.kernel.errors import RuleBroken
from lms.kernel.ids import new_public_id
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action
from lms.people.orgs.models import Firm
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.fields import DayField, MinutesField, MoneyField
from lms.web.forms import ProductForm, choice
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.fields import PercentField
from lms.web.savings.forms import given, options


class CostForm(ProductForm):
    """One cost of a project."""

    kind = SelectField(N_("What for?"))
    payer = SelectField(N_("Who paid?"))
    amount = MoneyField(N_("Amount"), [InputRequired()])
    day = DayField(N_("When?"), [InputRequired()])
    note = StringField(N_("Note"))
    request_key = HiddenField()

    def offer(self, currency: str) -> "CostForm":
        """Fill the choices and the currency."""
        self.kind.choices = options([kind for kind in CostKind if kind is not CostKind.WAGES])
        self.payer.choices = options(Payer)
        self.amount.currency = currency
        return self


class RateForm(ProductForm):
    """What an hour costs the firm."""

    rate = MoneyField(N_("Loaded hourly rate"), [InputRequired()])
    effective_on = DayField(N_("From which day?"), [InputRequired()])


class CountForm(ProductForm):
    """The firm's own count of one student's paid hours in one week."""

    employee = SelectField(N_("Who?"))
    monday = DayField(N_("Week that starts on Monday"), [InputRequired()])
    minutes = MinutesField(N_("Paid hours"), [InputRequired()])


class PoolForm(ProductForm):
    """What an account, meter or process improved by."""

    name = StringField(N_("Account, meter or process"), [InputRequired()])
    measured = MoneyField(N_("Measured improvement a year"), [InputRequired()])


class HurdleForm(ProductForm):
    """What money has to earn a year before a project is worth doing."""

    hurdle = PercentField(N_("Discount rate a year, in percent"), [Optional()])


@bp.get("/projects/<public_id:project>/costs")
@requires(Action.COST_POST)
def costs(project: str) -> Response:
    found = find_project(current_actor(), project, Action.COST_POST)
    form = CostForm(request_key=new_public_id(), day=today(firm_of(found).zone)).offer(found.currency)
    return _costs(found, form)


@bp.post("/projects/<public_id:project>/costs")
@requires(Action.COST_POST)
def enter_cost(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.COST_POST)
    form = CostForm().offer(found.currency)
    if not form.validate():
        return _costs(found, form, 422)
    kind, payer, key = CostKind(form.kind.data), Payer(form.payer.data), form.request_key.data or None
    try:
        post_cost(
            actor,
            found,
            kind,
            payer,
            form.amount.data,
            given(form.day.data),
            note=form.note.data or "",
            request_key=key,
        )
    except RuleBroken as broken:
        broken_into(form, broken)
        return _costs(found, form, 422)
    tell_next(N_("Posted."))
    return redirect_to("employer.costs", project=project)


@bp.post("/projects/<public_id:project>/wages")
@requires(Action.COST_POST)
def enter_wages(project: str) -> Response:
    actor = current_actor()
    found = find_project(actor, project, Action.COST_POST)
    form = CostForm(formdata=None, request_key=new_public_id(), day=today(firm_of(found).zone)).offer(found.currency)
    try:
        made = post_wages(actor, found, _last_sunday(firm_of(found).zone))
    except RuleBroken as broken:
        broken_into(form, broken)
        return _costs(found, form, 422)
    tell_next(N_("Posted.") if made else N_("All approved weeks are posted already."), "good" if made else "info")
    return redirect_to("employer.costs", project=project)


@bp.get("/rates")
@requires(Action.RATE_READ)
def rates() -> Response:
    return _rates(own_firm(current_actor(), Action.RATE_READ))


@bp.post("/rates")
@requires(Action.RATE_SET)
def enter_rate() -> Response:
    actor, form = current_actor(), RateForm()
    firm = own_firm(actor, Action.RATE_SET)
    form.rate.currency = firm.currency
    return _entered(
        firm, form, lambda: set_rate(actor, firm, form.rate.data, given(form.effective_on.data)), rate_form=form
    )


@bp.post("/hurdle-rates")
@requires(Action.RATE_SET)
def enter_hurdle() -> Response:
    actor, form = current_actor(), HurdleForm()
    firm = own_firm(actor, Action.RATE_SET)
    return _entered(firm, form, lambda: set_hurdle(actor, firm, form.hurdle.data), hurdle_form=form)


@bp.post("/paid-hours")
@requires(Action.RATE_SET)
def enter_count() -> Response:
    actor, form = current_actor(), CountForm()
    firm = own_firm(actor, Action.RATE_SET)
    people = list_employees(actor, Action.RATE_SET, firm)
    form.employee.choices = [choice(one.enrollment.public_id, one.name) for one in people]

    def count() -> object:
        who = find_employee(actor, form.employee.data, Action.RATE_SET)
        return count_hours(actor, firm, who.enrollment, given(form.monday.data), form.minutes.data)

    return _entered(firm, form, count, count_form=form)


@bp.post("/pools")
@requires(Action.RATE_SET)
def enter_pool() -> Response:
    actor, form = current_actor(), PoolForm()
    firm = own_firm(actor, Action.RATE_SET)
    form.measured.currency = firm.currency
    return _entered(
        firm, form, lambda: measure_pool(actor, firm, form.name.data or "", form.measured.data), pool_form=form
    )


def _entered(firm: Firm, form: ProductForm, deed: Callable[[], object], **shown: ProductForm) -> Response:
    if form.validate():
        try:
            deed()
            tell_next(N_("Saved."))
            return redirect_to("employer.rates", firm=request.args.get("firm"))
        except RuleBroken as broken:
            broken_into(form, broken)
    return _rates(firm, 422, **shown)


def _rates(firm: Firm, status: int = 200, **forms: ProductForm) -> Response:
    monday = monday_of(today(firm.zone)) - timedelta(weeks=1)
    people = list_employees(current_actor(), Action.RATE_SET, firm)
    count = CountForm(formdata=None, monday=monday)
    count.employee.choices = [choice(one.enrollment.public_id, one.name) for one in people]
    shown = {
        "rate_form": RateForm(formdata=None, effective_on=today(firm.zone)),
        "count_form": count,
        "pool_form": PoolForm(formdata=None),
        "hurdle_form": HurdleForm(formdata=None, hurdle=firm.hurdle_rate_bp),
        **forms,
    }
    numbers = [one.enrollment.id for one in people]
    return page(
        "employer/rates.html",
        status,
        firm=firm,
        rates=rates_of(firm),
        names={one.enrollment.id: one.name for one in people},
        counts=firm_counts(firm, numbers),
        pools=pools_of(firm),
        assumed=ASSUMED_LOADED_RATE_CENTS,
        **shown,
    )


def _costs(project: Project, form: CostForm, status: int = 200) -> Response:
    firm = firm_of(project)
    through = _last_sunday(firm.zone)
    try:
        due, no_rate = due_wages(project, firm, through), None
    except RuleBroken as broken:
        due, no_rate = {}, broken.sentence
    members = team_of([project])[project.id]
    hours = paid_minutes(project, firm, [member.row.enrollment_id for member in members])
    return page(
        "employer/costs.html",
        status,
        project=project,
        form=form,
        through=through,
        no_rate=no_rate,
        due={number: (source, sum(weeks.values())) for number, (source, weeks) in due.items()},
        hours={number: (source, sum(minutes.values())) for number, (source, minutes) in hours.items()},
        members=members,
        figures=project_figures(project, actor=current_actor()),
        perspectives=list(Perspective),
    )


def _last_sunday(zone: str) -> date:
    return monday_of(today(zone)) - timedelta(days=1)
