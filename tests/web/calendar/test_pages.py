"""The pages of the calendar: opening a cohort, a snow day, a section, sites, and the calendar of each role."""

import re
from datetime import date

import pytest
import time_machine

from lms.hub.calendar.models import BreakPlan, CalendarFeed, CohortPlan
from lms.hub.catalog.models import ProgramVersion, Unit
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Break, Cohort, CohortWeek, Holiday, Section, Session
from lms.hub.cohorts.services import add_break
from lms.hub.enrollment.kinds import Shift
from lms.hub.enrollment.services import employ
from lms.kernel.db import transaction
from lms.people.access import Relation
from lms.people.consent.models import Disclosure, Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.grants.models import GrantRow
from lms.people.grants.services import hold
from lms.people.orgs.models import Firm, Site
from tests.hub.calendar.made import LAB, lab, labs
from tests.hub.coursework.made import plan as activity
from tests.hub.coursework.made import set_work
from tests.support.web import NOW, World

COHORT = {
    "name": "Spring 2027",
    "starts_on": "2027-01-06",
    "zone": "America/New_York",
    "funders": "State grant",
    "sessions": "y",
    "breaks": "y",
    "holidays": "y",
    "push": "next_day",
}


def lowell(world: World) -> str:
    return world.one(Site, name="Lowell").public_id


def cohort_of(world: World) -> str:
    return world.all(Cohort)[0].public_id


def new_cohort(world: World, **changed: str) -> dict[str, str]:
    version = world.one(ProgramVersion).public_id
    return {**COHORT, "version": version, f"sections-{lowell(world)}": "Lowell spring", **changed}


def test_a_cohort_is_previewed_opened_and_taken_back(world: World) -> None:
    labs(world)
    cleo = world.browser_of("Cleo")
    assert "Copy into a new cohort" in cleo.get("/coordinator/cohorts").text
    form = cleo.get(f"/coordinator/cohorts/new?source={cohort_of(world)}")
    assert 'value="Lowell"' in form.text  # the earlier sections, to be changed
    drawn = cleo.post(f"/coordinator/cohorts/new?source={cohort_of(world)}", data=new_cohort(world))
    assert drawn.status_code == 303
    preview = cleo.get(drawn.location).text
    assert "nothing is opened yet" in preview
    assert "7 sessions" in preview
    assert len(world.all(Cohort)) == 1
    opened = cleo.post(f"{drawn.location}/confirmation")
    made = world.one(Cohort, name="Spring 2027")
    assert opened.location.endswith(made.public_id)
    assert len(world.all(CohortWeek, cohort_id=made.id)) == 52
    weeks = cleo.get(opened.location).text
    assert "State grant" in weeks
    assert "6 h to 8 h 24" in weeks  # a Wednesday start leaves three days of the first week
    assert cleo.post(f"{drawn.location}/undo").status_code == 303
    assert "Spring 2027" not in cleo.get("/coordinator/cohorts").text
    assert world.one(CohortPlan).undone_at is not None


@pytest.mark.one_engine
def test_a_form_that_cannot_be_keeps_what_was_typed_and_names_the_field(world: World) -> None:
    cleo = world.browser_of("Cleo")
    broken = cleo.post("/coordinator/cohorts/new", data=new_cohort(world, name="Fall 2026 (sample)"))
    assert broken.status_code == 422
    assert "There is a cohort called Fall 2026 (sample) already." in broken.text
    assert 'value="Lowell spring"' in broken.text
    empty = cleo.post("/coordinator/cohorts/new", data=new_cohort(world, **{f"sections-{lowell(world)}": ""}))
    assert "Name at least one section" in empty.text


@pytest.mark.one_engine
def test_the_weeks_can_be_exported(world: World) -> None:
    answer = world.browser_of("Cleo").get(f"/coordinator/cohorts/{cohort_of(world)}/weeks.csv")
    lines = answer.text.splitlines()
    assert len(lines) == 53
    assert lines[1] == "1,2026-09-07,2026-09-13,480,672,540,"


SNOW = {
    "kind": "closure",
    "name": "Snow day",
    "from_day": "2026-11-12",
    "to_day": "2026-11-12",
    "push": "next_day",
}


def test_a_snow_day_is_previewed_done_and_undone(world: World) -> None:
    labs(world)
    set_work(world, activity("PC-A1", week=10, weekday=3))
    cleo, ada = world.browser_of("Cleo"), world.browser_of("Ada")
    address = f"/coordinator/cohorts/{cohort_of(world)}/breaks"
    drawn = cleo.post(address, data={**SNOW, "site": lowell(world)})
    preview = cleo.get(drawn.location).text
    assert "Report PC-A1" in preview
    assert "10 h to 14 h" in preview
    assert "8 h to 11 h 12" in preview
    assert world.all(Break) == []
    assert cleo.post(f"{drawn.location}/confirmation").status_code == 303
    calendar = ada.get("/student/calendar?month=2026-11").text
    assert "Snow day" in calendar
    assert "Fri, Nov 13, 5:00 PM" in calendar.replace("\xa0", " ")
    assert "What it moved" in cleo.get(address).text
    again = cleo.post(f"{drawn.location}/confirmation")
    assert again.status_code == 409
    assert cleo.post(f"{drawn.location}/undo").status_code == 303
    assert "Snow day" not in ada.get("/student/calendar?month=2026-11").text
    assert world.one(BreakPlan).undone_at is not None


def test_a_coordinator_is_not_offered_other_peoples_sites(world: World) -> None:
    page = world.browser_of("Cleo").get(f"/coordinator/cohorts/{cohort_of(world)}/breaks").text
    assert "Providence" not in page
    assert ">everywhere</option>" not in page
    assert ">everywhere</option>" in world.browser_of("Gus").get(f"/coordinator/cohorts/{cohort_of(world)}/breaks").text


def test_a_break_that_moved_nothing_can_be_lifted(world: World) -> None:
    with transaction():
        site = world.one(Site, name="Lowell")
        day = date(2026, 11, 26)
        add_break(world.actor("Cleo"), world.one(Cohort), BreakKind.HOLIDAY, day, day, site)
    cleo, row = world.browser_of("Cleo"), world.one(Break)
    assert cleo.post(f"/coordinator/breaks/{row.public_id}/lifting").status_code == 303
    assert cleo.post(f"/coordinator/breaks/{row.public_id}/lifting").status_code == 404
    assert "None yet." in cleo.get(f"/coordinator/cohorts/{cohort_of(world)}/breaks").text


@pytest.mark.one_engine
def test_holidays_are_entered_imported_and_offered_to_the_cohort(world: World) -> None:
    cleo, site = world.browser_of("Cleo"), f"/coordinator/sites/{lowell(world)}"
    assert cleo.post(f"{site}/holidays", data={"day": "2026-11-26", "name": "Thanksgiving Day"}).status_code == 303
    lines = "2026-12-25, Christmas Day\n\n2027-01-18,Martin Luther King, Jr. Day\n2026-11-26,Thanksgiving"
    for _ in range(2):
        assert cleo.post(f"{site}/holiday-imports", data={"lines": lines}).status_code == 303
        assert [row.name for row in world.all(Holiday)] == [
            "Thanksgiving",
            "Christmas Day",
            "Martin Luther King, Jr. Day",
        ]
    assert "Christmas Day" in cleo.get(f"/coordinator/cohorts/{cohort_of(world)}/breaks").text
    gone = world.one(Holiday, name="Christmas Day").public_id
    assert cleo.post(f"{site}/holidays/{gone}/removal").status_code == 303
    assert "Christmas Day" not in cleo.get(site).text


@pytest.mark.one_engine
def test_every_line_of_an_import_that_cannot_be_read_is_named_and_nothing_is_entered(world: World) -> None:
    sent = {"lines": "2026-11-26,Thanksgiving\n26.12.2026,Later\n2026-12-24\n"}
    answer = world.browser_of("Cleo").post(f"/coordinator/sites/{lowell(world)}/holiday-imports", data=sent)
    assert answer.status_code == 422
    assert "Line 2:" in answer.text
    assert "Line 3:" in answer.text
    assert world.all(Holiday) == []


@pytest.mark.one_engine
def test_a_section_is_added_staffed_and_gets_its_labs(world: World) -> None:
    cleo = world.browser_of("Cleo")
    added = cleo.post(
        f"/coordinator/cohorts/{cohort_of(world)}/sections", data={"site": lowell(world), "name": "Lowell nights"}
    )
    address = added.location
    staff = {"email": "hana@example.org", "relation": "instructor", "from_day": "2026-10-28", "to_day": "2026-11-30"}
    assert cleo.post(f"{address}/staff", data=staff).status_code == 303
    unit = world.one(Unit, code="ROB-1").public_id
    weekly = {"unit": unit, "mode": "weekly", "weekday": "5", "starts": "09:00", "ends": "12:00", "room": "Bay 1"}
    planned = cleo.post(f"{address}/sessions", data={**weekly, "first_week": "9", "last_week": "12", "stations": "6"})
    assert planned.status_code == 303, planned.text
    page = cleo.get(address).text
    assert "Planned: 4 sessions." in page
    assert "Hana" in page
    assert "appointed by Cleo" in page
    assert "6 stations" in page
    grant = world.all(GrantRow, relation=Relation.INSTRUCTOR)[-1]
    assert cleo.post(f"{address}/staff/{grant.public_id}/end", data={"last_day": "2026-10-28"}).status_code == 303
    assert "The appointment ends on Wed, Oct 28" in cleo.get(address).text
    assert len(cleo.get(f"{address}/sessions.csv").text.splitlines()) == 5


@pytest.mark.one_engine
def test_an_appointment_asks_for_the_password_again_and_keeps_the_form(world: World) -> None:
    cleo, section = world.browser_of("Cleo"), world.one(Section, name="Lowell").public_id
    staff = {"email": "hana@example.org", "relation": "instructor", "from_day": "2026-10-28"}
    with time_machine.travel(NOW.replace(hour=16), tick=False):
        answer = cleo.post(f"/coordinator/sections/{section}/staff", data=staff)
    assert answer.status_code == 401
    assert 'name="email" value="hana@example.org"' in answer.text
    assert len(world.all(GrantRow, relation=Relation.INSTRUCTOR)) == 2


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("sent", "match"),
    [
        ({"email": "nobody@example.org"}, "no account with this address"),
        ({"email": "ada@example.org"}, "studies in this section"),
        ({"email": "ben@example.org"}, "holds this already"),
        ({"to_day": "2026-10-01"}, "before the first"),
    ],
)
def test_an_appointment_that_cannot_be_is_said_beside_its_field(world: World, sent: dict[str, str], match: str) -> None:
    section = world.one(Section, name="Lowell").public_id
    staff = {"email": "hana@example.org", "relation": "instructor", "from_day": "2026-10-28", **sent}
    answer = world.browser_of("Cleo").post(f"/coordinator/sections/{section}/staff", data=staff)
    assert answer.status_code == 422
    assert match in answer.text


def test_a_session_is_moved_cancelled_and_brought_back(world: World) -> None:
    lab(world)
    cleo, address = world.browser_of("Cleo"), f"/coordinator/sessions/{world.one(Session).public_id}"
    times = {"day": "2026-11-13", "starts": "18:00", "ends": "20:00", "room": "Bay 3", "stations": ""}
    assert cleo.post(f"{address}/moves", data=times).status_code == 303
    assert "Changed once" in cleo.get(address).text
    assert cleo.post(f"{address}/cancellation").status_code == 303
    assert "This session is cancelled." in cleo.get(address).text
    assert cleo.post(f"{address}/cancellation").status_code == 422
    ada = world.browser_of("Ada").get("/student/calendar?month=2026-11&view=month").text
    assert "is-off" in ada
    assert cleo.post(f"{address}/moves", data=times).status_code == 303
    assert not world.one(Session).is_cancelled


# ---- the calendar


def test_the_reader_sees_the_sites_clock_and_their_own_where_they_differ(world: World) -> None:
    lab(world)
    ada = world.browser_of("Ada")
    assert "for you:" not in ada.get("/student/calendar?month=2026-11").text
    ada.post("/profile/preferences", data={"language": "en", "zone": "America/Los_Angeles"})
    page = ada.get("/student/calendar?month=2026-11").text.replace("\xa0", " ")
    assert "5:00 PM EST" in page
    assert "2:00 PM PST" in page


@pytest.mark.one_engine
def test_a_lab_in_the_students_shift_is_marked(world: World) -> None:
    lab(world)
    assert "during your shift" not in world.browser_of("Ada").get("/student/calendar?month=2026-11").text
    with transaction():
        bolt = world.one(Firm, name="Bolt")
        employ(world.actor("Cleo"), world.enrollment("Ada"), bolt, Shift.EVENING, date(2026, 10, 28))
    assert "during your shift" in world.browser_of("Ada").get("/student/calendar?month=2026-11").text


@pytest.mark.one_engine
def test_an_instructor_chooses_among_their_own_sections_only(world: World) -> None:
    labs(world)
    labs(world, "Providence", "Ivo")
    south = world.one(Section, name="Providence")
    ben = world.browser_of("Ben")
    assert "Providence" not in ben.get("/instructor/calendar?month=2026-11").text
    assert ben.get(f"/instructor/calendar?section={south.public_id}").status_code == 404
    with transaction():
        hold(world.person("Ben").id, Relation.INSTRUCTOR, south.id, date(2026, 10, 1), None)
    page = ben.get("/instructor/calendar?month=2026-11").text
    assert page.count("<option") == 3
    one = ben.get(f"/instructor/calendar?month=2026-11&section={south.public_id}").text
    assert page.count("Robotics, unit 1") == 2 * one.count("Robotics, unit 1") > 0


@pytest.mark.one_engine
def test_a_firm_sees_only_the_sessions_of_those_who_agreed(world: World) -> None:
    labs(world)
    dee = world.browser_of("Dee")
    assert "1 employee has not agreed" in dee.get("/employer/calendar?month=2026-11").text
    with transaction():
        acme = world.one(Firm, name="Acme")
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), acme, [RecordType.ATTENDANCE], Purpose.SPONSORSHIP)
    page = dee.get("/employer/calendar?month=2026-11").text
    assert "Robotics, unit 1" in page
    assert "is due" not in page
    assert world.one(Disclosure).page == "calendar"


def test_a_feed_address_is_shown_once_and_can_be_ended(world: World) -> None:
    ada = world.browser_of("Ada")
    page = ada.post("/student/calendar/feed").text
    address = re.search(r'value="http[^"]*(/calendar/feeds/[^"]+\.ics)"', page)
    assert address is not None
    assert address[1] not in ada.get("/student/calendar").text
    feed = world.visitor().get(address[1])
    assert feed.data.startswith(b"BEGIN:VCALENDAR")
    assert feed.headers["Cache-Control"] == "no-store"
    assert ada.post("/student/calendar/feed/revocation").status_code == 303
    assert world.visitor().get(address[1]).status_code == 404
    assert world.one(CalendarFeed).revoked_at is not None


def test_a_month_that_is_none_is_this_one_and_an_empty_one_says_so(world: World) -> None:
    ada = world.browser_of("Ada")
    assert "October 2026" in ada.get("/student/calendar?month=2026-13").text
    assert "Nothing in this month" in ada.get("/student/calendar?month=2030-01").text
    assert LAB.day.month == 11


# ---- the network


@pytest.mark.one_engine
def test_the_admin_opens_a_site_appoints_there_and_sees_the_network(world: World) -> None:
    gus = world.browser_of("Gus")
    site = {"name": "Dayton", "kind": "hub", "city": "Dayton", "state": "oh", "zone": "America/New_York"}
    site |= {"authorized_from": "2026-01-01", "authorized_to": "2026-06-30", "capacity": "12"}
    made = gus.post("/admin/sites/new", data=site)
    assert made.status_code == 303
    staff = {"email": "ivo@example.org", "from_day": "2026-10-28"}
    assert gus.post(f"{made.location}/coordinators", data=staff).status_code == 303
    page = gus.get("/admin/sites").text
    assert "authorization is over" in page
    assert "Dayton" in gus.get("/admin/sites?state=OH").text
    assert "Lowell" not in gus.get("/admin/sites?state=OH").text
    rows = gus.get("/admin/sites.csv").text.splitlines()
    assert rows[1] == "MA,Lowell,Lowell,university,America/New_York,,,,1,2,2,0,0,Cleo"
    assert rows[2] == "OH,Dayton,Dayton,hub,America/New_York,2026-01-01,2026-06-30,12,0,0,0,0,0,Ivo"
    assert "Dayton" in world.browser_of("Ivo").get("/coordinator/sites").text


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("changed", "match"),
    [
        ({"name": "Lowell"}, "called Lowell already"),
        ({"authorized_to": "2025-01-01"}, "before the first"),
        ({"capacity": "-1"}, "whole number of students"),
    ],
)
def test_a_site_that_cannot_be_is_refused_beside_its_field(world: World, changed: dict[str, str], match: str) -> None:
    site = {"name": "Dayton", "kind": "hub", "city": "Dayton", "state": "OH", "zone": "America/New_York"}
    site |= {"authorized_from": "2026-01-01", **changed}
    answer = world.browser_of("Gus").post("/admin/sites/new", data=site)
    assert answer.status_code == 422
    assert match in answer.text
    assert len(world.all(Site)) == 2


@pytest.mark.one_engine
def test_a_site_keeps_its_zone_when_it_is_changed(world: World) -> None:
    address = f"/admin/sites/{lowell(world)}"
    site = {"name": "Lowell", "kind": "college", "city": "Lowell", "state": "MA", "zone": "America/Denver"}
    assert world.browser_of("Gus").post(address, data={**site, "capacity": "40"}).status_code == 303
    row = world.one(Site, name="Lowell")
    assert (row.kind, row.zone, row.capacity) == ("college", "America/New_York", 40)
