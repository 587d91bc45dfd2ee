"""From a request's secret to an Actor: the browser's session through Flask-Login, or a token of the API."""

from base64 import b64decode
from dataclasses import replace
from datetime import datetime, timedelta

from flask_login import UserMixin, current_user

from lms.kernel.clock import now
from lms.kernel.errors import NotSignedIn
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Grant
from lms.people.accounts.models import ApiToken, Person
from lms.people.accounts.services import IDLE, find_token
from lms.people.grants.queries import LiveSession, Whose, find_session, grants_of, sign_in_row
from lms.people.scope import policy_day

SEEN_EVERY = timedelta(minutes=15)


class SignedIn(UserMixin):
    """What Flask-Login calls the user: one session and its person. Its id is the session's secret."""

    def __init__(self, secret: str, live: LiveSession) -> None:
        self.secret = secret
        self.live = live
        self.person = live.person

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie."""
        return self.secret


def load_signed_in(secret: str) -> SignedIn | None:
    """Flask-Login's user loader. One query."""
    found = find_session(secret, now(), policy_day())
    return SignedIn(secret, found) if found else None


def signed_in() -> SignedIn | None:
    """The session of the running request; None if nobody is signed in."""
    user = current_user._get_current_object()  # itself: the proxy would look for it at each of its attributes
    return user if user.is_authenticated else None


def is_stale(user: SignedIn) -> bool:
    """Whether it is time to note that the session is in use."""
    return now() - user.live.last_seen_at > SEEN_EVERY


def touch(user: SignedIn) -> None:
    """Note that the session is in use; it ends after 12 idle hours. Needs a writing transaction."""
    row = sign_in_row(user.live)
    row.last_seen_at = now()
    row.idle_until = min(now() + IDLE, row.expires_at)


def actor_signed_in(user: SignedIn, request_id: str) -> Actor:
    """Whoever uses the pages of the running request."""
    return _actor(user.person, user.live.grants, "web", request_id, user.live.fresh_until)


def actor_for(person: Person, via: str, request_id: str | None, fresh_until: datetime | None = None) -> Actor:
    """`person` with the grants that hold today. One query."""
    return _actor(person, grants_of(person.id, policy_day()), via, request_id, fresh_until)


def _actor(
    person: Person | Whose, grants: frozenset[Grant], via: str, request_id: str | None, fresh_until: datetime | None
) -> Actor:
    return Actor(
        person_id=person.id,
        grants=grants,
        via=via,
        request_id=request_id,
        fresh_until=fresh_until,
        name=person.name,
        language=person.language,
        zone=person.zone,
        person_public_id=person.public_id,
    )


def actor_for_token(
    authorization: str, request_id: str | None, *, may_be_basic: bool = False
) -> tuple[Actor, ApiToken]:
    """The owner of a bearer token, limited to the token's scopes, and the token. Raises NotSignedIn. Two queries.

    may_be_basic: it may also be the password of a Basic header, whoever that names.
    """
    secret = _secret_in(authorization, may_be_basic)
    found = find_token(secret, now()) if secret else None
    if found is None:
        raise NotSignedIn(N_("Send a valid token: Authorization: Bearer lms_... Make one on your profile page."))
    token, person = found
    scopes = frozenset(Action(name) for name in token.scopes)
    return replace(actor_for(person, "api", request_id, token.fresh_until), scopes=scopes), token


def _secret_in(authorization: str, may_be_basic: bool) -> str:
    """The token of a header; empty for anything else."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic" and may_be_basic:
        try:
            return b64decode(rest.strip(), validate=True).decode().partition(":")[2]
        except ValueError:
            return ""
    return ""


def is_unnoted(token: ApiToken) -> bool:
    """Whether it is time to note that the token is in use."""
    return token.last_used_at is None or now() - token.last_used_at > SEEN_EVERY
