"""Own word beside a system's: every minute in one of the two, nothing without a trace, nothing overwritten (H23)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.reconcile import Said, reconcile
from lms.kernel.explain import FactRef

MONDAY = date(2026, 10, 19)
AT = datetime(2026, 10, 28, tzinfo=UTC)


def said(day: int, unit: int | None, minutes: int, is_trace: bool, kind: Kind = Kind.LAB_IN_PERSON) -> Said:
    ref = FactRef("hours_entry", f"{day}-{unit}-{minutes}-{is_trace}", AT)
    return Said(MONDAY + timedelta(days=day), kind, unit, minutes, is_trace, ref)


SAID = st.builds(
    said,
    st.integers(0, 27),
    st.sampled_from([None, 1, 2]),
    st.integers(1, 960),
    st.booleans(),
    st.sampled_from(list(Kind)),
)


def test_h23_both_figures_stand_with_their_difference() -> None:
    (pair,) = reconcile([said(0, 1, 90, False), said(2, 1, 60, True), said(2, 2, 30, False), said(9, 1, 45, False)])
    assert (pair.monday, pair.unit_id, pair.own, pair.traced, pair.difference) == (MONDAY, 1, 90, 60, 30)
    steps = [(step.text.message, step.value) for step in pair.explain().steps]
    assert steps == [("%(day)s, own word", 90), ("%(day)s, system", -60), ("Difference", 30)]


def test_h23_work_on_no_unit_is_compared_by_its_kind() -> None:
    pairs = reconcile([said(0, None, 30, False, Kind.OTHER), said(0, None, 20, True, Kind.SIMULATION)])
    assert [(pair.kind, pair.own, pair.traced) for pair in pairs] == [(Kind.SIMULATION, 0, 20)]


@given(st.lists(SAID, max_size=30))
def test_h23_every_traced_minute_is_shown_once_and_steps_end_in_the_difference(everything: list[Said]) -> None:
    pairs = reconcile(everything)
    assert sum(pair.traced for pair in pairs) == sum(one.minutes for one in everything if one.is_trace)
    assert sum(pair.own for pair in pairs) <= sum(one.minutes for one in everything if not one.is_trace)
    for pair in pairs:
        found = pair.explain()
        assert found.steps[-1].value == sum(step.value for step in found.steps[:-1]) == found.value
        assert len(found.facts) == len(pair.said)
