"""When a firm is asked what lasted stands in the calendars of those whom it concerns, and in their feeds."""

from datetime import date

import icalendar

from lms.capstone.plans.services import add_milestone, decide_gate, submit_gate
from lms.capstone.projects.models import ProjectStep
from lms.capstone.projects.rules import GateKind, GateRole, ProjectState
from lms.hub.calendar.services.feeds import renew_feed
from lms.kernel.db import session, transaction
from lms.kernel.months import add_months
from tests.api.support import caller
from tests.capstone import stage
from tests.capstone.stage import started
from tests.support.web import World


def shown(world: World, name: str, path: str, due: date) -> bool:
    answer = world.browser_of(name).get(f"{path}?month={due:%Y-%m}")
    assert answer.status_code == 200
    return "What lasted after 3 months" in answer.text


def test_follow_ups_stand_in_the_calendars_of_team_staff_and_firm_and_of_nobody_else(world: World) -> None:
    project = stage.live(world)
    (step,) = world.all(ProjectStep, state=ProjectState.IMPLEMENTED)
    due = add_months(step.effective_on, 3)
    for name, path in (
        ("Ada", "/student/calendar"),
        ("Ben", "/instructor/calendar"),
        ("Cleo", "/coordinator/calendar"),
        ("Dee", "/employer/calendar"),
        ("Finn", "/employer/calendar"),
    ):
        assert shown(world, name, path, due), name
    for name, path in (("Zoe", "/student/calendar"), ("Fay", "/employer/calendar"), ("Ivo", "/coordinator/calendar")):
        assert not shown(world, name, path, due), name
    span = f"?first={due}&last={due}"
    found = caller(world, "Ada").get(f"/me/calendar{span}").json["items"]
    assert ("review", due.isoformat()) in {(one["kind"], one["first_day"]) for one in found}
    assert project.title in str(found)
    assert caller(world, "Finn").get(f"/me/calendar{span}").json["items"][0]["kind"] == "review"


def test_the_feed_has_all_three_and_none_of_a_project_that_was_given_up(world: World) -> None:
    project = stage.live(world)
    (step,) = world.all(ProjectStep, state=ProjectState.IMPLEMENTED)
    told: list[str] = []
    with transaction():
        renew_feed(world.actor("Finn"), world.person("Finn"), told)
    dues = [add_months(step.effective_on, months) for months in (3, 6, 12)]
    assert [event.decoded("dtstart") for event in _reviews(world, told[0])] == dues
    with transaction():
        given_up = ProjectStep(project_id=project.id, state=ProjectState.CANCELLED, effective_on=dues[0])
        session.add(given_up)
    assert _reviews(world, told[0]) == []


def _reviews(world: World, secret: str) -> list[icalendar.Event]:
    text = world.visitor().get(f"/calendar/feeds/{secret}.ics").data
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return [event for event in events if str(event["uid"]).startswith("follow-up-")]


def test_milestones_and_gates_stand_in_the_calendars_of_team_staff_and_firm(world: World) -> None:
    project = started(world)
    with transaction():
        add_milestone(world.actor("Ada"), project, "Fixtures built", date(2026, 11, 20))
        submit_gate(world.actor("Ada"), project, GateKind.CHARTER, "We timed twenty changeovers on line 2 this week.")
    for name, path in (
        ("Ada", "/student/calendar"),
        ("Ben", "/instructor/calendar"),
        ("Cleo", "/coordinator/calendar"),
        ("Dee", "/employer/calendar"),
    ):
        browser = world.browser_of(name)
        assert "Milestone: Fixtures built" in browser.get(f"{path}?month=2026-11").text, name
        assert "Gate waits for a decision" in browser.get(f"{path}?month=2026-10").text, name
    assert "Fixtures built" not in world.browser_of("Fay").get("/employer/calendar?month=2026-11").text
    with transaction():
        dee = world.actor("Dee")
        decide_gate(dee, project, GateKind.CHARTER, GateRole.SPONSOR, approved=False, comment="Say more.")
    assert "Gate was sent back" in world.browser_of("Ada").get("/student/calendar?month=2026-10").text


def test_progress_reviews_stand_in_the_calendars_and_feeds_of_those_who_take_part(world: World) -> None:
    for name, path in (
        ("Ada", "/student/calendar"),
        ("Ben", "/instructor/calendar"),
        ("Cleo", "/coordinator/calendar"),
        ("Sam", "/employer/calendar"),
    ):
        text = world.browser_of(name).get(f"{path}?month=2026-11").text
        assert "Progress review 1 is due" in text, name
    assert "Progress review" not in world.browser_of("Dee").get("/employer/calendar?month=2026-11").text
    told: list[str] = []
    with transaction():
        renew_feed(world.actor("Sam"), world.person("Sam"), told)
    text = world.visitor().get(f"/calendar/feeds/{told[0]}.ics").data
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    (first, *_) = [event for event in events if str(event["uid"]).startswith("review-")]
    assert (first.decoded("dtstart"), "Ada" in str(first["summary"])) == (date(2026, 11, 30), True)
