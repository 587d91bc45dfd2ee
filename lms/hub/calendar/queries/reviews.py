"""Progress reviews in calendars: the student's own, those of staff, and of who supervises at the firm."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, select

from lms.hub.calendar.kinds import ItemKind
from lms.hub.calendar.queries.more import Side, calendar_source
from lms.hub.calendar.rules.items import Item, revision, whole_days
from lms.hub.enrollment.anchors import SPELL_NUMBER
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement
from lms.hub.hours.queries.situation import Situation, situations_of
from lms.hub.hours.rules.sheet import week_times
from lms.hub.reviews.models import ProgressReview, ReviewTerms
from lms.hub.reviews.queries.reading import of_enrollments
from lms.hub.reviews.queries.states import all_terms, away_of, dues_of
from lms.kernel.db import Base, session
from lms.kernel.facts import runs_on, stands
from lms.kernel.text import N_, say
from lms.people.access import Actor, Relation
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, unscoped, within


@calendar_source
def review_items(actor: Actor, side: Side, rows: Sequence[Base]) -> list[Item]:
    """The reviews of the students that concern `actor` on this side, begun or not. Five queries; one for nobody."""
    found = session.execute(_students(actor, side, rows)).all() if _has_any(actor, side, rows) else []
    if not found:
        return []
    enrollments = [enrollment for enrollment, _ in found]
    begun, places = of_enrollments(enrollments), situations_of(enrollments)
    terms = all_terms(sorted({one.cohort_id for one in enrollments}))
    items = []
    for enrollment, name in found:
        place, (held, said) = places[enrollment.id], terms[enrollment.cohort_id]
        days = {due.number: due.due_on for due in dues_of(place, held)}
        began = {row.number: row for row in begun.get(enrollment.id, [])}
        for number in sorted({*days, *began}):
            row = began.get(number)
            if row is not None and not _concerns(actor, side, row):
                continue
            day = row.due_on if row else days[number]
            changed = row.recorded_at if row else _changed(place, said)
            items.append(_item(enrollment, number, day, "" if side is Side.STUDENT else name, place, changed))
    return items


def _has_any(actor: Actor, side: Side, rows: Sequence[Base]) -> bool:
    return bool(rows) if side is not Side.FIRM else actor.holds(Relation.SUPERVISOR)


def _students(actor: Actor, side: Side, rows: Sequence[Base]) -> Select[Enrollment, str]:
    statement = select(Enrollment, Person.name).join(Person, Person.id == Enrollment.person_id).order_by(Enrollment.id)
    why = "students of sections that were found, or whom the reader supervises"
    if side is Side.STUDENT:
        ids = [row.id for row in rows]  # type: ignore[attr-defined]  # enrollments
        return unscoped(statement.where(Enrollment.id.in_(ids)), why)
    if side is Side.STAFF:
        placed = within(select(Placement.enrollment_id), rows, on=Placement)
        placed = placed.where(stands(Placement), runs_on(Placement, policy_day()))
        return unscoped(statement.where(Enrollment.id.in_(placed)), why)
    employed = select(EmploymentSpell.enrollment_id).where(
        stands(EmploymentSpell),
        runs_on(EmploymentSpell, policy_day()),
        SPELL_NUMBER.in_(sorted(actor.places(Relation.SUPERVISOR))),
    )
    return unscoped(statement.where(Enrollment.id.in_(employed)), why)


def _concerns(actor: Actor, side: Side, row: ProgressReview) -> bool:
    """A firm is shown the reviews of its own employment alone."""
    return side is not Side.FIRM or row.spell_id in actor.places(Relation.SUPERVISOR)


def _changed(place: Situation, said: ReviewTerms | None) -> datetime:
    """When the day of a review that nobody began was last moved: by terms, leave or breaks, else the cohort's start."""
    moments = [days.fact.recorded_at for days in away_of(place) if days.fact and days.fact.recorded_at]
    began = week_times(place.cohort.week_one_monday, place.cohort.zone).starts_at
    return max([*moments, *([said.recorded_at] if said else [])], default=began)


def _item(enrollment: Enrollment, number: int, day: date, who: str, place: Situation, changed: datetime) -> Item:
    starts_at, ends_at = whole_days(day, day, place.zone)
    return Item(
        uid=f"review-{number}-{enrollment.public_id}",
        kind=ItemKind.REVIEW,
        title=say(N_("Progress review %(number)s is due"), number=number),
        starts_at=starts_at,
        ends_at=ends_at,
        zone=place.zone,
        changed_at=changed,
        sequence=revision(changed),
        detail=place.cohort.name,
        who=who,
        first_day=day,
        last_day=day,
        key=enrollment.public_id,
    )
