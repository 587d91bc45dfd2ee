"""One student's due date, read where people and programs read it: page, API, letter, calendar and its feed."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from lms.hub.cohorts.models import Section
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.queries import find_work
from lms.hub.coursework.setting import extend, move_deadline
from lms.jobs.coursework import remind_of_activities
from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage
from lms.messages.compose import write
from tests.api.support import caller
from tests.hub.calendar.test_feed import address_of
from tests.hub.coursework.made import SUNDAY_DUE, set_work
from tests.hub.hours.weeks import at
from tests.support.web import World

LATER = datetime(2026, 11, 11, 2, 30, tzinfo=UTC)  # Tuesday of week 10, 21:30 in Lowell


@pytest.mark.one_engine
@pytest.mark.parametrize("name", ["Ada", "Zoe"])
def test_page_api_letter_and_calendar_say_the_same_instant(world: World, name: str) -> None:
    (activity,) = set_work(world)
    for_section = SUNDAY_DUE + timedelta(days=1)
    with transaction():
        move_deadline(world.actor("Ben"), world.one(Section, name="Lowell"), activity, for_section)
        extend(world.actor("Ben"), world.enrollment("Ada"), activity, LATER, ExtensionReason.WORK, "overtime week")
    due = {"Ada": LATER, "Zoe": for_section}[name]
    with transaction(write=False):
        assert find_work(world.enrollment(name), activity).due.at == due

    page = world.browser_of(name).get(f"/student/coursework/{activity.public_id}").text
    shown = re.search(r'<dt>Due</dt><dd><time datetime="([^"]+)"', page)
    assert shown
    assert datetime.fromisoformat(shown[1]) == due

    place = f"/enrollments/{world.enrollment(name).public_id}/activities"
    for path in (f"{place}/{activity.public_id}", place):
        found = caller(world, name).get(path).json
        assert found is not None
        said = found["items"][0] if "items" in found else found
        assert datetime.fromisoformat(said["due_at"]) == due
        assert datetime.fromisoformat(said["base_due_at"]) == SUNDAY_DUE
        assert said["due_reason"] == {"Ada": "extension", "Zoe": "section"}[name]

    feed = icalendar.Calendar.from_ical(world.visitor().get(address_of(world, name)).data)
    (event,) = [one for one in feed.walk("VEVENT") if str(one["uid"]).startswith("due-")]
    assert event.decoded("dtstart") == due
    with at(due - timedelta(hours=40)):
        assert remind_of_activities(world.app.config["LMS"])
    (message,) = world.all(OutboxMessage, template="activity-due", person_id=world.person(name).id)
    with transaction(write=False):
        letter = write(message, world.person(name), "https://example.org")
    local = due.astimezone(ZoneInfo("America/New_York"))
    assert f"{local:%-I:%M}" in letter.subject
    assert f"{local:%b %-d}" in letter.subject
