"""Whether a released score may be asked about, and what a decision needs. Pure; instants are UTC."""

from datetime import datetime, timedelta

from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.text import N_

WINDOW = timedelta(days=7)  # product.md P24
MIN_CHARACTERS = 10
MAX_CHARACTERS = 5_000


def open_until(released_at: datetime) -> datetime:
    """Until when a student may ask about a score that they have seen since `released_at`."""
    return released_at + WINDOW


def check_ask(released_at: datetime | None, now: datetime, text: str, *, has_open: bool) -> None:
    """Raises RuleBroken unless the score is released, the window open, no other request open, and something said."""
    if released_at is None:
        raise RuleBroken(N_("There is no released score to ask about."))
    if has_open:
        raise RuleBroken(N_("Your last request on this work is still open. Write into it instead."))
    if now > open_until(released_at):
        message = N_("A regrade could be asked for until %(until)s, 7 days after the score was released.")
        raise RuleBroken(message, until=open_until(released_at))
    check_words(text)


def check_words(text: str, field: str = "text") -> None:
    """Raises RuleBroken for too little or too much to be read."""
    if not MIN_CHARACTERS <= len(text.strip()) <= MAX_CHARACTERS:
        message = N_("Write %(least)s to %(most)s characters.")
        raise RuleBroken(message, field=field, least=MIN_CHARACTERS, most=MAX_CHARACTERS)


def check_still_open(is_decided: bool) -> None:
    """Raises RuleBroken once it was decided."""
    if is_decided:
        raise RuleBroken(N_("This request was decided already."))


def check_decider(decider: int | None, student: int) -> None:
    """Raises NotAllowed where somebody would decide on their own work."""
    if decider == student:
        raise NotAllowed(N_("You cannot decide on your own work."))
