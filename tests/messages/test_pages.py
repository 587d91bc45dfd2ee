"""The demo's mail page, and turning letters off from a letter."""

import re

import pytest
from flask import Flask

from lms.jobs.mail import send_due
from lms.kernel.db import transaction
from lms.kernel.signing import sign
from lms.messages.models import Preference
from lms.messages.services import notify
from tests.support.databases import database_of
from tests.support.mail import Mailbox
from tests.support.web import MakeApp, World


def _tell(world: World) -> None:
    with transaction():
        notify(world.person("Ada").id, "score-released", "1", activity="Lab <3>")


def _stop_link(world: World, mailbox: Mailbox) -> str:
    _tell(world)
    settings = world.app.config["LMS"].model_copy(update={"smtp_url": mailbox.url})
    send_due(settings)
    header = mailbox.messages[0]["List-Unsubscribe"]
    return str(header).strip("<>").removeprefix(settings.public_url)


def test_a_mail_program_turns_letters_off_with_one_request(world: World, mailbox: Mailbox) -> None:
    link = _stop_link(world, mailbox)
    answer = world.visitor().post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert world.one(Preference).by_mail is False


def test_opening_the_link_changes_nothing_and_offers_a_button(world: World, mailbox: Mailbox) -> None:
    link = _stop_link(world, mailbox)
    page = world.visitor().get(link).text
    assert re.search(r"<button[^>]*>Send me no more letters", page)
    assert world.all(Preference) == []


def test_a_forged_link_is_not_found(world: World, mailbox: Mailbox) -> None:
    link = _stop_link(world, mailbox)
    other = sign("some-other-purpose", world.person("Ada").public_id, "results")
    changed = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
    for forged in (changed, f"/mail/stop/{other}", "/mail/stop/x"):
        assert world.visitor().post(forged).status_code == 404
    assert world.all(Preference) == []


def test_there_is_no_mail_page_outside_of_the_demo(world: World) -> None:
    _tell(world)
    assert world.visitor().get("/dev/mail").status_code == 404
    assert world.visitor().get("/dev/mail/x").status_code == 404


@pytest.fixture
def demo(make_app: MakeApp, engine: str) -> Flask:
    app = make_app(demo=True)
    database_of(engine).reset("cast")
    return app


def test_the_demo_shows_its_mail_as_the_reader_would_get_it(demo: Flask) -> None:
    with demo.app_context():
        _tell(World(demo))
    client = demo.test_client()
    listed = client.get("/dev/mail").text
    assert "Your feedback on Lab &lt;3&gt; is there" in listed
    (path,) = re.findall(r'href="(/dev/mail/[a-z0-9]+)"', listed)
    assert "Hello Ada" in client.get(path).text
