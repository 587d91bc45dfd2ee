"""Asking that a released score be looked at again, and deciding it."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import Decimals, Paged, Prose, Shape
from lms.api.v1.activities import work_of
from lms.api.v1.scores import IF_MATCH, Code, WrittenIn, both_versions, token_sent
from lms.hub.grading.queries import find_marking, find_marking_of_nothing
from lms.hub.grading.queries.regrades import Regrade, find_regrade, list_regrades, submission_of
from lms.hub.grading.rules import exact_points
from lms.hub.grading.services.regrades import ask_regrade, change_score, keep_score, write_in_regrade
from lms.kernel.errors import Conflict
from lms.people.access import Action, Actor

ONE = "/regrades/<public_id:regrade>"


class RegradesQuery(Paged):
    """Which requests: those that wait, or all."""

    which: Annotated[str, StringConstraints(pattern=r"^(open|all)$")] = "open"


class WordOut(Shape):
    """One message of the thread."""

    by: str
    is_student: bool
    text: str
    at: datetime


class RegradeOut(Shape):
    """A request. `before` and `after`: the points that were shown, and those that they became; null while it waits."""

    id: str
    enrollment: str
    activity: str
    attempt: int
    criterion: str
    text: str
    asked_at: datetime
    thread: list[WordOut]
    decision: str | None = Field(description="kept or changed; null while it waits.")
    note: str
    before: Decimals | None
    after: Decimals | None


class RegradesOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[RegradeOut]
    next: str | None


class AskIn(Shape):
    """What should be looked at, and why. `criterion`: "" for all of it. `attempt`: 0 where nothing was handed in."""

    attempt: int = Field(ge=0, le=1000)
    criterion: Code = ""
    text: Prose


class WordIn(Shape):
    """A word in the thread."""

    text: Prose


class RegradeDecisionIn(Shape):
    """`score` null keeps it; else the new points, which are shown at once. `note`: why; the student reads it."""

    note: Prose
    score: WrittenIn | None = None


@operation("GET /regrades", Action.REGRADE_READ, gives=RegradesOut, query=RegradesQuery)
def get_regrades(actor: Actor, query: RegradesQuery) -> RegradesOut:
    """The requests that you may read, the oldest first."""
    found = list_regrades(actor, only_open=query.which == "open", after=query.after, size=query.limit)
    return RegradesOut(items=[_out(one) for one in found.items], next=found.after)


@operation(f"GET {ONE}", Action.REGRADE_READ, gives=RegradeOut)
def get_regrade(actor: Actor, regrade: str) -> RegradeOut:
    """One request with its thread and decision."""
    return _out(find_regrade(actor, regrade))


@operation(
    "POST /enrollments/<public_id:enrollment>/activities/<public_id:activity>/regrades",
    Action.REGRADE_ASK,
    gives=RegradeOut,
    body=AskIn,
    status=201,
)
def post_regrade(actor: Actor, enrollment: str, activity: str, body: AskIn) -> RegradeOut:
    """Ask that a released score be looked at again; within seven days, one at a time."""
    found, work = work_of(actor, enrollment, activity)
    made = ask_regrade(actor, found, work.activity, body.attempt, body.text, body.criterion)
    return _out(find_regrade(actor, made.public_id))


@operation(f"POST {ONE}/messages", Action.REGRADE_READ, gives=RegradeOut, body=WordIn, status=201)
def post_regrade_message(actor: Actor, regrade: str, body: WordIn) -> RegradeOut:
    """Write in the thread while the request waits."""
    found = find_regrade(actor, regrade)
    write_in_regrade(actor, found.enrollment, found, body.text)
    return _out(find_regrade(actor, regrade))


@operation(
    f"POST {ONE}/decision",
    Action.REGRADE_DECIDE,
    gives=RegradeOut,
    body=RegradeDecisionIn,
    status=201,
    headers=IF_MATCH,
    problems=(428,),
)
def post_regrade_decision(actor: Actor, regrade: str, body: RegradeDecisionIn) -> RegradeOut:
    """Keep the score, or change it; `If-Match` is only read where it changes."""
    found = find_regrade(actor, regrade)
    if body.score is None:
        keep_score(actor, found.enrollment, found, body.note)
        return _out(find_regrade(actor, regrade))
    submission = submission_of(found)
    marking = (
        find_marking(actor, Action.SCORE_READ, submission)
        if submission
        else find_marking_of_nothing(actor, Action.SCORE_READ, found.enrollment.public_id, found.activity.public_id)
    )
    try:
        change_score(actor, found.enrollment, found, marking, body.score.written(), token_sent(), body.note)
    except Conflict as conflict:
        raise both_versions(conflict) from None
    return _out(find_regrade(actor, regrade))


def _out(one: Regrade) -> RegradeOut:
    decision = None if one.decision is None else "changed" if one.decision.is_changed else "kept"
    return RegradeOut(
        id=one.request.public_id,
        enrollment=one.enrollment.public_id,
        activity=one.activity.public_id,
        attempt=one.request.attempt,
        criterion=one.request.criterion,
        text=one.text,
        asked_at=one.request.recorded_at,
        thread=[WordOut(by=word.name, is_student=word.is_student, text=word.text, at=word.at) for word in one.thread],
        decision=decision,
        note=one.note,
        before=None if one.before is None else exact_points(one.before),
        after=None if decision is None or one.after is None else exact_points(one.after),
    )
