"""One student's life on the pages: what the coordinator writes, what the student asks, what nobody else may see."""

from datetime import date, timedelta

import pytest
import time_machine

from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import (
    EmploymentSpell,
    LastAttendance,
    Leave,
    LeaveRequest,
    PlanSignature,
    ReturnPlan,
    StatusChange,
)
from lms.hub.enrollment.queries import status_of
from lms.kernel.db import transaction
from lms.people.consent.models import Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from tests.hub.hours.weeks import hand_in, log_capstone, log_week
from tests.support.web import NOW, World, words

DAY = NOW.date()
ONE = timedelta(days=1)


def at(world: World, name: str = "Ada", tail: str = "") -> str:
    return f"/coordinator/enrollments/{world.enrollment(name).public_id}{tail}"


def write(world: World, what: str, by: str = "Cleo", student: str = "Ada", **data: object) -> int:
    return world.browser_of(by).post(at(world, student, f"/changes/{what}"), data=data).status_code


ACCOMMODATION = {
    "from_day": "2026-09-08",
    "extra_time": "50",
    "extra_days": "2",
    "format": "large_print",
    "format_note": "Hand out the enlarged sheets.",
    "note": "Letter of the disability office of Oct 1.",
}


def test_the_list_counts_who_is_where_and_leads_to_each_student(world: World) -> None:
    cleo = world.browser_of("Cleo")
    listed = cleo.get("/coordinator/enrollments").text
    assert "Ada" in words(listed)
    assert "Zoe" in words(listed)
    assert "Eli" not in words(listed)
    assert "No students here" in cleo.get("/coordinator/enrollments?status=completed").text
    saved = cleo.get("/coordinator/enrollments.csv").text
    assert "Ada,active,Lowell,Lowell,Acme" in saved


@pytest.mark.one_engine
def test_one_students_page_shows_every_fact_with_who_when_and_why(world: World) -> None:
    assert (
        write(world, "status", status="dismissed", effective_on=str(DAY), reason="academic", note="Third notice.")
        == 303
    )
    shown = world.browser_of("Cleo").get(at(world)).text
    assert "Status: dismissed (academic)" in shown
    assert "Third notice." in shown
    assert "Cleo" in shown
    assert "Works for Acme, day shift; Sam signs there" in shown
    assert "Taught in Lowell, Lowell" in shown
    assert "Take the student back" in shown
    assert "Grant leave" not in shown


def test_the_page_as_of_a_day_shows_only_what_was_known_then_and_offers_nothing(world: World) -> None:
    assert write(world, "withdrawal", last_day=str(DAY), reason="family", note="Moves away.") == 303
    cleo = world.browser_of("Cleo")
    before = cleo.get(at(world, tail=f"?as_of={DAY - ONE}")).text
    assert "Moves away." not in before
    assert "withdrawn" not in before
    assert "What you can do" not in before
    assert "Correct" not in before
    assert "Moves away." in cleo.get(at(world)).text
    assert cleo.get(at(world, tail="?as_of=soon")).status_code == 422


@pytest.mark.one_engine
def test_what_is_wrong_in_a_form_is_named_beside_its_field_and_stays_typed(world: World) -> None:
    cleo = world.browser_of("Cleo")
    answer = cleo.post(at(world, tail="/changes/withdrawal"), data={"last_day": "", "reason": "work", "note": "Kept."})
    assert answer.status_code == 422
    assert 'href="#last_day"' in answer.text
    assert "Kept." in answer.text
    refused = cleo.post(
        at(world, tail="/changes/withdrawal"), data={"last_day": str(DAY), "reason": "other", "note": ""}
    )
    assert refused.status_code == 422
    assert "Say the reason in a few words" in refused.text
    assert len(world.all(StatusChange, enrollment_id=world.enrollment("Ada").id)) == 1


@pytest.mark.one_engine
def test_a_form_that_the_state_does_not_allow_says_so(world: World) -> None:
    shown = world.browser_of("Cleo").get(at(world, tail="/changes/restoration")).text
    assert "This cannot be done now" in shown
    assert write(world, "restoration", first_day=str(DAY), note="Back.") == 422
    assert world.browser_of("Cleo").get(at(world, tail="/changes/nonsense")).status_code == 404


@pytest.mark.parametrize("name", ["Ivo", "Ada", "Ben", "Dee", "Sam", "Eli"])
def test_nobody_elses_coordinator_teacher_or_firm_sees_or_changes_a_life(world: World, name: str) -> None:
    browser = world.browser_of(name)
    for address in (at(world), at(world, tail="/changes/status"), at(world, tail="/return-plan")):
        assert browser.get(address).status_code in (403, 404)
    assert write(world, "withdrawal", by=name, last_day=str(DAY), reason="work") in (403, 404)
    assert world.all(LastAttendance) == []


def test_a_withdrawal_records_the_last_day_with_evidence_and_can_be_undone(world: World) -> None:
    log_week(world)
    hand_in(world)
    assert write(world, "withdrawal", last_day=str(DAY), reason="left_firm", note="") == 303
    cleo = world.browser_of("Cleo")
    gone = cleo.get("/coordinator/left").text
    assert "Ada" in words(gone)
    assert "left the firm" in gone
    assert write(world, "last-attendance", day=str(DAY - ONE), reason="") == 422
    assert write(world, "last-attendance", day=str(DAY - ONE), reason="Sign-in sheet of the lab.") == 303
    assert world.all(LastAttendance)[-1].day == DAY - ONE
    assert f"Ada,withdrawn,{DAY + ONE},left_firm,{DAY - ONE}" in cleo.get("/coordinator/left.csv").text
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert write(world, "restoration", first_day=str(DAY + 5 * ONE), note="Found another job.") == 303
        assert "Nobody left" in world.browser_of("Cleo").get("/coordinator/left").text
        assert "active" in world.browser_of("Ada").get("/student/enrollment").text
        assert world.browser_of("Ada").get("/student/hours").status_code == 200


def test_a_wrong_status_is_corrected_from_the_history_and_stays_readable(world: World) -> None:
    assert write(world, "status", status="completed", effective_on=str(DAY), reason="finished") == 303
    wrong = world.all(StatusChange, status=Status.COMPLETED)[0]
    cleo = world.browser_of("Cleo")
    assert f"?which={wrong.public_id}" in cleo.get(at(world)).text
    assert write(world, "correction", which=wrong.public_id, status="", reason="other", note="") == 422
    assert write(world, "correction", which=wrong.public_id, status="", reason="other", note="Another Ada.") == 303
    shown = cleo.get(at(world)).text
    assert "replaced since" in shown
    assert "Taken back: completed" in shown
    with transaction(write=False):
        assert status_of(world.enrollment("Ada"), DAY) is Status.ACTIVE


def ask(world: World, name: str = "Ada", **changed: object) -> int:
    data = {"kind": "family", "from_day": str(DAY + 7 * ONE), "to_day": str(DAY + 20 * ONE), "words": "A newborn."}
    return world.browser_of(name).post("/student/leave-requests", data={**data, **changed}).status_code


@pytest.mark.one_engine
def test_a_student_asks_for_leave_and_the_coordinator_grants_it(world: World) -> None:
    assert ask(world) == 303
    assert "waits for your coordinator" in world.browser_of("Ada").get("/student/enrollment").text
    cleo = world.browser_of("Cleo")
    assert "Ask for leave" in cleo.get("/coordinator/enrollments").text
    assert "A newborn." in cleo.get(at(world)).text
    request = world.all(LeaveRequest)[0]
    decision = f"/coordinator/leave-requests/{request.public_id}/decision"
    assert cleo.post(decision, data={"decision": "grant"}).status_code == 303
    assert [(row.from_day, row.to_day) for row in world.all(Leave)] == [(DAY + 7 * ONE, DAY + 20 * ONE)]
    assert "granted" in world.browser_of("Ada").get("/student/enrollment").text
    again = cleo.post(decision, data={"decision": "grant"}, follow_redirects=True).text
    assert "decided or taken back meanwhile" in again
    assert len(world.all(Leave)) == 1


@pytest.mark.one_engine
def test_a_declined_request_needs_a_reason_that_the_student_reads(world: World) -> None:
    ask(world)
    request, cleo = world.all(LeaveRequest)[0], world.browser_of("Cleo")
    decision = f"/coordinator/leave-requests/{request.public_id}/decision"
    assert "Say why" in cleo.post(decision, data={"decision": "no"}, follow_redirects=True).text
    cleo.post(decision, data={"decision": "no", "reason": "Take the two exam weeks first."})
    mine = world.browser_of("Ada").get("/student/enrollment").text
    assert "declined" in mine
    assert "Take the two exam weeks first." in mine
    assert world.all(Leave) == []


@pytest.mark.one_engine
def test_a_request_is_taken_back_by_its_student_alone(world: World) -> None:
    ask(world)
    address = f"/student/leave-requests/{world.all(LeaveRequest)[0].public_id}/withdrawal"
    assert world.browser_of("Zoe").post(address).status_code == 404
    assert world.browser_of("Ada").post(address).status_code == 303
    assert "taken back" in world.browser_of("Ada").get("/student/enrollment").text
    assert ask(world) == 303


@pytest.mark.one_engine
def test_a_leave_that_ends_before_it_begins_is_refused_with_what_was_typed(world: World) -> None:
    answer = world.browser_of("Ada").post(
        "/student/leave-requests",
        data={"kind": "work", "from_day": str(DAY + ONE), "to_day": str(DAY), "words": "Overtime."},
    )
    assert answer.status_code == 422
    assert "Overtime." in answer.text
    assert "before the first" in answer.text
    assert world.all(LeaveRequest) == []


def consent_to_progress(world: World) -> None:
    with transaction():
        firm = world.one(Firm, name="Acme")
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), firm, [RecordType.PROGRESS], Purpose.SPONSORSHIP)


def make_plan(world: World) -> ReturnPlan:
    assert (
        write(world, "leave", kind="medical", from_day=str(DAY - 7 * ONE), to_day=str(DAY + 7 * ONE), note="Hand.")
        == 303
    )
    cleo = world.browser_of("Cleo")
    preview = cleo.get(at(world, tail=f"/return-plan?first_day_back={DAY}&pace=12:30")).text
    assert "Make the plan" in preview
    assert "Finished by" in preview
    assert (
        cleo.post(at(world, tail="/return-plan"), data={"first_day_back": str(DAY), "pace": "12:30"}).status_code == 303
    )
    return world.all(ReturnPlan)[-1]


def test_a_return_plan_stands_when_student_coordinator_and_firm_have_signed(world: World) -> None:
    consent_to_progress(world)
    plan = make_plan(world)
    assert plan.weekly_minutes == 750
    content = {"content": plan.content_sha256}
    assert world.browser_of("Cleo").post(at(world, tail="/plan-signature"), data=content).status_code == 303
    assert world.browser_of("Ada").post("/student/plan-signature", data=content).status_code == 303
    assert "waits for signatures" in world.browser_of("Ada").get("/student/enrollment").text
    firm_page = f"/employer/employees/{world.enrollment('Ada').public_id}/return-plan"
    shown = world.browser_of("Sam").get(firm_page).text
    assert "Sign for the firm" in shown
    for secret in ("12 h 30", "medical", "Hand.", str(plan.finishes_on)):
        assert secret not in shown
    assert world.browser_of("Sam").post(firm_page, data=content).status_code == 303
    assert "signed for your firm" in world.browser_of("Dee").get(firm_page).text
    assert "stands" in world.browser_of("Cleo").get(at(world)).text
    assert len(world.all(PlanSignature)) == 3
    log = world.browser_of("Ada").get("/student/consents").text
    assert "Sam" in words(log)
    assert "Dee" in words(log)


@pytest.mark.one_engine
def test_without_consent_the_firm_does_not_learn_that_there_is_a_plan(world: World) -> None:
    plan = make_plan(world)
    firm_page = f"/employer/employees/{world.enrollment('Ada').public_id}/return-plan"
    for name in ("Sam", "Dee"):
        assert world.browser_of(name).get(firm_page).status_code == 403
        assert world.browser_of(name).post(firm_page, data={"content": plan.content_sha256}).status_code == 403
    assert world.browser_of("Fay").get(firm_page).status_code == 404
    assert "Return plan" not in world.browser_of("Dee").get(firm_page.removesuffix("/return-plan")).text
    assert world.all(PlanSignature) == []


@pytest.mark.one_engine
def test_a_plan_that_changed_is_not_signed_unread(world: World) -> None:
    plan = make_plan(world)
    again = {"first_day_back": str(DAY + 7 * ONE), "pace": "11 h"}
    assert world.browser_of("Cleo").post(at(world, tail="/return-plan"), data=again).status_code == 303
    stale = world.browser_of("Ada").post("/student/plan-signature", data={"content": plan.content_sha256})
    assert stale.status_code == 409
    assert world.all(PlanSignature) == []


@pytest.mark.one_engine
def test_a_pace_above_fourteen_hours_is_refused(world: World) -> None:
    cleo = world.browser_of("Cleo")
    answer = cleo.get(at(world, tail=f"/return-plan?first_day_back={DAY}&pace=15 h"))
    assert answer.status_code == 422
    assert "at most 14 h" in answer.text
    assert cleo.get(at(world, tail="/catch-up?pace=15 h")).status_code == 422


@pytest.mark.one_engine
def test_the_old_firm_sees_nothing_from_the_day_of_the_move_and_the_new_one_only_what_is_from_then(
    world: World,
) -> None:
    log_capstone(world, minutes=300)
    hand_in(world)
    log_week(world, monday=date(2026, 10, 26), minutes=45)
    move = NOW + timedelta(days=5)
    spell = {"from_day": str(move.date()), "shift": "night", "supervisor": "fay@example.org", "note": "Plant closed."}
    assert write(world, "firm", firm=world.one(Firm, name="Bolt").public_id, **spell) == 303
    page = f"/employer/employees/{world.enrollment('Ada').public_id}"
    with time_machine.travel(move - timedelta(days=1), tick=False):
        assert world.browser_of("Sam").get(page).status_code == 200
        assert world.browser_of("Dee").get(page).status_code == 200
        assert world.browser_of("Fay").get(page).status_code == 404
    with time_machine.travel(move, tick=False):
        for name in ("Sam", "Dee"):
            browser = world.browser_of(name)
            assert browser.get(page).status_code in (403, 404)
            assert browser.get(f"{page}/hours").status_code in (403, 404)
            assert browser.get(f"{page}/return-plan").status_code in (403, 404)
        assert "Ada" not in words(world.browser_of("Dee").get("/employer/employees"))
        consent(world, "Bolt")
        hours = world.browser_of("Fay").get(f"{page}/hours").text
        assert "5 h" not in hours
        assert "45 min" not in hours
    numbers = {row.number for row in world.all(EmploymentSpell, enrollment_id=world.enrollment("Ada").id)}
    assert len(numbers) == 2


def consent(world: World, firm: str) -> None:
    with transaction():
        of = world.one(Firm, name=firm)
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), of, [RecordType.HOURS], Purpose.SPONSORSHIP)
