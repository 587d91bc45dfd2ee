"""What industry wants taught, the most wanted first, and the program's decisions."""

from collections.abc import Sequence

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.queries import list_versions
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.topics.models import TopicDecided
from lms.topics.queries import courses_of, find_topic, names_of_firms, names_of_regions, topic_lines
from lms.topics.rules import explain_demand
from lms.topics.services import decide_topic, enter_topic, name_roles
from lms.topics.taxonomy import SOURCE, roles_by_domain
from lms.web.admin import bp
from lms.web.admin.curriculum.finding import own_programs
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/topics")
@requires(Action.TOPIC_DECIDE)
def topics() -> Response:
    return _page()


def _page(broken: RuleBroken | None = None, at: str = "") -> Response:
    """at: the topic whose form was refused, "" for the form of a new one."""
    programs = own_programs(current_actor(), Action.TOPIC_DECIDE)
    lines = topic_lines(program.id for program in programs)
    regions = {r for line in lines for r in (*line.regions, line.proposing_region) if r}
    firms = {line.topic.firm_id for line in lines if line.topic.firm_id} | {f for line in lines for f in line.endorsers}
    return page(
        "admin/topics.html",
        422 if broken else 200,
        programs=programs,
        lines=[(line, explain_demand(line.wanted)) for line in lines],
        firms=names_of_firms(firms),
        regions=names_of_regions(regions),
        drafts=_drafts(programs),
        taxonomy=roles_by_domain(),
        taxonomy_source=SOURCE,
        courses=courses_of(programs),
        errors={name: [tell(s) for s in told] for name, told in broken.by_field().items()} if broken else {},
        at=at,
        typed=request.form,
    )


def _drafts(programs: Sequence[Program]) -> list[ProgramVersion]:
    """The drafts into which a topic can be accepted."""
    return [one for program in programs for one in list_versions(program) if one.published_at is None]


@bp.post("/topics")
@requires(Action.TOPIC_DECIDE)
def add_topic() -> Response:
    form = request.form
    program = _program(form.get("program", ""))
    try:
        enter_topic(current_actor(), program, form.get("title", ""), form.get("reason", ""), form.get("course") or None)
    except RuleBroken as broken:
        return _page(broken)
    tell_next(N_("The topic is on the list."))
    return redirect_to("admin.topics")


@bp.post("/topics/<public_id:topic_id>/decisions")
@requires(Action.TOPIC_DECIDE)
def decide(topic_id: str) -> Response:
    actor, topic = current_actor(), find_topic(topic_id)
    programs = own_programs(actor, Action.TOPIC_DECIDE)
    if topic.program_id not in {program.id for program in programs}:
        raise NotFound()
    wanted = request.form.get("version", "")
    version = next((one for one in _drafts(programs) if one.public_id == wanted), None)
    try:
        decided = TopicDecided.DECLINED if wanted == "declined" else TopicDecided.ACCEPTED
        decide_topic(actor, topic, decided, version, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(broken, topic.public_id)
    tell_next(N_("Decided. The firms read it beside the topic."))
    return redirect_to("admin.topics")


@bp.post("/topics/<public_id:topic_id>/roles")
@requires(Action.TOPIC_DECIDE)
def set_roles(topic_id: str) -> Response:
    actor, topic = current_actor(), find_topic(topic_id)
    if topic.program_id not in {program.id for program in own_programs(actor, Action.TOPIC_DECIDE)}:
        raise NotFound()
    try:
        name_roles(actor, topic, request.form.getlist("roles"))
    except RuleBroken as broken:
        return _page(broken, topic.public_id)
    tell_next(N_("Saved. The demand counts these roles."))
    return redirect_to("admin.topics")


def _program(public_id: str) -> Program:
    for program in own_programs(current_actor(), Action.TOPIC_DECIDE):
        if program.public_id == public_id:
            return program
    raise NotFound()
