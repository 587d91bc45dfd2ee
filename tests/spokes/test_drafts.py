"""Drafts of who gets which spoke: made, compared, changed by hand, published; then changes within their weeks."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import PlanUnit
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import SYSTEM
from lms.people.orgs.models import Firm, Site
from lms.spokes.drafting import change_place, draft_places, mark_need, publish_draft
from lms.spokes.drafts import drafts_of, lines_of_draft, published_place
from lms.spokes.models import SpokeNeed, SpokePlace, SpokeRun
from lms.spokes.services import choose_spoke, offer_spoke
from lms.spokes.switching import answer_switch, ask_switch, history_of, open_switch, withdraw_switch
from tests.support.crowd import crowd
from tests.support.statements import count_statements
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World

DAY = NOW.date()


def spokes(world: World, seats: tuple[int, int] = (1, 1)) -> tuple[Course, Course]:
    """Robotics and machining at Lowell."""
    with transaction(), unfrozen():
        number = world.one(ProgramVersion).id
        session.add(Course(program_version_id=number, code="MAC", name="Machining", kind=CourseKind.SPOKE, position=9))
    rob, mac = world.one(Course, code="ROB"), world.one(Course, code="MAC")
    with transaction():
        for course, count in zip((rob, mac), seats, strict=True):
            offer_spoke(SYSTEM, world.one(Cohort), lowell(world), course, count)
    return rob, mac


def lowell(world: World) -> Site:
    return world.one(Site, name="Lowell")


def rank(world: World, name: str, *courses: Course) -> None:
    with transaction():
        choose_spoke(world.actor(name), world.enrollment(name), [course.id for course in courses])


def draft(world: World, seats: dict[int, int], weight: int = 0, by: str = "Cleo") -> SpokeRun:
    with transaction():
        return draft_places(world.actor(by), lowell(world), world.one(Cohort), seats, weight, "try")


def gets(world: World, run: SpokeRun) -> dict[str, str | None]:
    with transaction(write=False):
        lines = lines_of_draft(world.actor("Cleo"), run, world.one(Cohort), DAY)
    return {line.member.person.name: line.course.code if line.course else None for line in lines}


def publish(world: World, run: SpokeRun) -> None:
    with transaction():
        publish_draft(world.actor("Cleo"), lowell(world), run)


def both_rank(world: World) -> tuple[Course, Course]:
    rob, mac = spokes(world)
    rank(world, "Ada", rob, mac)
    rank(world, "Zoe", rob, mac)
    return rob, mac


def test_drafts_with_other_seats_are_compared_and_nothing_is_decided(world: World) -> None:
    rob, mac = both_rank(world)
    draft(world, {rob.id: 1, mac.id: 1})
    draft(world, {rob.id: 2, mac.id: 0})
    with transaction(write=False):
        wide, narrow = drafts_of(world.one(Cohort), lowell(world))
    assert (wide.outcome.first, wide.outcome.cost) == (2, 0)
    assert (narrow.outcome.first, narrow.outcome.second, narrow.outcome.cost) == (1, 1, 2)
    assert world.all(PlanUnit, course_id=rob.id) == []
    assert world.one(AuditEntry, action="spoke:decide", result_id=wide.run.public_id)


def test_a_published_draft_sets_its_seats_gives_the_spokes_and_tells_each_student_why(world: World) -> None:
    rob, mac = both_rank(world)
    run = draft(world, {rob.id: 1, mac.id: 2})
    publish(world, run)
    assert {len(world.all(PlanUnit, course_id=course.id)) for course in (rob, mac)} == {1}
    assert len(world.all(OutboxMessage, template="spoke-decided")) == 2
    second = next(name for name, code in gets(world, run).items() if code == "MAC")
    with transaction(write=False):
        said = [str(sentence) for sentence in published_place(world.one(Cohort), world.enrollment(second))]
    assert said[0] == "Machining is choice 2 of yours."
    assert "Between equals the draw decides" in said[1]
    with pytest.raises(RuleBroken, match="published already"):
        publish(world, run)


def test_a_single_student_is_changed_by_hand_within_the_seats(world: World) -> None:
    rob, mac = both_rank(world)
    run = draft(world, {rob.id: 1, mac.id: 1})
    before = gets(world, run)
    second = next(name for name, code in before.items() if code == "MAC")
    first = next(name for name, code in before.items() if code == "ROB")
    with pytest.raises(RuleBroken, match="All free seats of Robotics"), transaction():
        change_place(world.actor("Cleo"), world.enrollment(second), run, rob)
    with transaction():
        change_place(world.actor("Cleo"), world.enrollment(first), run, None)
        change_place(world.actor("Cleo"), world.enrollment(second), run, rob)
    assert gets(world, run) == {first: None, second: "ROB"}
    assert len(world.all(SpokePlace)) == 4
    publish(world, run)
    assert [row.enrollment_id for row in world.all(PlanUnit, course_id=rob.id)] == [world.enrollment(second).id]


def test_a_draft_is_made_anew_when_somebody_ranks_anew(world: World) -> None:
    rob, mac = both_rank(world)
    run = draft(world, {rob.id: 1, mac.id: 1})
    rank(world, "Ada", mac, rob)
    with pytest.raises(RuleBroken, match="Ada has sent another ranking"):
        publish(world, run)
    assert world.all(PlanUnit, course_id=rob.id) == []


def test_what_the_firm_needs_decides_where_the_coordinator_lets_it(world: World) -> None:
    rob, mac = both_rank(world)
    with transaction():
        mark_need(world.actor("Dee"), world.one(Firm, name="Acme"), "ROB", True)
        mark_need(world.actor("Dee"), world.one(Firm, name="Acme"), "ROB", True)
    assert len(world.all(SpokeNeed)) == 1
    assert gets(world, draft(world, {rob.id: 1, mac.id: 1}, 1)) == {"Ada": "ROB", "Zoe": "MAC"}
    with transaction():
        mark_need(world.actor("Dee"), world.one(Firm, name="Acme"), "ROB", False)
        mark_need(world.actor("Fay"), world.one(Firm, name="Bolt"), "ROB", True)
    assert gets(world, draft(world, {rob.id: 1, mac.id: 1}, 1)) == {"Ada": "MAC", "Zoe": "ROB"}
    with pytest.raises(NotAllowed), transaction():
        mark_need(world.actor("Finn"), world.one(Firm, name="Acme"), "ROB", True)


def test_only_the_sites_coordinator_drafts_and_publishes(world: World) -> None:
    seats = {course.id: 1 for course in both_rank(world)}
    for name in ("Ivo", "Ben", "Gus"):
        with pytest.raises(NotAllowed):
            draft(world, seats, by=name)
    run = draft(world, seats)
    with pytest.raises(NotAllowed), transaction():
        publish_draft(world.actor("Ivo"), lowell(world), run)


def test_without_a_ranking_or_with_odd_numbers_there_is_no_draft(world: World) -> None:
    number = spokes(world)[0].id
    with pytest.raises(RuleBroken, match="Nobody at this site waits"):
        draft(world, {number: 1})
    with pytest.raises(RuleBroken, match="from 0 to 999"):
        draft(world, {number: 1000})
    with pytest.raises(RuleBroken, match="need of employers"):
        draft(world, {number: 1}, 2)


def test_a_large_site_is_drafted_with_the_statements_of_a_small_one(world: World) -> None:
    rob, mac = both_rank(world)
    cleo, site, cohort = world.actor("Cleo"), lowell(world), world.one(Cohort)
    with transaction(), count_statements() as few:
        draft_places(cleo, site, cohort, {rob.id: 30, mac.id: 30})
    crowd(world, 60)
    with transaction(), count_statements() as many:
        run = draft_places(cleo, site, cohort, {rob.id: 30, mac.id: 30})
    assert len(gets(world, run)) == 62
    assert many.count <= few.count + 2  # rows of one table go in batches


def given_robotics(world: World) -> tuple[Course, Course]:
    rob, mac = spokes(world, (2, 1))
    rank(world, "Ada", rob, mac)
    publish(world, draft(world, {rob.id: 2, mac.id: 1}))
    return rob, mac


def test_a_switch_is_asked_for_granted_and_kept_in_the_history(world: World) -> None:
    rob, mac = given_robotics(world)
    ada = world.enrollment("Ada")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False), transaction():
        switch = ask_switch(world.actor("Ada"), ada, mac, "My firm bought a lathe.")
    with pytest.raises(RuleBroken, match="asked already"), transaction():
        ask_switch(world.actor("Ada"), ada, mac, "Again.")
    with pytest.raises(NotAllowed), transaction():
        answer_switch(world.actor("Ivo"), ada, switch, True)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False), transaction():
        answer_switch(world.actor("Cleo"), ada, switch, True)
    with transaction(write=False):
        assert open_switch(ada) is None
        said = [str(event.what) for event in history_of(ada, {rob.id: "Robotics", mac.id: "Machining"})]
    assert said == [
        "Ranked: Robotics, Machining",
        "Given: Robotics",
        "Asked to change to Machining",
        "Given: Machining",
        "The change was granted",
    ]
    assert [row.is_dropped for row in world.all(PlanUnit, course_id=mac.id)] == [False]
    assert world.all(OutboxMessage, template="spoke-switch-decided")


def test_a_switch_may_be_taken_back_or_declined_with_a_reason(world: World) -> None:
    _, mac = given_robotics(world)
    ada = world.enrollment("Ada")
    with transaction():
        ask_switch(world.actor("Ada"), ada, mac, "I changed my mind.")
    with transaction():
        withdraw_switch(world.actor("Ada"), ada)
    with transaction():
        switch = ask_switch(world.actor("Ada"), ada, mac, "No, I did not.")
    with pytest.raises(RuleBroken, match="Please say why"), transaction():
        answer_switch(world.actor("Cleo"), ada, switch, False)
    with transaction():
        answer_switch(world.actor("Cleo"), ada, switch, False, "The lathe is not there yet.")
    with pytest.raises(RuleBroken, match="answered or taken back"), transaction():
        answer_switch(world.actor("Cleo"), ada, switch, True)


def test_a_switch_needs_a_spoke_another_one_a_reason_and_its_weeks(world: World) -> None:
    rob, mac = given_robotics(world)
    ada = world.actor("Ada"), world.enrollment("Ada")
    with pytest.raises(RuleBroken, match="another spoke"), transaction():
        ask_switch(*ada, rob, "x")
    with pytest.raises(RuleBroken, match="Say why"), transaction():
        ask_switch(*ada, mac, " ")
    with pytest.raises(RuleBroken, match="no spoke yet"), transaction():
        ask_switch(world.actor("Zoe"), world.enrollment("Zoe"), mac, "x")
    with (
        time_machine.travel(datetime(2027, 10, 20, 12, tzinfo=UTC), tick=False),
        pytest.raises(RuleBroken, match="up to week 56"),
        transaction(),
    ):
        ask_switch(*ada, mac, "x")
