"""Days without teaching in a cohort: the list, the preview of what moves, applying it, undoing it."""

from flask import Response, request
from sqlalchemy import select
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.calendar.kinds import PUSH_NAMES, PlanState, Push
from lms.hub.calendar.models import BreakPlan
from lms.hub.calendar.queries.breaks import named_breaks
from lms.hub.calendar.queries.renewals import renewals_of
from lms.hub.calendar.queries.sections import list_holidays, own_sites, section_lines
from lms.hub.calendar.services.breaks import WantedBreak, apply_break, draw_break, lift_break, undo_break
from lms.hub.cohorts.kinds import BREAK_NAMES, BreakKind
from lms.hub.cohorts.models import Break, Cohort
from lms.hub.cohorts.queries import find_cohort, list_sections
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor, allowed
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site
from lms.people.scope import scoped, unscoped, within
from lms.web.coordinator import bp
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next


class BreakForm(ProductForm):
    """Days without teaching as they are asked for."""

    kind = SelectField(N_("What is it?"), choices=[])
    name = StringField(N_("What it is called"))
    from_day = DayField(N_("First day"), [InputRequired()])
    to_day = DayField(N_("Last day"), [InputRequired()])
    site = SelectField(N_("Where?"), choices=[])
    push = SelectField(N_("Sessions and due dates on these days go"), choices=[])

    def offer(self, sites: list[Site], is_everywhere: bool) -> "BreakForm":
        """Fill the choices; everywhere only for whoever may speak for all sites of the cohort."""
        self.kind.choices = [choice(kind.value, tell(name)) for kind, name in BREAK_NAMES.items()]
        self.push.choices = [choice(push.value, tell(name)) for push, name in PUSH_NAMES.items()]
        everywhere = [choice("", tell(N_("everywhere")))] if is_everywhere else []
        self.site.choices = [*everywhere, *(choice(site.public_id, site.name) for site in sites)]
        return self


@bp.get("/cohorts/<public_id:cohort_id>/breaks")
@requires(Action.COHORT_MANAGE)
def breaks(cohort_id: str) -> Response:
    actor = current_actor()
    cohort = find_cohort(actor, cohort_id)
    shown = {name: request.args.get(name, "") for name in ("kind", "name", "site")}
    form = BreakForm(formdata=request.args if request.args.get("from_day") else None, **shown)
    return _shown(actor, cohort, form)


@bp.post("/cohorts/<public_id:cohort_id>/breaks")
@requires(Action.COHORT_MANAGE)
def draw_new_break(cohort_id: str) -> Response:
    actor = current_actor()
    cohort = find_cohort(actor, cohort_id)
    sites, is_everywhere = _sites(actor, cohort)
    form = BreakForm().offer(sites, is_everywhere)
    try:
        if form.validate() and form.from_day.data and form.to_day.data:
            site = next((one for one in sites if one.public_id == form.site.data), None)
            days = (form.from_day.data, form.to_day.data)
            wanted = WantedBreak(
                BreakKind(form.kind.data), *days, site, Push(form.push.data), (form.name.data or "")[:100]
            )
            plan = draw_break(actor, cohort, wanted)
            return redirect_to("coordinator.break_plan", plan_id=plan.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(actor, cohort, form, 422)


def _shown(actor: Actor, cohort: Cohort, form: BreakForm, status: int = 200) -> Response:
    sites, is_everywhere = _sites(actor, cohort)
    found = named_breaks([cohort.id])
    taken = {(one.row.site_id, one.row.from_day) for one in found if one.row.from_day == one.row.to_day}
    known = list_holidays(sites)
    holidays = [
        (site, holiday)
        for site in sites
        for holiday in known.get(site.id, ())
        if cohort.starts_on <= holiday.day <= cohort.ends_on
        and not {(site.id, holiday.day), (None, holiday.day)} & taken
    ]
    return page(
        "coordinator/breaks.html",
        status,
        cohort=cohort,
        form=form.offer(sites, is_everywhere),
        breaks=found,
        own={site.id for site in sites} | ({None} if is_everywhere else set()),
        kinds=BREAK_NAMES,
        holidays=holidays,
        plans=_plans(cohort),
    )


def _sites(actor: Actor, cohort: Cohort) -> tuple[list[Site], bool]:
    """The actor's sites in the cohort, and whether these are all of them."""
    may = {line.site.id for line in section_lines(actor, cohort, Action.COHORT_MANAGE)}
    every = {section.site_id for section in list_sections(cohort)}
    return [site for site in own_sites(actor, Action.COHORT_MANAGE) if site.id in may], every <= may


def _plans(cohort: Cohort) -> dict[str, BreakPlan]:
    """The plans that made the breaks which stand, by the break's public id. One query."""
    statement = select(BreakPlan).where(BreakPlan.state == PlanState.APPLIED)
    return {plan.made["break"]: plan for plan in session.scalars(within(statement, cohort))}


@bp.get("/break-plans/<public_id:plan_id>")
@requires(Action.COHORT_MANAGE)
def break_plan(plan_id: str) -> Response:
    return _preview(_plan(current_actor(), plan_id))


def _plan(actor: Actor, public_id: str) -> BreakPlan:
    found = session.scalar(
        scoped(select(BreakPlan).where(BreakPlan.public_id == public_id), actor, Action.COHORT_MANAGE)
    )
    if found is None or not _is_own(actor, found):
        raise NotFound()
    return found


def _is_own(actor: Actor, plan: BreakPlan) -> bool:
    """A plan of one site is its own office's business; one for everywhere is that of every coordinator."""
    if plan.site_id is None:
        return True
    programs = frozenset({_cohort_of(plan).program_id})
    return allowed(
        actor, Action.COHORT_MANAGE, Anchor(seats=frozenset({(plan.site_id, plan.cohort_id)}), programs=programs)
    )


def _preview(plan: BreakPlan, broken: RuleBroken | Conflict | None = None) -> Response:
    cohort = _cohort_of(plan)
    return page(
        "coordinator/break_plan.html",
        broken.status if broken else 200,
        plan=plan,
        stored=plan.plan,
        extensions=_extensions(plan),
        renewals=renewals_of(current_actor(), cohort, plan.plan),
        cohort=cohort,
        is_drawn=plan.state is PlanState.DRAWN,
        is_applied=plan.state is PlanState.APPLIED,
        kind=BREAK_NAMES[BreakKind(plan.plan["kind"])],
        push=PUSH_NAMES[Push(plan.plan["push"])],
        error=tell(broken.sentence) if broken else "",
    )


def _extensions(plan: BreakPlan) -> list[tuple[str | None, dict[str, str]]]:
    """The extensions that move, with the names of those students whom one may see; None for the others."""
    lines = plan.plan.get("extensions", [])
    wanted = [line["enrollment"] for line in lines]
    statement = select(Enrollment.public_id, Person.name).join(Person, Person.id == Enrollment.person_id)
    statement = statement.where(Enrollment.public_id.in_(wanted))
    names = dict(session.execute(scoped(statement, current_actor(), Action.ENROLLMENT_READ, on=Enrollment)).all())
    return [(names.get(line["enrollment"]), line) for line in lines]


def _cohort_of(row: BreakPlan | Break) -> Cohort:
    statement = select(Cohort).where(Cohort.id == row.cohort_id)
    return session.scalars(unscoped(statement, "the cohort of what was found in scope")).one()


@bp.post("/break-plans/<public_id:plan_id>/confirmation")
@requires(Action.COHORT_MANAGE)
def apply_drawn_break(plan_id: str) -> Response:
    actor = current_actor()
    plan = _plan(actor, plan_id)
    try:
        apply_break(actor, plan)
    except (RuleBroken, Conflict) as broken:
        return _preview(plan, broken)
    tell_next(N_("Done as previewed. Everybody whose dates changed gets a letter."))
    return redirect_to("coordinator.break_plan", plan_id=plan_id)


@bp.post("/break-plans/<public_id:plan_id>/undo")
@requires(Action.COHORT_MANAGE)
def undo_applied_break(plan_id: str) -> Response:
    actor = current_actor()
    plan = _plan(actor, plan_id)
    try:
        undo_break(actor, plan)
    except (RuleBroken, Conflict) as broken:
        return _preview(plan, broken)
    tell_next(N_("Undone. Every date is what it was."))
    return redirect_to("coordinator.break_plan", plan_id=plan_id)


@bp.post("/breaks/<public_id:break_id>/lifting")
@requires(Action.COHORT_MANAGE)
def lift(break_id: str) -> Response:
    actor = current_actor()
    statement = select(Break).where(Break.public_id == break_id, stands(Break), ~Break.is_lifted)
    row = session.scalar(scoped(statement, actor, Action.COHORT_MANAGE))
    if row is None:
        raise NotFound()
    lift_break(actor, row)
    tell_next(N_("There is teaching on these days again. Sessions and due dates stay where they are."))
    return redirect_to("coordinator.breaks", cohort_id=_cohort_of(row).public_id)
