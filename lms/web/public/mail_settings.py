"""Which letters one wants by mail, and in which part of the day; for every role."""

from datetime import time

from flask import Response
from wtforms import BooleanField, TimeField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.messages.queries import day_of, list_preferences
from lms.messages.rules import DayTime, Topic
from lms.messages.services import choose_day, choose_mail
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.accounts.queries import find_own_account
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.public import bp
from lms.web.public.mail import TOPICS


class MailForm(ProductForm):
    """One box for each kind of letter that can be turned off, and one's own day."""

    reminders = BooleanField(TOPICS[Topic.REMINDERS])
    results = BooleanField(TOPICS[Topic.RESULTS])
    work = BooleanField(TOPICS[Topic.WORK])
    begins = TimeField(N_("My day begins at"), [InputRequired()])
    ends = TimeField(N_("My day ends at"), [InputRequired()])


@bp.get("/profile/mail")
@requires(Action.ACCOUNT_OWN)
def mail_settings() -> Response:
    actor = current_actor()
    person = find_own_account(actor)
    return _shown(person, _form(actor, person))


@bp.post("/profile/mail")
@requires(Action.ACCOUNT_OWN)
def change_mail_settings() -> Response:
    actor, form = current_actor(), MailForm()
    person = find_own_account(actor)
    if not form.validate():
        return _shown(person, form, 422)
    try:
        choose_day(actor, person, DayTime(form.begins.data or time(), form.ends.data or time()))
    except RuleBroken as broken:
        broken_into(form, broken)
        return _shown(person, form, 422)
    for topic, wanted in list_preferences(actor).items():
        if topic in TOPICS and form[topic.value].data is not wanted:
            choose_mail(actor, person, topic, form[topic.value].data)
    tell_next(N_("Saved."))
    return redirect_to("public.mail_settings")


def _form(actor: Actor, person: Person) -> MailForm:
    day, wanted = day_of(person), list_preferences(actor)
    return MailForm(formdata=None, begins=day.begins, ends=day.ends, **{topic.value: wanted[topic] for topic in TOPICS})


def _shown(person: Person, form: MailForm, status: int = 200) -> Response:
    return page("public/mail_settings.html", status, person=person, form=form)
