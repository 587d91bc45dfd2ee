"""One evaluation for a cohort: the same answers as one by one, a fixed number of statements, and any past day again."""

from datetime import UTC, datetime, timedelta

import time_machine

from lms.capstone.standings import bars_of, cohort_lines, standing_of, standings_of
from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort
from lms.hub.credits.rules import RulingKind
from lms.hub.credits.services import rule_requirement
from lms.hub.hours.rules.sheet import Route
from lms.hub.hours.services.decisions import approve_part
from lms.hub.standing.facts import State
from lms.kernel.db import transaction
from tests.capstone import stage
from tests.hub.competencies import made
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.hours import weeks
from tests.support.crowd import crowd
from tests.support.statements import count_statements
from tests.support.web import World


def lived(world: World) -> None:
    """Something of everything on Ada's record, less on Zoe's, nothing on Eli's."""
    made.load(world)
    made.assessor(world)
    made.require(world, RequirementKind.COMPETENCY, "Control loops", code="mfg/PC-3", level=2)
    made.require(world, RequirementKind.CREDENTIAL, "NIMS", code="nims-pc")
    made.require(world, RequirementKind.MIN_MINUTES, "Lectures", minutes=900, hours_kind="lecture_online")
    made.require(world, RequirementKind.CAPSTONE, "Project", course_id=world.one(Course, code="CAP").id)
    activities = set_work(world, plan(week=7), plan("PC-A2", week=9))
    hand_in(world, "Ada", activities[0])
    weeks.log_week(world)
    weeks.hand_in(world)
    with transaction():
        approve_part(world.actor("Ben"), weeks.part_of(world, "Ada", Route.SECTION))
    made.show(world)
    made.sign(world)
    made.bring(world)
    made.show(world, student="Zoe")
    stage.live(world)


def everybody(world: World):
    return [world.enrollment(name) for name in ("Ada", "Zoe", "Eli")]


def test_a_cohort_is_judged_as_each_student_alone_is(world: World) -> None:
    lived(world)
    with transaction(write=False):
        together = standings_of(everybody(world))
        alone = {e.id: standing_of(e) for e in everybody(world)}
    for number, one in alone.items():
        assert together[number].explained == one.explained
    states = {part.need.title: part.state for part in together[world.enrollment("Ada").id].verdict.parts}
    assert states["Control loops"] is State.MET
    assert states["NIMS"] is State.IN_PROGRESS
    assert states["Lectures"] is State.IN_PROGRESS
    assert states["Project"] is State.IN_PROGRESS


def test_a_cohort_of_any_size_costs_the_same_statements(world: World) -> None:
    lived(world)
    cleo, cohort = world.actor("Cleo"), world.one(Cohort)
    with transaction(write=False), count_statements() as few:
        assert len(cohort_lines(cleo, cohort)) == 2
    crowd(world, 60)
    with transaction(write=False), count_statements() as many:
        lines = cohort_lines(cleo, cohort)
    assert len(lines) == 62
    assert few.count == many.count
    assert next(bar for bar in bars_of(lines) if bar.title == "Control loops").met == 61


def test_every_past_day_is_told_as_it_was_told_then(world: World) -> None:
    lived(world)
    then = datetime(2026, 10, 28, 15, tzinfo=UTC)
    with time_machine.travel(then, tick=False), transaction(write=False):
        shown = {e.id: standing_of(e) for e in everybody(world)}
    with time_machine.travel(then + timedelta(days=3), tick=False):
        with transaction():
            rule_requirement(
                world.actor("Cleo"), world.enrollment("Zoe"), "course:MS", RulingKind.WAIVED, "Taught it for years."
            )
        made.sign(world, level=3)
        hand_in(world, "Zoe", set_work(world, plan("PC-A3", week=9))[0])
    with time_machine.travel(then + timedelta(days=30), tick=False), transaction(write=False):
        again = standings_of(everybody(world), as_of=then)
        now = standings_of(everybody(world))
    for number, one in shown.items():
        assert again[number].explained == one.explained
    assert now[world.enrollment("Zoe").id].explained != shown[world.enrollment("Zoe").id].explained


def test_another_sites_coordinator_sees_only_their_students(world: World) -> None:
    with transaction(write=False):
        lines = cohort_lines(world.actor("Ivo"), world.one(Cohort))
    assert [line.member.person.name for line in lines] == ["Eli"]
