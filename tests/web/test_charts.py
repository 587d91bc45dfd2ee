"""Drawings: where shapes stand, and that the table says the same as the drawing."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.money import Money
from lms.kernel.units import Span
from lms.web.charts import (
    Flow,
    HeatCell,
    Level,
    MonthNet,
    Part,
    PlanPoint,
    WeekBar,
    cumulative_hours,
    dial_of,
    funnel,
    heat_strip,
    net_benefit,
    split,
    waterfall,
    weekly_bars,
    wheel_of,
)
from lms.web.charts.hours import STATES
from lms.web.charts.shapes import Dot, Figure, Label, Rect, Scale, ticks

weeks = st.builds(WeekBar, st.just("w"), st.integers(0, 1500), st.integers(0, 600), st.just(600), st.just(840))
amounts = st.integers(-(10**9), 10**9)


def rects(figure: Figure) -> list[Rect]:
    return [shape for shape in figure.shapes if isinstance(shape, Rect)]


def inside(figure: Figure) -> bool:
    return all(
        shape.x >= -1 and shape.x + shape.width <= figure.width + 1 and -1 <= shape.y <= figure.height
        for shape in rects(figure)
    )


@given(st.lists(weeks, max_size=52))
def test_weekly_bars_stay_inside_their_drawing(found: list[WeekBar]) -> None:
    figure = weekly_bars(found)
    assert inside(figure)
    assert len(figure.rows) == len(found)


def test_minutes_that_wait_for_approval_are_hatched_above_the_approved_ones() -> None:
    figure = weekly_bars([WeekBar("8", 300, 200, 600, 840)])
    solid, hatched = rects(figure)[1:]
    assert (solid.style, hatched.style, hatched.hatch) == ("f-a", "o-a", "a")
    assert round(hatched.y + hatched.height, 1) == round(solid.y, 1)
    assert figure.hatches == ("a",)


def test_the_table_has_what_the_bars_show() -> None:
    figure = weekly_bars([WeekBar("8", 300, 200, 600, 840)])
    assert figure.rows == (("8", Span(300), Span(200), Span(600), Span(840)),)


def test_the_line_of_the_year_ends_where_the_weeks_done_end() -> None:
    points = [PlanPoint(str(n), n * 600 if n <= 8 else None, n * 720) for n in range(1, 53)]
    figure = cumulative_hours(points)
    assert sum(isinstance(shape, Dot) for shape in figure.shapes) == 1
    assert figure.rows[8] == ("9", None, Span(6480))


@given(st.lists(st.integers(0, 10_000), max_size=5))
def test_the_parts_of_a_split_fill_it_without_overlap(minutes: list[int]) -> None:
    figure = split([Part(str(n), part) for n, part in enumerate(minutes)])
    edges = [(shape.x, shape.x + shape.width) for shape in rects(figure)]
    assert all(end <= start + 0.02 for (_, end), (start, _) in pairwise(edges))
    assert inside(figure)


def test_every_state_of_a_week_has_its_own_sign_besides_its_color() -> None:
    cells = [HeatCell(str(n), state, 0) for n, state in enumerate(STATES)]
    figure = heat_strip(cells)
    marks = [shape.text for shape in figure.shapes if isinstance(shape, Label) and shape.style == "glyph"]
    assert len(marks) == len(set(marks)) == len(STATES) - len({"ok", "waiting", "none"})


@given(st.lists(amounts, min_size=1, max_size=12), st.booleans())
def test_a_waterfall_stays_inside_and_foots(changes: list[int], confirmed: bool) -> None:
    flows = [Flow("start", changes[0], "start"), *(Flow("step", change, confirmed=confirmed) for change in changes[1:])]
    figure = waterfall([*flows, Flow("total", sum(changes), "total")], "USD")
    assert inside(figure)
    assert figure.rows[-1][2] == Money(sum(changes), "USD")
    assert figure.rows[-2][2] == Money(sum(changes), "USD")


def test_what_finance_has_not_verified_is_hatched_in_the_funnel() -> None:
    figure = funnel([Level("reported", 100, 2, confirmed=False), Level("verified", 60, 1, confirmed=True)], "USD")
    assert [shape.hatch for shape in rects(figure)] == ["a", ""]
    assert [item.hatched for item in figure.legend] == [False, True]


def test_the_point_of_payback_stands_between_its_months() -> None:
    months = [MonthNet(str(n), -3_000_000 + n * 400_000) for n in range(13)]
    figure = net_benefit(months, "USD", Decimal("7.5"))
    (dot,) = (shape for shape in figure.shapes if isinstance(shape, Dot))
    marks = {shape.text: shape.x for shape in figure.shapes if isinstance(shape, Label) and isinstance(shape.text, str)}
    assert marks["7"] < dot.x < marks["8"]


def test_a_project_that_never_pays_back_has_no_such_point() -> None:
    figure = net_benefit([MonthNet("0", -100), MonthNet("1", -50)], "USD", None)
    assert not any(isinstance(shape, Dot) for shape in figure.shapes)


def test_empty_charts_can_be_drawn() -> None:
    for figure in (weekly_bars([]), cumulative_hours([]), split([]), heat_strip([]), waterfall([], "USD"),
                   funnel([], "USD"), net_benefit([], "USD")):  # fmt: skip
        assert figure.rows == ()
        assert figure.height > 0


@given(st.integers(-(10**9), 10**9), st.integers(0, 10**9), st.sampled_from([1, 60, 100]))
def test_ticks_are_few_round_and_enclose_the_values(low: int, length: int, unit: int) -> None:
    found = ticks(low, low + length, unit)
    assert found[0] <= low
    assert found[-1] >= low + length
    assert len(found) <= 8
    assert all(mark % unit == 0 for mark in found)


@given(st.integers(0, 3000))
def test_the_dial_grows_with_the_minutes_and_is_full_at_its_end(minutes: int) -> None:
    dial = dial_of(minutes, 600, 840)
    assert 0 <= dial.done <= 1000
    assert (dial.done == 1000) == (minutes >= 840)
    assert dial.over == (minutes > 840)
    assert dial_of(minutes + 60, 600, 840).done >= dial.done


def test_the_first_of_six_spokes_points_up() -> None:
    points = wheel_of(6)
    assert len(points) == 6
    assert (points[0].x, points[0].y) == (200, 59)


def test_a_scale_of_no_length_maps_to_its_start() -> None:
    assert Scale(5, 5, 10, 20).at(5) == 10
