"""Turning letters of one kind off, from the link that stands in each of them."""

from flask import Response
from flask.blueprints import BlueprintSetupState

from lms.guard import public
from lms.kernel.errors import NotFound
from lms.kernel.signing import unsign
from lms.kernel.text import N_, Sentence
from lms.messages.compose import STOP
from lms.messages.queries import whom
from lms.messages.rules import Topic
from lms.messages.services import set_mail
from lms.web.forms import ProductForm
from lms.web.pages import page
from lms.web.public import bp

TOPICS = {
    Topic.REMINDERS: N_("Reminders of what is due"),
    Topic.RESULTS: N_("News about results"),
    Topic.WORK: N_("Decisions and requests about your work"),
}


@bp.get("/mail/stop/<string:token>")
@public("the signed link is the permission; reading changes nothing")
def stop_mail(token: str) -> Response:
    topic, _ = _read(token)
    return page("public/stop_mail.html", form=ProductForm(), topic=Sentence(TOPICS[topic]), is_done=False)


@bp.post("/mail/stop/<string:token>")
@public("the signed link is the permission")
def stop_mail_now(token: str) -> Response:
    topic, public_id = _read(token)
    person = whom(public_id)
    if person is not None:
        set_mail(person, topic, by_mail=False)
    return page("public/stop_mail.html", form=None, topic=Sentence(TOPICS[topic]), is_done=True)


def _read(token: str) -> tuple[Topic, str]:
    public_id, topic = unsign(STOP, token)
    if topic not in TOPICS:
        raise NotFound()
    return Topic(topic), str(public_id)


@bp.record_once
def _without_csrf(state: BlueprintSetupState) -> None:
    """A mail program posts here itself (RFC 8058), without our cookie; it can do nothing but what the link says."""
    state.app.extensions["csrf"].exempt(f"{__name__}.{stop_mail_now.__name__}")
