"""A saving that the sponsor reports on one screen: how often the amount comes, and what is still missing. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Isolation, LineKind, Stream
from lms.capstone.lines.rules.worth import SCALE
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_

MONTHS_A_YEAR = 12


class Every(StrEnum):
    """How often the amount comes."""

    YEAR = "year"
    MONTH = "month"
    ONCE = "once"


UNITS_E4 = {Every.YEAR: SCALE, Every.MONTH: MONTHS_A_YEAR * SCALE, Every.ONCE: SCALE}
"""Units a year (or once) of which one is worth the amount, in ten-thousandths."""

REPORTABLE = (BenefitClass.HARD_PL, BenefitClass.AVOIDANCE, BenefitClass.SOFT, BenefitClass.CASH_WC)
"""What an amount alone can be; revenue needs its margin, and an intangible benefit has no amount."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What the sponsor says. amount_minor: of one `every`. since: None means the project's own go-live."""

    title: str
    amount_minor: int
    every: Every
    basis: str
    isolation: Isolation | None
    stream: Stream = Stream.OTHER
    benefit_class: BenefitClass = BenefitClass.HARD_PL
    since: date | None = None
    life_months: int | None = None
    hours_proof: HoursProof | None = None

    @property
    def kind(self) -> LineKind:
        """Recurring, or one-time."""
        return LineKind.ONE_TIME if self.every is Every.ONCE else LineKind.RECURRING


def check_saving(saving: Saving, *, has_evidence: bool) -> None:
    """Raises RuleBroken with everything that is missing, each with what to do."""
    problems = []
    if not 3 <= len(saving.title.strip()) <= 120:
        problems.append(RuleBroken(N_("Name what is saved, in 3 to 120 letters."), field="title"))
    if saving.amount_minor <= 0:
        problems.append(RuleBroken(N_("How much does it save? Write an amount above zero."), field="amount"))
    if not saving.basis.strip():
        problems.append(RuleBroken(N_("How do you know? Describe how the amount was worked out."), field="basis"))
    if saving.isolation is None:
        problems.append(
            RuleBroken(N_("How is the project's effect told from everything else? Choose a method."), field="isolation")
        )
    if not has_evidence:
        problems.append(
            RuleBroken(N_("Attach a photo or a document, or write where it lies under “More”."), field="file")
        )
    if saving.benefit_class not in REPORTABLE:
        problems.append(
            RuleBroken(
                N_("The team describes this class as a line of its own, with its margin or its rating."),
                field="benefit_class",
            )
        )
    raise_all(problems)
