"""The pace of a return plan that everybody signed is what the weeks ask for, as of any moment; the board looks back."""

from datetime import date, timedelta

import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.rules import (
    FULL_WEEK,
    Agreed,
    Days,
    Target,
    expected_minutes,
    explain_expected_minutes,
    explain_week_target,
    full_week,
    week_target,
)
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.models import ReturnPlan
from lms.hub.enrollment.services.leaves import grant_leave
from lms.hub.hours.queries.cohort import lines_of
from lms.hub.hours.queries.rooms import account_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.rules.sheet import State
from lms.hub.hours.services.plans import plan_return, sign_plan
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.people.consent.models import Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from tests.hub.hours.weeks import hand_in, log_week
from tests.support.statements import count_statements
from tests.support.web import NOW, World, words

WEEK_9 = date(2026, 11, 2)
FIRST, LAST = date(2026, 9, 8), date(2027, 9, 5)
ONE = timedelta(days=1)


@given(
    minutes=st.integers(60, 1_200),
    since=st.integers(0, 51),
    week=st.integers(0, 51),
    away=st.lists(st.integers(0, 363), max_size=4),
)
def test_an_agreed_pace_is_the_lower_end_of_a_week_pro_rata_like_any_other(
    minutes: int, since: int, week: int, away: list[int]
) -> None:
    agreed = Agreed(date(2026, 9, 7) + timedelta(weeks=since), minutes)
    monday = date(2026, 9, 7) + timedelta(weeks=week)
    leaves = [Days(FIRST + timedelta(days=n), FIRST + timedelta(days=n)) for n in away]
    why = explain_week_target(monday, FIRST, LAST, (), leaves, FULL_WEEK, agreed)
    full = Target(minutes, max(minutes, FULL_WEEK.most)) if week >= since else FULL_WEEK
    assert full_week(monday, FULL_WEEK, agreed) == full
    assert why.value == week_target(monday, FIRST, LAST, (), leaves, full)
    assert why.steps[0].value == full.least
    assert why.steps[-1].value == why.value.least
    through = monday + timedelta(days=6)
    total = explain_expected_minutes(through, FIRST, LAST, (), leaves, FULL_WEEK, agreed)
    assert total.value == expected_minutes(through, FIRST, LAST, (), leaves, FULL_WEEK, agreed)
    assert total.value == sum(step.value for step in total.steps[:-1])


def agree(world: World, minutes: int, *signers: str) -> None:
    """Ada comes back on the Monday of week 9 at a pace, and these sign."""
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    with transaction():
        grant_leave(cleo, ada, LeaveKind.FAMILY, NOW.date() - timedelta(days=9), WEEK_9 + timedelta(days=14))
    with transaction():
        firm = world.one(Firm, name="Acme")
        sign_consent(world.actor("Ada"), ada, firm, [RecordType.PROGRESS], Purpose.SPONSORSHIP)
    with transaction():
        plan = plan_return(cleo, ada, WEEK_9, minutes)
    for name in signers:
        with transaction():
            sign_plan(world.actor(name), ada, plan, plan.content_sha256)


def test_a_plan_counts_once_everybody_signed_and_as_of_then(world: World) -> None:
    agree(world, 720, "Ada", "Cleo")
    ada = world.enrollment("Ada")
    with transaction(write=False):
        assert situation_of(ada).agreed is None  # the firm has not signed
        assert situation_of(ada).target(WEEK_9) == FULL_WEEK
    before = now()
    with time_machine.travel(NOW + ONE, tick=False), transaction():
        plan = account_of(ada)
        assert plan.forecast is None
        row = world.one(ReturnPlan)
        sign_plan(world.actor("Sam"), ada, row, row.content_sha256)
    with time_machine.travel(NOW + ONE, tick=False), transaction(write=False):
        place = situation_of(ada)
        assert place.agreed is not None
        assert place.target(WEEK_9) == Target(720, 840)
        assert place.target(WEEK_9 - timedelta(weeks=3)) == FULL_WEEK
        why = place.explain_target(WEEK_9)
        assert (why.steps[0].value, why.facts[0].kind) == (720, "return_plan")
        assert situation_of(ada, before).agreed is None  # as it was known then
        forecast = account_of(ada).forecast
        assert forecast is not None
        assert forecast.value.pace == 720


def test_pages_show_the_agreed_pace_with_its_why(world: World) -> None:
    agree(world, 720, "Ada", "Cleo", "Sam")
    with time_machine.travel(NOW + timedelta(weeks=1), tick=False):
        ada, cleo = world.browser_of("Ada"), world.browser_of("Cleo")
        hours = ada.get("/student/hours").text
        assert "agreed pace" in hours
        assert "Pace that was agreed and signed" in hours
        progress = ada.get("/student/progress").text
        assert "At this pace done on" in progress
        assert "Agreed pace of a full week" in progress
        board = cleo.get("/coordinator/board").text
        assert "agreed: 12 h a week" in board
        public_id = world.enrollment("Ada").public_id
        assert "Pace that was agreed" in cleo.get(f"/coordinator/enrollments/{public_id}/weeks/{WEEK_9}").text
        assert "At this pace done on" in cleo.get(f"/coordinator/enrollments/{public_id}/requirements").text
        then = cleo.get(f"/coordinator/board?as_of={NOW.date() - ONE}").text
        assert "agreed:" not in then
        assert "This is what was known at the end of" in then


def test_the_board_of_a_past_moment_is_the_board_that_was_shown_then(world: World) -> None:
    log_week(world)
    boards = [(now(), _board(world))]
    for days, deed in enumerate((lambda: hand_in(world), lambda: log_week(world, "Zoe")), 1):
        with time_machine.travel(NOW + timedelta(hours=days), tick=False):
            deed()
            boards.append((now(), _board(world)))
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        for moment, shown in boards:
            assert _board(world, moment) == shown
    states = {name: set(squares.values()) for name, squares in _states(boards[-1][1]).items()}
    assert State.SUBMITTED in states["Ada"]


def _board(world: World, as_of=None) -> list[tuple]:
    with transaction(write=False), count_statements() as counted:
        lines = lines_of(world.actor("Cleo"), world.one(Cohort), as_of=as_of)
        counted.at_most(8)  # three of them find the reader and the cohort, one the employers
    return [
        (line.name, line.section, one.monday, one.minutes, one.state, one.is_missing, one.is_future, one.target)
        for line in lines
        for one in line.squares
    ]


def _states(board: list[tuple]) -> dict[str, dict[date, State]]:
    found: dict[str, dict[date, State]] = {}
    for name, _, monday, _, state, *_ in board:
        found.setdefault(name, {})[monday] = state
    return found


def test_attendance_and_seats_are_asked_for_as_of_a_day(world: World) -> None:
    cleo, ada = world.browser_of("Cleo"), world.browser_of("Ada")
    for page in ("/coordinator/attendance", "/coordinator/spokes"):
        assert "This is what was known at the end of" in cleo.get(f"{page}?as_of=2026-10-01").text
        assert cleo.get(f"{page}?as_of=soon").status_code == 422
        assert "Ada" not in words(cleo.get(f"{page}?as_of=2026-07-31"))  # nobody was enrolled yet
    assert "Nothing was known of spokes then" in ada.get("/student/spoke?as_of=2026-10-01").text
    assert cleo.get("/coordinator/attendance.csv?as_of=2026-10-01").status_code == 200
    assert cleo.get("/coordinator/board.csv?as_of=2026-10-01").status_code == 200
