"""A sponsor gives the firm's seats to employees, follows their letters, endorses them, takes back what nobody uses."""

from flask import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.roster.kinds import SKILLS
from lms.hub.roster.models.seats import Seat, SeatContract
from lms.hub.roster.queries.applications import employer_view
from lms.hub.roster.queries.seats import (
    contract_of,
    contract_row,
    find_contract,
    find_seat,
    list_contracts,
    list_seats,
    seat_lines,
    sites_of,
)
from lms.hub.roster.services.applications import endorse
from lms.hub.roster.services.seats import nominate, reassign_seat, revoke_seat, send_seat_again
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.orgs.models import Site
from lms.web.applications import EndorsementForm, shown_levels
from lms.web.employer import bp
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.roster_words import LINKS, STATUS, STEPS


class SeatForm(ProductForm):
    """Whom a seat is given to; site: where the contract leaves it open."""

    name = StringField(N_("Name"), [InputRequired()])
    email = StringField(N_("E-mail address"), [InputRequired()])
    site = SelectField(N_("Site"))

    def offer(self, contract: SeatContract) -> "SeatForm":
        """Let the list name the cohort's sites, or nothing where the seats are of one."""
        held = contract_of(contract)
        self.sites = {} if held.site else {site.public_id: site for site in sites_of(held.cohort)}
        self.site.choices = [
            choice("", tell(N_("Choose"))),
            *(choice(s.public_id, s.name) for s in self.sites.values()),
        ]
        return self

    def chosen_site(self) -> Site | None:
        """The site, where one is to be chosen."""
        return self.sites.get(str(self.site.data or ""))


@bp.get("/seats")
@requires(Action.SEAT_READ)
def seats() -> Response:
    return page("employer/seats.html", contracts=list_contracts(current_actor()))


@bp.get("/seats/<public_id:contract>")
@requires(Action.SEAT_READ)
def contract(contract: str) -> Response:
    found = find_contract(current_actor(), contract)
    return _contract(found, SeatForm(formdata=None).offer(found))


@bp.post("/seats/<public_id:contract>/seats")
@requires(Action.SEAT_ASSIGN)
def give_seat(contract: str) -> Response:
    actor = current_actor()
    found = find_contract(actor, contract)
    form = SeatForm().offer(found)
    try:
        if form.validate():
            seat = nominate(actor, found, form.name.data or "", form.email.data or "", form.chosen_site())
            tell_next(N_("%(name)s gets a letter with the application form."), name=seat.name)
            return redirect_to("employer.contract", contract=contract)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _contract(found, form, 422)


@bp.get("/seats/given/<public_id:seat>")
@requires(Action.SEAT_READ)
def seat(seat: str) -> Response:
    return _seat(find_seat(current_actor(), seat))


@bp.post("/seats/given/<public_id:seat>/revocation")
@requires(Action.SEAT_ASSIGN)
def take_back(seat: str) -> Response:
    actor = current_actor()
    found = find_seat(actor, seat)
    try:
        revoke_seat(actor, found)
    except RuleBroken as broken:
        return _seat(found, error=tell(broken.sentence), status=422)
    tell_next(N_("Taken back. The seat is free again."))
    return redirect_to("employer.contract", contract=contract_row(found).public_id)


@bp.post("/seats/given/<public_id:seat>/letters")
@requires(Action.SEAT_ASSIGN)
def write_again(seat: str) -> Response:
    actor = current_actor()
    found = find_seat(actor, seat)
    try:
        send_seat_again(actor, found)
    except RuleBroken as broken:
        return _seat(found, error=tell(broken.sentence), status=422)
    tell_next(N_("A new letter is on its way; the old link is worth nothing now."))
    return redirect_to("employer.seat", seat=seat)


@bp.post("/seats/given/<public_id:seat>/reassignment")
@requires(Action.SEAT_ASSIGN)
def give_to_another(seat: str) -> Response:
    actor = current_actor()
    found = find_seat(actor, seat)
    form = SeatForm().offer(contract_row(found))
    try:
        if form.validate():
            new = reassign_seat(actor, found, form.name.data or "", form.email.data or "", form.chosen_site())
            tell_next(N_("%(name)s gets a letter with the application form."), name=new.name)
            return redirect_to("employer.seat", seat=new.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _seat(found, other=form, status=422)


@bp.post("/seats/given/<public_id:seat>/endorsement")
@requires(Action.APPLICATION_ENDORSE)
def endorse_seat(seat: str) -> Response:
    actor, form = current_actor(), EndorsementForm().offer()
    found = find_seat(actor, seat)
    try:
        if form.validate():
            endorse(
                actor,
                found,
                is_endorsed=form.is_endorsed.data == "yes",
                gives_time=bool(form.gives_time.data),
                words=form.words.data or "",
                skills=form.levels(),
            )
            tell_next(N_("Saved. The program reads it beside the application."))
            return redirect_to("employer.seat", seat=seat)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _seat(found, form=form, status=422)


def _contract(found: SeatContract, form: SeatForm, status: int = 200) -> Response:
    held = contract_of(found)
    values = {"held": held, "lines": list_seats(found), "form": form, "steps": STEPS, "links": LINKS}
    return page("employer/contract.html", status, status_words=STATUS, **values)


def _seat(
    found: Seat,
    form: EndorsementForm | None = None,
    other: SeatForm | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    (line,) = seat_lines([found])
    contract = contract_row(found)
    given, words, levels = employer_view(found)
    if form is None:
        said = {} if given is None else {"is_endorsed": "yes" if given.is_endorsed else "no"}
        time = bool(given and given.gives_time)
        form = EndorsementForm(formdata=None, words=words, gives_time=time, **said, **shown_levels(levels)).offer()
    return page(
        "employer/seat.html",
        status,
        line=line,
        held=contract_of(contract),
        given=given,
        form=form,
        other=other or SeatForm(formdata=None).offer(contract),
        error=error,
        steps=STEPS,
        links=LINKS,
        status_words=STATUS,
        skills=SKILLS,
        is_open=line.step == "nominated",
        is_unused=line.step in ("nominated", "confirmed") and line.status in (None, "applied", "offered"),
    )
