"""Asking for signatures: a letter to those who sign, and to the supervisor a link that works without a password."""

from sqlalchemy import select

from lms.hub.enrollment.queries.people import coordinators_of
from lms.hub.reviews.kinds import Party
from lms.hub.reviews.models import ReviewLink
from lms.hub.reviews.queries.reading import Review
from lms.hub.reviews.rules import LINK_LIVES
from lms.kernel import clock
from lms.kernel.db import session
from lms.kernel.facts import runs_on
from lms.messages.services import notify
from lms.people.access import Relation
from lms.people.accounts.tokens import new_secret, sha256_of
from lms.people.anchors import anchor_of
from lms.people.grants.models import GrantRow
from lms.people.scope import policy_day, within


def ask_for_signatures(review: Review, letter: str = "review-to-sign", key: str = "") -> None:
    """Tell everybody who has not signed the review as it stands; key: for a letter that is sent again."""
    for party in review.missing:
        _tell(review, party, letter, f"{review.row.public_id}:{review.content.sha256[:16]}{key}")


def _tell(review: Review, party: Party, letter: str, key: str) -> None:
    values = {"name": review.student.name, "day": review.row.due_on}
    if party is Party.STUDENT:
        path = f"/student/reviews/{review.row.public_id}"
        notify(review.enrollment.person_id, letter, key, path=path, **values)
    elif party is Party.INSTRUCTOR:
        for person_id in instructors_of(review):
            notify(person_id, letter, key, path=f"/instructor/reviews/{review.row.public_id}", **values)
    else:
        send_link_letter(review, letter, key)


def send_link_letter(review: Review, letter: str, key: str) -> ReviewLink | None:
    """A new link for the supervisor; links sent before are worth nothing then. None where nobody supervises."""
    person = review.supervisor
    if person is None or not person.is_active:
        return None
    now = clock.now()
    for link in links_of(review):
        link.revoked_at = link.revoked_at or (None if link.used_at else now)
    secret = new_secret()
    made = ReviewLink(
        progress_review_id=review.row.id,
        person_id=person.id,
        content_sha256=review.content.sha256,
        token_sha256=sha256_of(secret),
        created_at=now,
        expires_at=now + LINK_LIVES,
    )
    session.add(made)
    session.flush()
    values = {"name": review.student.name, "day": review.row.due_on}
    notify(person.id, f"{letter}-by-link", f"{key}:{made.public_id}", path=f"/sign-review/{secret}", **values)
    return made


def links_of(review: Review) -> list[ReviewLink]:
    """Every link that was made for the review, newest first. One query."""
    return list(session.scalars(within(select(ReviewLink), review.row).order_by(ReviewLink.id.desc())))


def instructors_of(review: Review) -> list[int]:
    """Who teaches the student's section today, as row numbers of persons. At most two queries."""
    sections = anchor_of(review.enrollment).sections
    held = select(GrantRow.person_id).where(
        GrantRow.relation == Relation.INSTRUCTOR, GrantRow.place_id.in_(sections), runs_on(GrantRow, policy_day())
    )
    return sorted(set(session.scalars(held)))


def tell_coordinators(review: Review, letter: str, key: str) -> int:
    """Tell who coordinates the student's site; how many people that are."""
    found = coordinators_of(review.enrollment)
    values = {"name": review.student.name, "day": review.row.due_on}
    for person_id in found:
        notify(person_id, letter, key, path=f"/coordinator/reviews/{review.row.public_id}", **values)
    return len(found)
