"""A cohort's calendar and sections, as found for somebody who may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from lms.hub.cohorts.models import Break, Cohort, CohortWeek, Section
from lms.hub.cohorts.rules import Days
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.people.access import Action, Actor
from lms.people.scope import policy_day, scoped, within


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks of a cohort and the days without teaching at one site."""

    cohort: Cohort
    weeks: tuple[CohortWeek, ...]
    breaks: tuple[Days, ...]

    def week_on(self, day: date) -> CohortWeek | None:
        """The cohort week that holds `day`; None before the first and after the last."""
        for week in reversed(self.weeks):
            if week.monday <= day:
                return week if (day - week.monday).days < 7 else None
        return None


def find_cohort(actor: Actor, public_id: str) -> Cohort:
    """The cohort, if `actor` may see it and its opening was not taken back. Raises NotFound."""
    statement = select(Cohort).where(Cohort.public_id == public_id, Cohort.taken_back_at.is_(None))
    found = session.scalar(scoped(statement, actor, Action.COHORT_READ))
    if found is None:
        raise NotFound()
    return found


def taught_first() -> tuple[Any, ...]:
    """The order of cohorts: those that have begun, the latest first; then those to come.

    Pages open with the first of them: the one that is taught now, also once the next one is planned.
    """
    return Cohort.starts_on > policy_day(), Cohort.starts_on.desc(), Cohort.id


def list_cohorts(actor: Actor) -> Sequence[Cohort]:
    """Every cohort that `actor` may see, in the order of `taught_first`."""
    statement = select(Cohort).where(Cohort.taken_back_at.is_(None)).order_by(*taught_first())
    return session.scalars(scoped(statement, actor, Action.COHORT_READ)).all()


def calendar_of(cohort: Cohort, site_id: int | None = None, as_of: datetime | None = None) -> Calendar:
    """The calendar of a cohort that was found for somebody. site_id: with that site's own breaks. Two queries."""
    weeks = session.scalars(within(select(CohortWeek).order_by(CohortWeek.number), cohort)).all()
    here = or_(Break.site_id.is_(None), Break.site_id == site_id)
    breaks = session.scalars(
        within(select(Break).where(stands(Break, as_of), here, ~Break.is_lifted).order_by(Break.from_day), cohort)
    )
    return Calendar(cohort, tuple(weeks), tuple(Days(row.from_day, row.to_day, row.ref) for row in breaks))


def list_sections(cohort: Cohort) -> Sequence[Section]:
    """The sections of a cohort, by name."""
    return session.scalars(within(select(Section).order_by(Section.name), cohort)).all()
