"""Who gets which spoke at a site: what each seat costs each student, and why a student got what they got. Pure.

Costs are whole numbers: twice the square of the distance from the first choice, less the weight of an employer's need.
The sum is the least there is (`solver`); as many students as there are seats get one, whatever it costs. Among equal
sums the students who were drawn first come out better: the order of the draw is a hash, the same for every draft.
Travel costs nothing here: seats are a site's own, and whoever asks for them goes there for the hub already.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lms.kernel.text import N_, Sentence, say
from lms.spokes.rules import dissatisfaction

STEP = 2  # what one unit of dissatisfaction costs, so that a need can weigh half of it
NEED_WEIGHTS = (0, 1, 3)  # an employer's need: not at all, between equals, more than one place in the ranking


@dataclass(frozen=True, slots=True)
class Seeker:
    """A student who ranked. needed: the spokes that the student's firm needs. lot: decides between equals."""

    student: int
    ranking: tuple[int, ...]
    needed: frozenset[int] = frozenset()
    lot: str = ""

    def rank(self, spoke: int) -> int | None:
        """1 for the first choice; None for a spoke that was not ranked."""
        return self.ranking.index(spoke) + 1 if spoke in self.ranking else None


@dataclass(frozen=True, slots=True)
class Passed:
    """A spoke that a student ranked higher than what they got, and how those who got its seats had ranked it."""

    spoke: int
    seats: int
    higher: int
    same: int
    lower: int


@dataclass(frozen=True, slots=True)
class Given:
    """What one student gets. spoke None: no seat was left. rank None: a spoke that was not ranked."""

    student: int
    spoke: int | None
    rank: int | None
    is_needed: bool
    passed: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many students got their first, second, third choice, another spoke, nothing; and the sum of the costs."""

    first: int
    second: int
    third: int
    other: int
    nothing: int
    cost: int


def lot_of(draw: str, student: str) -> str:
    """The place of a student in the draw."""
    return hashlib.sha256(f"{draw}\n{student}".encode()).hexdigest()


def cost(seeker: Seeker, spoke: int, need_weight: int) -> int:
    """What it costs to give `spoke` to a student; negative where the firm needs what was ranked first."""
    rank = seeker.rank(spoke)
    wanted = rank is not None and spoke in seeker.needed
    return STEP * dissatisfaction(rank, len(seeker.ranking)) - (need_weight if wanted else 0)


def total_cost(seekers: Sequence[Seeker], given: Mapping[int, int | None], need_weight: int) -> int:
    """The sum over all who got a seat. given: the spoke by student."""
    found = ((seeker, given.get(seeker.student)) for seeker in seekers)
    return sum(cost(seeker, spoke, need_weight) for seeker, spoke in found if spoke is not None)


def matrix(seekers: Sequence[Seeker], places: Sequence[int], need_weight: int) -> list[list[int]]:
    """What each place costs each student, in the order of the draw; then one place of nothing for each student.

    Two sums in one number: the cost, and, much smaller, the cost weighted with the place in the draw.
    """
    count = len(seekers)
    rows = [[cost(seeker, spoke, need_weight) + need_weight for spoke in places] for seeker in seekers]
    most = max((max(row) for row in rows if row), default=0)
    nothing = most * count + 1  # dearer than everything together: nobody goes without while a seat is free
    scale = count * count * nothing + 1
    return [
        [value * (scale + count - drawn) for value in row] + [nothing * (scale + count - drawn)] * count
        for drawn, row in enumerate(rows)
    ]


def settle(seekers: Sequence[Seeker], given: Mapping[int, int | None], seats: Mapping[int, int]) -> list[Given]:
    """What each student got and what they were passed over for, in the order of `seekers`."""
    holders: dict[int, list[Seeker]] = {}
    for seeker in seekers:
        spoke = given.get(seeker.student)
        if spoke is not None:
            holders.setdefault(spoke, []).append(seeker)
    return [_given(seeker, given.get(seeker.student), holders, seats) for seeker in seekers]


def _given(
    seeker: Seeker, spoke: int | None, holders: Mapping[int, Sequence[Seeker]], seats: Mapping[int, int]
) -> Given:
    rank = seeker.rank(spoke) if spoke is not None else None
    better = seeker.ranking[: rank - 1] if rank else seeker.ranking
    passed = tuple(_passed(seeker, one, holders.get(one, ()), seats.get(one, 0)) for one in better)
    return Given(seeker.student, spoke, rank, spoke in seeker.needed, passed)


def _passed(seeker: Seeker, spoke: int, holders: Sequence[Seeker], seats: int) -> Passed:
    mine, unranked = seeker.rank(spoke) or 0, 10_000
    ranks = [holder.rank(spoke) or unranked for holder in holders]
    higher, same = sum(rank < mine for rank in ranks), sum(rank == mine for rank in ranks)
    return Passed(spoke, seats, higher, same, len(ranks) - higher - same)


def outcome(given: Sequence[Given], cost: int) -> Outcome:
    """The draft in numbers, to compare it with another."""
    ranks = Counter(one.rank for one in given if one.spoke is not None)
    nothing = sum(one.spoke is None for one in given)
    placed = len(given) - nothing
    first, second, third = ranks[1], ranks[2], ranks[3]
    return Outcome(first, second, third, placed - first - second - third, nothing, cost)


def explain(one: Given, names: Mapping[int, str], *, is_manual: bool = False) -> list[Sentence]:
    """Why a student got this, in sentences for that student. names: of the spokes."""
    if is_manual:
        return [say(N_("Your coordinator chose this for you."))]
    if one.spoke is None:
        found = [say(N_("No seat was left for you. Talk with your coordinator about what is possible."))]
    elif one.rank == 1:
        return [say(N_("%(spoke)s is your first choice."), spoke=names[one.spoke])]
    elif one.rank is None:
        found = [say(N_("You did not rank %(spoke)s, but it was all that was left."), spoke=names[one.spoke])]
    else:
        found = [say(N_("%(spoke)s is choice %(rank)s of yours."), spoke=names[one.spoke], rank=one.rank)]
    return [*found, *(_why_not(passed, names) for passed in one.passed)]


def _why_not(passed: Passed, names: Mapping[int, str]) -> Sentence:
    values = {
        "spoke": names.get(passed.spoke, "?"),
        "seats": passed.seats,
        "higher": passed.higher,
        "same": passed.same,
        "lower": passed.lower,
    }
    if not passed.seats:
        return say(N_("%(spoke)s had no seat left at your site."), **values)
    if passed.higher == passed.seats:
        message = N_("Free seats of %(spoke)s: %(seats)s. They went to students who ranked it higher than you.")
        return say(message, **values)
    if not passed.lower:
        return say(
            N_(
                "Free seats of %(spoke)s: %(seats)s. To students who ranked it higher than you: %(higher)s, "
                "as you did: %(same)s. Between equals the draw decides."
            ),
            **values,
        )
    return say(
        N_(
            "Free seats of %(spoke)s: %(seats)s. To students who ranked it lower than you: %(lower)s, since every "
            "other plan would have left the students of your site further from their wishes."
        ),
        **values,
    )
