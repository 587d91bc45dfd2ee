"""More charts of savings: what the money comes from, what was forecast and came, what waits, what if, and the strip.

Amounts are minor units of one currency; what finance has not confirmed is hatched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from lms.kernel.money import BASIS_POINTS, Money, hround
from lms.kernel.text import N_, say
from lms.kernel.units import RoundMoney, Share
from lms.web.charts.shapes import (
    NARROW,
    WIDTH,
    Dot,
    Figure,
    Label,
    LegendItem,
    Path,
    Scale,
    Shape,
    Text,
    box,
    polyline,
    ticks,
)

ROW = 42
BAR = 18


@dataclass(frozen=True, slots=True)
class Month:
    """Net benefit up to and including a month: as it was verified, and as months were confirmed (None: not yet).

    waits: the month is over and nobody has confirmed it.
    """

    label: Text
    forecast_minor: int
    realized_minor: int | None
    waits: bool = False


def cumulative(months: Sequence[Month], currency: str, payback: Decimal | None, key: str = "cumulative") -> Figure:
    """Net benefit so far: dashed as forecast, solid as realized, shaded where a month waits to be confirmed."""
    height, bottom, left, right = 280, 244, 74, WIDTH - 12
    amounts = [month.forecast_minor for month in months] + [m.realized_minor or 0 for m in months] or [0]
    marks = ticks(min(0, *amounts, 0), max(0, *amounts, 0) or 100, 100)
    scale, across = Scale(marks[0], marks[-1], bottom, 20), Scale(0, max(len(months) - 1, 1), left, right)
    step = (right - left) / max(len(months) - 1, 1)
    shapes: list[Shape] = [
        box(across.at(place) - step / 2, 20, step, bottom - 20, "a", confirmed=False)
        for place, month in enumerate(months)
        if month.waits
    ]
    for mark in marks:
        shapes.append(Path(f"M{left} {scale.at(mark)}H{right}", "axis" if mark == 0 else "grid-line"))
        shapes.append(Label(left - 6, round(scale.at(mark) + 4, 2), RoundMoney(mark, currency), "end"))
    planned = [(across.at(place), scale.at(month.forecast_minor)) for place, month in enumerate(months)]
    real = [
        (across.at(place), scale.at(month.realized_minor))
        for place, month in enumerate(months)
        if month.realized_minor is not None
    ]
    shapes += [polyline(planned, "line plan"), polyline(real, "line")]
    if payback is not None and payback <= max(len(months) - 1, 0):
        x = round(left + (right - left) * float(payback) / max(len(months) - 1, 1), 2)
        words = say(N_("Payback: month %(month)s"), month=payback)
        shapes += [
            Path(f"M{x} 20V{bottom}", "pay"),
            Dot(x, scale.at(0), 5, "dot"),
            Label(x + 6, 18, words, "strong start" if x < right - 130 else "strong end"),
        ]
    shapes += [Label(across.at(place), bottom + 18, m.label, "middle") for place, m in enumerate(months)]
    return Figure(
        key=key,
        title=N_("Net benefit so far, forecast and realized"),
        summary=say(N_("%(waits)s months wait to be confirmed."), waits=sum(month.waits for month in months)),
        height=height,
        shapes=tuple(shapes),
        columns=(N_("Month"), N_("As verified"), N_("As realized"), N_("State")),
        rows=tuple(
            (
                month.label,
                Money(month.forecast_minor, currency),
                None if month.realized_minor is None else Money(month.realized_minor, currency),
                say(N_("waits to be confirmed")) if month.waits else "",
            )
            for month in months
        ),
        legend=(
            LegendItem(N_("Realized, confirmed by finance"), "", is_line=True),
            LegendItem(N_("As verified"), "plan", is_line=True),
            LegendItem(N_("Waits to be confirmed"), "a", hatched=True),
        ),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One bar of a Pareto chart."""

    label: Text
    amount_minor: int


def pareto(parts: Sequence[Part], currency: str, key: str = "pareto") -> Figure:
    """Where verified savings come from, the largest first, with the running share of their sum."""
    ordered = sorted(parts, key=lambda part: -part.amount_minor)
    whole = sum(part.amount_minor for part in ordered if part.amount_minor > 0) or 1
    running = list(accumulate(max(part.amount_minor, 0) for part in ordered))
    shares = [Share(_bp(so_far, whole)) for so_far in running]
    top = max((abs(part.amount_minor) for part in ordered), default=1) or 1
    across = Scale(0, top, 2, NARROW - 2)
    shapes: list[Shape] = []
    for place, part in enumerate(ordered):
        y = place * ROW
        width = max(across.at(abs(part.amount_minor)) - 2, 1.5)
        shapes += [
            Label(0, y + 13, part.label, "start"),
            Label(NARROW, y + 13, Money(part.amount_minor, currency), "end strong"),
            box(2, y + BAR, width, ROW - BAR - 8, "good" if part.amount_minor >= 0 else "bad"),
        ]
    return Figure(
        key=key,
        title=N_("Where the savings come from"),
        summary=say(N_("%(parts)s kinds; the largest first."), parts=len(ordered)),
        height=max(len(ordered), 1) * ROW,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("What is saved"), N_("Verified, first year"), N_("Running share")),
        rows=tuple(
            (part.label, Money(part.amount_minor, currency), share) for part, share in zip(ordered, shares, strict=True)
        ),
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """What was forecast and what came of it."""

    label: Text
    forecast_minor: int
    realized_minor: int


def dumbbells(pairs: Sequence[Pair], currency: str, key: str = "dumbbells") -> Figure:
    """Forecast and realized of the same months, a row a line or project."""
    amounts = [amount for pair in pairs for amount in (pair.forecast_minor, pair.realized_minor)]
    across = Scale(min(0, *amounts, 0), max(0, *amounts, 0) or 1, 8, NARROW - 8)
    shapes: list[Shape] = []
    for place, pair in enumerate(pairs):
        y = place * ROW
        middle = y + BAR + 8
        shapes += [
            Label(0, y + 13, pair.label, "start"),
            Label(NARROW, y + 13, _rate(pair), "end strong"),
            Path(f"M{across.at(pair.forecast_minor)} {middle}H{across.at(pair.realized_minor)}", "joiner"),
            Dot(across.at(pair.forecast_minor), middle, 6, "f-b"),
            Dot(across.at(pair.realized_minor), middle, 6, "f-good"),
        ]
    return Figure(
        key=key,
        title=N_("Forecast and realized"),
        summary=say(
            N_("%(rows)s rows: what was forecast for the months that are over, and what came."), rows=len(pairs)
        ),
        height=max(len(pairs), 1) * ROW,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("What"), N_("Forecast"), N_("Realized"), N_("Rate")),
        rows=tuple(
            (pair.label, Money(pair.forecast_minor, currency), Money(pair.realized_minor, currency), _rate(pair))
            for pair in pairs
        ),
        legend=(LegendItem(N_("Forecast"), "b"), LegendItem(N_("Realized"), "good")),
    )


def _rate(pair: Pair) -> object:
    if pair.forecast_minor <= 0:
        return say(N_("n/a"))
    return Share(_bp(pair.realized_minor, pair.forecast_minor))


@dataclass(frozen=True, slots=True)
class Age:
    """How much waits, in claims of one age, at one level."""

    label: Text
    claims: int
    amount_minor: int


def ageing(ages: Sequence[Age], currency: str, key: str = "ageing") -> Figure:
    """How long claims have waited for finance; none of it is confirmed, so all is hatched."""
    across = Scale(0, max((abs(age.amount_minor) for age in ages), default=1) or 1, 2, NARROW - 2)
    shapes: list[Shape] = []
    for place, age in enumerate(ages):
        y = place * ROW
        shapes += [
            Label(0, y + 13, age.label, "start"),
            Label(NARROW, y + 13, Money(age.amount_minor, currency), "end strong"),
            box(2, y + BAR, max(across.at(abs(age.amount_minor)) - 2, 1.5), ROW - BAR - 8, "a", confirmed=False),
        ]
    return Figure(
        key=key,
        title=N_("How long claims wait"),
        summary=say(N_("Claims that wait to be verified: %(claims)s."), claims=sum(age.claims for age in ages)),
        height=max(len(ages), 1) * ROW,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("Days"), N_("Claims"), N_("Amount")),
        rows=tuple((age.label, age.claims, Money(age.amount_minor, currency)) for age in ages),
    )


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The net value if one assumption were worse or better."""

    label: Text
    low_minor: int
    high_minor: int


def sensitivity(base_minor: int, cases: Sequence[WhatIf], currency: str, key: str = "sensitivity") -> Figure:
    """How far each assumption moves the result, the widest first; the line is the result as it stands."""
    ordered = sorted(cases, key=lambda case: -abs(case.high_minor - case.low_minor))
    amounts = [base_minor, *(amount for case in ordered for amount in (case.low_minor, case.high_minor))]
    across = Scale(min(amounts), max(amounts) if max(amounts) > min(amounts) else min(amounts) + 1, 8, NARROW - 8)
    shapes: list[Shape] = []
    for place, case in enumerate(ordered):
        y = place * ROW
        left, right = sorted((across.at(case.low_minor), across.at(case.high_minor)))
        shapes += [
            Label(0, y + 13, case.label, "start"),
            box(left, y + BAR, max(right - left, 1.5), ROW - BAR - 8, "a"),
        ]
    bottom = max(len(ordered), 1) * ROW
    shapes.append(Path(f"M{across.at(base_minor)} 0V{bottom}", "pay"))
    return Figure(
        key=key,
        title=N_("What if an assumption is wrong"),
        summary=say(N_("As it stands: %(amount)s."), amount=Money(base_minor, currency)),
        height=bottom,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("Assumption"), N_("Worse"), N_("Better")),
        rows=tuple((case.label, Money(case.low_minor, currency), Money(case.high_minor, currency)) for case in ordered),
    )


def roi_strip(quartiles: Sequence[int] | None, own_bp: int | None, key: str = "strip") -> Figure:
    """The return of the reader's firm on the quartiles of all, in basis points; None where one is not shown."""
    values = [*(quartiles or ()), *(() if own_bp is None else (own_bp,))]
    across = Scale(min(0, *values, 0), max(0, *values, 0) or BASIS_POINTS, 24, NARROW - 24)
    shapes: list[Shape] = [Path(f"M8 40H{NARROW - 8}", "axis")]
    if quartiles:
        low, middle, high = quartiles
        shapes += [
            box(across.at(low), 28, max(across.at(high) - across.at(low), 2), 24, "b"),
            Path(f"M{across.at(middle)} 22V58", "pay"),
            Label(across.at(middle), 16, Share(middle), "middle"),
        ]
    if own_bp is not None:
        shapes += [Dot(across.at(own_bp), 40, 7, "dot"), Label(across.at(own_bp), 76, Share(own_bp), "middle strong")]
    missing = say(N_("not shown (too few firms)"))
    shown: tuple[object, ...] = tuple(Share(value) for value in quartiles) if quartiles else (missing,) * 3
    names = (N_("Lower quarter of firms"), N_("Median of firms"), N_("Upper quarter of firms"))
    return Figure(
        key=key,
        title=N_("Return of your firm beside the others"),
        summary=say(N_("The dot is your firm; the box holds the middle half of the firms.")),
        height=84,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("What"), N_("Return")),
        rows=(
            *zip((say(name) for name in names), shown, strict=True),
            (say(N_("Your firm")), say(N_("n/a")) if own_bp is None else Share(own_bp)),
        ),
    )


def _bp(part: int, whole: int) -> int:
    return hround(Fraction(part * BASIS_POINTS, whole))
