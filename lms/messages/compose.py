"""A queued message becomes a letter in its reader's language and zone, and then a mail."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

from lms.kernel.outbox import OutboxMessage
from lms.kernel.signing import sign
from lms.kernel.speak import Reader, speak
from lms.kernel.text import N_, Sentence
from lms.messages.letters import LETTERS
from lms.messages.rules import may_turn_off
from lms.people.accounts.models import Person

STOP = "stop-mail"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as its reader sees it. stop_link: where such letters are turned off; empty where they cannot be."""

    subject: str
    text: str
    stop_link: str


def write(message: OutboxMessage, person: Person, public_url: str) -> Written:
    """The letter in the language and zone of `person`, as they stand now."""
    letter, values = LETTERS[message.template], message.said()
    reader = Reader(person.language, person.zone)
    address = public_url.rstrip("/")
    path = str(values.pop("path", letter.path))

    def said(text: str) -> str:
        return speak(Sentence(text, values), reader)

    stop_link = ""
    if may_turn_off(letter.topic):
        stop_link = f"{address}/mail/stop/{sign(STOP, person.public_id, letter.topic)}"
    paragraphs = [
        speak(Sentence(N_("Hello %(name)s,"), {"name": person.name}), reader),
        *(said(sentence) for sentence in letter.body),
        f"{address}{path}",
    ]
    if stop_link:
        no_more = N_("To get no more letters of this kind: %(link)s")
        paragraphs.append(speak(Sentence(no_more, {"link": stop_link}), reader))
    return Written(" ".join(said(letter.subject).split()), "\n\n".join(paragraphs) + "\n", stop_link)


@dataclass(frozen=True, slots=True)
class Notice:
    """A letter as a page shows it to its reader. path: where it leads, on this site."""

    subject: str
    sentences: tuple[str, ...]
    path: str


def notice(message: OutboxMessage, person: Person) -> Notice:
    """The letter without its greeting, as its reader finds it among the notices."""
    letter, values = LETTERS[message.template], message.said()
    reader = Reader(person.language, person.zone)
    path = str(values.pop("path", letter.path))
    sentences = tuple(speak(Sentence(sentence, values), reader) for sentence in letter.body)
    return Notice(" ".join(speak(Sentence(letter.subject, values), reader).split()), sentences, path)


def mail(message: OutboxMessage, person: Person, public_url: str, sender: str, at: datetime) -> EmailMessage:
    """The mail. Its Message-ID comes from the event, so that a mail program shows a second copy as the same mail."""
    from email.headerregistry import Address  # with a parser of mail headers, which no page needs

    letter = write(message, person, public_url)
    made = EmailMessage()
    made["From"] = sender
    made["To"] = Address(person.name, addr_spec=person.email)
    made["Subject"] = letter.subject
    made["Date"] = at
    made["Message-ID"] = message_id(message.dedupe_key, public_url)
    made["Content-Language"] = person.language
    made["Auto-Submitted"] = "auto-generated"
    if letter.stop_link:
        made["List-Unsubscribe"] = f"<{letter.stop_link}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(letter.text)
    return made


def message_id(dedupe_key: str, public_url: str) -> str:
    """The same for the same event, and nothing of it can be read from it."""
    digest = hashlib.sha256(dedupe_key.encode()).hexdigest()[:40]
    return f"<{digest}@{urlsplit(public_url).hostname or 'localhost'}>"
