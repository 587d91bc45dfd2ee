"""What a group's members say about each other, as a factor for each. Pure; parts and factors are basis points.

A member says of every other which part of a fair share they did. A member's factor is the mean of what the others said;
where the group says that all of it together was more than fair shares, all are scaled down alike, so that praising each
other gains nobody anything. Then it is bounded. It is a proposal: nothing happens before a grader applies it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from lms.hub.grading.rules import BP, MIN_REASON_CHARACTERS, round_half_away
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

PARTS: Mapping[int, str] = {
    0: N_("nothing"),
    2_500: N_("a little"),
    5_000: N_("half of it"),
    7_500: N_("most of it"),
    10_000: N_("a fair share"),
    12_500: N_("more than that"),
}
LEAST_BP, MOST_BP = 8_000, 11_000  # what the form proposes
MAX_TEXT_CHARACTERS = 5_000


def check_bounds(bounds: tuple[int, int] | None) -> None:
    """Raises RuleBroken for bounds that do not lie on both sides of 1. None: members are not asked."""
    if bounds is None:
        return
    least, most = bounds
    if not 0 <= least <= BP or not BP <= most <= 15_000:
        message = N_("The factor goes from at most 1 to at least 1, and no further than 1.5.")
        raise RuleBroken(message, field="peer_least" if not 0 <= least <= BP else "peer_most")


def check_statement(text: str, share_bp: int | None) -> int:
    """The share of a statement that can be kept. Raises RuleBroken, naming the field."""
    if not text.strip() or len(text) > MAX_TEXT_CHARACTERS:
        message = N_("Write what you did, in 1 to %(limit)s characters.")
        raise RuleBroken(message, field="text", limit=MAX_TEXT_CHARACTERS)
    if share_bp is None or not 0 <= share_bp <= BP:
        raise RuleBroken(N_("Give your share of the whole, 0 to 100 percent."), field="share")
    return share_bp


def check_part(part_bp: int) -> int:
    """Raises RuleBroken for what is none of `PARTS`."""
    if part_bp not in PARTS:
        raise RuleBroken(N_("Choose one of the parts of a fair share."), field="parts")
    return part_bp


def means_of(parts: Mapping[tuple[int, int], int], members: Sequence[int]) -> dict[int, Fraction]:
    """What the others said of each member on average, in parts of 1; who nobody has spoken of is left out.

    parts: by who says it and of whom. What somebody says of themselves counts for nothing.
    """
    found = {}
    for member in members:
        said = [bp for (by, of), bp in parts.items() if of == member and by != member and by in members]
        if said:
            found[member] = Fraction(sum(said), len(said) * BP)
    return found


def peer_factor(
    parts: Mapping[tuple[int, int], int],
    members: Sequence[int],
    member: int,
    bounds: tuple[int, int],
    facts: tuple[FactRef, ...] = (),
) -> Explained[int] | None:
    """The factor of one member; None while nobody has spoken of them."""
    means = means_of(parts, members)
    if member not in means:
        return None
    together = max(sum(means.values(), Fraction(0)) / len(means), Fraction(1))
    least, most = (Fraction(bound, BP) for bound in bounds)
    fair = means[member] / together
    factor = min(max(fair, least), most)
    rounded = int(round_half_away(factor * BP, 0))
    steps = [Step(say(N_("what the others said on average, in percent of a fair share")), _percent(means[member]))]
    if together > 1:
        steps.append(Step(say(N_("the whole group on average, in percent")), _percent(together)))
        steps.append(Step(say(N_("scaled so that the group comes to 100 percent")), _percent(fair)))
    if factor != fair:
        steps.append(Step(say(N_("within the bounds of the activity, in percent")), _percent(factor)))
    steps.append(Step(say(N_("factor")), Decimal(rounded) / BP))
    return Explained(
        rounded,
        say(
            N_("The mean of what the other members said, never below %(least)s and never above %(most)s."),
            least=Decimal(bounds[0]) / BP,
            most=Decimal(bounds[1]) / BP,
        ),
        say(N_("Marking rule of the section")),
        facts,
        tuple(steps),
    )


def _percent(part: Fraction) -> Decimal:
    return round_half_away(part * 100, 1)


def factored(points: int, factor_bp: int, possible: int) -> int:
    """Points times the factor, rounded half away from zero, and no more than there are."""
    return min(int(round_half_away(Fraction(points * factor_bp, BP), 0)), possible)


def check_factor(points: int | None, factor: int | None, reason: str) -> int:
    """The factor that may be applied. Raises RuleBroken where there are no points, no proposal, or no reason."""
    if points is None:
        raise RuleBroken(N_("Give the group's points first; a factor changes what is there."))
    if factor is None:
        raise RuleBroken(N_("Nobody of the group has said anything about this member."))
    if len(reason.strip()) < MIN_REASON_CHARACTERS:
        raise RuleBroken(N_("Say why this student's mark is not the group's."), field="reason")
    return factor
