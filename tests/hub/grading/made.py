"""Scores for the named cast, made by the commands."""

from lms.hub.catalog.models import ProgramVersion
from lms.hub.coursework.models import Activity, Submission
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Marking, Written, find_marking
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.rubrics import CriterionPlan, set_rubric
from lms.hub.grading.services.scores import post_score
from lms.kernel.db import transaction
from lms.people.access import SYSTEM, Action
from tests.support.web import World

RUBRIC = (
    CriterionPlan("SAFE", "Safety", 4_000, (("Nothing to say", 4_000), ("Some gaps", 2_000), ("Not safe", 0))),
    CriterionPlan("FIT", "Fit", 6_000, (("Exact", 6_000), ("Loose", 3_000))),
)


def with_rubric(world: World, activity: Activity, criteria: tuple[CriterionPlan, ...] = RUBRIC) -> None:
    """Give the activity a rubric."""
    with transaction():
        set_rubric(SYSTEM, world.one(ProgramVersion), activity, criteria)


def marking_of(world: World, submission: Submission, grader: str = "Ben") -> Marking:
    """The attempt on the named grader's desk; inside a transaction."""
    return find_marking(world.actor(grader), Action.SCORE_WRITE, submission.public_id)


def grade(
    world: World, submission: Submission, points: int, *, show: bool = False, grader: str = "Ben", reason: str = ""
) -> Score:
    """Points on an activity without a rubric, shown to the student if `show`."""
    actor = world.actor(grader)
    with transaction():
        marking = marking_of(world, submission, grader)
        written = Written(points=points, comments={"": f"comment of {points}"})
        score = post_score(actor, marking.enrollment, marking, written, marking.token, reason)
    if show:
        with transaction():
            marking = marking_of(world, submission, grader)
            release(actor, marking.enrollment, marking)
    return score
