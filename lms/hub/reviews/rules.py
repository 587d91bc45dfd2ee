"""When a review is due, what it is about, who has to sign what. Pure.

Weeks are seven days of presence: leave and breaks move a review by as many days. Figures are minutes and basis points.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lms.hub.cohorts.rules import Days
from lms.hub.reviews.kinds import Party, Stage
from lms.kernel.canonical import canonical
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.weeks import DAYS, day_span

EVERY_WEEKS = 12  # D32
REMIND_DAYS, ESCALATE_DAYS = 5, 10  # business days; A9: unsigned for more than 10
OPENS_BEFORE = timedelta(days=28)  # a review can be begun so long before its day
LINK_LIVES = timedelta(days=14)
MAX_NOTES, MAX_WORDS = 4_000, 500
STATEMENT_VERSION = 1
STATEMENT = N_("I took part in this review, or read it, and agree to what it says I do.")


@dataclass(frozen=True, slots=True)
class Terms:
    """How often reviews are, and when a missing signature is asked for again and told to the coordinator."""

    every_weeks: int = EVERY_WEEKS
    remind_days: int = REMIND_DAYS
    escalate_days: int = ESCALATE_DAYS


@dataclass(frozen=True, slots=True)
class Due:
    """The `number`-th review of a student. from_day: the day after the one before, or the own start. away: days off."""

    number: int
    from_day: date
    due_on: date
    away: int


def check_terms(terms: Terms) -> None:
    """Raises RuleBroken for terms that nobody could keep."""
    if not 4 <= terms.every_weeks <= 52:
        raise RuleBroken(N_("Enter 4 to 52 weeks between reviews."), field="every_weeks")
    if not 1 <= terms.remind_days <= 30:
        raise RuleBroken(N_("Enter 1 to 30 business days before a reminder."), field="remind_days")
    if not terms.remind_days < terms.escalate_days <= 60:
        message = N_("The coordinator hears of it after the reminder, and within 60 business days.")
        raise RuleBroken(message, field="escalate_days")


def dues(first: date | None, last: date, away: Iterable[Days], terms: Terms) -> list[Due]:
    """Every review between the own first and last day: after each N weeks of presence, on the last of those days."""
    if first is None or first > last:
        return []
    off = {day for days in away for day in day_span(max(days.from_day, first), min(days.to_day or last, last))}
    found: list[Due] = []
    present, begun, wanted = 0, first, terms.every_weeks * DAYS
    for day in day_span(first, last):
        if day in off:
            continue
        present += 1
        if present == wanted:
            gone = sum(begun <= one <= day for one in off)
            found.append(Due(len(found) + 1, begun, day, gone))
            present, begun = 0, day + timedelta(days=1)
    return found


def explain_due(due: Due, terms: Terms, facts: Sequence[FactRef] = ()) -> Explained[date]:
    """Why the review is on its day."""
    return Explained(
        due.due_on,
        rule=say(N_("A review is due after every %(weeks)s weeks; leave and breaks move it."), weeks=terms.every_weeks),
        source=say(N_("Terms of reviews of the cohort, rule D32")),
        facts=tuple(facts),
        steps=(
            Step(say(N_("The own start, or the day after the review before")), due.from_day),
            Step(say(N_("Days of presence")), terms.every_weeks * DAYS),
            Step(say(N_("Days of leave or break in between")), due.away),
            Step(say(N_("Due")), due.due_on),
        ),
    )


def signers(*, has_supervisor: bool) -> tuple[Party, ...]:
    """Who signs; where nobody supervises at a firm, the two others."""
    return (Party.STUDENT, Party.INSTRUCTOR, *((Party.SUPERVISOR,) if has_supervisor else ()))


def stage_of(today: date, due_on: date, *, is_begun: bool, is_asked: bool, missing: Collection[Party]) -> Stage:
    """How far a review is today."""
    if not is_begun:
        return Stage.LATE if today > due_on else Stage.COMING
    if not is_asked:
        return Stage.OPEN
    return Stage.TO_SIGN if missing else Stage.SIGNED


def content_hash(
    review: str, due_on: date, held_on: date | None, figures: Mapping[str, Any], notes: str, actions: Sequence[Any]
) -> str:
    """What a signature signs: SHA-256 over canonical JSON; words stand in it by their own hash, so they can be erased.

    actions: pairs of owner and day with the words, in their order.
    """
    body = {
        "review": review,
        "due_on": due_on.isoformat(),
        "held_on": held_on.isoformat() if held_on else None,
        "figures": figures,
        "notes": _sha256(notes),
        "actions": [[str(owner), day.isoformat(), _sha256(words)] for owner, day, words in actions],
    }
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def shown_hash(content_sha256: str, figures: Mapping[str, Any], hidden: Collection[str]) -> str:
    """What one signer was shown: the whole by its hash, the figures without what was hidden from them."""
    shown = {name: value for name, value in figures.items() if name not in hidden}
    body = {"content": content_sha256, "figures": shown, "hidden": sorted(hidden)}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check_notes(notes: str, held_on: date | None, today: date) -> None:
    """Raises RuleBroken, every fault at once."""
    faults = []
    if len(notes) > MAX_NOTES:
        message = N_("Please keep the notes under %(limit)s characters.")
        faults.append(RuleBroken(message, field="notes", limit=MAX_NOTES))
    if held_on is not None and held_on > today:
        message = N_("The talk cannot have been in the future. Leave it empty until then.")
        faults.append(RuleBroken(message, field="held_on"))
    _raise(faults)


def check_action(what: str, due_on: date, today: date) -> None:
    """Raises RuleBroken, every fault at once, for an action without words or with a day that is past."""
    faults = []
    if not what.strip():
        faults.append(RuleBroken(N_("Say what is to be done."), field="what"))
    elif len(what) > MAX_WORDS:
        faults.append(RuleBroken(N_("Please keep it under %(limit)s characters."), field="what", limit=MAX_WORDS))
    if due_on < today:
        faults.append(RuleBroken(N_("Choose a day from today on."), field="due_on"))
    _raise(faults)


def check_ready(held_on: date | None) -> None:
    """Raises RuleBroken unless there is something to sign."""
    if held_on is None:
        message = N_("Enter the day of the talk first. What is signed is what was talked about.")
        raise RuleBroken(message, field="held_on")


def _raise(faults: Sequence[RuleBroken]) -> None:
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)
