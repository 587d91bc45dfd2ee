"""Opening a cohort: the form, the preview with every date, opening it as previewed, taking it back."""

from collections.abc import Sequence
from datetime import date

from flask import Response, request
from sqlalchemy import select
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.calendar.kinds import PUSH_NAMES, PlanState, Push
from lms.hub.calendar.models import CohortPlan
from lms.hub.calendar.queries.opening import WantedCohort
from lms.hub.calendar.queries.sections import own_sites, section_lines
from lms.hub.calendar.services.opening import draw_cohort, find_plan, open_drawn, take_back, wanted_of
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import scoped
from lms.web.coordinator import bp
from lms.web.fields import ZONES, DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next

SECTIONS = "sections-"


class CohortForm(ProductForm):
    """A cohort as it is asked for; the sections of each site are further fields, named after the site."""

    version = SelectField(N_("Version of the program"), [InputRequired()])
    name = StringField(N_("Name of the cohort"), [InputRequired()])
    starts_on = DayField(N_("First day"), [InputRequired()])
    zone = SelectField(N_("Time zone of due dates"), choices=[choice(zone, zone.replace("_", " ")) for zone in ZONES])
    funders = StringField(N_("Who funds it"))
    sessions = BooleanField(N_("Sessions, in the same weeks, on the same weekdays and times"))
    breaks = BooleanField(N_("Breaks, in the same weeks"))
    staff = BooleanField(N_("Instructors and assessors"))
    holidays = BooleanField(N_("Make the sites' holidays days without teaching"))
    push = SelectField(N_("What falls on a day without teaching goes"))

    def offer(self, versions: Sequence[tuple[ProgramVersion, Program]]) -> "CohortForm":
        """Fill the choices."""
        self.version.choices = [
            choice(version.public_id, f"{program.name}, {version.number}") for version, program in versions
        ]
        self.push.choices = [choice(push.value, tell(name)) for push, name in PUSH_NAMES.items()]
        return self


@bp.get("/cohorts/new")
@requires(Action.COHORT_CREATE)
def new_cohort() -> Response:
    actor = current_actor()
    source = _source(actor)
    form = CohortForm(
        formdata=None,
        zone=source.zone if source else actor.zone,
        starts_on=today(actor.zone),
        funders=source.funders if source else "",
        sessions=True,
        breaks=True,
        holidays=True,
    )
    return _form(actor, form, source)


@bp.post("/cohorts/new")
@requires(Action.COHORT_CREATE)
def draw_new_cohort() -> Response:
    actor = current_actor()
    source, form = _source(actor), CohortForm().offer(_versions(actor))
    try:
        if form.validate() and form.starts_on.data:
            version = next(v for v, _ in _versions(actor) if v.public_id == form.version.data)
            plan = draw_cohort(actor, version, _wanted(actor, form, source, form.starts_on.data))
            return redirect_to("coordinator.cohort_plan", plan_id=plan.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _form(actor, form, source, 422)


def _wanted(actor: Actor, form: CohortForm, source: Cohort | None, starts_on: date) -> WantedCohort:
    sections = []
    for site in own_sites(actor, Action.COHORT_CREATE):
        names = request.form.get(SECTIONS + site.public_id, "").split(",")
        sections += [(site, name.strip()) for name in names if name.strip()]
    return WantedCohort(
        name=(form.name.data or "").strip(),
        starts_on=starts_on,
        zone=form.zone.data,
        sections=tuple(sections),
        funders=(form.funders.data or "").strip(),
        source=source,
        sessions=form.sessions.data,
        staff=form.staff.data,
        breaks=form.breaks.data,
        holidays=form.holidays.data,
        push=Push(form.push.data),
    )


def _form(actor: Actor, form: CohortForm, source: Cohort | None, status: int = 200) -> Response:
    versions = _versions(actor)
    sites = own_sites(actor, Action.COHORT_CREATE)
    return page(
        "coordinator/new_cohort.html",
        status,
        form=form.offer(versions),
        versions=versions,
        sites=sites,
        names=_names(actor, sites, source),
        source=source,
        cohorts=list_cohorts(actor),
    )


def _names(actor: Actor, sites: Sequence[Site], source: Cohort | None) -> dict[str, str]:
    """What stands in each site's field: what was typed, else the names of the earlier cohort's sections."""
    typed = {site.public_id: request.form.get(SECTIONS + site.public_id) for site in sites}
    found: dict[str, list[str]] = {}
    for line in section_lines(actor, source, Action.COHORT_READ) if source else ():
        found.setdefault(line.site.public_id, []).append(line.section.name)
    return {key: ", ".join(found.get(key, [])) if text is None else text for key, text in typed.items()}


def _source(actor: Actor) -> Cohort | None:
    """The earlier cohort that is carried over, if one is named."""
    wanted = request.values.get("source", "")
    return find_cohort(actor, wanted) if wanted else None


def _versions(actor: Actor) -> list[tuple[ProgramVersion, Program]]:
    """The published versions from which the actor may open a cohort, the newest first. One query."""
    statement = select(ProgramVersion, Program).join(Program, Program.id == ProgramVersion.program_id)
    statement = statement.where(ProgramVersion.published_at.is_not(None))
    rows = session.execute(
        scoped(statement.order_by(Program.name, ProgramVersion.number.desc()), actor, Action.COHORT_CREATE, on=Program)
    )
    return [(version, program) for version, program in rows]


@bp.get("/cohort-plans/<public_id:plan_id>")
@requires(Action.COHORT_CREATE)
def cohort_plan(plan_id: str) -> Response:
    return _preview(find_plan(current_actor(), plan_id))


def _preview(plan: CohortPlan, broken: RuleBroken | Conflict | None = None) -> Response:
    sections = plan.plan["sections"]
    return page(
        "coordinator/cohort_plan.html",
        broken.status if broken else 200,
        plan=plan,
        stored=plan.plan,
        is_drawn=plan.state is PlanState.DRAWN,
        sections=list(zip(sections, plan.plan["sessions"], plan.plan["staff"], strict=True)),
        site_names=dict(_site_names(plan)),
        push=PUSH_NAMES[Push(plan.plan["push"])],
        error=tell(broken.sentence) if broken else "",
    )


def _site_names(plan: CohortPlan) -> list[tuple[int, str]]:
    _, wanted = wanted_of(plan)
    return [(site.id, site.name) for site, _ in wanted.sections]


@bp.post("/cohort-plans/<public_id:plan_id>/confirmation")
@requires(Action.COHORT_CREATE)
def open_cohort(plan_id: str) -> Response:
    actor = current_actor()
    plan = find_plan(actor, plan_id)
    version, wanted = wanted_of(plan)
    try:
        cohort = open_drawn(actor, version, plan, wanted)
    except (RuleBroken, Conflict) as broken:
        return _preview(plan, broken)
    tell_next(N_("The cohort is open. You can take this back while nobody is enrolled."))
    return redirect_to("coordinator.cohort", cohort_id=cohort.public_id)


@bp.post("/cohort-plans/<public_id:plan_id>/undo")
@requires(Action.COHORT_MANAGE)
def take_back_cohort(plan_id: str) -> Response:
    actor = current_actor()
    plan = find_plan(actor, plan_id)
    cohort = next((one for one in list_cohorts(actor) if one.id == plan.cohort_id), None)
    if cohort is None:
        return _preview(plan, Conflict(N_("This cohort is not open, so there is nothing to take back.")))
    try:
        take_back(actor, cohort, plan)
    except (RuleBroken, Conflict) as broken:
        return _preview(plan, broken)
    tell_next(N_("Taken back. The cohort is gone from every list."))
    return redirect_to("coordinator.cohorts")
