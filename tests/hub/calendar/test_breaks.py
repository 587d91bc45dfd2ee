"""A snow day: previewed, applied exactly as previewed, undone once; people hear of changed dates only."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine

from lms.hub.calendar.kinds import PlanState, Push
from lms.hub.calendar.models import BreakPlan
from lms.hub.calendar.services.breaks import apply_break, lift_break, undo_break
from lms.hub.calendar.services.sessions import Wanted, move_session
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance, Break, Cohort, Session
from lms.hub.cohorts.rules import Target
from lms.hub.cohorts.verify import differences
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.models import Activity, Extension
from lms.hub.coursework.queries import find_work
from lms.hub.coursework.setting import extend, move_deadline, resolve_deadlines
from lms.hub.enrollment.queries import standing
from lms.hub.hours.queries.situation import situation_of
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.prose import prose_of
from lms.people.orgs.models import Site
from tests.hub.calendar.made import SNOW, applied, calendar, lab, labs, section, snow_day
from tests.hub.coursework.made import plan as activity
from tests.hub.coursework.made import set_work
from tests.support.web import NOW, World, words

WEEK_10 = date(2026, 11, 9)


def again(plan: BreakPlan) -> BreakPlan:
    return session.get_one(BreakPlan, plan.id)


def undo(world: World, plan: BreakPlan, who: str = "Gus") -> None:
    with transaction():
        undo_break(world.actor(who), again(plan))


def letters(world: World, template: str) -> dict[str, OutboxMessage]:
    names = {world.person(name).id: name for name in ("Ada", "Ben", "Eli", "Hana", "Zoe", "Cleo")}
    return {names[row.person_id]: row for row in world.all(OutboxMessage, template=template)}


def due_on_snow_day(world: World) -> None:
    set_work(world, activity("PC-A1", week=10, weekday=3, due=time(23, 59)), activity("PC-A2", week=9))


def test_a_preview_moves_nothing_and_shows_sessions_dues_targets_and_the_last_date(world: World) -> None:
    labs(world)
    due_on_snow_day(world)
    before = calendar(world)
    plan = snow_day(world)
    assert calendar(world) == before
    (moved,) = plan.plan["sessions"]
    assert (moved["from"], moved["to"]) == (
        "2026-11-12T22:00:00+00:00",
        ["2026-11-13T22:00:00+00:00", "2026-11-14T00:00:00+00:00"],
    )
    (due,) = plan.plan["dues"]
    assert (due["from"], due["to"]) == ("2026-11-13T04:59:00+00:00", "2026-11-14T04:59:00+00:00")
    assert plan.plan["weeks"] == [{"number": 10, "monday": "2026-11-09", "before": [600, 840], "after": [480, 672]}]
    assert (plan.plan["last_before"], plan.plan["last_after"]) == ("2026-12-10", "2026-12-10")


def test_applying_does_what_the_preview_said_and_targets_follow(world: World) -> None:
    labs(world)
    due_on_snow_day(world)
    plan = applied(world, snow_day(world))
    assert plan.state is PlanState.APPLIED
    assert {row.starts_at for row in world.all(Session)} >= {datetime(2026, 11, 13, 22, tzinfo=UTC)}
    with transaction(write=False):
        assert situation_of(world.enrollment("Ada")).target(WEEK_10) == Target(480, 672)
        assert list(differences()) == []
    assert world.all(AuditEntry, action="cohort:manage")


def test_undo_restores_every_date_exactly_and_only_once(world: World) -> None:
    labs(world)
    labs(world, "Providence", "Ivo")
    due_on_snow_day(world)
    before = calendar(world)
    for site, push in ((None, Push.NEXT_DAY), ("Lowell", Push.SAME_WEEKDAY), (None, Push.CANCEL)):
        plan = applied(world, snow_day(world, site=site, push=push))
        assert calendar(world) != before
        undo(world, plan)
        assert calendar(world) == before
        with pytest.raises(Conflict), transaction():
            undo_break(world.actor("Gus"), again(plan))
    with transaction(write=False):
        assert list(differences()) == []


def test_every_past_state_can_be_asked_for(world: World) -> None:
    labs(world)
    due_on_snow_day(world)
    before = calendar(world)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        plan = applied(world, snow_day(world))
        after = calendar(world)
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        undo(world, plan)
    assert calendar(world, NOW) == before
    assert calendar(world, NOW + timedelta(hours=1)) == after
    assert calendar(world, NOW + timedelta(hours=2)) == before


def test_only_those_whose_dates_changed_get_a_letter(world: World) -> None:
    labs(world)
    labs(world, "Providence", "Ivo")
    plan = applied(world, snow_day(world, site="Lowell"))
    assert set(letters(world, "dates-moved")) == {"Ada", "Zoe", "Ben"}
    assert letters(world, "dates-moved")["Ada"].said()["sessions"] == 1
    undo(world, plan)
    assert set(letters(world, "dates-back")) == {"Ada", "Zoe", "Ben"}


def test_a_break_that_moves_no_date_sends_no_letter(world: World) -> None:
    labs(world)
    applied(world, snow_day(world, days=(SNOW - timedelta(days=1), SNOW - timedelta(days=1))))
    assert letters(world, "dates-moved") == {}


def test_a_site_closure_moves_that_sites_due_dates_alone_and_undo_takes_them_back(world: World) -> None:
    (report, _) = set_work(world, activity("PC-A1", week=10, weekday=3), activity("PC-A2", week=9))
    plan = applied(world, snow_day(world, site="Lowell"))
    with transaction(write=False):
        assert find_work(world.enrollment("Ada"), report).due.at == datetime(2026, 11, 14, 4, 59, tzinfo=UTC)
        assert find_work(world.enrollment("Eli"), report).due.at == datetime(2026, 11, 13, 4, 59, tzinfo=UTC)
    undo(world, plan)
    with transaction(write=False):
        work = find_work(world.enrollment("Ada"), report)
        assert (work.due.at, work.due.reason) == (datetime(2026, 11, 13, 4, 59, tzinfo=UTC), "base")


def test_resolving_the_dates_again_leaves_what_a_break_has_moved(world: World) -> None:
    due_on_snow_day(world)
    applied(world, snow_day(world))
    after = calendar(world)
    with transaction():
        assert resolve_deadlines(world.actor("Gus"), world.one(Cohort)) == 0
    assert calendar(world) == after


def test_a_preview_that_no_longer_holds_is_not_applied(world: World) -> None:
    labs(world)
    plan = snow_day(world)
    lab(world, Wanted(SNOW, time(8), time(9)))
    with pytest.raises(Conflict, match="changed since"), transaction():
        apply_break(world.actor("Gus"), again(plan))
    assert world.all(Break) == []


def test_dates_that_were_changed_since_are_not_undone(world: World) -> None:
    labs(world, weeks=(10, 10))
    plan = applied(world, snow_day(world))
    with transaction():
        move_session(world.actor("Cleo"), world.one(Session), Wanted(date(2026, 11, 20), time(8), time(10)))
    with pytest.raises(Conflict, match="changed since"):
        undo(world, plan)


def test_a_section_that_has_more_time_already_keeps_it(world: World) -> None:
    (report, _) = set_work(world, activity("PC-A1", week=10, weekday=3), activity("PC-A2", week=9))
    with transaction():
        move_deadline(world.actor("Ben"), section(world), report, datetime(2026, 11, 20, 12, tzinfo=UTC))
    plan = snow_day(world)
    assert [line["section"] for line in plan.plan["dues"]] == [None]
    applied(world, plan)
    with transaction(write=False):
        assert find_work(world.enrollment("Ada"), report).due.at == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_session_with_a_register_stays_where_it_was(world: World) -> None:
    meeting = lab(world)
    with transaction():
        session.add(
            Attendance(
                session_id=meeting.id,
                enrollment_id=world.enrollment("Ada").id,
                presence=Presence.PRESENT,
                minutes=120,
            )
        )
    assert snow_day(world).plan["sessions"] == []


def test_a_coordinator_closes_only_their_own_site(world: World) -> None:
    labs(world)
    for site in (None, "Providence"):
        with pytest.raises(NotAllowed):
            snow_day(world, "Cleo", site)
    plan = snow_day(world, "Cleo", "Lowell")
    with pytest.raises(NotAllowed):
        applied(world, plan, "Ivo")
    for name in ("Ada", "Ben", "Dee"):
        with pytest.raises(NotAllowed):
            applied(world, plan, name)
    applied(world, plan, "Cleo")
    with pytest.raises(NotAllowed):
        undo(world, plan, "Ivo")


def test_days_that_are_free_already_or_lie_outside_are_refused(world: World) -> None:
    applied(world, snow_day(world))
    with pytest.raises(RuleBroken, match="free of teaching already"):
        snow_day(world)
    with pytest.raises(RuleBroken, match="outside"):
        snow_day(world, days=(date(2025, 1, 1), date(2025, 1, 1)))
    with pytest.raises(RuleBroken, match="before the first"):
        snow_day(world, days=(SNOW, SNOW - timedelta(days=1)))


def test_a_lifted_break_gives_the_target_back_and_cannot_be_lifted_twice(world: World) -> None:
    applied(world, snow_day(world, "Cleo", "Lowell"), "Cleo")
    row = world.one(Break)
    with pytest.raises(NotAllowed), transaction():
        lift_break(world.actor("Ivo"), row)
    with transaction():
        lift_break(world.actor("Cleo"), row)
    with transaction(write=False):
        assert situation_of(world.enrollment("Ada")).target(WEEK_10) == Target(600, 840)
    with pytest.raises(Conflict), transaction():
        lift_break(world.actor("Cleo"), row)
    assert world.one(Site, name="Lowell").id == row.site_id


def test_a_students_own_extension_moves_with_the_rest_and_back(world: World) -> None:
    due_on_snow_day(world)
    ada, zoe = world.enrollment("Ada"), world.enrollment("Zoe")
    work = next(one for one in world.all(Activity) if one.code == "PC-A2")
    on_snow_day = datetime(2026, 11, 13, 4, 59, tzinfo=UTC)  # 23:59 in Lowell
    for who, until in ((ada, on_snow_day), (zoe, on_snow_day + timedelta(days=7))):
        with transaction():
            extend(world.actor("Ben"), who, work, until, ExtensionReason.WORK, "Overtime in the plant.")
    plan = snow_day(world)
    (line,) = plan.plan["extensions"]
    assert (line["enrollment"], line["to"]) == (ada.public_id, "2026-11-14T04:59:00+00:00")
    assert "Ada" in words(world.browser_of("Cleo").get(f"/coordinator/break-plans/{plan.public_id}"))
    elsewhere = world.browser_of("Ivo").get(f"/coordinator/break-plans/{plan.public_id}").text
    assert "a student of another site" in elsewhere
    assert "Ada" not in words(elsewhere)
    applied(world, plan)
    with transaction(write=False):
        assert find_work(ada, work).due.at == on_snow_day + timedelta(days=1)
        assert find_work(zoe, work).due.at == on_snow_day + timedelta(days=7)
        row = standing(Extension, ada)[-1]
        assert prose_of([row], "note")[row.public_id] == "Overtime in the plant."
    assert "Ada" in letters(world, "dates-moved")
    undo(world, plan)
    with transaction(write=False):
        assert find_work(ada, work).due.at == on_snow_day
    assert "Ada" in letters(world, "dates-back")


def test_an_extension_changed_meanwhile_keeps_the_break_from_being_undone_or_applied(world: World) -> None:
    due_on_snow_day(world)
    ada, ben = world.enrollment("Ada"), world.actor("Ben")
    work = next(one for one in world.all(Activity) if one.code == "PC-A2")
    on_snow_day = datetime(2026, 11, 13, 4, 59, tzinfo=UTC)
    drawn = snow_day(world)
    with transaction():
        extend(ben, ada, work, on_snow_day, ExtensionReason.WORK, "Overtime in the plant.")
    with pytest.raises(Conflict, match="changed since this preview"):
        applied(world, drawn)
    plan = applied(world, snow_day(world))
    with transaction():
        extend(ben, ada, work, on_snow_day + timedelta(days=9), ExtensionReason.WORK, "More overtime.")
    with pytest.raises(Conflict, match="changed since"):
        undo(world, plan)
