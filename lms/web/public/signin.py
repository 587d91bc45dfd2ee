"""Signing in, signing out, and the password again for what needs a fresh sign-in."""

from urllib.parse import urlsplit

from flask import Response, request
from flask_login import login_user, logout_user
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, public, requires
from lms.kernel.errors import NotSignedIn, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.accounts import services
from lms.people.accounts.queries import find_own_account
from lms.people.grants.queries import sign_in_row
from lms.signin import SignedIn, load_signed_in, signed_in
from lms.web.again import AgainForm, carried
from lms.web.forms import ProductForm
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to
from lms.web.public import bp


class SignInForm(ProductForm):
    """E-mail and password; `next` is where the person wanted to go."""

    email = StringField(N_("E-mail address"), [InputRequired()])
    password = PasswordField(N_("Password"), [InputRequired()])
    next = HiddenField()


def safe_next(wanted: str | None) -> str:
    """`wanted` if it is a path of ours, else the front door. Refuses other hosts, schemes and backslash tricks."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return "/"
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in wanted):
        return "/"
    return wanted


def _session() -> SignedIn:
    user = signed_in()
    if user is None:
        raise NotSignedIn()
    return user


def _address() -> str:
    return request.remote_addr or ""


@bp.get("/sign-in")
@public("the way in")
def sign_in() -> Response:
    form = SignInForm(next=safe_next(request.args.get("next")))
    return page("public/sign_in.html", form=form)


@bp.post("/sign-in")
@public("the way in")
def open_session() -> Response:
    form = SignInForm()
    if not form.validate():
        return page("public/sign_in.html", 422, form=form)
    try:
        row, secret = services.sign_in(
            form.email.data or "", form.password.data or "", _address(), request.user_agent.string
        )
    except RuleBroken as broken:
        broken_into(form, broken)
        return page("public/sign_in.html", 422, form=form)
    if row is None:
        form.form_errors = [tell(N_("E-mail address or password is not right. Check both and try again."))]
        return page("public/sign_in.html", 200, form=form)  # 200, so that the failure is counted: errors roll back
    login_user(load_signed_in(secret))
    return _go(form.next.data)


@bp.post("/sign-out")
@requires(Action.ACCOUNT_OWN)
def sign_out() -> Response:
    services.sign_out(sign_in_row(_session().live))
    logout_user()
    return redirect_to("public.home")


@bp.get("/sign-in/again")
@requires(Action.ACCOUNT_OWN)
def sign_in_again() -> Response:
    return page("public/sign_in_again.html", form=AgainForm(next=safe_next(request.args.get("next"))))


@bp.post("/sign-in/again")
@requires(Action.ACCOUNT_OWN)
def make_fresh() -> Response:
    form = AgainForm()
    if not form.validate():
        return _again(form, 422)
    try:
        user = _session()
        right = services.refresh(
            sign_in_row(user.live), find_own_account(current_actor()), form.password.data or "", _address()
        )
    except RuleBroken as broken:
        broken_into(form, broken)
        return _again(form, 422)
    if not right:
        form.password.errors = [tell(N_("This is not your password. Try again."))]
        return _again(form, 200)
    if form.resend.data:  # 307: the browser posts the very same fields to where they were meant for
        return Response(status=307, headers={"Location": safe_next(form.next.data)})
    return _go(form.next.data)


def _again(form: AgainForm, status: int) -> Response:
    return page("public/sign_in_again.html", status, form=form, carried=carried(request.form))


def _go(wanted: str | None) -> Response:
    return Response(status=303, headers={"Location": safe_next(wanted)})
