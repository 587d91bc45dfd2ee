"""A student's life through its commands, on both engines: what each writes, who may, and what was known when."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
import time_machine
from sqlalchemy import select

from lms.hub.coursework.kinds import DueReason
from lms.hub.coursework.queries import find_work
from lms.hub.enrollment.kinds import Format, LeaveKind, Signer, Status, StatusReason
from lms.hub.enrollment.models import (
    Accommodation,
    LastAttendance,
    Leave,
    LeaveRequest,
    PlanSignature,
    ReturnPlan,
    StartOffset,
    StatusChange,
)
from lms.hub.enrollment.queries import changes_of, leaves_of, status_of
from lms.hub.enrollment.queries.accommodations import accommodations_of, time_factor_of
from lms.hub.enrollment.queries.leaves import plan_of, requests_of
from lms.hub.enrollment.rules.history import Stage
from lms.hub.enrollment.services import grant_leave, withdraw
from lms.hub.enrollment.services.accommodations import Terms, end_accommodation, give_accommodation
from lms.hub.enrollment.services.history import correct_change, record_last_attendance, restore
from lms.hub.enrollment.services.leaves import ask_leave, decide_leave, move_return, take_back_request
from lms.hub.enrollment.services.moves import set_start
from lms.hub.hours.queries.rooms import account_of
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.queries.weeks import week_of, year_of
from lms.hub.hours.services.plans import plan_return, sign_plan
from lms.hub.standing.life import last_attendance_of
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Action
from lms.people.consent.models import Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from lms.people.scope import scoped
from tests.hub.coursework.made import hand_in as hand_in_work
from tests.hub.coursework.made import set_work
from tests.hub.hours.weeks import MONDAY, hand_in, log_week
from tests.support.statements import count_statements
from tests.support.web import NOW, World

DAY = NOW.date()
ONE = timedelta(days=1)
FULL_MOST = 840


def later(days: int) -> time_machine.travel:
    return time_machine.travel(NOW + timedelta(days=days), tick=False)


def leave(world: World, start: int, length: int, name: str = "Ada") -> Leave:
    with transaction():
        days = DAY + start * ONE, DAY + (start + length) * ONE
        return grant_leave(world.actor("Cleo"), world.enrollment(name), LeaveKind.FAMILY, *days, "Newborn.")


def test_a_request_is_written_answered_and_told(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    with transaction():
        request = ask_leave(world.actor("Ada"), ada, LeaveKind.FAMILY, DAY + 7 * ONE, DAY + 20 * ONE, "A newborn.")
    with pytest.raises(RuleBroken, match="asked already"), transaction():
        ask_leave(world.actor("Ada"), ada, LeaveKind.WORK, DAY + 40 * ONE, DAY + 50 * ONE, "")
    with transaction():
        decision = decide_leave(cleo, ada, request, is_granted=True, reason="Congratulations.")
    assert decision.leave_id == world.one(Leave).id
    with transaction(write=False):
        (asked,) = requests_of(ada)
        assert (asked.words, asked.reason, asked.is_waiting) == ("A newborn.", "Congratulations.", False)
        assert requests_of(ada, as_of=NOW - timedelta(seconds=1)) == []
    assert world.all(AuditEntry, action="leave:ask")
    assert world.all(AuditEntry, action="leave:decide")
    told = {(row.person_id, row.template) for row in world.all(OutboxMessage)}
    assert told == {(world.person("Cleo").id, "leave-asked"), (ada.person_id, "leave-decided")}
    with pytest.raises(Conflict), transaction():
        decide_leave(cleo, ada, request, is_granted=False, reason="Too late.")


def test_only_the_student_or_their_coordinator_asks_and_only_the_coordinator_decides(world: World) -> None:
    ada = world.enrollment("Ada")
    for name in ("Zoe", "Ben", "Ivo", "Dee", "Sam"):
        with pytest.raises(NotAllowed), transaction():
            ask_leave(world.actor(name), ada, LeaveKind.WORK, DAY, DAY + ONE, "")
    with transaction():
        request = ask_leave(world.actor("Ada"), ada, LeaveKind.WORK, DAY, DAY + ONE, "")
    for name in ("Ada", "Ben", "Ivo", "Gus", "Sam"):
        with pytest.raises(NotAllowed), transaction():
            decide_leave(world.actor(name), ada, request, is_granted=True)


def test_a_request_taken_back_cannot_be_decided(world: World) -> None:
    ada = world.enrollment("Ada")
    with transaction():
        request = ask_leave(world.actor("Ada"), ada, LeaveKind.WORK, DAY, DAY + ONE, "")
    with transaction():
        take_back_request(world.actor("Ada"), request, ada)
    with pytest.raises(Conflict), transaction():
        decide_leave(world.actor("Cleo"), ada, request, is_granted=True)
    assert [row.is_taken_back for row in world.all(LeaveRequest)] == [False, True]


def test_leave_lowers_what_is_expected_and_leaves_what_was_done(world: World) -> None:
    log_week(world)
    with transaction(write=False):
        before = week_of(world.enrollment("Ada"), MONDAY)
    leave(world, -9, 20)
    with transaction(write=False):
        after = week_of(world.enrollment("Ada"), MONDAY)
    assert (before.target.least, after.target.least) == (600, 0)
    assert before.minutes == after.minutes == 660


def test_a_leave_is_made_longer_and_shorter_and_past_days_stay(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    first = leave(world, -3, 10)
    with transaction():
        longer = move_return(cleo, ada, first, DAY + 20 * ONE, "The operation was moved.")
    with pytest.raises(RuleBroken, match="record the return"), transaction():
        move_return(cleo, ada, longer, DAY - ONE, "Back already.")
    with pytest.raises(Conflict), transaction():
        move_return(cleo, ada, first, DAY + 3 * ONE, "Again.")
    with pytest.raises(RuleBroken) as caught, transaction():
        move_return(cleo, ada, longer, DAY + 3 * ONE, "")
    assert caught.value.field == "reason"
    with transaction(write=False):
        assert [row.to_day for row in leaves_of(ada)] == [DAY + 20 * ONE]
    for name in ("Ada", "Ivo", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            move_return(world.actor(name), ada, longer, DAY + 3 * ONE, "Shorter.")


def test_who_withdrew_is_taken_back_and_nothing_is_expected_in_between(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    log_week(world)
    with transaction():
        withdraw(cleo, ada, DAY - 15 * ONE, StatusReason.FAMILY)
    with transaction(write=False):
        assert situation_of(ada).last == DAY - 15 * ONE
    with pytest.raises(RuleBroken) as caught, transaction():
        restore(cleo, ada, DAY, " ")
    assert caught.value.field == "note"
    with transaction():
        restore(cleo, ada, DAY, "Works nights now.")
    with transaction(write=False):
        week = week_of(ada, MONDAY)
        assert (week.target.least, week.minutes) == (0, 660)
        assert situation_of(ada).last == situation_of(ada).cohort.ends_on
        assert status_of(ada, DAY) is Status.ACTIVE
        assert status_of(ada, DAY - 3 * ONE) is Status.WITHDRAWN
    assert world.all(AuditEntry, action="enrollment:manage", result_kind="status_change")
    with pytest.raises(RuleBroken), transaction():
        restore(cleo, ada, DAY, "Again.")
    for name in ("Ada", "Ben", "Ivo", "Dee"):
        with pytest.raises(NotAllowed), transaction():
            restore(world.actor(name), ada, DAY, "Back.")


def test_a_wrong_change_is_replaced_or_taken_back_and_can_be_asked_for_as_of_then(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    with transaction():
        wrong = withdraw(cleo, ada, DAY, StatusReason.WORK)
    with later(1):
        with transaction():
            right = correct_change(
                cleo, ada, wrong, Stage(Status.DISMISSED, DAY + 2 * ONE, StatusReason.ACADEMIC), "Was dismissed."
            )
        with transaction(write=False):
            assert status_of(ada, DAY + 5 * ONE) is Status.DISMISSED
            assert status_of(ada, DAY + 5 * ONE, as_of=NOW) is Status.WITHDRAWN
        with transaction():
            correct_change(cleo, ada, right, None, "Another student.")
        with transaction(write=False):
            assert status_of(ada, DAY + 5 * ONE) is Status.ACTIVE
            assert len(changes_of(ada)[ada.id]) == 1
        with pytest.raises(Conflict), transaction():
            correct_change(cleo, ada, wrong, None, "Too late.")
    assert len(world.all(StatusChange, enrollment_id=world.enrollment("Ada").id)) == 4
    with pytest.raises(NotAllowed), transaction():
        correct_change(world.actor("Ivo"), world.enrollment("Ada"), wrong, None, "Not mine.")


def test_a_corrected_change_of_one_day_keeps_its_place_among_them(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    with transaction():
        first = withdraw(cleo, ada, DAY - ONE, StatusReason.WORK)
        restore(cleo, ada, DAY, "Came back.")
        correct_change(cleo, ada, first, Stage(Status.WITHDRAWN, DAY, StatusReason.HEALTH), "Health.")
    with transaction(write=False):
        assert status_of(ada, DAY) is Status.ACTIVE


def test_the_last_date_of_attendance_comes_from_evidence_and_may_be_set_right(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    (activity,) = set_work(world)
    log_week(world)  # the student's own word only
    with transaction(write=False):
        assert last_attendance_of(ada).value is None
    hand_in(world)
    hand_in_work(world, "Ada", activity)
    with pytest.raises(RuleBroken, match="still here"), transaction():
        record_last_attendance(cleo, ada, DAY, DAY)
    with transaction():
        withdraw(cleo, ada, DAY, StatusReason.WORK)
        computed = last_attendance_of(ada).value
        assert computed == DAY
        record_last_attendance(cleo, ada, DAY, computed)
    with pytest.raises(RuleBroken, match="another day"), transaction():
        record_last_attendance(cleo, ada, DAY - 2 * ONE, DAY)
    with transaction():
        record_last_attendance(cleo, ada, DAY - 2 * ONE, DAY, "The sheet was signed for a friend.")
    assert [row.is_computed for row in world.all(LastAttendance)] == [True, False]
    with transaction(write=False):
        assert last_attendance_of(ada, as_of=NOW - timedelta(days=1)).value is None


def test_an_accommodation_moves_every_due_date_and_the_reason_tells_nobody(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    (activity,) = set_work(world)
    with transaction(write=False):
        before = find_work(ada, activity)
    terms = Terms(from_day=date(2026, 9, 8), time_factor_bp=15_000, extra_days=3, format=Format.AUDIO)
    with later(1), transaction():
        given = give_accommodation(cleo, ada, terms, "Letter of Oct 1.")
    with later(1), transaction(write=False):
        after = find_work(ada, activity)
        assert after.due.at == before.due.at + 3 * ONE
        assert after.due.reason is DueReason.EXTENSION
        assert find_work(world.enrollment("Zoe"), activity).due.at == before.due.at
        assert time_factor_of(ada, DAY).value == Fraction(3, 2)
        assert time_factor_of(ada, date(2026, 9, 7)).value == 1
        assert time_factor_of(ada, DAY, as_of=NOW).value == 1
        assert find_work(ada, activity, as_of=NOW).due.at == before.due.at
    with later(2), transaction():
        end_accommodation(cleo, ada, given, date(2026, 9, 1), "Entered for the wrong student.")
    with later(2), transaction(write=False):
        assert find_work(ada, activity).due.at == before.due.at
        assert accommodations_of(ada) == []
    with pytest.raises(Conflict), transaction():
        end_accommodation(cleo, ada, given, DAY, "Again.")
    assert world.all(AuditEntry, action="accommodation:decide")


def test_accommodations_are_decided_by_the_coordinator_and_read_by_two(world: World) -> None:
    ada = world.enrollment("Ada")
    for name in ("Ada", "Ben", "Gus", "Ivo", "Dee", "Sam"):
        with pytest.raises(NotAllowed), transaction():
            give_accommodation(world.actor(name), ada, Terms(DAY, extra_days=1), "Letter.")
    with transaction():
        give_accommodation(world.actor("Cleo"), ada, Terms(DAY, extra_days=1), "Letter.")
    with transaction(write=False):
        for name in ("Ada", "Zoe", "Eli", "Ben", "Hana", "Cleo", "Ivo", "Gus", "Dee", "Finn", "Fay", "Sam"):
            statement = scoped(select(Accommodation), world.actor(name), Action.ACCOMMODATION_READ)
            assert bool(session.scalars(statement).all()) is (name in ("Ada", "Cleo")), name


def test_an_own_start_moves_due_dates_and_expected_hours_as_of_when_it_was_known(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    (activity,) = set_work(world)
    with transaction(write=False):
        due = find_work(ada, activity).due.at
    with later(1):
        with transaction():
            set_start(cleo, ada, 2, "Hired in September.")
        with transaction(write=False):
            assert find_work(ada, activity).due.at.date() >= (due + 13 * ONE).date()
            assert find_work(ada, activity).due.reason is DueReason.LATE_START
            assert find_work(ada, activity, as_of=NOW).due.at == due
            assert situation_of(ada).first == date(2026, 9, 21)
            assert situation_of(ada, as_of=NOW).first == date(2026, 9, 8)
            weeks = year_of(ada)
            assert [week.target.least for week in weeks[:3]] == [0, 0, 600]
    for weeks_after in (-1, 52):
        with pytest.raises(RuleBroken), transaction():
            set_start(cleo, ada, weeks_after, "Too far.")
    with pytest.raises(NotAllowed), transaction():
        set_start(world.actor("Ben"), ada, 3, "Mine.")
    assert [row.weeks for row in world.all(StartOffset)] == [2]


def test_a_catch_up_plan_counts_from_where_the_cohort_is(world: World) -> None:
    ada = world.enrollment("Ada")
    log_week(world)
    with transaction(write=False):
        account = account_of(ada)
        assert account.cohort_minutes == 480 + 6 * 600  # the first week begins on its Tuesday
        assert account.behind == account.cohort_minutes - 660
        plan = account.catch_up(FULL_MOST).value
        assert plan.is_possible
        assert all(week.minutes <= FULL_MOST for week in plan.weeks)
        with count_statements() as sent:
            account_of(ada, as_of=NOW)
        sent.at_most(6)
        assert account_of(ada, as_of=NOW - 8 * ONE).logged == 0
        account = account_of(ada)
        for told, minutes in (
            (account.explain_behind(), account.behind),
            (account.explain_remaining(), account.remaining),
        ):
            asked, logged, left = [step.value for step in told.steps]
            assert asked - logged == left == told.value == minutes > 0
            assert len(told.facts) == sum(len(week.everything) for week in account.weeks if week.days[-1] < NOW.date())


def consent(world: World, firm: str = "Acme") -> None:
    with transaction():
        of = world.one(Firm, name=firm)
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), of, [RecordType.PROGRESS], Purpose.SPONSORSHIP)


def test_a_return_plan_ends_the_leave_and_needs_three_signatures(world: World) -> None:
    ada = world.enrollment("Ada")
    leave(world, -5, 20)
    consent(world)
    with transaction():
        plan = plan_return(world.actor("Cleo"), ada, DAY + ONE, 750)
    with transaction(write=False):
        assert [row.to_day for row in leaves_of(ada)] == [DAY]
        assert status_of(ada, DAY + ONE) is Status.ACTIVE
    for name, signer in (("Sam", Signer.FIRM), ("Ada", Signer.STUDENT), ("Cleo", Signer.COORDINATOR)):
        with transaction():
            row = sign_plan(world.actor(name), ada, plan, plan.content_sha256)
            assert sign_plan(world.actor(name), ada, plan, plan.content_sha256).id == row.id
        assert row.signer is signer
        with transaction(write=False):
            found = plan_of(ada, has_firm=True)
            assert found is not None
            assert found.holds is (name == "Cleo")
    assert len(world.all(PlanSignature)) == 3
    told = {(row.person_id, row.template) for row in world.all(OutboxMessage) if row.template == "plan-to-sign"}
    assert told == {(world.person(name).id, "plan-to-sign") for name in ("Ada", "Sam", "Dee")}


def test_a_plan_that_was_replaced_starts_its_signatures_anew(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    leave(world, -5, 20)
    with transaction():
        first = plan_return(cleo, ada, DAY, 750)
        sign_plan(cleo, ada, first, first.content_sha256)
    with transaction():
        second = plan_return(cleo, ada, DAY, 800)
    assert second.finishes_on <= first.finishes_on
    with pytest.raises(Conflict), transaction():
        sign_plan(cleo, ada, first, first.content_sha256)
    with transaction(write=False):
        found = plan_of(ada, has_firm=True)
        assert found is not None
        assert (found.plan.id, found.signatures) == (second.id, ())
    with pytest.raises(NotAllowed), transaction():
        sign_plan(world.actor("Dee"), ada, second, second.content_sha256)  # no consent
    with pytest.raises(NotAllowed), transaction():
        sign_plan(world.actor("Fay"), ada, second, second.content_sha256)
    with pytest.raises(RuleBroken, match="at most"), transaction():
        plan_return(cleo, ada, DAY, 841)
    assert len(world.all(ReturnPlan)) == 2


def test_a_student_who_is_not_here_gets_no_return_plan(world: World) -> None:
    ada, cleo = world.enrollment("Ada"), world.actor("Cleo")
    with transaction():
        withdraw(cleo, ada, DAY, StatusReason.WORK)
    with pytest.raises(RuleBroken, match="on leave"), transaction():
        plan_return(cleo, ada, DAY + ONE, 700)
