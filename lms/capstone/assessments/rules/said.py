"""What a firm's recommendations come to, as the file reports them; nobody here has verified any of it. Pure."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Protocol

from lms.capstone import roi
from lms.capstone.lines.rules.kinds import Stream
from lms.capstone.projects.rules import ImplementationStatus
from lms.capstone.reference.rules.bands import STREAMS
from lms.capstone.returns import NOT_AVAILABLE, as_months
from lms.capstone.roi import Figure
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import Money
from lms.kernel.text import N_, Sentence, say

SOURCE = N_("The firm's own file, as it was uploaded: reported by the assessment, verified by nobody here")


class Audience(StrEnum):
    """Who may see what was recommended to a firm."""

    FIRM = "firm"
    STAFF = "staff"
    """Also the program's staff who reach the firm; each look of theirs is shown to the firm."""


class Recommendation(Protocol):
    """The part of a recommendation that figures are made of."""

    @property
    def key(self) -> str: ...
    @property
    def status(self) -> ImplementationStatus | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def cost_minor(self) -> int | None: ...
    @property
    def saved_minor(self) -> int | None: ...
    @property
    def ref(self) -> FactRef: ...


def stream_of(resource: str | None) -> Stream | None:
    """What a resource code of the database means here; None for one that it does not know."""
    return STREAMS.get(resource or "")


def payback_months(row: Recommendation) -> Figure:
    """Months until a year's saving equals the cost; without either, none."""
    if row.cost_minor is None or row.saved_minor is None:
        return Figure(None)
    return roi.simple_payback_months(row.saved_minor, row.cost_minor)


def payback(row: Recommendation) -> Explained[Figure]:
    """The simple payback of what the file reports."""
    figure, steps = payback_months(row), []
    if row.saved_minor is not None:
        steps.append(Step(say(N_("Saving a year, as reported")), Money(row.saved_minor, row.currency)))
    if row.cost_minor is not None:
        steps.append(Step(say(N_("Cost, as reported")), Money(row.cost_minor, row.currency)))
    shown = as_months(figure.value) if figure.value is not None else why_none(figure)
    return Explained(
        figure,
        rule=say(N_("Cost times twelve divided by the saving a year.")),
        source=say(SOURCE),
        facts=(row.ref,),
        steps=(*steps, Step(say(N_("Months to pay back")), shown)),
    )


def why_none(figure: Figure) -> Sentence:
    """Why there is no payback."""
    return say(N_("not reported") if figure.why is None else NOT_AVAILABLE[figure.why])


def total_saved(rows: Iterable[Recommendation], currency: str) -> Explained[Money]:
    """What these recommendations would save a year, as reported: the plain sum."""
    return _total(rows, currency, "saved_minor", N_("The sum of the savings a year that the file reports."))


def total_cost(rows: Iterable[Recommendation], currency: str) -> Explained[Money]:
    """What carrying them out would cost, as reported."""
    return _total(rows, currency, "cost_minor", N_("The sum of the costs that the file reports."))


def _total(rows: Iterable[Recommendation], currency: str, name: str, rule: str) -> Explained[Money]:
    counted = [row for row in rows if row.currency == currency and getattr(row, name) is not None]
    total = Money(sum(getattr(row, name) for row in counted), currency)
    name_of = N_("Recommendation %(key)s")
    parts = [Step(say(name_of, key=row.key), Money(getattr(row, name), currency)) for row in counted]
    return Explained(
        total,
        rule=say(rule),
        source=say(SOURCE),
        facts=tuple(row.ref for row in counted),
        steps=(*parts, Step(say(N_("Together")), total)),
    )


def currencies_of(rows: Iterable[Recommendation]) -> list[str]:
    """The currencies in which something is reported, in alphabetical order; sums never mix them."""
    return sorted({row.currency for row in rows})


def count_by_status(rows: Sequence[Recommendation]) -> dict[ImplementationStatus | None, int]:
    """How many have each status, in the database's order; a status that none has is left out."""
    counts = {status: sum(row.status is status for row in rows) for status in (*ImplementationStatus, None)}
    return {status: count for status, count in counts.items() if count}


def asked_status(text: str) -> ImplementationStatus | None:
    """The status that a filter names by its letter; None for all. Raises RuleBroken on another word."""
    if not text:
        return None
    try:
        return ImplementationStatus(text.upper())
    except ValueError:
        raise RuleBroken(N_("A status is one of I, N, P and K."), field="status") from None
