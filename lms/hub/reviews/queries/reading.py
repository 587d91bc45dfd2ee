"""Reviews as they stand: contents, what was agreed, who signed what; as known at any moment, for one or for many."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import select

from lms.hub.enrollment.anchors import SPELL_NUMBER
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.reviews.agenda import Point, agenda
from lms.hub.reviews.kinds import Party, Settlement
from lms.hub.reviews.models import (
    ActionOutcome,
    ProgressReview,
    ReviewAction,
    ReviewContent,
    ReviewSignature,
    ReviewWhy,
)
from lms.hub.reviews.rules import signers
from lms.hub.reviews.whys import SEAL, read_back
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import Fact, known, stands
from lms.kernel.prose import all_prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped, within

WHY = "people and employments of reviews that were found"


@dataclass(frozen=True, slots=True)
class Agreed:
    """Something that was agreed, with what became of it. number: of the review in which it was."""

    row: ReviewAction
    number: int
    what: str
    outcome: Settlement
    note: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature with the signer's name. is_current: of the review as it stands."""

    row: ReviewSignature
    name: str
    comment: str
    is_current: bool


@dataclass
class Review:
    """One review whole. supervisor: who signs at the firm on the employment of its day; None where nobody does."""

    row: ProgressReview
    enrollment: Enrollment
    student: Person
    content: ReviewContent
    notes: str
    actions: list[Agreed]
    carried: list[Agreed]
    signatures: list[Signed]
    supervisor: Person | None
    firm_id: int | None
    begun_at: datetime

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who signs it."""
        return signers(has_supervisor=self.supervisor is not None)

    @cached_property
    def current(self) -> dict[Party, Signed]:
        """The signatures that count, since nothing was changed after them."""
        return {one.row.party: one for one in self.signatures if one.is_current}

    @property
    def missing(self) -> tuple[Party, ...]:
        """Who has still to sign it as it stands."""
        return tuple(party for party in self.parties if party not in self.current)

    @property
    def is_signed(self) -> bool:
        """Whether everybody has signed it as it stands."""
        return self.content.is_asked and not self.missing

    def agenda(self, hidden: frozenset[str] = frozenset()) -> list[Point]:
        """What there is to talk about, without the sections that are hidden from the reader."""
        return agenda(self.content.figures, hidden)


def find_review(actor: Actor, public_id: str, action: Action = Action.REVIEW_READ) -> ProgressReview:
    """The review, if `actor` may do `action` to it. Raises NotFound. One query."""
    statement = select(ProgressReview).where(ProgressReview.public_id == public_id)
    found = session.scalar(scoped(statement, actor, action))
    if found is None:
        raise NotFound()
    return found


def find_action(actor: Actor, public_id: str, action: Action) -> ReviewAction:
    """Something that was agreed and stands. Raises NotFound. One query."""
    statement = known(select(ReviewAction), ReviewAction, None).where(ReviewAction.public_id == public_id)
    found = session.scalar(scoped(statement, actor, action))
    if found is None or found.is_dropped:
        raise NotFound()
    return found


def review_of(row: ProgressReview, as_of: datetime | None = None) -> Review:
    """One review that was found, whole. A fixed number of queries. Raises NotFound before it was begun."""
    found = reviews_of([row], as_of)
    if not found:
        raise NotFound()
    return found[0]


def reviews_of(rows: Sequence[ProgressReview], as_of: datetime | None = None) -> list[Review]:
    """Reviews that were found, whole, in their order. Eight queries, however many."""
    rows = [row for row in rows if as_of is None or row.recorded_at <= as_of]
    if not rows:
        return []
    siblings = _siblings(rows, as_of)
    numbers = {one.id: one for one in siblings}
    contents = {one.progress_review_id: one for one in _standing(ReviewContent, rows, as_of)}
    actions = [one for one in _standing(ReviewAction, siblings, as_of) if not one.is_dropped]
    outcomes = {one.review_action_id: one for one in _standing(ActionOutcome, siblings, as_of)}
    signatures = _standing(ReviewSignature, rows, as_of)
    words = all_prose_of([*contents.values(), *actions, *outcomes.values(), *signatures])
    agreed = [_agreed(one, numbers[one.progress_review_id].number, outcomes, words) for one in actions]
    people, employed = _people(rows, signatures, as_of)
    return [_whole(row, contents[row.id], agreed, numbers, signatures, words, people, employed) for row in rows]


F = TypeVar("F", bound=Fact)


def _standing(model: type[F], rows: Sequence[ProgressReview], as_of: datetime | None) -> Sequence[F]:
    """The facts of `model` that stand for reviews which were found, oldest first. One query."""
    return session.scalars(within(select(model).where(stands(model, as_of)).order_by(model.id), rows)).all()


def _siblings(rows: Sequence[ProgressReview], as_of: datetime | None) -> list[ProgressReview]:
    """Every review of the same students, from which open actions are carried over."""
    ids = {row.enrollment_id for row in rows}
    statement = known(select(ProgressReview), ProgressReview, as_of).where(ProgressReview.enrollment_id.in_(ids))
    found = session.scalars(unscoped(statement, "reviews of the same students").order_by(ProgressReview.id))
    return list(found)


def _agreed(
    row: ReviewAction, number: int, outcomes: Mapping[int, ActionOutcome], words: Mapping[str, Mapping[str, str]]
) -> Agreed:
    last = outcomes.get(row.id)
    note = words[last.public_id].get("note", "") if last else ""
    return Agreed(row, number, words[row.public_id].get("what", ""), last.outcome if last else Settlement.OPEN, note)


People = tuple[dict[int, Enrollment], dict[int, Person]]


def _people(
    rows: Sequence[ProgressReview], signatures: Sequence[ReviewSignature], as_of: datetime | None
) -> tuple[People, dict[int, EmploymentSpell]]:
    """Students, supervisors and signers, and the employments by their number. Three queries."""
    employments = select(EmploymentSpell).where(
        stands(EmploymentSpell, as_of), SPELL_NUMBER.in_({row.spell_id for row in rows if row.spell_id})
    )
    employed = {one.first_id or one.id: one for one in session.scalars(unscoped(employments, WHY))}
    students = select(Enrollment).where(Enrollment.id.in_({row.enrollment_id for row in rows}))
    enrollments = {one.id: one for one in session.scalars(unscoped(students, WHY))}
    ids = {
        *(one.person_id for one in enrollments.values()),
        *(one.supervisor_id for one in employed.values() if one.supervisor_id),
        *(one.recorded_by_id for one in signatures if one.recorded_by_id),
    }
    people = {one.id: one for one in session.scalars(unscoped(select(Person).where(Person.id.in_(ids)), WHY))}
    return (enrollments, people), employed


def _whole(
    row: ProgressReview,
    content: ReviewContent,
    agreed: Sequence[Agreed],
    numbers: Mapping[int, ProgressReview],
    signatures: Sequence[ReviewSignature],
    words: Mapping[str, Mapping[str, str]],
    people: People,
    employed: Mapping[int, EmploymentSpell],
) -> Review:
    enrollments, persons = people
    spell = employed.get(row.spell_id or 0)
    here = [one for one in agreed if one.row.progress_review_id == row.id]
    before = [
        one
        for one in agreed
        if numbers[one.row.progress_review_id].enrollment_id == row.enrollment_id and one.number < row.number
    ]
    signed = [
        Signed(
            one,
            persons[one.recorded_by_id].name if one.recorded_by_id in persons else "",
            words[one.public_id].get("comment", ""),
            one.content_sha256 == content.sha256,
        )
        for one in signatures
        if one.progress_review_id == row.id
    ]
    return Review(
        row=row,
        enrollment=enrollments[row.enrollment_id],
        student=persons[enrollments[row.enrollment_id].person_id],
        content=content,
        notes=words[content.public_id].get("notes", ""),
        actions=here,
        carried=[one for one in before if _is_carried(one, row)],
        signatures=signed,
        supervisor=persons.get(spell.supervisor_id or 0) if spell else None,
        firm_id=spell.firm_id if spell else None,
        begun_at=row.recorded_at,
    )


def _is_carried(one: Agreed, row: ProgressReview) -> bool:
    """Whether something agreed before was still to be looked at when this review began: open, or settled since."""
    return one.outcome is Settlement.OPEN or one.row.due_on >= row.due_on


def of_enrollments(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, list[ProgressReview]]:
    """The reviews begun of students who were found, by enrollment, oldest first. One query."""
    found: dict[int, list[ProgressReview]] = defaultdict(list)
    if enrollments:
        statement = known(select(ProgressReview), ProgressReview, as_of).order_by(ProgressReview.number)
        for row in session.scalars(within(statement, enrollments)):
            found[row.enrollment_id].append(row)
    return found


def list_reviews(actor: Actor, action: Action = Action.REVIEW_READ) -> list[ProgressReview]:
    """Every review begun that `actor` may do `action` to, the newest day first. One query."""
    statement = known(select(ProgressReview), ProgressReview, None)
    statement = statement.order_by(ProgressReview.due_on.desc(), ProgressReview.id)
    return list(session.scalars(scoped(statement, actor, action)))


def review_with(action: ReviewAction) -> ProgressReview:
    """The review in which something was agreed that was found for somebody. One query."""
    statement = select(ProgressReview).where(ProgressReview.id == action.progress_review_id)
    return session.scalars(unscoped(statement, "the review of an action that was found")).one()


def firm_of(review: Review) -> Firm:
    """The firm of the employment of a review that was found for somebody. One query."""
    return session.scalars(unscoped(select(Firm).where(Firm.id == review.firm_id), WHY)).one()


def whys_of(review: Review) -> dict[str, Explained[Any]]:
    """Why its figures are what they are, as stored when they were taken; none for a review of before. One query."""
    sha256 = review.content.figures.get(SEAL, "")
    kept = session.scalar(within(select(ReviewWhy.whys).where(ReviewWhy.sha256 == sha256), review.row, on=ReviewWhy))
    return {} if kept is None else read_back(kept)
