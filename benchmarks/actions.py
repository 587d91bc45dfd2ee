"""What is measured: one request each, as a person of the seeded cohort, with its answer looked at every time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import uuid4

from benchmarks.client import TOKEN, Answer
from tests.support import cast


class Visitor(Protocol):
    """A browser, over HTTP or inside this process."""

    cookies: dict[str, str]

    def get(self, path: str) -> Answer: ...

    def post(self, path: str, fields: Mapping[str, str]) -> Answer: ...


Once = Callable[[], Answer]


@dataclass(frozen=True, slots=True)
class Action:
    """prepare: signs in, finds the address, and gives what does it once. status, holds: what each answer must be.

    most: the goal for processor time against the floor (quality.md 7); None where there is none.
    """

    name: str
    prepare: Callable[[Visitor], Once]
    status: int = 200
    holds: bytes = b""
    most: float | None = None
    hashes: bool = False

    def check(self, answer: Answer) -> None:
        """Fails unless this is the answer of somebody for whom it worked."""
        assert answer.status == self.status, f"{self.name}: {answer.status} {answer.text[:300]}"
        assert self.holds in answer.body, f"{self.name}: {self.holds!r} is not in the answer"


def token_of(visitor: Visitor, path: str) -> str:
    """The token of the form on `path`."""
    found = TOKEN.search(visitor.get(path).text)
    assert found is not None, f"{path} has no form"
    return found[1]


def be(visitor: Visitor, name: str) -> None:
    """Sign in as a member of the cast."""
    fields = {"csrf_token": token_of(visitor, "/sign-in"), "email": cast.email_of(name), "password": cast.PASSWORD}
    assert visitor.post("/sign-in", fields).status == 303


def page(name: str, path: str) -> Callable[[Visitor], Once]:
    """Open `path` as `name`."""

    def prepare(visitor: Visitor) -> Once:
        be(visitor, name)
        return lambda: visitor.get(path)

    return prepare


def _healthz(visitor: Visitor) -> Once:
    return lambda: visitor.get("/healthz")


def _sign_in(visitor: Visitor) -> Once:
    fields = {"csrf_token": token_of(visitor, "/sign-in"), "email": cast.email_of("Ada"), "password": cast.PASSWORD}
    before = dict(visitor.cookies)

    def once() -> Answer:
        visitor.cookies.clear()
        visitor.cookies.update(before)
        return visitor.post("/sign-in", fields)

    return once


def _preferences(visitor: Visitor) -> Once:
    be(visitor, "Ada")
    fields = {"csrf_token": token_of(visitor, "/profile"), "language": "en", "zone": "America/New_York"}
    return lambda: visitor.post("/profile/preferences", fields)


def key() -> str:
    """A form's own key, as the browser got it with the form."""
    return str(uuid4())


ACTIONS = (
    Action("healthz", _healthz, holds=b"ok", most=1.3),
    Action("sign in", _sign_in, status=303, hashes=True),
    Action("student home", page("Ada", "/student/"), holds=b"</html>", most=3),
    Action("change preferences", _preferences, status=303, most=3),
)
