"""People and how they sign in. None of these rows feeds a rule, so they may be updated."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId


class Person(HasPublicId, Base):
    """Anybody with an account. email: stored in lower case, one account each. language: "en" or "es".

    bounced_at: when mail to this address last came back; None again once the address changes.
    """

    __tablename__ = "person"
    __anchor__ = "person"

    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="America/New_York")
    password_hash: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    is_sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    bounced_at: Mapped[datetime | None]


class SignIn(Base):
    """One session of one person on one device. The browser holds the token; here stands only its SHA-256."""

    __tablename__ = "sign_in"
    __anchor__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str] = mapped_column(default="")
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_until: Mapped[datetime]
    expires_at: Mapped[datetime]
    fresh_until: Mapped[datetime]
    mfa_at: Mapped[datetime | None]


class SignInFailure(Base):
    """Failed attempts under one key (an account, an address), for the throttle. Counts live here, in no process."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    count: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]


class ApiToken(HasPublicId, Base):
    """A personal token for the API: `prefix` is shown, the secret only once; here stands its SHA-256.

    scopes: action names; what the token may do is these and what its owner may do when it is used.
    fresh_until: until when its owner's last password check with this token counts; None if there was none.
    """

    __tablename__ = "api_token"
    __anchor__ = "person"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[Any] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    fresh_until: Mapped[datetime | None]


class Invitation(HasPublicId, Base):
    """A link that lets a person set their first password, or a new one. Single use; here stands its SHA-256.

    opened_at: when its page was first asked for. revoked_at: since when it is worth nothing, because a newer one was
    sent or somebody took it back.
    """

    __tablename__ = "invitation"
    __anchor__ = "person"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]  # "invite" or "reset"
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
