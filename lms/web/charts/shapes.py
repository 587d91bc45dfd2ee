"""What a drawing is made of, and the scale that puts values on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import ClassVar

from lms.kernel.text import Sentence

Text = Sentence | str

WIDTH = 640  # units of a drawing over time; CSS scales it to the page, and lets a phone scroll it
NARROW = 400  # units of a drawing that a phone shows whole


@dataclass(frozen=True, slots=True)
class Rect:
    """A box. hatch: the tone of its lines where it stands for something not confirmed, else empty."""

    tag: ClassVar[str] = "rect"
    x: float
    y: float
    width: float
    height: float
    style: str
    hatch: str = ""
    tip: Text = ""


@dataclass(frozen=True, slots=True)
class Path:
    """Lines, as an SVG path."""

    tag: ClassVar[str] = "path"
    d: str
    style: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle."""

    tag: ClassVar[str] = "dot"
    x: float
    y: float
    r: float
    style: str


@dataclass(frozen=True, slots=True)
class Label:
    """Text at a point; `text` may be any value that the reader's language can format."""

    tag: ClassVar[str] = "label"
    x: float
    y: float
    text: object
    style: str


Shape = Rect | Path | Dot | Label


@dataclass(frozen=True, slots=True)
class LegendItem:
    """One entry of the legend. tone: as in the style sheet (`f-`, `o-`, `k-` and line classes end in it)."""

    text: Text
    tone: str
    hatched: bool = False
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing and the same numbers as a table. key: unique on its page; summary: what one sees, in a sentence."""

    key: str
    title: Text
    summary: Text
    height: int
    shapes: tuple[Shape, ...]
    columns: tuple[Text, ...]
    rows: tuple[tuple[object, ...], ...]
    legend: tuple[LegendItem, ...] = ()
    width: int = WIDTH

    @property
    def hatches(self) -> tuple[str, ...]:
        """The tones that need a hatch pattern, each once."""
        return tuple(dict.fromkeys(shape.hatch for shape in self.shapes if isinstance(shape, Rect) and shape.hatch))


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps low..high to the coordinates start..end; a scale of no length maps everything to its start."""

    low: int
    high: int
    start: float
    end: float

    def at(self, value: int) -> float:
        """Where `value` stands, to a hundredth of a unit."""
        if self.high == self.low:
            return self.start
        return round(self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low), 2)


def box(x: float, y: float, width: float, height: float, tone: str, confirmed: bool = True, tip: Text = "") -> Rect:
    """A bar of `tone`: solid if confirmed, else hatched with an outline."""
    side = (round(x, 2), round(y, 2), round(max(width, 0), 2), round(max(height, 0), 2))
    return Rect(*side, f"f-{tone}", tip=tip) if confirmed else Rect(*side, f"o-{tone}", hatch=tone, tip=tip)


def polyline(points: Sequence[tuple[float, float]], style: str) -> Path:
    """A line through the points, in their order."""
    return Path("M" + "L".join(f"{x} {y}" for x, y in points) if points else "", style)


def ticks(low: int, high: int, unit: int = 1, about: int = 5) -> list[int]:
    """Round numbers from at or below `low` to at or above `high`, steps of 1, 2 or 5 times a power of ten units."""
    steps = (unit * factor * 10**power for power in count() for factor in (1, 2, 5))
    step = next(step for step in steps if high - low <= step * about)
    first = low // step * step
    last = -(-high // step) * step
    return list(range(first, max(last, first + step) + 1, step))
