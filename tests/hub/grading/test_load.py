"""What waits to be graded and for how long, what is coming, and sharing out by the minutes that the desk has seen."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework.models import Activity
from lms.hub.grading.models import Score
from lms.hub.grading.models.desk import GradingTime
from lms.hub.grading.models.marking import MarkingTask
from lms.hub.grading.queries.load import load_board
from lms.hub.grading.rules.load import MOST_SECONDS, ages_of, backlog_ahead, seconds_spent
from lms.hub.grading.rules.marking import Way
from lms.hub.grading.services.desk import note_time
from lms.hub.grading.services.marking import share
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.kernel.errors import RuleBroken
from tests.api.support import caller
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade
from tests.hub.grading.test_marking import also_teaches, lowell
from tests.support.statements import count_statements
from tests.support.web import World

AT = datetime(2026, 10, 28, 14, tzinfo=UTC)


@given(st.lists(st.integers(0, 30 * 24), max_size=40))
def test_every_waiting_work_has_one_age(hours: list[int]) -> None:
    found = ages_of([AT - timedelta(hours=one) for one in hours], AT)
    assert found.waiting == len(hours)
    assert found.over == sum(one >= 7 * 24 for one in hours)
    assert found.since == (AT - timedelta(hours=max(hours)) if hours else None)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_what_will_wait_is_never_below_nothing_and_grows_with_what_comes(waiting: int, due: int, graded: int) -> None:
    found = backlog_ahead(waiting, due, graded)
    assert found.value >= 0
    assert found.steps[-1].value == found.value
    assert backlog_ahead(waiting, due + 1, graded).value >= found.value >= backlog_ahead(waiting, due, graded + 2).value
    assert backlog_ahead(waiting, due, 0).value == waiting + due


@given(st.integers(-1_000, 200_000))
def test_a_time_is_capped_and_what_cannot_be_believed_is_none(seconds: int) -> None:
    found = seconds_spent(AT - timedelta(seconds=seconds), AT)
    if seconds < 0 or seconds > 12 * 3_600:
        assert found is None
    else:
        assert found == min(seconds, MOST_SECONDS)
    assert seconds_spent(None, AT) is None


def test_the_board_says_what_waits_what_comes_and_is_a_page_a_table_and_an_operation(world: World) -> None:
    old, new, done = set_work(world, plan("PC-L1", week=6), plan("PC-L2", week=9), plan("PC-L3", week=6))
    waiting = []
    for name, days in (("Ada", 10), ("Zoe", 4)):
        with time_machine.travel(now() - timedelta(days=days), tick=False):
            waiting.append(hand_in(world, name, old))
    with time_machine.travel(now() - timedelta(days=2), tick=False):
        score = grade(world, hand_in(world, "Ada", done), 5_000)
        with transaction():
            note_time(score, now() - timedelta(minutes=6))
    with transaction(write=False):
        (here,) = load_board(world.actor("Ben"), now())
        assert (here.ages.fresh, here.ages.aging, here.ages.over) == (0, 1, 1)
        assert (here.expected.value, here.graded, here.seconds, here.timed) == (2, 1, 360, 1)
        assert [step.value for step in here.waiting.steps] == [0, 1, 1]
        assert [fact.public_id for fact in here.waiting.facts] == [one.public_id for one in waiting]
        assert [(step.text.values["activity"][:5], step.value) for step in here.expected.steps] == [("PC-L2", 2)]
        assert here.minutes is not None
        assert (here.minutes.value, here.minutes_ahead and here.minutes_ahead.value) == (6, 24)
        assert here.ahead.value == 4  # two wait, two come, half a one was graded in as many days: 3.5
        (there,) = load_board(world.actor("Hana"), now())
        assert (there.section.name, there.ages.waiting) == ("Providence", 0)
    assert new.code == "PC-L2"
    cleo = world.browser_of("Cleo")
    shown = cleo.get("/instructor/marking/load").text
    assert "1 over a week" in shown
    table = cleo.get("/instructor/marking/load.csv").text.splitlines()
    assert table[1].startswith("Lowell,2,0,1,1,")
    (item,) = caller(world, "Ben").get("/marking-load").json["items"]
    assert (item["over_7_days"], item["ahead"]["value"], item["seconds_per_work"]) == (1, 4, 360)
    assert (item["waiting"], item["why_waiting"]["value"], item["minutes_ahead"]["value"]) == (2, 2, 24)
    assert "waits over a week" in world.browser_of("Ben").get("/instructor/grading").text


def test_the_desk_measures_from_opening_to_posting_and_believes_no_nonsense(world: World) -> None:
    first, second, third = set_work(world, plan("PC-T1"), plan("PC-T2"), plan("PC-T3"))
    ben = world.browser_of("Ben")
    for activity, opened in ((first, now() - timedelta(minutes=5)), (second, None), (third, now() + timedelta(days=1))):
        work = hand_in(world, "Ada", activity)
        sent = {"points": "50", "version": "0.0", "opened_at": opened.isoformat() if opened else "yesterday"}
        assert ben.post(f"/instructor/grading/{work.public_id}/scores", data=sent).status_code == 303
    assert len(world.all(Score)) == 3
    time = world.one(GradingTime)
    assert (time.seconds, time.activity_id, time.recorded_by_id) == (300, first.id, world.person("Ben").id)


def test_who_has_spent_more_minutes_gets_less(world: World) -> None:
    done, ahead = set_work(world, plan("PC-M1"), plan("PC-M2"))
    also_teaches(world)
    ids = [world.person(name).public_id for name in ("Ben", "Hana")]
    with transaction(), pytest.raises(RuleBroken, match="not measured"):
        share(world.actor("Cleo"), [lowell(world)], ahead, Way.MINUTES, ids)
    for name, minutes in (("Ada", 20), ("Zoe", 25)):
        score = grade(world, hand_in(world, name, done), 5_000)
        with transaction():
            note_time(score, now() - timedelta(minutes=minutes))
    with transaction():
        given_out = share(world.actor("Cleo"), [lowell(world)], ahead, Way.MINUTES, ids)
    assert given_out == {world.person("Hana").id: 2}, "Ben has spent 45 minutes, Hana none"
    assert {task.activity_id for task in world.all(MarkingTask)} == {world.one(Activity, code="PC-M2").id}


def test_the_board_costs_the_same_statements_for_one_work_and_for_many(world: World) -> None:
    works = set_work(world, *(plan(f"PC-N{number}") for number in range(12)))
    ben = world.browser_of("Ben")
    ben.get("/instructor/marking/load")
    hand_in(world, "Ada", works[0])
    with count_statements() as few:
        ben.get("/instructor/marking/load")
    for activity in works[1:]:
        hand_in(world, "Ada", activity)
    with count_statements() as many:
        ben.get("/instructor/marking/load")
    assert few.count == many.count
