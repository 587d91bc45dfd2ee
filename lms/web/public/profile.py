"""One's own account, for every role: language and zone, devices, tokens of the API."""

from datetime import timedelta

from flask import Response
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from lms.guard import current_actor, requires
from lms.kernel.clock import now, today
from lms.kernel.errors import NotSignedIn, RuleBroken
from lms.kernel.speak import LANGUAGES
from lms.kernel.text import N_
from lms.people.access import Action, Actor, may_at_all
from lms.people.accounts import services
from lms.people.accounts.models import Person
from lms.people.accounts.queries import find_own_account, find_token_of, list_sessions, list_tokens
from lms.signin import signed_in
from lms.web.fields import ZONES, DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import COOKIE, COOKIE_SECONDS
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.public import bp

TOKEN_DAYS = 90


class PreferencesForm(ProductForm):
    """How pages and mail speak to the person."""

    language = SelectField(
        N_("Language of pages and mail"), choices=[choice(code, name) for code, name in LANGUAGES.items()]
    )
    zone = SelectField(N_("Time zone"), choices=[choice(zone, zone.replace("_", " ")) for zone in ZONES])


class TokenForm(ProductForm):
    """A new API token; `scopes` are the actions that the person may do at all."""

    name = StringField(N_("What is the token for?"), [InputRequired()])
    last_day = DayField(N_("Last day it works"), [InputRequired()])
    scopes = SelectMultipleField(
        N_("What the token may do"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer(self, actor: Actor) -> "TokenForm":
        """Only what `actor` may do at all can be given to a token."""
        self.scopes.choices = [choice(action.value, action.value) for action in Action if may_at_all(actor, action)]
        return self


def _shown(actor: Actor, person: Person, status: int = 200, **values: object) -> Response:
    user = signed_in()
    shown = {
        "preferences": PreferencesForm(formdata=None, language=person.language, zone=person.zone),
        "token_form": TokenForm(formdata=None, last_day=today(person.zone) + timedelta(days=TOKEN_DAYS)).offer(actor),
        "new_secret": None,
    }
    return page(
        "public/profile.html",
        status,
        person=person,
        sessions=list_sessions(person, now()),
        tokens=list_tokens(person),
        here=user.live.id if user else None,
        moment=now(),
        **{**shown, **values},
    )


@bp.get("/profile")
@requires(Action.ACCOUNT_OWN)
def profile() -> Response:
    actor = current_actor()
    return _shown(actor, find_own_account(actor))


@bp.post("/profile/preferences")
@requires(Action.ACCOUNT_OWN)
def change_preferences() -> Response:
    actor, form = current_actor(), PreferencesForm()
    person = find_own_account(actor)
    if not form.validate():
        return _shown(actor, person, 422, preferences=form)
    services.set_preferences(actor, person, form.language.data, form.zone.data)
    tell_next(N_("Saved."))
    answer = redirect_to("public.profile")
    answer.set_cookie(COOKIE, form.language.data, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax")
    return answer


@bp.post("/profile/tokens")
@requires(Action.ACCOUNT_OWN)
def add_token() -> Response:
    actor = current_actor()
    person, form = find_own_account(actor), TokenForm().offer(actor)
    try:
        if form.validate() and form.last_day.data:
            scopes = [Action(name) for name in form.scopes.data or []]
            _, secret = services.make_token(actor, person, form.name.data or "", scopes, form.last_day.data)
            return _shown(actor, person, new_secret=secret)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(actor, person, 422, token_form=form)


@bp.post("/profile/tokens/<public_id:token>/revocation")
@requires(Action.ACCOUNT_OWN)
def revoke_token(token: str) -> Response:
    actor = current_actor()
    services.revoke_token(actor, find_token_of(find_own_account(actor), token))
    tell_next(N_("The token is worth nothing from now on."))
    return redirect_to("public.profile")


@bp.post("/profile/other-sessions/end")
@requires(Action.ACCOUNT_OWN)
def end_other_sessions() -> Response:
    actor, user = current_actor(), signed_in()
    if user is None:
        raise NotSignedIn()
    services.end_other_sessions(actor, find_own_account(actor), user.live.id)
    tell_next(N_("You are signed out everywhere else."))
    return redirect_to("public.profile")
