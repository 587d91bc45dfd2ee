"""A phone is known by a random cookie, so that two check-ins from one phone can be seen; it says nothing else."""

import secrets

from flask import Request, Response, current_app, request

COOKIE = "device"
YEAR_SECONDS = 365 * 24 * 3600


def device_of(asked: Request) -> str:
    """What the phone is known by; empty before the first time."""
    return asked.cookies.get(COOKIE, "")[:64]


def device_or_new() -> str:
    """The same, or a new one to `remember`."""
    return device_of(request) or secrets.token_urlsafe(16)


def remember(response: Response, device: str) -> Response:
    """`response`, keeping `device` on the phone."""
    secure = current_app.config["LMS"].public_url.startswith("https:")
    response.set_cookie(COOKIE, device, max_age=YEAR_SECONDS, secure=secure, httponly=True, samesite="Lax")
    return response
