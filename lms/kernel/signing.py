"""Tokens that carry what they are for: signed with the secret key, one purpose each, readable but not forgeable."""

import hashlib
import hmac
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from lms.kernel.errors import NotFound
from lms.kernel.text import N_


def sign(purpose: str, *values: str | int) -> str:
    """A token for a link."""
    return str(_serializer(purpose).dumps(list(values)))


def unsign(purpose: str, token: str, seconds: int | None = None) -> list[Any]:
    """The values in a token made for `purpose`, at most `seconds` ago. Raises NotFound."""
    try:
        values: list[Any] = _serializer(purpose).loads(token, max_age=seconds)
    except BadData:
        raise NotFound(N_("This link is not valid any more.")) from None
    return values


def secret_for(purpose: str, *values: str | int) -> bytes:
    """A secret of its own for each purpose and thing, made from the secret key and stored nowhere."""
    named = ":".join((f"lms:{purpose}", *map(str, values)))
    return hmac.new(str(current_app.config["SECRET_KEY"]).encode(), named.encode(), hashlib.sha256).digest()


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    config = current_app.config
    return URLSafeTimedSerializer([*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]], salt=f"lms:{purpose}")
