"""Proposed adjustments: of one week, and what waits for a second person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models.deciding import AdjustmentDecision, AdjustmentProposal
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.prose import all_prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, within


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal with its people. decision None: it waits. by, decided_by: empty for a person whose account is gone."""

    proposal: AdjustmentProposal
    decision: AdjustmentDecision | None
    enrollment: Enrollment
    student: str
    by: str
    decided_by: str
    reason: str
    answer: str

    @property
    def state(self) -> str:
        """waiting, confirmed or declined."""
        if self.decision is None:
            return "waiting"
        return "confirmed" if self.decision.is_confirmed else "declined"


STUDENT, PROPOSER, DECIDER = aliased(Person), aliased(Person), aliased(Person)


def _proposals() -> Select[*tuple[Any, ...]]:
    return (
        select(AdjustmentProposal, AdjustmentDecision, Enrollment, STUDENT.name, PROPOSER.name, DECIDER.name)
        .join(Enrollment, Enrollment.id == AdjustmentProposal.enrollment_id)
        .join(STUDENT, STUDENT.id == Enrollment.person_id)
        .outerjoin(AdjustmentDecision, AdjustmentDecision.proposal_id == AdjustmentProposal.id)
        .outerjoin(PROPOSER, PROPOSER.id == AdjustmentProposal.recorded_by_id)
        .outerjoin(DECIDER, DECIDER.id == AdjustmentDecision.recorded_by_id)
        .order_by(AdjustmentProposal.id)
    )


def proposals_of_week(enrollment: Enrollment, monday: date, as_of: datetime | None = None) -> list[Proposed]:
    """Every proposal for one week of an enrollment that was found, as known then. Two statements."""
    statement = within(_proposals(), enrollment, on=AdjustmentProposal).where(AdjustmentProposal.monday == monday)
    if as_of is not None:
        statement = statement.where(AdjustmentProposal.recorded_at <= as_of)
    rows = session.execute(statement).all()
    return [one if not _is_later(one, as_of) else _undecided(one) for one in _made(rows)]


def proposals_waiting(actor: Actor) -> list[Proposed]:
    """What waits for a second person whom `actor` could be, never the own proposals or hours. Two statements."""
    statement = scoped(_proposals(), actor, Action.HOURS_ADJUST, on=AdjustmentProposal)
    statement = statement.where(
        AdjustmentDecision.id.is_(None),
        AdjustmentProposal.recorded_by_id != (actor.person_id or 0),
        Enrollment.person_id != (actor.person_id or 0),
    )
    return _made(session.execute(statement).all())


def find_proposal(actor: Actor, public_id: str) -> AdjustmentProposal:
    """One that `actor` may decide on, or wrote. Raises NotFound. One statement."""
    statement = scoped(select(AdjustmentProposal), actor, Action.HOURS_ADJUST)
    found = session.scalar(statement.where(AdjustmentProposal.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def _made(rows: Iterable[Any]) -> list[Proposed]:
    found = list(rows)
    facts = [fact for row in found for fact in row[:2] if fact is not None]
    said = all_prose_of(facts)
    return [
        Proposed(
            proposal,
            decision,
            enrollment,
            student,
            by or "",
            decided_by or "",
            said[proposal.public_id].get("reason", ""),
            said[decision.public_id].get("reason", "") if decision else "",
        )
        for proposal, decision, enrollment, student, by, decided_by in found
    ]


def _is_later(one: Proposed, as_of: datetime | None) -> bool:
    return one.decision is not None and as_of is not None and one.decision.recorded_at > as_of


def _undecided(one: Proposed) -> Proposed:
    return Proposed(one.proposal, None, one.enrollment, one.student, one.by, "", one.reason, "")
