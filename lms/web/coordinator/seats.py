"""Seats of firms: opened and changed by the office, which also settles those of people who are here already."""

from flask import Response, request
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import list_cohorts
from lms.hub.roster.anchors import roster_place
from lms.hub.roster.models.seats import SeatContract
from lms.hub.roster.queries.appointments import people_of
from lms.hub.roster.queries.imports import sites_for
from lms.hub.roster.queries.seats import (
    contract_of,
    find_contract,
    find_seat,
    firms_by_name,
    list_contracts,
    list_seats,
    seats_to_settle,
)
from lms.hub.roster.rules.seats import Terms
from lms.hub.roster.services.appointments import name_sponsor as ask_for_sponsor
from lms.hub.roster.services.seats import open_seats, set_terms, settle_seat
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.orgs.models import Firm, Site
from lms.people.orgs.services import open_firm
from lms.web.coordinator import bp
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.roster_words import LINKS, RELATIONS, STATUS, STEPS


class TermsForm(ProductForm):
    """How many seats, on which days."""

    seats = IntegerField(N_("Seats"), [InputRequired()])
    from_day = DayField(N_("Can be given from"), [InputRequired()])
    to_day = DayField(N_("until"), [InputRequired()])

    def terms(self) -> Terms:
        """As the rules read them; call it once the form is valid."""
        assert self.from_day.data
        assert self.to_day.data
        return Terms(int(self.seats.data or 0), self.from_day.data, self.to_day.data)


class OpenForm(TermsForm):
    """Seats for a firm that has none yet, at one site of one cohort."""

    firm = SelectField(N_("Firm"))
    new_firm = StringField(N_("Or the name of a new firm"), [Optional()])
    place = SelectField(N_("Cohort and site"), [InputRequired()])

    def offer(self, actor: Actor) -> "OpenForm":
        """Let the lists name every firm and the sites of the actor."""
        self.firms = {firm.public_id: firm for firm in firms_by_name()}
        self.firm.choices = [
            choice("", tell(N_("Choose"))),
            *(choice(f.public_id, f.name) for f in self.firms.values()),
        ]
        self.places: dict[str, tuple[Cohort, Site | None]] = {}
        places = []
        for cohort in list_cohorts(actor):
            if actor.holds(Relation.PROGRAM_ADMIN):
                self.places[f"{cohort.public_id}."] = cohort, None
                places.append(choice(f"{cohort.public_id}.", f"{cohort.name}, {tell(N_('every site'))}"))
            for site in sites_for(actor, cohort):
                key = f"{cohort.public_id}.{site.public_id}"
                self.places[key] = cohort, site
                places.append(choice(key, f"{cohort.name}, {site.name}"))
        self.place.choices = places
        return self


class SponsorForm(ProductForm):
    """Who is to act for the firm."""

    name = StringField(N_("Name"), [InputRequired()])
    email = StringField(N_("E-mail address"), [InputRequired()])


@bp.get("/seats")
@requires(Action.SEAT_OPEN)
def seats() -> Response:
    return _list(current_actor(), OpenForm(formdata=None).offer(current_actor()))


@bp.post("/seats")
@requires(Action.SEAT_OPEN)
def open_firm_seats() -> Response:
    actor = current_actor()
    form = OpenForm().offer(actor)
    try:
        if form.validate():
            cohort, site = form.places[str(form.place.data)]
            place = roster_place(cohort.id, cohort.program_id, site.id if site else None)
            made = open_seats(actor, place, cohort, site, _firm(actor, form), form.terms())
            tell_next(N_("Seats opened. Now name who gives them for the firm."))
            return redirect_to("coordinator.contract", contract=made.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _list(actor, form, 422)


def _firm(actor: Actor, form: OpenForm) -> Firm:
    """The one that was chosen, or a new one by its name. Raises RuleBroken for none and for a name in use."""
    name = " ".join((form.new_firm.data or "").split())
    chosen = form.firms.get(str(form.firm.data or ""))
    if name and any(firm.name.lower() == name.lower() for firm in form.firms.values()):
        raise RuleBroken(N_("There is a firm called %(name)s. Choose it in the list."), field="new_firm", name=name)
    if name:
        cohort, site = form.places[str(form.place.data)]
        return open_firm(actor, roster_place(cohort.id, cohort.program_id, site.id if site else None), name)
    if chosen is None:
        raise RuleBroken(N_("Choose a firm, or name a new one."), field="firm")
    return chosen


@bp.get("/seats/<public_id:contract>")
@requires(Action.SEAT_OPEN)
def contract(contract: str) -> Response:
    return _one(find_contract(current_actor(), contract, Action.SEAT_OPEN))


@bp.post("/seats/<public_id:contract>/terms")
@requires(Action.SEAT_OPEN)
def change_terms(contract: str) -> Response:
    actor, form = current_actor(), TermsForm()
    found = find_contract(actor, contract, Action.SEAT_OPEN)
    try:
        if form.validate():
            set_terms(actor, found, form.terms())
            tell_next(N_("Seats saved."))
            return redirect_to("coordinator.contract", contract=contract)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _one(found, terms=form, status=422)


@bp.post("/seats/<public_id:contract>/sponsor")
@requires(Action.SEAT_OPEN)
def name_sponsor(contract: str) -> Response:
    actor, form = current_actor(), SponsorForm()
    found = find_contract(actor, contract, Action.SEAT_OPEN)
    try:
        if form.validate():
            ask_for_sponsor(actor, found, form.name.data or "", form.email.data or "")
            tell_next(N_("Asked. The program confirms who acts for a firm; then a letter leaves."))
            return redirect_to("coordinator.contract", contract=contract)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _one(found, sponsor=form, status=422)


@bp.post("/seats/given/<public_id:seat>/settlement")
@requires(Action.SEAT_CONFIRM)
def settle(seat: str) -> Response:
    actor = current_actor()
    found = find_seat(actor, seat, Action.SEAT_CONFIRM)
    try:
        settle_seat(actor, found, takes=request.form.get("takes") == "yes", reason=request.form.get("reason", ""))
    except RuleBroken as broken:
        return _list(actor, OpenForm(formdata=None).offer(actor), 422, tell(broken.sentence))
    tell_next(N_("Settled."))
    return redirect_to("coordinator.seats")


def _list(actor: Actor, form: OpenForm, status: int = 200, error: str = "") -> Response:
    if not form.places:
        raise NotFound(N_("You have no cohort yet."))
    contracts = list_contracts(actor)
    waiting = seats_to_settle(actor)
    return page("coordinator/seats.html", status, form=form, contracts=contracts, waiting=waiting, error=error)


def _one(
    found: SeatContract, terms: TermsForm | None = None, sponsor: SponsorForm | None = None, status: int = 200
) -> Response:
    held = contract_of(found)
    shown = {"seats": held.terms.seats, "from_day": held.terms.from_day, "to_day": held.terms.to_day}
    return page(
        "coordinator/contract.html",
        status,
        held=held,
        lines=list_seats(found),
        people=people_of(held.firm),
        terms=terms or TermsForm(formdata=None, **shown),
        sponsor=sponsor or SponsorForm(formdata=None),
        steps=STEPS,
        links=LINKS,
        status_words=STATUS,
        relations=RELATIONS,
    )
