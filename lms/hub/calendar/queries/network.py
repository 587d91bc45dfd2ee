"""The network on one page: every site with its authorization, its capacity and what became of its students."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, select
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Placement, StatusChange
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, scoped, unscoped

STUDYING_NOW = (Status.ACTIVE, Status.ON_LEAVE)
LEFT = (Status.WITHDRAWN, Status.DISMISSED, Status.TRANSFERRED)


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A site. students: ever placed there; active: study there today; completed, left: ended so."""

    site: Site
    coordinators: tuple[str, ...]
    sections: int
    students: int
    active: int
    completed: int
    left: int

    @property
    def free(self) -> int | None:
        """Places that are left today; None where no capacity is said."""
        return None if self.site.capacity is None else self.site.capacity - self.active

    def authorization(self, day: date) -> str:
        """ "open", "ahead" or "over" on `day`."""
        if self.site.authorized_from and day < self.site.authorized_from:
            return "ahead"
        return "over" if self.site.authorized_to and day > self.site.authorized_to else "open"


def network(actor: Actor, state: str = "") -> list[SiteLine]:
    """The sites that `actor` may see, by state and name; state: only of this one. Four queries."""
    statement = select(Site).order_by(Site.state, Site.name)
    if state:
        statement = statement.where(Site.state == state)
    sites = session.scalars(scoped(statement, actor, Action.SITE_READ)).all()
    numbers = [site.id for site in sites]
    counts, sections, coordinators = outcomes(numbers, policy_day()), sections_at(numbers), _coordinators(numbers)
    return [
        SiteLine(
            site, tuple(coordinators.get(site.id, ())), sections.get(site.id, 0), *counts.get(site.id, (0, 0, 0, 0))
        )
        for site in sites
    ]


def outcomes(site_ids: Sequence[int], day: date, as_of: datetime | None = None) -> dict[int, tuple[int, int, int, int]]:
    """By site on `day`, as known at `as_of`: ever placed there, studying there, completed there, left there. One query.

    The caller has found the sites in scope.
    """
    later = aliased(StatusChange)
    newer = and_(
        later.enrollment_id == StatusChange.enrollment_id,
        stands(later, as_of),
        later.effective_on <= day,
        (later.effective_on > StatusChange.effective_on)
        | ((later.effective_on == StatusChange.effective_on) & (later.id > StatusChange.id)),
    )
    holds = and_(
        StatusChange.enrollment_id == Placement.enrollment_id,
        stands(StatusChange, as_of),
        StatusChange.effective_on <= day,
        ~select(later.id).where(newer).exists(),
    )
    here = runs_on(Placement, day)
    statement = (
        select(
            Placement.site_id,
            func.count(distinct(Placement.enrollment_id)),
            _count(and_(here, StatusChange.status.in_(STUDYING_NOW))),
            _count(and_(here, StatusChange.status == Status.COMPLETED)),
            _count(and_(here, StatusChange.status.in_(LEFT))),
        )
        .outerjoin(StatusChange, holds)
        .where(stands(Placement, as_of), Placement.site_id.in_(site_ids))
        .group_by(Placement.site_id)
    )
    rows = session.execute(unscoped(statement, "counts of students at sites that were found in scope"))
    return {site_id: (students, active, completed, left) for site_id, students, active, completed, left in rows}


def _count(which: ColumnElement[bool]) -> Any:
    return func.count(distinct(case((which, Placement.enrollment_id))))


def sections_at(site_ids: Sequence[int]) -> dict[int, int]:
    """Sections by site, for a caller who has found the sites in scope. One query."""
    statement = select(Section.site_id, func.count()).join(Cohort, Cohort.id == Section.cohort_id)
    statement = statement.where(Section.site_id.in_(site_ids), Cohort.taken_back_at.is_(None))
    rows = session.execute(unscoped(statement.group_by(Section.site_id), "sections at sites that were found in scope"))
    return dict(rows.all())


def _coordinators(site_ids: Sequence[int]) -> dict[int, list[str]]:
    statement = (
        select(GrantRow.place_id, Person.name)
        .join(Person, Person.id == GrantRow.person_id)
        .where(GrantRow.relation == Relation.COORDINATOR, GrantRow.place_id.in_(site_ids))
        .where(runs_on(GrantRow, policy_day()))
        .order_by(Person.name)
    )
    found: dict[int, list[str]] = {}
    for site_id, name in session.execute(unscoped(statement, "who coordinates sites that were found in scope")):
        if name not in found.setdefault(site_id, []):
            found[site_id].append(name)
    return found
