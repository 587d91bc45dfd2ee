"""What pages read of hours: the approver's list, the cohort's grid, targets, paid minutes, and what verify rebuilds."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.models import Break, BreakKind, Cohort
from lms.hub.cohorts.rules import Target
from lms.hub.enrollment.models import (
    EmploymentSpell,
    Enrollment,
    Leave,
    LeaveKind,
    Placement,
    Status,
    StatusChange,
    StatusReason,
)
from lms.hub.hours import verify
from lms.hub.hours.models import SheetPart, WeekSheet
from lms.hub.hours.queries.cohort import lines_of, missing_first
from lms.hub.hours.queries.paid import approved_paid_minutes
from lms.hub.hours.queries.plan import last_used, units_of
from lms.hub.hours.queries.queue import Queue, find_part, queue_of
from lms.hub.hours.queries.situation import Situation, situation_of
from lms.hub.hours.queries.weeks import year_of
from lms.hub.hours.rules.sheet import Route, State, ZeroReason
from lms.hub.hours.services.decisions import approve_part
from lms.hub.hours.services.entries import Hours, log_hours
from lms.hub.hours.services.office import Correction, confirm_adjustment, propose_adjustment
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel import appendonly
from lms.kernel.db import Base, session, transaction
from lms.kernel.errors import NotFound
from lms.people.access import Action, Relation, allowed
from lms.people.accounts.models import Person
from lms.people.anchors import anchor_of
from lms.people.grants.services import hold
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped
from lms.signin import actor_for
from tests.hub.hours.weeks import DUE, FULL, MONDAY, NOW, at, hand_in, log_capstone, log_week, part_of, week
from tests.support.statements import count_statements
from tests.support.web import World


def queue(world: World, who: str = "Ben") -> Queue:
    with transaction(write=False):
        return queue_of(world.actor(who))


def names(waiting: list[object]) -> list[str]:
    return [one.student.name for one in waiting]  # type: ignore[attr-defined]


def test_p5_clean_sheets_and_exceptions_stand_apart(world: World) -> None:
    log_week(world)
    hand_in(world)
    log_week(world, "Zoe", minutes=120)
    hand_in(world, "Zoe")
    found = queue(world)
    assert (names(found.clean), names(found.exceptions), found.count) == (["Ada"], ["Zoe"], 2)
    assert "Far below" in str(found.exceptions[0].verdict.reasons[0].sentence)


@pytest.mark.parametrize(
    ("who", "students"), [("Ben", 2), ("Cleo", 2), ("Hana", 1), ("Ivo", 1), ("Sam", 1), ("Gus", 0)]
)
def test_every_approver_sees_the_own_parts_only(world: World, who: str, students: int) -> None:
    for name in ("Ada", "Zoe", "Eli"):
        log_week(world, name, minutes=600 if name != "Ada" else 480)
    log_capstone(world)
    for name in ("Ada", "Zoe", "Eli"):
        hand_in(world, name)
    found = queue(world, who)
    assert len({one.student.id for one in (*found.clean, *found.exceptions)}) == students
    if who == "Sam":
        assert [one.part.route for one in (*found.clean, *found.exceptions)] == [Route.WORKPLACE]


def test_h20_an_instructor_who_also_studies_does_not_see_the_own_sheet(world: World) -> None:
    log_week(world, "Zoe")
    hand_in(world, "Zoe")
    section = next(iter(world.actor("Ben").places(Relation.INSTRUCTOR)))
    with transaction():
        hold(world.person("Zoe").id, Relation.INSTRUCTOR, section, NOW.date(), None)
    assert (queue(world, "Ben").count, queue(world, "Zoe").count) == (1, 0)


@pytest.mark.parametrize("who", ["Hana", "Ivo", "Fay", "Dee", "Eli", "Sam", "Ada"])
def test_a_part_of_another_section_is_not_found(world: World, who: str) -> None:
    log_week(world)
    hand_in(world)
    part = part_of(world)
    with pytest.raises(NotFound), transaction(write=False):
        find_part(world.actor(who), part.public_id)


def test_the_scope_in_sql_reaches_the_parts_that_the_policy_allows(world: World) -> None:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    parts = world.all(SheetPart)
    for name in ("Ada", "Ben", "Cleo", "Dee", "Eli", "Fay", "Finn", "Gus", "Hana", "Ivo", "Sam", "Zoe"):
        actor = world.actor(name)
        for action in (Action.HOURS_APPROVE, Action.HOURS_READ):
            with transaction(write=False):
                reached = set(session.scalars(scoped(select(SheetPart), actor, action)))
                assert {p for p in parts if allowed(actor, action, anchor_of(p))} == reached, f"{name} {action}"


def more_students(world: World, numbers: range) -> None:
    """More students in Ben's section, each with a week that waits."""
    place = next(p for p in world.all(Placement) if p.enrollment_id == world.enrollment("Ada").id)
    for number in numbers:
        with transaction():
            person = Person(name=f"Student {number}", email=f"s{number}@example.org")
            session.add(person)
            session.flush()
            enrollment = Enrollment(person_id=person.id, cohort_id=world.enrollment("Ada").cohort_id)
            session.add(enrollment)
            session.flush()
            of = {"enrollment_id": enrollment.id}
            start = date(2026, 9, 8)
            session.add(StatusChange(**of, status=Status.ACTIVE, effective_on=start, reason=StatusReason.START))
            session.add(Placement(**of, site_id=place.site_id, section_id=place.section_id, from_day=start))
            hold(person.id, Relation.STUDENT, enrollment.id, start, None)
        with transaction():
            actor = actor_for(person, "web", None)
            hours = Hours(day=MONDAY, minutes=600, kind=Kind.SELF_STUDY, comment="Read about tolerances")
            log_hours(actor, enrollment, hours, str(uuid4()))
            submit_sheet(actor, enrollment, MONDAY)


def statements_of(world: World, what: str) -> int:
    actor, cohort = world.actor("Cleo"), world.one(Cohort)
    with transaction(write=False), count_statements() as statements:
        if what == "queue":
            found = queue_of(actor)
            assert [one.verdict for one in (*found.clean, *found.exceptions)]
        else:
            assert [line.missing for line in lines_of(actor, cohort)]
    return statements.count


@pytest.mark.parametrize(("what", "budget"), [("queue", 11), ("grid", 4)])
def test_lists_take_the_same_statements_for_3_students_and_for_60(world: World, what: str, budget: int) -> None:
    more_students(world, range(2))
    few = statements_of(world, what)
    more_students(world, range(2, 60))
    assert few == statements_of(world, what) <= budget


def grid(world: World, who: str = "Cleo") -> dict[str, list[object]]:
    with transaction(write=False):
        return {line.name: line.squares for line in lines_of(world.actor(who), world.one(Cohort))}  # type: ignore[misc]


def test_a_coordinator_sees_the_students_of_the_own_site_with_every_week(world: World) -> None:
    assert {name: len(squares) for name, squares in grid(world).items()} == {"Ada": 52, "Zoe": 52}
    assert set(grid(world, "Ivo")) == {"Eli"}
    assert set(grid(world, "Ben")) == set()


def test_p1_who_has_not_handed_in_comes_first(world: World) -> None:
    log_week(world)
    hand_in(world)
    with at(DUE + timedelta(minutes=1)), transaction(write=False):
        lines = missing_first(lines_of(world.actor("Cleo"), world.one(Cohort)), MONDAY)
        squares = [line.square(MONDAY) for line in lines]
    assert [line.name for line in lines] == ["Zoe", "Ada"]
    assert [(s.minutes, s.state, s.is_missing) for s in squares] == [
        (0, State.DRAFT, True),
        (FULL, State.SUBMITTED, False),
    ]


def test_a_week_is_not_missing_before_it_is_due_nor_when_nothing_is_asked(world: World) -> None:
    assert not next(s for s in grid(world)["Zoe"] if s.monday == MONDAY).is_missing  # type: ignore[attr-defined]
    with transaction():
        session.add(
            Leave(
                enrollment_id=world.enrollment("Zoe").id,
                kind=LeaveKind.MEDICAL,
                from_day=MONDAY,
                to_day=MONDAY + timedelta(days=6),
            )
        )
    with at(DUE + timedelta(minutes=1)):
        assert not next(s for s in grid(world)["Zoe"] if s.monday == MONDAY).is_missing  # type: ignore[attr-defined]


def situation(world: World) -> Situation:
    with transaction(write=False):
        return situation_of(world.enrollment("Ada"))


def test_targets_follow_breaks_of_the_own_site_and_leave(world: World) -> None:
    cohort, ada = world.one(Cohort), world.enrollment("Ada")
    other = next(p.site_id for p in world.all(Placement) if p.enrollment_id == world.enrollment("Eli").id)
    with transaction():
        for site, day in ((None, MONDAY), (other, MONDAY + timedelta(days=1))):
            session.add(Break(cohort_id=cohort.id, site_id=site, kind=BreakKind.HOLIDAY, from_day=day, to_day=day))
        friday = MONDAY + timedelta(days=4)
        session.add(Leave(enrollment_id=ada.id, kind=LeaveKind.MEDICAL, from_day=friday, to_day=friday))
    found = situation(world)
    assert found.target(MONDAY) == Target(360, 504)
    assert {fact.kind for fact in found.explain_target(MONDAY).facts} == {"break", "leave"}
    assert found.target(date(2026, 9, 7)) == Target(480, 672)  # the cohort starts on a Tuesday


def test_h18_a_student_who_joins_late_owes_nothing_before(world: World) -> None:
    with transaction():
        enrollment = session.scalars(
            unscoped(select(Enrollment).where(Enrollment.id == world.enrollment("Ada").id), "test")
        ).one()
        enrollment.start_offset_weeks = 4
        session.add(enrollment)
    found = situation(world)
    assert found.first == date(2026, 10, 5)
    assert found.target(date(2026, 9, 28)) == Target(0, 0)


def test_after_a_withdrawal_nothing_is_expected_and_nothing_logged(world: World) -> None:
    gone = MONDAY + timedelta(days=2)
    with transaction():
        session.add(
            StatusChange(
                enrollment_id=world.enrollment("Ada").id,
                status=Status.WITHDRAWN,
                effective_on=gone,
                reason=StatusReason.WORK,
            )
        )
    found = situation(world)
    assert found.last == gone - timedelta(days=1)
    assert found.target(MONDAY) == Target(240, 336)


def test_units_are_those_of_the_plan_and_the_last_used_come_first(world: World) -> None:
    log_week(world)
    with transaction(write=False):
        units = units_of(world.enrollment("Ada"))
        used = last_used(world.enrollment("Ada"), MONDAY)
    assert units[0].title == "Process controls, unit 1"
    assert "Robotics, unit 1" not in [unit.title for unit in units]
    assert used == [units[0].id]


def approve_all(world: World) -> None:
    with transaction():
        for part in world.all(SheetPart):
            approve_part(world.actor("Ben"), part, note="as logged")


def test_decision_7_only_approved_hours_that_the_own_firm_paid_are_counted(world: World) -> None:
    log_week(world)
    log_capstone(world)
    ada, acme, bolt = world.enrollment("Ada").id, world.one(Firm, name="Acme").id, world.one(Firm, name="Bolt").id
    with transaction(write=False):
        assert approved_paid_minutes([ada], acme) == {}
    hand_in(world)
    approve_all(world)
    with at(NOW + timedelta(hours=1)), transaction():
        correction = Correction(day=MONDAY, minutes=-60, kind=Kind.LECTURE_ONLINE, paid_by_firm=True)
        proposal = propose_adjustment(world.actor("Ben"), world.enrollment("Ada"), correction, "lunch")
        confirm_adjustment(world.actor("Cleo"), proposal)
    with transaction(write=False):
        assert approved_paid_minutes([ada], acme) == {ada: {MONDAY: FULL + 120 - 60}}
        assert approved_paid_minutes([ada], acme, as_of=NOW) == {ada: {MONDAY: FULL + 120}}
        assert approved_paid_minutes([ada], bolt) == {}


def test_a_year_has_two_figures_and_both_can_be_asked_as_of(world: World) -> None:
    log_week(world)
    hand_in(world)
    with at(NOW + timedelta(hours=1)):
        approve_all(world)
    with transaction(write=False):
        for as_of, approved in ((NOW, 0), (None, FULL)):
            weeks = year_of(world.enrollment("Ada"), as_of)
            assert sum(w.minutes for w in weeks) == FULL
            assert sum(w.approved_minutes for w in weeks) == approved


def test_a_zero_week_says_why_in_the_list(world: World) -> None:
    hand_in(world, zero_reason=ZeroReason.TRAVEL)
    assert [str(r.sentence) for r in queue(world).exceptions[0].verdict.reasons] == ["No hours: Traveling"]


@pytest.fixture
def approved(world: World) -> World:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    approve_all(world)
    return world


def differences() -> list[str]:
    with transaction(write=False):
        return list(verify.differences())


def test_verify_finds_nothing_after_a_life_of_a_sheet(approved: World) -> None:
    assert differences() == []


def test_verify_finds_a_stored_state_that_does_not_follow(approved: World) -> None:
    for model in (WeekSheet, SheetPart):
        row = approved.all(model)[0]
        with transaction():
            row.state = State.RETURNED  # type: ignore[attr-defined]
            session.add(row)
    assert len(differences()) == 2


def test_verify_finds_an_approved_entry_that_was_tampered_with(approved: World) -> None:
    with transaction():
        drop_guards("hours_entry")
        session.connection().exec_driver_sql("UPDATE hours_entry SET minutes = minutes + 1 WHERE id = 1")
    assert any("does not have its hash" in told for told in differences())


def drop_guards(table: str) -> None:
    """As somebody would who has the database's password."""
    connection = session.connection()
    for statement in appendonly.drops(Base.metadata.tables[table], connection.dialect.name):
        connection.exec_driver_sql(statement)


def test_a_spell_that_is_replaced_leaves_its_hours_with_the_supervisor(world: World) -> None:
    log_capstone(world, minutes=600)
    hand_in(world)
    spell = next(s for s in world.all(EmploymentSpell) if s.supervisor_id)
    with transaction():
        kept = {c.key: getattr(spell, c.key) for c in EmploymentSpell.__table__.columns}
        for name in ("id", "public_id", "recorded_at", "recorded_by_id"):
            kept.pop(name)
        session.add(EmploymentSpell(**{**kept, "to_day": date(2026, 12, 31), "supersedes_id": spell.id}))
    found = week(world)
    assert found.part_keys() == [part_of(world, route=Route.WORKPLACE).key]
    assert found.entries_in(found.part_keys()[0]) == found.entries
