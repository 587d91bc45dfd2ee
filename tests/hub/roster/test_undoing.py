"""An import is taken back as far as the facts permit, and says what stays and why."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.enrollment.queries import placement_on, standing, status_of
from lms.hub.enrollment.rules import at_or_none
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterImport, RosterLine, StudentNumber
from lms.hub.roster.services.importing import confirm_roster
from lms.hub.roster.services.undoing import undo_roster
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.accounts.services import find_link, new_link, set_password
from lms.people.grants.queries import grants_of
from lms.people.orgs.models import Site
from tests.hub.hours.weeks import log_week
from tests.hub.roster.made import ADA, NOA, ZOE, apply, plan
from tests.support.web import NOW, World

DAY = NOW.date()
LATER = NOW + timedelta(hours=3)
OLE = {"external_id": "L-10", "name": "Ole Berg", "email": "ole@example.org", "section": "Lowell"}


def undo(world: World, made: RosterImport, by: str = "Cleo") -> RosterImport:
    with time_machine.travel(LATER, tick=False), transaction():
        return undo_roster(world.actor(by), made)


def enrolled(world: World, email: str) -> Enrollment:
    return world.one(Enrollment, person_id=world.one(Person, email=email).id)


def test_joins_that_nobody_used_are_taken_back_and_nobody_is_deleted(world: World) -> None:
    made = undo(world, apply(world, ADA, ZOE, NOA))
    noa = enrolled(world, "noa@example.org")
    with transaction(write=False):
        assert status_of(noa, DAY) is Status.WITHDRAWN
        assert not [g for g in grants_of(noa.person_id, DAY) if g.relation is Relation.STUDENT]
        assert status_of(world.enrollment("Ada"), DAY) is Status.ACTIVE
    assert not world.all(StudentNumber)
    assert made.undone_by_id == world.person("Cleo").id
    assert world.one(RosterLine, kind=PlanKind.JOIN).is_undone is True
    assert len(world.all(AuditEntry, action="roster:import", result_id=made.public_id)) == 3


def test_the_same_file_brings_them_in_again(world: World) -> None:
    undo(world, apply(world, ADA, ZOE, NOA))
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        again = plan(world, ADA, ZOE, NOA)
        assert (again.joins, again.changes, again.faults) == (1, 0, 0)
        with transaction():
            confirm_roster(world.actor("Cleo"), again)
        third = plan(world, ADA, ZOE, NOA)
        assert (third.joins, third.changes, third.unchanged) == (0, 0, 3)
    noa = enrolled(world, "noa@example.org")
    with transaction(write=False):
        assert status_of(noa, DAY) is Status.ENROLLED
        assert [g for g in grants_of(noa.person_id, DAY) if g.relation is Relation.STUDENT]
    assert len(world.all(Enrollment, person_id=noa.person_id)) == 1


def test_who_has_accepted_or_worked_stays_and_the_line_says_why(world: World) -> None:
    made = apply(world, ADA, ZOE, NOA, OLE)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False), transaction():
        link, person = find_link(new_link(world.one(Person, email="noa@example.org"), "invite"))
        set_password(link, person, "a long enough password")
    undo(world, made)
    by_name = {line.name: line for line in world.all(RosterLine, kind=PlanKind.JOIN)}
    assert by_name["Ole Berg"].is_undone is True
    assert by_name["Noa Lind"].is_undone is False
    assert "accepted" in by_name["Noa Lind"].kept_because["message"]
    with transaction(write=False):
        assert status_of(enrolled(world, "noa@example.org"), DAY) is Status.ENROLLED


def test_changes_are_put_back_where_they_still_stand(world: World) -> None:
    apply(world, ADA, ZOE, NOA)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        made = apply(
            world,
            {**ADA, "firm": "Bolt", "shift": "night"},
            {**ZOE, "name": "Zoe Park"},
            {**NOA, "name": "Noa Linde", "email": "noa.l@example.org", "firm": "Acme", "start_date": "2026-11-04"},
        )
    undo(world, made)
    assert [line.is_undone for line in world.all(RosterLine, roster_import_id=made.id, kind=PlanKind.CHANGE)] == [
        True
    ] * 3
    noa = world.one(Person, name="Noa Lind")
    assert noa.email == "noa@example.org"
    assert world.one(Enrollment, person_id=noa.id).start_offset_weeks == 0
    assert world.person("Zoe").name == "Zoe"
    with transaction(write=False):
        spells = standing(EmploymentSpell, world.enrollment("Ada"))
        before, now = at_or_none(spells, DAY - timedelta(days=1)), at_or_none(spells, DAY)
        assert before
        assert now
        assert (before.firm_id, before.shift) == (now.firm_id, now.shift)
        assert now.supervisor_id == world.person("Sam").id
        assert at_or_none(standing(EmploymentSpell, enrolled(world, "noa@example.org")), DAY) is None
        assert placement_on(world.enrollment("Ada"), DAY)


def test_a_change_that_was_changed_again_stays(world: World) -> None:
    first = apply(world, {**ADA, "shift": "night"}, ZOE)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        apply(world, {**ADA, "shift": "evening"}, ZOE)
    undo(world, first)
    assert world.one(RosterLine, roster_import_id=first.id, kind=PlanKind.CHANGE).is_undone is False


def test_an_enrollment_with_hours_is_not_taken_back(world: World) -> None:
    with transaction():
        made = brought_in_ada(world)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        log_week(world)
    undo(world, made)
    assert world.one(RosterLine, roster_import_id=made.id).is_undone is False
    with transaction(write=False):
        assert status_of(world.enrollment("Ada"), DAY) is Status.ACTIVE


def brought_in_ada(world: World) -> RosterImport:
    """A roster as if it had brought Ada in."""
    ada = world.enrollment("Ada")
    made = RosterImport(
        cohort_id=world.one(Cohort).id, site_id=world.one(Site, name="Lowell").id, file_name="f", file_sha256="0",
        base_sha256="0", asked={}, rows=1, joins=1, changes=0, leavers=0, unchanged=0, faults=0,
        made_at=NOW, applied_at=NOW,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(
        RosterLine(
            roster_import_id=made.id, number=2, kind=PlanKind.JOIN, name="Ada", person_id=ada.person_id,
            enrollment_id=ada.id, detail=[],
        )
    )  # fmt: skip
    return made


def test_only_what_was_applied_is_taken_back_and_once(world: World) -> None:
    with pytest.raises(RuleBroken, match="never applied"):
        undo(world, plan(world, ADA, ZOE))
    made = undo(world, apply(world, ADA, ZOE, NOA))
    with pytest.raises(RuleBroken, match="already"):
        undo(world, made)


def test_another_sites_coordinator_takes_nothing_back(world: World) -> None:
    made = apply(world, ADA, ZOE, NOA)
    with pytest.raises(NotAllowed):
        undo(world, made, by="Ivo")
