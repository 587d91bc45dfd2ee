"""The ladder: a review that comes, one that nobody began, and signatures that are missing. Each rung once.

Business days are those of the student's site: its holidays and the cohort's breaks are none.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.rules import STUDYING
from lms.hub.hours.queries.patience import closed_days
from lms.hub.hours.queries.situation import Situation, situations_of
from lms.hub.hours.rules.patience import business_days
from lms.hub.reviews.kinds import Stage
from lms.hub.reviews.queries.reading import Review
from lms.hub.reviews.queries.states import Planned, all_terms, current_of, planned_of
from lms.hub.reviews.rules import Terms
from lms.hub.reviews.services.telling import ask_for_signatures, tell_coordinators
from lms.kernel import claims
from lms.kernel.acting import acting, acting_at
from lms.kernel.db import session
from lms.kernel.facts import runs_on
from lms.kernel.weeks import local_day
from lms.messages.services import notify
from lms.people.access import Relation
from lms.people.anchors import anchor_of
from lms.people.grants.models import GrantRow
from lms.people.scope import policy_day, unscoped

AHEAD = timedelta(days=14)  # so long before a review those who hold it are told
WHY = "the ladder looks at every student"


def cohorts_running() -> list[int]:
    """The row numbers of cohorts that run today. One statement."""
    day = policy_day()
    running = select(Cohort.id).where(
        Cohort.taken_back_at.is_(None), Cohort.starts_on <= day, Cohort.ends_on >= day - timedelta(days=60)
    )
    return sorted(session.scalars(unscoped(running, WHY)))


def climb(cohort_id: int) -> int:
    """Write what is due today in one cohort; how many rungs were climbed. Needs to write."""
    with acting(None):
        statement = select(Enrollment).where(Enrollment.cohort_id == cohort_id).order_by(Enrollment.id)
        students = session.scalars(unscoped(statement, WHY)).all()
        places = situations_of(students)
        studying = [one for one in students if places[one.id].stages and places[one.id].stages[-1][1] in STUDYING]
        found = planned_of(studying)
        terms = all_terms([cohort_id])[cohort_id][0]
        closed = _closed(cohort_id, places)
        return sum(_one(places[one.id], found[one.id], terms, closed) for one in studying)


Closed = Mapping[tuple[int, int | None], frozenset[date]]


def _closed(cohort_id: int, places: Mapping[int, Situation]) -> Closed:
    now = acting_at()
    sites = {place.site_id for place in places.values() if place.site_id is not None}
    return closed_days({cohort_id}, sites, now - timedelta(days=120), now)


def _one(place: Situation, found: Sequence[Planned], terms: Terms, closed: Closed) -> int:
    """The rungs of one student that are due now."""
    today = local_day(acting_at(), place.zone)
    if place.is_away_on(today):
        return 0
    off = closed.get((place.cohort.id, place.site_id), frozenset())
    climbed = sum(_signatures(one.review, place, terms, today, off) for one in found if _waits(one) and one.review)
    planned = current_of(found)
    if planned is None or planned.review is not None:
        return climbed
    return climbed + _coming(place, planned, terms, today, off)


def _waits(one: Planned) -> bool:
    return one.stage is Stage.TO_SIGN


def _signatures(review: Review, place: Situation, terms: Terms, today: date, off: frozenset[date]) -> int:
    """Remind who has not signed, then tell the coordinator; both once for the review as it stands."""
    asked_on = local_day(review.content.recorded_at, place.zone)
    waited = _waited(asked_on, today, terms.escalate_days, off)
    key = f"{review.row.public_id}:{review.content.sha256[:16]}"
    climbed = 0
    if waited >= terms.remind_days and claims.take("review-reminder", key):
        ask_for_signatures(review, "review-unsigned", ":reminder")
        climbed += 1
    if waited >= terms.escalate_days and claims.take("review-escalation", key):
        tell_coordinators(review, "review-unsigned-office", key)
        climbed += 1
    return climbed


def _waited(since: date, today: date, most: int, off: frozenset[date]) -> int:
    """Business days after `since` that are over today, at most `most`."""
    return sum(day < today for day in business_days(since, most, off))


def _coming(place: Situation, planned: Planned, terms: Terms, today: date, off: frozenset[date]) -> int:
    """Two weeks ahead those who hold it are told; one that nobody began goes to the coordinator."""
    enrollment = planned.enrollment
    key = f"{enrollment.public_id}:{planned.number}"
    climbed = 0
    if planned.due_on - AHEAD <= today and claims.take("review-coming", key):
        values = {"day": planned.due_on}
        notify(enrollment.person_id, "review-coming", key, path="/student/reviews", **values)
        for person_id in _holding(Relation.INSTRUCTOR, enrollment):
            notify(person_id, "review-to-begin", f"{key}:begin", path="/instructor/reviews", **values)
        climbed += 1
    is_late = _waited(planned.due_on, today, terms.escalate_days, off) >= terms.escalate_days
    if is_late and claims.take("review-late", key):
        for person_id in _holding(Relation.COORDINATOR, enrollment):
            notify(person_id, "review-not-begun", key, path="/coordinator/reviews", day=planned.due_on)
        climbed += 1
    return climbed


def _holding(relation: Relation, enrollment: Enrollment) -> list[int]:
    """The persons who teach, or coordinate, where the student is placed today. Two queries."""
    place = anchor_of(enrollment)
    places = place.sections if relation is Relation.INSTRUCTOR else {site for site, _ in place.seats}
    held = select(GrantRow.person_id).where(
        GrantRow.relation == relation, GrantRow.place_id.in_(places), runs_on(GrantRow, policy_day())
    )
    return sorted(set(session.scalars(held)))
