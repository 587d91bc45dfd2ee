"""How many of a firm's seats are free, and what may become of one. Pure; days are local to the program."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lms.hub.enrollment.kinds import Status
from lms.hub.roster.kinds import SeatStep
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

MOST_SEATS = 999
TAKES = frozenset({SeatStep.NOMINATED, SeatStep.CONFIRMED})
UNUSED = frozenset({None, Status.APPLIED, Status.OFFERED, Status.WITHDRAWN})
MAY_FOLLOW = {
    None: frozenset({SeatStep.NOMINATED}),
    SeatStep.NOMINATED: frozenset({SeatStep.CONFIRMED, SeatStep.DECLINED, SeatStep.REVOKED}),
    SeatStep.CONFIRMED: frozenset({SeatStep.REVOKED, SeatStep.DECLINED}),
    SeatStep.DECLINED: frozenset(),
    SeatStep.REVOKED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed: seats, and on which days the firm may give them, both included."""

    seats: int
    from_day: date
    to_day: date
    fact: FactRef | None = None


def latest_step(steps: Sequence[SeatStep]) -> SeatStep | None:
    """Where a seat stands; None before the first step."""
    return steps[-1] if steps else None


def taken(latest: Iterable[SeatStep | None]) -> int:
    """How many seats are given to somebody."""
    return sum(step in TAKES for step in latest)


def explain_free(terms: Terms, latest: Iterable[SeatStep | None]) -> Explained[int]:
    """How many more the firm may give."""
    steps = list(latest)
    waiting, confirmed = steps.count(SeatStep.NOMINATED), steps.count(SeatStep.CONFIRMED)
    return Explained(
        terms.seats - taken(steps),
        rule=say(N_("Seats agreed, less those that were given and not declined or taken back.")),
        source=say(N_("The firm's seats, from %(first)s to %(last)s"), first=terms.from_day, last=terms.to_day),
        facts=(terms.fact,) if terms.fact else (),
        steps=(
            Step(say(N_("Seats agreed")), terms.seats),
            Step(say(N_("Given, waiting for the program")), waiting),
            Step(say(N_("Given and confirmed")), confirmed),
            Step(say(N_("Free")), terms.seats - waiting - confirmed),
        ),
    )


def check_terms(terms: Terms, in_use: int) -> None:
    """Raises RuleBroken, every fault at once."""
    faults = []
    if not 1 <= terms.seats <= MOST_SEATS:
        faults.append(RuleBroken(N_("Enter a number of seats from 1 to %(most)s."), field="seats", most=MOST_SEATS))
    elif terms.seats < in_use:
        faults.append(
            RuleBroken(N_("%(count)s of the seats are given. Keep at least these."), field="seats", count=in_use)
        )
    if terms.to_day < terms.from_day:
        faults.append(RuleBroken(N_("The last day is before the first. Check both."), field="to_day"))
    if faults:
        first, *others = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(others), **first.sentence.values)


def check_free(terms: Terms, latest: Iterable[SeatStep | None], day: date) -> None:
    """Raises RuleBroken unless one more seat may be given on `day`."""
    if not terms.from_day <= day <= terms.to_day:
        raise RuleBroken(
            N_("Seats can be given from %(first)s to %(last)s. Ask the program for other days."),
            first=terms.from_day,
            last=terms.to_day,
        )
    if explain_free(terms, latest).value < 1:
        raise RuleBroken(N_("All %(seats)s seats are given. Take one back, or ask for more."), seats=terms.seats)


def check_step(before: SeatStep | None, step: SeatStep) -> None:
    """Raises RuleBroken unless `step` may follow."""
    if step not in MAY_FOLLOW[before]:
        raise RuleBroken(N_("This seat was settled meanwhile. Reload the page."))


def check_unused(status: Status | None) -> None:
    """Raises RuleBroken once somebody has begun on the seat."""
    if status not in UNUSED:
        raise RuleBroken(N_("This seat is in use: the person is enrolled. Only the program can change that."))
