"""Booking, waiting, safety and make-ups."""

from datetime import date, timedelta

import pytest

from lms.hub.attendance.kinds import BookingState, Verdict
from lms.hub.attendance.models import Booking, SafetyGate, SafetySignOff
from lms.hub.attendance.queries.meetings import equivalents
from lms.hub.attendance.services.safety import lift_safety, require_safety, revoke_sign_off, sign_off
from lms.hub.attendance.services.stations import book_station, cancel_booking
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.models import Cohort
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from tests.hub.attendance.made import (
    NEXT_SATURDAY,
    NOW,
    SATURDAY,
    TODAY,
    at,
    book,
    excuse,
    lab,
    miss,
)
from tests.support.web import World


def states(world: World) -> list[str]:
    return [row.state.value for row in world.all(Booking)]


def test_a_station_is_booked_and_audited(world: World) -> None:
    book(world, "Ada", lab(world, stations=1))
    assert states(world) == ["booked"]
    assert world.one(AuditEntry, action="session:book").person_id == world.person("Ada").id


def test_who_comes_after_the_last_station_waits_and_moves_up(world: World) -> None:
    meeting = lab(world, stations=1)
    book(world, "Ada", meeting)
    assert book(world, "Zoe", meeting).state is BookingState.WAITING
    with transaction():
        cancel_booking(world.actor("Ada"), world.enrollment("Ada"), meeting)
    standing = {row.enrollment_id: row.state for row in world.all(Booking)}
    assert standing[world.enrollment("Zoe").id] is BookingState.BOOKED
    assert world.one(OutboxMessage, template="station-free").person_id == world.person("Zoe").id


def test_a_cancelled_station_can_be_booked_again(world: World) -> None:
    meeting = lab(world, stations=1)
    book(world, "Ada", meeting)
    with transaction():
        cancel_booking(world.actor("Ada"), world.enrollment("Ada"), meeting)
    book(world, "Ada", meeting)
    assert states(world) == ["booked", "cancelled", "booked"]


@pytest.mark.parametrize(
    ("stations", "twice", "says"),
    [(None, False, "no stations"), (2, True, "have a station"), (0, True, "waiting line")],
)
def test_what_cannot_be_booked_is_said(world: World, stations: int | None, twice: bool, says: str) -> None:
    meeting = lab(world, stations=stations)
    if twice:
        book(world, "Ada", meeting)
    with pytest.raises(RuleBroken, match=says):
        book(world, "Ada", meeting)


def test_a_session_that_has_begun_is_neither_booked_nor_cancelled(world: World) -> None:
    meeting = lab(world, stations=2)
    book(world, "Ada", meeting)
    with at(meeting.session.starts_at):
        for act in (lambda: book(world, "Zoe", meeting), lambda: _cancel(world, meeting)):
            with pytest.raises(RuleBroken, match="has begun"):
                act()


def _cancel(world: World, meeting: object) -> None:
    with transaction():
        cancel_booking(world.actor("Ada"), world.enrollment("Ada"), meeting)  # type: ignore[arg-type]


def test_a_lab_of_another_section_is_booked_only_to_make_up(world: World) -> None:
    there = lab(world, section="Providence", stations=4)
    with pytest.raises(RuleBroken, match="another section"):
        book(world, "Ada", there)
    missed = miss(world)
    row = book(world, "Ada", there, missed)
    assert (row.state, row.missed_id) == (BookingState.BOOKED, missed.id)


def test_d18_a_make_up_needs_a_missed_session_of_the_same_unit_before_the_courses_end(world: World) -> None:
    there, missed = lab(world, section="Providence", stations=4), miss(world)
    attended = lab(world, SATURDAY, 14)
    other = lab(world, section="Providence", stations=4, unit="PC-1", hour=14)
    late = lab(world, date(2027, 6, 26), section="Providence", stations=4)
    for where, which, says in (
        (there, attended, "that you missed"),
        (other, missed, "same unit"),
        (late, missed, "course ends on 2027-06-13"),
    ):
        with pytest.raises(RuleBroken, match=says):
            book(world, "Ada", where, which)
    book(world, "Ada", there, missed)
    with pytest.raises(RuleBroken, match="Cancel that one first"):
        book(world, "Ada", lab(world, section="Providence", stations=4, hour=15), missed)


def test_who_is_excused_in_advance_may_swap_before_the_session(world: World) -> None:
    meeting, there = lab(world), lab(world, section="Providence", stations=1, hour=14)
    with pytest.raises(RuleBroken, match="that you missed"):
        book(world, "Ada", there, meeting)
    excuse(world, meeting, verdict=Verdict.GRANTED)
    assert book(world, "Ada", there, meeting).state is BookingState.BOOKED


def test_equivalents_are_the_next_free_ones_at_any_site(world: World) -> None:
    missed = miss(world)
    full = lab(world, section="Providence", stations=1, hour=8)
    book(world, "Eli", full)
    lab(world, section="Providence", stations=1, hour=8, unit="PC-1")
    lab(world, section="Providence", hour=8)  # nobody books there
    later, sooner = (
        lab(world, NEXT_SATURDAY + timedelta(days=7), stations=2),
        lab(world, section="Providence", stations=2),
    )
    with transaction(write=False):
        found = equivalents(missed, NOW)
    assert [(one.meeting.id, one.free) for one in found] == [(sooner.id, 2), (later.id, 2)]


def test_booking_is_blocked_until_somebody_signs_that_one_works_safely(world: World) -> None:
    meeting, cohort = lab(world, stations=2), world.one(Cohort)
    with transaction():
        gate = require_safety(world.actor("Cleo"), cohort, "safe-rob", unit=world.one(Unit, code="ROB-1"))
    with pytest.raises(RuleBroken, match="SAFE-ROB") as caught:
        book(world, "Ada", meeting)
    assert caught.value.field == "safety"
    with transaction():
        sign_off(world.actor("Ben"), world.enrollment("Ada"), "SAFE-ROB", TODAY)
    with pytest.raises(RuleBroken, match="ends on 2026-10-28"):
        book(world, "Ada", meeting)
    with transaction():
        sign_off(world.actor("Ben"), world.enrollment("Ada"), "SAFE-ROB", NEXT_SATURDAY)
    book(world, "Ada", meeting)
    assert world.one(AuditEntry, action="cohort:manage", result_id=gate.public_id)
    assert len(world.all(AuditEntry, action="safety:sign")) == 2


def test_a_gate_of_one_session_leaves_the_others_open_and_can_be_lifted(world: World) -> None:
    first, second = lab(world, stations=2), lab(world, stations=2, hour=14)
    with transaction():
        gate = require_safety(world.actor("Cleo"), world.one(Cohort), "SAFE-ROB", meeting=first.session)
    book(world, "Ada", second)
    with pytest.raises(RuleBroken):
        book(world, "Ada", first)
    with transaction():
        lift_safety(world.actor("Cleo"), gate)
    book(world, "Ada", first)


def test_the_same_gate_twice_and_a_gate_nowhere_are_refused(world: World) -> None:
    cohort, unit = world.one(Cohort), world.one(Unit, code="ROB-1")
    with transaction():
        require_safety(world.actor("Cleo"), cohort, "SAFE-ROB", unit=unit)
    for where in (unit, None):
        with pytest.raises(RuleBroken), transaction():
            require_safety(world.actor("Cleo"), cohort, "SAFE-ROB", unit=where)
    assert len(world.all(SafetyGate)) == 1


def test_a_sign_off_that_was_taken_back_counts_no_more_and_holds_up_the_waiting_line(world: World) -> None:
    meeting = lab(world, stations=1)
    with transaction():
        require_safety(world.actor("Cleo"), world.one(Cohort), "SAFE-ROB", unit=world.one(Unit, code="ROB-1"))
        for name in ("Ada", "Zoe"):
            sign_off(world.actor("Ben"), world.enrollment(name), "SAFE-ROB", NEXT_SATURDAY)
    book(world, "Ada", meeting)
    book(world, "Zoe", meeting)
    signed = world.one(SafetySignOff, enrollment_id=world.enrollment("Zoe").id)
    with transaction():
        revoke_sign_off(world.actor("Ben"), signed)
        cancel_booking(world.actor("Ada"), world.enrollment("Ada"), meeting)
    assert states(world) == ["booked", "waiting", "cancelled"]


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), TODAY + timedelta(days=800)])
def test_a_sign_off_that_is_over_or_endless_is_refused(world: World, day: date) -> None:
    with pytest.raises(RuleBroken) as caught, transaction():
        sign_off(world.actor("Ben"), world.enrollment("Ada"), "SAFE-ROB", day)
    assert caught.value.field == "valid_until"


@pytest.mark.parametrize("who", ["Ada", "Zoe", "Hana", "Cleo", "Dee", "Gus", "Sam"])
def test_only_who_teaches_or_assesses_the_section_signs_off(world: World, who: str) -> None:
    with pytest.raises(NotAllowed), transaction():
        sign_off(world.actor(who), world.enrollment("Ada"), "SAFE-ROB", NEXT_SATURDAY)


@pytest.mark.parametrize("who", ["Zoe", "Ben", "Cleo", "Dee", "Gus"])
def test_nobody_books_for_somebody_else(world: World, who: str) -> None:
    meeting = lab(world, stations=2)
    with pytest.raises(NotAllowed), transaction():
        book_station(world.actor(who), world.enrollment("Ada"), meeting)


@pytest.mark.parametrize("who", ["Ada", "Ben", "Hana", "Dee"])
def test_only_the_office_says_which_labs_need_a_sign_off(world: World, who: str) -> None:
    with pytest.raises(NotAllowed), transaction():
        require_safety(world.actor(who), world.one(Cohort), "SAFE-ROB", unit=world.one(Unit, code="ROB-1"))
