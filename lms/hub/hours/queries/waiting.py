"""How much waits: sheet parts for an approver, weeks that were not handed in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, StatusChange
from lms.hub.hours.models import SheetEvent, SheetPart, WeekSheet
from lms.hub.hours.rules.sheet import Manner, State, Step
from lms.hub.hours.rules.waited import LOOKED_BACK, Decided
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped

HANDED_IN = (State.SUBMITTED, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Parts:
    """Sheet parts that wait for one approver; since: when the oldest was handed in (UTC), None if there is none."""

    count: int
    since: datetime | None


def parts_waiting(actor: Actor) -> Parts:
    """The sheet parts that `actor` may decide on now. One query."""
    statement = (
        select(func.count(SheetPart.id.distinct()), func.min(SheetEvent.recorded_at))
        .join(WeekSheet, WeekSheet.id == SheetPart.week_sheet_id)
        .outerjoin(
            SheetEvent,
            (SheetEvent.week_sheet_id == SheetPart.week_sheet_id)
            & (SheetEvent.step == Step.SUBMITTED)
            & (SheetEvent.version == WeekSheet.version),
        )
        .where(SheetPart.state == State.SUBMITTED)
    )
    count, since = session.execute(scoped(statement, actor, Action.HOURS_APPROVE, on=SheetPart)).one()
    return Parts(count, since)


def not_handed_in(actor: Actor, monday: date) -> list[tuple[Enrollment, str, Cohort]]:
    """Active students in the actor's cohorts who have not handed in the week, with their names. One query."""
    latest = select(StatusChange.status).where(
        StatusChange.enrollment_id == Enrollment.id,
        stands(StatusChange),
        StatusChange.is_taken_back.is_(False),
        StatusChange.effective_on <= monday,
    )
    status = latest.order_by(StatusChange.effective_on.desc(), StatusChange.id.desc()).limit(1)
    handed = select(WeekSheet.id).where(
        WeekSheet.enrollment_id == Enrollment.id, WeekSheet.monday == monday, WeekSheet.state.in_(HANDED_IN)
    )
    statement = (
        select(Enrollment, Person.name, Cohort)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .where(status.correlate(Enrollment).scalar_subquery() == Status.ACTIVE, ~handed.exists())
        .order_by(Person.name, Enrollment.id)
    )
    rows = session.execute(scoped(statement, actor, Action.COHORT_BOARD, on=Enrollment))
    return [(row[0], row[1], row[2]) for row in rows]


def decided_lately(actor: Actor, as_of: datetime | None = None) -> list[Decided]:
    """The parts that people decided in the last four weeks where `actor` decides, the newest first. One query.

    What the product approved by itself does not count, nor what was decided after `as_of`.
    """
    moment = as_of or acting_at()
    handed = aliased(SheetEvent)
    statement = (
        select(SheetEvent, handed.recorded_at)
        .join(
            handed,
            and_(
                handed.week_sheet_id == SheetEvent.week_sheet_id,
                handed.version == SheetEvent.version,
                handed.route == SheetEvent.route,
                func.coalesce(handed.spell_id, 0) == func.coalesce(SheetEvent.spell_id, 0),
                handed.step == Step.SUBMITTED,
            ),
        )
        .where(
            SheetEvent.step.in_((Step.APPROVED, Step.RETURNED)),
            SheetEvent.manner != Manner.AUTOMATIC,
            SheetEvent.recorded_at.between(moment - LOOKED_BACK, moment),
        )
        .order_by(SheetEvent.id.desc())
    )
    rows = session.execute(scoped(statement, actor, Action.HOURS_APPROVE, on=SheetEvent))
    return [Decided(handed_in_at, event.recorded_at, event.ref) for event, handed_in_at in rows]
