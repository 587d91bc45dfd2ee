"""The feed: three libraries read the same instants, changes are seen as changes, and the address is secret."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import time_machine
import vobject
from playwright.sync_api import Browser

from lms.hub.calendar.ical import feed
from lms.hub.calendar.kinds import ItemKind
from lms.hub.calendar.models import CalendarFeed
from lms.hub.calendar.rules.items import Item
from lms.hub.calendar.services.feeds import renew_feed, revoke_feed
from lms.hub.calendar.services.sessions import Wanted, cancel_session, move_session
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Cohort, Session
from lms.hub.cohorts.services import add_break
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.setting import extend
from lms.hub.enrollment.kinds import StatusReason
from lms.hub.enrollment.services import withdraw
from lms.kernel.db import transaction
from lms.kernel.speak import Reader
from lms.kernel.text import say
from lms.people.access import Relation
from lms.people.accounts.tokens import sha256_of
from lms.people.consent.models import Disclosure, Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from tests.hub.calendar.made import lab, labs
from tests.hub.coursework.made import plan as activity
from tests.hub.coursework.made import set_work
from tests.support.web import NOW, World

ICAL_JS = Path(__file__).parents[2] / "data" / "vendor" / "ical.es5.min.cjs"
ZONES = ("America/New_York", "America/Los_Angeles", "America/Phoenix", "Australia/Lord_Howe")
# Around both clock changes of 2026 and 2027, the repeated hour and the skipped one.
MOMENTS = (
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    datetime(2027, 3, 14, 6, 59, tzinfo=UTC),
    datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
)


def an_item(number: int, starts_at: datetime, zone: str) -> Item:
    return Item(
        uid=f"session-{number}",
        kind=ItemKind.SESSION,
        title=say("%(unit)s", unit="Lab; with, marks\nand \\ more, ñandú"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        zone=zone,
        changed_at=NOW,
        where="Bay 2, Lowell",
    )


ITEMS = [an_item(n, at, zone) for n, (at, zone) in enumerate((at, zone) for at in MOMENTS for zone in ZONES)]


@pytest.fixture
def read_by_ical_js(browser: Browser) -> Iterator[Any]:
    """Reads a feed with ical.js in the browser of the tests: [uid, start and end in milliseconds, summary]."""
    context = browser.new_context()
    page = context.new_page()
    page.add_script_tag(content=ICAL_JS.read_text())
    yield lambda text: page.evaluate(READ, text)
    context.close()


READ = """async (text) => {
  const found = new ICAL.Component(ICAL.parse(text));
  return found.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    return [event.uid, event.startDate.toJSDate().getTime(), event.endDate.toJSDate().getTime(), event.summary];
  });
}"""


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def test_icalendar_vobject_and_ical_js_read_the_same_instants(read_by_ical_js: Any) -> None:
    text = feed(ITEMS, "Ada", Reader("en", "America/New_York"), NOW).decode()
    truth = [
        [f"{item.uid}@calendar.hub-and-spoke", millis(item.starts_at), millis(item.ends_at), str(item.title)]
        for item in ITEMS
    ]
    one = [
        [str(e["uid"]), millis(e.decoded("dtstart")), millis(e.decoded("dtend")), str(e["summary"])]
        for e in icalendar.Calendar.from_ical(text).walk("VEVENT")
    ]
    two = [
        [e.uid.value, millis(e.dtstart.value), millis(e.dtend.value), e.summary.value]
        for e in vobject.readOne(text).vevent_list
    ]
    assert one == two == read_by_ical_js(text) == truth
    assert read_by_ical_js(text.replace("T053000Z", "T063000Z", 1)) != truth


def test_every_instant_is_utc_with_z_and_there_is_no_zone_block() -> None:
    text = feed(ITEMS, "Ada", Reader("en", "America/New_York"), NOW).decode()
    lines = text.replace("\r\n ", "").split("\r\n")
    dated = [line for line in lines if line.startswith(("DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED"))]
    assert len(dated) == 4 * len(ITEMS)
    assert all(line.endswith("Z") and "TZID" not in line for line in dated)
    assert "VTIMEZONE" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    described = [line for line in lines if line.startswith("DESCRIPTION")]
    assert all(any(zone in line for zone in ZONES) for line in described)


def test_a_whole_day_ends_on_the_day_after_it() -> None:
    days = {"first_day": date(2026, 11, 26), "last_day": date(2026, 11, 27)}
    item = Item("break-1", ItemKind.BREAK, say("%(name)s", name="Off"), NOW, NOW, ZONES[0], NOW, **days)
    (event,) = icalendar.Calendar.from_ical(feed([item], "x", Reader("en", ZONES[0]), NOW)).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 11, 26), date(2026, 11, 28))


# ---- the address


def address_of(world: World, name: str) -> str:
    told: list[str] = []
    with transaction():
        renew_feed(world.actor(name), world.person(name), told)
    return f"/calendar/feeds/{told[0]}.ics"


@dataclass(frozen=True)
class Read:
    """One event as a calendar program keeps it."""

    starts: date | datetime
    sequence: int
    modified: datetime
    status: str
    summary: str


def read(world: World, address: str) -> dict[str, Read]:
    answer = world.visitor().get(address)
    assert answer.status_code == 200, answer.status
    assert answer.content_type == "text/calendar; charset=utf-8"
    return {
        str(e["uid"]).partition("@")[0]: Read(
            e.decoded("dtstart"), int(e["sequence"]), e.decoded("last-modified"), str(e["status"]), str(e["summary"])
        )
        for e in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    }


def of_kind(found: dict[str, Read], kind: str) -> dict[str, Read]:
    return {uid: one for uid, one in found.items() if uid.startswith(kind)}


def mine(world: World) -> Session:
    return world.one(Session)


def test_only_the_hash_of_the_secret_is_kept(world: World) -> None:
    address = address_of(world, "Ada")
    secret = address.removeprefix("/calendar/feeds/").removesuffix(".ics")
    assert len(secret) == 43  # 256 bits
    assert world.one(CalendarFeed).token_sha256 == sha256_of(secret)
    assert secret not in str(vars(world.one(CalendarFeed)))


def test_a_move_keeps_the_uid_and_raises_sequence_and_last_modified(world: World) -> None:
    lab(world)
    address = address_of(world, "Ada")
    ((uid, before),) = of_kind(read(world, address), "session-").items()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        with transaction():
            move_session(world.actor("Cleo"), mine(world), Wanted(date(2026, 11, 13), time(17), time(19)))
        after = read(world, address)[uid]
        assert after.starts == datetime(2026, 11, 13, 22, tzinfo=UTC)
        assert after.sequence > before.sequence
        assert after.modified > before.modified
        with transaction():
            cancel_session(world.actor("Cleo"), mine(world))
        assert (read(world, address)[uid].status, before.status) == ("CANCELLED", "CONFIRMED")


def test_a_due_date_is_the_students_own_and_an_extension_raises_its_sequence(world: World) -> None:
    (report,) = set_work(world, activity("PC-A1", week=9))
    address = address_of(world, "Ada")
    ((uid, before),) = of_kind(read(world, address), "due-").items()
    until = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        with transaction():
            extend(world.actor("Ben"), world.enrollment("Ada"), report, until, ExtensionReason.WORK, "overtime")
        after = read(world, address)[uid]
    assert (after.starts, after.sequence > before.sequence) == (until, True)
    assert next(iter(of_kind(read(world, address_of(world, "Zoe")), "due-").values())).starts == before.starts


def test_a_feed_has_locks_breaks_and_sessions_of_the_own_section_alone(world: World) -> None:
    labs(world)
    labs(world, "Providence", "Ivo")
    with transaction():
        day = date(2026, 11, 26)
        add_break(world.actor("Gus"), world.one(Cohort), BreakKind.HOLIDAY, day, day)
    for name, count in (("Ada", 7), ("Eli", 7), ("Ben", 7), ("Cleo", 7), ("Gus", 14)):
        found = read(world, address_of(world, name))
        assert len(of_kind(found, "session-")) == count, name
        assert len(of_kind(found, "break-")) == 1
    locks = of_kind(read(world, address_of(world, "Ada")), "lock-")
    assert locks[next(uid for uid in locks if "2026-10-26" in uid)].starts == datetime(2026, 11, 7, 17, tzinfo=UTC)
    assert of_kind(read(world, address_of(world, "Ben")), "lock-") == {}


def test_a_renewed_a_revoked_and_an_invented_address_give_nothing(world: World) -> None:
    old = address_of(world, "Ada")
    new = address_of(world, "Ada")
    assert [world.visitor().get(one).status_code for one in (old, new)] == [404, 200]
    with transaction():
        revoke_feed(world.actor("Ada"), world.person("Ada"))
    assert [world.visitor().get(one).status_code for one in (old, new, "/calendar/feeds/x.ics")] == [404, 404, 404]


def test_permission_is_judged_when_the_feed_is_read(world: World) -> None:
    labs(world)
    ada, ben = address_of(world, "Ada"), address_of(world, "Ben")
    assert len(of_kind(read(world, ada), "session-")) == 7
    with transaction():
        withdraw(world.actor("Cleo"), world.enrollment("Ada"), date(2026, 10, 27), StatusReason.WORK)
        world.one(GrantRow, relation=Relation.INSTRUCTOR, person_id=world.person("Ben").id).to_day = date(2026, 10, 27)
    assert read(world, ada) == {}
    assert read(world, ben) == {}
    with transaction():
        world.person("Ada").is_active = False
    assert world.visitor().get(ada).status_code == 404


def test_a_firm_sees_sessions_only_of_those_who_agreed_and_each_reading_is_logged(world: World) -> None:
    labs(world)
    address = address_of(world, "Dee")
    assert read(world, address) == {}
    acme = world.one(Firm, name="Acme")
    with transaction():
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), acme, [RecordType.ATTENDANCE], Purpose.SPONSORSHIP)
    found = read(world, address)
    assert len(found) == len(of_kind(found, "session-")) == 7
    assert all(one.summary.endswith("(Ada)") for one in found.values())
    assert [row.page for row in world.all(Disclosure)] == ["calendar feed"]
    assert read(world, address_of(world, "Fay")) == {}
