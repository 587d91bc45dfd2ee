"""A quiz on the instructor's pages: what waits on the desk, how questions did, and correcting what is right."""

import re

import pytest

from lms.hub.cohorts.models import Section
from lms.hub.grading.models import Score
from lms.hub.quizzes.models import KeyCorrection, QuizQuestion
from lms.hub.quizzes.rules.marking import Answer
from tests.hub.quizzes.made import RIGHT, SECRET_NUMBER, set_quiz, take
from tests.support.web import World


@pytest.mark.one_engine
def test_a_text_waits_in_the_queue_and_is_marked_on_the_desk_question_by_question(world: World) -> None:
    activity = set_quiz(world)
    made = take(world, "Ada", activity, {**RIGHT, "Q4": Answer(text="cycle time")})
    ben = world.browser_of("Ben")
    assert "Shop floor quiz" in ben.get("/instructor/grading").text
    desk = ben.get(f"/instructor/grading/{made.public_id}").text
    assert "cycle time" in desk
    assert f"{SECRET_NUMBER} mm ± 0.02" in desk
    assert "waits for your instructor" in desk
    assert 'name="mark-Q3" value="3"' in desk
    token = re.search(r'name="version"[^>]*value="([\d.]+)"', desk)
    assert token is not None
    marks = {"mark-Q1": "2", "mark-Q2": "2", "mark-Q3": "3", "mark-Q4": "1.5", "version": token[1], "then": "release"}
    assert ben.post(f"/instructor/grading/{made.public_id}/scores", data=marks).status_code == 303
    score = world.one(Score)
    assert (score.points, score.marks["Q4"]) == (850, 150)
    read = world.browser_of("Ada").get(f"/student/grades/{activity.public_id}").text
    assert "points given by a grader" in read
    assert SECRET_NUMBER not in read


@pytest.mark.one_engine
def test_statistics_and_a_correction_with_its_preview(world: World) -> None:
    activity = set_quiz(world)
    take(world, "Ada", activity, {**RIGHT, "Q1": Answer(frozenset({2}))})
    section, question = world.one(Section, name="Lowell"), world.one(QuizQuestion, code="ONE")
    ben = world.browser_of("Ben")
    place = f"/instructor/quizzes/sections/{section.public_id}/activities/{activity.public_id}"
    page = ben.get(place).text
    assert "1 first attempt so far: too few to say anything." in page
    table = ben.get(f"{place}/statistics.csv").text
    assert table.splitlines()[0].endswith("points,first_attempts,difficulty,discrimination,answers")
    key = f"/instructor/quizzes/sections/{section.public_id}/questions/{question.public_id}"
    assert "None: the key is the one" in ben.get(key).text
    assert ben.post(f"{key}/previews", data={}).status_code == 422
    seen = ben.post(f"{key}/previews", data={"right": "2"}).text
    assert "1 answer gets other points" in seen
    digest = re.search(r'name="preview" value="(\w+)"', seen)
    assert digest is not None
    form = {"right": "2", "preview": digest[1]}
    short = ben.post(f"{key}/corrections", data={**form, "reason": "no"})
    assert short.status_code == 422
    assert "characters why" in short.text
    stale = ben.post(f"{key}/corrections", data={**form, "preview": "old", "reason": "The drawing is another."})
    assert stale.status_code == 409
    done = ben.post(f"{key}/corrections", data={**form, "reason": "The drawing is another one."})
    assert done.headers["Location"] == place
    assert world.one(KeyCorrection).key["right"] == [2]
    assert [score.points for score in world.all(Score)] == [800, 1_000]
    assert "The drawing is another one." in ben.get(key).text
    number = world.one(QuizQuestion, code="NUM")
    other = f"/instructor/quizzes/sections/{section.public_id}/questions/{number.public_id}"
    assert "Write a number such as 12.5." in ben.post(f"{other}/previews", data={"value": "big"}).text
    vague = ben.post(f"{other}/previews", data={"value": "1", "tolerance": "some"})
    assert "with a percent sign behind it" in vague.text
    wider = ben.post(f"{other}/previews", data={"value": "41,37", "tolerance": "2 %", "needs_unit": "on"}).text
    assert "0 answers get other points" in wider
    text = world.one(QuizQuestion, code="TXT")
    third = f"/instructor/quizzes/sections/{section.public_id}/questions/{text.public_id}"
    assert ben.post(f"{third}/previews", data={"accepted": " "}).status_code == 422
