"""How long approvers take: the middle time, with the decisions behind it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.hours.queries.waiting import decided_lately
from lms.hub.hours.rules.waited import Decided, explain_median, median_minutes
from lms.kernel.db import transaction
from lms.kernel.explain import FactRef
from tests.hub.hours.test_sheets import approve
from tests.hub.hours.weeks import at, hand_in, log_week
from tests.support.web import NOW, World

START = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.one_engine
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=30))
def test_at_most_half_of_the_times_are_longer_and_at_most_half_are_shorter(minutes: list[int]) -> None:
    middle = median_minutes(minutes)
    assert middle is not None
    assert sum(one < middle for one in minutes) * 2 <= len(minutes)
    assert sum(one > middle + 1 for one in minutes) * 2 <= len(minutes)
    decided = [Decided(START, START + timedelta(minutes=one), FactRef("sheet_event", "x", START)) for one in minutes]
    explained = explain_median(decided)
    assert explained is not None
    assert explained.steps[-1].value == explained.value


def test_the_coordinator_sees_the_middle_time_of_the_own_site_and_nobody_of_another(world: World) -> None:
    assert "How long hours wait" not in world.browser_of("Cleo").get("/coordinator/").text
    log_week(world)
    hand_in(world)
    with at(NOW + timedelta(hours=5)):
        approve(world, "Ben")
        with transaction(write=False):
            (one,) = decided_lately(world.actor("Cleo"))
            assert decided_lately(world.actor("Cleo"), NOW) == []
            assert decided_lately(world.actor("Ivo")) == []
        assert one.minutes == 300
        text = world.browser_of("Cleo").get("/coordinator/").text
    assert "Half of the parts within" in text
    assert "5 h" in text
