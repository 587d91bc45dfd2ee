"""Two at the same time: a day never gets more minutes than it has, a retry never doubles, a sheet is decided once."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry, SheetEvent
from lms.hub.hours.rules.sheet import Step
from lms.hub.hours.services.decisions import approve_part, return_part
from lms.hub.hours.services.entries import Hours, change_entry, log_hours
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.db import session, transaction
from lms.kernel.errors import Problem
from tests.hub.hours.weeks import MONDAY, hand_in, log_week, part_of, week
from tests.support.web import World

TUESDAY = date(2026, 10, 27)


def together(world: World, *acts: Callable[[], object]) -> list[str]:
    """Each of `acts` in a transaction and thread of its own, at once; "done", or the name of what was raised."""
    barrier, found = Barrier(len(acts)), [""] * len(acts)

    def run(number: int) -> None:
        with world.app.app_context():
            barrier.wait()
            try:
                with transaction():
                    acts[number]()
                found[number] = "done"
            except Problem as problem:
                found[number] = type(problem).__name__
            finally:
                session.remove()

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def logging(world: World, minutes: int, key: str) -> Callable[[], object]:
    actor, enrollment, unit = world.actor("Ada"), world.enrollment("Ada"), world.one(Unit, code="PC-1").public_id
    return lambda: log_hours(actor, enrollment, Hours(day=TUESDAY, minutes=minutes, unit=unit), key)


@pytest.mark.parametrize("senders", [2, 4])
def test_h3_a_day_is_never_overfilled_by_two_tabs(world: World, senders: int) -> None:
    found = together(world, *(logging(world, 800, str(uuid4())) for _ in range(senders)))
    assert found == ["RuleBroken"] * (senders - 1) + ["done"]
    assert sum(entry.minutes for entry in world.all(HoursEntry)) == 800


def test_h8_a_retry_that_overtakes_the_first_sending_is_the_same_entry(world: World) -> None:
    key = str(uuid4())
    assert together(world, *(logging(world, 90, key) for _ in range(4))) == ["done"] * 4
    assert len(world.all(HoursEntry)) == 1


def test_two_tabs_that_change_one_entry_do_not_overwrite_each_other(world: World) -> None:
    with transaction():
        entry = logging(world, 90, str(uuid4()))().entry  # type: ignore[attr-defined]
    actor, unit = world.actor("Ada"), world.one(Unit, code="PC-1").public_id

    def changing(minutes: int) -> Callable[[], object]:
        hours = Hours(day=TUESDAY, minutes=minutes, unit=unit)
        return lambda: change_entry(actor, entry, hours, str(uuid4()))

    assert together(world, changing(60), changing(70)) == ["Conflict", "done"]
    assert len(world.all(HoursEntry)) == 2


def test_d15_a_week_is_handed_in_once(world: World) -> None:
    log_week(world)
    actor, enrollment = world.actor("Ada"), world.enrollment("Ada")
    found = together(world, *(lambda: submit_sheet(actor, enrollment, MONDAY) for _ in range(3)))
    assert found == ["RuleBroken", "RuleBroken", "done"]
    assert len(world.all(SheetEvent)) == 1


def test_h19_two_approvers_decide_once(world: World) -> None:
    log_week(world)
    hand_in(world)
    ben, cleo, part = world.actor("Ben"), world.actor("Cleo"), part_of(world)
    found = together(world, lambda: approve_part(ben, part), lambda: return_part(cleo, part, "why"))
    assert found == ["RuleBroken", "done"]
    assert len([e for e in world.all(SheetEvent) if e.step is not Step.SUBMITTED]) == 1


def test_hours_are_never_added_behind_the_back_of_a_sheet_that_is_handed_in(world: World) -> None:
    log_week(world)
    actor, enrollment, unit = world.actor("Ada"), world.enrollment("Ada"), world.one(Unit, code="PC-1").public_id
    hours = Hours(day=MONDAY, minutes=30, unit=unit)
    together(
        world,
        lambda: submit_sheet(actor, enrollment, MONDAY),
        lambda: log_hours(actor, enrollment, hours, str(uuid4())),
    )
    assert world.one(SheetEvent).minutes == week(world).minutes
