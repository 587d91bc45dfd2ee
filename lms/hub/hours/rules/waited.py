"""How long approvers take: the middle one of the times from handing in to the decision. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.hub.hours.rules.week import HANDBOOK
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span

LOOKED_BACK = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Decided:
    """One part that was handed in and decided. fact: the decision."""

    handed_in_at: datetime
    decided_at: datetime
    fact: FactRef

    @property
    def minutes(self) -> int:
        """Whole minutes from one to the other; never negative."""
        return max(int((self.decided_at - self.handed_in_at).total_seconds() // 60), 0)


def median_minutes(minutes: Sequence[int]) -> int | None:
    """The middle one; of two in the middle the mean, rounded down. None for none."""
    ordered = sorted(minutes)
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def explain_median(decided: Sequence[Decided]) -> Explained[Span] | None:
    """Half of the parts were decided within this time; None where none was."""
    minutes = [one.minutes for one in decided]
    middle = median_minutes(minutes)
    if middle is None:
        return None
    return Explained(
        Span(middle),
        rule=say(N_("The middle of the times from handing in to approving or returning, in the last four weeks.")),
        source=say(HANDBOOK),
        facts=tuple(one.fact for one in decided),
        steps=(
            Step(say(N_("Parts that were decided")), len(minutes)),
            Step(say(N_("The fastest")), Span(min(minutes))),
            Step(say(N_("The slowest")), Span(max(minutes))),
            Step(say(N_("The middle one")), Span(middle)),
        ),
    )
