"""Who reaches a review: as the student's enrollment, but at the firm only who supervises its own employment today.

A link reaches the one review that it was made for, as long as that employment runs.
"""

from datetime import date

from sqlalchemy import ColumnElement, Select, select

from lms.hub.enrollment.anchors import IN_FIRM, SPELL_NUMBER, enrollments_reached
from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.reviews.models import ProgressReview
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Anchor, Grant, Relation
from lms.people.anchors import anchor_at, places_of
from lms.people.scope import reach_of, unscoped


@reach_of("progress_review")
def reviews_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Select[int] | None:
    """Reviews that the grants reach; the firm's other people reach none."""
    ids = sorted(grant.place_id for grant in grants)
    if relation in IN_FIRM:
        return None
    if relation is Relation.SUPERVISOR:
        return select(ProgressReview.id).where(ProgressReview.spell_id.in_(ids), _is_running(day))
    if relation is Relation.REVIEW_LINK:
        return select(ProgressReview.id).where(ProgressReview.id.in_(ids), _is_running(day))
    reached = enrollments_reached(relation, grants, day)
    return None if reached is None else select(ProgressReview.id).where(ProgressReview.enrollment_id.in_(reached))


def _is_running(day: date) -> ColumnElement[bool]:
    """Whether the employment of the review runs on `day`."""
    spell = select(EmploymentSpell.id).where(
        stands(EmploymentSpell),
        runs_on(EmploymentSpell, day),
        EmploymentSpell.enrollment_id == ProgressReview.enrollment_id,
        ProgressReview.spell_id == SPELL_NUMBER,
    )
    return spell.correlate(ProgressReview).exists()


@places_of("progress_review")
def review_places(review_id: int) -> Anchor:
    """Where the enrollment hangs; of its employments only the one of the review's day, and no firm."""
    statement = select(ProgressReview.enrollment_id, ProgressReview.spell_id).where(ProgressReview.id == review_id)
    enrollment_id, spell_id = session.execute(unscoped(statement, "where a review hangs")).one()
    place = anchor_at("enrollment", enrollment_id)
    spells = place.spells & frozenset({spell_id} if spell_id else ())
    return Anchor(
        people=place.people,
        enrollments=place.enrollments,
        sections=place.sections,
        seats=place.seats,
        spells=spells,
        programs=place.programs,
        reviews=frozenset({review_id} if spells else ()),
    )
