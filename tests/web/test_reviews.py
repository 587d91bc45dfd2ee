"""Progress reviews through the pages and the API: begun, written, signed on three phones, taken away as a file."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from lms.hub.cohorts.models import Cohort
from lms.hub.reviews.models import ProgressReview, ReviewLink, ReviewSignature
from lms.hub.reviews.services.writing import begin_review
from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage
from lms.people.consent.models import Disclosure, Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from tests.api.support import caller
from tests.hub.hours.weeks import MONDAY, at, log_week
from tests.hub.reviews.made import ADVICE, TODAY, begun, every_six_weeks, to_sign, whole
from tests.journeys.steps import sign_in
from tests.support.statements import count_statements
from tests.support.web import NOW, World, with_form_token


def seen_in(text: str) -> str:
    return text.split('name="seen" value="')[1].split('"')[0]


def link_of(world: World) -> str:
    sent = [one for one in world.all(OutboxMessage) if one.template == "review-to-sign-by-link"]
    return str(sent[-1].said()["path"])


def test_an_instructor_begins_writes_agrees_and_asks_and_three_sign(world: World) -> None:
    every_six_weeks(world)
    ben, number = world.browser_of("Ben"), world.enrollment("Ada").public_id
    assert "not begun" in ben.get("/instructor/reviews").text
    begun_at = ben.post("/instructor/reviews", data={"enrollment": number, "number": "1"})
    page = begun_at.headers["Location"]
    assert ben.post("/instructor/reviews", data={"enrollment": number, "number": "1"}).status_code == 303
    text = ben.get(page).text
    assert "Review 1 of Ada" in text
    refused = ben.post(f"{page}/signature-requests")
    assert (refused.status_code, "Enter the day of the talk first" in refused.text) == (422, True)
    sent = {"notes": "Good start.", "held_on": TODAY.isoformat(), "seen": seen_in(text)}
    assert ben.post(f"{page}/content", data=sent).status_code == 303
    stale = ben.post(f"{page}/content", data={**sent, "notes": "Late words."})
    assert (stale.status_code, "Late words." in stale.text) == (409, True)
    bad = ben.post(f"{page}/actions", data={"what": "", "owner": "student", "due_on": "2026-01-01"})
    assert (bad.status_code, "Say what is to be done" in bad.text) == (422, True)
    good = {"what": ADVICE, "owner": "student", "due_on": TODAY.isoformat()}
    assert ben.post(f"{page}/actions", data=good).status_code == 303
    assert ben.post(f"{page}/figures").status_code == 303
    assert ben.post(f"{page}/signature-requests").status_code == 303
    for name, portal in (("Ben", "instructor"), ("Ada", "student")):
        browser = world.browser_of(name)
        own = f"/{portal}/reviews/{world.one(ProgressReview).public_id}"
        signed = browser.post(f"{own}/signatures", data={"seen": seen_in(browser.get(own).text), "comment": "Fine."})
        assert signed.status_code == 303
    assert "waits for your signature" in world.browser_of("Sam").get("/employer/reviews").text
    phone = with_form_token(world.visitor())
    path = link_of(world)
    text = phone.get(path).text
    assert "Progress review of Ada" in text
    assert phone.post(path, data={"seen": "0" * 64}).status_code == 409
    assert "Signed. Thank you" in phone.post(path, data={"seen": seen_in(text)}).text
    assert phone.get(path).status_code == 410
    assert world.one(ReviewLink).used_at is not None
    assert len(world.all(ReviewSignature)) == 3
    assert "signed" in world.browser_of("Cleo").get("/coordinator/reviews").text
    (action,) = whole(world).actions
    ada = world.browser_of("Ada")
    done = f"/student/reviews/{world.one(ProgressReview).public_id}/actions/{action.row.public_id}/outcome"
    assert ada.post(done, data={"outcome": "done", "note": "On Friday."}).status_code == 303
    assert "On Friday." in ben.get(page).text


@pytest.mark.one_engine
def test_the_firm_sees_what_the_student_agreed_to_and_each_reading_is_logged(world: World) -> None:
    with at(NOW - timedelta(days=14)):
        log_week(world, monday=MONDAY - timedelta(days=14))
    review, sam = to_sign(world), world.browser_of("Sam")
    page = f"/employer/reviews/{review.row.public_id}"
    text = sam.get(page).text
    assert "has not agreed that your firm sees them: hours, progress, attendance, grades" in text
    assert "Pace" not in text.split("How it stands")[1].split("What is agreed")[0]
    assert world.all(Disclosure) == []
    with transaction():
        acme, kinds = world.one(Firm, name="Acme"), [RecordType.HOURS, RecordType.PROGRESS]
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), acme, kinds, Purpose.SPONSORSHIP)
    shown = sam.get(page).text
    assert "Pace" in shown
    assert "Progress review, rule D32" in shown  # the hours say why
    assert "Too few grades" not in shown  # what stands behind the pace is of other kinds of records
    assert "one fact you may not see" in shown
    assert sorted(one.record_type for one in world.all(Disclosure)) == ["hours", "progress"]
    assert sam.get(f"{page}/pdf").data.startswith(b"%PDF")
    for name, address in (
        ("Dee", page),
        ("Eli", f"/student/reviews/{review.row.public_id}"),
        ("Hana", f"/instructor/reviews/{review.row.public_id}"),
    ):
        assert world.browser_of(name).get(address).status_code in (403, 404)


def test_the_office_sets_the_terms_takes_the_table_and_looks_back(world: World) -> None:
    cleo, cohort = world.browser_of("Cleo"), world.one(Cohort).public_id
    terms = f"/coordinator/cohorts/{cohort}/reviews"
    bad = cleo.post(terms, data={"every_weeks": "2", "remind_days": "5", "escalate_days": "10"})
    assert (bad.status_code, "Enter 4 to 52 weeks" in bad.text) == (422, True)
    good = {"every_weeks": "6", "remind_days": "5", "escalate_days": "10"}
    assert cleo.post(terms, data=good).status_code == 303
    rows = cleo.get("/coordinator/reviews.csv").text.splitlines()
    assert rows[0].endswith("student,section,number,due_on,state,held_on,missing_signatures,open_actions")
    assert any(row.startswith("Ada,Lowell,1,2026-10-19,late") for row in rows)
    assert "due after every 12 weeks" in cleo.get("/coordinator/reviews?as_of=2026-10-01").text
    assert "coming" in cleo.get("/coordinator/reviews?as_of=2026-10-01").text


@pytest.mark.one_engine
def test_the_api_does_all_of_it_and_names_the_same_refusals(world: World) -> None:
    ada, ben, cleo = caller(world, "Ada"), caller(world, "Ben"), caller(world, "Cleo")
    cohort, enrollment = world.one(Cohort).public_id, world.enrollment("Ada").public_id
    terms = {"every_weeks": 6, "remind_days": 5, "escalate_days": 10}
    assert cleo.put(f"/cohorts/{cohort}/review-terms", json=terms).json["every_weeks"] == 6
    assert cleo.get(f"/cohorts/{cohort}/reviews").json["items"][0]["state"] == "late"
    assert ada.get(f"/enrollments/{enrollment}/reviews").json["items"][0]["due_on"] == "2026-10-19"
    made = ben.post(f"/enrollments/{enrollment}/reviews", json={"number": 1})
    assert (made.status_code, made.json["hidden"]) == (201, [])
    path = f"/reviews/{made.json['id']}"
    assert ben.get(f"{path}/explain").json["value"] == "2026-10-19"
    assert "hours.expected" in made.json["explained"]
    why = ben.get(f"{path}/explain?figure=hours.expected").json
    assert why["value"] == why["steps"][-1]["value"]
    assert ben.get(f"{path}/explain?figure=hours.guessed").status_code == 404
    notes = {"notes": "Good start.", "held_on": TODAY.isoformat(), "seen": made.json["sha256"]}
    assert ben.put(f"{path}/notes", json=notes).status_code == 200
    assert ben.put(f"{path}/notes", json=notes).status_code == 409
    action = {"what": ADVICE, "owner": "supervisor", "due_on": (TODAY + timedelta(days=7)).isoformat()}
    assert ben.post(f"{path}/actions", json=action).json["actions"][0]["what"] == ADVICE
    asked = ben.post(f"{path}/signature-requests")
    assert asked.json["missing_signatures"] == ["student", "instructor", "supervisor"]
    assert ada.post(f"{path}/signatures", json={"seen": "0" * 64}).status_code == 409
    signed = ada.post(f"{path}/signatures", json={"seen": asked.json["sha256"]})
    assert (signed.status_code, signed.json["missing_signatures"]) == (201, ["instructor", "supervisor"])
    number = asked.json["actions"][0]["id"]
    assert (
        ada.post(f"/review-actions/{number}/outcomes", json={"outcome": "done"}).json["actions"][0]["outcome"] == "done"
    )
    assert caller(world, "Eli").get(path).status_code == 404


def test_the_overview_makes_as_many_statements_for_many_students_as_for_three(world: World) -> None:
    begun(world)
    browser = world.browser_of("Cleo")
    browser.get("/coordinator/reviews")
    with count_statements() as few:
        browser.get("/coordinator/reviews")
    with transaction():
        begin_review(world.actor("Ben"), world.enrollment("Zoe"), 1)
    with count_statements() as more:
        browser.get("/coordinator/reviews")
    assert more.count == few.count


@pytest.mark.parametrize("width", [360, 1280])
def test_a_review_is_signed_by_link_and_by_the_instructor_on_any_screen(
    world: World, new_page: Callable[[], Page], check_page: Callable[[Page], None]
) -> None:
    to_sign(world)
    phone, staff = new_page(), new_page()
    phone.goto(link_of(world))
    check_page(phone)
    phone.get_by_role("button", name="Sign the review").click()
    expect(phone.get_by_role("heading", name="Signed. Thank you")).to_be_visible()
    sign_in(staff, "Ben")
    for path in ("/instructor/reviews", f"/instructor/reviews/{whole(world).row.public_id}"):
        assert staff.goto(path).status == 200  # type: ignore[union-attr]
        staff.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)")
        check_page(staff)
    staff.get_by_role("button", name="Sign the review").click()
    staff.get_by_text("Signed. Thank you.").wait_for()
