"""A spoke that asks for a course first: said in words, refused where the version says so, waived with a reason."""

from datetime import timedelta

import pytest

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.credits.models import RequirementRuling
from lms.hub.credits.rules import RulingKind
from lms.hub.credits.services import rule_requirement
from lms.hub.standing.facts import How, State
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.spokes.prerequisites import asked_first
from tests.api.support import caller
from tests.spokes.test_services import choose, offer
from tests.support.cast import POLICY
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World

NODE = "prerequisites:ROB"


def ask_first(world: World, *, block: bool = False) -> Course:
    """The spoke ROB, offered at Lowell, asks for Process controls first."""
    spoke = offer(world, 5)
    with transaction(), unfrozen():
        session.merge(spoke).prerequisites = ["PC"]
        version = session.merge(world.one(ProgramVersion))
        version.policy = {**POLICY, **({"prerequisites": "block"} if block else {})}
    return world.one(Course, code="ROB")


def test_a_spoke_says_what_it_asks_for_first_on_both_sides_and_can_be_ranked_all_the_same(world: World) -> None:
    spoke = ask_first(world)
    ada = world.browser_of("Ada").get("/student/spoke").text
    for text in ("Robotics asks for this first: Process controls.", "no released grade yet", "You can choose it all"):
        assert text in ada
    assert "What comes before a course" in world.browser_of("Ada").get("/student/progress").text
    choose(world, "Ada", spoke)
    assert "prerequisites missing" in world.browser_of("Cleo").get("/coordinator/spokes").text


def test_where_the_version_refuses_it_a_waiver_with_a_reason_opens_the_spoke_and_is_known_from_then_on(
    world: World,
) -> None:
    spoke, ada, cleo = ask_first(world, block=True), world.enrollment("Ada"), world.actor("Cleo")
    page = f"/coordinator/enrollments/{ada.public_id}"
    with pytest.raises(RuleBroken, match="asks for this first: Process controls"):
        choose(world, "Ada", spoke)
    assert "cannot be chosen before" in world.browser_of("Ada").get("/student/spoke").text
    with pytest.raises(NotAllowed), transaction():
        rule_requirement(world.actor("Ben"), ada, NODE, RulingKind.WAIVED, "Ran robots for years.")
    with pytest.raises(RuleBroken, match="can be waived"), transaction():
        rule_requirement(cleo, ada, NODE, RulingKind.HELD, "No.")
    sent = {"node": NODE, "kind": "waived", "reason": "Ran robots for years."}
    assert "Prerequisites of Robotics" in world.browser_of("Cleo").get(f"{page}/requirements").text
    assert world.browser_of("Cleo").post(f"{page}/rulings", data=sent).status_code == 303
    assert world.all(AuditEntry, action="requirement:rule")
    assert world.one(RequirementRuling).node == NODE
    choose(world, "Ada", spoke)
    with transaction(write=False):
        now = asked_first([ada])[ada.id]["ROB"]
        before = asked_first([ada], NOW - timedelta(days=1))[ada.id]["ROB"]
    assert (now.value.state, now.value.how, before.value.state) == (State.MET, How.WAIVER, State.MISSING)
    assert {fact.kind for fact in now.facts} == {"requirement_ruling"}


def test_the_api_names_what_comes_first_and_takes_the_waiver(world: World) -> None:
    ask_first(world)
    cleo, path = caller(world, "Cleo"), f"/enrollments/{world.enrollment('Ada').public_id}"
    (found,) = cleo.get(f"{path}/requirements").json["prerequisites"]
    assert (found["course"], found["asks"], found["state"]) == ("ROB", NODE, "missing")
    assert found["courses"][0]["course"] == "PC"
    ruling = {"requirement": NODE, "kind": "waived", "reason": "Ran robots for years."}
    assert cleo.post(f"{path}/rulings", json=ruling).status_code == 201
    (found,) = cleo.get(f"{path}/requirements").json["prerequisites"]
    assert (found["state"], found["counts_by"]) == ("met", "waiver")
