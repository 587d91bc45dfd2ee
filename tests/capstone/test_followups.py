"""Follow-ups: asked once, answered from a link without signing in, closed as unknown; no job posts money."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from lms.capstone.followups.models import FollowUp, FollowUpAnswer, FollowUpEnd, FollowUpLink
from lms.capstone.followups.queries import lines_asked
from lms.capstone.followups.rules import InUse, closes_on, follow_up_dates, reminders_due, window_of
from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.projects.rules import ImplementationStatus
from lms.capstone.savings.models import Posting
from lms.capstone.savings.services.costs import post_cost
from lms.jobs.savings import follow_up, freeze_benchmarks
from lms.kernel.db import session, transaction
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from tests.api.support import caller
from tests.capstone.stage import LIVE_ON, draft, lines, live, verified
from tests.support.web import with_form_token

START = datetime(2026, 10, 28, 14, tzinfo=UTC)


def letters(world, template="follow-up-due"):
    return [message for message in world.all(OutboxMessage) if message.template == template]


def link_of(letter):
    return letter.said()["path"]


def run(world, moment):
    with time_machine.travel(moment, tick=False):
        follow_up(world.app.config["LMS"])


def test_two_years_with_the_scheduler_stopped_for_forty_days_ask_each_milestone_once(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    postings = len(world.all(Posting))
    stopped = range(58, 98)  # from two days before the notice of the first one until after its due day
    for day in range(0, 730):
        if day not in stopped and (day % 7 == 0 or day in (57, 98)):
            with time_machine.travel(START + timedelta(days=day), tick=False):
                follow_up(world.app.config["LMS"])
                follow_up(world.app.config["LMS"])
    asked = world.all(FollowUp)
    assert [row.milestone for row in asked] == [3, 6, 12]
    assert [row.due_on for row in asked] == [date(2027, 1, 1), date(2027, 4, 1), date(2027, 10, 1)]
    ends = world.all(FollowUpEnd)
    assert [end.status for end in ends] == [ImplementationStatus.UNKNOWN] * 3
    for row, end in zip(asked, ends, strict=True):
        assert timedelta(60) < end.recorded_at.date() - row.due_on <= timedelta(100)
    assert len(world.all(Posting)) == postings
    by_follow_up = [sum(row.public_id in letter.dedupe_key for letter in letters(world)) for row in asked]
    assert by_follow_up[1:] == [4, 4]  # the question and three reminders
    assert 1 <= by_follow_up[0] <= 4
    assert len(letters(world, "follow-up-late")) == 3
    assert len({letter.dedupe_key for letter in letters(world)}) == len(letters(world))
    freeze_benchmarks(world.app.config["LMS"])
    assert len(world.all(Posting)) == postings


@pytest.mark.one_engine
def test_a_sponsor_answers_on_the_phone_without_signing_in_and_finance_hears_of_it(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    moment = datetime(2027, 1, 2, 15, tzinfo=UTC)
    run(world, moment)
    (letter,) = letters(world)
    assert letter.person_id == world.person("Dee").id
    secret = link_of(letter).rsplit("/", 1)[1]
    assert all(secret not in link.token_sha256 for link in world.all(FollowUpLink))
    postings = len(world.all(Posting))
    with time_machine.travel(moment, tick=False):
        phone = world.visitor()
        page = phone.get(link_of(letter)).get_data(as_text=True)
        assert "Quick-change fixtures" in page
        assert "forecast: $3,000.00" in page
        token = re.search('name="csrf_token" value="([^"]+)"', page)[1]
        form = {"csrf_token": token, "in_use": "partly", f"how-{line.id}": "amount", "volume": "less"}
        form |= {"drift": "people", "publish": "nothing", "again": "9", "safety": "7"}
        wrong = phone.post(link_of(letter), data={**form, "again": "11", f"amount-{line.id}": ""})
        assert wrong.status_code == 422
        text = wrong.get_data(as_text=True)
        assert "0 to 10" in text
        assert "Which amount did it bring?" in text
        assert phone.post(link_of(letter), data={**form, f"amount-{line.id}": "2100.50"}).status_code == 303
        assert "What you send now replaces it" in phone.get(link_of(letter)).get_data(as_text=True)
        assert phone.post(link_of(letter), data={**form, f"how-{line.id}": "as_forecast"}).status_code == 303
    first, second = world.all(FollowUpAnswer)
    assert (first.in_use, first.lines, first.by_link) == (InUse.PARTLY, [[line.id, "amount", 210_050]], True)
    assert second.supersedes_id == first.id
    assert second.recorded_by_id == world.person("Dee").id
    assert len(world.all(Posting)) == postings
    assert [each.person_id for each in letters(world, "follow-up-answered")] == [world.person("Finn").id] * 2
    run(world, moment + timedelta(days=40))
    assert len(letters(world)) == 1  # nobody is reminded of what was answered
    with time_machine.travel(moment, tick=False):
        shown = world.browser_of("Finn").get(f"/employer/projects/{project.public_id}").get_data(as_text=True)
        assert "would sponsor again: 9 of 10" in shown
        assert world.browser_of("Fay").get(f"/employer/projects/{project.public_id}").status_code == 404


@pytest.mark.one_engine
def test_a_link_is_for_one_follow_up_expires_and_ends_with_the_role(world):
    live(world)
    moment = datetime(2026, 12, 5, 15, tzinfo=UTC)
    run(world, moment)
    (letter,) = letters(world)
    visitor = world.visitor()
    with time_machine.travel(moment, tick=False):
        assert visitor.get(link_of(letter)).status_code == 200
        assert visitor.get(link_of(letter) + "x").status_code == 404
    with time_machine.travel(moment + timedelta(days=31), tick=False):
        assert visitor.get(link_of(letter)).status_code == 404
    with time_machine.travel(moment, tick=False), transaction():
        (grant,) = world.all(GrantRow, person_id=world.person("Dee").id, relation=Relation.SPONSOR)
        grant.to_day = date(2026, 12, 1)
    with time_machine.travel(moment, tick=False):
        assert visitor.get(link_of(letter)).status_code == 404


@pytest.mark.one_engine
def test_the_office_sees_who_has_not_answered_and_a_closed_one_takes_no_answer(world):
    live(world)
    run(world, datetime(2026, 12, 5, 15, tzinfo=UTC))
    with time_machine.travel(datetime(2027, 2, 8, 15, tzinfo=UTC), tick=False):
        follow_up(world.app.config["LMS"])
        page = world.browser_of("Cleo").get("/coordinator/follow-ups").get_data(as_text=True)
        assert "call the sponsor" in page
        assert "Nobody is waited for" in world.browser_of("Ivo").get("/coordinator/follow-ups").get_data(as_text=True)
        assert [each.person_id for each in letters(world, "follow-up-late")] == [world.person("Cleo").id]
    (asked,) = [row for row in world.all(FollowUp) if row.milestone == 3]
    with time_machine.travel(datetime(2027, 3, 3, 15, tzinfo=UTC), tick=False):
        follow_up(world.app.config["LMS"])
        dee = world.browser_of("Dee")
        address = f"/employer/follow-ups/{asked.public_id}"
        assert "This follow-up is closed" in dee.get(address).get_data(as_text=True)
        form = {"in_use": "yes", "volume": "same", "drift": "none", "publish": "nothing"}
        assert dee.post(address, data=form).status_code == 422
        assert world.browser_of("Fay").get(address).status_code == 404
        assert world.browser_of("Finn").get(address).status_code == 403


def test_whoever_is_asked_late_gets_the_whole_time_and_one_reminder():
    dates = follow_up_dates(LIVE_ON, 3)
    assert closes_on(dates, dates.notice) == dates.closes
    assert closes_on(dates, dates.due + timedelta(days=10)) == dates.due + timedelta(days=70)
    assert reminders_due(dates.due, dates.due + timedelta(days=30)) == [28]
    assert reminders_due(dates.due, dates.due) == []
    assert window_of(LIVE_ON, 12) == (date(2027, 4, 1), date(2027, 9, 1))
    assert window_of(date(2026, 10, 17), 3) == (date(2026, 11, 1), date(2027, 1, 1))


def test_a_firm_answers_what_is_due_of_several_projects_on_one_page_or_in_one_call(world):
    first = live(world)
    second = live(world, {"Changeover": draft(), "Overtime": draft(600_000)})
    for project in (first, second):
        for line in lines(world, project):
            verified(world, project, line)
    postings = len(world.all(Posting))
    with time_machine.travel(datetime(2027, 1, 2, 15, tzinfo=UTC), tick=False):
        run(world, datetime(2027, 1, 2, 15, tzinfo=UTC))
        dee = world.browser_of("Dee")
        one, two = world.all(FollowUp)
        page = dee.get("/employer/follow-ups").text
        assert page.count("3 months on") == 2
        assert dee.post("/employer/follow-ups", data={}).status_code == 422  # nothing was said
        ids = [line.id for line in lines(world, second)]
        said = {f"{one.public_id}-in_use": "yes", f"{two.public_id}-in_use": "partly"}
        said |= {
            f"{row.public_id}-{name}": value
            for row in (one, two)
            for name, value in (("volume", "same"), ("drift", "none"), ("publish", "nothing"), ("comment", ""))
        }
        said |= {f"how-{lines(world, first)[0].id}": "as_forecast"}
        said |= {f"how-{ids[0]}": "amount", f"amount-{ids[0]}": "", f"how-{ids[1]}": "unknown"}
        wrong = dee.post("/employer/follow-ups", data=said)
        assert wrong.status_code == 422
        assert "Which amount did it bring?" in wrong.text
        assert world.all(FollowUpAnswer) == []  # all or none
        assert dee.post("/employer/follow-ups", data={**said, f"amount-{ids[0]}": "2500.00"}).status_code == 303
        assert [row.in_use for row in world.all(FollowUpAnswer)] == [InUse.YES, InUse.PARTLY]
        assert "Nothing is asked" in dee.get("/employer/follow-ups").text
        assert world.browser_of("Finn").get("/employer/follow-ups").status_code == 403
        fay, api = caller(world, "Fay"), caller(world, "Dee")
        assert fay.get("/follow-ups").json["data"] == []
        listed = [row for row in api.get("/follow-ups").json["data"] if row["id"]]
        assert [row["state"] for row in listed] == ["answered", "answered"]
        assert listed[1]["lines"][1]["forecast"] == {"amount": "1500.00", "currency": "USD"}
        both = [{"follow_up": row.public_id, "in_use": "no"} for row in (one, two)]
        refused = fay.post("/follow-up-answers", json={"answers": both})
        assert refused.status_code == 422, refused.text  # an id of another firm is none at all
        assert [error["field"] for error in refused.json["errors"]] == ["answers"]
        assert fay.post(f"/follow-ups/{one.public_id}/answers", json={"in_use": "no"}).status_code == 404
        bad = [both[0], {**both[1], "again": 11}]
        assert api.post("/follow-up-answers", json={"answers": bad}).status_code == 422
        assert len(world.all(FollowUpAnswer)) == 2
        done = api.post("/follow-up-answers", json={"answers": both})
        assert done.status_code == 200, done.text
        assert api.post(f"/follow-ups/{one.public_id}/answers", json={"in_use": "yes"}).status_code == 200
    assert len(world.all(Posting)) == postings  # what is said posts no money


def test_a_link_opens_in_one_form_what_was_open_at_its_firm_when_it_was_made_and_nothing_else(world):
    ours = [live(world), live(world, {"Changeover": draft()})]
    with transaction():
        bolt, ivo = world.one(Firm, name="Bolt"), world.person("Ivo")
        session.add(GrantRow(person_id=ivo.id, relation=Relation.FINANCE, place_id=bolt.id, from_day=date(2026, 8, 1)))
    theirs = live(world, student="Eli", coach="Hana", sponsor="Fay", finance="Ivo")
    for project in ours:
        (line,) = lines(world, project)
        verified(world, project, line)
    moment = datetime(2027, 1, 2, 15, tzinfo=UTC)
    run(world, moment)
    asked = {row.project_id: row for row in world.all(FollowUp)}
    one, two, other = (asked[project.id] for project in (*ours, theirs))
    mine = {
        row.public_id: link_of(letter)
        for letter in letters(world)
        for row in asked.values()
        if row.public_id in letter.dedupe_key
    }
    early, late = mine[one.public_id], mine[two.public_id]
    with time_machine.travel(moment, tick=False):
        phone = world.visitor()
        assert "2 follow-ups of your firm are open" in phone.get(late).text
        assert "follow-ups of your firm" not in phone.get(early).text  # made before the second was asked
        assert other.public_id not in phone.get(f"{late}/all").text
        phone = with_form_token(phone)
        said = {}
        for row in (one, two, other):
            said |= {f"{row.public_id}-in_use": "yes", f"{row.public_id}-volume": "same"}
            said |= {f"{row.public_id}-drift": "none", f"{row.public_id}-publish": "nothing"}
        for project in ours:
            said[f"how-{lines(world, project)[0].id}"] = "as_forecast"
        assert phone.post(f"{late}/all").status_code == 422  # nothing was said
        assert phone.post(f"{late}/all", data={**said, f"{two.public_id}-again": "11"}).status_code == 422
        assert world.all(FollowUpAnswer) == []  # all or none
        assert phone.post(f"{early}/all", data=said).status_code == 303
        assert [row.follow_up_id for row in world.all(FollowUpAnswer)] == [one.id]
        assert phone.post(f"{late}/all", data=said).status_code == 303
        answers = world.all(FollowUpAnswer)
        assert [(row.follow_up_id, row.by_link) for row in answers] == [(one.id, True), (two.id, True)]
        assert "Nothing is asked" in phone.get(f"{late}/all").text
    with transaction():
        world.one(GrantRow, person_id=world.person("Dee").id).to_day = date(2026, 12, 31)
    with time_machine.travel(moment, tick=False):
        assert phone.get(f"{late}/all").status_code == 404
        assert phone.post(f"{late}/all", data=said).status_code == 404


@pytest.mark.one_engine
def test_a_project_that_needed_equipment_is_asked_after_two_years_too_and_no_job_posts_money(world):
    project, plain = live(world), live(world)
    for each in (project, plain):
        verified(world, each, lines(world, each)[0])
    with transaction():
        post_cost(world.actor("Finn"), project, CostKind.CAPEX, Payer.FIRM, 300_000, LIVE_ON)
    postings = len(world.all(Posting))
    stopped = range(680, 720)  # the scheduler stands still from before the notice of the last one
    for day in range(40, 860, 20):
        if day not in stopped:
            run(world, START + timedelta(days=day))
            run(world, START + timedelta(days=day))
    asked = [(row.project_id, row.milestone) for row in world.all(FollowUp)]
    assert sorted(asked) == sorted(
        [(each.id, months) for each in (project, plain) for months in (3, 6, 12)] + [(project.id, 24)]
    )
    assert len(world.all(FollowUpEnd)) == 7
    assert {end.status for end in world.all(FollowUpEnd)} == {ImplementationStatus.UNKNOWN}
    assert len(world.all(Posting)) == postings
    late = next(row for row in world.all(FollowUp) if row.milestone == 24)
    with transaction(write=False):
        (one,), months = lines_asked(late, project)
    assert months == (date(2027, 10, 1), date(2028, 9, 1))
    assert one.forecast_minor == 1_200_000  # a whole year, as it runs
