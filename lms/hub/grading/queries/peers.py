"""Who did what of a hand-in: what its members say of themselves and of each other, and what was made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from lms.hub.coursework.models import Submission
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading.models import Release, Score, given
from lms.hub.grading.models.marking import MarkingRule
from lms.hub.grading.models.peers import Contribution, PeerFactor, PeerRating
from lms.hub.grading.rules import BP
from lms.hub.grading.rules.peers import peer_factor
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import runs_on, stands
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, scoped, unscoped, within

WHY = "what a group says of a hand-in that was found"


@dataclass(frozen=True, slots=True)
class Member:
    """One of those who handed in together."""

    enrollment: Enrollment
    name: str
    submission: Submission


@dataclass(frozen=True, slots=True)
class Said:
    """One member, for graders. share_bp None: said nothing yet. factor None: not asked, or nobody has spoken of them.

    applied_bp: the last factor that was applied to this member's points, whatever stands now.
    """

    member: Member
    text: str
    share_bp: int | None
    factor: Explained[int] | None
    applied_bp: int | None

    @property
    def shown_factor(self) -> Decimal | None:
        """The proposal as people read it."""
        return None if self.factor is None else Decimal(self.factor.value) / BP


@dataclass(frozen=True, slots=True)
class Own:
    """What one member has said. parts: of the others, by enrollment. asks: whether the section asks about others.

    is_open: until the own score is released. peers: after that, what the others wrote of themselves.
    """

    text: str
    share_bp: int | None
    parts: Mapping[int, int]
    others: Sequence[Member]
    asks: bool
    is_open: bool
    peers: Sequence[tuple[str, int, str]]


def find_own_submission(actor: Actor, public_id: str) -> tuple[Submission, Enrollment]:
    """The actor's own hand-in with this public id. Raises NotFound. One query."""
    statement = (
        select(Submission, Enrollment)
        .join(Enrollment, Enrollment.id == Submission.enrollment_id)
        .where(Submission.public_id == public_id)
    )
    row = session.execute(scoped(statement, actor, Action.SUBMISSION_WRITE, on=Submission)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1]


def members_of(submission: Submission) -> list[Member]:
    """Those who handed in together, by name; nobody for work of one. One query."""
    if submission.group_submission_id is None:
        return []
    statement = (
        select(Enrollment, Person.name, Submission)
        .join(Submission, Submission.enrollment_id == Enrollment.id)
        .join(Person, Person.id == Enrollment.person_id)
        .where(Submission.group_submission_id == submission.group_submission_id)
        .order_by(Person.name, Enrollment.id)
    )
    found = [Member(*row) for row in session.execute(unscoped(statement, WHY))]
    return found if len(found) > 1 else []


def bounds_for(submission: Submission) -> tuple[int, int] | None:
    """How far the section of a submission's student lets a group move points; None: not at all. One query."""
    statement = (
        select(MarkingRule.peer_least_bp, MarkingRule.peer_most_bp)
        .join(Placement, Placement.section_id == MarkingRule.section_id)
        .where(Placement.enrollment_id == submission.enrollment_id, MarkingRule.activity_id == submission.activity_id)
        .where(stands(MarkingRule), stands(Placement), runs_on(Placement, policy_day()))
    )
    row = session.execute(unscoped(statement, "the rule for a submission that was found")).first()
    return None if row is None or row[0] is None or row[1] is None else (row[0], row[1])


def _statements(group_submission_id: int) -> list[Contribution]:
    wanted = select(Contribution).where(Contribution.group_submission_id == group_submission_id, stands(Contribution))
    return list(session.scalars(unscoped(wanted, WHY)))


def ratings_in(group_submission_id: int) -> list[PeerRating]:
    """What the members say of each other now. One query."""
    wanted = select(PeerRating).where(PeerRating.group_submission_id == group_submission_id, stands(PeerRating))
    return list(session.scalars(unscoped(wanted, WHY)))


def said_of(submission: Submission) -> list[Said]:
    """Every member of the hand-in with what is said, for who may grade it. At most six queries."""
    members = members_of(submission)
    if not members or submission.group_submission_id is None:
        return []
    bounds, number = bounds_for(submission), submission.group_submission_id
    rows = _statements(number)
    words, own = prose_of(rows, "text"), {row.enrollment_id: row for row in rows}
    ratings = ratings_in(number) if bounds else []
    parts = {(row.enrollment_id, row.rated_id): row.part_bp for row in ratings}
    standing = select(PeerFactor).join(Score, Score.id == PeerFactor.score_id).where(given())
    applied = standing.where(PeerFactor.group_submission_id == number)
    last = {row.enrollment_id: row.factor_bp for row in session.scalars(unscoped(applied, WHY))}
    ids = [one.enrollment.id for one in members]
    found = []
    for one in members:
        row = own.get(one.enrollment.id)
        facts = tuple(rating.ref for rating in ratings if rating.rated_id == one.enrollment.id)
        factor = peer_factor(parts, ids, one.enrollment.id, bounds, facts) if bounds else None
        text = words.get(row.public_id, "") if row else ""
        found.append(Said(one, text, row.share_bp if row else None, factor, last.get(one.enrollment.id)))
    return found


def own_say(submission: Submission) -> Own | None:
    """What the student of a submission has said; None for work of one. At most five queries."""
    members, number = members_of(submission), submission.group_submission_id
    if not members or number is None:
        return None
    rows = _statements(number)
    words = prose_of(rows, "text")
    mine = next((row for row in rows if row.enrollment_id == submission.enrollment_id), None)
    is_open = not is_shown(submission)
    names = {one.enrollment.id: one.name for one in members}
    peers = [
        (names[row.enrollment_id], row.share_bp, words.get(row.public_id, ""))
        for row in rows
        if row.enrollment_id != submission.enrollment_id and row.enrollment_id in names
    ]
    given = [row for row in ratings_in(number) if row.enrollment_id == submission.enrollment_id]
    return Own(
        text=words.get(mine.public_id, "") if mine else "",
        share_bp=mine.share_bp if mine else None,
        parts={row.rated_id: row.part_bp for row in given},
        others=[one for one in members if one.enrollment.id != submission.enrollment_id],
        asks=bounds_for(submission) is not None,
        is_open=is_open,
        peers=[] if is_open else sorted(peers),
    )


def is_shown(submission: Submission) -> bool:
    """Whether the student has seen a score of it. One query."""
    wanted = select(Release.id).where(
        Release.enrollment_id == submission.enrollment_id,
        Release.activity_id == submission.activity_id,
        Release.attempt == submission.attempt,
    )
    return session.scalars(unscoped(wanted.limit(1), WHY)).first() is not None


def last_statement(submission: Submission) -> Contribution | None:
    """What the student of a submission said last. One query."""
    wanted = select(Contribution).where(
        Contribution.enrollment_id == submission.enrollment_id,
        Contribution.group_submission_id == submission.group_submission_id,
        stands(Contribution),
    )
    return session.scalar(unscoped(wanted, WHY))


def base_of(score_id: int, enrollment: Enrollment) -> Score | None:
    """The score that a factor made this one of; None for one that no factor made. One query."""
    made = select(PeerFactor.base_id).where(PeerFactor.score_id == score_id)
    return session.scalar(within(select(Score).where(Score.id.in_(made)), enrollment, on=Score))
