"""A program that talks to the API with a member's token."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.kernel import clock
from lms.kernel.db import transaction
from lms.people.access import Action
from lms.people.accounts.models import ApiToken
from lms.people.accounts.services import make_token
from tests.support.web import World

BASE = "/api/v1"


def token_of(world: World, name: str, scopes: Iterable[Action] = tuple(Action), days: int = 30) -> tuple[ApiToken, str]:
    """A new token of a member of the cast, and its secret."""
    last_day = (clock.now() + timedelta(days=days)).date()
    actor, owner = world.actor(name), world.person(name)
    with transaction():
        return make_token(actor, owner, "test", list(scopes), last_day)


class Caller:
    """Calls the API with one token: `caller.get("/me")`."""

    def __init__(self, client: FlaskClient, secret: str | None) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def call(self, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any) -> TestResponse:
        return self.client.open(f"{BASE}{path}", method=method, headers={**self.headers, **(headers or {})}, **sent)

    def get(self, path: str, **sent: Any) -> TestResponse:
        return self.call("GET", path, **sent)

    def patch(self, path: str, **sent: Any) -> TestResponse:
        return self.call("PATCH", path, **sent)

    def head(self, path: str) -> TestResponse:
        return self.call("HEAD", path)

    def post(self, path: str, **sent: Any) -> TestResponse:
        return self.call("POST", path, **sent)

    def put(self, path: str, **sent: Any) -> TestResponse:
        return self.call("PUT", path, **sent)

    def delete(self, path: str, **sent: Any) -> TestResponse:
        return self.call("DELETE", path, **sent)


def caller(world: World, name: str, scopes: Iterable[Action] = tuple(Action)) -> Caller:
    """A program of a member of the cast."""
    return Caller(world.visitor(), token_of(world, name, scopes)[1])
