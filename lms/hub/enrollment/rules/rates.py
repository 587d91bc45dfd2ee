"""How many of a cohort complete, by two rules that differ in whom they count and until when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from lms.hub.enrollment.kinds import Status, StatusReason
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import round_half_away
from lms.kernel.text import N_, say
from lms.kernel.units import Share

GRACE = timedelta(days=365)  # 29 CFR 29.2: completed within one year of the projected completion date
NORMAL_TIME = Fraction(3, 2)  # 34 CFR 668.45: completed within 150 percent of normal time
LEFT_OUT = frozenset({StatusReason.SERVICE, StatusReason.INCAPACITY})  # 34 CFR 668.45(c)
EXITS = frozenset({Status.WITHDRAWN, Status.DISMISSED})
WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One student who began in the cohort, and how it ended, in a later cohort too. ended None: still studying."""

    started_on: date
    probation_until: date
    ended: Status | None = None
    ended_on: date | None = None
    reason: StatusReason | None = None
    fact: FactRef | None = None

    @property
    def left_in_probation(self) -> bool:
        """Whether the student withdrew or was dismissed within probation; the first day without them counts."""
        return self.ended in EXITS and self.ended_on is not None and self.ended_on <= self.probation_until

    def completed_by(self, day: date) -> bool:
        """Whether the student had completed on `day`."""
        return self.ended is Status.COMPLETED and self.ended_on is not None and self.ended_on <= day


def labor_rate(outcomes: Sequence[Outcome], ends_on: date) -> Explained[Share | None]:
    """Completion rate of an apprenticeship cohort (29 CFR 29.2): exits within probation are not part of the cohort.

    None where nobody is left to count.
    """
    until = ends_on + GRACE
    counted = [outcome for outcome in outcomes if not outcome.left_in_probation]
    completed = sum(outcome.completed_by(until) for outcome in counted)
    value = _share(completed, len(counted))
    return Explained(
        value,
        rule=say(N_("Completed within a year of the planned end, of all who began and did not leave in probation.")),
        source=say(N_("29 CFR 29.2, completion rate")),
        facts=_facts(outcomes),
        steps=(
            Step(say(N_("Students who began")), len(outcomes)),
            Step(say(N_("Of these, left within probation: not counted")), len(outcomes) - len(counted)),
            Step(say(N_("Counted")), len(counted)),
            Step(say(N_("Completed by %(day)s"), day=until), completed),
            Step(say(N_("Still studying")), _open(counted)),
            Step(say(N_("Completion rate")), value),
        ),
    )


def normal_time_rate(outcomes: Sequence[Outcome], starts_on: date, ends_on: date) -> Explained[Share | None]:
    """Completion within 150 percent of normal time (34 CFR 668.45): service, death and lasting disability left out."""
    days = (ends_on - starts_on).days + 1
    until = starts_on + timedelta(days=-(-days * NORMAL_TIME.numerator // NORMAL_TIME.denominator) - 1)
    counted = [outcome for outcome in outcomes if not (outcome.ended in EXITS and outcome.reason in LEFT_OUT)]
    completed = sum(outcome.completed_by(until) for outcome in counted)
    value = _share(completed, len(counted))
    return Explained(
        value,
        rule=say(N_("Completed within one and a half times the planned length, of all who began.")),
        source=say(N_("34 CFR 668.45, completion within 150 percent of normal time")),
        facts=_facts(outcomes),
        steps=(
            Step(say(N_("Students who began")), len(outcomes)),
            Step(say(N_("Left for service, died or lastingly disabled: not counted")), len(outcomes) - len(counted)),
            Step(say(N_("Counted")), len(counted)),
            Step(say(N_("Completed by %(day)s"), day=until), completed),
            Step(say(N_("Still studying")), _open(counted)),
            Step(say(N_("Completion rate")), value),
        ),
    )


def _share(part: int, whole: int) -> Share | None:
    return Share(int(round_half_away(Fraction(part * WHOLE_BP, whole), 0))) if whole else None


def _open(outcomes: Sequence[Outcome]) -> int:
    return sum(outcome.ended is None for outcome in outcomes)


def _facts(outcomes: Sequence[Outcome]) -> tuple[FactRef, ...]:
    return tuple(outcome.fact for outcome in outcomes if outcome.fact)
