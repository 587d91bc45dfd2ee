"""Handing in, approving, returning, reopening weeks (P2, H11, H12, H19 to H21, D15, D16)."""

from datetime import date, timedelta

import pytest

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.models import SheetEvent, WeekSheet
from lms.hub.hours.rules.entry import Evidence
from lms.hub.hours.rules.sheet import Route, State, Step, ZeroReason
from lms.hub.hours.services.decisions import approve_part, return_part
from lms.hub.hours.services.entries import remove_entry
from lms.hub.hours.services.office import (
    reopen_week,
)
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.prose import prose_of
from tests.hub.hours.weeks import (
    DUE,
    FULL,
    LOCK,
    MONDAY,
    NOW,
    at,
    hand_in,
    log_capstone,
    log_week,
    part_of,
    week,
)
from tests.support.web import World

HOUR = timedelta(hours=1)


def approve(
    world: World, who: str = "Ben", student: str = "Ada", route: Route = Route.SECTION, **more: object
) -> SheetEvent:
    part = part_of(world, student, route)
    with transaction():
        return approve_part(world.actor(who), part, **more)  # type: ignore[arg-type]


def give_back(world: World, who: str = "Ben", cells: tuple[str, ...] = (), route: Route = Route.SECTION) -> SheetEvent:
    part = part_of(world, route=route)
    with transaction():
        return return_part(world.actor(who), part, "Tuesday is there twice", cells)


def remove_one(world: World) -> None:
    entry = week(world).entries[0]
    with transaction():
        remove_entry(world.actor("Ada"), entry)


def test_a_week_is_handed_in_and_waits(world: World) -> None:
    log_week(world)
    sheet = hand_in(world)
    assert (sheet.state, sheet.version) == (State.SUBMITTED, 1)
    assert part_of(world).state is State.SUBMITTED
    assert world.one(AuditEntry, action="hours:submit").result_id == sheet.public_id


def test_d16_capstone_hours_make_a_part_of_their_own_for_the_supervisor(world: World) -> None:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    assert part_of(world, route=Route.WORKPLACE).state is State.SUBMITTED
    assert week(world).entries_in(part_of(world, route=Route.WORKPLACE).key)[0].kind is Kind.CAPSTONE_ONSITE


def test_d16_without_a_supervisor_the_section_decides_on_capstone_hours_too(world: World) -> None:
    log_capstone(world, "Zoe", minutes=600)
    hand_in(world, "Zoe")
    assert len(world.one(WeekSheet).public_id) == 20
    assert part_of(world, "Zoe").route is Route.SECTION


@pytest.mark.parametrize("who", ["Ben", "Cleo", "Zoe", "Sam", "Dee"])
def test_nobody_hands_in_the_week_of_somebody_else(world: World, who: str) -> None:
    from lms.hub.hours.services.sheets import submit_sheet

    log_week(world)
    with pytest.raises(NotAllowed), transaction():
        submit_sheet(world.actor(who), world.enrollment("Ada"), MONDAY)


def test_h11_this_week_can_not_be_handed_in_on_wednesday(world: World) -> None:
    with pytest.raises(RuleBroken, match="from"):
        hand_in(world, monday=MONDAY + timedelta(days=7))


def test_h11_late_is_marked_and_after_the_lock_it_is_too_late(world: World) -> None:
    log_week(world)
    with at(LOCK), pytest.raises(RuleBroken, match="coordinator"):
        hand_in(world)
    with at(DUE + HOUR):
        hand_in(world)
    assert world.one(SheetEvent).is_late


def test_h12_a_week_without_hours_is_handed_in_with_its_reason(world: World) -> None:
    with pytest.raises(RuleBroken) as caught:
        hand_in(world)
    assert caught.value.field == "zero_reason"
    hand_in(world, zero_reason=ZeroReason.ILL)
    assert world.one(SheetEvent).zero_reason is ZeroReason.ILL
    approve(world)
    assert world.one(WeekSheet).state is State.APPROVED


@pytest.mark.parametrize("monday", [MONDAY + timedelta(days=1), date(2026, 8, 31), date(2027, 9, 6)])
def test_only_the_weeks_of_the_own_program_are_handed_in(world: World, monday: date) -> None:
    with pytest.raises(RuleBroken) as caught:
        hand_in(world, monday=monday, zero_reason=ZeroReason.ILL)
    assert caught.value.field == "week"


def test_h19_approving_freezes_the_total_and_its_hash(world: World) -> None:
    log_week(world)
    hand_in(world)
    event = approve(world)
    assert (event.minutes, event.step) == (FULL, Step.APPROVED)
    assert event.content_sha256 == world.one(SheetEvent, step=Step.SUBMITTED).content_sha256
    assert world.one(WeekSheet).state is State.APPROVED
    assert week(world).approved_minutes == FULL
    assert week(world).explain_approved().value == FULL
    with pytest.raises(RuleBroken, match="Approved"):
        remove_one(world)


def test_approving_leaves_an_audit_entry_and_the_evidence_level(world: World) -> None:
    log_week(world)
    hand_in(world)
    event = approve(world)
    audit = world.one(AuditEntry, action="hours:approve")
    assert (audit.person_id, audit.result_id) == (world.person("Ben").id, event.public_id)
    assert week(world).totals.by_evidence == {Evidence.SELF_REPORT: FULL}


@pytest.mark.parametrize("who", ["Ada", "Zoe", "Hana", "Ivo", "Sam", "Dee", "Finn", "Fay", "Eli"])
def test_h20_only_who_teaches_the_section_or_runs_the_site_approves_its_part(world: World, who: str) -> None:
    log_week(world)
    hand_in(world)
    for act in (lambda: approve(world, who), lambda: give_back(world, who)):
        with pytest.raises(NotAllowed):
            act()


def test_h20_nobody_approves_the_own_hours_even_as_an_instructor(world: World) -> None:
    from lms.people.access import Relation
    from lms.people.grants.services import hold

    log_week(world, "Zoe")
    hand_in(world, "Zoe")
    with transaction():
        hold(
            world.person("Zoe").id,
            Relation.INSTRUCTOR,
            next(iter(world.actor("Ben").places(Relation.INSTRUCTOR))),
            NOW.date(),
            None,
        )
    with pytest.raises(RuleBroken, match="your own"):
        approve(world, "Zoe", "Zoe")


def test_d16_a_supervisor_approves_the_own_part_only_and_so_has_seen_the_work(world: World) -> None:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    with pytest.raises(NotAllowed):
        approve(world, "Sam")
    approve(world, "Sam", route=Route.WORKPLACE)
    assert world.one(WeekSheet).state is State.SUBMITTED
    assert week(world).totals.by_evidence == {Evidence.SELF_REPORT: FULL, Evidence.COUNTERSIGNED: 120}
    approve(world)
    assert world.one(WeekSheet).state is State.APPROVED


def test_an_instructor_may_approve_the_workplace_part_which_says_nothing_about_having_seen_it(world: World) -> None:
    log_capstone(world, minutes=600)
    hand_in(world)
    approve(world, route=Route.WORKPLACE)
    assert week(world).totals.by_evidence == {Evidence.SELF_REPORT: 600}


def test_what_is_approved_twice_is_refused(world: World) -> None:
    log_week(world)
    hand_in(world)
    approve(world)
    with pytest.raises(RuleBroken, match="not waiting"):
        approve(world)
    with pytest.raises(RuleBroken, match="not waiting"):
        give_back(world)


def test_an_approver_who_looked_at_something_else_is_told(world: World) -> None:
    log_week(world)
    hand_in(world)
    with pytest.raises(Conflict):
        approve(world, seen_hash="0" * 64)
    approve(world, seen_hash=world.one(SheetEvent).content_sha256)


def test_h21_a_return_marks_entries_tells_the_student_and_opens_the_part(world: World) -> None:
    log_week(world)
    hand_in(world)
    cell = week(world).entries[0].public_id
    event = give_back(world, cells=(cell,))
    assert event.cells == [cell]
    assert world.one(WeekSheet).state is State.RETURNED
    with transaction(write=False):
        assert prose_of([event], "reason") == {event.public_id: "Tuesday is there twice"}
    assert world.one(OutboxMessage).person_id == world.person("Ada").id
    remove_one(world)
    sheet = hand_in(world)
    assert (sheet.version, sheet.state) == (2, State.SUBMITTED)


def test_h21_a_return_without_a_reason_or_with_foreign_cells_is_refused(world: World) -> None:
    log_week(world)
    hand_in(world)
    part = part_of(world)
    for reason, cells in ((" ", ()), ("why", ("nothing",))):
        with pytest.raises(RuleBroken), transaction():
            return_part(world.actor("Ben"), part, reason, cells)
    assert world.one(WeekSheet).state is State.SUBMITTED


def test_decision_10_only_the_returned_part_is_handed_in_again(world: World) -> None:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    approve(world)
    give_back(world, "Sam", route=Route.WORKPLACE)
    with pytest.raises(RuleBroken, match="Approved"):
        remove_one(world)
    hand_in(world)
    steps = [(event.step, event.route, event.version) for event in world.all(SheetEvent)]
    assert steps[-1] == (Step.SUBMITTED, Route.WORKPLACE, 2)
    assert part_of(world).state is State.APPROVED
    assert world.one(WeekSheet).state is State.SUBMITTED


def test_a_part_that_was_returned_after_the_lock_can_be_corrected(world: World) -> None:
    log_week(world)
    hand_in(world)
    with at(LOCK + HOUR):
        give_back(world)
        remove_one(world)
        hand_in(world)


def reopen(world: World, who: str = "Cleo", reason: str = "was in hospital") -> WeekSheet:
    with transaction():
        return reopen_week(world.actor(who), world.enrollment("Ada"), MONDAY, reason)


def test_a_coordinator_reopens_a_locked_week_for_a_week(world: World) -> None:
    with at(LOCK):
        with pytest.raises(RuleBroken):
            log_week(world)
        assert reopen(world).state is State.REOPENED
        log_week(world)
    with at(LOCK + timedelta(days=7)), pytest.raises(RuleBroken, match="Locked"):
        remove_one(world)
    with at(LOCK + timedelta(days=6)):
        hand_in(world)
    assert world.one(AuditEntry, action="hours:reopen").person_id == world.person("Cleo").id


def test_h9_hours_logged_after_two_weeks_are_approved_with_a_note_only(world: World) -> None:
    with at(LOCK + timedelta(days=5)):
        reopen(world)
        log_week(world)
        hand_in(world)
        with pytest.raises(RuleBroken) as caught:
            approve(world)
        assert caught.value.field == "note"
        approve(world, note="Lab book agrees.")


@pytest.mark.parametrize("who", ["Ada", "Ben", "Ivo", "Sam", "Dee"])
def test_nobody_but_the_sites_coordinator_reopens(world: World, who: str) -> None:
    with at(LOCK), pytest.raises(NotAllowed):
        reopen(world, who)


def test_an_open_week_or_one_that_waits_is_not_reopened(world: World) -> None:
    log_week(world)
    with pytest.raises(RuleBroken, match="still open"):
        reopen(world)
    hand_in(world)
    with at(LOCK), pytest.raises(RuleBroken, match="Return it"):
        reopen(world)


def test_p4_an_approved_week_that_is_reopened_is_approved_again_and_the_first_total_stays_readable(
    world: World,
) -> None:
    log_week(world)
    hand_in(world)
    approve(world)
    with at(NOW + HOUR):
        reopen(world)
        log_capstone(world, minutes=60)
        assert week(world).approved_minutes == 0
        hand_in(world)
        approve(world)
        approve(world, "Sam", route=Route.WORKPLACE)
    assert week(world).approved_minutes == FULL + 60
    assert week(world, as_of=NOW).approved_minutes == FULL
