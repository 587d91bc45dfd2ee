"""A student asks to look again at a score, and it is kept or changed with a note."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.coursework.models import Activity, Submission
from lms.hub.grading.models import Release, Score
from lms.hub.grading.models.regrades import RegradeDecision, RegradeRequest
from lms.hub.grading.queries import Written
from lms.hub.grading.queries.regrades import (
    asking_of,
    criteria_asked_about,
    find_regrade,
    list_regrades,
    regrades_on,
)
from lms.hub.grading.services.regrades import ask_regrade, change_score, keep_score, write_in_regrade
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from tests.hub.coursework.made import hand_in, set_work
from tests.hub.grading.made import grade, marking_of
from tests.support.web import World, words

WHY = "The second cut was measured cold."


def shown(world: World) -> tuple[Activity, Submission]:
    """Ada's work with a released score of 60."""
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 6_000, show=True)
    return activity, submission


def ask(world: World, activity: Activity, text: str = WHY) -> RegradeRequest:
    with transaction():
        return ask_regrade(world.actor("Ada"), world.enrollment("Ada"), activity, 1, text)


def test_a_request_is_talked_about_decided_and_shows_the_old_and_the_new(world: World) -> None:
    activity, submission = shown(world)
    request = ask(world, activity)
    ada, ben = world.actor("Ada"), world.actor("Ben")
    assert world.one(OutboxMessage, template="regrade-asked").person_id == world.person("Ben").id
    with transaction():
        found = find_regrade(ben, request.public_id)
        write_in_regrade(ben, found.enrollment, found, "Which probe did you use?")
        write_in_regrade(ada, found.enrollment, found, "The one of bench 4.")
    with transaction():
        found, marking = find_regrade(ben, request.public_id), marking_of(world, submission)
        with pytest.raises(RuleBroken):
            change_score(ben, found.enrollment, found, marking, Written(points=6_000), marking.token, "the same again")
    with transaction():
        found, marking = find_regrade(ben, request.public_id), marking_of(world, submission)
        change_score(
            ben, found.enrollment, found, marking, Written(points=7_000), marking.token, "You are right there."
        )
    with transaction(write=False):
        (found,) = regrades_on(world.enrollment("Ada"), activity)
        assert (found.before, found.after, found.note, found.decided_by) == (
            6_000,
            7_000,
            "You are right there.",
            "Ben",
        )
        assert [word.is_student for word in found.thread] == [False, True]
        assert criteria_asked_about(ben) == [("PC-A1", "Report PC-A1", "", 1, 1)]
        with pytest.raises(RuleBroken):
            write_in_regrade(ada, found.enrollment, found, "And one thing more.")
    assert [release.number for release in world.all(Release)] == [1, 2]
    assert world.one(AuditEntry, action="regrade:decide").result_id == world.one(RegradeDecision).public_id


def test_the_window_is_seven_days_and_one_request_is_open_at_a_time(world: World) -> None:
    activity, _ = shown(world)
    for text in ("short", "x" * 5_001):
        with pytest.raises(RuleBroken) as broken:
            ask(world, activity, text)
        assert broken.value.field == "text"
    with time_machine.travel(now() + timedelta(days=7, minutes=1), tick=False), pytest.raises(RuleBroken):
        ask(world, activity)
    with time_machine.travel(now() + timedelta(days=7), tick=False):
        request = ask(world, activity)
        with pytest.raises(RuleBroken):
            ask(world, activity)
        with transaction():
            found = find_regrade(world.actor("Ben"), request.public_id)
            with pytest.raises(RuleBroken):
                keep_score(world.actor("Ben"), found.enrollment, found, "no")
            keep_score(world.actor("Ben"), found.enrollment, found, "The method was asked for.")
        assert ask(world, activity).number == 2
    assert (len(world.all(Score)), len(world.all(Release))) == (1, 1), "kept is kept"


def test_nothing_can_be_asked_about_what_was_not_released(world: World) -> None:
    (activity,) = set_work(world)
    grade(world, hand_in(world, "Ada", activity), 6_000)
    with pytest.raises(RuleBroken):
        ask(world, activity)
    with transaction(write=False):
        assert asking_of(world.enrollment("Ada"), activity) == []


def test_others_find_no_request_and_may_not_decide(world: World) -> None:
    activity, _ = shown(world)
    request = ask(world, activity)
    with transaction(write=False):
        for name in ("Zoe", "Eli", "Hana", "Ivo"):
            with pytest.raises(NotFound):
                find_regrade(world.actor(name), request.public_id)
            assert list_regrades(world.actor(name), only_open=False).items == []
    with transaction():
        found = find_regrade(world.actor("Cleo"), request.public_id)
        with pytest.raises(NotAllowed):
            keep_score(world.actor("Cleo"), found.enrollment, found, "Not mine to say.")
        with pytest.raises(NotAllowed):
            ask_regrade(world.actor("Zoe"), world.enrollment("Ada"), activity, 1, WHY)


def test_both_sides_find_the_thread_on_their_pages(world: World) -> None:
    activity, _ = shown(world)
    ada, ben = world.browser_of("Ada"), world.browser_of("Ben")
    page = f"/student/grades/{activity.public_id}"
    assert "Ask to look at attempt 1 again" in ada.get(page).text
    assert ada.post(f"{page}/regrades", data={"attempt": "1", "text": "no"}).status_code == 422
    assert ada.post(f"{page}/regrades", data={"attempt": "1", "text": "<b>" + WHY}).status_code == 303
    assert "&lt;b&gt;The second cut" in ada.get(page).text
    request = world.one(RegradeRequest).public_id
    assert "Ada" in words(ben.get("/instructor/regrades"))
    one = f"/instructor/regrades/{request}"
    assert "&lt;b&gt;The second cut" in ben.get(one).text
    assert ben.post(f"{one}/messages", data={"text": "Which probe did you use?"}).status_code == 303
    assert ada.post(f"/student/regrades/{request}/messages", data={"text": "That of bench 4."}).status_code == 303
    assert "That of bench 4." in ben.get(one).text
    sent = {"decision": "change", "version": "0.1", "points": "71", "note": "Measured it again."}
    assert ben.post(f"{one}/decision", data={**sent, "version": "0.0"}).status_code == 409
    assert ben.post(f"{one}/decision", data={**sent, "points": "a"}).status_code == 422
    assert ben.post(f"{one}/decision", data=sent).status_code == 303
    assert "Changed from 60 to 71" in ada.get(page).text
    assert "changed: 60 to 71" in ben.get("/instructor/regrades?which=all").text
