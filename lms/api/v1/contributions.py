"""Who did what of a group's hand-in: each member's own words and share, and the factor that the others' words come to.

What members say of each other is given to nobody but, as a factor with its steps, to those who may read scores.
"""

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from lms.api.kit import operation
from lms.api.shapes import Decimals, Prose, PublicId, Shape, Why, why
from lms.api.v1.scores import HANDED_IN, IF_MATCH, both_versions, token_sent
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Marking, find_marking
from lms.hub.grading.queries.peers import Own, Said, find_own_submission, own_say, said_of
from lms.hub.grading.rules import exact_points
from lms.hub.grading.services.peers import apply_factor, say_who_did_what, take_factor_back
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.text import N_
from lms.people.access import Action, Actor


class ContributionIn(Shape):
    """What you did, and your share of the whole (basis points). `parts`: of the others, by enrollment.

    A part is 0, 2500, 5000, 7500, 10000 (a fair share) or 12500; only where the section asks for it.
    """

    text: Prose
    share_bp: int = Field(ge=0, le=10_000)
    parts: Annotated[dict[PublicId, int], Field(max_length=12)] = Field(default_factory=dict)


class PeerStatement(Shape):
    """What another member wrote of the own part."""

    name: str
    share_bp: int
    text: str


class OwnContribution(Shape):
    """What you have said. `peers`: the others' own words, once your score is released (`is_open` false)."""

    text: str
    share_bp: int | None
    asks_about_others: bool
    is_open: bool
    peers: list[PeerStatement]


class MemberContribution(Shape):
    """One member, for graders. `factor`: the proposal with its steps; null where there is none."""

    enrollment: str
    name: str
    submission: str
    text: str
    share_bp: int | None
    factor: Why | None


class ContributionsOut(Shape):
    """By name; empty for work of one student."""

    items: list[MemberContribution]


class FactorIn(Shape):
    """Why this member's points are not the group's; the student reads it."""

    reason: Prose


class FactoredOut(Shape):
    """The score that came of it."""

    score: str
    points: Decimals


@operation(f"GET {HANDED_IN}/contribution", Action.SUBMISSION_WRITE, gives=OwnContribution)
def get_own_contribution(actor: Actor, submission: str) -> OwnContribution:
    """What you have said of your own part in a group's hand-in."""
    return _own(own_say(find_own_submission(actor, submission)[0]))


@operation(f"PUT {HANDED_IN}/contribution", Action.SUBMISSION_WRITE, gives=OwnContribution, body=ContributionIn)
def put_own_contribution(actor: Actor, submission: str, body: ContributionIn) -> OwnContribution:
    """Say what you did, until your score is released. What you said before stays readable for graders."""
    found, enrollment = find_own_submission(actor, submission)
    say_who_did_what(actor, enrollment, found, body.text, body.share_bp, body.parts)
    return _own(own_say(found))


@operation(f"GET {HANDED_IN}/contributions", Action.SCORE_READ, gives=ContributionsOut)
def list_contributions(actor: Actor, submission: str) -> ContributionsOut:
    """What every member says of the own part, and the factor that the others' words come to."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    said = [] if marking.submission is None or marking.is_nameless else said_of(marking.submission)
    return ContributionsOut(items=[_member(one) for one in said])


@operation(
    f"POST {HANDED_IN}/peer-factor",
    Action.SCORE_WRITE,
    gives=FactoredOut,
    body=FactorIn,
    status=201,
    headers=IF_MATCH,
    problems=(428,),
)
def post_peer_factor(actor: Actor, submission: str, body: FactorIn) -> FactoredOut:
    """Multiply this member's points by the proposed factor: a new score with its reason."""
    return _changed(actor, submission, body, apply_factor)


@operation(
    f"POST {HANDED_IN}/peer-factor/withdrawals",
    Action.SCORE_WRITE,
    gives=FactoredOut,
    body=FactorIn,
    status=201,
    headers=IF_MATCH,
    problems=(428,),
)
def post_peer_factor_withdrawal(actor: Actor, submission: str, body: FactorIn) -> FactoredOut:
    """This member's points from before the factor: a new score with its reason."""
    return _changed(actor, submission, body, take_factor_back)


def _changed(
    actor: Actor, submission: str, body: FactorIn, change: Callable[[Actor, Enrollment, Marking, str, str], Score]
) -> FactoredOut:
    marking = find_marking(actor, Action.SCORE_READ, submission)
    try:
        score = change(actor, marking.enrollment, marking, token_sent(), body.reason)
    except Conflict as conflict:
        raise both_versions(conflict) from None
    return FactoredOut(score=score.public_id, points=exact_points(score.points or 0))


def _own(found: Own | None) -> OwnContribution:
    if found is None:
        raise NotFound(N_("You have handed this in alone, so there is nothing to say here."))
    return OwnContribution(
        text=found.text,
        share_bp=found.share_bp,
        asks_about_others=found.asks,
        is_open=found.is_open,
        peers=[PeerStatement(name=name, share_bp=share, text=text) for name, share, text in found.peers],
    )


def _member(one: Said) -> MemberContribution:
    return MemberContribution(
        enrollment=one.member.enrollment.public_id,
        name=one.member.name,
        submission=one.member.submission.public_id,
        text=one.text,
        share_bp=one.share_bp,
        factor=why(one.factor) if one.factor else None,
    )
