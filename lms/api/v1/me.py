"""Whose token it is and what it may do, the password again for a fresh sign-in, mail settings and notices."""

from datetime import datetime, time
from typing import Annotated

from flask import request
from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, Shape
from lms.guard import current_token
from lms.kernel.clock import now
from lms.kernel.errors import LoggedRefusal
from lms.kernel.outbox import OutboxMessage
from lms.kernel.text import N_
from lms.messages.compose import notice
from lms.messages.queries import day_of, list_notices, list_preferences
from lms.messages.rules import DayTime, Topic
from lms.messages.services import choose_day, choose_mail, mark_read
from lms.people.access import Action, Actor, may_at_all
from lms.people.accounts.models import Person
from lms.people.accounts.queries import find_own_account
from lms.people.accounts.services import keys_of, refresh
from lms.people.accounts.throttle import count_failure


class Me(Shape):
    """The token's owner. `may`: what this token may do now to at least something. `fresh_until`: see sign-in-again."""

    id: str
    name: str
    language: str
    zone: str
    relations: list[str]
    may: list[str]
    fresh_until: datetime | None


class Again(Shape):
    """The owner's password."""

    password: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)]


class FreshOut(Shape):
    """Until when this token may do what needs a fresh sign-in."""

    fresh_until: datetime


@operation("GET /me", Action.ACCOUNT_OWN, gives=Me)
def me(actor: Actor) -> Me:
    """Whose token this is."""
    return Me(
        id=actor.person_public_id,
        name=actor.name,
        language=actor.language,
        zone=actor.zone,
        relations=sorted({str(grant.relation) for grant in actor.grants}),
        may=sorted(action for action in Action if may_at_all(actor, action)),
        fresh_until=actor.fresh_until,
    )


@operation("POST /me/sign-in-again", Action.ACCOUNT_OWN, gives=FreshOut, body=Again, is_kept=False)
def sign_token_in_again(actor: Actor, body: Again) -> FreshOut:
    """Your password makes this token fresh for 15 minutes: verifying savings asks for that through every door.

    Wrong passwords count together with those of the sign-in page, and slow down in the same way.
    """
    token, owner, address = current_token(), find_own_account(actor), request.remote_addr or ""
    if not refresh(token, owner, body.password, address) or token.fresh_until is None:
        problem = LoggedRefusal(N_("This is not your password. Try again."), field="password")
        keys = keys_of(owner, address)
        problem.afterwards = lambda: count_failure(keys, now())  # what `refresh` counted is rolled back with the answer
        raise problem
    return FreshOut(fresh_until=token.fresh_until)


CLOCK = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class MailWishes(Shape):
    """Which kinds of letters go by mail; those about the own account always do."""

    reminders: bool
    results: bool
    work: bool


class MailIn(MailWishes):
    """`day_begins`, `day_ends`: local clock times between which mail may come; an end at or before it is tomorrow's."""

    day_begins: CLOCK = Field(examples=["15:00"])
    day_ends: CLOCK = Field(examples=["07:00"])


class MailOut(MailIn):
    """`zone`: of the two times."""

    zone: str


class NoticeOut(Shape):
    """A letter to the owner, in their language. `path`: where it leads, on this site. `read_at`: null until then."""

    id: str
    kind: str
    subject: str
    sentences: list[str]
    path: str
    written_at: datetime
    read_at: datetime | None


class NoticesOut(Shape):
    """The latest hundred of the last 90 days, newest first."""

    items: list[NoticeOut]


@operation("GET /me/mail", Action.ACCOUNT_OWN, gives=MailOut)
def get_mail_settings(actor: Actor) -> MailOut:
    """Which letters the owner wants by mail, and when."""
    return _mail(actor, find_own_account(actor))


@operation("PUT /me/mail", Action.ACCOUNT_OWN, gives=MailOut, body=MailIn)
def put_mail_settings(actor: Actor, body: MailIn) -> MailOut:
    """Choose which letters come by mail, and when. A day has to be four hours long; begin and end the same: always."""
    owner = find_own_account(actor)
    choose_day(actor, owner, DayTime(time.fromisoformat(body.day_begins), time.fromisoformat(body.day_ends)))
    for topic in (Topic.REMINDERS, Topic.RESULTS, Topic.WORK):
        choose_mail(actor, owner, topic, getattr(body, topic.value))
    return _mail(actor, owner)


def _mail(actor: Actor, owner: Person) -> MailOut:
    wanted, day = list_preferences(actor), day_of(owner)
    return MailOut(
        reminders=wanted[Topic.REMINDERS],
        results=wanted[Topic.RESULTS],
        work=wanted[Topic.WORK],
        day_begins=f"{day.begins:%H:%M}",
        day_ends=f"{day.ends:%H:%M}",
        zone=owner.zone,
    )


@operation("GET /me/notices", Action.ACCOUNT_OWN, gives=NoticesOut)
def list_own_notices(actor: Actor) -> NoticesOut:
    """What was written to the owner, whether or not it also went by mail."""
    owner = find_own_account(actor)
    return NoticesOut(items=[_notice(message, owner) for message in list_notices(actor)])


@operation("POST /me/notices/reading", Action.ACCOUNT_OWN, gives=NoticesOut)
def read_own_notices(actor: Actor) -> NoticesOut:
    """Mark every notice as read."""
    owner = find_own_account(actor)
    mark_read(actor, owner)
    return NoticesOut(items=[_notice(message, owner) for message in list_notices(actor)])


def _notice(message: OutboxMessage, owner: Person) -> NoticeOut:
    letter = notice(message, owner)
    return NoticeOut(
        id=message.public_id,
        kind=message.template,
        subject=letter.subject,
        sentences=list(letter.sentences),
        path=letter.path,
        written_at=message.created_at,
        read_at=message.read_at,
    )
