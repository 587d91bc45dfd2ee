"""A review of Ada's for the tests: every six weeks, so that the first is due a week before NOW."""

from datetime import date, timedelta

from lms.hub.cohorts.models import Cohort
from lms.hub.reviews.kinds import Party
from lms.hub.reviews.models import ProgressReview
from lms.hub.reviews.queries.reading import Review, review_of
from lms.hub.reviews.rules import Terms
from lms.hub.reviews.services.signing import sign_review
from lms.hub.reviews.services.writing import (
    agree_action,
    ask_signatures,
    begin_review,
    set_terms,
    write_review,
)
from lms.kernel.db import transaction
from lms.people.access import SYSTEM
from tests.support.web import NOW, World

DUE = date(2026, 10, 19)  # the last of 42 days from September 8 on
TODAY = NOW.date()
ADVICE = "Ask for the robot cell on Fridays."


def every_six_weeks(world: World) -> None:
    with transaction():
        set_terms(SYSTEM, world.one(Cohort), Terms(6, 5, 10))


def begun(world: World, who: str = "Ada", by: str = "Ben") -> ProgressReview:
    every_six_weeks(world)
    with transaction():
        return begin_review(world.actor(by), world.enrollment(who), 1)


def whole(world: World, who: str = "Ada") -> Review:
    enrollment = world.enrollment(who)
    with transaction(write=False):
        return review_of(world.one(ProgressReview, enrollment_id=enrollment.id))


def to_sign(world: World, who: str = "Ada") -> Review:
    """Begun, talked about, something agreed, and waiting for the signatures."""
    row = begun(world, who)
    with transaction():
        write_review(world.actor("Ben"), row, "Good start.", TODAY, whole_in(row).content.sha256)
        agree_action(world.actor("Ben"), row, ADVICE, Party.STUDENT, TODAY + timedelta(days=14))
        ask_signatures(world.actor("Ben"), row)
    return whole(world, who)


def whole_in(row: ProgressReview) -> Review:
    return review_of(row)


def sign(world: World, name: str, review: Review) -> None:
    with transaction():
        sign_review(world.actor(name), review.row, review.content.sha256)
