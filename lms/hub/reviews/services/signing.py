"""Signing a review: signed in, or by a link that works once and for this review alone (D27, D32)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.hub.reviews.agenda import SECTIONS
from lms.hub.reviews.kinds import Manner, Party
from lms.hub.reviews.models import ProgressReview, ReviewLink, ReviewSignature
from lms.hub.reviews.queries.reading import Review, find_review, review_of
from lms.hub.reviews.rules import MAX_WORDS, STATEMENT_VERSION, shown_hash
from lms.hub.reviews.services.telling import send_link_letter
from lms.kernel import clock
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Grant, Relation
from lms.people.accounts.links import LinkEnded, check_alive, refuse_guessing, unknown_link
from lms.people.accounts.models import Person
from lms.people.accounts.tokens import sha256_of
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.consent.models import RecordType
from lms.people.consent.queries import holding
from lms.people.scope import policy_day, unscoped

WHY = "the link is the permission"
# Which consent shows a section of the figures to somebody at the firm; the capstone is the firm's own project.
CONSENTS = {
    "hours": RecordType.HOURS,
    "progress": RecordType.PROGRESS,
    "attendance": RecordType.ATTENDANCE,
    "grades": RecordType.GRADES,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that may be used now: for whom it acts, and on what."""

    link: ReviewLink
    actor: Actor
    review: Review


def hidden_from(actor: Actor, review: Review) -> frozenset[str]:
    """The sections that somebody at the firm may not see, for want of a consent; nothing for everybody else."""
    if party_of(actor, review) is not Party.SUPERVISOR or is_staff(actor, review):
        return frozenset()
    if review.firm_id is None:
        return frozenset(SECTIONS)
    number, day = review.enrollment.id, policy_day()
    return frozenset(
        section for section, kind in CONSENTS.items() if number not in holding([number], review.firm_id, kind, day)
    )


def is_staff(actor: Actor, review: Review) -> bool:
    """Whether the actor runs the site or teaches the section."""
    place = anchor_of(review.row)
    return any(site in actor.places(Relation.COORDINATOR) for site, _ in place.seats) or bool(
        place.sections & actor.places(Relation.INSTRUCTOR)
    )


def party_of(actor: Actor, review: Review) -> Party | None:
    """As what the actor signs; None for somebody who only reads. Who is several signs as the first of these."""
    place = anchor_of(review.row)
    if actor.places(Relation.STUDENT) & place.enrollments:
        return Party.STUDENT
    if actor.places(Relation.INSTRUCTOR) & place.sections:
        return Party.INSTRUCTOR
    if actor.places(Relation.SUPERVISOR) & place.spells or actor.places(Relation.REVIEW_LINK) & place.reviews:
        return Party.SUPERVISOR
    return None


@command(Action.REVIEW_SIGN)
def sign_review(actor: Actor, row: ProgressReview, seen: str, comment: str = "") -> ReviewSignature:
    """Sign the review as it stands; signing twice gives the first signature. seen: the hash of what was shown.

    Raises RuleBroken before signatures are asked for, Conflict where it was changed meanwhile, NotAllowed.
    """
    review = review_of(row)
    party = party_of(actor, review)
    if party is None or party not in review.parties:
        raise NotAllowed()
    if len(comment) > MAX_WORDS:
        raise RuleBroken(N_("Please keep it under %(limit)s characters."), field="comment", limit=MAX_WORDS)
    if not review.content.is_asked:
        raise RuleBroken(N_("This review is still being written. You are told when it can be signed."))
    if review.content.sha256 != seen:
        raise Conflict(N_("This review was changed meanwhile. Read it again before you sign."))
    if party in review.current:
        return review.current[party].row
    hidden = hidden_from(actor, review)
    made = ReviewSignature(
        progress_review_id=row.id,
        party=party,
        content_sha256=seen,
        shown_sha256=shown_hash(seen, review.content.figures, hidden),
        hidden=sorted(hidden),
        statement_version=STATEMENT_VERSION,
        manner=Manner.LINK if actor.via == "link" else Manner.SIGNED_IN,
    )
    session.add(made)
    session.flush()
    keep(made, comment=comment.strip())
    return made


@command(Action.REVIEW_OPEN)
def send_review_link(actor: Actor, row: ProgressReview) -> ReviewLink:
    """Mail the supervisor a new link; links sent before are worth nothing then. Raises RuleBroken."""
    review = review_of(row)
    if not review.content.is_asked or Party.SUPERVISOR not in review.missing:
        raise RuleBroken(N_("Nothing of this review waits for a signature at the firm."))
    made = send_link_letter(review, "review-to-sign", f"{row.public_id}:again")
    if made is None:
        raise RuleBroken(N_("Nobody at the firm signs for this student now."))
    return made


def open_link(secret: str, address: str) -> Opened:
    """The link of this secret, if it may be used now. Raises NotFound, LinkEnded and, while throttled, TooMany."""
    now = clock.now()
    refuse_guessing(address, now)
    statement = select(ReviewLink, Person).join(Person, Person.id == ReviewLink.person_id)
    found = session.execute(unscoped(statement.where(ReviewLink.token_sha256 == sha256_of(secret)), WHY)).one_or_none()
    if found is None:
        raise unknown_link(address, now)
    return _opened(found[0], found[1], now)


def _opened(link: ReviewLink, person: Person, now: datetime) -> Opened:
    check_alive(link, person, now)
    actor = _actor_of(link, person)
    row = session.scalars(
        unscoped(select(ProgressReview).where(ProgressReview.id == link.progress_review_id), WHY)
    ).one()
    try:
        review = review_of(find_review(actor, row.public_id, Action.REVIEW_SIGN))
    except NotFound:  # the employment has ended
        raise LinkEnded(N_("You no longer sign for this student. The program takes care of it.")) from None
    if review.supervisor is None or review.supervisor.id != person.id:
        raise LinkEnded(N_("You no longer sign for this student. The program takes care of it."))
    if review.content.sha256 != link.content_sha256:
        raise LinkEnded(N_("This review was changed meanwhile. A newer mail has the link to it."))
    return Opened(link, actor, review)


def _actor_of(link: ReviewLink, person: Person) -> Actor:
    """The person, with nothing but this one link."""
    return Actor(
        person.id,
        frozenset({Grant(Relation.REVIEW_LINK, link.progress_review_id)}),
        via="link",
        name=person.name,
        language=person.language,
        zone=person.zone,
        person_public_id=person.public_id,
    )


def sign_by_link(opened: Opened, seen: str, comment: str = "") -> ReviewSignature:
    """Sign, and so use the link up."""
    made = sign_review(opened.actor, opened.review.row, seen, comment)
    opened.link.used_at = clock.now()
    return made
