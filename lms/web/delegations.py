"""Who stands in for whom: the same pages for instructors, coordinators and, at the firm, supervisors."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, request
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lms.guard import current_actor, requires
from lms.hub.hours.queries.delegations import (
    Given,
    Offer,
    find_delegation,
    holders_for,
    list_delegations,
    list_offers,
)
from lms.hub.hours.services.delegations import delegate, end_delegation
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day
from lms.web.downloads import csv_download
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next

COLUMNS = ("giver", "holder", "place", "from", "to", "state", "entered_by", "recorded_at")
STATES = {
    "running": N_("holds now"),
    "ahead": N_("still to come"),
    "past": N_("over"),
    "ended": N_("ended early"),
}


class DelegationForm(ProductForm):
    """Which hours, who, from when to when."""

    place = SelectMultipleField(N_("Which hours"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    holder = SelectField(N_("Who decides instead"), validators=[InputRequired()])
    from_day = DayField(N_("First day"), [InputRequired()])
    to_day = DayField(N_("Last day"), [InputRequired()])
    reason = StringField(N_("Reason"), [Optional(), Length(max=300)])

    def offer(self, actor: Actor, offers: Sequence[Offer], holders: Sequence[Person]) -> "DelegationForm":
        """Only what `actor` could hand on, and to whom."""
        instead = N_("%(place)s, in the place of %(name)s")
        self.place.choices = [
            choice(
                one.key,
                one.label
                if one.giver.id == actor.person_id
                else tell(instead) % {"place": one.label, "name": one.giver.name},
            )
            for one in offers
        ]
        people = [choice(one.public_id, one.name) for one in holders if one.id != actor.person_id]
        self.holder.choices = [choice("", "–"), *people]
        return self


def add_delegations(bp: Blueprint) -> None:
    """Put the pages on the blueprint of a portal."""
    bp.get("/delegations")(delegations)
    bp.get("/delegations.csv")(delegations_csv)
    bp.post("/delegations")(give_delegation)
    bp.post("/delegations/<public_id:delegation_id>/end")(end_one)


@requires(Action.HOURS_APPROVE)
def delegations() -> Response:
    actor = current_actor()
    return _shown(actor, _form(actor, formdata=None, from_day=policy_day(), to_day=policy_day()))


@requires(Action.HOURS_APPROVE)
def delegations_csv() -> Response:
    return csv_download("delegations.csv", COLUMNS, _rows(list_delegations(current_actor())))


@requires(Action.HOURS_DELEGATE)
def give_delegation() -> Response:
    actor = current_actor()
    form = _form(actor)
    offers = {one.key: one for one in list_offers(actor)}
    try:
        if form.validate():
            wanted = [offers[key] for key in form.place.data or []]
            if not wanted:
                raise RuleBroken(N_("Choose at least one section or firm."), field="place")
            _give(actor, form, wanted)
            tell_next(N_("Entered. Both are told by mail."))
            return redirect_to(f"{request.blueprint}.delegations")
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(actor, form, 422)


def _give(actor: Actor, form: DelegationForm, wanted: Sequence[Offer]) -> None:
    people = {one.public_id: one for one in holders_for([offer.place for offer in wanted])}
    holder = people.get(form.holder.data)
    if holder is None or form.from_day.data is None or form.to_day.data is None:
        raise RuleBroken(
            N_("Choose somebody of the program's staff, or of the firm, who does not study there."), field="holder"
        )
    for offer in wanted:
        days, reason = (form.from_day.data, form.to_day.data), form.reason.data or ""
        delegate(actor, offer.place, holder, *days, giver=offer.giver, reason=reason)


@requires(Action.DELEGATION_END)
def end_one(delegation_id: str) -> Response:
    actor = current_actor()
    try:
        end_delegation(actor, find_delegation(actor, delegation_id))
        tell_next(N_("The delegation has ended."))
    except Conflict as broken:
        tell_next(broken.sentence.message, "warn")
    return redirect_to(f"{request.blueprint}.delegations")


def _form(actor: Actor, **shown: object) -> DelegationForm:
    offers = list_offers(actor)
    holders = holders_for([one.place for one in offers]) if offers else []
    return DelegationForm(**shown).offer(actor, offers, holders)


def _shown(actor: Actor, form: DelegationForm, status: int = 200) -> Response:
    given, today = list_delegations(actor), policy_day()
    return page(
        "approvals/delegations.html",
        status,
        form=form,
        given=given,
        states={one.delegation.id: one.state(today) for one in given},
        names=STATES,
        may_end={one.delegation.id for one in given if one.state(today) in ("running", "ahead")},
    )


def _rows(given: Sequence[Given]) -> Iterator[Sequence[object]]:
    today = policy_day()
    for one in given:
        row = one.delegation
        yield (
            one.giver.name,
            one.holder.name,
            one.place,
            row.from_day,
            row.to_day,
            one.state(today),
            one.recorded_by,
            row.recorded_at,
        )
