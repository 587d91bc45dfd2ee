"""A project gets under way through the API alone, and every step is refused to whom it is not given."""

from typing import Any

import pytest

from lms.capstone.projects.models import Project
from lms.kernel.audit import AuditEntry
from lms.people.access import Action
from tests.api.support import caller
from tests.support.web import World

BASELINE = {
    "metric": "Scrap",
    "unit": "kg a week",
    "value": "12.5",
    "target": "8",
    "from_day": "2026-07-01",
    "to_day": "2026-09-30",
    "source": "Scrap tickets",
}


def _propose(world: World) -> str:
    answer = caller(world, "Ada").post("/projects", json={"title": "Less scrap at press 4", "problem": "Burrs"})
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.json["state"] == "proposed"
    return f"/projects/{answer.json['id']}"


def _charter(world: World, path: str) -> None:
    sponsor = caller(world, "Dee")
    contacts: Any = sponsor.get(f"{path}/charter-contacts").json
    (coach,) = [one["id"] for one in contacts["coaches"] if one["name"].startswith("Ben")]
    (finance,) = [one["id"] for one in contacts["finance"] if one["name"].startswith("Finn")]
    agreed = sponsor.post(
        f"{path}/charters", json={"coach": coach, "finance_contact": finance, "wage_source": "firm_count"}
    )
    assert agreed.status_code == 201, agreed.text


@pytest.mark.one_engine
def test_a_project_gets_under_way_through_the_api_alone(world: World) -> None:
    path = _propose(world)
    ada, ben = caller(world, "Ada"), caller(world, "Ben")
    assert ada.get(f"{path}/charter").status_code == ada.get(f"{path}/baseline").status_code == 404
    worded = ada.put(f"{path}/description", json={"title": "Half the scrap at press 4"})
    assert worded.json is not None
    assert worded.json["title"] == "Half the scrap at press 4"
    _charter(world, path)
    assert ada.put(f"{path}/description", json={"title": "Something else"}).status_code == 422
    charter: Any = ada.get(f"{path}/charter").json
    assert charter["coach"] == world.person("Ben").name
    assert charter["finance_contact"] == world.person("Finn").name
    entered: Any = ada.post(f"{path}/baselines", json=BASELINE).json
    assert (entered["value"], entered["target"], entered["is_locked"]) == ("12.5", "8", False)
    assert ada.post(f"{path}/starts").status_code == 422  # nobody has locked the baseline
    held: Any = ben.post(f"{path}/baseline-locks").json
    assert [error["field"] for error in held["errors"]] == ["gate"]
    for gate in ("charter", "baseline"):
        ada.post(f"{path}/gates/{gate}/submissions", json={"text": "Scrap was counted for four weeks."})
        for who, role in ((ben, "coach"), (caller(world, "Dee"), "sponsor")):
            said = who.post(f"{path}/gates/{gate}/decisions", json={"role": role, "approved": True})
            assert said.status_code == 201, said.text
    assert ben.post(f"{path}/baseline-locks").status_code == 201
    gates: Any = ada.get(f"{path}/gates").json
    assert [(one["gate"], one["state"]) for one in gates["gates"]][:2] == [
        ("charter", "passed"),
        ("baseline", "passed"),
    ]
    assert [one["gate"] for one in gates["gates"] if one["holds_now"]] == []
    read: Any = ada.get(f"{path}/baseline").json
    assert read == {**entered, "is_locked": True}
    again = ada.post(f"{path}/baselines", json=BASELINE)
    assert again.status_code == 422
    started: Any = ada.post(f"{path}/starts").json
    assert started["state"] == "in_progress"
    deeds = [entry.action for entry in world.all(AuditEntry, via="api")]
    for action in (Action.PROJECT_PROPOSE, Action.PROJECT_CHARTER, Action.BASELINE_LOCK):
        assert deeds.count(action) == 1, deeds


@pytest.mark.one_engine
def test_each_step_is_refused_to_whom_it_is_not_given_and_names_its_field(world: World) -> None:
    path = _propose(world)
    for name in ("Zoe", "Hana", "Ivo", "Fay"):
        assert caller(world, name).get(f"{path}/baseline").status_code == 404, name
    assert caller(world, "Zoe").post(f"{path}/baselines", json=BASELINE).status_code == 404
    assert caller(world, "Ben").post("/projects", json={"title": "Not a student's"}).status_code == 403
    assert caller(world, "Ada").post(f"{path}/baseline-locks").status_code == 403
    assert caller(world, "Dee").post(f"{path}/baselines", json=BASELINE).status_code == 403
    ada = caller(world, "Ada")
    wrong: dict[str, dict[str, str]] = {
        "value": {"value": "twelve"},
        "target": {"target": "1.23456"},
        "to_day": {"to_day": "2026-06-01"},
    }
    for field, values in wrong.items():
        answer: Any = ada.post(f"{path}/baselines", json={**BASELINE, **values}).json
        assert [error["field"] for error in answer["errors"]] == [field], answer
    short: Any = ada.post("/projects", json={"title": "Abc"}).json
    assert [error["field"] for error in short["errors"]] == ["title"]
    stranger = {"coach": world.person("Sam").public_id, "finance_contact": world.person("Finn").public_id}
    named: Any = caller(world, "Dee").post(f"{path}/charters", json=stranger).json
    assert [error["field"] for error in named["errors"]] == ["coach"]
    assert len(world.all(Project, title="Less scrap at press 4")) == 1
