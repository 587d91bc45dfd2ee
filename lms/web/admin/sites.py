"""The network: every site with its authorization, capacity and outcomes; opening and changing a site."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask import Response, request
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from lms.guard import current_actor, requires
from lms.hub.calendar.queries.network import SiteLine, network
from lms.hub.calendar.queries.sections import find_site
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Anchor, Relation
from lms.people.accounts.services import person_by_email
from lms.people.grants.services import appoint
from lms.people.orgs.models import Site, SiteKind
from lms.people.orgs.services import SiteTerms, change_site, open_site
from lms.people.scope import policy_day
from lms.web.admin import bp
from lms.web.downloads import csv_download
from lms.web.fields import ZONES, DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.site_words import AUTHORIZATION, KINDS

COLUMNS = (
    "state", "city", "site", "kind", "zone", "authorized_from", "authorized_to", "capacity", "sections", "students",
    "active", "completed", "left", "coordinators",
)  # fmt: skip


class SiteForm(ProductForm):
    """A site. The zone is asked only once."""

    name = StringField(N_("Name"), [InputRequired()])
    kind = SelectField(N_("Kind"), choices=[])
    city = StringField(N_("City"), [InputRequired()])
    state = StringField(N_("State"), [InputRequired()])
    zone = SelectField(N_("Time zone"), choices=[choice(zone, zone.replace("_", " ")) for zone in ZONES])
    authorized_from = DayField(N_("Authorized from"), [Optional()])
    authorized_to = DayField(N_("Authorized until"), [Optional()])
    capacity = IntegerField(N_("Capacity, students at once"), [Optional()])

    def offer(self) -> "SiteForm":
        """Fill the choices."""
        self.kind.choices = [choice(kind.value, tell(name)) for kind, name in KINDS.items()]
        return self

    def terms(self) -> SiteTerms:
        """Authorization and capacity as they were given."""
        return SiteTerms(self.authorized_from.data, self.authorized_to.data, self.capacity.data)


class CoordinatorForm(ProductForm):
    """Who coordinates a site."""

    email = StringField(N_("E-mail address of their account"), [InputRequired()])
    from_day = DayField(N_("From"), [InputRequired()])
    to_day = DayField(N_("Last day"), [Optional()])


@bp.get("/sites")
@requires(Action.SITE_MANAGE)
def sites() -> Response:
    state = request.args.get("state", "").upper()
    lines = network(current_actor())
    shown = [line for line in lines if not state or line.site.state == state]
    return page(
        "admin/sites.html",
        lines=shown,
        states=sorted({line.site.state for line in lines}),
        state=state,
        day=policy_day(),
        kinds=KINDS,
        words=AUTHORIZATION,
        totals=_totals(shown),
    )


def _totals(lines: Sequence[SiteLine]) -> dict[str, int]:
    names = ("sections", "students", "active", "completed", "left")
    found = {name: sum(getattr(line, name) for line in lines) for name in names}
    return {**found, "capacity": sum(line.site.capacity or 0 for line in lines)}


@bp.get("/sites.csv")
@requires(Action.SITE_MANAGE)
def sites_csv() -> Response:
    return csv_download("sites.csv", COLUMNS, _rows(network(current_actor())))


def _rows(lines: Sequence[SiteLine]) -> Iterator[Sequence[object]]:
    for line in lines:
        site = line.site
        place = (site.state, site.city, site.name, site.kind.value, site.zone)
        terms = (_text(site.authorized_from), _text(site.authorized_to), "" if site.capacity is None else site.capacity)
        counts = (line.sections, line.students, line.active, line.completed, line.left)
        yield *place, *terms, *counts, "; ".join(line.coordinators)


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


@bp.get("/sites/new")
@requires(Action.SITE_MANAGE)
def new_site() -> Response:
    return page("admin/site.html", form=SiteForm(formdata=None).offer(), site=None, staff=None)


@bp.post("/sites/new")
@requires(Action.SITE_MANAGE)
def add_site() -> Response:
    actor, form = current_actor(), SiteForm().offer()
    try:
        if form.validate():
            place = Anchor(programs=actor.places(Relation.PROGRAM_ADMIN))
            values = (form.name.data or "", SiteKind(form.kind.data), form.city.data or "", form.state.data or "")
            made = open_site(actor, place, *values, form.zone.data, form.terms())
            tell_next(N_("The site is there. Appoint who coordinates it."))
            return redirect_to("admin.site", site_id=made.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return page("admin/site.html", 422, form=form, site=None, staff=None)


@bp.get("/sites/<public_id:site_id>")
@requires(Action.SITE_MANAGE)
def site(site_id: str) -> Response:
    found = find_site(current_actor(), site_id, Action.SITE_MANAGE)
    form = SiteForm(formdata=None, obj=found)
    form.kind.data = found.kind.value
    return _shown(found, form.offer(), CoordinatorForm(formdata=None, from_day=policy_day()))


def _shown(found: Site, form: SiteForm, staff: CoordinatorForm, status: int = 200) -> Response:
    line = next(one for one in network(current_actor()) if one.site.id == found.id)
    return page("admin/site.html", status, form=form, site=found, staff=staff, coordinators=line.coordinators)


@bp.post("/sites/<public_id:site_id>")
@requires(Action.SITE_MANAGE)
def save_site(site_id: str) -> Response:
    actor, form = current_actor(), SiteForm().offer()
    found = find_site(actor, site_id, Action.SITE_MANAGE)
    form.zone.data = found.zone
    try:
        if form.validate():
            values = (form.name.data or "", SiteKind(form.kind.data), form.city.data or "", form.state.data or "")
            change_site(actor, found, *values, form.terms())
            tell_next(N_("Saved."))
            return redirect_to("admin.site", site_id=site_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(found, form, CoordinatorForm(formdata=None, from_day=policy_day()), 422)


@bp.post("/sites/<public_id:site_id>/coordinators")
@requires(Action.GRANT_APPOINT, fresh=True)
def appoint_coordinator(site_id: str) -> Response:
    actor, staff = current_actor(), CoordinatorForm()
    found = find_site(actor, site_id, Action.GRANT_APPOINT)
    try:
        if staff.validate() and staff.from_day.data:
            person = person_by_email(staff.email.data or "")
            if person is None or not person.is_active:
                raise RuleBroken(N_("There is no account with this address."), field="email")
            if staff.to_day.data and staff.to_day.data < staff.from_day.data:
                raise RuleBroken(N_("The last day is before the first. Check both."), field="to_day")
            appoint(actor, found, person, Relation.COORDINATOR, staff.from_day.data, staff.to_day.data)
            tell_next(N_("Appointed: %(name)s."), name=person.name)
            return redirect_to("admin.site", site_id=site_id)
    except RuleBroken as broken:
        broken_into(staff, broken)
    form = SiteForm(formdata=None, obj=found)
    form.kind.data = found.kind.value
    return _shown(found, form.offer(), staff, 422)
