"""Prior learning and waivers: what may be credited against which requirement, and how much. Pure.

Minutes are whole; the cap is in basis points of the minutes that a requirement or a plan asks for (D11).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.rules import Need
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span

FULL_BP = 10_000
MAX_WORDS = 2_000
# A capstone is the student's own project and a credential is recorded as such; groups are met by their parts.
CREDITABLE = frozenset({RequirementKind.COURSE, RequirementKind.MIN_MINUTES, RequirementKind.COMPETENCY})


class Outcome(StrEnum):
    """What was decided on a request for credit."""

    GRANTED = "granted"
    DECLINED = "declined"
    REVOKED = "revoked"


OUTCOME_NAMES = {
    Outcome.GRANTED: N_("granted"),
    Outcome.DECLINED: N_("declined"),
    Outcome.REVOKED: N_("taken back"),
}


class RulingKind(StrEnum):
    """What the program says about a requirement of one student, whatever was done."""

    WAIVED = "waived"
    HELD = "held"
    LIFTED = "lifted"


RULING_NAMES = {
    RulingKind.WAIVED: N_("waived"),
    RulingKind.HELD: N_("does not count for now"),
    RulingKind.LIFTED: N_("ended"),
}


@dataclass(frozen=True, slots=True)
class Credit:
    """What stands of the decisions on one requirement. minutes None: the whole requirement."""

    minutes: int | None
    decided_on: date
    facts: tuple[FactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """A waiver or a hold that stands."""

    kind: RulingKind
    decided_on: date
    facts: tuple[FactRef, ...] = ()


def added(credits: Iterable[Credit]) -> Credit | None:
    """Several grants on one requirement as one; a whole one is more than any minutes."""
    found = list(credits)
    if not found:
        return None
    minutes = None if any(c.minutes is None for c in found) else sum(c.minutes or 0 for c in found)
    facts = tuple(fact for credit in found for fact in credit.facts)
    return Credit(minutes, max(credit.decided_on for credit in found), facts)


def check_words(words: str, field: str) -> None:
    """Raises RuleBroken for a decision or a request without a word, or with too many."""
    if not words.strip():
        raise RuleBroken(N_("Say why in a few words; they stay with the student's record."), field=field)
    if len(words) > MAX_WORDS:
        raise RuleBroken(N_("Please keep it under %(limit)s characters."), field=field, limit=MAX_WORDS)


def check_request(need: Need, minutes: int | None, words: str, *, has_proof: bool) -> None:
    """Raises RuleBroken, every fault at once. has_proof: a file is attached or a verified credential named."""
    faults = []
    if need.kind not in CREDITABLE:
        message = N_("Prior learning counts for courses, minutes and competencies. Choose one of these.")
        faults.append(RuleBroken(message, field="requirement"))
    faults += _wrong_minutes(need, minutes)
    try:
        check_words(words, "words")
    except RuleBroken as broken:
        faults.append(broken)
    if not has_proof:
        faults.append(RuleBroken(N_("Attach what shows it, or name one of your credentials."), field="file"))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)


def _wrong_minutes(need: Need, minutes: int | None) -> list[RuleBroken]:
    if need.kind is RequirementKind.MIN_MINUTES:
        if not minutes or minutes < 0:
            return [RuleBroken(N_("Enter how many minutes it was."), field="minutes")]
    elif minutes is not None:
        return [RuleBroken(N_("This requirement is credited as a whole. Leave the minutes empty."), field="minutes")]
    return []


def cap(minutes: int, cap_bp: int) -> Explained[int]:
    """How many of `minutes` may come from prior learning, rounded down."""
    most = minutes * cap_bp // FULL_BP
    return Explained(
        value=most,
        rule=say(N_("At most %(share)s percent may come from prior learning."), share=cap_bp // 100),
        source=say(N_("Policy of the program version, prior learning")),
        steps=(
            Step(say(N_("Minutes that are asked for")), minutes),
            Step(say(N_("Of these at most")), most),
        ),
    )


def check_minutes(need: Need, asked: int | None, given: int | None, before: int, cap_bp: int) -> None:
    """Raises RuleBroken unless `given` minutes may be credited. before: minutes credited on it already."""
    faults = _wrong_minutes(need, given)
    if faults:
        raise faults[0]
    if given is None:
        return
    if asked is not None and given > asked:
        raise RuleBroken(N_("The student asked for %(asked)s. Give at most these."), field="minutes", asked=Span(asked))
    most = cap(need.minutes or 0, cap_bp).value
    if before + given > most:
        raise RuleBroken(
            N_("At most %(most)s of %(wanted)s may come from prior learning; %(before)s are credited already."),
            field="minutes",
            most=Span(most),
            wanted=Span(need.minutes or 0),
            before=Span(before),
        )


def check_plan(new: int, before: int, planned: int, cap_bp: int) -> None:
    """Raises RuleBroken if courses of `new` minutes, after `before`, are more of the plan than may be credited."""
    most = cap(planned, cap_bp).value
    if before + new > most:
        raise RuleBroken(
            N_(
                "This course plans %(new)s. With %(before)s credited before, that is more than the %(most)s of "
                "%(planned)s planned that may come from prior learning."
            ),
            field="requirement",
            new=Span(new),
            before=Span(before),
            most=Span(most),
            planned=Span(planned),
        )


def check_outcome(stands: Outcome | None, wanted: Outcome) -> None:
    """Raises RuleBroken unless `wanted` may follow: a decision once, taking back only what was granted."""
    if wanted is Outcome.REVOKED:
        if stands is not Outcome.GRANTED:
            raise RuleBroken(N_("Only a credit that was granted can be taken back."), field="outcome")
    elif stands is not None:
        raise RuleBroken(N_("This request was decided already. Reload the page to see how."), field="outcome")


def check_ruling(stands: RulingKind | None, wanted: RulingKind, reason: str) -> None:
    """Raises RuleBroken unless a waiver or a hold may begin or end."""
    check_words(reason, "reason")
    if wanted is RulingKind.LIFTED and stands in (None, RulingKind.LIFTED):
        raise RuleBroken(N_("There is nothing to end: this requirement is neither waived nor held."), field="kind")
    if wanted is stands:
        raise RuleBroken(N_("That holds already."), field="kind")
