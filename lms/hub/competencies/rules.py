"""When a competency is held: signed off at a level, with the minutes and demonstrations it takes. Pure.

Levels count from 1, the lowest; 0 is none. Minutes are approved minutes; days are local (D26, D27).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span

STATEMENT_VERSION = 1
# What an assessor signs, by version. A new wording gets a new number; the old ones stay, since they were signed.
STATEMENTS = {
    1: N_(
        "I saw %(student)s do this myself, without help beyond the level I name, and judge %(competency)s of "
        "%(framework)s at level %(level)s (%(level_name)s). I am not this student."
    )
}
MAX_LEVELS = 9


class Completion(StrEnum):
    """What has to be there before an assessor may sign."""

    HOURS = "hours"
    DEMONSTRATION = "demonstration"
    HYBRID = "hybrid"


COMPLETION_NAMES = {
    Completion.HOURS: N_("by hours"),
    Completion.DEMONSTRATION: N_("by demonstration"),
    Completion.HYBRID: N_("by hours and demonstration"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the framework asks for. valid_days None: a sign-off never expires. assessors: how many different ones."""

    title: str
    completion: Completion
    least_minutes: int = 0
    demonstrations: int = 0
    assessors: int = 1
    valid_days: int | None = None

    @property
    def minutes_wanted(self) -> int:
        return 0 if self.completion is Completion.DEMONSTRATION else self.least_minutes

    @property
    def demonstrations_wanted(self) -> int:
        return 0 if self.completion is Completion.HOURS else self.demonstrations


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-off that stands. expires_on: the last day on which it counts; None is never."""

    assessor: int
    level: int
    signed_on: date
    expires_on: date | None
    ref: FactRef | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """How far a student is in one competency. level: reached and not expired; 0 is none."""

    asked: Asked
    minutes: int
    demonstrations: int
    level: int
    signers: int
    expires_on: date | None
    expired_on: date | None
    facts: tuple[FactRef, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the minutes and demonstrations are there."""
        return self.minutes >= self.asked.minutes_wanted and self.demonstrations >= self.asked.demonstrations_wanted

    @property
    def is_begun(self) -> bool:
        return bool(self.minutes or self.demonstrations or self.level or self.signers)


def fold(
    asked: Asked,
    minutes: int,
    demonstrations: int,
    signed: Sequence[Signed],
    day: date,
    facts: tuple[FactRef, ...] = (),
) -> Held:
    """What stands on `day`. With several assessors the level is the one that as many different ones vouch for."""
    current = [s for s in signed if s.expires_on is None or day <= s.expires_on]
    past = [s.expires_on for s in signed if s.expires_on is not None and s.expires_on < day]
    best: dict[int, Signed] = {}
    for one in current:
        if one.assessor not in best or one.level > best[one.assessor].level:
            best[one.assessor] = one
    ranked = sorted(best.values(), key=lambda s: -s.level)
    counted = ranked[: asked.assessors]
    is_enough = len(counted) == asked.assessors
    ends = [s.expires_on for s in counted if s.expires_on is not None]
    return Held(
        asked=asked,
        minutes=minutes,
        demonstrations=demonstrations,
        level=counted[-1].level if is_enough else 0,
        signers=len(ranked),
        expires_on=min(ends) if ends and is_enough else None,
        expired_on=max(past) if past and not is_enough else None,
        facts=(*facts, *(s.ref for s in signed if s.ref)),
    )


def explain(held: Held) -> Explained[int]:
    """Why the level is what it is."""
    steps = [
        Step(say(N_("Approved minutes, of %(wanted)s"), wanted=held.asked.minutes_wanted), held.minutes),
        Step(say(N_("Demonstrations, of %(wanted)s"), wanted=held.asked.demonstrations_wanted), held.demonstrations),
        Step(say(N_("Assessors who signed, of %(wanted)s"), wanted=held.asked.assessors), held.signers),
    ]
    return Explained(
        value=held.level,
        rule=say(N_("The level that the assessors signed, as long as no sign-off has expired or was taken back.")),
        source=say(N_("Competency framework, D26 of the program's rules")),
        facts=held.facts,
        steps=(*steps, Step(say(N_("Level")), held.level)),
    )


def check_sign(held: Held, level: int, levels: int, *, is_own: bool) -> None:
    """Raises RuleBroken, every fault at once, unless an assessor may sign at `level` of `levels`."""
    faults = []
    if is_own:
        faults.append(RuleBroken(N_("Nobody signs off their own competency. Ask another assessor."), field="level"))
    if not 1 <= level <= levels:
        faults.append(RuleBroken(N_("Choose a level from 1 to %(levels)s."), field="level", levels=levels))
    if held.minutes < held.asked.minutes_wanted:
        message = N_("%(left)s more approved are needed first; %(have)s of %(wanted)s are there.")
        left, have = Span(held.asked.minutes_wanted - held.minutes), Span(held.minutes)
        faults.append(RuleBroken(message, field="level", left=left, have=have, wanted=Span(held.asked.minutes_wanted)))
    if held.demonstrations < held.asked.demonstrations_wanted:
        message = N_("%(wanted)s demonstrations are needed first; %(have)s are recorded. Add what you saw as evidence.")
        faults.append(
            RuleBroken(message, field="level", have=held.demonstrations, wanted=held.asked.demonstrations_wanted)
        )
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)


def expires_on(signed_on: date, valid_days: int | None) -> date | None:
    """The last day on which a sign-off counts."""
    return None if valid_days is None else signed_on + timedelta(days=valid_days)


def statement_hash(text: str, parts: Sequence[object]) -> str:
    """SHA-256 over the sentence that was signed and the ids and numbers that it was signed about, in this order."""
    return hashlib.sha256("\n".join([text, *(str(part) for part in parts)]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Outside:
    """A credential that somebody else issued, as it stands on a day."""

    name: str
    is_verified: bool
    is_refused: bool
    expires_on: date | None
    facts: tuple[FactRef, ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether it counts."""
        return self.is_verified and not self.is_expired(day)

    def is_expired(self, day: date) -> bool:
        return self.expires_on is not None and self.expires_on < day


def best_of(found: Sequence[Outside], day: date) -> Outside | None:
    """Of several records of one credential the one that says most: verified and valid longest."""
    if not found:
        return None
    return max(found, key=lambda o: (o.holds_on(day), not o.is_refused, o.is_verified, o.expires_on or date.max))


def check_outside(name: str, issuer: str, issued_on: date | None, until: date | None, today: date) -> None:
    """Raises RuleBroken, every fault at once, for a credential that cannot be recorded so."""
    faults = []
    if not name.strip() or len(name) > 200:
        faults.append(RuleBroken(N_("Name the credential, in up to 200 letters."), field="name"))
    if not issuer.strip() or len(issuer) > 200:
        faults.append(RuleBroken(N_("Name who issued it, in up to 200 letters."), field="issuer"))
    if issued_on is None or issued_on > today:
        faults.append(
            RuleBroken(N_("Enter the day on which it was issued; it cannot be a day to come."), field="issued_on")
        )
    elif until is not None and until < issued_on:
        faults.append(RuleBroken(N_("It cannot expire before it was issued. Check both days."), field="expires_on"))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)
