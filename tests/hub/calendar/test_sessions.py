"""Sessions of a section: planned, moved, cancelled; the past stays readable and people are told."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from lms.hub.calendar.services.sessions import Wanted, cancel_session, move_session, schedule_weekly
from lms.hub.calendar.services.staff import appoint_staff, dismiss_staff
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.kinds import BreakKind, Presence
from lms.hub.cohorts.meetings import meetings_of
from lms.hub.cohorts.models import Attendance, Cohort, Session, SessionTime
from lms.hub.cohorts.services import add_break
from lms.hub.cohorts.verify import differences
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFresh, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.weeks import local
from lms.people.access import Action, Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from tests.hub.calendar.made import LAB, lab, labs, section
from tests.support.statements import count_statements
from tests.support.web import NOW, World

FRIDAY = Wanted(date(2026, 11, 13), time(17), time(19), "Bay 2", 8)


def mine(world: World) -> Session:
    return world.one(Session)


def move(world: World, wanted: Wanted = FRIDAY, who: str = "Cleo") -> SessionTime:
    with transaction():
        return move_session(world.actor(who), mine(world), wanted)


def test_a_session_has_instants_room_stations_and_an_audit_entry(world: World) -> None:
    made = lab(world)
    assert made.starts_at == datetime(2026, 11, 12, 22, tzinfo=UTC)
    assert (made.minutes, made.room, made.stations, made.zone) == (120, "Bay 2", 8, "America/New_York")
    assert world.all(AuditEntry, action=Action.SESSION_SCHEDULE)


def test_an_end_before_the_start_is_on_the_next_day(world: World) -> None:
    made = lab(world, Wanted(date(2026, 10, 31), time(23), time(3)))
    assert made.minutes == 5 * 60  # the clocks go back that night


def test_a_weekly_series_follows_the_unit_and_leaves_days_without_teaching_out(world: World) -> None:
    cohort, unit = world.one(Cohort), world.one(Unit, code="ROB-1")
    with transaction():
        add_break(world.actor("Gus"), cohort, BreakKind.BREAK, date(2026, 12, 21), date(2027, 1, 3))
        made = schedule_weekly(world.actor("Cleo"), section(world), unit, 3, LAB)
    assert len(made.sessions) == 34
    assert made.skipped == (date(2026, 12, 24), date(2026, 12, 31))
    assert {local(one.starts_at, one.zone).time() for one in made.sessions} == {time(17)}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(date(2026, 11, 12), time(18), time(20)), "starts"),  # meets then already
        (Wanted(date(2028, 1, 1), time(8), time(9)), "day"),
        (Wanted(date(2026, 11, 20), time(8), time(7)), "ends"),  # 23 hours
        (Wanted(date(2026, 11, 20), time(8), time(9), stations=0), "stations"),
    ],
)
def test_what_cannot_be_planned_names_its_field(world: World, wanted: Wanted, field: str) -> None:
    lab(world)
    with pytest.raises(RuleBroken) as caught:
        lab(world, wanted)
    assert caught.value.field == field


def test_no_session_is_planned_on_a_day_without_teaching(world: World) -> None:
    with transaction():
        day = date(2026, 11, 12)
        add_break(world.actor("Gus"), world.one(Cohort), BreakKind.CLOSURE, day, day, world.one(Site, name="Lowell"))
    with pytest.raises(RuleBroken, match="no teaching"):
        lab(world)


def test_only_the_office_of_the_site_plans_moves_and_cancels(world: World) -> None:
    for name in ("Ada", "Ben", "Ivo", "Dee"):
        with pytest.raises(NotAllowed):
            lab(world, who=name)
    lab(world)
    for name in ("Ada", "Ben", "Ivo", "Dee"):
        with pytest.raises(NotAllowed):
            move(world, who=name)
        with pytest.raises(NotAllowed), transaction():
            cancel_session(world.actor(name), mine(world))


def test_a_move_is_a_fact_and_both_times_can_be_asked_for(world: World) -> None:
    lab(world)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        move(world)
    with transaction(write=False):
        (before,) = meetings_of(section(world), as_of=NOW)
        (after,) = meetings_of(section(world))
        assert (before.day, before.sequence) == (date(2026, 11, 12), 0)
        assert (after.day, after.sequence) == (date(2026, 11, 13), 1)
        assert list(differences()) == []


def test_verify_notices_a_session_that_is_not_what_its_facts_say(world: World) -> None:
    lab(world)
    with transaction():
        mine(world).room = "Elsewhere"
    with transaction(write=False):
        assert len(list(differences())) == 1


def letters(world: World, template: str) -> set[int]:
    return {row.person_id for row in world.all(OutboxMessage, template=template)}


def test_everybody_of_the_section_hears_of_another_time_and_nobody_of_another_room(world: World) -> None:
    lab(world)
    move(world, Wanted(LAB.day, LAB.starts, LAB.ends, "Bay 3", 8))
    assert letters(world, "session-moved") == set()
    move(world)
    assert letters(world, "session-moved") == {world.person(name).id for name in ("Ada", "Zoe", "Ben")}


def test_a_cancelled_session_stands_cancelled_and_moving_it_brings_it_back(world: World) -> None:
    lab(world)
    with transaction():
        cancel_session(world.actor("Cleo"), mine(world))
    assert world.one(Session).is_cancelled
    assert letters(world, "session-cancelled") == {world.person(name).id for name in ("Ada", "Zoe", "Ben")}
    with pytest.raises(RuleBroken, match="cancelled already"), transaction():
        cancel_session(world.actor("Cleo"), mine(world))
    move(world)
    assert not world.one(Session).is_cancelled


def test_a_session_that_was_held_is_not_moved_any_more(world: World) -> None:
    made = lab(world)
    with transaction():
        values = {"presence": Presence.PRESENT, "minutes": 120}
        session.add(Attendance(session_id=made.id, enrollment_id=world.enrollment("Ada").id, **values))
    with pytest.raises(RuleBroken, match="Attendance was taken"):
        move(world)


def test_nothing_is_moved_to_where_it_is(world: World) -> None:
    lab(world)
    with pytest.raises(RuleBroken, match="Nothing is different"):
        move(world, LAB)


def test_labs_of_a_term_cost_no_more_statements_than_one(world: World) -> None:
    world.actor("Cleo")
    with count_statements() as few:
        labs(world, weeks=(8, 9))
    with count_statements() as many:
        assert len(labs(world, "Providence", "Ivo", weeks=(8, 40))) == 33
    assert many.count <= few.count


# ---- staff


def appointed(world: World, who: str = "Cleo", name: str = "Hana", **days: date | None) -> GrantRow:
    values = {"from_day": date(2026, 10, 28), "to_day": None, **days}
    with transaction():
        return appoint_staff(
            world.actor(who),
            section(world),
            world.person(name),
            Relation.INSTRUCTOR,
            values["from_day"] or date.min,
            values["to_day"],
        )


def test_one_person_teaches_several_sections_and_several_teach_one(world: World) -> None:
    appointed(world)
    assert len(world.all(GrantRow, relation=Relation.INSTRUCTOR, person_id=world.person("Hana").id)) == 2
    assert world.all(AuditEntry, action=Action.STAFF_APPOINT)


def test_a_substitute_stands_in_until_a_last_day_and_then_sees_nothing_more(world: World) -> None:
    ben, hana, last = world.person("Ben"), world.person("Hana"), date(2026, 11, 6)
    with pytest.raises(RuleBroken, match="needs a last day"), transaction():
        appoint_staff(world.actor("Cleo"), section(world), hana, Relation.INSTRUCTOR, last, None, ben)
    with transaction():
        row = appoint_staff(
            world.actor("Cleo"), section(world), hana, Relation.INSTRUCTOR, date(2026, 10, 28), last, ben
        )
    assert row.stands_in_for_id == ben.id
    assert len(world.actor("Hana").places(Relation.INSTRUCTOR)) == 2
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        assert len(world.actor("Hana").places(Relation.INSTRUCTOR)) == 1
        assert len(world.actor("Ben").places(Relation.INSTRUCTOR)) == 1


def test_an_appointment_needs_the_office_of_the_site_and_a_fresh_password(world: World) -> None:
    for who in ("Ben", "Ivo", "Ada", "Dee"):
        with pytest.raises(NotAllowed):
            appointed(world, who)
    stale = replace(world.actor("Cleo"), fresh_until=None)
    with pytest.raises(NotFresh), transaction():
        appoint_staff(stale, section(world), world.person("Hana"), Relation.INSTRUCTOR, date(2026, 10, 28))


@pytest.mark.parametrize(("name", "match"), [("Ada", "studies in this section"), ("Ben", "holds this already")])
def test_a_student_never_teaches_their_section_and_nobody_holds_it_twice(world: World, name: str, match: str) -> None:
    with pytest.raises(RuleBroken, match=match):
        appointed(world, name=name)


def test_an_appointment_ends_and_only_gets_shorter(world: World) -> None:
    appointed(world, to_day=date(2026, 11, 20))
    grant = world.all(GrantRow, relation=Relation.INSTRUCTOR, person_id=world.person("Hana").id)[-1]
    with pytest.raises(Conflict), transaction():
        dismiss_staff(world.actor("Cleo"), section(world), session.get_one(GrantRow, grant.id), date(2026, 12, 1))
    with pytest.raises(NotAllowed), transaction():
        dismiss_staff(world.actor("Ivo"), section(world), session.get_one(GrantRow, grant.id), date(2026, 11, 1))
    with transaction():
        dismiss_staff(world.actor("Cleo"), section(world), session.get_one(GrantRow, grant.id), date(2026, 10, 27))
    assert len(world.actor("Hana").places(Relation.INSTRUCTOR)) == 1
