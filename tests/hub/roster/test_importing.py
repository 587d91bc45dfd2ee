"""A roster is looked at, stored as a plan and applied as that plan, once, whole or not at all."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Shift, Status
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement, PlanUnit, StartOffset, StatusChange
from lms.hub.enrollment.queries import find_enrollment, roster, status_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterImport, RosterLine, StudentNumber
from lms.hub.roster.queries.imports import changes_of, find_import, list_imports
from lms.hub.roster.services.importing import confirm_roster, plan_roster
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from tests.hub.roster.made import ADA, NOA, ZOE, apply, file_of, plan
from tests.support.statements import count_statements
from tests.support.web import NOW, World

DAY = NOW.date()


def lines(world: World, made: RosterImport, kind: PlanKind) -> list[RosterLine]:
    return world.all(RosterLine, roster_import_id=made.id, kind=kind)


def test_looking_at_a_file_says_what_it_would_do_and_does_nothing(world: World) -> None:
    made = plan(world, {**ADA, "shift": "night"}, NOA)
    assert (made.joins, made.changes, made.leavers, made.unchanged, made.faults) == (1, 1, 1, 0, 0)
    (change,) = lines(world, made, PlanKind.CHANGE)
    assert [(one.field, one.old, one.new) for one in changes_of(change)] == [("shift", "day", "night")]
    assert [line.name for line in lines(world, made, PlanKind.LEAVER)] == ["Zoe"]
    assert len(world.all(Enrollment)) == 3
    assert not world.all(Person, email="noa@example.org")
    assert world.one(AuditEntry, action="roster:import").result_id == made.public_id


def test_confirming_does_what_the_plan_says(world: World) -> None:
    made = apply(world, {**ADA, "shift": "night"}, ZOE, {**NOA, "firm": "Acme", "supervisor_email": "sam@example.org"})
    noa = world.one(Person, email="noa@example.org")
    enrollment = world.one(Enrollment, person_id=noa.id)
    with transaction(write=False):
        assert status_of(enrollment, DAY) is Status.ENROLLED
    assert [row.status for row in world.all(StatusChange, enrollment_id=enrollment.id)] == [
        Status.APPLIED,
        Status.OFFERED,
        Status.ENROLLED,
    ]
    assert len(world.all(PlanUnit, enrollment_id=enrollment.id)) == 3
    assert world.one(StudentNumber, person_id=noa.id).code == "L-9"
    spell = world.one(EmploymentSpell, enrollment_id=enrollment.id)
    sam = world.person("Sam").id
    assert spell.supervisor_id == sam
    assert world.one(GrantRow, person_id=sam, relation=Relation.SUPERVISOR, place_id=spell.id)
    assert world.one(GrantRow, person_id=noa.id).relation is Relation.STUDENT
    spells = world.all(EmploymentSpell, enrollment_id=world.enrollment("Ada").id)
    assert [(row.shift, row.to_day) for row in spells] == [
        (Shift.DAY, None),
        (Shift.DAY, DAY - timedelta(days=1)),
        (Shift.NIGHT, None),
    ]
    assert made.applied_by_id == world.person("Cleo").id
    with transaction(write=False):
        assert find_enrollment(world.actor("Cleo"), enrollment.public_id).id == enrollment.id


def test_the_same_file_again_changes_nothing(world: World) -> None:
    rows = ({**ADA, "shift": "night", "section": "lowell"}, ZOE, {**NOA, "status": "applied"})
    apply(world, *rows)
    again = plan(world, *rows)
    assert (again.joins, again.changes, again.leavers, again.unchanged, again.faults) == (0, 0, 0, 3, 0)


def test_confirming_twice_joins_nobody_twice(world: World) -> None:
    made = apply(world, ADA, ZOE, NOA)
    with transaction():
        confirm_roster(world.actor("Cleo"), made)
    assert len(world.all(Enrollment)) == 4


def test_a_plan_is_not_applied_once_its_facts_have_changed(world: World) -> None:
    made = plan(world, ADA, ZOE, NOA)
    apply(world, ADA, {**ZOE, "shift": "evening"})
    with pytest.raises(Conflict, match="has changed since"), transaction():
        confirm_roster(world.actor("Cleo"), made)
    assert not world.all(Person, email="noa@example.org")


def test_a_plan_with_errors_is_not_applied(world: World) -> None:
    made = plan(world, ADA, ZOE, {**NOA, "email": "noa"})
    with pytest.raises(RuleBroken, match="errors"), transaction():
        confirm_roster(world.actor("Cleo"), made)


def test_who_is_not_in_the_file_stays_where_they_are(world: World) -> None:
    apply(world, ADA)
    with transaction(write=False):
        assert status_of(world.enrollment("Zoe"), DAY) is Status.ACTIVE


def test_an_address_is_changed_where_the_student_number_says_who_it_is(world: World) -> None:
    apply(world, ADA, ZOE, NOA)
    made = apply(world, ADA, ZOE, {**NOA, "email": "noa.lind@example.org"})
    assert (made.joins, made.changes) == (0, 1)
    assert world.one(Person, email="noa.lind@example.org").name == "Noa Lind"


def test_blank_cells_leave_everything_as_it_is(world: World) -> None:
    apply(world, ADA, ZOE, {**NOA, "firm": "Acme", "shift": "night"})
    made = plan(world, {"email": "ada@example.org"}, {"email": "zoe@example.org"}, {"external_id": "L-9"})
    assert (made.joins, made.changes, made.unchanged, made.faults) == (0, 0, 3, 0)


def test_a_late_starter_gets_an_own_first_week(world: World) -> None:
    apply(world, ADA, ZOE, {**NOA, "start_date": "2026-11-04", "status": "active"})
    enrollment = world.one(Enrollment, person_id=world.one(Person, email="noa@example.org").id)
    assert enrollment.start_offset_weeks == 8
    with transaction(write=False):
        assert status_of(enrollment, DAY) is Status.ENROLLED
        assert status_of(enrollment, DAY + timedelta(days=5)) is Status.ACTIVE
        assert [m.person.name for m in roster(world.actor("Cleo"), world.one(Cohort), DAY)] == [
            "Ada",
            "Noa Lind",
            "Zoe",
        ]


def test_somebody_moves_to_another_section_and_the_old_place_stays_on_record(world: World) -> None:
    with transaction():
        section = Section(cohort_id=world.one(Cohort).id, site_id=world.one(Section, name="Lowell").site_id, name="B")
        session.add(section)
    apply(world, {**ADA, "section": "B"}, ZOE)
    rows = world.all(Placement, enrollment_id=world.enrollment("Ada").id)
    assert [(row.section_id == section.id, row.to_day) for row in rows[1:]] == [
        (False, DAY - timedelta(days=1)),
        (True, None),
    ]


def test_the_program_imports_a_roster_of_every_site(world: World) -> None:
    rows = (ADA, ZOE, {"email": "eli@example.org", "section": "Providence"}, {**NOA, "section": "Providence"})
    with transaction():
        made = plan_roster(world.actor("Gus"), world.one(Cohort), None, "all.csv", file_of(*rows))
        confirm_roster(world.actor("Gus"), made)
    assert (made.joins, made.leavers, made.faults) == (1, 0, 0)
    with transaction(write=False), pytest.raises(NotFound):
        find_import(world.actor("Cleo"), made.public_id)


@pytest.mark.parametrize("name", ["Ada", "Ben", "Dee", "Ivo"])
def test_nobody_but_the_site_and_the_program_imports_a_roster(world: World, name: str) -> None:
    made = plan(world, ADA, ZOE, NOA)
    with pytest.raises(NotAllowed), transaction():
        confirm_roster(world.actor(name), made)
    with pytest.raises(NotAllowed):
        plan(world, ADA, by=name)
    with pytest.raises(NotFound), transaction(write=False):
        find_import(world.actor(name), made.public_id)


def test_the_history_says_who_imported_what_and_when(world: World) -> None:
    apply(world, ADA, ZOE, NOA)
    plan(world, ADA)
    with transaction(write=False):
        latest, first = list_imports(world.actor("Cleo"), world.one(Cohort))
        assert (first.by, first.applied_by, first.site, first.roster.file_name) == (
            "Cleo",
            "Cleo",
            "Lowell",
            "roster.csv",
        )
        assert latest.roster.applied_at is None
        assert not list_imports(world.actor("Ivo"), world.one(Cohort))


@pytest.mark.parametrize("number", [3, 60])
def test_the_number_of_statements_does_not_follow_the_number_of_rows(world: World, number: int) -> None:
    rows = [{**NOA, "external_id": f"N-{n}", "name": f"N {n}", "email": f"n{n}@example.org"} for n in range(number)]
    with count_statements() as planned:
        made = plan(world, *rows)
    planned.at_most(22)
    with count_statements() as applied, transaction():
        confirm_roster(world.actor("Cleo"), made)
    applied.at_most(34)


def test_a_start_that_a_file_changes_is_a_fact_and_the_older_one_can_still_be_asked_for(world: World) -> None:
    apply(world, ADA, ZOE, {**NOA, "start_date": "2026-11-04", "status": "enrolled"})
    before = now()
    noa = world.one(Enrollment, person_id=world.one(Person, email="noa@example.org").id)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        apply(world, ADA, ZOE, {**NOA, "start_date": "2026-11-18"})
        again = plan(world, ADA, ZOE, {**NOA, "start_date": "2026-11-18"})
        assert (again.changes, again.unchanged) == (0, 3)
    session.expunge_all()
    with transaction(write=False):
        assert situation_of(noa).offset == 10
        assert situation_of(noa, before).offset == 8
    assert world.one(Enrollment, id=noa.id).start_offset_weeks == 8  # as it was at first, for good
    assert [row.weeks for row in world.all(StartOffset)] == [10]
