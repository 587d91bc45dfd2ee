"""Requests to look again at a score, with their thread, their decision, and what they are about most often."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.models import Release, Score
from lms.hub.grading.models.regrades import RegradeDecision, RegradeMessage, RegradeRequest
from lms.hub.grading.rules.regrades import open_until
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.paging import Page, page_of
from lms.kernel.prose import all_prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, within


@dataclass(frozen=True, slots=True)
class Word:
    """One message of a thread. is_student: whether the student wrote it."""

    name: str
    text: str
    at: datetime
    is_student: bool


@dataclass(frozen=True, slots=True)
class Regrade:
    """A request with what came of it. before, after: points of the score asked about, and of the one that it became."""

    request: RegradeRequest
    enrollment: Enrollment
    activity: Activity
    student: Person
    text: str
    thread: tuple[Word, ...]
    decision: RegradeDecision | None
    note: str
    decided_by: str
    before: int | None
    after: int | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.decision is None


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether a student may ask about an attempt. until: of the window; None where nothing was released."""

    attempt: int
    until: datetime | None
    has_open: bool

    def is_open(self, moment: datetime) -> bool:
        """Whether a request would be taken now."""
        return self.until is not None and moment <= self.until and not self.has_open


def find_regrade(actor: Actor, public_id: str, action: Action = Action.REGRADE_READ) -> Regrade:
    """The request with this public id, if `actor` may do `action` to it. Raises NotFound. Four queries."""
    statement = _regrades().where(RegradeRequest.public_id == public_id)
    found = _read(session.execute(scoped(statement, actor, action, on=RegradeRequest)).all())
    if not found:
        raise NotFound()
    return found[0]


def list_regrades(
    actor: Actor, *, only_open: bool, after: str | None = None, size: int = 50, action: Action = Action.REGRADE_READ
) -> Page[Regrade]:
    """The requests on work that `actor` may read, the oldest first. Five queries."""
    wanted = select(RegradeRequest)
    if only_open:
        wanted = wanted.where(~_is_decided())
    order = (RegradeRequest.recorded_at.asc(), RegradeRequest.id.asc())
    found = page_of(scoped(wanted, actor, action), order, after, size)
    numbers = [request.id for request in found.items]
    rows = session.execute(scoped(_regrades().where(RegradeRequest.id.in_(numbers)), actor, action, on=RegradeRequest))
    return Page(_read(rows.all()), found.after)


def regrades_on(enrollment: Enrollment, activity: Activity) -> list[Regrade]:
    """One student's requests on one activity, the last first. At most four queries."""
    statement = _regrades().where(RegradeRequest.activity_id == activity.id)
    rows = session.execute(within(statement, enrollment, on=RegradeRequest)).all()
    return list(reversed(_read(rows)))


def submission_of(regrade: Regrade) -> str | None:
    """The public id of the attempt that was asked about; None where nothing was handed in. One query."""
    wanted = select(Submission.public_id).where(
        Submission.activity_id == regrade.request.activity_id, Submission.attempt == regrade.request.attempt
    )
    return session.scalar(within(wanted, regrade.enrollment, on=Submission))


def has_open(enrollment: Enrollment, activity: Activity, attempt: int) -> bool:
    """Whether a request on this attempt waits. One query."""
    statement = select(func.count(RegradeRequest.id)).where(
        RegradeRequest.activity_id == activity.id, RegradeRequest.attempt == attempt, ~_is_decided()
    )
    return bool(session.scalar(within(statement, enrollment, on=RegradeRequest)))


def asking_of(enrollment: Enrollment, activity: Activity) -> list[Asking]:
    """For each released attempt: until when its student may ask. Two queries."""
    released = select(Release.attempt, Release.recorded_at).where(Release.activity_id == activity.id, stands(Release))
    rows = session.execute(within(released.order_by(Release.attempt.desc()), enrollment, on=Release)).all()
    waiting = select(RegradeRequest.attempt).where(RegradeRequest.activity_id == activity.id, ~_is_decided())
    busy = set(session.scalars(within(waiting, enrollment, on=RegradeRequest)))
    return [Asking(attempt, open_until(at), attempt in busy) for attempt, at in rows]


def criteria_asked_about(actor: Actor) -> list[tuple[str, str, str, int, int]]:
    """Activity, title, criterion ("" for all of it), requests, changes: where a rubric could be clearer. One query."""
    changed = func.count(RegradeDecision.score_id)
    statement = (
        select(Activity.code, Activity.title, RegradeRequest.criterion, func.count(RegradeRequest.id), changed)
        .join(Activity, Activity.id == RegradeRequest.activity_id)
        .outerjoin(RegradeDecision, RegradeDecision.regrade_request_id == RegradeRequest.id)
        .group_by(Activity.code, Activity.title, RegradeRequest.criterion)
        .order_by(func.count(RegradeRequest.id).desc(), Activity.code, RegradeRequest.criterion)
    )
    rows = session.execute(scoped(statement, actor, Action.REGRADE_READ, on=RegradeRequest)).all()
    return [(code, title, criterion, count, changes) for code, title, criterion, count, changes in rows]


def _is_decided() -> ColumnElement[bool]:
    return select(RegradeDecision.id).where(RegradeDecision.regrade_request_id == RegradeRequest.id).exists()


def _regrades() -> Select[*tuple[Any, ...]]:
    asked, made = aliased(Score), aliased(Score)
    decider = aliased(Person)
    return (
        select(RegradeRequest, Enrollment, Activity, Person, RegradeDecision, decider.name, asked.points, made.points)
        .join(Enrollment, Enrollment.id == RegradeRequest.enrollment_id)
        .join(Activity, Activity.id == RegradeRequest.activity_id)
        .join(Person, Person.id == Enrollment.person_id)
        .join(asked, asked.id == RegradeRequest.score_id)
        .outerjoin(RegradeDecision, RegradeDecision.regrade_request_id == RegradeRequest.id)
        .outerjoin(decider, decider.id == RegradeDecision.recorded_by_id)
        .outerjoin(made, made.id == RegradeDecision.score_id)
        .order_by(RegradeRequest.recorded_at, RegradeRequest.id)
    )


def _read(rows: Sequence[Any]) -> list[Regrade]:
    requests = [row[0] for row in rows]
    threads = _threads(requests)
    decisions = [row[4] for row in rows if row[4] is not None]
    words = all_prose_of([*requests, *decisions])
    found = []
    for request, enrollment, activity, student, decision, decided_by, before, after in rows:
        found.append(
            Regrade(
                request=request,
                enrollment=enrollment,
                activity=activity,
                student=student,
                text=words[request.public_id].get("text", ""),
                thread=tuple(threads.get(request.id, ())),
                decision=decision,
                note=words[decision.public_id].get("note", "") if decision else "",
                decided_by=decided_by or "",
                before=before,
                after=after if decision and decision.is_changed else before,
            )
        )
    return found


def _threads(requests: Sequence[RegradeRequest]) -> Mapping[int, list[Word]]:
    statement = (
        select(RegradeMessage, Person.name, Person.id == Enrollment.person_id)
        .join(Enrollment, Enrollment.id == RegradeMessage.enrollment_id)
        .join(Person, Person.id == RegradeMessage.recorded_by_id)
        .order_by(RegradeMessage.recorded_at, RegradeMessage.id)
    )
    rows = session.execute(within(statement, requests, on=RegradeMessage)).all() if requests else []
    words = all_prose_of([row for row, *_ in rows])
    found: dict[int, list[Word]] = {}
    for row, name, is_student in rows:
        text = words[row.public_id].get("text", "")
        found.setdefault(row.regrade_request_id, []).append(Word(name, text, row.recorded_at, bool(is_student)))
    return found
