"""Single-use links out of a mail: accept an invitation, set a new password."""

from flask import Response, request, url_for
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from lms.guard import public
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.accounts import services
from lms.people.accounts.tokens import sha256_of
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.public import bp


class PasswordForm(ProductForm):
    """A new password, twice."""

    password = PasswordField(N_("New password"), [InputRequired()])
    again = PasswordField(
        N_("The same password again"), [EqualTo("password", N_("The two passwords differ. Type both again."))]
    )


@bp.get("/links/<string:secret>")
@public("the link is the permission: single use, expiring, only to set one person's password", writes=True)
def show_link(secret: str) -> Response:
    link, person = services.find_link(secret)
    services.note_opened(link)
    return page("public/set_password.html", form=PasswordForm(), link=link, person=person)


@bp.post("/links/<string:secret>")
@public("the link is the permission: single use, expiring, only to set one person's password")
def use_link(secret: str) -> Response:
    link, person = services.find_link(secret)
    form = PasswordForm()
    try:
        if form.validate():
            services.set_password(link, person, form.password.data or "")
            tell_next(N_("Your password is set. Sign in with it now."))
            return redirect_to("public.sign_in")
    except RuleBroken as broken:
        broken_into(form, broken)
    return page("public/set_password.html", 422, form=form, link=link, person=person)


class ForgottenForm(ProductForm):
    """Where to send the link."""

    email = StringField(N_("E-mail address"), [InputRequired()])


@bp.get("/forgotten-password")
@public("who forgot the password cannot sign in")
def ask_reset() -> Response:
    return page("public/forgotten.html", form=ForgottenForm(), is_sent=False)


@bp.post("/forgotten-password")
@public("who forgot the password cannot sign in")
def send_reset() -> Response:
    form = ForgottenForm()
    if not form.validate():
        return page("public/forgotten.html", 422, form=form, is_sent=False)
    try:
        found = services.ask_reset(form.email.data or "", request.remote_addr or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return page("public/forgotten.html", 422, form=form, is_sent=False)
    if found:
        person, secret = found
        path = url_for("public.show_link", secret=secret)
        notify(person.id, "account-reset", sha256_of(secret)[:20], path=path)
    return page("public/forgotten.html", form=form, is_sent=True)
