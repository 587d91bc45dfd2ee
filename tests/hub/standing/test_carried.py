"""Hours and grades of the enrollment that one goes on from count in the new one, named as carried, for one and many."""

from datetime import timedelta

import pytest

from lms.hub.hours.rules.sheet import Route
from lms.hub.hours.services.decisions import approve_part
from lms.hub.standing.queries import minutes_by_level, record_of, records_of
from lms.kernel.db import transaction
from tests.hub.coursework.made import hand_in, set_work
from tests.hub.enrollment.test_moves import moved
from tests.hub.grading.made import grade
from tests.hub.hours import weeks
from tests.support.statements import count_statements
from tests.support.web import NOW, World


def lived(world: World) -> None:
    """Ada has 80 percent in PC, released, and an approved week."""
    (activity,) = set_work(world)
    grade(world, hand_in(world, "Ada", activity), 8_000, show=True)
    weeks.log_week(world)
    weeks.hand_in(world)
    with transaction():
        approve_part(world.actor("Ben"), weeks.part_of(world, "Ada", Route.SECTION))


def test_approved_hours_and_the_grade_count_on_and_say_where_they_come_from(world: World) -> None:
    lived(world)
    with transaction(write=False):
        before = record_of(world.enrollment("Ada")).student_facts()
    _, new = moved(world)
    with transaction(write=False):
        for found in (record_of(new).student_facts(), records_of([new])[new.id].student_facts()):
            assert sum(found.minutes.values()) == sum(before.minutes.values()) > 0
            assert found.minutes == found.carried_minutes
            assert found.courses["PC"].grade_bp == before.courses["PC"].grade_bp == pytest.approx(8_000)
            assert found.carried_from == found.courses["PC"].carried_from == "Fall 2026 (sample)"
            assert found.minutes_facts == before.minutes_facts
        standing = record_of(new).standing()
        assert standing is not None
        reasons = [str(leaf.reason) for leaf in standing.value.leaves]
        assert any("Carried from Fall 2026 (sample)." in reason for reason in reasons)


def test_what_is_carried_is_as_of_the_day_asked_about(world: World) -> None:
    lived(world)
    _, new = moved(world)
    with transaction(write=False):
        then = record_of(new, NOW - timedelta(days=3)).student_facts()
        assert sum(then.minutes.values()) == 0
        assert then.courses["PC"].grade_bp is None


def test_many_who_go_on_cost_the_same_as_one(world: World) -> None:
    _, ada = moved(world)
    others = [world.enrollment("Eli"), world.enrollment("Zoe")]
    with transaction(write=False), count_statements() as one:
        records_of([ada])
    with transaction(write=False), count_statements() as many:
        records_of([ada, *others])
    assert one.count == many.count
    with transaction(write=False):
        assert minutes_by_level(records_of(others)[others[0].id].all_approved) == {}
