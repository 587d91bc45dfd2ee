"""Sessions and attendance on the pages of students, instructors and coordinators."""

from datetime import timedelta

import pytest

from lms.hub.attendance.kinds import BookingState, Verdict
from lms.hub.attendance.models import Booking, CheckIn, Dispute, Excuse, ExcuseDecision, RegisterClose, SafetySignOff
from lms.hub.attendance.queries.meetings import Meeting
from lms.hub.attendance.queries.register import register_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.check_in import code_now
from lms.hub.catalog.models import Unit
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance, Cohort
from lms.hub.hours.models import HoursEntry
from lms.kernel.db import transaction
from lms.kernel.weeks import monday_of
from lms.people.accounts.models import Person
from tests.hub.attendance.made import NEXT_SATURDAY, NOW, SATURDAY, TODAY, at, book, excuse, lab, miss, roll, save
from tests.hub.hours.weeks import week
from tests.support import cast
from tests.support.web import World, words

pytestmark = pytest.mark.one_engine


def of(meeting: Meeting, page: str = "") -> str:
    return f"/student/attendance/sessions/{meeting.session.public_id}{page}"


def register_page(meeting: Meeting) -> str:
    return f"/instructor/sessions/{meeting.session.public_id}/register"


def version(meeting: Meeting) -> str:
    with transaction(write=False):
        return register_of(meeting).token


def test_a_student_books_cancels_and_books_again(world: World) -> None:
    meeting, browser = lab(world, stations=1), world.browser_of("Ada")
    assert "1 station free" in browser.get("/student/attendance").text
    assert browser.post(of(meeting, "/bookings")).status_code == 303
    assert "station booked" in browser.get("/student/attendance").text
    browser.post(of(meeting, "/cancellations"))
    browser.post(of(meeting, "/bookings"))
    assert [row.state for row in world.all(Booking)][-1] is BookingState.BOOKED
    answer = browser.post(of(meeting, "/bookings"))
    assert (answer.status_code, "have a station in this session already" in answer.text) == (422, True)


def test_a_lab_that_needs_a_sign_off_says_what_to_do_and_opens_when_it_is_signed(world: World) -> None:
    meeting, office = lab(world, stations=2), world.browser_of("Cleo")
    sent = {"cohort": world.one(Cohort).public_id, "unit": world.one(Unit, code="ROB-1").public_id, "code": "safe-rob"}
    assert office.post("/coordinator/attendance/safety", data={**sent, "code": "?"}).status_code == 422
    office.post("/coordinator/attendance/safety", data=sent)
    student = world.browser_of("Ada")
    assert "Show your instructor that you work safely" in student.get(of(meeting)).text
    assert student.post(of(meeting, "/bookings")).status_code == 422
    teacher, ada = world.browser_of("Ben"), world.enrollment("Ada").public_id
    assert teacher.post("/instructor/safety", data={"code": "SAFE-ROB"}).status_code == 422
    until = {"code": "SAFE-ROB", "valid_until": NEXT_SATURDAY.isoformat(), "student": ada}
    assert teacher.post("/instructor/safety", data=until).status_code == 303
    assert student.post(of(meeting, "/bookings")).status_code == 303
    signed = world.one(SafetySignOff).public_id
    teacher.post(f"/instructor/safety/{signed}/revocation")
    assert "no sign-off SAFE-ROB" in teacher.get(register_page(meeting)).text


def test_the_register_is_saved_completed_and_closed(world: World) -> None:
    meeting, browser = lab(world, SATURDAY), world.browser_of("Ben")
    ada, zoe = (world.enrollment(name).public_id for name in ("Ada", "Zoe"))
    assert "to complete" in browser.get("/instructor/sessions").text
    sent = {"version": version(meeting), f"presence-{zoe}": "late", f"minutes-{zoe}": "1:40", f"presence-{ada}": ""}
    browser.post(register_page(meeting), data={**sent, "then": "rest"})
    assert (week(world).minutes, week(world, "Zoe").minutes) == (180, 100)
    sent = {"version": version(meeting), f"presence-{ada}": "left_early", f"minutes-{ada}": "60"}
    browser.post(register_page(meeting), data={**sent, "then": "close"})
    assert (week(world).minutes, len(world.all(RegisterClose))) == (60, 1)
    assert "Zoe,late,100" in browser.get(f"{register_page(meeting)}.csv").text


def test_what_was_typed_into_the_register_survives_an_error(world: World) -> None:
    meeting, browser = lab(world, SATURDAY), world.browser_of("Ben")
    ada, zoe = (world.enrollment(name).public_id for name in ("Ada", "Zoe"))
    sent = {
        "version": version(meeting), f"presence-{ada}": "late", f"minutes-{ada}": "500", f"presence-{zoe}": "excused",
    }  # fmt: skip
    answer = browser.post(register_page(meeting), data=sent)
    assert answer.status_code == 422
    assert 'value="500"' in answer.text
    assert 'value="excused" selected' in answer.text
    assert f'href="#minutes-{ada}"' in answer.text
    assert browser.post(register_page(meeting), data={**sent, f"minutes-{ada}": "ages"}).status_code == 422
    assert not world.all(Attendance)


def test_the_second_of_two_savers_sees_both_versions_and_then_decides(world: World) -> None:
    meeting, browser = lab(world, SATURDAY), world.browser_of("Ben")
    ada, opened = world.enrollment("Ada").public_id, version(meeting)
    save(world, meeting, {"Ada": Mark(Presence.ABSENT)}, who="Cleo")
    answer = browser.post(register_page(meeting), data={"version": opened, f"presence-{ada}": "present"})
    assert answer.status_code == 409
    assert "Saved by somebody else:</strong> Absent" in answer.text
    assert 'value="present" selected' in answer.text
    assert f'name="version" value="{version(meeting)}"' in answer.text
    browser.post(register_page(meeting), data={"version": version(meeting), f"presence-{ada}": "present"})
    assert roll(world).credit.attended == 180


def test_closing_before_the_end_keeps_nothing_and_says_when(world: World) -> None:
    meeting, browser = lab(world, TODAY, hour=9), world.browser_of("Ben")
    ada = world.enrollment("Ada").public_id
    sent = {"version": version(meeting), f"presence-{ada}": "present", "then": "close"}
    answer = browser.post(register_page(meeting), data=sent)
    assert (answer.status_code, "not over yet" in answer.text) == (422, True)
    assert browser.post(register_page(meeting), data={**sent, "then": "save"}).status_code == 303


def test_hours_in_the_way_are_named_after_saving(world: World) -> None:
    meeting, browser = lab(world, SATURDAY), world.browser_of("Ben")
    for hour in (9, 10):  # two labs at the same time: the second one's hours overlap the first one's
        meeting = lab(world, SATURDAY, hour=hour)
        save(world, meeting, {"Ada": Mark(Presence.ABSENT)})
        ada = world.enrollment("Ada").public_id
        browser.post(register_page(meeting), data={"version": version(meeting), f"presence-{ada}": "present"})
    shown = browser.get(register_page(meeting)).text
    assert "Ada: the line stands, the hours could not be entered. This overlaps another entry" in shown


def test_a_code_is_typed_and_a_wrong_one_says_so(world: World) -> None:
    meeting, browser = lab(world, TODAY, hour=10), world.browser_of("Ada")
    assert "You can check in now" in browser.get("/student/attendance").text
    assert browser.post("/student/check-in", data={"code": "1234"}).status_code == 422
    assert browser.post("/student/check-in", data={"code": code_now(meeting.session, NOW)}).status_code == 303
    assert "checked in" in world.browser_of("Ben").get(register_page(meeting)).text
    assert len(world.all(CheckIn)) == 1


def test_a_code_that_the_camera_read_survives_signing_in(world: World) -> None:
    meeting, phone = lab(world, TODAY, hour=10), world.visitor()
    read = phone.get(f"/check-in/{meeting.session.public_id}?code={code_now(meeting.session, NOW)}")
    to_sign_in = phone.get(read.location)
    assert to_sign_in.location.startswith("/sign-in?next=")
    with at(NOW + timedelta(minutes=2)):
        page = phone.get(to_sign_in.location).text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        wanted = page.split('id="next"')[1].split('value="')[1].split('"')[0].replace("&amp;", "&")
        login = {"email": cast.email_of("Ada"), "password": cast.PASSWORD, "next": wanted, "csrf_token": token}
        landed = phone.get(phone.post("/sign-in", data=login).location)
        assert "Your phone has read the code in time." in landed.text
        token = landed.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        proof = landed.text.split('name="pass"')[1].split('value="')[1].split('"')[0]
        phone.post("/student/check-in", data={"pass": proof, "csrf_token": token})
    assert world.one(CheckIn).enrollment_id == world.enrollment("Ada").id


def test_a_code_that_is_over_leads_to_the_form_with_the_reason(world: World) -> None:
    meeting, browser = lab(world, TODAY, hour=10), world.browser_of("Ada")
    answer = browser.get(f"/check-in/{meeting.session.public_id}?code=00000000")
    assert "This code is over" in browser.get(answer.location).text


def test_the_wall_shows_the_code_of_the_moment_and_renews_itself(world: World) -> None:
    meeting, browser = lab(world, TODAY, hour=10), world.browser_of("Ben")
    page, code = browser.get(f"/instructor/sessions/{meeting.session.public_id}/code"), code_now(meeting.session, NOW)
    assert f"{code[:4]} {code[4:]}" in page.text
    assert "<svg" in page.text
    assert page.headers["Refresh"] == "30"
    with at(NOW + timedelta(hours=1)):
        page = browser.get(f"/instructor/sessions/{meeting.session.public_id}/code")
    assert ("Checking in is over" in page.text, "Refresh" in page.headers) == (True, False)


def test_an_excuse_is_asked_taken_back_asked_again_and_decided_with_the_cap_in_sight(world: World) -> None:
    meeting, student, teacher = lab(world), world.browser_of("Ada"), world.browser_of("Ben")
    sent = {"kind": "family", "words": "My sister graduates."}
    assert student.post(of(meeting, "/excuses"), data={**sent, "words": ""}).status_code == 422
    student.post(of(meeting, "/excuses"), data=sent)
    student.post(f"/student/attendance/excuses/{world.one(Excuse).public_id}/withdrawal")
    student.post(of(meeting, "/excuses"), data=sent)
    fact = world.all(Excuse)[-1].public_id
    assert (
        "With this one 3 h would be excused in Robotics. Only 18 min count" in teacher.get("/instructor/sessions").text
    )
    declined = teacher.post(f"/instructor/excuses/{fact}/decision", data={"verdict": "declined"})
    assert (declined.status_code, "Say it in a few words" in declined.text) == (422, True)
    teacher.post(f"/instructor/excuses/{fact}/decision", data={"verdict": "granted"})
    assert world.one(ExcuseDecision).verdict is Verdict.GRANTED
    assert "granted" in student.get(of(meeting)).text


def test_a_missed_lab_is_made_up_at_another_site_from_its_page(world: World) -> None:
    missed, there = miss(world), lab(world, section="Providence", stations=1)
    browser = world.browser_of("Ada")
    assert "Providence" in browser.get(of(missed)).text
    assert browser.post(of(missed, "/make-ups"), data={"session": there.session.public_id}).status_code == 303
    assert world.one(Booking).missed_id == missed.id
    assert "makes up for" in world.browser_of("Hana").get(register_page(there)).text


def test_a_student_objects_and_the_instructor_corrects(world: World) -> None:
    meeting, student, teacher = miss(world), world.browser_of("Ada"), world.browser_of("Ben")
    assert student.post(of(meeting, "/disputes"), data={"reason": " "}).status_code == 422
    student.post(of(meeting, "/disputes"), data={"reason": "I was there."})
    address = f"/instructor/disputes/{world.one(Dispute).public_id}"
    assert "I was there." in teacher.get("/instructor/sessions").text
    assert teacher.post(f"{address}/answer", data={"answer": "corrected", "reason": "Yes."}).status_code == 422
    sent = {"answer": "corrected", "reason": "The sheet says so.", "presence": "late", "minutes": "2h"}
    assert teacher.post(f"{address}/answer", data=sent).status_code == 303
    assert "It was corrected." in student.get(of(meeting)).text
    assert week(world).minutes == 120


def test_hours_from_the_register_cannot_be_edited_and_can_be_objected_to(world: World) -> None:
    save(world, lab(world, SATURDAY), {"Ada": Mark(Presence.PRESENT)})
    browser, entry = world.browser_of("Ada"), world.one(HoursEntry)
    shown = browser.get(f"/student/hours/weeks/{monday_of(SATURDAY)}").text
    assert f"/student/hours/entries/{entry.public_id}/dispute" in shown
    assert browser.post(f"/student/hours/entries/{entry.public_id}/removal").status_code == 422
    sent = browser.post(f"/student/hours/entries/{entry.public_id}/dispute", data={"reason": "I left at 11."})
    assert (sent.status_code, len(world.all(Dispute))) == (303, 1)


def test_the_coordinator_sees_what_counts_and_who_was_there_last(world: World) -> None:
    meeting = lab(world, SATURDAY)
    save(world, meeting, {"Ada": Mark(Presence.LEFT_EARLY, 90), "Zoe": Mark(Presence.PRESENT)})
    browser = world.browser_of("Cleo")
    shown = browser.get("/coordinator/attendance").text
    assert shown.index(">Ada") < shown.index(">Zoe")  # the lowest first
    assert "55.55%" in shown
    assert "Eli" not in words(shown)
    rows = browser.get("/coordinator/attendance.csv").text.splitlines()
    assert "Ada,Lowell,180,100,0,0,0,100,5555,2026-10-24" in rows


def test_an_excused_absence_and_its_make_up_stand_in_the_students_figures(world: World) -> None:
    with at(NOW - timedelta(days=5)):
        meeting = lab(world, SATURDAY)
        excuse(world, meeting, verdict=Verdict.GRANTED)
    save(world, meeting, {"Ada": Mark(Presence.EXCUSED)})
    shown = world.browser_of("Ada").get("/student/attendance").text
    assert "18 min" in shown  # a tenth of the only session
    book(world, "Ada", lab(world, section="Providence", stations=1), meeting)
    assert "make-up booked" in world.browser_of("Ada").get("/student/attendance").text
    assert "Ada,excused" not in world.browser_of("Ada").get("/student/attendance.csv").text


def test_a_page_in_spanish_speaks_spanish(world: World) -> None:
    lab(world, stations=2)
    with transaction():
        world.person("Ada").language = "es"
    assert len(world.all(Person, language="es")) == 1
    assert "2 puestos libres" in world.browser_of("Ada").get("/student/attendance").text
