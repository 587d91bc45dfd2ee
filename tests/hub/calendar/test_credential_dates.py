"""What a closure does to the ends of courses and certificates, and to what runs out before a day that moves."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.hub.attendance.services.safety import require_safety, sign_off
from lms.hub.calendar.queries.renewals import renewals_of
from lms.hub.calendar.rules.cascade import Cascade, SessionMove, Slot
from lms.hub.calendar.rules.ends import ends_of, lapses
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.models import Cohort
from lms.kernel.db import transaction
from tests.hub.calendar.made import SNOW, lab, snow_day
from tests.hub.competencies.made import bring
from tests.support.statements import count_statements
from tests.support.web import World

DAYS = st.integers(0, 60)
NOON = datetime(2026, 10, 1, 17, tzinfo=UTC)


def slot(number: int, day: int) -> Slot:
    at = NOON + timedelta(days=day)
    return Slot(f"s{number}", "north", at, at + timedelta(hours=1), "America/New_York")


@given(st.lists(st.tuples(st.sampled_from("AB"), DAYS, st.none() | DAYS), min_size=1, max_size=6))
def test_an_end_is_the_last_date_of_its_course_and_the_certificates_is_the_last_of_all(
    rows: list[tuple[str, int, int | None]],
) -> None:
    slots = [(course, slot(number, day)) for number, (course, day, _) in enumerate(rows)]
    found = Cascade()
    for (_, one), (_, _, to) in zip(slots, rows, strict=True):
        at = NOON + timedelta(days=to) if to is not None else None
        found.sessions.append(SessionMove(one, (at, at + timedelta(hours=1)) if at else None))
    first = NOON.date()
    for end in ends_of(slots, [], found):
        mine = [(day, to) for course, day, to in rows if end.course in ("", course)]
        assert end.before == first + timedelta(days=max(day for day, _ in mine))
        left = [to for _, to in mine if to is not None]
        assert end.after == (first + timedelta(days=max(left)) if left else None)
        assert end.before != end.after
    assert ends_of(slots, [], Cascade()) == []


@given(DAYS, DAYS, DAYS)
def test_only_what_is_valid_on_the_old_day_and_not_on_the_new_one_lapses(until: int, before: int, after: int) -> None:
    first = NOON.date()
    valid_until, old, new = (first + timedelta(days=number) for number in (until, before, after))
    assert lapses(valid_until, old, new) == (old <= valid_until and valid_until < new)
    assert not lapses(None, old, new)
    assert not lapses(valid_until, old, None)


def test_a_preview_says_when_courses_and_certificates_end_and_what_has_to_be_renewed_first(world: World) -> None:
    lab(world)
    with transaction():
        require_safety(world.actor("Cleo"), world.one(Cohort), "SAFE-ROB", unit=world.one(Unit, code="ROB-1"))
        for name, until in (("Ada", SNOW), ("Zoe", date(2027, 6, 30))):
            sign_off(world.actor("Ben"), world.enrollment(name), "SAFE-ROB", until)
    bring(world, until=SNOW)
    bring(world, code="osha", until=date(2027, 6, 30))
    plan = snow_day(world)
    new = "2026-11-13"
    assert [(end["section_name"], end["course"], end["before"], end["after"]) for end in plan.plan["ends"]] == [
        ("Lowell", "", "2026-11-12", new),
        ("Lowell", "Robotics", "2026-11-12", new),
    ]
    with transaction(write=False):
        found = renewals_of(world.actor("Cleo"), world.one(Cohort), plan.plan)
        assert [(one.student, one.name, one.needed_for) for one in found] == [
            ("Ada", "SAFE-ROB", "Robotics, unit 1"),
            ("Ada", "NIMS Process Control", ""),
        ]
        assert renewals_of(world.actor("Ivo"), world.one(Cohort), plan.plan) == []
    path = f"/coordinator/break-plans/{plan.public_id}"
    gus = world.browser_of("Gus")
    with count_statements() as statements:
        shown = gus.get(path).text
    for words in ("Certificate, at the earliest", "Ada: SAFE-ROB", "Ada: NIMS Process Control", "To be renewed first"):
        assert words in shown
    assert "osha" not in shown
    with transaction():
        sign_off(world.actor("Ben"), world.enrollment("Zoe"), "SAFE-ROB", SNOW)  # the longer one holds
    bring(world, until=SNOW, student="Zoe")
    with count_statements() as more:
        assert "Zoe: NIMS" in gus.get(path).text
    assert more.count == statements.count


def test_a_closure_that_moves_no_last_date_renews_nothing(world: World) -> None:
    lab(world)
    plan = snow_day(world, days=(date(2026, 11, 4), date(2026, 11, 4)))
    assert plan.plan["ends"] == []
    with transaction(write=False):
        assert renewals_of(world.actor("Cleo"), world.one(Cohort), plan.plan) == []
    shown = world.browser_of("Gus").get(f"/coordinator/break-plans/{plan.public_id}").text
    assert "No course ends later" in shown
