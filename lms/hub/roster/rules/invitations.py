"""Where an invitation stands, from what is known of its link and its letter. Pure; instants are UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkState(StrEnum):
    """What the office sees beside a name."""

    NOT_SENT = "not_sent"
    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    BOUNCED = "bounced"
    OPENED = "opened"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    REVOKED = "revoked"


WANTS_ONE = frozenset({LinkState.NOT_SENT, LinkState.BOUNCED, LinkState.EXPIRED, LinkState.REVOKED})


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """One link. mail: the state of its letter in the outbox, empty if it is not known any more.

    bounced_at: when mail to the person's address last came back, whichever letter it was.
    """

    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    mail: str = ""
    bounced_at: datetime | None = None


def link_state(link: LinkFacts | None, now: datetime, *, is_live: bool = False) -> LinkState:
    """Where it stands. is_live: the person can sign in already, however they came to."""
    if is_live or (link and link.used_at):
        return LinkState.ACCEPTED
    if link is None:
        return LinkState.NOT_SENT
    if link.revoked_at:
        return LinkState.REVOKED
    if link.mail == "failed" or (link.bounced_at is not None and link.bounced_at >= link.created_at):
        return LinkState.BOUNCED
    if link.expires_at <= now:
        return LinkState.EXPIRED
    if link.opened_at:
        return LinkState.OPENED
    return LinkState.ON_ITS_WAY if link.mail in ("queued", "sending") else LinkState.SENT
