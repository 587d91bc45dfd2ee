"""What a page about one enrollment shows, read once, as of a moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import request
from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import NAMES, Status
from lms.hub.enrollment.models import (
    Accommodation,
    EmploymentSpell,
    Enrollment,
    LastAttendance,
    Leave,
    Sponsorship,
    StatusChange,
)
from lms.hub.enrollment.queries import Member, cohort_of, in_recorded_order, members
from lms.hub.enrollment.queries.leaves import Asked, SignedPlan, plan_of, requests_of
from lms.hub.enrollment.queries.outcomes import probation_of
from lms.hub.enrollment.queries.timeline import Event, timeline
from lms.hub.enrollment.rules import ENDED, STUDYING, latest
from lms.hub.enrollment.rules.carry import Carried
from lms.hub.hours.queries.situation import situation_of
from lms.hub.standing.life import carried_to
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained
from lms.kernel.text import N_
from lms.kernel.weeks import ends_at, local_day
from lms.people.access import Action, Actor, allowed
from lms.people.accounts.models import Person
from lms.people.anchors import anchor_of
from lms.people.scope import unscoped
from lms.web.language import tell

TONES = {
    Status.ACTIVE: "good",
    Status.COMPLETED: "good",
    Status.ON_LEAVE: "warn",
    Status.WITHDRAWN: "bad",
    Status.DISMISSED: "bad",
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """The enrollment from which this one goes on, with what was taken along."""

    enrollment: Enrollment
    cohort: Cohort
    carried: Explained[Carried]


@dataclass(frozen=True, slots=True)
class Life:
    """day: local today, or the asked one. last: the status after every change known, future ones too."""

    enrollment: Enrollment
    person: Person
    cohort: Cohort
    member: Member
    day: date
    as_of: datetime | None
    last: Status | None
    offset: int
    probation: Explained[date] | None
    events: list[Event]
    requests: list[Asked]
    plan: SignedPlan | None

    @property
    def is_studying(self) -> bool:
        """Whether the student is here, on leave included."""
        return self.last in STUDYING

    @property
    def has_ended(self) -> bool:
        """Whether the student completed or left."""
        return self.last in ENDED

    @property
    def waiting(self) -> Asked | None:
        """The request for leave that nobody has decided."""
        return next((asked for asked in self.requests if asked.is_waiting), None)

    @property
    def leaves(self) -> list[Leave]:
        """Leaves that hold, the latest first."""
        return [e.row for e in self.events if isinstance(e.row, Leave) and e.stands and not e.is_end]

    @property
    def open_leaves(self) -> list[Leave]:
        """Of these, the ones that are not over."""
        return [leave for leave in self.leaves if leave.to_day >= self.day]

    @property
    def spells(self) -> list[EmploymentSpell]:
        """Employments that stand, the latest first."""
        return [e.row for e in self.events if isinstance(e.row, EmploymentSpell) and e.stands]

    @property
    def accommodations(self) -> list[Accommodation]:
        """Accommodations that stand, as far as the reader may know of them."""
        return [e.row for e in self.events if isinstance(e.row, Accommodation) and e.stands and not e.is_end]

    @property
    def sponsorships(self) -> list[Event]:
        """Who pays."""
        return [e for e in self.events if isinstance(e.row, Sponsorship) and e.stands and not e.is_end]

    @property
    def changes(self) -> list[StatusChange]:
        """Status changes that stand, the latest first."""
        return [e.row for e in self.events if isinstance(e.row, StatusChange) and e.stands and not e.is_end]

    @property
    def attended(self) -> LastAttendance | None:
        """The last date of attendance on record."""
        rows = [e.row for e in self.events if isinstance(e.row, LastAttendance)]
        return max(rows, key=lambda row: row.id) if rows else None


def life_of(actor: Actor, enrollment: Enrollment, as_of: datetime | None = None) -> Life:
    """One student's life, as far as `actor` may know it. A fixed number of statements, at most 40."""
    cohort = cohort_of(enrollment)
    why = "the student of an enrollment found in scope"
    person = session.scalars(unscoped(select(Person).where(Person.id == enrollment.person_id), why)).one()
    day = local_day(as_of - timedelta(seconds=1) if as_of else acting_at(), cohort.zone)
    (member,) = members([(enrollment, person)], day, as_of)
    may_private = allowed(actor, Action.ACCOMMODATION_READ, anchor_of(enrollment))
    events = timeline(enrollment, lambda at: local_day(at, cohort.zone), as_of, with_private=may_private)
    changes = [e.row for e in events if isinstance(e.row, StatusChange) and e.stands and not e.is_end]
    return Life(
        enrollment=enrollment,
        person=person,
        cohort=cohort,
        member=member,
        day=day,
        as_of=as_of,
        last=latest(in_recorded_order(changes)),
        offset=situation_of(enrollment, as_of).offset,
        probation=probation_of(enrollment, cohort, as_of),
        events=events,
        requests=requests_of(enrollment, as_of),
        plan=plan_of(enrollment, has_firm=member.firm is not None, as_of=as_of),
    )


def earlier_of(life: Life) -> Earlier | None:
    """The enrollment that this one goes on from; None for a first one. 16 statements where there is one."""
    if life.enrollment.transferred_from_id is None:
        return None
    why = "an enrollment found in scope goes on from it"
    statement = select(Enrollment).where(Enrollment.id == life.enrollment.transferred_from_id)
    before = session.scalars(unscoped(statement, why)).one()
    return Earlier(before, cohort_of(before), carried_to(before, life.cohort, life.as_of))


def asked_as_of(zone: str) -> datetime | None:
    """The end of the day of `?as_of=` in `zone`; None for now. Raises RuleBroken on a bad day."""
    text = request.args.get("as_of", "").strip()
    if not text:
        return None
    try:
        return ends_at(date.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        raise RuleBroken(N_("There is no such day. Write it as 2026-11-23."), field="as_of") from None


def word_of(kind: object) -> str:
    """What a status, reason or kind is called."""
    return tell(NAMES[kind]) if kind in NAMES else ""  # type: ignore[index]  # only what is in it is asked for


def tone_of(status: Status | None) -> str:
    """The tone of a badge about it."""
    return TONES.get(status, "muted") if status else "muted"
