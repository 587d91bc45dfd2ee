"""The register: saved, closed, corrected; two at the same time; what of it becomes hours (D18, H23)."""

from datetime import timedelta

import pytest

from lms.hub.attendance.kinds import Verdict
from lms.hub.attendance.models import RegisterClose
from lms.hub.attendance.queries.register import register_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.register import close_register, save_register
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.services import grant_leave
from lms.hub.hours.models import HoursEntry
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from tests.hub.attendance.made import SATURDAY, at, book, close, excuse, instant, lab, miss, roll, save
from tests.hub.hours.weeks import MONDAY, week
from tests.support.web import World


def said(world: World, who: str = "Ada") -> list[tuple[str, int]]:
    return [(r.presence.value, r.minutes) for r in world.all(Attendance, enrollment_id=world.enrollment(who).id)]


def test_the_rest_is_present_and_the_exceptions_are_not(world: World) -> None:
    meeting = lab(world, SATURDAY)
    save(world, meeting, {"Zoe": Mark(Presence.LATE, 100)}, rest=True)
    assert (said(world), said(world, "Zoe")) == ([("present", 180)], [("late", 100)])
    assert week(world, "Zoe").minutes == 100
    assert world.all(AuditEntry, action="attendance:take")


def test_closing_marks_absent_who_was_expected_and_offers_another_session(world: World) -> None:
    meeting = lab(world, SATURDAY)
    save(world, meeting, {"Zoe": Mark(Presence.PRESENT)})
    lab(world, section="Providence", stations=3)
    close(world, meeting)
    assert (said(world), said(world, "Zoe")) == ([("absent", 0)], [("present", 180)])
    assert world.one(RegisterClose).session_id == meeting.id
    assert world.one(OutboxMessage, template="make-up-offered").person_id == world.person("Ada").id


def test_a_register_is_closed_once_and_not_before_the_end(world: World) -> None:
    meeting = lab(world, SATURDAY)
    with at(instant(SATURDAY, 11)), pytest.raises(RuleBroken, match="not over yet"):
        close(world, meeting)
    close(world, meeting)
    with pytest.raises(RuleBroken, match="is closed"):
        close(world, meeting)
    assert len(world.all(RegisterClose)) == 1


def test_a_closed_register_is_still_corrected_and_the_hours_with_it(world: World) -> None:
    meeting = lab(world, SATURDAY)
    close(world, meeting)
    assert week(world).minutes == 0
    save(world, meeting, {"Ada": Mark(Presence.LEFT_EARLY, 90)})
    assert said(world) == [("absent", 0), ("left_early", 90)]
    assert week(world).minutes == 90


def test_somebody_on_leave_is_not_in_the_register(world: World) -> None:
    meeting = lab(world, SATURDAY)
    with transaction():
        grant_leave(world.actor("Cleo"), world.enrollment("Ada"), LeaveKind.FAMILY, MONDAY, SATURDAY)
    close(world, meeting)
    assert (said(world), len(said(world, "Zoe"))) == ([], 1)


def test_in_a_lab_with_stations_only_who_booked_is_expected(world: World) -> None:
    with at(instant(SATURDAY, 8)):
        meeting = lab(world, SATURDAY, stations=2)
        book(world, "Ada", meeting)
    close(world, meeting)
    assert (said(world), said(world, "Zoe")) == ([("absent", 0)], [])
    save(world, meeting, {"Zoe": Mark(Presence.PRESENT)})  # who came without booking was there all the same
    assert said(world, "Zoe") == [("present", 180)]


def test_an_excuse_that_was_granted_is_taken_over(world: World) -> None:
    with at(instant(SATURDAY, 8)):
        meeting = lab(world, SATURDAY)
        excuse(world, meeting, verdict=Verdict.GRANTED)
    close(world, meeting)
    assert said(world) == [("excused", 0)]


def test_two_instructors_do_not_overwrite_each_other(world: World) -> None:
    meeting = lab(world, SATURDAY)
    with transaction(write=False):
        opened = register_of(meeting).token
    save(world, meeting, {"Ada": Mark(Presence.ABSENT)}, who="Cleo")
    mine = {world.enrollment("Ada").public_id: Mark(Presence.PRESENT)}
    with pytest.raises(Conflict) as caught, transaction():
        save_register(world.actor("Ben"), meeting.session, mine, opened)
    assert caught.value.yours == mine
    theirs = caught.value.theirs.entry(world.enrollment("Ada").public_id)  # type: ignore[attr-defined]
    assert theirs.shown == Mark(Presence.ABSENT, 0)
    assert said(world) == [("absent", 0)]


def test_every_line_that_does_not_fit_is_named_and_nothing_is_written(world: World) -> None:
    meeting = lab(world, SATURDAY)
    with pytest.raises(RuleBroken) as caught:
        save(world, meeting, {"Ada": Mark(Presence.LATE), "Zoe": Mark(Presence.PRESENT, 500)})
    ada, zoe = (world.enrollment(name).public_id for name in ("Ada", "Zoe"))
    assert set(caught.value.by_field()) == {f"minutes-{ada}", f"minutes-{zoe}"}
    assert not world.all(Attendance)


def test_a_stranger_to_the_section_is_refused(world: World) -> None:
    with pytest.raises(RuleBroken, match="not in the section"):
        save(world, lab(world, SATURDAY), {"Eli": Mark(Presence.PRESENT)})


@pytest.mark.parametrize("who", ["Ada", "Hana", "Ivo", "Gus", "Dee", "Sam"])
def test_only_the_sections_instructor_or_the_sites_coordinator_writes_it(world: World, who: str) -> None:
    meeting = lab(world, SATURDAY)
    with pytest.raises(NotAllowed):
        save(world, meeting, {"Ada": Mark(Presence.PRESENT)}, who=who)
    with pytest.raises(NotAllowed), transaction():
        close_register(world.actor(who), meeting.session)


def test_d18_a_lab_missed_here_is_made_up_at_another_site_and_counts_there(world: World) -> None:
    with at(instant(SATURDAY - timedelta(days=7), 20)):
        missed = miss(world, day=SATURDAY - timedelta(days=7))
        there = lab(world, SATURDAY, section="Providence", stations=2)
        book(world, "Ada", there, missed)
    assert roll(world).credit.counted == 0
    with transaction(write=False):
        (entry,) = [one for one in register_of(there).entries if one.known.makes_up]
    assert (entry.name, entry.makes_up and entry.makes_up.id) == ("Ada", missed.id)
    with pytest.raises(RuleBroken, match="makes up"):
        save(world, there, {"Ada": Mark(Presence.PRESENT)}, who="Hana")
    save(world, there, {"Ada": Mark(Presence.MADE_UP)}, who="Hana")
    found = roll(world).credit
    assert (found.scheduled, found.made_up, found.counted, found.last_day) == (180, 180, 180, SATURDAY)
    entry_made = world.one(HoursEntry, enrollment_id=world.enrollment("Ada").id)
    assert (entry_made.minutes, entry_made.evidence_level) == (180, 3)


def test_who_booked_a_make_up_and_did_not_come_has_missed_nothing_new(world: World) -> None:
    with at(instant(SATURDAY - timedelta(days=7), 20)):
        missed = miss(world, day=SATURDAY - timedelta(days=7))
        there = lab(world, SATURDAY, section="Providence", stations=2)
        book(world, "Ada", there, missed)
    close(world, there, who="Hana")
    assert len(said(world)) == 1


def test_the_past_can_be_asked_for_as_it_was_known_then(world: World) -> None:
    with at(instant(SATURDAY, 13)):
        meeting = lab(world, SATURDAY)
        save(world, meeting, {"Ada": Mark(Presence.LEFT_EARLY, 90)})
    save(world, meeting, {"Ada": Mark(Presence.PRESENT)})
    before, after = roll(world, as_of=instant(SATURDAY, 14)), roll(world)
    assert (before.credit.attended, after.credit.attended) == (100, 180)
    assert roll(world, as_of=instant(SATURDAY, 12)).credit.scheduled == 0
