"""One student's record from the facts that the commands wrote, in a fixed number of statements."""

from datetime import timedelta

import time_machine

from lms.hub.hours.services.entries import Cell, save_week
from lms.hub.standing.pace import Pace
from lms.hub.standing.queries import record_of
from lms.hub.standing.rules import State
from lms.kernel.db import transaction
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.support.cast import WEEK_ONE
from tests.support.statements import count_statements
from tests.support.web import NOW, World


def test_a_new_student_lacks_everything_and_is_told_what(world: World) -> None:
    with transaction(write=False):
        found = record_of(world.enrollment("Ada")).standing()
    assert found is not None
    assert found.value.state is State.MISSING
    assert [leaf.need.title for leaf in found.value.missing] == [
        "Process controls",
        "Manufacturing systems",
        "Capstone",
    ]


def test_a_students_record_costs_the_same_however_much_is_in_it(world: World) -> None:
    with transaction(write=False), count_statements() as empty:
        record_of(world.enrollment("Zoe"))
    activities = set_work(world, *(plan(f"PC-A{n}") for n in range(1, 6)))
    for activity in activities:
        hand_in(world, "Zoe", activity)
    with transaction(write=False), count_statements() as full:
        record_of(world.enrollment("Zoe"))
    assert empty.count == full.count <= 32


def test_weeks_without_hours_put_a_student_behind_and_missing_work_too(world: World) -> None:
    set_work(world, plan(week=2), plan("PC-A2", week=3))
    with transaction(write=False):
        explained = record_of(world.enrollment("Ada")).pace()
    assert explained.value is Pace.BEHIND
    assert "expected so far" in str(explained.steps[0].text)
    assert explained.steps[1].text.values["count"] == 2


def test_p12_approved_hours_only_count_for_requirements(world: World) -> None:
    ada = world.enrollment("Ada")
    monday = WEEK_ONE + timedelta(weeks=7)
    with time_machine.travel(NOW, tick=False), transaction():
        save_week(world.actor("Ada"), ada, [Cell(monday, _unit(world), 300, 0)])
    with transaction(write=False):
        facts = record_of(ada).student_facts()
    assert facts.minutes == {}


def _unit(world: World) -> str:
    from lms.hub.catalog.models import Unit

    return world.one(Unit, code="MS-1").public_id
