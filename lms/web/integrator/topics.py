"""An integrator says what the firms of the region ask for, and stands behind what others said."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.orgs.models import Region
from lms.topics.queries import find_topic
from lms.topics.services import endorse_for_region, propose_for_region, withdraw_for_region
from lms.web.integrator import bp
from lms.web.integrator.home import own_region
from lms.web.pages import redirect_to, tell_next
from lms.web.topics import Voice, asked_course, topics_page


@bp.get("/topics")
@requires(Action.REGION_READ)
def topics() -> Response:
    return topics_page(_voice(own_region()))


def _voice(region: Region) -> Voice:
    return Voice(
        portal="integrator",
        place=request.args.get("region"),
        may_speak=True,
        own=lambda line: line.proposing_region == region.id,
        behind=lambda line: region.id in line.regions,
    )


@bp.post("/topics")
@requires(Action.TOPIC_PROPOSE)
def propose() -> Response:
    form, region = request.form, own_region(Action.TOPIC_PROPOSE)
    try:
        program, course = asked_course()
        propose_for_region(current_actor(), region, program, form.get("title", ""), form.get("reason", ""), course)
    except RuleBroken as broken:
        return topics_page(_voice(region), broken)
    tell_next(N_("The topic is on the list; firms and other regions can endorse it now."))
    return _back()


@bp.post("/topics/<public_id:topic_id>/endorsements")
@requires(Action.TOPIC_PROPOSE)
def endorse(topic_id: str) -> Response:
    region, topic = own_region(Action.TOPIC_PROPOSE), find_topic(topic_id)
    try:
        endorse_for_region(current_actor(), region, topic)
    except RuleBroken as broken:
        return topics_page(_voice(region), broken)
    tell_next(N_("Your region stands behind this topic."))
    return _back()


@bp.post("/topics/<public_id:topic_id>/withdrawal")
@requires(Action.TOPIC_PROPOSE)
def withdraw(topic_id: str) -> Response:
    region, topic = own_region(Action.TOPIC_PROPOSE), find_topic(topic_id)
    try:
        withdraw_for_region(current_actor(), region, topic)
    except RuleBroken as broken:
        return topics_page(_voice(region), broken)
    tell_next(N_("Taken back. You can endorse the topic again."))
    return _back()


def _back() -> Response:
    return redirect_to("integrator.topics", region=request.args.get("region"))
