"""Reads of the outbox and of what people want."""

from collections.abc import Collection, Mapping, Sequence
from datetime import time

from sqlalchemy import select

from lms.kernel.db import session
from lms.kernel.outbox import OutboxMessage
from lms.messages.letters import LETTERS
from lms.messages.models import MailDay, Preference
from lms.messages.rules import DAYTIME, DayTime, Topic
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped, unscoped


def wants(person: Person, topic: Topic) -> bool:
    """Whether `person` wants mail about `topic`. One query."""
    statement = select(Preference.by_mail).where(Preference.person_id == person.id, Preference.topic == topic)
    return session.scalar(unscoped(statement, "whether a letter is wanted")) is not False


def list_preferences(actor: Actor) -> dict[Topic, bool]:
    """Every topic, and whether the actor wants mail about it. One query."""
    rows = session.scalars(
        scoped(select(Preference).where(Preference.person_id == actor.person_id), actor, Action.ACCOUNT_OWN)
    )
    chosen = {row.topic: row.by_mail for row in rows}
    return {topic: chosen.get(topic, True) for topic in Topic}


def day_of(person: Person) -> DayTime:
    """When letters may reach `person`. One query."""
    return days_of([person.id]).get(person.id, DAYTIME)


def days_of(person_ids: Collection[int]) -> Mapping[int, DayTime]:
    """The same for many, by row number; without those who chose nothing. One query."""
    statement = select(MailDay).where(MailDay.person_id.in_(person_ids))
    rows = session.scalars(unscoped(statement, "when a letter may leave"))
    return {row.person_id: DayTime(_clock(row.begins_minute), _clock(row.ends_minute)) for row in rows}


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))


def unwilling(person_ids: Collection[int], topic: Topic) -> set[int]:
    """Who of these turned mail about `topic` off. One query."""
    statement = select(Preference.person_id).where(
        Preference.person_id.in_(person_ids), Preference.topic == topic, Preference.by_mail.is_(False)
    )
    return set(session.scalars(unscoped(statement, "whether a letter is wanted")))


def list_messages(actor: Actor, most: int = 50) -> Sequence[OutboxMessage]:
    """The latest letters to the actor, newest first. One query."""
    statement = select(OutboxMessage).where(OutboxMessage.person_id == actor.person_id)
    newest = statement.order_by(OutboxMessage.id.desc()).limit(most)
    return session.scalars(scoped(newest, actor, Action.ACCOUNT_OWN)).all()


def list_notices(actor: Actor, most: int = 100) -> Sequence[OutboxMessage]:
    """The latest letters to the actor that still say something, newest first; never one with a secret. One query."""
    told = [name for name, letter in LETTERS.items() if not letter.is_secret]
    statement = select(OutboxMessage).where(
        OutboxMessage.person_id == actor.person_id, OutboxMessage.template.in_(told), OutboxMessage.values != {}
    )
    newest = statement.order_by(OutboxMessage.id.desc()).limit(most)
    return session.scalars(scoped(newest, actor, Action.ACCOUNT_OWN)).all()


def whom(public_id: str) -> Person | None:
    """The person that a signed link names; None if the account is gone."""
    return session.scalar(unscoped(select(Person).where(Person.public_id == public_id), "the signed link names them"))


def list_demo_mail(most: int = 100) -> Sequence[tuple[OutboxMessage, Person]]:
    """The latest letters to anybody, with whom they are to, newest first; only the demo shows them. One query."""
    statement = select(OutboxMessage, Person).join(Person, Person.id == OutboxMessage.person_id)
    newest = statement.order_by(OutboxMessage.id.desc()).limit(most)
    return [(row[0], row[1]) for row in session.execute(unscoped(newest, "the demo shows its mail"))]


def find_demo_mail(public_id: str) -> tuple[OutboxMessage, Person] | None:
    """One letter of the demo with whom it is to; None if there is none."""
    statement = select(OutboxMessage, Person).join(Person, Person.id == OutboxMessage.person_id)
    row = session.execute(
        unscoped(statement.where(OutboxMessage.public_id == public_id), "the demo shows its mail")
    ).one_or_none()
    return None if row is None else (row[0], row[1])
