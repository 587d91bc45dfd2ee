"""Sheets that wait too long, and the times of a cohort (H11, H22, P1), on both engines."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.config import Settings
from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Break, Cohort, Holiday, SheetTerms
from lms.hub.hours.models import SheetEvent, WeekSheet
from lms.hub.hours.models.deciding import Escalation
from lms.hub.hours.queries.queue import queue_of
from lms.hub.hours.rules.patience import BUSINESS_DAYS, business_days, explain_patience, patience_ends_at
from lms.hub.hours.rules.sheet import SECTION, Manner, Sheet, State, Step, Terms, check_terms, lock_reason, week_times
from lms.hub.hours.services.decisions import return_part, witness
from lms.hub.hours.services.entries import Hours, log_hours
from lms.hub.hours.services.terms import cohorts_locked_by_mistake, set_terms
from lms.jobs.hours import look_after_sheets
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.orgs.models import Site
from tests.hub.hours.weeks import LOCK, MONDAY, NOW, at, hand_in, log_week, part_of, week
from tests.support.web import World

NEW_YORK = "America/New_York"
WEDNESDAY = NOW.date()
TOLD_AT = datetime(2026, 11, 5, 5, tzinfo=UTC)  # Thursday 00:00 in Lowell, after five business days


def sweep(world: World) -> int:
    settings: Settings = world.app.config["LMS"]
    return look_after_sheets(settings)


def letters(world: World, *templates: str) -> list[tuple[str, str]]:
    names = {world.person(name).id: name for name in ("Ada", "Zoe", "Cleo", "Ivo", "Ben", "Gus")}
    found = [one for one in world.all(OutboxMessage) if one.template in templates]
    return [(names[one.person_id], one.template) for one in found]


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.sets(st.dates(date(2026, 1, 1), date(2028, 3, 1)), max_size=20),
)
def test_h22_five_business_days_leave_out_weekends_and_closed_days(first: date, closed: set[date]) -> None:
    days = business_days(first, BUSINESS_DAYS, closed)
    assert len(days) == BUSINESS_DAYS
    assert all(day > first and day.weekday() < 5 and day not in closed for day in days)
    left_out = [
        first + timedelta(days=n) for n in range(1, (days[-1] - first).days) if first + timedelta(days=n) not in days
    ]
    assert all(day.weekday() >= 5 or day in closed for day in left_out)


def test_h22_the_wait_ends_at_local_midnight_also_over_a_clock_change_and_explains_itself() -> None:
    assert patience_ends_at(NOW, NEW_YORK) == TOLD_AT
    assert patience_ends_at(NOW, NEW_YORK, {date(2026, 10, 30)}) == TOLD_AT + timedelta(days=1)
    why = explain_patience(NOW, NEW_YORK)
    assert (why.value, why.steps[-1].value) == (date(2026, 11, 4), date(2026, 11, 4))


def test_h22_a_sheet_that_waits_five_business_days_is_escalated_once_and_never_approved(world: World) -> None:
    for name in ("Ada", "Zoe", "Eli"):
        log_week(world, name)
        hand_in(world, name)
    with at(TOLD_AT - timedelta(minutes=1)):
        assert sweep(world) == 0
    with at(TOLD_AT):
        assert (sweep(world), sweep(world)) == (3, 0)
        queue = queue_of(world.actor("Cleo"))
    session.rollback()
    assert letters(world, "sheets-escalated") == [("Cleo", "sheets-escalated"), ("Ivo", "sheets-escalated")]
    assert [sheet.state for sheet in world.all(WeekSheet)] == [State.SUBMITTED] * 3
    assert len(world.all(Escalation)) == len(world.all(AuditEntry, action="job:run")) == 3
    assert all(one.escalated_at == TOLD_AT for one in (*queue.exceptions, *queue.clean))
    with at(TOLD_AT + timedelta(days=40)):
        assert sweep(world) == 0
        assert "waits too long" in world.browser_of("Cleo").get("/coordinator/approvals").text


def test_h22_holidays_and_breaks_of_the_site_are_no_business_days(world: World) -> None:
    log_week(world)
    hand_in(world)
    with transaction():
        lowell, cohort = world.one(Site, name="Lowell"), world.one(Cohort)
        session.add(Holiday(site_id=lowell.id, day=date(2026, 10, 30), name="Founders' Day"))
        days = {"from_day": date(2026, 11, 2), "to_day": date(2026, 11, 3)}
        session.add(Break(cohort_id=cohort.id, site_id=lowell.id, kind=BreakKind.CLOSURE, **days))
        elsewhere = world.one(Site, name="Providence")
        session.add(Holiday(site_id=elsewhere.id, day=date(2026, 11, 5), name="Elsewhere"))
    with at(TOLD_AT + timedelta(days=2)):  # Saturday; the fifth day is Monday
        assert sweep(world) == 0
    with at(TOLD_AT + timedelta(days=5)):
        assert sweep(world) == 1


def test_h22_a_sheet_that_was_handed_in_anew_begins_to_wait_anew(world: World) -> None:
    log_week(world)
    hand_in(world)
    with at(NOW + timedelta(days=2)):
        part = part_of(world)
        with transaction():
            return_part(world.actor("Ben"), part, "Which chart?")
        hand_in(world)
    with at(TOLD_AT):
        assert sweep(world) == 0
    with at(TOLD_AT + timedelta(days=5)):
        assert sweep(world) == 1
    assert world.one(Escalation).version == 2


def terms(world: World, who: str = "Cleo", auto: bool = False, **changed: int) -> SheetTerms:
    with transaction():
        return set_terms(world.actor(who), world.one(Cohort), Terms(**changed), auto)


def test_h22_only_where_the_cohort_chose_so_a_proven_clean_sheet_is_approved_and_labelled(world: World) -> None:
    for name in ("Ada", "Zoe"):
        log_week(world, name)
        hand_in(world, name)
    with transaction():
        kinds = {entry.kind for entry in week(world).entries}
        for kind in kinds:
            witness(world.actor("Ben"), world.enrollment("Ada"), MONDAY, kind)
    terms(world, auto=True)
    with at(TOLD_AT):
        assert sweep(world) == 2
    approved = world.one(SheetEvent, step=Step.APPROVED)
    assert (approved.enrollment_id, approved.manner, approved.recorded_by_id) == (
        world.enrollment("Ada").id,
        Manner.AUTOMATIC,
        None,
    )
    assert world.one(Escalation).enrollment_id == world.enrollment("Zoe").id
    assert letters(world, "sheets-automatic", "sheet-automatic", "sheets-escalated") == [
        ("Cleo", "sheets-escalated"),
        ("Cleo", "sheets-automatic"),
        ("Ada", "sheet-automatic"),
    ]
    page = world.browser_of("Ben").get(f"/instructor/approvals/{part_of(world).public_id}").text
    assert "automatically, by the cohort&#39;s rule; nobody looked" in page
    own = world.browser_of("Ada").get(f"/student/hours/weeks/{MONDAY}").text
    assert "approved automatically" in own


def test_h11_a_cohort_has_its_own_due_time_and_grace_and_what_holds_changes_with_it(world: World) -> None:
    made = terms(world, due_weekday=4, due_minute=17 * 60, grace_days=1)  # Friday 17:00, Saturday 17:00
    assert world.one(AuditEntry, action="hours:terms").result_id == made.public_id
    assert week(world).times.due_at == datetime(2026, 10, 30, 21, tzinfo=UTC)
    with at(LOCK + timedelta(hours=4)):
        log_week(world)
        terms(world, due_weekday=0, due_minute=720, grace_days=0)
        with pytest.raises(RuleBroken, match="locked since"):
            hand_in(world)
    assert week(world, as_of=NOW).times.due_at == datetime(2026, 10, 30, 21, tzinfo=UTC)
    with pytest.raises(RuleBroken, match="hold already"):
        terms(world, due_weekday=0, due_minute=720, grace_days=0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"grace_days": 15}, "grace_days"),
        ({"due_weekday": 0, "due_minute": 0}, "due_time"),
        ({"due_weekday": 7}, "due_time"),
    ],
)
def test_h11_times_that_make_no_sense_are_refused(world: World, changed: dict[str, int], field: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        terms(world, **changed)
    assert caught.value.field == field
    for who in ("Ada", "Ben", "Dee"):
        with pytest.raises(NotAllowed):
            terms(world, who, grace_days=4)


@given(st.integers(-2, 9), st.integers(-10, 1500), st.integers(-2, 20))
def test_h11_terms_are_refused_exactly_when_they_would_lock_the_week(weekday: int, minute: int, grace: int) -> None:
    found = Terms(weekday, minute, grace)
    times = week_times(MONDAY, NEW_YORK, found)
    try:
        check_terms(found)
    except RuleBroken:
        assert not times.is_sound
        assert times.locks_at == times.starts_at
    else:
        assert times.ends_at < times.due_at <= times.locks_at


def test_h11_a_cohort_whose_times_are_broken_is_locked_and_says_why(world: World) -> None:
    """Fail closed: such a row cannot come in by the command, and if it is there, nothing can be written."""
    with transaction():
        session.add(SheetTerms(cohort_id=world.one(Cohort).id, due_weekday=9, due_minute=0, grace_days=-3))
    with transaction(write=False):
        assert cohorts_locked_by_mistake() == [world.one(Cohort).name]
    doctor = world.app.test_cli_runner().invoke(args=["doctor"])
    assert "make no sense, so all weeks are locked" in doctor.output
    hours = Hours(day=WEDNESDAY, minutes=60, unit=None, kind=Kind.LECTURE_ONLINE)
    with pytest.raises(RuleBroken, match="not set up rightly"), transaction():
        log_hours(world.actor("Ada"), world.enrollment("Ada"), hours, "00000000-0000-4000-8000-000000000001")
    assert "not set up rightly" in str(lock_reason(Sheet(), SECTION, week(world).times, NOW))
