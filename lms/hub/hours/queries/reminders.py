"""Who of a cohort gets which reminder, when and why: what was judged in the last days, and what comes in the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Reminder
from lms.hub.hours.queries.situation import situations_of
from lms.hub.hours.queries.weeks import Week, weeks_of
from lms.hub.hours.rules.reminders import WEEKS_BACK, Due, Outcome, Rung, Standing, between, judge
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.weeks import local_day, monday_of
from lms.messages.queries import days_of, unwilling
from lms.messages.rules import DAYTIME, DayTime, Topic, leaves_at
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, within

AHEAD = BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One rung for one student. outcome: as it was judged, or as it would be if nothing changed until then.

    is_judged: it is past. leaves_at: when its letter reaches the person by mail; None if it does not: no letter, no
    wish for mail, or a day of theirs that begins after the rung is stale.
    """

    enrollment: Enrollment
    student: str
    zone: str
    due: Due
    outcome: Outcome
    is_judged: bool
    wants_mail: bool
    leaves_at: datetime | None

    @property
    def is_reminded(self) -> bool:
        """Whether there is a letter."""
        return self.outcome is Outcome.REMINDED


def foresee(actor: Actor, cohort: Cohort) -> list[Foreseen]:
    """Every rung of the last and the next seven days, in their order, by student. Ten statements, however many."""
    people = _people(actor, cohort)
    if not people:
        return []
    moment = acting_at()
    first, last = moment - BACK, moment + AHEAD
    situations = situations_of([enrollment for enrollment, _ in people])
    start = monday_of(first.date()) - timedelta(weeks=WEEKS_BACK + 1)
    weeks = weeks_of(situations, start, monday_of(last.date() + timedelta(days=1)))
    judged = _judged([enrollment for enrollment, _ in people], start)
    ids = [person.id for _, person in people]
    reading = _Reading(moment, judged, unwilling(ids, Topic.REMINDERS), days_of(ids))
    found = [
        reading.look(enrollment, person, situations[enrollment.id].zone, due, weeks[enrollment.id, due.monday])
        for enrollment, person in people
        for due in between(first, last, situations[enrollment.id].zone, situations[enrollment.id].terms)
    ]
    kept = [one for one in found if one is not None]
    return sorted(kept, key=lambda one: (one.due.at, one.due.monday, one.zone, one.student, one.enrollment.id))


def standing(week: Week, moment: datetime) -> Standing:
    """How a student's week stands at `moment`, for the rule."""
    situation = week.situation
    day = local_day(moment, situation.zone)
    return Standing(week.minutes, week.target, week.sheet.state, situation.studies_on(day), situation.is_away_on(day))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the letters of a cohort depend on besides the weeks."""

    moment: datetime
    judged: Mapping[tuple[int, date, Rung], Outcome]
    unwilling: set[int]
    days: Mapping[int, DayTime]

    def look(self, enrollment: Enrollment, person: Person, zone: str, due: Due, week: Week) -> Foreseen | None:
        """One rung; None where it is past and was never judged: before the student came, or while nothing ran."""
        outcome = self.judged.get((enrollment.id, due.monday, due.rung))
        is_judged = outcome is not None
        if outcome is None:
            if self.moment >= due.until:
                return None
            outcome = judge(due.rung, standing(week, max(self.moment, due.at)))
        wants_mail = person.id not in self.unwilling
        leaves = self._leaves(person, due) if outcome is Outcome.REMINDED and wants_mail else None
        return Foreseen(enrollment, person.name, zone, due, outcome, is_judged, wants_mail, leaves)

    def _leaves(self, person: Person, due: Due) -> datetime | None:
        leaves = leaves_at(due.at, person.zone, Topic.REMINDERS, self.days.get(person.id, DAYTIME))
        return leaves if leaves < due.until else None


def _people(actor: Actor, cohort: Cohort) -> Sequence[tuple[Enrollment, Person]]:
    statement = scoped(select(Enrollment, Person), actor, Action.COHORT_BOARD, on=Enrollment)
    statement = statement.join(Person, Person.id == Enrollment.person_id).where(Enrollment.cohort_id == cohort.id)
    rows: Sequence[Any] = session.execute(statement.order_by(Person.name, Enrollment.id)).all()
    return [(row[0], row[1]) for row in rows]


def _judged(enrollments: Sequence[Enrollment], start: date) -> dict[tuple[int, date, Rung], Outcome]:
    statement = within(select(Reminder), enrollments).where(Reminder.monday >= start)
    return {(row.enrollment_id, row.monday, row.rung): row.outcome for row in session.scalars(statement)}
