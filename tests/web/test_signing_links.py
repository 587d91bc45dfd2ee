"""A supervisor signs one sheet by a link, without signing in (D16, H20), on both engines and on a phone."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from lms.hub.enrollment.models import EmploymentSpell
from lms.hub.hours.models import HoursEntry, Seen, SheetEvent, SheetPart, WeekSheet
from lms.hub.hours.models.deciding import SigningLink
from lms.hub.hours.rules.sheet import Manner, Route, State, Step
from lms.hub.hours.services.links import LIVES
from lms.jobs.hours import send_signing_links
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.outbox import OutboxMessage
from lms.people.accounts.tokens import sha256_of
from tests.hub.hours.weeks import NOW, at, hand_in, log_capstone, log_week, part_of
from tests.support.web import World, with_form_token, words


def handed_in(world: World) -> SheetPart:
    log_week(world)
    log_capstone(world)
    hand_in(world)
    return part_of(world, route=Route.WORKPLACE)


def mailed(world: World) -> str:
    """The address in the newest letter."""
    send_signing_links(world.app.config["LMS"])
    path: str = world.all(OutboxMessage, template="sheet-to-sign")[-1].said()["path"]
    return path


def phone(world: World) -> FlaskClient:
    return with_form_token(world.visitor())


def seen_in(text: str) -> str:
    return text.split('name="seen" value="')[1].split('"')[0]


def test_d16_a_link_signs_one_part_once_and_the_signature_says_how(world: World) -> None:
    part = handed_in(world)
    path = mailed(world)
    assert [one.person_id for one in world.all(OutboxMessage)] == [world.person("Sam").id]
    assert send_signing_links(world.app.config["LMS"]) == 0
    link = world.one(SigningLink)
    assert (link.token_sha256, link.version) == (sha256_of(path.removeprefix("/sign/")), 1)
    someone = phone(world)
    text = someone.get(path).text
    assert "Sign hours of Ada" in text
    assert "2 h" in text
    assert "Process controls" not in text
    assert world.one(SigningLink).used_at is None
    refused = someone.post(f"{path}/approval", data={"seen": "0" * 64})
    assert refused.status_code == 409
    assert someone.post(f"{path}/approval", data={"seen": seen_in(text)}).status_code == 200
    event = world.one(SheetEvent, step=Step.APPROVED)
    assert (event.manner, event.recorded_by_id) == (Manner.LINK, world.person("Sam").id)
    assert event.key == part.key
    assert world.one(Seen).recorded_by_id == world.person("Sam").id
    assert world.one(AuditEntry, action="hours:approve").via == "link"
    assert world.one(WeekSheet).state is State.SUBMITTED
    again = someone.get(path)
    assert (again.status_code, "Ada" in words(again)) == (410, False)
    assert "This link was used" in again.text
    assert someone.post(f"{path}/return", data={"reason": "no"}).status_code == 410


@pytest.mark.one_engine
def test_h21_a_link_gives_the_part_back_with_a_reason_and_a_new_one_comes_when_it_is_handed_in_again(
    world: World,
) -> None:
    handed_in(world)
    path, someone = mailed(world), phone(world)
    text, cell = someone.get(path).text, world.all(HoursEntry)[-1].public_id
    empty = someone.post(f"{path}/return", data={"seen": seen_in(text), "reason": ""})
    assert (empty.status_code, "Say what has to change" in empty.text) == (422, True)
    sent = {"seen": seen_in(text), "reason": "Only one hour.", "cell": cell}
    assert someone.post(f"{path}/return", data=sent).status_code == 200
    returned = world.one(SheetEvent, step=Step.RETURNED)
    assert (returned.manner, returned.cells) == (Manner.LINK, [cell])
    hand_in(world)
    second = mailed(world)
    assert second != path
    assert someone.get(second).status_code == 200
    assert [one.version for one in world.all(SigningLink)] == [1, 2]


@pytest.mark.one_engine
def test_d16_a_link_that_ended_says_so_and_nothing_of_the_sheet(world: World) -> None:
    part = handed_in(world)
    first, someone = mailed(world), phone(world)
    ben, sheet = world.browser_of("Ben"), f"/instructor/approvals/{part.public_id}"
    assert ben.post(f"{sheet}/links").status_code == 303
    second = world.all(OutboxMessage, template="sheet-to-sign")[-1].said()["path"]
    old = someone.get(first)
    assert (old.status_code, "taken back" in old.text, "Ada" in words(old)) == (410, True, False)
    link = world.all(SigningLink)[-1].public_id
    assert ben.post(f"{sheet}/links/{link}/revocation").status_code == 303
    assert "taken back" in someone.get(second).text
    assert ben.post(f"{sheet}/links").status_code == 303
    third = world.all(OutboxMessage, template="sheet-to-sign")[-1].said()["path"]
    with at(NOW + LIVES):
        late = someone.get(third)
    assert (late.status_code, "This link ended on" in late.text, "Ada" in words(late)) == (410, True, False)
    for name in ("Hana", "Dee", "Ada"):
        assert world.browser_of(name).post(f"{sheet}/links").status_code in (403, 404)


@pytest.mark.one_engine
def test_d16_a_link_does_not_outlive_the_employment_or_the_decision_of_somebody_else(world: World) -> None:
    part = handed_in(world)
    path, someone = mailed(world), phone(world)
    with at(NOW + timedelta(days=1)):
        with transaction():
            spell = world.one(EmploymentSpell, enrollment_id=part.enrollment_id)
            kept = ("enrollment_id", "firm_id", "supervisor_id", "shift", "pays_release_time", "from_day")
            values = {name: getattr(spell, name) for name in kept}
            gone = EmploymentSpell(**values, to_day=date(2026, 10, 28), supersedes_id=spell.id, first_id=spell.id)
            session.add(gone)
        left = someone.get(path)
    assert (left.status_code, "no longer sign" in left.text, "Ada" in words(left)) == (410, True, False)
    sam = world.browser_of("Sam")
    address = f"/employer/approvals/{part.public_id}"
    assert sam.post(f"{address}/approval", data={}).status_code == 303
    assert "decided on meanwhile" in someone.get(path).text


def test_links_that_nobody_has_are_not_found_and_trying_them_out_is_slowed_down(world: World) -> None:
    handed_in(world)
    good, someone = mailed(world), phone(world)
    for number in range(5):
        answer = someone.get(f"/sign/{'x' * 42}{number}")
        assert (answer.status_code, "This link does not work" in answer.text) == (404, True)
    slowed = someone.get(f"/sign/{'x' * 43}")
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 0
    assert someone.get(good).status_code == 429
    with at(NOW + timedelta(minutes=16)):
        assert someone.get(good).status_code == 200


@pytest.mark.one_engine
def test_the_api_sends_and_revokes_links_and_never_shows_their_secret(world: World) -> None:
    from tests.api.support import caller

    part = handed_in(world)
    ben = caller(world, "Ben")
    made = ben.post(f"/sheet-parts/{part.public_id}/links")
    assert made.status_code == 201
    assert set(made.json) == {"id", "created_at", "expires_at", "opened_at", "used_at", "revoked_at"}  # type: ignore[arg-type]
    revoked = ben.post(f"/sheet-parts/{part.public_id}/links/{made.json['id']}/revocation")  # type: ignore[index]
    assert revoked.json["revoked_at"] is not None  # type: ignore[index]
    assert len(ben.get(f"/sheet-parts/{part.public_id}/links").json["items"]) == 1  # type: ignore[index]
    assert caller(world, "Hana").get(f"/sheet-parts/{part.public_id}/links").status_code == 404
    assert ben.post(f"/sheet-parts/{part_of(world).public_id}/links").status_code == 422


@pytest.mark.browser
@pytest.mark.one_engine
@pytest.mark.parametrize("width", [360])
@pytest.mark.parametrize("language", ["es"])
def test_a_supervisor_signs_on_the_phone(
    world: World, page: Page, check_page: Callable[[Page], None], width: int, language: str
) -> None:
    handed_in(world)
    with transaction():
        sam = world.person("Sam")
        sam.language = "es"
    path = mailed(world)
    page.goto(path)
    check_page(page)
    page.get_by_role("button", name="Firmar estas horas").click()
    page.get_by_role("heading", name="Firmado. Gracias").wait_for()
    check_page(page)
    assert world.one(SheetEvent, step=Step.APPROVED).manner is Manner.LINK
