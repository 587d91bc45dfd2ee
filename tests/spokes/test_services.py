"""A ranking, the seats and the decision, by the people who may and on both engines."""

from datetime import UTC, datetime

import pytest
import time_machine

from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import PlanUnit
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import SYSTEM
from lms.people.orgs.models import Site
from lms.spokes.models import SpokeChoice, SpokeOffer
from lms.spokes.queries import choice_lines, seats_at
from lms.spokes.services import choose_spoke, decline_choice, give_spoke, offer_spoke
from tests.support.statements import count_statements
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World

DAY = NOW.date()


def offer(world: World, seats: int = 1, site: str = "Lowell") -> Course:
    """One spoke with so many seats."""
    spoke = world.one(Course, code="ROB")
    with transaction():
        offer_spoke(SYSTEM, world.one(Cohort), world.one(Site, name=site), spoke, seats)
    return spoke


def choose(world: World, name: str, spoke: Course) -> SpokeChoice:
    with transaction():
        return choose_spoke(world.actor(name), world.enrollment(name), [spoke.id])


def test_a_student_ranks_and_the_coordinator_gives_the_seat(world: World) -> None:
    spoke = offer(world)
    choice = choose(world, "Ada", spoke)
    with transaction():
        decision = give_spoke(world.actor("Cleo"), world.enrollment("Ada"), choice, spoke)
    assert world.one(PlanUnit, enrollment_id=world.enrollment("Ada").id, course_id=spoke.id).is_dropped is False
    assert world.one(AuditEntry, action="spoke:decide", result_id=decision.public_id)
    with transaction(write=False):
        (seat,) = seats_at(world.one(Cohort), world.one(Site, name="Lowell").id, DAY)
    assert seat.left == 0


def test_the_last_seat_is_given_once(world: World) -> None:
    spoke = offer(world)
    ada, zoe = choose(world, "Ada", spoke), choose(world, "Zoe", spoke)
    with transaction():
        give_spoke(world.actor("Cleo"), world.enrollment("Ada"), ada, spoke)
    with pytest.raises(RuleBroken, match="All 1 seats"), transaction():
        give_spoke(world.actor("Cleo"), world.enrollment("Zoe"), zoe, spoke)


def test_a_declined_choice_may_be_made_again_and_both_are_kept(world: World) -> None:
    spoke = offer(world)
    first = choose(world, "Ada", spoke)
    with transaction():
        decline_choice(world.actor("Cleo"), world.enrollment("Ada"), first, "Please talk with Ben first.")
    second = choose(world, "Ada", spoke)
    assert second.supersedes_id == first.id
    assert len(world.all(SpokeChoice)) == 2


def test_a_given_spoke_is_changed_only_by_the_coordinator_and_the_seat_comes_free(world: World) -> None:
    spoke = offer(world)
    with transaction(), unfrozen():
        other = Course(
            program_version_id=world.one(ProgramVersion).id,
            code="MAC",
            name="Machining",
            kind=CourseKind.SPOKE,
            position=9,
        )
        session.add(other)
    with transaction():
        offer_spoke(SYSTEM, world.one(Cohort), world.one(Site, name="Lowell"), other, 1)
    with transaction():
        choice = choose_spoke(world.actor("Ada"), world.enrollment("Ada"), [spoke.id, other.id])
        give_spoke(world.actor("Cleo"), world.enrollment("Ada"), choice, spoke)
    with pytest.raises(RuleBroken, match="Ask your coordinator"):
        choose(world, "Ada", other)
    with transaction():
        give_spoke(world.actor("Cleo"), world.enrollment("Ada"), choice, other)
    with transaction(write=False):
        seats = {s.course.code: s.left for s in seats_at(world.one(Cohort), world.one(Site, name="Lowell").id, DAY)}
    assert seats == {"ROB": 1, "MAC": 0}


def test_a_spoke_of_another_site_is_refused(world: World) -> None:
    spoke = offer(world, site="Providence")
    with pytest.raises(RuleBroken, match="not offered at your site"):
        choose(world, "Ada", spoke)


def test_another_student_and_another_sites_coordinator_may_not(world: World) -> None:
    spoke = offer(world)
    choice = choose(world, "Ada", spoke)
    with pytest.raises(NotAllowed), transaction():
        choose_spoke(world.actor("Zoe"), world.enrollment("Ada"), [spoke.id])
    with pytest.raises(NotAllowed), transaction():
        give_spoke(world.actor("Ivo"), world.enrollment("Ada"), choice, spoke)
    with transaction(write=False):
        assert choice_lines(world.actor("Fay"), world.one(Cohort), DAY) == []
        assert {line.member.person.name for line in choice_lines(world.actor("Cleo"), world.one(Cohort), DAY)} == {
            "Ada",
            "Zoe",
        }


@time_machine.travel(datetime(2026, 9, 1, 12, tzinfo=UTC), tick=False)
def test_before_the_first_week_nobody_chooses(world: World) -> None:
    spoke = offer(world)
    with pytest.raises(RuleBroken):
        choose(world, "Ada", spoke)


def test_the_coordinators_list_takes_a_fixed_number_of_statements(world: World) -> None:
    spoke = offer(world)
    choose(world, "Ada", spoke)
    cleo, cohort = world.actor("Cleo"), world.one(Cohort)
    with transaction(write=False), count_statements() as one:
        choice_lines(cleo, cohort, DAY)
    choose(world, "Zoe", spoke)
    with transaction(write=False), count_statements() as two:
        lines = choice_lines(cleo, cohort, DAY)
    assert one.count == two.count
    assert [line.choice is not None for line in lines] == [True, True]


def test_an_offer_of_no_seats_ends_it(world: World) -> None:
    spoke = offer(world)
    offer(world, seats=0)
    with pytest.raises(RuleBroken, match="not offered"):
        choose(world, "Ada", spoke)
    assert len(world.all(SpokeOffer)) == 2
