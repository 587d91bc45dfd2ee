"""A firm says what should be taught, stands behind what others said, and reads what was decided."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, may_at_all
from lms.people.orgs.models import Firm
from lms.topics.queries import find_topic
from lms.topics.services import endorse_topic, propose_topic, withdraw_endorsement
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.pages import redirect_to, tell_next
from lms.web.topics import Voice, asked_course, topics_page


@bp.get("/topics")
@requires(Action.TOPIC_FOLLOW)
def topics() -> Response:
    return topics_page(_voice(own_firm(current_actor(), Action.TOPIC_FOLLOW)))


def _voice(firm: Firm) -> Voice:
    return Voice(
        portal="employer",
        place=request.args.get("firm"),
        may_speak=may_at_all(current_actor(), Action.TOPIC_PROPOSE),
        own=lambda line: line.topic.firm_id == firm.id,
        behind=lambda line: firm.id in line.endorsers,
    )


@bp.post("/topics")
@requires(Action.TOPIC_PROPOSE)
def propose() -> Response:
    actor, form = current_actor(), request.form
    firm = own_firm(actor, Action.TOPIC_PROPOSE)
    try:
        program, course = asked_course()
        propose_topic(actor, firm, program, form.get("title", ""), form.get("reason", ""), course)
    except RuleBroken as broken:
        return topics_page(_voice(firm), broken)
    tell_next(N_("The topic is on the list; other firms can endorse it now."))
    return _back()


@bp.post("/topics/<public_id:topic_id>/endorsements")
@requires(Action.TOPIC_PROPOSE)
def endorse(topic_id: str) -> Response:
    actor = current_actor()
    firm, topic = own_firm(actor, Action.TOPIC_PROPOSE), find_topic(topic_id)
    try:
        endorse_topic(actor, firm, topic)
    except RuleBroken as broken:
        return topics_page(_voice(firm), broken)
    tell_next(N_("Your firm stands behind this topic."))
    return _back()


@bp.post("/topics/<public_id:topic_id>/withdrawal")
@requires(Action.TOPIC_PROPOSE)
def withdraw(topic_id: str) -> Response:
    actor = current_actor()
    firm, topic = own_firm(actor, Action.TOPIC_PROPOSE), find_topic(topic_id)
    try:
        withdraw_endorsement(actor, firm, topic)
    except RuleBroken as broken:
        return topics_page(_voice(firm), broken)
    tell_next(N_("Taken back. You can endorse the topic again."))
    return _back()


def _back() -> Response:
    return redirect_to("employer.topics", firm=request.args.get("firm"))
