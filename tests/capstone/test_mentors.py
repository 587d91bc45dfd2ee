"""Mentors: dated, capped, and never those who judge the student's savings."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.capstone.mentors.models import Mentorship
from lms.capstone.mentors.rules import check_mentor, load_on
from lms.capstone.mentors.services import assign_mentor, end_mentorship
from lms.hub.catalog.models import ProgramVersion
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import Relation
from tests.capstone import stage
from tests.support.unfrozen import unfrozen
from tests.support.web import NOW, World

DAY = NOW.date()


def mentor(world: World, name: str = "Ben", student: str = "Ada", by: str = "Cleo", to_day: date | None = None):
    with transaction():
        return assign_mentor(world.actor(by), world.enrollment(student), world.person(name), DAY, to_day)


def test_a_mentor_accompanies_from_a_day_to_a_day(world: World) -> None:
    row = mentor(world)
    assert world.one(AuditEntry, action="mentor:assign", result_id=row.public_id)
    with pytest.raises(RuleBroken, match="mentor then already"):
        mentor(world)
    with pytest.raises(RuleBroken, match="It began on"), transaction():
        end_mentorship(world.actor("Cleo"), row, DAY - timedelta(days=1))
    with transaction():
        end_mentorship(world.actor("Cleo"), row, DAY + timedelta(days=30))
    assert [one.to_day for one in world.all(Mentorship)] == [None, DAY + timedelta(days=30)]


def test_whoever_verifies_the_savings_of_a_student_is_not_their_mentor(world: World) -> None:
    with pytest.raises(RuleBroken, match="judges what this student's savings are worth"):
        mentor(world, "Finn")
    mentor(world, "Finn", "Zoe")  # of another firm
    mentor(world, "Dee")  # a sponsor reports and does not judge


def test_a_mentor_of_the_team_does_not_verify_its_savings(world: World) -> None:
    project = stage.live(world)
    (line, *_) = stage.lines(world, project)
    with transaction():  # before Finn came to finance, or against the rule: the ledger asks again
        session.add(
            Mentorship(
                enrollment_id=world.enrollment("Ada").id, mentor_id=world.person("Finn").id, from_day=DAY, to_day=DAY
            )
        )
    with pytest.raises(RuleBroken, match="You are a mentor of this team"):
        stage.verified(world, project, line)


def test_nobody_is_their_own_mentor_and_another_site_may_not_assign(world: World) -> None:
    with pytest.raises(RuleBroken, match="their own mentor"):
        mentor(world, "Ada")
    for name in ("Ivo", "Ben", "Ada"):
        with pytest.raises(NotAllowed):
            mentor(world, "Hana", by=name)


def test_the_cap_is_the_versions_own(world: World) -> None:
    with transaction(), unfrozen():
        version = world.one(ProgramVersion)

        session.merge(version).policy = {**version.policy, "mentor_cap": 1}
    mentor(world)
    with pytest.raises(RuleBroken, match="has 1 students then; 1 are the most"):
        mentor(world, student="Zoe")


STRETCH = st.tuples(st.integers(0, 30), st.integers(0, 10) | st.none()).map(
    lambda pair: Mentorship(
        from_day=DAY + timedelta(days=pair[0]),
        to_day=None if pair[1] is None else DAY + timedelta(days=pair[0] + pair[1]),
    )
)


@given(st.lists(STRETCH, max_size=6), STRETCH)
def test_the_load_is_the_most_on_any_day(rows: list[Mentorship], asked: Mentorship) -> None:
    last = asked.to_day or DAY + timedelta(days=60)
    days = [asked.from_day + timedelta(days=n) for n in range((last - asked.from_day).days + 1)]
    counted = [sum(r.from_day <= day <= (r.to_day or date.max) for r in rows) for day in days]
    assert load_on(rows, asked.from_day, asked.to_day) == max(counted, default=0)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_mentor(
            DAY, DAY - timedelta(days=1), others=[], cap=0, is_self=True, is_twice=True, holds={Relation.FINANCE}
        )
    assert len(caught.value.also) == 4
