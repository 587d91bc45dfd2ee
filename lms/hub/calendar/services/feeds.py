"""A calendar's secret address: 256 random bits, of which only the hash is kept; made, renewed, revoked."""

from datetime import datetime

from sqlalchemy import select

from lms.hub.calendar.models import CalendarFeed
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.accounts.tokens import new_secret, sha256_of
from lms.people.commands import command
from lms.people.scope import unscoped, within


@command(Action.ACCOUNT_OWN)
def renew_feed(actor: Actor, person: Person, keep: list[str]) -> CalendarFeed:
    """A new address; the one before gives nothing from now on. keep: takes the secret, which is told only once."""
    _revoke(person)
    secret = new_secret()
    feed = CalendarFeed(person_id=person.id, token_sha256=sha256_of(secret), created_at=acting_at())
    session.add(feed)
    session.flush()
    keep.append(secret)
    return feed


@command(Action.ACCOUNT_OWN)
def revoke_feed(actor: Actor, person: Person) -> None:
    """The address gives nothing from now on."""
    _revoke(person)


def _revoke(person: Person) -> None:
    for feed in session.scalars(within(select(CalendarFeed).where(CalendarFeed.revoked_at.is_(None)), person)):
        feed.revoked_at = acting_at()


def feed_of(person: Person) -> CalendarFeed | None:
    """The address that is in use, if there is one. One query."""
    return session.scalar(within(select(CalendarFeed).where(CalendarFeed.revoked_at.is_(None)), person))


def owner_of(secret: str, moment: datetime) -> Person | None:
    """Whose calendar `secret` opens; None if it was revoked, was never one, or the account is closed. One query."""
    statement = (
        select(CalendarFeed, Person)
        .join(Person, Person.id == CalendarFeed.person_id)
        .where(CalendarFeed.token_sha256 == sha256_of(secret), CalendarFeed.revoked_at.is_(None), Person.is_active)
    )
    row = session.execute(unscoped(statement, "the secret address names its owner")).one_or_none()
    if row is None:
        return None
    feed, person = row
    if feed.read_at is None or (moment - feed.read_at).total_seconds() > READ_EVERY_SECONDS:
        feed.read_at = moment
    return person


READ_EVERY_SECONDS = 3600  # how exactly "last read" is kept
