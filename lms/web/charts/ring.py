"""Round drawings: the dial of a week, whose whole arc is 1000 long, and the program as a wheel."""

import math
from dataclasses import dataclass

FULL = 1000
MARK_RADIUS = 64  # outside of the ticks
CENTER = 60


@dataclass(frozen=True, slots=True)
class Dial:
    """What the macro `ui.ring` needs; angles in degrees from the top, clockwise."""

    done: int
    low: int
    over: bool
    ticks: tuple[float, ...]
    mark: float
    mark_x: float
    mark_y: float
    mark_text: int
    low_hours: int
    high_hours: int


def dial_of(minutes: int, low: int, high: int) -> Dial:
    """The dial for a week of `minutes`; the whole round is `high` minutes, one tick an hour, the mark at `low`.

    More than `high` fills the round and says so. high must be positive.
    """
    hours = max(high // 60, 1)
    mark = 360 * low / high
    angle = math.radians(mark - 90)
    return Dial(
        done=min(max(minutes, 0), high) * FULL // high,
        low=low * FULL // high,
        over=minutes > high,
        ticks=tuple(round(360 * hour / hours, 2) for hour in range(hours)),
        mark=round(mark, 2),
        mark_x=round(CENTER + MARK_RADIUS * math.cos(angle), 2),
        mark_y=round(CENTER + MARK_RADIUS * math.sin(angle) + 2.5, 2),
        mark_text=low // 60,
        low_hours=low // 60,
        high_hours=high // 60,
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a drawing."""

    x: float
    y: float


def wheel_of(spokes: int, radius: int = 141, center: int = 200) -> list[Point]:
    """Where the ends of the spokes stand, the first at the top, clockwise."""
    angles = [math.tau * place / max(spokes, 1) - math.pi / 2 for place in range(spokes)]
    return [Point(round(center + radius * math.cos(a), 2), round(center + radius * math.sin(a), 2)) for a in angles]
