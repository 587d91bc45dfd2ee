"""What statements come to: minutes of a day, points of an activity. Pure; points are hundredths.

Many systems say the time of one sitting more than once: when it is completed, when it is passed, when it is closed. So
of one sitting the longest time counts, and sittings add up.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Protocol

from lms.hub.coursework.kinds import Counts
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.units import Span

MINUTE = 60


class Timed(Protocol):
    """A statement as the fold of minutes needs it."""

    @property
    def sitting(self) -> str: ...
    @property
    def seconds(self) -> int | None: ...
    @property
    def ref(self) -> FactRef: ...


@dataclass(frozen=True, slots=True)
class ReportedScore:
    """The score of a statement as it was sent: `scaled` is of 1; `raw` lies between `least` and `most`."""

    scaled: Fraction | None = None
    raw: Fraction | None = None
    least: Fraction | None = None
    most: Fraction | None = None


def longest_of(reports: Iterable[Timed]) -> dict[str, Timed]:
    """The statement with the longest time of each sitting, in the order in which sittings begin."""
    found: dict[str, Timed] = {}
    for report in reports:
        before = found.get(report.sitting)
        if report.seconds and (before is None or report.seconds > (before.seconds or 0)):
            found[report.sitting] = report
    return found


def minutes_of(reports: Iterable[Timed]) -> int:
    """Whole minutes of one item on one day; a minute that was only begun does not count."""
    return sum(report.seconds or 0 for report in longest_of(reports).values()) // MINUTE


def explain_minutes(reports: Sequence[Timed]) -> Explained[int]:
    """Why an item has so many minutes on a day."""
    longest = longest_of(reports)
    return Explained(
        value=minutes_of(reports),
        rule=say(N_("Of one sitting the longest time that was reported counts; sittings add up to whole minutes.")),
        source=say(N_("Statements that the system sent (xAPI).")),
        facts=tuple(report.ref for report in longest.values()),
        steps=(
            *(Step(say(N_("Sitting %(number)s, in seconds"), number=number), report.seconds)
              for number, report in enumerate(longest.values(), start=1)),
            Step(say(N_("Minutes of the day")), Span(minutes_of(reports))),
        ),
    )  # fmt: skip


def points_of(score: ReportedScore, possible: int) -> int:
    """What a reported score is worth of `possible`, rounded half up. Raises RuleBroken, named after its part."""
    part = _part_of(score, possible)
    return math.floor(part * possible + Fraction(1, 2))


def _part_of(score: ReportedScore, possible: int) -> Fraction:
    if score.scaled is not None:
        if not 0 <= score.scaled <= 1:
            raise RuleBroken(N_("Send a scaled score from 0 to 1."), field="score.scaled")
        return score.scaled
    if score.raw is None:
        raise RuleBroken(N_("Send the score as scaled, or as raw with its max."), field="score")
    least = score.least or Fraction(0)
    most = Fraction(possible, 100) if score.most is None else score.most
    if least >= most:
        raise RuleBroken(N_("Send a max above the min."), field="score.max")
    if not least <= score.raw <= most:
        message = N_("Send a raw score from %(least)s to %(most)s, or its own min and max.")
        raise RuleBroken(message, field="score.raw", least=str(least), most=str(most))
    return (score.raw - least) / (most - least)


def replaces(points: int, at: datetime, before: int | None, before_at: datetime | None, counts: Counts) -> bool:
    """Whether a reported score takes the place of an earlier reported one. before None: there is none."""
    if before is None or before_at is None:
        return True
    return points > before if counts is Counts.HIGHEST else at >= before_at and points != before
