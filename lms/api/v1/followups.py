"""Follow-ups: what the firm is asked after 3, 6, 12 months (24 with equipment), answered one by one or all at once."""

from datetime import date

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import Amount, Prose, PublicId, Shape
from lms.capstone.followups.models import FollowUp
from lms.capstone.followups.queries import (
    FollowUpView,
    LineAsked,
    Months,
    find_follow_up,
    follow_ups_of,
    lines_asked_of,
    project_of,
)
from lms.capstone.followups.rules import INTANGIBLES, Answers, Drift, How, InUse, LineAnswer, Publish, Volume
from lms.capstone.followups.services import answer_follow_up
from lms.capstone.lines.models import BenefitLine
from lms.capstone.lines.queries import lines_of
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import list_projects
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor


class LineAskedOut(Shape):
    """A line that is asked about. `forecast`: of the months in question; after the first year what it brings a year."""

    line: str
    title: str
    forecast: Amount


class FollowUpOut(Shape):
    """`state`: planned, asked, answered or unknown (nobody answered in time: K). `id`: null until it is asked."""

    id: str | None
    project: str
    milestone: int
    due_on: date
    closes_on: date
    state: str
    first: date | None
    last: date | None
    lines: list[LineAskedOut]


class FollowUpsOut(Shape):
    """Every follow-up of the projects that you may see."""

    data: list[FollowUpOut]


class LineSaid(Shape):
    """What one line brought. `amount`: only with `how` amount."""

    line: PublicId
    how: How
    amount: Amount | None = None


class FollowUpIn(Shape):
    """What the sponsor says; it posts no money. `intangibles`, `again`: 0 to 10. `new_cost`, `margin`: a year."""

    in_use: InUse
    lines: list[LineSaid] = Field(default=[], max_length=100)
    volume: Volume = Volume.SAME
    new_cost: Amount | None = None
    drift: Drift = Drift.NONE
    jobs: int | None = Field(default=None, ge=-100_000, le=100_000)
    margin: Amount | None = None
    intangibles: dict[str, int] = Field(default={}, max_length=5)
    again: int | None = Field(default=None, ge=0, le=10)
    publish: Publish = Publish.NOTHING
    comment: Prose = ""


class OneOfMany(FollowUpIn):
    """The answer to one follow-up among several."""

    follow_up: PublicId


class ManyAnswers(Shape):
    """Answers to several follow-ups: all are taken, or none."""

    answers: list[OneOfMany] = Field(min_length=1, max_length=50)


@operation("GET /follow-ups", Action.FOLLOW_UP_READ, gives=FollowUpsOut)
def list_follow_ups(actor: Actor) -> FollowUpsOut:
    """Planned, asked, answered and unanswered ones of every project that you may see."""
    return _list(list_projects(actor, Action.FOLLOW_UP_READ))


@operation("POST /follow-ups/<public_id:asked>/answers", Action.FOLLOW_UP_ANSWER, gives=FollowUpsOut, body=FollowUpIn)
def answer_one_follow_up(actor: Actor, asked: str, body: FollowUpIn) -> FollowUpsOut:
    """The sponsor answers; saying it again replaces what was said, as long as it is open."""
    found = find_follow_up(actor, asked, Action.FOLLOW_UP_ANSWER)
    project = project_of(found)
    answer_follow_up(actor, found, _answers(body, project))
    return _list([project])


@operation("POST /follow-up-answers", Action.FOLLOW_UP_ANSWER, gives=FollowUpsOut, body=ManyAnswers)
def answer_many_follow_ups(actor: Actor, body: ManyAnswers) -> FollowUpsOut:
    """A firm with several projects answers what is due at once; if one cannot be taken, none is."""
    projects: dict[int, Project] = {}
    for one in body.answers:
        found = _named(actor, one.follow_up)
        project = project_of(found)
        answer_follow_up(actor, found, _answers(one, project))
        projects[project.id] = project
    return _list(list(projects.values()))


def _named(actor: Actor, public_id: str) -> FollowUp:
    try:
        return find_follow_up(actor, public_id, Action.FOLLOW_UP_ANSWER)
    except NotFound:
        message = N_("Your firm has no follow-up %(name)s. Read the open ones again.")
        raise RuleBroken(message, field="answers", name=public_id) from None


def _answers(body: FollowUpIn, project: Project) -> Answers:
    unknown = sorted(set(body.intangibles) - set(INTANGIBLES))
    if unknown:
        raise RuleBroken(N_("There is no field of this name here. Leave it out."), field="intangibles")
    lines = {line.public_id: line for line in lines_of([project])}
    return Answers(
        in_use=body.in_use,
        lines=[_line(said, lines, project.currency) for said in body.lines],
        volume=body.volume,
        new_cost_minor=body.new_cost.minor_in(project.currency, "new_cost") if body.new_cost else None,
        drift=body.drift,
        jobs=body.jobs,
        margin_minor=body.margin.minor_in(project.currency, "margin") if body.margin else None,
        intangibles=body.intangibles,
        again=body.again,
        publish=body.publish,
        comment=body.comment,
    )


def _line(said: LineSaid, lines: dict[str, BenefitLine], currency: str) -> LineAnswer:
    if said.line not in lines:
        raise RuleBroken(N_("This line is not one of the project's."), field="lines")
    minor = said.amount.minor_in(currency, "lines") if said.amount and said.how is How.AMOUNT else None
    return LineAnswer(lines[said.line].id, said.how, minor)


def _list(projects: list[Project]) -> FollowUpsOut:
    views = [view for found in follow_ups_of(projects).values() for view in found]
    about = lines_asked_of([(view.asked, view.project) for view in views if view.asked is not None])
    return FollowUpsOut(data=[_out(view, about.get(view.asked.id) if view.asked else None) for view in views])


def _out(view: FollowUpView, about: tuple[list[LineAsked], Months] | None) -> FollowUpOut:
    asked: FollowUp | None = view.asked
    lines, months = about or ([], None)
    return FollowUpOut(
        id=asked.public_id if asked else None,
        project=view.project.public_id,
        milestone=view.dates.milestone,
        due_on=view.dates.due,
        closes_on=asked.closes_on if asked else view.dates.closes,
        state=view.state,
        first=months[0] if months else None,
        last=months[1] if months else None,
        lines=[
            LineAskedOut(
                line=one.line.public_id,
                title=one.line.title,
                forecast=Amount.of(one.forecast_minor, view.project.currency),
            )
            for one in lines
        ],
    )
