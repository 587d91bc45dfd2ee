"""Charts of savings. Amounts are minor units of one currency; what finance has not verified is hatched, never summed
with what it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lms.kernel.money import Money
from lms.kernel.text import N_, say
from lms.kernel.units import RoundMoney
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

ROW = 42  # a row is a line of text with its bar below, so that a phone shows it whole
BAR = 18


@dataclass(frozen=True, slots=True)
class Flow:
    """One row of a waterfall: a start or a total stands on zero, a change hangs on the row before it."""

    label: Text
    amount_minor: int
    kind: Literal["start", "change", "total"] = "change"
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """One level of verification: how much has reached it, in how many projects, and whether finance attests it."""

    label: Text
    amount_minor: int
    count: int
    confirmed: bool


@dataclass(frozen=True, slots=True)
class MonthNet:
    """Net benefit from the start up to and including a month."""

    label: Text
    amount_minor: int


def _spans(flows: Sequence[Flow]) -> list[tuple[int, int]]:
    """Where each row's bar begins and ends, in money."""
    spans, level = [], 0
    for flow in flows:
        begin = level if flow.kind == "change" else 0
        level = begin + flow.amount_minor
        spans.append((begin, level))
    return spans


def _tone(flow: Flow) -> str:
    if flow.kind != "change":
        return "total"
    return "good" if flow.amount_minor >= 0 else "bad"


def waterfall(flows: Sequence[Flow], currency: str, key: str = "waterfall") -> Figure:
    """From gross to net, one row a step. Rows run downwards, so that names of any length are readable on a phone."""
    spans = _spans(flows)
    edges = [edge for span in spans for edge in span] or [0]
    across = Scale(min(0, *edges, 0), max(0, *edges, 0) or 1, 2, NARROW - 2)
    shapes: list[Shape] = []
    for place, (flow, (begin, end)) in enumerate(zip(flows, spans, strict=True)):
        y = place * ROW
        left, right = sorted((across.at(begin), across.at(end)))
        strong = " strong" if flow.kind != "change" else ""
        shapes += [
            Label(0, y + 13, flow.label, "start" + strong),
            Label(NARROW, y + 13, Money(flow.amount_minor, currency), "end" + strong),
            box(left, y + BAR, max(right - left, 1.5), ROW - BAR - 8, _tone(flow), flow.confirmed),
        ]
        if place + 1 < len(flows):
            shapes.append(Path(f"M{across.at(end)} {y + ROW - 8}v{BAR + 8}", "joiner"))
    last = flows[-1].amount_minor if flows else 0
    return Figure(
        key=key,
        title=N_("From gross savings to net benefit"),
        summary=say(N_("%(steps)s steps lead to %(amount)s."), steps=len(flows), amount=Money(last, currency)),
        height=max(len(flows), 1) * ROW,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("Step"), N_("Amount"), N_("Running total"), N_("State")),
        rows=tuple(
            (flow.label, Money(flow.amount_minor, currency), Money(end, currency), _state(flow.confirmed))
            for flow, (_begin, end) in zip(flows, spans, strict=True)
        ),
        legend=_legend((flow.confirmed for flow in flows), "total"),
    )


def _state(confirmed: bool) -> Text:
    return say(N_("confirmed")) if confirmed else say(N_("not confirmed"))


def _legend(confirmed: Iterable[bool], tone: str) -> tuple[LegendItem, ...]:
    """None where everything is confirmed: there is nothing to tell apart."""
    if all(confirmed):
        return ()
    return (LegendItem(N_("Verified by finance"), tone), LegendItem(N_("Not verified: hatched"), tone, hatched=True))


def funnel(levels: Sequence[Level], currency: str, key: str = "funnel") -> Figure:
    """How much money has reached each level of verification."""
    across = Scale(0, max((abs(level.amount_minor) for level in levels), default=1) or 1, 2, NARROW - 2)
    shapes: list[Shape] = []
    for place, level in enumerate(levels):
        y = place * ROW
        shapes += [
            Label(0, y + 13, level.label, "start"),
            Label(NARROW, y + 13, Money(level.amount_minor, currency), "end strong"),
            box(2, y + BAR, max(across.at(abs(level.amount_minor)) - 2, 1.5), ROW - BAR - 8, "a", level.confirmed),
        ]
    return Figure(
        key=key,
        title=N_("Savings by level of verification"),
        summary=say(N_("%(levels)s levels; hatched ones are not verified by finance."), levels=len(levels)),
        height=max(len(levels), 1) * ROW,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("Level"), N_("Amount"), N_("Projects"), N_("State")),
        rows=tuple((lv.label, Money(lv.amount_minor, currency), lv.count, _state(lv.confirmed)) for lv in levels),
        legend=_legend((level.confirmed for level in levels), "a"),
    )


def net_benefit(months: Sequence[MonthNet], currency: str, payback: Decimal | None = None, key: str = "net") -> Figure:
    """Net benefit so far, month by month; payback: months from the start until it stays above zero, None if never."""
    height, bottom, left, right = 280, 244, 74, WIDTH - 12
    amounts = [month.amount_minor for month in months] or [0]
    marks = ticks(min(0, *amounts, 0), max(0, *amounts, 0) or 100, 100)
    scale = Scale(marks[0], marks[-1], bottom, 20)
    across = Scale(0, max(len(months) - 1, 1), left, right)
    shapes: list[Shape] = []
    for mark in marks:
        shapes.append(Path(f"M{left} {scale.at(mark)}H{right}", "axis" if mark == 0 else "grid-line"))
        shapes.append(Label(left - 6, round(scale.at(mark) + 4, 2), RoundMoney(mark, currency), "end"))
    shapes.append(polyline([(across.at(place), scale.at(amount)) for place, amount in enumerate(amounts)], "line"))
    if payback is not None and payback <= max(len(months) - 1, 0):
        x = round(left + (right - left) * float(payback) / max(len(months) - 1, 1), 2)
        words = say(N_("Payback: month %(month)s"), month=payback)
        shapes += [
            Path(f"M{x} 20V{bottom}", "pay"),
            Dot(x, scale.at(0), 5, "dot"),
            Label(x + 6, 18, words, "strong start" if x < right - 130 else "strong end"),
        ]
    step = max(len(months) // 10, 1)
    shapes += [
        Label(across.at(place), bottom + 18, m.label, "middle") for place, m in enumerate(months) if place % step == 0
    ]
    return Figure(
        key=key,
        title=N_("Net benefit so far"),
        summary=_net_summary(amounts[-1], currency, payback),
        height=height,
        shapes=tuple(shapes),
        columns=(N_("Month"), N_("Net benefit so far")),
        rows=tuple((month.label, Money(month.amount_minor, currency)) for month in months),
    )


def _net_summary(last: int, currency: str, payback: Decimal | None) -> Text:
    amount = Money(last, currency)
    if payback is None:
        return say(N_("%(amount)s at the end; not paid back in this time."), amount=amount)
    return say(N_("%(amount)s at the end; paid back after %(months)s months."), amount=amount, months=payback)
