"""What the savings really brought, month by month, beside what was forecast for the same months. Pure; minor units.

Source: the method, section 2.1: realization rate = realized / forecast over the same elapsed months, once with months
that nobody confirmed counted as nothing (the headline), once over the confirmed months only.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lms.capstone.lines.rules.kinds import COUNTED
from lms.capstone.roi import Figure, realization
from lms.capstone.savings.rules.kinds import EntryKind
from lms.capstone.savings.rules.ledger import Ledger
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.money import BASIS_POINTS, LARGEST_MINOR, Money, hround
from lms.kernel.months import add_months
from lms.kernel.text import N_, say
from lms.kernel.units import Share


@dataclass(frozen=True, slots=True)
class Realized:
    """Months of a project that are over. months: what was confirmed; forecast: what was expected of each due month."""

    currency: str
    months: Mapping[date, int]
    forecast: Mapping[date, int]
    facts: tuple[FactRef, ...] = ()

    @property
    def minor(self) -> int:
        """All that was confirmed."""
        return sum(self.months.values())

    @property
    def expected_minor(self) -> int:
        """What was forecast for every month that is over."""
        return sum(self.forecast.values())

    def rate(self) -> Figure:
        """The conservative rate: months that nobody confirmed count as nothing."""
        return realization(self.minor, self.expected_minor)

    def confirmed_rate(self) -> Figure:
        """The rate over the confirmed months alone."""
        return realization(self.minor, self._confirmed_forecast)

    @property
    def _confirmed_forecast(self) -> int:
        return sum(self.forecast.get(month, 0) for month in self.months)

    def explain(self) -> Explained[Money]:
        """Why so much counts as realized: one step a month, then the sum."""
        steps = [
            Step(say(N_("%(month)s, confirmed by finance"), month=m), Money(a, self.currency)) for m, a in self.each
        ]
        return Explained(
            Money(self.minor, self.currency),
            say(N_("The sum of the months that finance has confirmed; others count as nothing.")),
            say(N_("Capstone method, 2.1: realization")),
            self.facts,
            (*steps, Step(say(N_("Together")), Money(self.minor, self.currency))),
        )

    def explain_expected(self) -> Explained[Money]:
        """Why so much was expected of the months that are over."""
        steps = [
            Step(say(N_("%(month)s, forecast"), month=month), Money(minor, self.currency))
            for month, minor in sorted(self.forecast.items())
        ]
        total = Money(self.expected_minor, self.currency)
        return Explained(
            total,
            say(N_("The newest forecast of each line, for every month that is over.")),
            say(N_("Capstone method, 2.1: realization")),
            self.facts,
            (*steps, Step(say(N_("Together")), total)),
        )

    def explain_confirmed_rate(self) -> Explained[Share | None]:
        """Why the rate over the confirmed months is what it is; None where nothing was forecast for them."""
        rate = None if self.confirmed_rate_bp is None else Share(self.confirmed_rate_bp)
        return Explained(
            rate,
            say(N_("Realized divided by what was forecast for the months that finance has confirmed.")),
            say(N_("Capstone method, 2.1: realization")),
            self.facts,
            (
                Step(say(N_("Realized")), Money(self.minor, self.currency)),
                Step(say(N_("Forecast for the confirmed months")), Money(self._confirmed_forecast, self.currency)),
                Step(say(N_("Over the confirmed months only")), rate if rate is not None else say(N_("n/a"))),
            ),
        )

    def explain_rate(self) -> Explained[Share | None]:
        """Why the conservative rate is what it is; None where no month is over."""
        rate = None if self.rate_bp is None else Share(self.rate_bp)
        return Explained(
            rate,
            say(N_("Realized divided by forecast over the months that are over; unconfirmed ones count as nothing.")),
            say(N_("Capstone method, 2.1: realization")),
            self.facts,
            (
                Step(say(N_("Realized")), Money(self.minor, self.currency)),
                Step(say(N_("Forecast for the same months")), Money(self.expected_minor, self.currency)),
                Step(say(N_("Realization rate")), rate if rate is not None else say(N_("no month is due yet"))),
            ),
        )

    @property
    def rate_bp(self) -> int | None:
        """The conservative rate in basis points; None where nothing was forecast for the months that are over."""
        rate = self.rate().value
        return None if rate is None else hround(rate * BASIS_POINTS)

    @property
    def confirmed_rate_bp(self) -> int | None:
        """The same over the confirmed months alone."""
        rate = self.confirmed_rate().value
        return None if rate is None else hround(rate * BASIS_POINTS)

    @property
    def each(self) -> list[tuple[date, int]]:
        """The confirmed months, oldest first."""
        return sorted(self.months.items())


def realized(ledger: Ledger, currency: str, today: date, facts: tuple[FactRef, ...] = ()) -> Realized:
    """What stands as realized in `ledger`, and what was forecast for the months that are over on `today`."""
    found: dict[date, int] = {}
    for month, minor in _rows(ledger, EntryKind.REALIZE):
        found[month] = found.get(month, 0) + minor
    forecast: dict[date, int] = {}
    for month, minor in _rows(ledger, EntryKind.FORECAST):
        if is_over(month, today):
            forecast[month] = forecast.get(month, 0) + minor
    return Realized(currency, found, forecast, facts)


def sum_realized(parts: Iterable[Realized], currency: str, facts: tuple[FactRef, ...] = ()) -> Realized:
    """What several projects brought, month by month, as one."""
    months: dict[date, int] = {}
    forecast: dict[date, int] = {}
    for part in parts:
        for into, of in ((months, part.months), (forecast, part.forecast)):
            for month, minor in of.items():
                into[month] = into.get(month, 0) + minor
    return Realized(currency, months, forecast, facts)


def _rows(ledger: Ledger, kind: EntryKind) -> list[tuple[date, int]]:
    """Months and amounts of the counted classes; of a forecast, the newest of each line."""
    postings = [posting for posting in ledger.postings if posting.kind is kind and ledger.stands(posting)]
    if kind is EntryKind.FORECAST:
        postings = list({posting.line_id: posting for posting in postings}.values())
    return [
        (row.period, row.amount_minor)
        for posting in postings
        for row in ledger.rows_of(posting.id)
        if row.benefit_class in COUNTED
    ]


def realized_months(ledger: Ledger, line_id: int) -> set[date]:
    """The months of a line that finance has confirmed already."""
    kind = EntryKind.REALIZE
    postings = [p for p in ledger.postings if p.kind is kind and p.line_id == line_id and ledger.stands(p)]
    return {row.period for posting in postings for row in ledger.rows_of(posting.id)}


def is_over(month: date, today: date) -> bool:
    """Whether the month that begins on `month` has ended."""
    return add_months(month, 1) <= today


def check_realized(
    months: Mapping[date, int], claimed: Collection[date], already: Collection[date], today: date
) -> None:
    """Raises RuleBroken, naming the first month that cannot be confirmed, or if there is none at all."""
    if not months:
        raise RuleBroken(N_("Enter what at least one month brought; leave a month empty if you do not know yet."))
    for month, minor in sorted(months.items()):
        field = f"month-{month:%Y-%m}"
        if month not in claimed:
            raise RuleBroken(N_("%(month)s is not a month of this saving."), field=field, month=month)
        if not is_over(month, today):
            raise RuleBroken(N_("%(month)s is not over yet."), field=field, month=month)
        if month in already:
            message = N_("%(month)s was confirmed already. Reverse that posting first if it was wrong.")
            raise RuleBroken(message, field=field, month=month)
        if abs(minor) > LARGEST_MINOR:
            raise RuleBroken(N_("This amount is too large. Please check the number of digits."), field=field)
