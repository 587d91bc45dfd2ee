"""Sixty-four saves at the same moment: no mark is lost, and each conflict is a 409 with both versions."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.hub.grading.models import DraftScore, Score
from lms.hub.grading.services.rubrics import CriterionPlan
from tests.api.support import token_of
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import with_rubric
from tests.support.patience import SECONDS
from tests.support.web import World

AT_ONCE = 64
CRITERIA = tuple(CriterionPlan(f"C{number}", f"Criterion {number}", 1_250) for number in range(8))

pytestmark = pytest.mark.timeout(300)


def all_at_once(browsers: list[FlaskClient], paths: list[str], forms: list[dict[str, str]]) -> list[TestResponse]:
    """Each browser sends its form to its path, all at the same moment."""
    ready = threading.Barrier(len(browsers), timeout=SECONDS)

    def send(number: int) -> TestResponse:
        ready.wait()
        headers = {"X-Autosave": "true"} if paths[number].endswith("/draft") else {}
        return browsers[number].post(paths[number], data=forms[number], headers=headers)

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(lambda number: Context().run(send, number), range(len(browsers))))


def test_of_64_scores_on_one_work_one_is_given_and_63_get_both_versions(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    _, token = token_of(world, "Ben")
    ready = threading.Barrier(AT_ONCE, timeout=SECONDS)

    def send(number: int) -> TestResponse:
        body = {"points": f"{number}.25", "comments": {"": f"said {number}"}}
        headers = {"Authorization": f"Bearer {token}", "If-Match": '"0.0"'}
        client = world.visitor()
        ready.wait()
        return client.post(f"/api/v1/submissions/{submission.public_id}/scores", json=body, headers=headers)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda number: Context().run(send, number), range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: AT_ONCE - 1}
    won = next(number for number, answer in enumerate(answers) if answer.status_code == 201)
    assert world.one(Score).points == won * 100 + 25
    for number, answer in enumerate(answers):
        if number != won:
            assert answer.json is not None
            assert answer.json["yours"]["comments"] == {"": f"said {number}"}, "their own words come back"
            assert answer.json["theirs"]["comments"] == {"": f"said {won}"}, "beside those that stand"


def test_64_scores_on_different_works_are_all_given(world: World) -> None:
    activities = set_work(world, *(plan(f"PC-{number:02}") for number in range(AT_ONCE // 2)))
    works = [hand_in(world, name, activity) for activity in activities for name in ("Ada", "Zoe")]
    browsers = [world.browser_of("Ben") for _ in works]
    paths = [f"/instructor/grading/{work.public_id}/scores" for work in works]
    forms = [{"version": "0.0", "points": f"{number}.5"} for number in range(AT_ONCE)]
    answers = all_at_once(browsers, paths, forms)
    assert {answer.status_code for answer in answers} == {303}
    given = {score.submission_id: score.points for score in world.all(Score)}
    assert given == {work.id: number * 100 + 50 for number, work in enumerate(works)}


def test_64_drafts_on_one_work_keep_the_mark_of_every_criterion(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity, CRITERIA)
    submission = hand_in(world, "Ada", activity)
    browsers = [world.browser_of("Ben") for _ in range(AT_ONCE)]
    path = f"/instructor/grading/{submission.public_id}/draft"
    forms = []
    for number in range(AT_ONCE):
        code = f"C{number % len(CRITERIA)}"
        value = str(number // len(CRITERIA) + 1)
        forms.append({"version": "0.0", f"mark-{code}": value, "touched": f"mark-{code}"})
    answers = all_at_once(browsers, [path] * AT_ONCE, forms)
    codes = Counter(answer.status_code for answer in answers)
    assert set(codes) <= {200, 204, 409}
    assert codes[409] == AT_ONCE - len(CRITERIA), "one of eight wins each criterion, the others are told"
    draft = world.one(DraftScore)
    won = {}
    for form, answer in zip(forms, answers, strict=True):
        if answer.status_code != 409:
            won |= {form["touched"].removeprefix("mark-"): int(form[form["touched"]]) * 100}
    assert draft.marks == won
    assert len(won) == len(CRITERIA)
