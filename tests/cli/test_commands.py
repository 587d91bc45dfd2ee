"""The commands of whoever runs the product."""

import pytest
from click.testing import Result
from flask import Flask

from lms.cli import GROUPS
from lms.config import Settings, describe_settings
from lms.kernel import outbox
from lms.kernel.db import transaction
from lms.kernel.outbox import OutboxMessage, State
from lms.messages.services import notify
from tests.support.web import MakeApp, World


def _run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def test_every_command_says_what_it_does(app: Flask) -> None:
    for group in GROUPS:
        for command in group.COMMANDS:
            assert command.help or command.short_help, command.name


def test_doctor_names_what_is_bad_and_ends_with_1(app: Flask) -> None:
    result = _run(app, "doctor")
    assert result.exit_code == 1
    assert "BAD   scheduler   never ran" in result.output
    assert "good  database" in result.output


def test_every_setting_is_listed_with_its_meaning_and_no_secret(make_app: MakeApp) -> None:
    result = _run(make_app(secret_key="do-not-show"), "settings")
    assert all(f"LMS_{name.upper()}" in result.output for name in Settings.model_fields)
    assert all(meaning for _, _, meaning in describe_settings())
    assert "do-not-show" not in result.output


@pytest.mark.parametrize(("word", "state"), [("again", State.QUEUED), ("sent", State.SENT)])
def test_a_letter_in_doubt_is_decided_by_somebody(world: World, word: str, state: State) -> None:
    with transaction():
        notify(world.person("Ada").id, "score-released", "1", activity="Lab 3")
    with transaction():
        message = outbox.claim()
        assert message is not None
        outbox.settle(message, State.IN_DOUBT, "the line broke")
    listed = _run(world.app, "mail", "list").output
    assert (message.public_id in listed, "the line broke" in listed) == (True, True)
    assert _run(world.app, "mail", word, message.public_id).exit_code == 0
    assert world.one(OutboxMessage).state is state
    assert _run(world.app, "mail", word, message.public_id).exit_code == 1
