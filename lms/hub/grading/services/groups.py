"""One mark for a group, and one member's own mark beside it. Each member's score is a fact of their own."""

from dataclasses import replace

from lms.hub.coursework.groups.queries import shares_of
from lms.hub.coursework.groups.rules import check_adjustment, follows
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Marking, Written, find_marking
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import post_score
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command


def others_of(actor: Actor, marking: Marking) -> list[Marking]:
    """The parts of the other members in the hand-in of `marking` that `actor` may grade. A query each."""
    if marking.submission is None:
        return []
    shares = shares_of(marking.submission)
    ids = [share.submission.public_id for share in shares if share.submission.id != marking.submission.id]
    return [find_marking(actor, Action.SCORE_WRITE, public_id) for public_id in ids]


def goes_along(marking: Marking, other: Marking) -> bool:
    """Whether the other member's score is the group's: the same as here, or none on either side."""
    return follows(_given(other.score), _given(marking.score))


def _given(score: Score | None) -> object:
    return None if score is None else (score.kind, score.points, dict(score.marks))


@command(Action.SCORE_WRITE)
def post_group_score(
    actor: Actor, enrollment: Enrollment, marking: Marking, written: Written, token: str, reason: str = ""
) -> list[Score]:
    """The same points and comments for each member; late ones lose what their own lateness costs.

    A member who was given a mark of their own keeps it. Raises as `post_score` does; then nobody has a score of it.
    """
    if marking.rule is not None and marking.rule.is_double:
        raise RuleBroken(N_("This activity has two markers, so each member is marked alone."))
    others = [other for other in others_of(actor, marking) if goes_along(marking, other)]
    made = [post_score(actor, marking.enrollment, marking, written, token, reason)]
    same = replace(written, late_seconds=None, late_reason="")  # lateness is each member's own
    for other in others:
        made.append(post_score(actor, other.enrollment, other, same, other.token, reason))
    return made


@command(Action.SCORE_WRITE)
def adjust_member(
    actor: Actor, enrollment: Enrollment, marking: Marking, written: Written, token: str, reason: str
) -> Score:
    """One member's mark that is not the group's. It needs a reason, which the student reads with the score."""
    others = others_of(actor, marking)
    differs = any(other.score is not None for other in others) or marking.score is not None
    check_adjustment(reason, differs=differs)
    return post_score(actor, enrollment, marking, written, token, reason)


@command(Action.SCORE_RELEASE)
def release_group(actor: Actor, enrollment: Enrollment, marking: Marking) -> int:
    """Show each member the score that stands for them; how many see something new."""
    fresh = [one for one in [marking, *others_of(actor, marking)] if one.score is not None and not one.is_released]
    for one in fresh:
        release(actor, one.enrollment, one)
    return len(fresh)
