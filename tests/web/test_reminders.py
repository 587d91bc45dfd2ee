"""Who gets which reminder when and why, as its coordinator sees it; one's own letters and when they may come."""

from datetime import timedelta

import pytest

from lms.hub.hours.models import Reminder
from lms.hub.hours.rules.reminders import Outcome, Rung, ladder
from lms.jobs.hours import remind_of_sheets
from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage
from lms.messages.models import MailDay, Preference
from lms.messages.rules import Topic
from lms.messages.services import choose_mail, notify
from tests.api.support import caller
from tests.hub.hours.made import NEW_YORK
from tests.hub.hours.weeks import MONDAY, at, hand_in, log_week
from tests.support.web import World, words

TIMES = {due.rung: due.at for due in ladder(MONDAY, NEW_YORK)}
pytestmark = pytest.mark.one_engine


def test_the_coordinator_sees_who_will_be_reminded_and_who_is_left_alone(world: World) -> None:
    log_week(world)
    hand_in(world)
    with at(TIMES[Rung.TUESDAY] - timedelta(hours=1)):
        with transaction():
            choose_mail(world.actor("Zoe"), world.person("Zoe"), Topic.REMINDERS, False)
        shown = words(world.browser_of("Cleo").get("/coordinator/reminders"))
        remind_of_sheets(world.app.config["LMS"])
        table = world.browser_of("Cleo").get("/coordinator/reminders.csv").text
    assert "Tuesday, the evening before it is due" in shown
    assert "not by mail: turned off" in shown
    assert "The sheet is handed in" in shown
    assert "Eli" not in shown  # another site's
    foreseen = [line.split(",") for line in table.splitlines() if f"tuesday,{MONDAY}" in line]
    assert {(row[4], row[5], row[6]) for row in foreseen} == {("Ada", "handed_in", "no"), ("Zoe", "reminded", "no")}


def test_what_the_coordinator_was_shown_is_what_happens(world: World) -> None:
    log_week(world)
    hand_in(world)
    api = caller(world, "Gus")
    cohort = api.get("/cohorts").json["items"][0]["id"]
    with at(TIMES[Rung.TUESDAY] - timedelta(hours=1)):
        foreseen = {
            (one["student"], one["rung"]): one["outcome"]
            for one in api.get(f"/cohorts/{cohort}/reminders").json["items"]
            if one["monday"] == MONDAY.isoformat() and not one["is_judged"]
        }
    with at(TIMES[Rung.TUESDAY]):
        remind_of_sheets(world.app.config["LMS"])
    with at(TIMES[Rung.WEDNESDAY]):
        remind_of_sheets(world.app.config["LMS"])
        past = api.get(f"/cohorts/{cohort}/reminders").json["items"]
    judged = {
        (one["student"], one["rung"]): one["outcome"]
        for one in past
        if one["monday"] == MONDAY.isoformat() and one["is_judged"]
    }
    assert judged == {key: value for key, value in foreseen.items() if key[1] in ("tuesday", "wednesday")}
    assert len(world.all(Reminder, outcome=Outcome.REMINDED, monday=MONDAY)) == 4


def test_a_person_chooses_letters_and_the_own_day_and_a_short_day_is_refused(world: World) -> None:
    browser = world.browser_of("Ada")
    night = {"results": "y", "work": "y", "begins": "15:00", "ends": "07:00"}
    assert browser.post("/profile/mail", data=night).status_code == 303
    row = world.one(MailDay, person_id=world.person("Ada").id)
    assert (row.begins_minute, row.ends_minute) == (15 * 60, 7 * 60)
    assert world.one(Preference, person_id=world.person("Ada").id, topic=Topic.REMINDERS).by_mail is False
    assert 'value="15:00"' in browser.get("/profile/mail").text
    answer = browser.post("/profile/mail", data={**night, "ends": "16:00"})
    assert answer.status_code == 422
    assert "at least 4 hours" in answer.text
    assert "cannot be turned off" in answer.text


def test_the_api_reads_and_writes_the_same_choices(world: World) -> None:
    api = caller(world, "Ada")
    assert api.get("/me/mail").json["day_begins"] == "07:00"
    chosen = {"reminders": True, "results": False, "work": True, "day_begins": "15:00", "day_ends": "07:00"}
    assert api.put("/me/mail", json=chosen).json == {**chosen, "zone": "America/New_York"}
    assert api.get("/me/mail").json == {**chosen, "zone": "America/New_York"}
    short = api.put("/me/mail", json={**chosen, "day_ends": "16:00"})
    assert short.status_code == 422


def test_every_letter_stands_among_the_own_notices_but_one_with_a_secret(world: World) -> None:
    ada = world.person("Ada").id
    with transaction():
        notify(ada, "account-reset", "1", path="/links/secret")
        notify(ada, "score-released", "2", activity="Lab <3>")
        notify(world.person("Zoe").id, "score-released", "2", activity="Lab 4")
    browser, api = world.browser_of("Ada"), caller(world, "Ada")
    page = browser.get("/notices").text
    assert "Your feedback on Lab &lt;3&gt; is there" in page
    assert "/links/secret" not in page
    assert "Lab 4" not in page
    assert [one["read_at"] for one in api.get("/me/notices").json["items"]] == [None]
    browser.post("/notices/reading")
    assert api.get("/me/notices").json["items"][0]["read_at"] is not None
    assert world.one(OutboxMessage, person_id=world.person("Zoe").id).read_at is None
