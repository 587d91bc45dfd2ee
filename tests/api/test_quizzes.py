"""Quizzes through the API: the same commands as the pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.quizzes.models import QuizQuestion
from lms.hub.quizzes.rules import GRACE
from tests.api.support import caller
from tests.hub.quizzes.made import SECRET_NUMBER, set_quiz, show_at_once
from tests.support.web import NOW, World


def _place(world: World, activity: Activity, name: str = "Ada") -> str:
    return f"/enrollments/{world.enrollment(name).public_id}/activities/{activity.public_id}/quiz"


@pytest.mark.one_engine
def test_a_quiz_is_taken_and_its_results_are_read_as_on_the_pages(world: World) -> None:
    activity = set_quiz(world)
    ada, ben, place = caller(world, "Ada"), caller(world, "Ben"), _place(world, activity)
    seen = ada.get(place).json
    assert seen is not None
    assert (seen["asked"], seen["points"], seen["minutes"], seen["attempts_left"], seen["open"]) == (
        4, "10.00", 30, 2, None,
    )  # fmt: skip
    made = ada.post(f"{place}/attempts")
    assert made.status_code == 201
    assert ada.post(f"{place}/attempts").status_code == 200
    assert made.json is not None
    assert [one["kind"] for one in made.json["questions"]] == ["single", "several", "number", "text"]
    assert ben.get(place).json["open"] is None, "an open attempt is the student's own"  # type: ignore[index]
    answers = [{"slot": "Q1", "chosen": [1]}, {"slot": "Q3", "text": "41"}, {"slot": "Q4", "text": "beat"}]
    assert ada.put(f"{place}/answers", json={"answers": answers, "version": 0}).json == {"version": 1}
    assert ada.put(f"{place}/answers", json={"answers": [], "version": 0}).status_code == 409
    key = str(uuid4())
    refused = ada.post(f"{place}/submissions", json={"client_key": key})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "answer-Q3")  # type: ignore[index]
    ada.put(f"{place}/answers", json={"answers": [{"slot": "Q3", "text": "41 mm"}], "version": 1})
    done = ada.post(f"{place}/submissions", json={"client_key": key})
    assert done.status_code == 201
    assert ada.post(f"{place}/submissions", json={"client_key": key}).status_code == 200
    number = done.json["id"]  # type: ignore[index]
    mine = ada.get(f"/submissions/{number}/quiz").json
    assert mine is not None
    assert [one["points"] for one in mine["items"]] == [None] * 4
    assert mine["why"] is None
    theirs = ben.get(f"/submissions/{number}/quiz").json
    assert theirs is not None
    assert [one["points"] for one in theirs["items"]] == ["2.00", "0.00", "0.00", None]
    assert theirs["items"][2]["right"] == [f"{SECRET_NUMBER} mm ± 0.02", "1 in = 25.4 mm"]
    assert theirs["items"][0]["why"]["steps"][-1]["value"] == "2.00"


@pytest.mark.one_engine
def test_released_results_have_their_reasons_and_an_attempt_that_is_over_is_handed_in_first(world: World) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    ada, place = caller(world, "Ada"), _place(world, activity)
    ada.post(f"{place}/attempts")
    ada.put(f"{place}/answers", json={"answers": [{"slot": "Q1", "chosen": [1]}], "version": 0})
    with time_machine.travel(NOW + timedelta(minutes=30) + GRACE + timedelta(seconds=1), tick=False):
        late = ada.put(f"{place}/answers", json={"answers": [], "version": 1})
        assert late.status_code == 422
        assert ada.get(place).json["open"] is None  # type: ignore[index]
        second = ada.post(f"{place}/attempts")
        assert (second.status_code, second.json["attempt"]) == (201, 2)  # type: ignore[index]
    (first,) = ada.get("/submissions").json["items"]  # type: ignore[index]
    found = ada.get(f"/submissions/{first['id']}/quiz").json
    assert found is not None
    assert (found["points"], found["items"][0]["outcome"], found["items"][0]["right"]) == ("2.00", "right", None)
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        assert ada.post(f"{place}/submissions", json={"client_key": str(uuid4())}).status_code == 201
    assert ada.post(f"{place}/submissions", json={"client_key": str(uuid4())}).status_code == 422


@pytest.mark.one_engine
def test_statistics_and_corrections_are_the_instructors(world: World) -> None:
    activity = set_quiz(world)
    ben, section = caller(world, "Ben"), world.one(Section, name="Lowell").public_id
    found = ben.get(f"/sections/{section}/activities/{activity.public_id}/quiz/statistics").json
    assert found is not None
    assert [one["code"] for one in found["items"]] == ["ONE", "MANY", "NUM", "TXT"]
    assert found["items"][0]["right"] == ["Cpk"]
    assert found["items"][0]["why_discrimination"]["value"] is None
    question = f"/sections/{section}/quiz-questions/{world.one(QuizQuestion, code='ONE').public_id}"
    seen = ben.post(f"{question}/previews", json={"right": [2]}).json
    assert seen is not None
    assert seen["items"] == []
    wrong = ben.post(f"{question}/previews", json={"value": "3"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "value")  # type: ignore[index]
    body = {"key": {"right": [2]}, "preview": seen["preview"], "reason": "The options were mixed up."}
    made = ben.post(f"{question}/corrections", json=body)
    assert (made.status_code, made.json["number"]) == (201, 1)  # type: ignore[index]
    assert ben.post(f"{question}/corrections", json=body).status_code == 409
