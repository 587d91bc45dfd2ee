"""An instructor on a lab floor without a network: the register waits on the phone and arrives once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lms.hub.attendance.models import RegisterSave
from lms.hub.attendance.rules.register import Mark
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.models import Attendance
from tests.hub.attendance.made import SATURDAY, lab, save
from tests.journeys.steps import sign_in
from tests.journeys.test_offline import counts
from tests.support.web import NOW, World

pytestmark = [pytest.mark.browser, pytest.mark.one_engine]


def keep(page: Page) -> None:
    """Press the button, and wait until the phone knows that there is no network: then nobody stands by the form."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("form[aria-busy]")).to_have_count(0)


@pytest.mark.parametrize("width", [360])
def test_a_register_marked_without_a_network_arrives_once_and_a_conflict_shows_both_versions(
    world: World, page: Page, check_page: Callable[[Page], None], width: int
) -> None:
    meeting = lab(world, SATURDAY)
    page.clock.set_fixed_time(NOW)
    sign_in(page, "Ben")
    page.goto(f"/instructor/sessions/{meeting.session.public_id}/register")
    page.context.set_offline(True)
    page.get_by_label("Register of Ada").select_option("present")
    keep(page)
    counts(page, "1 waiting", "register")
    page.get_by_label("Register of Zoe").select_option("absent")
    keep(page)
    counts(page, "1 waiting", "register")  # the newer whole takes the place of the one that waits
    assert world.all(Attendance) == []
    check_page(page)
    page.context.set_offline(False)
    counts(page, "1 saved", "register")
    assert sorted(row.presence for row in world.all(Attendance)) == ["absent", "present"]
    assert len(world.all(RegisterSave)) == 1

    page.context.set_offline(True)
    page.get_by_label("Register of Zoe").select_option("present")
    keep(page)
    counts(page, "1 waiting, 1 saved", "register")
    save(world, meeting, {"Zoe": Mark(Presence.EXCUSED)}, "Cleo")
    page.context.set_offline(False)
    counts(page, "1 not accepted, 1 saved", "register")
    item = page.locator("[data-outbox-list] li[data-state=refused]")
    expect(item.locator("[data-yours]")).to_have_text("Zoe: Present")
    expect(item.locator("[data-theirs]")).to_have_text("Zoe: Excused")
    check_page(page)
    item.get_by_role("button", name="Decide in the register").click()
    expect(page.get_by_text("Somebody else saved this register meanwhile")).to_be_visible()
    expect(page.get_by_text("Saved by somebody else: Excused")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    rows = world.all(Attendance, enrollment_id=world.enrollment("Zoe").id)
    assert rows[-1].presence is Presence.PRESENT
