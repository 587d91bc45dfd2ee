"""The register becomes hours (D18, D19, H23)."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance, Section, Session
from lms.hub.cohorts.times import When, add_sessions
from lms.hub.hours.models import Adjustment, HoursEntry
from lms.hub.hours.rules.attendance import attended
from lms.hub.hours.rules.entry import Evidence, Source
from lms.hub.hours.services.attendance import Line, Taken, take_attendance
from lms.hub.hours.services.decisions import approve_part
from lms.hub.hours.services.entries import ClockHours, log_by_clock
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.weeks import clock_time
from tests.hub.hours.weeks import MONDAY, NOW, at, hand_in, log_week, part_of, week
from tests.support.web import World

SATURDAY = date(2026, 10, 24)
ZONE = "America/New_York"


def instant(hour: int, day: date = SATURDAY) -> datetime:
    return clock_time(day, time(hour), ZONE).instant


def meeting(world: World, day: date = SATURDAY) -> Session:
    with transaction():
        when = When(instant(9, day), instant(12, day), ZONE)
        (row,) = add_sessions(world.one(Section, name="Lowell"), [(world.one(Unit, code="ROB-1"), when)])
    return row


def take(
    world: World,
    lab: Session,
    presence: Presence = Presence.PRESENT,
    minutes: int | None = None,
    who: str = "Ben",
    student: str = "Ada",
) -> Taken:
    with transaction():
        return take_attendance(world.actor(who), lab, [Line(world.enrollment(student), presence, minutes)])[0]


@pytest.mark.parametrize(
    ("presence", "minutes", "stretch"),
    [
        (Presence.PRESENT, None, (9, 12)),
        (Presence.LATE, 120, (10, 12)),
        (Presence.LEFT_EARLY, 120, (9, 11)),
        (Presence.MADE_UP, None, (9, 12)),
        (Presence.ABSENT, None, None),
        (Presence.EXCUSED, None, None),
    ],
)
def test_d18_the_register_says_which_stretch_was_attended(
    presence: Presence, minutes: int | None, stretch: tuple[int, int] | None
) -> None:
    found = attended(presence, minutes, instant(9), instant(12))
    assert (found and (found.starts_at, found.ends_at)) == (stretch and (instant(stretch[0]), instant(stretch[1])))


@pytest.mark.parametrize(
    ("presence", "minutes"),
    [(Presence.LATE, None), (Presence.LATE, 0), (Presence.PRESENT, 181), (Presence.ABSENT, 60), (Presence.LATE, -5)],
)
def test_d18_minutes_that_the_session_does_not_have_are_refused(presence: Presence, minutes: int | None) -> None:
    with pytest.raises(RuleBroken) as caught:
        attended(presence, minutes, instant(9), instant(12))
    assert caught.value.field == "minutes"


def test_h23_attendance_makes_lab_hours_with_the_best_evidence(world: World) -> None:
    take(world, meeting(world))
    entry = world.one(HoursEntry)
    assert (entry.minutes, entry.kind, entry.source) == (180, Kind.LAB_IN_PERSON, Source.ATTENDANCE)
    assert entry.evidence is Evidence.ATTENDANCE
    assert world.one(AuditEntry, action="attendance:take").person_id == world.person("Ben").id


def test_taking_the_same_register_again_changes_nothing(world: World) -> None:
    lab = meeting(world)
    for _ in range(2):
        take(world, lab)
    assert len(world.all(Attendance)) == len(world.all(HoursEntry)) == 1


def test_a_corrected_register_corrects_the_hours(world: World) -> None:
    lab = meeting(world)
    take(world, lab)
    take(world, lab, Presence.LATE, 120)
    assert week(world).minutes == 120
    take(world, lab, Presence.ABSENT)
    assert week(world).minutes == 0
    take(world, lab)
    assert week(world).minutes == 180
    assert len(world.all(Attendance)) == 4


def test_hours_of_an_approved_week_are_adjusted_and_not_changed(world: World) -> None:
    lab = meeting(world)
    take(world, lab)
    log_week(world)
    hand_in(world)
    with transaction():
        approve_part(world.actor("Ben"), part_of(world))
    with at(NOW + timedelta(hours=1)):
        take(world, lab, Presence.LEFT_EARLY, 60)
        take(world, lab, Presence.LEFT_EARLY, 90)
    assert [row.minutes for row in world.all(Adjustment)] == [-120, 30]
    assert week(world).approved_minutes == 660 + 90


def test_own_hours_in_the_way_leave_the_register_and_are_named(world: World) -> None:
    unit = world.one(Unit, code="PC-1").public_id
    with transaction():
        hours = ClockHours(day=SATURDAY, start=time(11), end=time(13), unit=unit)
        log_by_clock(world.actor("Ada"), world.enrollment("Ada"), hours, str(uuid4()))
    taken = take(world, meeting(world))
    assert taken.attendance.presence is Presence.PRESENT
    assert "overlaps" in str(taken.broken)
    assert len(world.all(HoursEntry)) == 1


@pytest.mark.parametrize("who", ["Ada", "Zoe", "Hana", "Ivo", "Dee", "Sam", "Gus"])
def test_only_the_sections_instructor_or_the_sites_coordinator_takes_it(world: World, who: str) -> None:
    lab = meeting(world)
    with pytest.raises(NotAllowed):
        take(world, lab, who=who)


def test_a_student_of_another_section_is_not_in_the_register_unless_it_is_made_up(world: World) -> None:
    lab = meeting(world)
    with pytest.raises(RuleBroken) as caught:
        take(world, lab, student="Eli")
    assert caught.value.field == "student"
    take(world, lab, Presence.MADE_UP, student="Eli")
    assert week(world, "Eli").minutes == 180


def test_a_session_that_has_not_begun_has_no_register(world: World) -> None:
    with pytest.raises(RuleBroken, match="not begun"):
        take(world, meeting(world, MONDAY + timedelta(days=12)))
