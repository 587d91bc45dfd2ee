"""Reminders of work that is due: once, in the last two days, never to who is away, has left, is exempt or handed in."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.models import Extension
from lms.hub.coursework.rules import REMIND_BEFORE, is_reminder_due
from lms.hub.enrollment.kinds import LeaveKind, Status, StatusReason
from lms.hub.enrollment.models import Leave, StatusChange
from lms.hub.grading.queries import find_marking_of_nothing
from lms.hub.grading.services.scores import exempt
from lms.jobs.coursework import remind_of_activities
from lms.kernel.db import session, transaction
from lms.kernel.outbox import OutboxMessage
from lms.messages.compose import write
from lms.messages.services import reason_to_skip
from lms.people.access import Action
from tests.hub.coursework.made import SUNDAY_DUE, hand_in, set_work
from tests.hub.hours.weeks import at
from tests.support.web import NOW, World

FRIDAY = SUNDAY_DUE - timedelta(hours=47)


def sweep(world: World, when=FRIDAY) -> int:
    with at(when):
        return remind_of_activities(world.app.config["LMS"])


def reminded(world: World) -> list[int]:
    return sorted(one.person_id for one in world.all(OutboxMessage, template="activity-due"))


def ids(world: World, *names: str) -> list[int]:
    return sorted(world.person(name).id for name in names)


@given(st.integers(-10_000, 10_000))
def test_a_reminder_is_never_early_and_never_after_the_date(minutes: int) -> None:
    before = timedelta(minutes=minutes)
    assert is_reminder_due(SUNDAY_DUE, SUNDAY_DUE - before) is (timedelta() < before <= REMIND_BEFORE)


def test_everybody_who_has_not_handed_in_is_reminded_once_however_often_it_sweeps(world: World) -> None:
    (activity,) = set_work(world)
    hand_in(world, "Zoe", activity)
    assert sweep(world, SUNDAY_DUE - timedelta(hours=49)) == 0
    assert sweep(world) == 2
    assert sweep(world, FRIDAY + timedelta(hours=20)) == 0
    assert sweep(world, SUNDAY_DUE + timedelta(minutes=1)) == 0
    assert reminded(world) == ids(world, "Ada", "Eli")


def test_after_a_stop_it_is_caught_up_until_the_date_itself(world: World) -> None:
    set_work(world)
    assert sweep(world, SUNDAY_DUE - timedelta(minutes=30)) == 3
    assert sweep(world, SUNDAY_DUE) == 0


def test_an_extension_moves_the_reminder(world: World) -> None:
    (activity,) = set_work(world)
    later = SUNDAY_DUE + timedelta(days=7)
    with transaction():
        of = {"enrollment_id": world.enrollment("Ada").id, "activity_id": activity.id}
        session.add(Extension(**of, until=later, reason=ExtensionReason.WORK))
    sweep(world)
    assert reminded(world) == ids(world, "Eli", "Zoe")
    assert sweep(world, later - timedelta(hours=30)) == 1
    assert reminded(world) == ids(world, "Ada", "Eli", "Zoe")


def test_nobody_on_leave_or_withdrawn_is_reminded(world: World) -> None:
    set_work(world)
    day = FRIDAY.date()
    with transaction():
        away = {"from_day": day - timedelta(days=1), "to_day": day + timedelta(days=1)}
        session.add(Leave(enrollment_id=world.enrollment("Ada").id, kind=LeaveKind.MEDICAL, **away))
        left = {"status": Status.WITHDRAWN, "effective_on": day - timedelta(days=3), "reason": StatusReason.WORK}
        session.add(StatusChange(enrollment_id=world.enrollment("Zoe").id, **left))
    sweep(world)
    assert reminded(world) == ids(world, "Eli")


def test_nobody_exempt_is_reminded(world: World) -> None:
    (activity,) = set_work(world)
    with transaction():
        ben, ada = world.actor("Ben"), world.enrollment("Ada")
        marking = find_marking_of_nothing(ben, Action.SCORE_WRITE, ada.public_id, activity.public_id)
        exempt(ben, ada, marking, marking.token, "Measured at the firm that week")
    sweep(world)
    assert reminded(world) == ids(world, "Eli", "Zoe")


def test_the_letter_says_what_when_and_why_and_is_dropped_once_the_work_is_in(world: World) -> None:
    (activity,) = set_work(world)
    sweep(world)
    letter = world.one(OutboxMessage, template="activity-due", person_id=world.person("Ada").id)
    with transaction(write=False), at(FRIDAY):
        ada = world.person("Ada")
        text = write(letter, ada, "https://example.org")
        assert reason_to_skip(letter, ada) == ""
    assert "Report PC-A1 is due on" in text.subject
    assert "You get this letter once, because it is due within two days" in text.text
    assert f"https://example.org/student/coursework/{activity.public_id}" in text.text
    assert text.stop_link
    hand_in(world, "Ada", activity)
    with transaction(write=False), at(FRIDAY):
        assert reason_to_skip(letter, world.person("Ada")) == "it is not so any more, or the person may not read it"


@pytest.mark.one_engine
def test_nothing_is_written_where_nothing_is_set(world: World) -> None:
    assert sweep(world, NOW) == 0
