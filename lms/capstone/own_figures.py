"""Why the figures of one employee are what they are: paid hours by week, savings and wages by project. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lms.kernel.explain import Explained, Step
from lms.kernel.money import Money
from lms.kernel.text import N_, say
from lms.kernel.units import Share, Span


@dataclass(frozen=True, slots=True)
class Part:
    """What one project brings to a sum. share_bp: of the project, in basis points."""

    title: str
    minor: int
    share_bp: int | None = None


def explain_paid(weeks: Mapping[date, int], since: date) -> Explained[Span]:
    """The approved minutes that the firm paid in the weeks from `since` on. weeks: minutes by their Monday."""
    counted = sorted((monday, minutes) for monday, minutes in weeks.items() if monday >= since)
    value = Span(sum(minutes for _, minutes in counted))
    return Explained(
        value,
        say(N_("Approved hours of the last eight weeks that the firm paid.")),
        say(N_("Week sheets, with the student's consent for paid hours")),
        (),
        (
            *(Step(say(N_("Week of %(monday)s"), monday=monday), Span(minutes)) for monday, minutes in counted),
            Step(say(N_("together")), value),
        ),
    )


def explain_savings(parts: Sequence[Part], currency: str) -> Explained[Money]:
    """An employee's part of the verified first-year savings, project by project."""
    steps: list[Step] = []
    for part in parts:
        if part.share_bp is not None:
            steps.append(Step(say(N_("%(project)s: share of the project"), project=part.title), Share(part.share_bp)))
        steps.append(
            Step(say(N_("%(project)s: that share, verified"), project=part.title), Money(part.minor, currency))
        )
    value = Money(sum(part.minor for part in parts), currency)
    return Explained(
        value,
        say(N_("Of each project's verified first-year savings, the share that its team agreed on, to the cent.")),
        say(N_("Savings ledger and the teams of the projects")),
        (),
        (*steps, Step(say(N_("together")), value)),
    )


def explain_wages(parts: Sequence[Part], currency: str) -> Explained[Money]:
    """What the ledgers hold as one employee's wages, project by project."""
    value = Money(sum(part.minor for part in parts), currency)
    steps = (Step(say(N_("%(project)s: wages"), project=part.title), Money(part.minor, currency)) for part in parts)
    return Explained(
        value,
        say(N_("Wages that were posted for this student's paid hours at the dated rate.")),
        say(N_("Savings ledger and the rate card")),
        (),
        (*steps, Step(say(N_("together")), value)),
    )
