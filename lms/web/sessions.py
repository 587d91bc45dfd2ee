"""The browser's signed cookie and the token of its forms: each worked out once, not with every page.

Both follow from a secret and a text alone, and both say nothing about how long they are good for: the row of the
session decides that (`lms.people.accounts`), with every request.
"""

from functools import lru_cache
from hmac import compare_digest
from typing import Any

from flask import Flask, Request, current_app, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf import csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer

PEOPLE = 2048  # at once, whose cookie is remembered
TOKEN = "csrf_token"  # noqa: S105 - the name of a field


class KeptSessions(SecureCookieSessionInterface):
    """Flask's cookie, whose signature is looked at once. Of one application."""

    def __init__(self, app: Flask) -> None:
        self._serializer = super().get_signing_serializer(app)
        self._max_age = int(app.permanent_session_lifetime.total_seconds())
        self._read = lru_cache(maxsize=PEOPLE)(self._verified)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Made once."""
        return self._serializer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the browser's cookie says; nothing if it is not ours."""
        sent = request.cookies.get(self.get_cookie_name(app))
        if not sent or self._serializer is None:
            return super().open_session(app, request)
        try:
            said = self._read(sent)
        except BadSignature:
            return self.session_class()
        # What may be changed in place, as the messages for the next page are, is read anew.
        return super().open_session(app, request) if said is None else self.session_class(said)

    def _verified(self, sent: str) -> dict[str, Any] | None:
        assert self._serializer is not None
        said: dict[str, Any] = self._serializer.loads(sent, max_age=self._max_age)
        return None if any(isinstance(value, list | dict) for value in said.values()) else said


def form_token() -> str:
    """The token that a form of this browser sends along."""
    own = session.get(TOKEN)
    return _made() if own is None else _signed(own, str(current_app.secret_key))


@lru_cache(maxsize=PEOPLE)
def _signed(_own: str, _secret: str) -> str:
    return _made()


def _made() -> str:
    token: str = csrf.generate_csrf()
    return token


def _check_token(sent: str | None, *given: Any, **more: Any) -> None:
    """Raises ValidationError. The token that a page of ours carried is known; any other is Flask-WTF's to judge."""
    if sent and TOKEN in session and compare_digest(sent.encode(), form_token().encode()):
        return
    _judge_token(sent, *given, **more)  # type: ignore[no-untyped-call]  # Flask-WTF has no types


_judge_token = csrf.validate_csrf


def install(app: Flask) -> None:
    """Call it after CSRFProtect, whose function for templates it replaces, and whose look at what comes in."""
    csrf.validate_csrf = _check_token  # type: ignore[assignment]  # it is called with the token alone
    app.session_interface = KeptSessions(app)
    app.jinja_env.globals["csrf_token"] = form_token
