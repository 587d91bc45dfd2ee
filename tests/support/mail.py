"""A real SMTP server in the process; what it receives can be read."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from benchmarks.server import free_port
from tests.support.patience import wait_for


class Mailbox:
    """Receives everything, unless `answer` is set to another SMTP reply, as "451 try again later"."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answer: str | None = None
        self.host = "127.0.0.1"
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.answer:
            return self.answer
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 kept"

    def wait_for(self, number: int) -> list[EmailMessage]:
        """The messages, once there are at least `number`."""
        wait_for(lambda: len(self.messages) >= number, f"{number} messages did not come")
        return self.messages


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A running SMTP server: `mailbox.url` for the settings, `mailbox.messages` for the test."""
    box = Mailbox()
    controller = Controller(box, hostname=box.host, port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
