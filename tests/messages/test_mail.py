"""Letters leave the house once, in their reader's language, through a real SMTP server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from lms.config import Settings
from lms.jobs.mail import send_due
from lms.kernel import outbox
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.money import Money
from lms.kernel.outbox import OutboxMessage, State
from lms.kernel.units import Span
from lms.messages import services
from lms.messages.queries import list_messages, list_preferences
from lms.messages.rules import DAYTIME, NIGHT_SHIFT, Topic
from lms.messages.services import choose_day, choose_mail, notify, still_right
from tests.capstone.stage import live
from tests.support.mail import Mailbox
from tests.support.statements import count_statements
from tests.support.web import World


def _settings(app: Flask, mailbox: Mailbox | str) -> Settings:
    base: Settings = app.config["LMS"]
    url = mailbox if isinstance(mailbox, str) else mailbox.url
    return base.model_copy(update={"smtp_url": url, "mail_from": "Sample program <office@example.org>"})


def _tell(world: World, name: str = "Ada", key: str = "1", template: str = "score-released") -> None:
    with transaction():
        notify(world.person(name).id, template, key, activity="Lab 3", monday=date(2026, 10, 26))


def _only(world: World) -> OutboxMessage:
    session.expire_all()
    return world.one(OutboxMessage)


def test_a_letter_is_sent_once_whatever_happens(world: World, mailbox: Mailbox) -> None:
    _tell(world)
    _tell(world)
    settings = _settings(world.app, mailbox)
    assert send_due(settings) == 1
    assert send_due(settings) == 0
    (letter,) = mailbox.messages
    assert (letter["To"], letter["From"]) == ("Ada <ada@example.org>", "Sample program <office@example.org>")
    assert letter["Subject"] == "Your feedback on Lab 3 is there"
    assert "Hello Ada" in letter.get_content()
    assert f"{settings.public_url}/student/" in letter.get_content()
    assert letter["List-Unsubscribe"].startswith(f"<{settings.public_url}/mail/stop/")
    assert _only(world).state is State.SENT


def test_its_message_id_comes_from_the_event(world: World, mailbox: Mailbox) -> None:
    _tell(world)
    send_due(_settings(world.app, mailbox))
    with transaction():
        session.delete(_only(world))
    _tell(world)
    send_due(_settings(world.app, mailbox))
    first, second = mailbox.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_values_are_written_the_reader_s_way_and_zone(world: World, mailbox: Mailbox) -> None:
    project = live(world)
    with transaction():
        ada = world.person("Ada")
        session.add(ada)
        ada.zone = "America/Los_Angeles"
        due = datetime(2026, 10, 30, 17, tzinfo=UTC)
        notify(ada.id, "follow-up-due", "7", project="Chiller", due=due, months=3)
        saving = {"project": "Chiller", "project_id": project.public_id, "amount": Money(4_280_050, "USD")}
        notify(world.person("Dee").id, "saving-to-report", "8", **saving)
    send_due(_settings(world.app, mailbox))
    sent = [" ".join(message.get_content().split()) for message in mailbox.messages]
    assert any("Fri, Oct 30, 10:00 AM PDT" in text for text in sent)
    assert any("$42,800.50" in text for text in sent)


def test_a_rolled_back_deed_sends_nothing(world: World, mailbox: Mailbox) -> None:
    def fail() -> None:
        with transaction():
            notify(world.person("Ada").id, "score-released", "1", activity="Lab 3")
            raise RuleBroken("no")

    with pytest.raises(RuleBroken):
        fail()
    assert send_due(_settings(world.app, mailbox)) == 0


def test_a_name_with_a_line_break_cannot_add_a_header(world: World, mailbox: Mailbox) -> None:
    with transaction():
        notify(world.person("Ada").id, "score-released", "1", activity="Lab\r\nBcc: eli@example.org")
    send_due(_settings(world.app, mailbox))
    assert mailbox.messages[0]["Bcc"] is None
    assert mailbox.recipients == [["ada@example.org"]]


def test_a_server_that_says_later_is_asked_again(world: World, mailbox: Mailbox) -> None:
    _tell(world)
    settings = _settings(world.app, mailbox)
    mailbox.answer = "451 try again later"
    assert send_due(settings) == 0
    message = _only(world)
    assert (message.state, message.attempts, message.note) == (State.QUEUED, 1, "451 try again later")
    mailbox.answer = None
    assert send_due(settings) == 0, "it waits a minute first"
    with time_machine.travel(message.next_try_at, tick=False):
        assert send_due(settings) == 1


def test_a_server_that_says_no_is_not_asked_again(world: World, mailbox: Mailbox) -> None:
    _tell(world)
    mailbox.answer = "554 not here"
    send_due(_settings(world.app, mailbox))
    assert _only(world).state is State.FAILED


def test_a_server_that_is_away_costs_one_try_of_one_letter(world: World) -> None:
    _tell(world, key="1")
    _tell(world, key="2")
    assert send_due(_settings(world.app, "smtp://127.0.0.1:9")) == 0
    session.expire_all()
    assert sorted(row.attempts for row in world.all(OutboxMessage)) == [0, 1]


@contextmanager
def _server_that_dies_at_the_end() -> Iterator[str]:
    """Takes the whole mail and closes the line instead of answering."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line, line.makefile("rwb", buffering=0) as talk:
            talk.write(b"220 hello\r\n")
            for answer in (b"250 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"):
                talk.readline()
                talk.write(answer)
            while talk.readline() != b".\r\n":
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with listener:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    thread.join(5)


@pytest.mark.parametrize(("template", "state"), [("score-released", State.IN_DOUBT), ("sheet-returned", State.QUEUED)])
def test_a_line_that_breaks_at_the_end_leaves_a_weighty_letter_in_doubt(
    world: World, template: str, state: State
) -> None:
    _tell(world, template=template)
    with _server_that_dies_at_the_end() as url:
        assert send_due(_settings(world.app, url)) == 0
    assert _only(world).state is state


@pytest.mark.parametrize(("template", "state"), [("score-released", State.IN_DOUBT), ("sheet-returned", State.SENT)])
def test_after_a_crash_while_sending_a_reminder_goes_again_and_a_weighty_letter_is_in_doubt(
    world: World, mailbox: Mailbox, template: str, state: State
) -> None:
    _tell(world, template=template)
    with transaction():
        assert outbox.claim() is not None
    assert send_due(_settings(world.app, mailbox)) == 0, "the lease holds"
    with time_machine.travel(outbox.clock.now() + outbox.LEASE + timedelta(seconds=1), tick=False):
        send_due(_settings(world.app, mailbox))
    assert _only(world).state is state


def test_a_late_reminder_is_skipped_with_its_reason(world: World, mailbox: Mailbox) -> None:
    with transaction():
        due = datetime(2026, 10, 28, 16, tzinfo=UTC)
        notify(world.person("Ada").id, "sheet-missing", "1", monday=date(2026, 10, 19), due=due, logged=Span(0))
    with time_machine.travel(due + timedelta(days=4), tick=False):
        assert send_due(_settings(world.app, mailbox)) == 0
    assert (_only(world).state, _only(world).note) == (State.SKIPPED, "too late to be of use")


def test_at_night_a_letter_waits_for_the_morning(world: World, mailbox: Mailbox) -> None:
    with time_machine.travel(datetime(2026, 10, 29, 3, tzinfo=UTC), tick=False):
        _tell(world)
        assert send_due(_settings(world.app, mailbox)) == 0
    message = _only(world)
    assert (message.state, message.attempts) == (State.QUEUED, 0)
    assert message.next_try_at == datetime(2026, 10, 29, 11, tzinfo=UTC)


def test_who_turned_a_topic_off_gets_no_letter_of_it(world: World, mailbox: Mailbox) -> None:
    ada = world.actor("Ada")
    with transaction():
        choose_mail(ada, world.person("Ada"), Topic.RESULTS, False)
    _tell(world)
    _tell(world, "Zoe")
    assert send_due(_settings(world.app, mailbox)) == 1
    assert mailbox.recipients == [["zoe@example.org"]]
    with transaction(write=False):
        assert list_preferences(ada)[Topic.RESULTS] is False
        assert [row.state for row in list_messages(ada)] == [State.SKIPPED]


def test_letters_about_the_own_account_cannot_be_turned_off(world: World) -> None:
    with transaction(), pytest.raises(RuleBroken, match="cannot be turned off"):
        choose_mail(world.actor("Ada"), world.person("Ada"), Topic.ACCOUNT, False)


def test_a_closed_account_gets_nothing(world: World, mailbox: Mailbox) -> None:
    _tell(world)
    with transaction():
        ada = world.person("Ada")
        session.add(ada)
        ada.is_active = False
    assert send_due(_settings(world.app, mailbox)) == 0
    assert _only(world).note == "the account is closed"


def test_the_right_to_read_is_asked_again_when_a_letter_is_sent(
    world: World, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_still_right", {})
    still_right("score-released")(lambda person, said: said["activity"] == "Lab 4" and person.name == "Ada")
    _tell(world)
    with transaction():
        notify(world.person("Ada").id, "score-released", "2", activity="Lab 4")
    assert send_due(_settings(world.app, mailbox)) == 1
    assert mailbox.messages[0]["Subject"] == "Your feedback on Lab 4 is there"


def test_a_link_is_forgotten_once_it_is_sent(world: World, mailbox: Mailbox) -> None:
    with transaction():
        notify(world.person("Ada").id, "account-reset", "1", path="/invite/secret")
    send_due(_settings(world.app, mailbox))
    assert "/invite/secret" in mailbox.messages[0].get_content()
    assert mailbox.messages[0]["List-Unsubscribe"] is None
    assert _only(world).values == {}


def test_an_unknown_letter_or_a_missing_value_is_a_mistake_at_once(world: World) -> None:
    with transaction(), pytest.raises(KeyError):
        notify(world.person("Ada").id, "no-such-letter", "1")
    with transaction(), pytest.raises(KeyError):
        notify(world.person("Ada").id, "score-released", "1")


def test_mail_is_written_only_where_something_is_done(world: World) -> None:
    person_id = world.person("Ada").id
    with transaction(write=False), pytest.raises(RuntimeError, match="only reads"):
        notify(person_id, "score-released", "1", activity="Lab 3")


def test_telling_costs_one_statement(world: World) -> None:
    person_id = world.person("Ada").id
    with transaction(), count_statements() as statements:
        notify(person_id, "score-released", "1", activity="Lab 3")
    statements.at_most(1)


def test_without_a_server_mail_stays_in_the_outbox(world: World) -> None:
    _tell(world)
    assert send_due(world.app.config["LMS"]) == 0
    assert _only(world).state is State.QUEUED


def test_choosing_the_own_day_leaves_an_audit_entry_and_is_ones_own_business(world: World, mailbox: Mailbox) -> None:
    with transaction():
        choose_day(world.actor("Ada"), world.person("Ada"), NIGHT_SHIFT)
    assert world.one(AuditEntry, action="account:own").person_id == world.person("Ada").id
    with pytest.raises(NotAllowed), transaction():
        choose_day(world.actor("Cleo"), world.person("Ada"), DAYTIME)
    _tell(world)
    _tell(world, "Zoe")
    with time_machine.travel(datetime(2026, 10, 28, 18, tzinfo=UTC), tick=False):  # 14:00: she sleeps
        send_due(_settings(world.app, mailbox))
    with time_machine.travel(datetime(2026, 10, 28, 19, tzinfo=UTC), tick=False):
        send_due(_settings(world.app, mailbox))
    assert mailbox.recipients == [["zoe@example.org"], ["ada@example.org"]]
