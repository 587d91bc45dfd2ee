"""Signing in and out, first and new passwords, API tokens.

These have no subject to be allowed for yet, so they are plain functions, not commands; each writes its own audit entry.
"""

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import available_timezones

from sqlalchemy import Select, bindparam, select

from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.columns import UtcDateTime
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.speak import LANGUAGES
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Anchor
from lms.people.accounts.models import ApiToken, Invitation, Person, SignIn
from lms.people.accounts.passwords import hash_password, is_right
from lms.people.accounts.throttle import count_failure, forget_failures, refuse_if_throttled
from lms.people.accounts.tokens import API_PREFIX, new_secret, sha256_of
from lms.people.commands import command
from lms.people.scope import read, unscoped, within

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
FRESH_FOR = timedelta(minutes=15)
LINK_LIVES = {"invite": timedelta(days=14), "reset": timedelta(hours=2), "apply": timedelta(days=30)}
SETS_PASSWORD = ("invite", "reset")
TOKEN_LONGEST_DAYS = 365


def clean_email(email: str) -> str:
    """The one spelling under which an account stands."""
    return email.strip().lower()


def person_by_email(email: str) -> Person | None:
    """The account of that address, whether it can sign in or not."""
    return session.scalar(unscoped(select(Person).where(Person.email == clean_email(email)), "signing in"))


def sign_in(email: str, password: str, address: str, device: str) -> tuple[SignIn | None, str]:
    """Check a password. Gives the session and its secret, or None and "" if it is wrong; both are to be committed.

    address: the client's network address, a throttle key beside the account. Raises RuleBroken while throttled.
    """
    keys = [f"account:{clean_email(email)}", f"address:{address}"]
    moment = now()
    refuse_if_throttled(keys, moment)
    person = person_by_email(email)
    if not is_right(password, person.password_hash if person else None) or person is None or not person.is_active:
        count_failure(keys, moment)
        return None, ""
    forget_failures(keys[0])
    return open_session(person, moment, device)


def open_session(person: Person, moment: datetime, device: str) -> tuple[SignIn, str]:
    """A new session of `person` and its secret."""
    secret = new_secret()
    row = SignIn(
        token_sha256=sha256_of(secret),
        person_id=person.id,
        device=device[:200],
        signed_in_at=moment,
        last_seen_at=moment,
        idle_until=moment + IDLE,
        expires_at=moment + LONGEST,
        fresh_until=moment + FRESH_FOR,
    )
    session.add(row)
    session.flush()
    audit.record(person_id=person.id, action="account:sign-in", via="web", subject=person)
    return row, secret


def refresh(signed_in: SignIn | ApiToken, person: Person, password: str, address: str) -> bool:
    """Check the password again for what needs a fresh sign-in; whether it was right. Throttled like signing in.

    signed_in: what becomes fresh for 15 minutes, a session or a token of the API.
    """
    keys, moment = keys_of(person, address), now()
    refuse_if_throttled(keys, moment)
    if not is_right(password, person.password_hash):
        count_failure(keys, moment)
        return False
    signed_in.fresh_until = moment + FRESH_FOR
    via = "api" if isinstance(signed_in, ApiToken) else "web"
    audit.record(person_id=person.id, action="account:fresh", via=via, subject=person)
    return True


def keys_of(person: Person, address: str) -> list[str]:
    """Under which keys the throttle counts: one count of a person's account over all doors, one of an address."""
    return [f"account:{person.email}", f"address:{address}"]


def sign_out(signed_in: SignIn) -> None:
    """End one session; its row goes, so its cookie is worth nothing."""
    session.delete(signed_in)


def new_link(person: Person, purpose: str) -> str:
    """The secret of a single-use link to set a password. purpose: "invite" or "reset"."""
    secret = new_secret()
    session.add(
        Invitation(
            person_id=person.id,
            purpose=purpose,
            token_sha256=sha256_of(secret),
            expires_at=now() + LINK_LIVES[purpose],
        )
    )
    return secret


def note_opened(link: Invitation) -> None:
    """Somebody, or their mail program, asked for the page of a link."""
    link.opened_at = link.opened_at or now()


def note_bounce(email: str) -> bool:
    """Mail to this address came back. False if nobody has it."""
    person = person_by_email(email)
    if person is None:
        return False
    person.bounced_at = now()
    audit.record(person_id=None, action="account:bounced", via="cli", subject=person)
    return True


def find_link(secret: str) -> tuple[Invitation, Person]:
    """The unused link of this secret to set a password with, and whom it is for. Raises NotFound."""
    return _live(_link(secret).where(Invitation.used_at.is_(None), Invitation.purpose.in_(SETS_PASSWORD)))


def find_apply_link(secret: str) -> tuple[Invitation, Person]:
    """The link of this secret to an application, and whom it is for; it opens more than once. Raises NotFound."""
    return _live(_link(secret).where(Invitation.purpose == "apply"))


def _link(secret: str) -> Select[Invitation, Person]:
    return (
        select(Invitation, Person)
        .join(Person, Person.id == Invitation.person_id)
        .where(Invitation.token_sha256 == sha256_of(secret), Invitation.revoked_at.is_(None), Person.is_active)
    )


def _live(statement: Select[Invitation, Person]) -> tuple[Invitation, Person]:
    statement = statement.where(Invitation.expires_at > now())
    row = session.execute(unscoped(statement, "the link is the permission")).one_or_none()
    if row is None:
        raise NotFound(N_("This link has expired or was used already. Ask for a new one."))
    return row[0], row[1]


def set_password(link: Invitation, person: Person, password: str) -> None:
    """Use a link up. Ends every session of the person."""
    person.password_hash = hash_password(password)
    link.used_at = now()
    for row in session.scalars(unscoped(select(SignIn).where(SignIn.person_id == person.id), "end sessions")):
        session.delete(row)
    for token in session.scalars(unscoped(select(ApiToken).where(ApiToken.person_id == person.id), "stale tokens")):
        token.fresh_until = None
    audit.record(person_id=person.id, action=f"account:{link.purpose}", via="web", subject=person)


@command(Action.ACCOUNT_OWN)
def make_token(actor: Actor, owner: Person, name: str, scopes: list[Action], last_day: date) -> tuple[ApiToken, str]:
    """A new API token and its secret, which is shown once. last_day: at most a year ahead. Raises RuleBroken."""
    days = (last_day - now().date()).days
    if not 0 < days <= TOKEN_LONGEST_DAYS:
        raise RuleBroken(N_("Choose a last day within the next 365 days."), field="last_day")
    if not name.strip():
        raise RuleBroken(N_("Give the token a name, such as the program that will use it."), field="name")
    if not scopes:
        raise RuleBroken(N_("Choose at least one thing that the token may do."), field="scopes")
    secret = new_secret(API_PREFIX)
    token = ApiToken(
        person_id=owner.id,
        name=name.strip()[:100],
        prefix=secret[:10],
        token_sha256=sha256_of(secret),
        scopes=sorted(scopes),
        expires_at=now() + timedelta(days=days),
    )
    session.add(token)
    return token, secret


@command(Action.ACCOUNT_OWN)
def revoke_token(actor: Actor, token: ApiToken) -> ApiToken:
    """Make a token worth nothing, at once and for good."""
    token.revoked_at = token.revoked_at or now()
    return token


def find_token(secret: str, moment: datetime) -> tuple[ApiToken, Person] | None:
    """The live token of this secret and its owner; None if there is none. One query."""
    rows = read(_live_token(), token=sha256_of(secret), moment=moment)
    return rows[0] if rows else None


@cache
def _live_token() -> Select[ApiToken, Person]:
    statement = (
        select(ApiToken, Person)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.token_sha256 == bindparam("token"))
        .where(ApiToken.expires_at > bindparam("moment", type_=UtcDateTime))
        .where(ApiToken.revoked_at.is_(None), Person.is_active)
    )
    return unscoped(statement, "whose token")


@command(Action.PERSON_INVITE)
def add_person(
    actor: Actor, place: Anchor, name: str, email: str, language: str = "en", is_sample: bool = False
) -> Person:
    """A person without a password yet. place: from where they are invited. Raises RuleBroken for a taken address."""
    if person_by_email(email) is not None:
        raise RuleBroken(N_("There is an account with this e-mail address already."), field="email")
    person = Person(name=name.strip(), email=clean_email(email), language=language, is_sample=is_sample)
    session.add(person)
    session.flush()
    return person


@command(Action.ACCOUNT_OWN)
def set_preferences(actor: Actor, person: Person, language: str, zone: str) -> Person:
    """In which language and zone pages and mail speak to `person`. Raises RuleBroken for what we do not know."""
    if language not in LANGUAGES:
        raise RuleBroken(N_("Choose English or Spanish."), field="language")
    if zone not in available_timezones():
        raise RuleBroken(N_("Choose a time zone of the list, such as America/New_York."), field="zone")
    person.language, person.zone = language, zone
    return person


@command(Action.ACCOUNT_OWN)
def end_other_sessions(actor: Actor, person: Person, kept_id: int) -> Person:
    """Sign `person` out on every device but the one in hand. kept_id: row number of that session."""
    others = select(SignIn).where(SignIn.id != kept_id)
    for row in session.scalars(within(others, person)):
        session.delete(row)
    return person


def ask_reset(email: str, address: str) -> tuple[Person, str] | None:
    """Who gets a link for a new password, and its secret; None where no live account has that address.

    Asking counts like a failed sign-in, on keys of its own: nobody floods a mailbox. Raises RuleBroken while throttled.
    """
    keys, moment = [f"reset:{clean_email(email)}", f"reset-from:{address}"], now()
    refuse_if_throttled(keys, moment)
    count_failure(keys, moment)
    person = person_by_email(email)
    return (person, new_link(person, "reset")) if person and person.is_active else None
