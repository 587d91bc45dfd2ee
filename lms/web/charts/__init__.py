"""Charts as drawings with their numbers beside them: the geometry is made here, in the units of the drawing.

A chart function takes plain values and returns a `Figure`; the macro `ui.chart` prints it with its data table.
Minutes are whole minutes, money is minor units; floats are coordinates only. What is not confirmed is hatched.
"""

from lms.web.charts.hours import (
    HeatCell,
    Part,
    PlanPoint,
    WeekBar,
    cumulative_hours,
    heat_strip,
    split,
    weekly_bars,
)
from lms.web.charts.money import Flow, Level, MonthNet, funnel, net_benefit, waterfall
from lms.web.charts.ring import Dial, dial_of, wheel_of
from lms.web.charts.shapes import Figure

__all__ = [
    "Dial",
    "Figure",
    "Flow",
    "HeatCell",
    "Level",
    "MonthNet",
    "Part",
    "PlanPoint",
    "WeekBar",
    "cumulative_hours",
    "dial_of",
    "funnel",
    "heat_strip",
    "net_benefit",
    "split",
    "waterfall",
    "weekly_bars",
    "wheel_of",
]
