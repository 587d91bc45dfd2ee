"""Links that stand for a person without a sign-in: how often one may try, and whether one still counts."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from lms.kernel.errors import NotFound, Problem, RuleBroken
from lms.kernel.text import N_
from lms.people.accounts.models import Person
from lms.people.accounts.throttle import count_failure, refuse_if_throttled


class LinkEnded(Problem):
    """The link was good once. 410; it says nothing of what it was for."""

    status = 410
    title = N_("This link has ended")


class TooMany(Problem):
    """Somebody tries links out. 429."""

    status = 429
    title = N_("Too many attempts")


class Link(Protocol):
    """A stored link of any kind; works once."""

    used_at: datetime | None
    revoked_at: datetime | None
    expires_at: datetime


def refuse_guessing(address: str, now: datetime) -> None:
    """Raises TooMany while `address` has tried too many secrets that nobody has. One query."""
    try:
        refuse_if_throttled(_keys(address), now)
    except RuleBroken as waits:
        seconds = int(str(waits.sentence.values["seconds"]))
        problem = TooMany(N_("Too many links that do not work. Try again in %(seconds)s seconds."), seconds=seconds)
        problem.retry_after = seconds
        raise problem from None


def unknown_link(address: str, now: datetime) -> NotFound:
    """What to raise for a secret that nobody has; it counts once the caller's transaction is rolled back."""
    problem = NotFound(N_("This link does not work. It may have been cut off on its way: open it from the mail."))
    problem.afterwards = _count(_keys(address), now)
    return problem


def check_alive(link: Link, person: Person, now: datetime) -> None:
    """Raises LinkEnded for a link that was used, was taken back or has expired."""
    if link.used_at is not None:
        raise LinkEnded(N_("This link was used on %(when)s. Nothing more has to be done."), when=link.used_at)
    if link.revoked_at is not None or not person.is_active:
        raise LinkEnded(N_("This link was taken back. If a newer mail came, use the link in it."))
    if now >= link.expires_at:
        raise LinkEnded(N_("This link ended on %(when)s. Ask the program for a new one."), when=link.expires_at)


def _keys(address: str) -> list[str]:
    return [f"sign-link:{address}"]


def _count(keys: list[str], now: datetime) -> Callable[[], None]:
    return lambda: count_failure(keys, now)
