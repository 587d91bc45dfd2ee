"""The same grading through the JSON API: queue, remarks, drafts by part, regrades, policy, files, shared samples."""

import pytest

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.grading.models import DraftScore
from lms.hub.grading.models.policies import GradingPolicy
from lms.hub.grading.rules.shared import SAMPLES
from tests.api.support import caller
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import RUBRIC, with_rubric
from tests.support.web import World

MATCH = {"If-Match": '"0.0"'}


@pytest.mark.one_engine
def test_work_is_found_remarked_drafted_graded_and_asked_about(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity, RUBRIC)
    work = hand_in(world, "Ada", activity, "one\ntwo").public_id
    ben, ada = caller(world, "Ben"), caller(world, "Ada")
    (line,) = ben.get("/grading-queue?order=student&mine=no").json["items"]
    assert (line["submission"], line["student"], line["is_nameless"]) == (work, "Ada", False)
    made = ben.post(f"/submissions/{work}/remarks", json={"text": "Which unit?", "line": 2})
    assert (made.status_code, made.json["line"]) == (201, 2)
    for code, points in (("SAFE", "40"), ("FIT", "20")):
        body = {"marks": {code: points}, "touched": [f"mark-{code}"]}
        assert ben.put(f"/submissions/{work}/score-draft", json=body, headers=MATCH).status_code == 200
    assert world.one(DraftScore).marks == {"SAFE": 4_000, "FIT": 2_000}
    clash = {"marks": {"FIT": "21"}, "touched": ["mark-FIT"]}
    assert ben.put(f"/submissions/{work}/score-draft", json=clash, headers=MATCH).status_code == 409
    score = {"marks": {"SAFE": "40", "FIT": "20"}}
    assert ben.post(f"/submissions/{work}/scores", json=score, headers={"If-Match": '"2.0"'}).status_code == 201
    assert ben.post(f"/submissions/{work}/releases").status_code == 201
    asked = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}/regrades"
    request = ada.post(asked, json={"attempt": 1, "criterion": "FIT", "text": "It was measured cold."})
    assert request.status_code == 201
    assert ada.post(asked, json={"attempt": 1, "text": "It was measured cold."}).status_code == 422
    decision = {"note": "You are right there.", "score": {"marks": {"SAFE": "40", "FIT": "30"}}}
    decided = ben.post(f"/regrades/{request.json['id']}/decision", json=decision, headers={"If-Match": '"2.1"'})
    assert (decided.json["decision"], decided.json["before"], decided.json["after"]) == ("changed", "60.00", "70.00")
    assert ben.delete(f"/submissions/{work}/remarks/{made.json['id']}").status_code == 200


@pytest.mark.one_engine
def test_a_policy_a_file_and_a_rule_are_set(world: World) -> None:
    set_work(world, plan("PC-A1"))
    section, course = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
    ben, base = caller(world, "Ben"), f"/sections/{section}/courses/{course}"
    policy = ben.get(f"{base}/grading-policy").json
    assert policy["number"] == 0
    wanted = {**policy, "late_rate_bp": 0}
    tried = ben.post(f"{base}/grading-policy/trial", json=wanted)
    assert [one["student"] for one in tried.json["items"]] == ["Ada", "Zoe"]
    assert world.all(GradingPolicy) == []
    saved = ben.put(f"{base}/grading-policy", json={**wanted, "reason": "The council decided it."})
    assert saved.json["number"] == 1
    assert ben.put(f"{base}/grading-policy", json={**wanted, "reason": "The council decided it."}).status_code == 409
    ada = world.enrollment("Ada").public_id
    made = ben.post(f"{base}/grade-imports", json={"rows": f"enrollment,PC-A1\n{ada},61.5\n"}).json
    assert (made["changes"], made["lines"][0]["new"]) == (1, "61.50")
    one = f"/grade-imports/{made['id']}"
    assert ben.post(f"{one}/application", json={"reason": "The paper list."}).json["applied_at"]
    assert ben.get(f"{base}/gradebook/statistics").json["items"][0]["mean"] == "61.5"
    assert ben.post(f"{one}/undo", json={"reason": "The wrong list."}).json["lines"][0]["was_undone"] is True
    activity = ben.get(f"{base}/gradebook").json["lines"][0]["cells"][0]["activity"]
    place = f"/sections/{section}/activities/{activity}"
    assert ben.put(f"{place}/marking-rule", json={"is_anonymous": True, "is_double": False}).json["is_anonymous"]
    assert ben.put(f"{place}/release-plan", json={"mode": "hidden"}).json["release_mode"] == "hidden"
    graders = [world.person("Ben").public_id]
    shared = ben.post(f"{place}/marking-tasks", json={"graders": graders, "way": "even"})
    assert [line["given"] for line in shared.json["graders"]] == [2]


@pytest.mark.one_engine
def test_samples_are_shared_and_marked(world: World) -> None:
    (activity,) = set_work(world)
    gus, ben = caller(world, "Gus"), caller(world, "Ben")
    samples = [{"title": f"Bracket {number}", "text": "Measured."} for number in range(SAMPLES)]
    body = {"activity": activity.public_id, "samples": samples}
    assert ben.post("/shared-assessments", json=body).status_code == 403
    made = gus.post("/shared-assessments", json=body).json
    one = f"/shared-assessments/{made['id']}"
    for sample in made["samples"]:
        answer = ben.post(f"{one}/samples/{sample['id']}/marks", json={"points": "80"})
        assert answer.status_code == 201
    assert [drift["grader"] for drift in answer.json["drifts"]] == ["Ben", None]
    assert gus.delete(one).status_code == 200
    assert ben.get(one).status_code == 404
