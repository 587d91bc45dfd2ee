"""Groups through the API and on the pages of students and staff."""

import pytest

from lms.hub.cohorts.models import Section
from lms.hub.coursework.groups.models import GroupMembership
from lms.hub.coursework.models import Submission
from tests.api.support import caller
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.support.web import World

pytestmark = pytest.mark.one_engine  # the rules and races of groups are proven on both in tests/hub/coursework


def test_students_find_each_other_and_staff_change_the_group_through_the_api(world: World) -> None:
    (activity,) = set_work(world, plan("PC-G1", group_size=2))
    ada, zoe, cleo = caller(world, "Ada"), caller(world, "Zoe"), caller(world, "Cleo")
    zoes = world.enrollment("Zoe").public_id
    own = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}/group"
    assert ada.get(own).json == {"size": 2, "group": None, "invitations": []}
    made = ada.post(f"{own}/invitations", json={"enrollment": zoes})
    assert made.status_code == 201
    place = next(one for one in made.json["group"]["places"] if one["name"] == "Zoe")  # type: ignore[index]
    assert place["state"] == "invited"
    assert zoe.post(f"/group-places/{place['id']}/answers", json={"answer": "accept"}).status_code == 200
    late = caller(world, "Eli").post(f"/group-places/{place['id']}/answers", json={"answer": "accept"})
    assert late.status_code == 404
    taught = f"/sections/{world.one(Section, name='Lowell').public_id}/activities/{activity.public_id}/groups"
    (listed,) = cleo.get(taught).json["items"]  # type: ignore[index]
    assert [one["name"] for one in listed["places"]] == ["Ada", "Zoe"]
    alone = {"enrollments": [zoes], "reason": "Ada is away."}
    changed = cleo.put(f"{taught}/{listed['id']}", json=alone)
    assert [one["name"] for one in changed.json["places"]] == ["Zoe"]  # type: ignore[index]
    short = cleo.put(f"{taught}/{listed['id']}", json={**alone, "reason": ""})
    assert (short.status_code, short.json["errors"][0]["field"]) == (422, "reason")  # type: ignore[index]
    assert ada.get(own).json["group"] is None  # type: ignore[index]


def test_pages_invite_answer_and_mark_a_group_without_a_script(world: World) -> None:
    (activity,) = set_work(world, plan("PC-G1", group_size=2))
    ada, zoe, ben = (world.browser_of(name) for name in ("Ada", "Zoe", "Ben"))
    base = f"/student/coursework/{activity.public_id}"
    assert "hand in alone" in ada.get(base).text
    sent = ada.post(f"{base}/group/invitations", data={"student": world.enrollment("Zoe").public_id})
    assert sent.location == f"{base}#group"
    assert "You are invited to the group of Ada." in zoe.get(base).text
    place = next(row for row in world.all(GroupMembership) if row.state == "invited")
    answered = zoe.post(f"/student/group-places/{place.public_id}/answers", data={"answer": "accept"})
    assert answered.location == f"{base}#group"
    assert "You hand in for Ada, Zoe." in zoe.get(f"{base}/check").text
    submission = hand_in(world, "Zoe", activity)
    assert "group of 2" in ben.get("/instructor/grading").text
    desk = f"/instructor/grading/{submission.public_id}"
    assert "Handed in together" in ben.get(desk).text
    score = {"version": "0.0", "points": "70", "then": "release", "whom": "group"}
    assert ben.post(f"{desk}/scores", data=score).status_code == 303
    for browser in (ada, zoe):
        assert "<strong>70</strong>" in browser.get(f"/student/grades/{activity.public_id}").text
    own = {**score, "version": "0.1", "points": "75", "whom": "one"}
    assert ben.post(f"{desk}/scores", data=own).status_code == 422
    assert ben.post(f"{desk}/scores", data={**own, "reason": "Zoe welded."}).status_code == 303
    section = world.one(Section, name="Lowell").public_id
    groups = f"/instructor/marking/sections/{section}/activities/{activity.public_id}/groups"
    assert "handed in: 1" in world.browser_of("Cleo").get(groups).text
    assert world.browser_of("Hana").get(groups).status_code == 404
    assert len(world.all(Submission)) == 2


def test_an_invitation_that_cannot_be_says_so_on_the_page(world: World) -> None:
    (activity,) = set_work(world, plan("PC-G1", group_size=2))
    base = f"/student/coursework/{activity.public_id}"
    hand_in(world, "Zoe", activity)
    ada = world.browser_of("Ada")
    ada.post(f"{base}/group/invitations", data={"student": world.enrollment("Zoe").public_id})
    assert "Work has been handed in already" in ada.get(base).text
