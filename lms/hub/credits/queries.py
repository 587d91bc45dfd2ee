"""Credits and rulings as they stand, and the requests with their words."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from lms.hub.catalog.models import Course, Unit
from lms.hub.credits.models import CreditDecision, CreditRequest, RequirementRuling
from lms.hub.credits.rules import Credit, Outcome, Ruling, RulingKind, added
from lms.hub.enrollment.models import Enrollment, PlanUnit
from lms.hub.enrollment.queries import standing
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, within


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its words and what became of it. file_name: "" without a file."""

    row: CreditRequest
    words: str
    file_name: str
    decision: CreditDecision | None
    reason: str

    @property
    def outcome(self) -> Outcome | None:
        return self.decision.outcome if self.decision else None


def credits_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, dict[str, Credit]]:
    """What stands as credited, by the enrollment's row number and the node. One query."""
    found: dict[int, dict[str, list[Credit]]] = defaultdict(lambda: defaultdict(list))
    for row in standing(CreditDecision, enrollments, as_of):
        if row.outcome is Outcome.GRANTED:
            found[row.enrollment_id][row.node].append(Credit(row.minutes, row.decided_on, (row.ref,)))
    return {
        number: {node: total for node, each in nodes.items() if (total := added(each))}
        for number, nodes in found.items()
    }


def rulings_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, dict[str, Ruling]]:
    """The waivers and holds that stand, by the enrollment's row number and the node. One query."""
    found: dict[int, dict[str, Ruling]] = defaultdict(dict)
    for row in standing(RequirementRuling, enrollments, as_of):
        if row.kind is not RulingKind.LIFTED:
            found[row.enrollment_id][row.node] = Ruling(row.kind, row.decided_on, (row.ref,))
    return found


def requests_of(enrollment: Enrollment, as_of: datetime | None = None) -> list[Asked]:
    """Every request of a student who was found, the last first. Three queries."""
    rows = standing(CreditRequest, enrollment, as_of)
    decisions = {row.request_id: row for row in standing(CreditDecision, enrollment, as_of)}
    return list(reversed(_with_words(rows, decisions)))


def _with_words(rows: Sequence[CreditRequest], decisions: Mapping[int, CreditDecision]) -> list[Asked]:
    words = all_prose_of([*rows, *decisions.values()])
    found = []
    for row in rows:
        decision, said = decisions.get(row.id), words[row.public_id]
        reason = words[decision.public_id].get("reason", "") if decision else ""
        found.append(Asked(row, said.get("words", ""), said.get("file_name", ""), decision, reason))
    return found


def find_request(actor: Actor, public_id: str, action: Action) -> CreditRequest:
    """One request. Raises NotFound. One query."""
    found = session.scalar(scoped(select(CreditRequest).where(CreditRequest.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


Of = tuple[Enrollment, str, Asked]


def requests_to_decide(actor: Actor, shown: int = 50) -> tuple[list[Of], list[Of]]:
    """Requests on which `actor` decides, with the student's name: what waits, and the last decided. Two queries."""
    statement = (
        select(CreditRequest, Enrollment, Person.name, CreditDecision)
        .join(Enrollment, Enrollment.id == CreditRequest.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .outerjoin(CreditDecision, (CreditDecision.request_id == CreditRequest.id) & stands(CreditDecision))
        .order_by(CreditDecision.id.desc(), CreditRequest.id)
    )
    rows = session.execute(scoped(statement, actor, Action.CREDIT_DECIDE, on=CreditRequest)).all()
    kept = [row for row in rows if row[3] is None] + [row for row in rows if row[3] is not None][:shown]
    decisions = {row[0].id: row[3] for row in kept if row[3] is not None}
    asked = {one.row.id: one for one in _with_words([row[0] for row in kept], decisions)}
    found = [(enrollment, name, asked[request.id]) for request, enrollment, name, _ in kept]
    return [one for one in found if not one[2].decision], [one for one in found if one[2].decision]


def requests_waiting(actor: Actor) -> int:
    """Requests on which `actor` decides and nobody has. One query."""
    decided = select(CreditDecision.id).where(CreditDecision.request_id == CreditRequest.id)
    statement = select(func.count(CreditRequest.id)).where(~decided.exists())
    return session.scalar(scoped(statement, actor, Action.CREDIT_DECIDE, on=CreditRequest)) or 0


def history_of(enrollment: Enrollment) -> list[tuple[RequirementRuling, str]]:
    """Every ruling ever made about a student who was found, with its reason, the last first. Two queries."""
    rows = session.scalars(within(select(RequirementRuling), enrollment).order_by(RequirementRuling.id.desc())).all()
    words = all_prose_of(rows)
    return [(row, words[row.public_id].get("reason", "")) for row in rows]


def planned_minutes_of(enrollment: Enrollment) -> dict[str, int]:
    """The minutes that each course of a student's plan plans, by the course's code. One query."""
    planned = Unit.minutes_a_week * (Unit.last_week - Unit.first_week + 1)
    statement = (
        select(Course.code, func.sum(planned))
        .select_from(PlanUnit)
        .join(Course, Course.id == PlanUnit.course_id)
        .join(Unit, Unit.course_id == Course.id)
        .where(stands(PlanUnit), PlanUnit.is_dropped.is_(False))
        .group_by(Course.code)
    )
    return {code: int(minutes) for code, minutes in session.execute(within(statement, enrollment, on=PlanUnit))}
