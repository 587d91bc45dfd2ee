"""Sends what is in the outbox. Each letter is claimed in one transaction, sent outside of any, settled in another."""

from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr

import structlog
from sqlalchemy import select

from lms.config import Settings
from lms.kernel import clock, outbox
from lms.kernel.db import session, transaction
from lms.kernel.outbox import OutboxMessage, State
from lms.messages.compose import mail
from lms.messages.letters import LETTERS
from lms.messages.queries import day_of
from lms.messages.rules import is_stale, leaves_at, next_try
from lms.messages.services import reason_to_skip
from lms.messages.transport import Doubt, Later, Refused, SmtpLine
from lms.people.accounts.models import Person
from lms.people.scope import unscoped

log = structlog.get_logger()
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed message and its mail; the mail is None if the message was settled without one."""

    message: OutboxMessage
    mail: EmailMessage | None
    recipient: str


def send_due(settings: Settings, most: int = AT_ONCE) -> int:
    """Send what is due, at most `most` letters; how many the server took. Without LMS_SMTP_URL, nothing leaves."""
    if not settings.smtp_url:
        return 0
    with transaction():
        outbox.recover()
    sent = 0
    with SmtpLine(settings.smtp_url) as line:
        for _ in range(most):
            ready = None if line.is_down else _next(settings)
            if ready is None:
                break
            if ready.mail is not None:
                sent += _send(ready, ready.mail, line, settings)
    return sent


def _next(settings: Settings) -> Ready | None:
    with transaction():
        message = outbox.claim()
        if message is None:
            return None
        person = session.scalars(
            unscoped(select(Person).where(Person.id == message.person_id), "whom to write to")
        ).one()
        return Ready(message, _prepare(message, person, settings), person.email)


def _prepare(message: OutboxMessage, person: Person, settings: Settings) -> EmailMessage | None:
    """The mail, if the letter may leave now; else the message is put off or dropped."""
    moment = clock.now()
    letter = LETTERS.get(message.template)
    if letter is None:
        outbox.settle(message, State.FAILED, f"there is no letter {message.template}")
        return None
    if is_stale(message.created_at, moment, letter.stale_after):
        outbox.settle(message, State.SKIPPED, "too late to be of use")
        return None
    if why := reason_to_skip(message, person):
        outbox.settle(message, State.SKIPPED, why)
        return None
    if (morning := leaves_at(moment, person.zone, letter.topic, day_of(person))) > moment:
        outbox.settle(message, State.QUEUED, "quiet hours", next_try_at=morning, counts=False)
        return None
    try:
        return mail(message, person, settings.public_url, settings.mail_from, moment)
    except (KeyError, TypeError, ValueError, MessageError) as error:  # one that cannot be written holds up no other
        outbox.settle(message, State.FAILED, f"cannot be written: {error}")
        log.error("letter", template=message.template, message=message.public_id, error=str(error))
        return None


def _send(ready: Ready, made: EmailMessage, line: SmtpLine, settings: Settings) -> bool:
    """Whether the server took it."""
    message = ready.message
    try:
        line.send(made, parseaddr(settings.mail_from)[1], ready.recipient)
    except Refused as refused:
        _settle(message, State.FAILED, str(refused))
    except Doubt as doubt:
        if message.is_weighty:
            _settle(message, State.IN_DOUBT, str(doubt))
        else:
            _try_again(message, str(doubt))
    except Later as later:
        _try_again(message, str(later))
    else:
        _settle(message, State.SENT)
        return True
    return False


def _settle(message: OutboxMessage, state: State, note: str = "") -> None:
    if note:
        log.warning("mail", message=message.public_id, template=message.template, state=state, note=note)
    with transaction():
        outbox.settle(message, state, note, forget=LETTERS[message.template].is_secret)


def _try_again(message: OutboxMessage, note: str) -> None:
    when = next_try(message.attempts, clock.now())
    if when is None:
        _settle(message, State.FAILED, note)
        return
    with transaction():
        outbox.settle(message, State.QUEUED, note, next_try_at=when)
