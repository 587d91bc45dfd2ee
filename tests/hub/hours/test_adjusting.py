"""Adjustments of approved weeks, who saw the work, and many parts at once."""

from datetime import timedelta

import pytest

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.models import Adjustment, HoursEntry, SheetEvent, WeekSheet
from lms.hub.hours.models.deciding import AdjustmentProposal
from lms.hub.hours.rules.entry import Evidence
from lms.hub.hours.rules.sheet import Route, State, Step
from lms.hub.hours.services.decisions import approve_many, witness
from lms.hub.hours.services.office import (
    Correction,
    confirm_adjustment,
    decline_adjustment,
    propose_adjustment,
    propose_paid,
)
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from tests.hub.hours.test_sheets import HOUR, approve, reopen
from tests.hub.hours.weeks import (
    FULL,
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


def adjust(
    world: World, minutes: int, who: str = "Ben", kind: Kind = Kind.LECTURE_ONLINE, reason: str = "twice"
) -> None:
    with transaction():
        correction = Correction(day=MONDAY, minutes=minutes, kind=kind)
        proposal = propose_adjustment(world.actor(who), world.enrollment("Ada"), correction, reason)
    with transaction():
        confirm_adjustment(world.actor("Ben" if who == "Cleo" else "Cleo"), proposal)


def test_d17_an_approved_week_changes_by_adjustments_that_leave_its_entries_and_hash(world: World) -> None:
    log_week(world)
    hand_in(world)
    frozen = approve(world).content_sha256
    with at(NOW + HOUR):
        adjust(world, -60)
    found = week(world)
    assert (found.minutes, found.approved_minutes) == (FULL - 60, FULL - 60)
    assert week(world, as_of=NOW).approved_minutes == FULL
    assert frozen == world.one(SheetEvent, step=Step.APPROVED).content_sha256
    assert len(world.all(HoursEntry)) == 3
    *parts, last = (step.value for step in found.explain_approved().steps)
    assert sum(part for part in parts if isinstance(part, int)) == last == FULL - 60


def propose(world: World, who: str = "Ben", minutes: int = -60) -> AdjustmentProposal:
    with transaction():
        correction = Correction(day=MONDAY, minutes=minutes, kind=Kind.LECTURE_ONLINE)
        return propose_adjustment(world.actor(who), world.enrollment("Ada"), correction, "The log says so")


def test_h19_an_adjustment_counts_only_once_a_second_person_confirmed_it_and_the_student_is_told(world: World) -> None:
    log_week(world)
    hand_in(world)
    approve(world)
    proposal = propose(world)
    number = proposal.id
    assert week(world).approved_minutes == FULL
    for who, error in (("Ben", RuleBroken), ("Ada", NotAllowed), ("Hana", NotAllowed)):
        with pytest.raises(error), transaction():
            confirm_adjustment(world.actor(who), proposal)
    with at(NOW + HOUR):
        with transaction():
            confirm_adjustment(world.actor("Cleo"), proposal)
        with pytest.raises(Conflict), transaction():
            confirm_adjustment(world.actor("Cleo"), proposal)
    row = world.one(Adjustment)
    assert (row.minutes, row.proposal_id, row.recorded_by_id) == (-60, number, world.person("Cleo").id)
    assert [week(world, as_of=moment).approved_minutes for moment in (NOW, NOW + HOUR, None)] == [
        FULL,
        FULL - 60,
        FULL - 60,
    ]
    assert [one.template for one in world.all(OutboxMessage)] == ["hours-adjusted"]
    assert len(world.all(AuditEntry, action="hours:adjust")) == 2


def test_h19_a_declined_adjustment_changes_nothing_and_says_why(world: World) -> None:
    log_week(world)
    hand_in(world)
    approve(world)
    proposal = propose(world)
    with pytest.raises(RuleBroken, match="not made"), transaction():
        decline_adjustment(world.actor("Cleo"), proposal, " ")
    with transaction():
        decision = decline_adjustment(world.actor("Ben"), proposal, "My mistake")
    assert not decision.is_confirmed
    with pytest.raises(Conflict), transaction():
        confirm_adjustment(world.actor("Cleo"), proposal)
    assert (week(world).approved_minutes, world.all(Adjustment)) == (FULL, [])


def test_h19_a_proposal_is_checked_again_when_it_is_confirmed(world: World) -> None:
    log_week(world)
    hand_in(world)
    approve(world)
    first, second = propose(world, minutes=-FULL), propose(world, minutes=-60)
    with transaction():
        confirm_adjustment(world.actor("Cleo"), first)
    with pytest.raises(RuleBroken, match="Only 0 minutes"), transaction():
        confirm_adjustment(world.actor("Cleo"), second)
    with at(NOW + HOUR):
        reopen(world)
    third = world.all(AdjustmentProposal)[-1]
    with pytest.raises(RuleBroken, match="still change"), transaction():
        confirm_adjustment(world.actor("Cleo"), third)


@pytest.mark.parametrize(
    ("minutes", "reason", "field"), [(0, "why", "minutes"), (-661, "why", "minutes"), (30, "", "reason")]
)
def test_an_adjustment_that_says_nothing_or_takes_too_much_is_refused(
    world: World, minutes: int, reason: str, field: str
) -> None:
    log_week(world)
    hand_in(world)
    approve(world)
    with pytest.raises(RuleBroken) as caught:
        adjust(world, minutes, reason=reason)
    assert caught.value.field == field


def test_staff_never_edit_a_week_that_the_student_or_the_approver_still_has(world: World) -> None:
    log_week(world)
    with pytest.raises(RuleBroken, match="still change"):
        adjust(world, -60)
    hand_in(world)
    with pytest.raises(RuleBroken, match="Return it"):
        adjust(world, -60)


@pytest.mark.parametrize("who", ["Ada", "Zoe", "Hana", "Ivo", "Dee", "Finn"])
def test_nobody_else_adjusts(world: World, who: str) -> None:
    log_week(world)
    hand_in(world)
    approve(world)
    with pytest.raises(NotAllowed):
        adjust(world, -60, who)


def test_a_supervisor_adjusts_capstone_work_only(world: World) -> None:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    approve(world)
    approve(world, "Sam", route=Route.WORKPLACE)
    with pytest.raises(RuleBroken) as caught:
        adjust(world, -30, "Sam")
    assert caught.value.field == "kind"
    adjust(world, -30, "Sam", Kind.CAPSTONE_ONSITE)
    assert week(world).minutes == FULL + 90


def test_h9_after_six_weeks_only_the_coordinator_adjusts(world: World) -> None:
    with at(NOW + timedelta(days=60)):
        with pytest.raises(RuleBroken, match="coordinator"):
            adjust(world, 60)
        adjust(world, 60, "Cleo", reason="seven weeks on an oil rig")
    assert week(world).approved_minutes == 60


def test_decision_7_who_paid_is_corrected_without_touching_the_minutes(world: World) -> None:
    from lms.hub.hours.rules.week import paid_minutes

    entry = log_capstone(world, minutes=600)
    hand_in(world)
    approve(world, "Sam", route=Route.WORKPLACE)
    with transaction():
        proposal = propose_paid(world.actor("Sam"), entry, False, "It was his day off.")
    with transaction():
        confirm_adjustment(world.actor("Ben"), proposal)
    found = week(world)
    assert found.minutes == 600
    assert paid_minutes(found.approved) == 0


def see(world: World, who: str, kind: Kind = Kind.LECTURE_ONLINE) -> None:
    with transaction():
        witness(world.actor(who), world.enrollment("Ada"), MONDAY, kind)


def test_d14_who_saw_the_work_lifts_its_evidence_level(world: World) -> None:
    log_week(world)
    see(world, "Ben")
    assert week(world).totals.by_evidence == {Evidence.COUNTERSIGNED: FULL}


def test_at_the_firm_only_capstone_work_is_seen_and_nobody_else_says_so(world: World) -> None:
    log_week(world)
    with pytest.raises(RuleBroken):
        see(world, "Sam")
    for who in ("Ada", "Cleo", "Hana", "Dee", "Eli"):
        with pytest.raises(NotAllowed):
            see(world, who)


def test_p5_many_parts_are_approved_at_once_and_what_cannot_be_is_left(world: World) -> None:
    log_week(world)
    log_week(world, "Zoe")
    hand_in(world)
    hand_in(world, "Zoe")
    parts = [part_of(world), part_of(world, "Zoe")]
    hashes = {
        part.public_id: event.content_sha256 or "" for part, event in zip(parts, world.all(SheetEvent), strict=True)
    }
    hashes[parts[1].public_id] = "another"
    with transaction():
        found = approve_many(world.actor("Ben"), parts, hashes)
    assert [bool(one.event) for one in found] == [True, False]
    assert isinstance(found[1].broken, Conflict)
    assert [sheet.state for sheet in world.all(WeekSheet)] == [State.APPROVED, State.SUBMITTED]
