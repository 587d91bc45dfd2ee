"""Choosing a spoke: who may, the ranking, seats per site, and a fair proposal for everybody at once. Pure.

Weeks are cohort weeks. A rank is a position in the student's list, 1 for the first choice.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.rules import STUDYING
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

MAX_REASON = 1_000


class Decision(StrEnum):
    """What a coordinator said to a choice."""

    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Window:
    """The cohort weeks in which a student may choose; both belong to it."""

    first_week: int
    last_week: int

    def is_open(self, week: int) -> bool:
        return self.first_week <= week <= self.last_week


@dataclass(frozen=True, slots=True)
class Offer:
    """A spoke at a site with its seats."""

    site: int
    spoke: int
    seats: int


def check_may_choose(window: Window, week: int, status: Status | None) -> None:
    """Raises RuleBroken if the student may not hand in a ranking in this cohort week."""
    if status not in STUDYING:
        raise RuleBroken(N_("Only a student who is active can choose a spoke."))
    if week < window.first_week:
        raise RuleBroken(N_("You can choose your spoke from week %(week)s."), week=window.first_week)
    if week > window.last_week:
        raise RuleBroken(
            N_("The choice closed after week %(week)s. Ask your coordinator for a change."), week=window.last_week
        )


def check_ranking(ranking: Sequence[int], offered: Collection[int], wanted: int) -> None:
    """Raises RuleBroken, every fault at once, unless `ranking` names offered spokes, each once, at least `wanted`."""
    faults: list[RuleBroken] = []
    least = min(wanted, len(offered))
    if len(ranking) < least:
        faults.append(RuleBroken(N_("Rank at least %(count)s spokes."), field="ranking", count=least))
    if any(times > 1 for times in Counter(ranking).values()):
        faults.append(RuleBroken(N_("Give each spoke one place only."), field="ranking"))
    if set(ranking) - set(offered):
        faults.append(RuleBroken(N_("One of these spokes is not offered at your site."), field="ranking"))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field="ranking", also=tuple(rest), count=least)


def seats_left(offer: Offer, taken: Mapping[tuple[int, int], int]) -> int:
    """Seats still free; never negative. taken: by (site, spoke)."""
    return max(offer.seats - taken.get((offer.site, offer.spoke), 0), 0)


def check_seat(offer: Offer | None, taken: Mapping[tuple[int, int], int]) -> None:
    """Raises RuleBroken unless a seat is free."""
    if offer is None:
        raise RuleBroken(N_("This spoke is not offered at the student's site."), field="spoke")
    if not seats_left(offer, taken):
        raise RuleBroken(
            N_("All %(seats)s seats of this spoke are taken at this site."), field="spoke", seats=offer.seats
        )


def check_decline(reason: str) -> None:
    """Raises RuleBroken if a choice is declined without a word."""
    if not reason.strip():
        raise RuleBroken(N_("Please say why, so that the student can choose again."), field="reason")
    if len(reason) > MAX_REASON:
        raise RuleBroken(N_("Please keep the reason under %(limit)s characters."), field="reason", limit=MAX_REASON)


def dissatisfaction(rank: int | None, ranked: int) -> int:
    """How much it costs to give a student the spoke at `rank`; an unranked spoke costs more than any ranked one.

    Squares, so that one student's third choice costs more than two students' second ones.
    """
    place = rank if rank is not None else ranked + 2
    return (place - 1) ** 2
