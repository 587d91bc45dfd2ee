"""A firm says what should be taught, stands behind what others said, and reads what was decided."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, may_at_all
from lms.people.orgs.models import Firm
from lms.topics.queries import courses_of, find_topic, list_programs, topic_lines
from lms.topics.rules import explain_demand
from lms.topics.services import endorse_topic, propose_topic, withdraw_endorsement
from lms.web.employer import bp
from lms.web.employer.finding import own_firm
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/topics")
@requires(Action.TOPIC_FOLLOW)
def topics() -> Response:
    return _page(own_firm(current_actor(), Action.TOPIC_FOLLOW))


def _page(firm: Firm, broken: RuleBroken | None = None) -> Response:
    programs = list_programs()
    return page(
        "employer/topics.html",
        422 if broken else 200,
        firm=firm,
        programs=programs,
        courses=courses_of(programs),
        lines=[(line, explain_demand(line.wanted)) for line in topic_lines(program.id for program in programs)],
        may_speak=may_at_all(current_actor(), Action.TOPIC_PROPOSE),
        errors={name: [tell(s) for s in told] for name, told in broken.by_field().items()} if broken else {},
        typed=request.form,
    )


@bp.post("/topics")
@requires(Action.TOPIC_PROPOSE)
def propose() -> Response:
    actor, form = current_actor(), request.form
    firm = own_firm(actor, Action.TOPIC_PROPOSE)
    program_id, _, course = form.get("course", "").partition("/")
    program = next((one for one in list_programs() if one.public_id == program_id), None)
    if program is None:
        return _page(firm, RuleBroken(N_("Choose one of the courses in the list."), field="course"))
    try:
        propose_topic(actor, firm, program, form.get("title", ""), form.get("reason", ""), course or None)
    except RuleBroken as broken:
        return _page(firm, broken)
    tell_next(N_("The topic is on the list; other firms can endorse it now."))
    return redirect_to("employer.topics", firm=request.args.get("firm"))


@bp.post("/topics/<public_id:topic_id>/endorsements")
@requires(Action.TOPIC_PROPOSE)
def endorse(topic_id: str) -> Response:
    actor = current_actor()
    firm, topic = own_firm(actor, Action.TOPIC_PROPOSE), find_topic(topic_id)
    try:
        endorse_topic(actor, firm, topic)
    except RuleBroken as broken:
        return _page(firm, broken)
    tell_next(N_("Your firm stands behind this topic."))
    return redirect_to("employer.topics", firm=request.args.get("firm"))


@bp.post("/topics/<public_id:topic_id>/withdrawal")
@requires(Action.TOPIC_PROPOSE)
def withdraw(topic_id: str) -> Response:
    actor = current_actor()
    firm, topic = own_firm(actor, Action.TOPIC_PROPOSE), find_topic(topic_id)
    try:
        withdraw_endorsement(actor, firm, topic)
    except RuleBroken as broken:
        return _page(firm, broken)
    tell_next(N_("Taken back. You can endorse the topic again."))
    return redirect_to("employer.topics", firm=request.args.get("firm"))
