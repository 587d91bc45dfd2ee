"""Telling people: a letter is written in the running transaction and leaves after its commit.

A slice that brings a letter whose right to be read may end registers how that is checked again when it is sent.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from lms.kernel import clock
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.outbox import HOUSE, OutboxMessage, enqueue_many
from lms.kernel.text import N_, Sentence
from lms.messages.letters import LETTERS
from lms.messages.models import MailDay, Preference
from lms.messages.queries import wants
from lms.messages.rules import DayTime, Topic, check_day, may_turn_off
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.scope import within

StillRight = Callable[[Person, Mapping[str, Any]], bool]
_still_right: dict[str, StillRight] = {}


def notify(person_id: int, template: str, dedupe_key: str, **values: Any) -> None:
    """Write the letter `template` to a person; at most once for one person and `dedupe_key`. One statement.

    values: what the letter's sentences say; `path`: where its link leads. Raises KeyError for an unknown letter and for
    a value that it lacks.
    """
    notify_many(template, [(person_id, dedupe_key, values)])


def notify_many(template: str, letters: Sequence[tuple[int, str, Mapping[str, Any]]]) -> None:
    """The same letter to many people: person, dedupe key and values of each. One statement, however many."""
    letter = LETTERS[template]
    for _, _, values in letters:
        for sentence in (letter.subject, *letter.body):
            str(Sentence(sentence, {"": "", **values}))
    rows = [(key_of_letter(template, person_id, key), person_id, values) for person_id, key, values in letters]
    enqueue_many(rows, template, is_weighty=letter.is_weighty)


def key_of_letter(template: str, person_id: int, key: str) -> str:
    """Under what the outbox holds a letter: by it, what became of it is found again."""
    return f"{template}:{person_id}:{key}"


def still_right(template: str) -> Callable[[StillRight], StillRight]:
    """Registers the check that is made when a letter is sent: is it still so, and may this person read it, now?"""

    def register(check: StillRight) -> StillRight:
        _still_right[template] = check
        return check

    return register


def reason_to_skip(message: OutboxMessage, person: Person) -> str:
    """Why a letter must not be sent now, for the operator; empty if it may."""
    if not person.is_active:
        return "the account is closed"
    if not wants(person, LETTERS[message.template].topic):
        return "the person does not want mail about this"
    check = _still_right.get(message.template)
    if check is not None and not check(person, message.said()):
        return "it is not so any more, or the person may not read it"
    return ""


@command(Action.ACCOUNT_OWN)
def choose_mail(actor: Actor, person: Person, topic: Topic, by_mail: bool) -> Preference:
    """Turn mail about a topic on or off. Raises RuleBroken for the account's own letters."""
    return set_mail(person, topic, by_mail)


def set_mail(person: Person, topic: Topic, by_mail: bool) -> Preference:
    """The same for whoever holds the link of one of the letters; the link is the permission."""
    if not may_turn_off(topic) and not by_mail:
        raise RuleBroken(N_("Letters about your own account cannot be turned off."), field="topic")
    row = session.scalar(within(select(Preference).where(Preference.topic == topic), person))
    if row is None:
        row = Preference(person_id=person.id, topic=topic, by_mail=by_mail)
        session.add(row)
    row.by_mail = by_mail
    return row


@command(Action.ACCOUNT_OWN)
def choose_day(actor: Actor, person: Person, day: DayTime) -> MailDay:
    """Letters reach the person in `day` of their wall clock and wait else. Raises RuleBroken if it is too short."""
    check_day(day)
    row = session.scalar(within(select(MailDay), person))
    if row is None:
        row = MailDay(person_id=person.id)
        session.add(row)
    row.begins_minute, row.ends_minute = (clock.hour * 60 + clock.minute for clock in (day.begins, day.ends))
    return row


@command(Action.ACCOUNT_OWN)
def mark_read(actor: Actor, person: Person) -> int:
    """Every notice of the person is read from now on; how many were not. One statement."""
    unread = (OutboxMessage.person_id == person.id, OutboxMessage.read_at.is_(None))
    statement = update(OutboxMessage).where(*unread).values(read_at=clock.now())
    done = session.execute(statement, execution_options=HOUSE)
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
