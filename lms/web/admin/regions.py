"""Regions and who looks after them: opening and changing one, and appointing its integrator."""

from collections.abc import Sequence

from flask import Response
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Optional

from lms.guard import current_actor, requires
from lms.hub.calendar.queries.regions import find_region, list_regions
from lms.hub.roster.services import integrators as services
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Anchor, Relation
from lms.people.grants.queries import holders_of
from lms.people.orgs.models import Region
from lms.people.orgs.services import change_region, open_region, states_of
from lms.people.scope import policy_day
from lms.web.admin import bp
from lms.web.fields import DayField
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next


class RegionForm(ProductForm):
    """A region."""

    name = StringField(N_("Name"), [InputRequired()])
    integrator = StringField(N_("Organization"), [InputRequired()])
    states = StringField(N_("States, with commas between them"), [Optional()])
    is_network = BooleanField(N_("The whole network"))

    def listed(self) -> Sequence[str]:
        """The states one by one."""
        return (self.states.data or "").split(",")


class IntegratorForm(ProductForm):
    """Who looks after a region."""

    name = StringField(N_("Name"), [InputRequired()], id="who")
    email = StringField(N_("E-mail address"), [InputRequired()])
    from_day = DayField(N_("From"), [InputRequired()])
    to_day = DayField(N_("Last day"), [Optional()])


@bp.get("/regions")
@requires(Action.REGION_MANAGE)
def regions() -> Response:
    found = list_regions(current_actor(), Action.REGION_MANAGE)
    return page("admin/regions.html", regions=found, holders=holders_of(found, Relation.INTEGRATOR, policy_day()))


@bp.get("/regions/new")
@requires(Action.REGION_MANAGE)
def new_region() -> Response:
    return page("admin/region.html", form=RegionForm(formdata=None), region=None, staff=None)


@bp.post("/regions/new")
@requires(Action.REGION_MANAGE)
def add_region() -> Response:
    actor, form = current_actor(), RegionForm()
    try:
        if form.validate():
            place = Anchor(programs=actor.places(Relation.PROGRAM_ADMIN))
            made = open_region(
                actor, place, form.name.data or "", form.integrator.data or "", form.listed(),
                is_network=bool(form.is_network.data),
            )  # fmt: skip
            tell_next(N_("The region is there. Appoint who looks after it."))
            return redirect_to("admin.region", region_id=made.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return page("admin/region.html", 422, form=form, region=None, staff=None)


@bp.get("/regions/<public_id:region_id>")
@requires(Action.REGION_MANAGE)
def region(region_id: str) -> Response:
    found = find_region(current_actor(), region_id, Action.REGION_MANAGE)
    return _shown(found, _filled(found), IntegratorForm(formdata=None, from_day=policy_day()))


def _filled(found: Region) -> RegionForm:
    form = RegionForm(formdata=None, obj=found)
    form.states.data = ", ".join(states_of(found))
    return form


def _shown(found: Region, form: RegionForm, staff: IntegratorForm, status: int = 200) -> Response:
    holders = holders_of([found], Relation.INTEGRATOR, policy_day()).get(found.id, [])
    return page("admin/region.html", status, form=form, region=found, staff=staff, holders=holders)


@bp.post("/regions/<public_id:region_id>")
@requires(Action.REGION_MANAGE)
def save_region(region_id: str) -> Response:
    actor, form = current_actor(), RegionForm()
    found = find_region(actor, region_id, Action.REGION_MANAGE)
    try:
        if form.validate():
            change_region(
                actor, found, form.name.data or "", form.integrator.data or "", form.listed(),
                is_network=bool(form.is_network.data),
            )  # fmt: skip
            tell_next(N_("Saved."))
            return redirect_to("admin.region", region_id=region_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(found, form, IntegratorForm(formdata=None, from_day=policy_day()), 422)


@bp.post("/regions/<public_id:region_id>/integrators")
@requires(Action.GRANT_APPOINT, fresh=True)
def appoint_integrator(region_id: str) -> Response:
    actor, staff = current_actor(), IntegratorForm()
    found = find_region(actor, region_id, Action.GRANT_APPOINT)
    try:
        if staff.validate() and staff.from_day.data:
            who = (staff.name.data or "", staff.email.data or "")
            services.appoint_integrator(actor, found, *who, staff.from_day.data, staff.to_day.data)
            tell_next(N_("Appointed. A letter leaves if they cannot sign in yet."))
            return redirect_to("admin.region", region_id=region_id)
    except RuleBroken as broken:
        broken_into(staff, broken)
    return _shown(found, _filled(found), staff, 422)


@bp.post("/regions/<public_id:region_id>/integrators/<public_id:grant_id>/end")
@requires(Action.GRANT_APPOINT, fresh=True)
def dismiss_integrator(region_id: str, grant_id: str) -> Response:
    actor = current_actor()
    services.dismiss_integrator(actor, find_region(actor, region_id, Action.GRANT_APPOINT), grant_id)
    tell_next(N_("Ended. They see the region no more."))
    return redirect_to("admin.region", region_id=region_id)
