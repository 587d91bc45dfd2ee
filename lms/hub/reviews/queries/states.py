"""Which reviews are due when, and how far each is: of one student, or of a whole cohort on one screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import Days
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import Member, roster
from lms.hub.enrollment.rules import STUDYING
from lms.hub.hours.queries.situation import Situation, situations_of
from lms.hub.reviews.kinds import Party, Stage
from lms.hub.reviews.models import ProgressReview, ReviewTerms
from lms.hub.reviews.queries.reading import Review, of_enrollments, reviews_of
from lms.hub.reviews.rules import Due, Terms, dues, explain_due, stage_of
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.explain import Explained, FactRef
from lms.kernel.facts import known
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor
from lms.people.scope import policy_day, unscoped

SOON = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Planned:
    """One review of one student, begun or not. due: as the rule says now, or as it was when it was begun."""

    enrollment: Enrollment
    number: int
    due_on: date
    stage: Stage
    review: Review | None
    due: Due | None

    @property
    def missing(self) -> tuple[Party, ...]:
        """Who has still to sign; nobody before signatures are asked for."""
        return self.review.missing if self.review and self.review.content.is_asked else ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the overview."""

    member: Member
    planned: Planned


def terms_of(cohort_id: int, as_of: datetime | None = None) -> tuple[Terms, ReviewTerms | None]:
    """What holds for the cohort, and the row that says so; None where nothing was said. One query."""
    return all_terms([cohort_id], as_of)[cohort_id]


def all_terms(cohort_ids: Sequence[int], as_of: datetime | None = None) -> dict[int, tuple[Terms, ReviewTerms | None]]:
    """What holds for each of these cohorts. One query."""
    statement = known(select(ReviewTerms), ReviewTerms, as_of).where(ReviewTerms.cohort_id.in_(cohort_ids))
    rows = session.scalars(unscoped(statement, "terms of cohorts whose students were found"))
    found = {row.cohort_id: (Terms(row.every_weeks, row.remind_days, row.escalate_days), row) for row in rows}
    return {number: found.get(number, (Terms(), None)) for number in cohort_ids}


def away_of(place: Situation) -> list[Days]:
    """Leave, breaks and gaps of a student: days that move a review."""
    return [*place.leaves, *place.breaks]


def dues_of(place: Situation, terms: Terms) -> list[Due]:
    """The reviews of one student by the rule, begun or not."""
    return dues(place.first, place.last, away_of(place), terms)


def explain(place: Situation, terms: Terms, row: ReviewTerms | None, due: Due) -> Explained[date]:
    """Why a review is on its day; the leaves and breaks that moved it are among the facts."""
    moved = [days.fact for days in away_of(place) if days.fact and _meets(days, due)]
    facts: list[FactRef] = [*([row.ref] if row else []), *moved]
    return explain_due(due, terms, facts)


def _meets(days: Days, due: Due) -> bool:
    return days.from_day <= due.due_on and (days.to_day is None or days.to_day >= due.from_day)


def planned_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, list[Planned]]:
    """Every review of students who were found, in their order, begun or not. A fixed number of queries."""
    if not enrollments:
        return {}
    places = situations_of(enrollments, as_of)
    terms = all_terms(sorted({one.cohort_id for one in enrollments}), as_of)
    begun = of_enrollments(enrollments, as_of)
    whole = {one.row.id: one for one in reviews_of([row for rows in begun.values() for row in rows], as_of)}
    return {
        one.id: _of_student(one, places[one.id], terms[one.cohort_id][0], begun.get(one.id, []), whole, as_of)
        for one in enrollments
    }


def _of_student(
    enrollment: Enrollment,
    place: Situation,
    terms: Terms,
    begun: Sequence[ProgressReview],
    whole: dict[int, Review],
    as_of: datetime | None,
) -> list[Planned]:
    today = local_day(as_of or acting_at(), place.zone)
    rows = {row.number: row for row in begun}
    by_rule = {due.number: due for due in dues_of(place, terms)}
    found = []
    for number in sorted({*rows, *by_rule}):
        row, due = rows.get(number), by_rule.get(number)
        if row is None and (number < max(rows, default=0) or (due is not None and not _counts(place, due, today))):
            continue  # passed over, or of a student who does not study on its day
        review = whole.get(row.id) if row else None
        due_on = row.due_on if row else due.due_on if due else today
        is_asked = review is not None and review.content.is_asked
        missing = review.missing if review else ()
        stage = stage_of(today, due_on, is_begun=row is not None, is_asked=is_asked, missing=missing)
        found.append(Planned(enrollment, number, due_on, stage, review, due))
    return found


def _counts(place: Situation, due: Due, today: date) -> bool:
    """Whether a review that nobody began is still to be held: the student studies on its day, or did so."""
    return place.studies_on(min(due.due_on, max(today, place.first or today)))


def current_of(found: Sequence[Planned]) -> Planned | None:
    """The review that a student is at: the last that is late, else the first that is not signed, else the last."""
    late = [one for one in found if one.stage is Stage.LATE]
    return (
        late[-1]
        if late
        else next((one for one in found if one.stage is not Stage.SIGNED), found[-1] if found else None)
    )


def overview(actor: Actor, cohort: Cohort, as_of: datetime | None = None) -> list[Line]:
    """Each student's reviews that need somebody, and the next one; what is late first. A fixed number of queries."""
    people = roster(actor, cohort, policy_day(as_of), Action.REVIEW_READ, as_of)
    members = [one for one in people if one.status in STUDYING]
    found = planned_of([one.enrollment for one in members], as_of)
    lines = [Line(member, one) for member in members for one in _shown(found[member.enrollment.id])]
    return sorted(lines, key=_late_first)


def _late_first(line: Line) -> tuple[int, date, str]:
    return (list(Stage).index(line.planned.stage), line.planned.due_on, line.member.person.name)


def _shown(found: Sequence[Planned]) -> list[Planned]:
    """Of those that nobody began the last late one and the next one to come; all that were begun."""
    late = [one for one in found if one.stage is Stage.LATE]
    coming = [one for one in found if one.stage is Stage.COMING]
    return [one for one in found if one.review] + late[-1:] + coming[:1]
