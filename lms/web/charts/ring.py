"""The dial of a week: how far the arc goes and where its ticks stand. The arc's whole length is 1000."""

import math
from dataclasses import dataclass

FULL = 1000
MARK_RADIUS = 33
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
        mark_x=round(CENTER + (MARK_RADIUS - 4) * math.cos(angle), 2),
        mark_y=round(CENTER + (MARK_RADIUS - 4) * math.sin(angle) + 2.5, 2),
        mark_text=low // 60,
        low_hours=low // 60,
        high_hours=high // 60,
    )
