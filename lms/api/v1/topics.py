"""What industry asks for: topics with their demand; proposing, endorsing and taking it back as a firm or a region."""

from typing import Annotated

from pydantic import Field, StringConstraints

from lms.api.finding import find
from lms.api.kit import operation
from lms.api.shapes import PublicId, Shape, Why, why
from lms.hub.calendar.queries.regions import view_of
from lms.hub.catalog.models import Program
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm, Region
from lms.topics.models import Topic
from lms.topics.queries import TopicLine, find_topic, list_programs, topic_lines
from lms.topics.rules import explain_demand
from lms.topics.services import (
    endorse_for_region,
    endorse_topic,
    propose_for_region,
    propose_topic,
    withdraw_endorsement,
    withdraw_for_region,
)

TOPIC = "/topics/<public_id:topic>"
NO_NUL = r"^[^\x00]*$"


class BehalfIn(Shape):
    """For whom one speaks: exactly one of the two, by its id."""

    firm: PublicId | None = None
    region: PublicId | None = None


class TopicIn(BehalfIn):
    """`program`: its short name, as versions have it. `course`: a code of its latest version; null for the whole."""

    program: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
    course: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] | None = None
    title: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
    reason: Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)]


class TopicOut(Shape):
    """What is to be taught. `roles`: published ones that need it. `demand`: a count, see `/explain`."""

    id: str
    title: str
    reason: str
    course: str | None
    roles: list[str]
    demand: int
    decided: str | None
    version: int | None
    decision_reason: str


class TopicsOut(Shape):
    """The most wanted first."""

    items: list[TopicOut]


class RegionSiteOut(Shape):
    """A site of a region. Counts of people and firms that could point at somebody are null."""

    id: str
    name: str
    city: str
    state: str
    capacity: int | None
    sections: int
    students: int | None
    active: int | None
    completed: int | None
    left: int | None
    firms: int | None


class RegionOut(Shape):
    """A region, counted on the first of this month. `states`: empty for the whole network."""

    id: str
    name: str
    integrator: str
    is_network: bool
    states: list[str]
    counted_on: Annotated[str, Field(description="The day, ISO 8601.")]
    capacity: int
    active: int | None
    completed: int | None
    left: int | None
    sites: list[RegionSiteOut]


@operation("GET /regions/<public_id:region>", Action.REGION_READ, gives=RegionOut)
def get_region(actor: Actor, region: str) -> RegionOut:
    """A region that you look after: its sites, and counts that point at nobody."""
    view = view_of(find(actor, Action.REGION_READ, Region, region))
    return RegionOut(
        id=view.region.public_id,
        name=view.region.name,
        integrator=view.region.integrator,
        is_network=view.region.is_network,
        states=list(view.states),
        counted_on=view.day.isoformat(),
        capacity=view.capacity,
        active=view.totals["active"],
        completed=view.totals["completed"],
        left=view.totals["left"],
        sites=[
            RegionSiteOut(
                id=line.site.public_id,
                name=line.site.name,
                city=line.site.city,
                state=line.site.state,
                capacity=line.site.capacity,
                sections=line.sections,
                **line.counts,
            )
            for line in view.sites
        ],
    )


@operation("GET /topics", Action.TOPIC_READ, gives=TopicsOut)
def list_topics(actor: Actor) -> TopicsOut:
    """What industry wants taught, and what was decided."""
    return TopicsOut(items=[_topic(line) for line in topic_lines(program.id for program in list_programs())])


@operation("GET /topics/<public_id:topic>/explain", Action.TOPIC_READ, gives=Why)
def explain_topic(actor: Actor, topic: str) -> Why:
    """Why a topic has its demand."""
    found = find_topic(topic)
    return why(explain_demand(_line(found).wanted))


@operation("POST /topics", Action.TOPIC_PROPOSE, gives=TopicOut, body=TopicIn, status=201, problems=(404, 422))
def add_topic(actor: Actor, body: TopicIn) -> TopicOut:
    """Say what should be taught, for your firm or your region."""
    place, program = _behalf(actor, body), _program(body.program)
    if isinstance(place, Firm):
        return _shown(propose_topic(actor, place, program, body.title, body.reason, body.course))
    return _shown(propose_for_region(actor, place, program, body.title, body.reason, body.course))


@operation(
    f"POST {TOPIC}/endorsements", Action.TOPIC_PROPOSE, gives=TopicOut, body=BehalfIn, status=201, problems=(404, 422)
)
def endorse_one_topic(actor: Actor, topic: str, body: BehalfIn) -> TopicOut:
    """Stand behind what somebody else proposed."""
    place, found = _behalf(actor, body), find_topic(topic)
    if isinstance(place, Firm):
        endorse_topic(actor, place, found)
    else:
        endorse_for_region(actor, place, found)
    return _shown(found)


@operation(
    f"POST {TOPIC}/withdrawals", Action.TOPIC_PROPOSE, gives=TopicOut, body=BehalfIn, status=201, problems=(404, 422)
)
def take_endorsement_back(actor: Actor, topic: str, body: BehalfIn) -> TopicOut:
    """Take an endorsement back."""
    place, found = _behalf(actor, body), find_topic(topic)
    if isinstance(place, Firm):
        withdraw_endorsement(actor, place, found)
    else:
        withdraw_for_region(actor, place, found)
    return _shown(found)


def _behalf(actor: Actor, body: BehalfIn) -> Firm | Region:
    if (body.firm is None) == (body.region is None):
        raise RuleBroken(N_("Name either the firm or the region for which you speak."), field="firm")
    if body.firm is not None:
        return find(actor, Action.TOPIC_PROPOSE, Firm, body.firm)
    return find(actor, Action.TOPIC_PROPOSE, Region, body.region or "")


def _program(slug: str) -> Program:
    program = next((one for one in list_programs() if one.slug == slug), None)
    if program is None:
        raise RuleBroken(N_("There is no such program."), field="program")
    return program


def _shown(topic: Topic) -> TopicOut:
    return _topic(_line(topic))


def _line(topic: Topic) -> TopicLine:
    line = next((one for one in topic_lines([topic.program_id]) if one.topic.id == topic.id), None)
    if line is None:
        raise NotFound()
    return line


def _topic(line: TopicLine) -> TopicOut:
    return TopicOut(
        id=line.topic.public_id,
        title=line.title,
        reason=line.reason,
        course=line.topic.course_code,
        roles=line.roles,
        demand=line.demand,
        decided=str(line.decision.decided) if line.decision else None,
        version=line.version.number if line.version else None,
        decision_reason=line.decision_reason,
    )
