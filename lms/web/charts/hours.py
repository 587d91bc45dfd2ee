"""Charts of hours. All values are whole minutes; states of a week are those of the heat map."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.kernel.text import N_, say
from lms.kernel.units import Share, Span
from lms.web.charts.shapes import (
    NARROW,
    WIDTH,
    Dot,
    Figure,
    Label,
    LegendItem,
    Path,
    Rect,
    Scale,
    Shape,
    Text,
    box,
    polyline,
    ticks,
)

LEFT, RIGHT, TOP = 44, WIDTH - 12, 16
PARTS = "abcde"
GLYPHS = {"under": "!", "low": "\u2212", "over": "+", "missing": "\u00d7", "leave": "L", "break": "B"}
STATES = {
    "ok": N_("in the band"),
    "low": N_("a little under"),
    "under": N_("well under"),
    "over": N_("over"),
    "missing": N_("not submitted"),
    "waiting": N_("not approved yet"),
    "leave": N_("leave"),
    "break": N_("break"),
    "none": N_("not yet"),
}


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One week: approved minutes, minutes still waiting, and the band low..high that holds for it."""

    label: Text
    approved: int
    waiting: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """Minutes planned up to and including a week, and minutes done by then; None for a week to come."""

    label: Text
    done: int | None
    planned: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole."""

    label: Text
    minutes: int


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A week in the strip; state: a key of `STATES`."""

    label: Text
    state: str
    minutes: int


def _hour_axis(scale: Scale, marks: Sequence[int]) -> list[Shape]:
    lines: list[Shape] = []
    for mark in marks:
        y = scale.at(mark)
        lines.append(Path(f"M{LEFT} {y}H{RIGHT}", "axis" if mark == 0 else "grid-line"))
        lines.append(Label(LEFT - 6, round(y + 4, 2), Span(mark), "end"))
    return lines


def weekly_bars(weeks: Sequence[WeekBar], key: str = "weeks") -> Figure:
    """Minutes a week as bars before the band they should reach; what waits for approval is hatched."""
    height, bottom = 260, 228
    top = max((max(week.approved + week.waiting, week.high) for week in weeks), default=60)
    marks = ticks(0, top, 60)
    scale = Scale(0, marks[-1], bottom, TOP)
    slot = (RIGHT - LEFT) / max(len(weeks), 1)
    bands, bars, labels = [], [], []
    for place, week in enumerate(weeks):
        x = LEFT + place * slot
        bands.append(
            Rect(
                round(x, 2),
                scale.at(week.high),
                round(slot, 2),
                round(scale.at(week.low) - scale.at(week.high), 2),
                "band",
            )
        )
        low, high = scale.at(week.approved), scale.at(week.approved + week.waiting)
        bars.append(box(x + slot * 0.18, low, slot * 0.64, bottom - low, "a"))
        if week.waiting:
            bars.append(box(x + slot * 0.18, high, slot * 0.64, low - high, "a", confirmed=False))
        if len(weeks) <= 14 or place % 4 == 0:
            labels.append(Label(round(x + slot / 2, 2), bottom + 16, week.label, "middle"))
    reached = sum(1 for week in weeks if week.low <= week.approved + week.waiting <= week.high)
    return Figure(
        key=key,
        title=N_("Hours a week"),
        summary=say(N_("%(reached)s of %(weeks)s weeks lie in the target band."), reached=reached, weeks=len(weeks)),
        height=height,
        shapes=(*bands, *_hour_axis(scale, marks), *bars, *labels),
        columns=(N_("Week"), N_("Approved"), N_("Waiting"), N_("Target from"), N_("Target to")),
        rows=tuple((w.label, Span(w.approved), Span(w.waiting), Span(w.low), Span(w.high)) for w in weeks),
        legend=(
            LegendItem(N_("Approved"), "a"),
            LegendItem(N_("Not approved yet"), "a", hatched=True),
            LegendItem(N_("Target band"), "band"),
        ),
    )


def cumulative_hours(points: Sequence[PlanPoint], key: str = "plan") -> Figure:
    """Minutes done so far against the plan of the whole year."""
    height, bottom = 260, 228
    done = [point for point in points if point.done is not None]
    top = max((max(point.planned, point.done or 0) for point in points), default=60)
    marks = ticks(0, top, 60)
    scale = Scale(0, marks[-1], bottom, TOP)
    across = Scale(0, max(len(points) - 1, 1), LEFT, RIGHT)
    spots = [
        (across.at(place), scale.at(point.done or 0)) for place, point in enumerate(points) if point.done is not None
    ]
    shapes: list[Shape] = _hour_axis(scale, marks)
    shapes.append(polyline([(across.at(place), scale.at(p.planned)) for place, p in enumerate(points)], "line plan"))
    shapes.append(polyline(spots, "line"))
    if spots:
        x, y = spots[-1]
        shapes += [Dot(x, y, 4.5, "dot"), Label(x, round(y - 10, 2), Span(done[-1].done or 0), "strong middle")]
    step = max(len(points) // 8, 1)
    shapes += [
        Label(across.at(place), bottom + 16, p.label, "middle") for place, p in enumerate(points) if place % step == 0
    ]
    so_far, planned = (done[-1].done or 0, done[-1].planned) if done else (0, 0)
    return Figure(
        key=key,
        title=N_("Hours so far against the plan"),
        summary=say(N_("%(done)s done where the plan says %(planned)s."), done=Span(so_far), planned=Span(planned)),
        height=height,
        shapes=tuple(shapes),
        columns=(N_("Week"), N_("Done"), N_("Planned")),
        rows=tuple((p.label, Span(p.done) if p.done is not None else None, Span(p.planned)) for p in points),
        legend=(LegendItem(N_("Done"), "", is_line=True), LegendItem(N_("Plan"), "plan", is_line=True)),
    )


def split(parts: Sequence[Part], key: str = "split") -> Figure:
    """Where the minutes went: one bar, split."""
    total = sum(part.minutes for part in parts)
    across = Scale(0, max(total, 1), 0, NARROW)
    shapes: list[Shape] = []
    before = 0
    for place, part in enumerate(parts):
        x, end = across.at(before), across.at(before + part.minutes)
        tip = say(N_("%(label)s: %(minutes)s"), label=part.label, minutes=Span(part.minutes))
        shapes.append(box(x, 4, max(end - x - 2, 0), 34, PARTS[place % len(PARTS)], tip=tip))
        if end - x > 40:
            shapes.append(Label(round((x + end) / 2, 2), 54, Span(part.minutes), "middle"))
        before += part.minutes
    return Figure(
        key=key,
        title=N_("Where the hours went"),
        summary=say(N_("%(total)s in %(parts)s parts."), total=Span(total), parts=len(parts)),
        height=60,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("Part"), N_("Hours"), N_("Share")),
        rows=tuple((p.label, Span(p.minutes), Share(p.minutes * 10000 // total if total else 0)) for p in parts),
        legend=tuple(LegendItem(part.label, PARTS[place % len(PARTS)]) for place, part in enumerate(parts)),
    )


def heat_strip(cells: Sequence[HeatCell], key: str = "strip", columns: int = 13) -> Figure:
    """The year as strips of weeks, a quarter each; each state has its colour and its own sign."""
    slot = NARROW / columns
    shapes: list[Shape] = []
    for place, cell in enumerate(cells):
        x, y = round(place % columns * slot, 2), place // columns * 42
        tip = say(
            N_("%(label)s: %(minutes)s, %(state)s"),
            label=cell.label,
            minutes=Span(cell.minutes),
            state=say(STATES[cell.state]),
        )
        hatch = "a" if cell.state == "waiting" else ""
        shapes.append(Rect(x + 1.5, y + 2.0, round(slot - 3, 2), 22, f"cell-{cell.state}", hatch=hatch, tip=tip))
        if cell.state in GLYPHS:
            shapes.append(Label(round(x + slot / 2, 2), y + 17.5, GLYPHS[cell.state], "glyph"))
        if place % 4 == 0:
            shapes.append(Label(round(x + slot / 2, 2), y + 37.0, cell.label, "middle"))
    good = sum(1 for cell in cells if cell.state == "ok")
    return Figure(
        key=key,
        title=N_("The year, week by week"),
        summary=say(N_("%(good)s of %(weeks)s weeks in the band."), good=good, weeks=len(cells)),
        height=max(-(-len(cells) // columns), 1) * 42,
        width=NARROW,
        shapes=tuple(shapes),
        columns=(N_("Week"), N_("Hours"), N_("State")),
        rows=tuple((cell.label, Span(cell.minutes), say(STATES[cell.state])) for cell in cells),
    )
