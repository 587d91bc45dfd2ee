"""Industry proposes, others endorse, the program decides; demand is a count that explains itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.models import Course, Program, ProgramVersion, VersionDocument
from lms.hub.catalog.services import discard_draft, publish_version, start_draft
from lms.hub.enrollment.models import PlanUnit
from lms.interop.curriculum import read_curriculum
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import SYSTEM
from lms.people.orgs.models import Firm
from lms.topics.models import Endorsement, Topic, TopicDecided, TopicRole
from lms.topics.queries import change_log, topic_lines
from lms.topics.rules import Wanted, demand, explain_demand, ranked
from lms.topics.services import (
    decide_topic,
    endorse_topic,
    enter_topic,
    name_roles,
    propose_topic,
    withdraw_endorsement,
)
from lms.topics.taxonomy import ROLES, roles_by_domain
from tests.capstone import stage
from tests.hub.catalog.test_services import SAMPLE
from tests.support.statements import count_statements
from tests.support.web import World

REASON = "Every new cell we buy comes with it."


def propose(world: World, title: str = "Vision sensors", course: str | None = "ROB") -> Topic:
    with transaction():
        firm, program = world.one(Firm, name="Acme"), world.one(Program)
        return propose_topic(world.actor("Dee"), firm, program, title, REASON, course)


def draft(world: World) -> ProgramVersion:
    with transaction():
        return start_draft(SYSTEM, world.one(Program), read_curriculum(SAMPLE).sound())


def lines(world: World) -> list[tuple[str, int]]:
    with transaction(write=False):
        return [(line.title, line.demand) for line in topic_lines([world.one(Program).id])]


def test_a_topic_gains_by_each_firm_once_and_loses_what_is_taken_back(world: World) -> None:
    topic, bolt = propose(world), world.one(Firm, name="Bolt")
    assert lines(world) == [("Vision sensors", 1)]
    with transaction():
        endorse_topic(world.actor("Fay"), bolt, topic)
    assert lines(world) == [("Vision sensors", 2)]
    with pytest.raises(RuleBroken, match="endorsed this topic already"), transaction():
        endorse_topic(world.actor("Fay"), bolt, topic)
    with pytest.raises(RuleBroken, match="counts already"), transaction():
        endorse_topic(world.actor("Dee"), world.one(Firm, name="Acme"), topic)
    with transaction():
        withdraw_endorsement(world.actor("Fay"), bolt, topic)
    assert lines(world) == [("Vision sensors", 1)]
    with transaction():
        endorse_topic(world.actor("Fay"), bolt, topic)
    assert lines(world) == [("Vision sensors", 2)]
    assert len(world.all(Endorsement)) == 3
    assert len(world.all(AuditEntry, action="topic:propose")) == 4


def test_a_capstone_project_at_the_course_counts(world: World) -> None:
    topic = propose(world)
    project = stage.live(world)
    assert lines(world) == [("Vision sensors", 1)]
    with transaction():
        session.add(PlanUnit(enrollment_id=world.enrollment("Ada").id, course_id=world.one(Course, code="ROB").id))
    assert lines(world) == [("Vision sensors", 2)]
    assert (topic.course_code, project.cohort_id) == ("ROB", world.enrollment("Ada").cohort_id)


def test_an_accepted_topic_stands_in_the_change_log_of_its_version_for_good(world: World) -> None:
    topic, version = propose(world), draft(world)
    gus = world.actor("Gus")
    with pytest.raises(RuleBroken, match="published version never changes"), transaction():
        decide_topic(gus, topic, TopicDecided.ACCEPTED, world.one(ProgramVersion, number=1), REASON)
    with transaction():
        decide_topic(gus, topic, TopicDecided.DECLINED, None, "Not this year, there is no time.")
        decide_topic(gus, topic, TopicDecided.ACCEPTED, version, REASON)
    with pytest.raises(RuleBroken, match="stays in their history"), transaction():
        discard_draft(gus, version)
    with transaction():
        publish_version(gus, version)
    with transaction(write=False):
        (line,) = change_log(version)
        assert (line.title, line.decision_reason) == ("Vision sensors", REASON)
        assert change_log(world.one(ProgramVersion, number=1)) == []
    with pytest.raises(RuleBroken, match="change log stays"), transaction():
        decide_topic(gus, topic, TopicDecided.DECLINED, None, "Not this year, there is no time.")
    with pytest.raises(RuleBroken, match="is decided"), transaction():
        endorse_topic(world.actor("Fay"), world.one(Firm, name="Bolt"), topic)


def test_everything_that_is_wrong_with_a_proposal_is_said_at_once(world: World) -> None:
    with pytest.raises(RuleBroken) as broken, transaction():
        propose_topic(world.actor("Dee"), world.one(Firm, name="Acme"), world.one(Program), " ", "short", "XX")
    assert set(broken.value.by_field()) == {"title", "reason", "course"}


def test_only_a_sponsor_speaks_for_a_firm_and_only_the_admin_decides(world: World) -> None:
    topic = propose(world)
    acme, program = world.one(Firm, name="Acme"), world.one(Program)
    for name in ("Finn", "Fay", "Ada", "Cleo", "Sam"):
        with pytest.raises(NotAllowed), transaction():
            propose_topic(world.actor(name), acme, program, "Another", REASON, None)
    for name in ("Cleo", "Dee", "Ben"):
        with pytest.raises(NotAllowed), transaction():
            decide_topic(world.actor(name), topic, TopicDecided.DECLINED, None, REASON)
    with pytest.raises(NotAllowed), transaction():
        enter_topic(world.actor("Cleo"), program, "Heard", REASON, None)


def test_the_pages_of_both_sides(world: World) -> None:
    dee, fay, gus = (world.browser_of(name) for name in ("Dee", "Fay", "Gus"))
    program = world.one(Program).public_id
    assert dee.post("/employer/topics", data={"title": "", "reason": "", "course": f"{program}/"}).status_code == 422
    data = {"title": "Vision sensors", "reason": REASON, "course": f"{program}/ROB"}
    assert dee.post("/employer/topics", data=data).status_code == 303
    topic = world.one(Topic).public_id
    assert "proposed by another firm" in fay.get("/employer/topics").text
    assert "Acme" not in fay.get("/employer/topics").text.split("<main", 1)[1]
    assert fay.post(f"/employer/topics/{topic}/endorsements").status_code == 303
    assert fay.post(f"/employer/topics/{topic}/endorsements").status_code == 422
    assert fay.post(f"/employer/topics/{topic}/withdrawal").status_code == 303
    assert "Acme" in gus.get("/admin/topics").text
    version = draft(world)
    address = f"/admin/topics/{topic}/decisions"
    assert gus.post(address, data={"version": version.public_id, "reason": ""}).status_code == 422
    assert gus.post(address, data={"version": version.public_id, "reason": REASON}).status_code == 303
    assert "accepted into version 2" in dee.get("/employer/topics").text
    assert "Vision sensors" in gus.get(f"/admin/curriculum/versions/{version.public_id}").text
    assert gus.post("/admin/topics", data={"program": program, "title": "Heard", "reason": REASON}).status_code == 303


def test_the_list_costs_the_same_for_many_topics(world: World) -> None:
    propose(world)
    with transaction(write=False), count_statements() as one:
        topic_lines([world.one(Program).id])
    for number in range(5):
        propose(world, f"Topic {number}")
    with transaction(write=False), count_statements() as many:
        topic_lines([world.one(Program).id])
    assert many.count == one.count <= 9


WANTED = st.builds(
    Wanted,
    key=st.uuids().map(str),
    course=st.none(),
    firms=st.frozensets(st.integers(1, 9), max_size=5),
    projects=st.integers(0, 9),
    regions=st.frozensets(st.integers(1, 9), max_size=3),
    roles=st.frozensets(st.sampled_from(["a", "b"])),
    is_decided=st.booleans(),
)


@given(st.lists(WANTED, max_size=8))
def test_the_ranking_is_by_demand_and_each_demand_explains_itself(topics: list[Wanted]) -> None:
    found = ranked(topics)
    assert sorted(t.key for t in found) == sorted(t.key for t in topics)
    still_open = [demand(t) for t in found if not t.is_decided]
    assert still_open == sorted(still_open, reverse=True)
    assert [t.is_decided for t in found] == sorted(t.is_decided for t in found)
    for topic in topics:
        why = explain_demand(topic)
        assert why.value == sum(step.value for step in why.steps[:-1]) == why.steps[-1].value


def test_a_copied_draft_knows_nothing_of_topics(world: World) -> None:
    propose(world)
    with transaction():
        copied = start_draft(SYSTEM, world.one(Program), curriculum_of(world.one(ProgramVersion, number=1)))
        discard_draft(SYSTEM, copied)
    assert not world.all(VersionDocument)


def test_published_roles_count_once_and_are_named_by_the_program(world: World) -> None:
    topic, gus = propose(world), world.browser_of("Gus")
    assert len(ROLES) == 20
    assert len(roles_by_domain()) == 6
    path = f"/admin/topics/{topic.public_id}/roles"
    two = ["factory-automation-engineer", "collaborative-robotics-specialist"]
    assert gus.post(path, data={"roles": two}).status_code == 303
    assert lines(world) == [("Vision sensors", 3)]
    assert (
        "Factory Automation Engineer, Collaborative Robotics Specialist"
        in world.browser_of("Dee").get("/employer/topics").text
    )
    assert gus.post(path, data={"roles": two[:1]}).status_code == 303
    assert lines(world) == [("Vision sensors", 2)]
    assert "at most 5 roles" in gus.post(path, data={"roles": list(ROLES)}).text
    assert "Choose roles of the list." in gus.post(path, data={"roles": ["welder"]}).text
    assert [row.is_taken_back for row in world.all(TopicRole)] == [False, False, True]
    with pytest.raises(NotAllowed), transaction():
        name_roles(world.actor("Dee"), topic, two)
