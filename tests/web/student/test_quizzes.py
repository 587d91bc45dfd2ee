"""A quiz on the student's pages: before it, its questions, the check, the receipt, and what is read afterwards."""

import re
from datetime import timedelta

import pytest
import time_machine

from lms.hub.coursework.models import Submission
from lms.hub.quizzes.models import QuizAttempt, QuizDraft
from lms.hub.quizzes.rules import GRACE
from tests.hub.coursework.made import SUNDAY_DUE
from tests.hub.quizzes.made import SECRET_NUMBER, SECRET_TEXT, set_quiz, show_at_once
from tests.support.web import NOW, World

ANSWERS = {"answer-Q1": "1", "answer-Q2": ["0", "2"], "answer-Q3": "1.6287 in", "answer-Q4": "zyklotron takt"}


@pytest.mark.one_engine
def test_a_quiz_is_taken_page_by_page_without_a_script(world: World) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    ada, place = world.browser_of("Ada"), f"/student/quizzes/{activity.public_id}"
    before = ada.get(f"/student/coursework/{activity.public_id}").text
    assert "To the quiz" in before
    assert "Your text" not in before
    start = ada.get(place).text
    assert "2 left of 2" in start
    assert "Start the quiz" in start
    assert "30 seconds later" in start
    assert ada.post(f"{place}/attempts").headers["Location"] == place
    page = ada.get(place).text
    assert "Which index looks at both limits?" in page
    assert "A number with its unit, one of: mm, in." in page
    assert "10:30" in page
    saved = ada.post(f"{place}/answers", data={**ANSWERS, "answer-Q3": "about 41", "version": "0", "then": "check"})
    assert saved.headers["Location"] == f"{place}/check"
    wrong = ada.get(f"{place}/check")
    assert wrong.status_code == 422
    assert "“about 41” is not a number" in wrong.text
    assert "Hand in now" not in wrong.text
    assert ada.post(f"{place}/submissions", data={"client_key": "k0"}).status_code == 422
    quiet = ada.post(f"{place}/answers", data={**ANSWERS, "version": "1"}, headers={"X-Autosave": "true"})
    assert (quiet.status_code, quiet.headers["X-Version"]) == (204, "2")
    check = ada.get(f"{place}/check").text
    assert "1.6287 in" in check
    assert "Waiting" in check
    done = ada.post(f"{place}/submissions", data={"client_key": "k1"})
    receipt = ada.get(done.headers["Location"]).text
    assert "&gt; 1.6287 in" in receipt
    again = ada.post(f"{place}/submissions", data={"client_key": "k1"})
    assert again.headers["Location"] == done.headers["Location"]
    read = ada.get(f"/student/grades/{activity.public_id}").text
    assert "1.6287 in" in read
    assert "options chosen</th><td>2</td>" in read
    assert SECRET_NUMBER not in read
    assert "What is right is shown here when" in read
    with time_machine.travel(SUNDAY_DUE + timedelta(days=15), tick=False):
        later = world.browser_of("Ada").get(f"/student/grades/{activity.public_id}").text
    assert f"{SECRET_NUMBER} mm ± 0.02" in later
    assert SECRET_TEXT in later


def test_two_windows_do_not_overwrite_each_other_and_nothing_typed_is_lost(world: World) -> None:
    activity = set_quiz(world)
    ada, place = world.browser_of("Ada"), f"/student/quizzes/{activity.public_id}"
    ada.post(f"{place}/attempts")
    ada.post(f"{place}/answers", data={"answer-Q4": "from the phone", "version": "0"})
    answer = ada.post(f"{place}/answers", data={"answer-Q4": "from the desk", "version": "0"})
    assert answer.status_code == 409
    assert 'value="from the desk"' in answer.text
    assert "Saved in the other window:</" not in answer.text
    assert "from the phone" in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    kept = ada.post(f"{place}/answers", data={"answer-Q4": "from the desk", "version": version[1]})
    assert kept.status_code == 303
    assert world.one(QuizDraft).answers == {"Q4": {"text": "from the desk"}}
    assert ada.post(f"{place}/answers", data={"answer-Q1": "77", "version": "2"}).status_code == 422
    script = {"headers": {"X-Autosave": "true"}}
    assert ada.post(f"{place}/answers", data={"version": "0"}, **script).status_code == 409
    assert ada.post(f"{place}/answers", data={"answer-Q1": "x", "version": "2"}, **script).status_code == 422


def test_when_time_is_up_the_next_request_hands_in_what_was_saved(world: World) -> None:
    activity = set_quiz(world)
    ada, place = world.browser_of("Ada"), f"/student/quizzes/{activity.public_id}"
    ada.post(f"{place}/attempts")
    ada.post(f"{place}/answers", data={"answer-Q1": "1", "version": "0"})
    end = world.one(QuizAttempt).ends_at
    assert end is not None
    with time_machine.travel(end + GRACE + timedelta(seconds=1), tick=False):
        assert "What you saved counts" in ada.get(place).text
        assert ada.get(f"{place}/check").headers["Location"] == place
        late = ada.post(f"{place}/answers", data=ANSWERS, headers={"X-Autosave": "true"})
        assert late.status_code == 409
        assert not world.all(Submission)
        handed_in = ada.post(f"{place}/answers", data={**ANSWERS, "version": "1"})
        made = world.one(Submission)
        assert handed_in.headers["Location"] == f"/student/submissions/{made.public_id}"
        assert "The time of this attempt is over" in ada.get(handed_in.headers["Location"]).text
        assert ada.post(f"{place}/answers", data=ANSWERS).headers["Location"] == place, "nothing is open any more"
    assert made.received_at == end


@pytest.mark.one_engine
def test_a_quiz_that_closed_or_is_used_up_cannot_be_started(world: World) -> None:
    activity = set_quiz(world, attempts=1, cutoff_days=0)
    ada, zoe, place = world.browser_of("Ada"), world.browser_of("Zoe"), f"/student/quizzes/{activity.public_id}"
    ada.post(f"{place}/attempts")
    ada.post(f"{place}/submissions", data={"client_key": "k"})
    assert "You have used all your attempts." in ada.get(place).text
    assert ada.post(f"{place}/attempts").status_code == 422
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        zoe = world.browser_of("Zoe")
        assert "This activity is closed." in zoe.get(place).text
        assert zoe.post(f"{place}/attempts").status_code == 422
    assert len(world.all(QuizAttempt)) == 1
