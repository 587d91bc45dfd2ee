"""What is measured: one request each, as a person of the seeded cohort, with its answer looked at every time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Protocol
from uuid import uuid4

from benchmarks.client import TOKEN, Answer
from benchmarks.scene import Scene
from lms.kernel.clock import now
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

    most: the goal for processor time against the floor (quality.md 7); None where there is none. kept: the goal for
    bytes. people: how many take turns, so that what one wrote is not in the next one's way. share: how many of a
    round's requests are made, where one takes long.
    """

    name: str
    prepare: Callable[[Visitor, Scene], Once]
    status: int = 200
    holds: bytes = b""
    most: float | None = None
    most_bytes: int | None = None
    hashes: bool = False
    people: int = 1
    share: float = 1

    def requests(self, number: int) -> int:
        """How many of `number` requests are made."""
        return max(1, round(number * self.share))

    def check(self, answer: Answer) -> None:
        """Fails unless this is the answer of somebody for whom it worked."""
        assert answer.status == self.status, f"{self.name}: {answer.status} {answer.text[:300]}"
        assert self.holds in answer.body, f"{self.name}: {self.holds!r} is not in the answer"


def slug(name: str) -> str:
    """An action's name in an address."""
    return name.replace(" ", "-")


def token_of(visitor: Visitor, path: str) -> str:
    """The token of the form on `path`."""
    found = TOKEN.search(visitor.get(path).text)
    assert found is not None, f"{path} has no form"
    return found[1]


def be(visitor: Visitor, email: str) -> None:
    """Sign in."""
    visitor.cookies.clear()
    fields = {"csrf_token": token_of(visitor, "/sign-in"), "email": email, "password": cast.PASSWORD}
    assert visitor.post("/sign-in", fields).status == 303


def page(name: str, path_of: Callable[[Scene], str]) -> Callable[[Visitor, Scene], Once]:
    """Open an address as a member of the cast."""

    def prepare(visitor: Visitor, scene: Scene) -> Once:
        be(visitor, cast.email_of(name))
        path = path_of(scene)
        return lambda: visitor.get(path)

    return prepare


_signed_in: dict[str, tuple[dict[str, str], str]] = {}  # cookies and token of a form, good for the whole run


class Turns:
    """Several people in one visitor, one after the other."""

    def __init__(self, visitor: Visitor, emails: list[str]) -> None:
        self.visitor = visitor
        for email in emails:
            if email not in _signed_in:
                be(visitor, email)
                token = token_of(visitor, "/profile")
                _signed_in[email] = dict(visitor.cookies), token
        self.people = [_signed_in[email] for email in emails]

    def post(self, turn: int, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form as whose turn it is."""
        cookies, token = self.people[turn % len(self.people)]
        self.visitor.cookies.clear()
        self.visitor.cookies.update(cookies)
        return self.visitor.post(path, {"csrf_token": token, **fields})


def _healthz(visitor: Visitor, _: Scene) -> Once:
    return lambda: visitor.get("/healthz")


def _sign_in(visitor: Visitor, _: Scene) -> Once:
    fields = {"csrf_token": token_of(visitor, "/sign-in"), "email": cast.email_of("Ada"), "password": cast.PASSWORD}
    before = dict(visitor.cookies)

    def once() -> Answer:
        visitor.cookies.clear()
        visitor.cookies.update(before)
        return visitor.post("/sign-in", fields)

    return once


_logged, _handed_in, _graded = count(), count(), count()  # over the whole run: nothing is written twice


def _log_hours(visitor: Visitor, scene: Scene) -> Once:
    return log_hours(Turns(visitor, scene.students), scene)


def log_hours(turns: Turns, scene: Scene) -> Once:
    """A minute more for whose turn it is."""
    path = f"/student/hours/weeks/{scene.monday}/entries"

    def once() -> Answer:
        fields = {"client_key": str(uuid4()), "day": scene.today, "unit": scene.unit, "minutes": "1", "quick": ""}
        return turns.post(next(_logged), path, fields)

    return once


def _hand_in(visitor: Visitor, scene: Scene) -> Once:
    """Each student hands in the drafts of one activity after the other."""
    turns = Turns(visitor, scene.students)

    def once() -> Answer:
        turn = next(_handed_in)
        activity = scene.open_activities[turn // len(scene.students)]
        fields = {"client_key": uuid4().hex, "version": "1"}
        return turns.post(turn, f"/student/coursework/{activity}/submissions", fields)

    return once


def _grade(visitor: Visitor, scene: Scene) -> Once:
    """The next submission that waits."""
    turns = Turns(visitor, [cast.email_of("Ben")])

    def once() -> Answer:
        turn = next(_graded)
        fields = {"version": "0.0", "points": "87.5", "comment": "Clear and complete.", "then": "stay"}
        fields["opened_at"] = now().isoformat()  # as the desk's form does
        return turns.post(turn, f"/instructor/grading/{scene.waiting[turn]}/scores", fields)

    return once


ACTIONS = (
    Action("healthz", _healthz, holds=b"ok", most=1.3),
    Action("sign in", _sign_in, status=303, hashes=True),
    Action("student home", page("Ada", lambda _: "/student/"), holds=b"</html>", most=3),
    Action("hours week", page("Ada", lambda _: "/student/hours"), holds=b"</html>"),  # the goal is for logging them
    Action("log hours", _log_hours, status=303, most=3, people=20),
    Action("submit coursework", _hand_in, status=303, most=3, people=20),
    Action("grade one", _grade, status=303, people=20),
    Action("next student", page("Ben", lambda s: f"/instructor/grading/{s.waiting[-1]}"), holds=b"</html>"),
    Action("gradebook 70", page("Ben", lambda s: s.gradebook), holds=b"</html>", most=2, most_bytes=150_000, share=0.3),
    Action("gradebook 1000", page("Hana", lambda s: s.large), holds=b"</html>", most=2, most_bytes=150_000, share=0.3),
    Action("CSV 1000 x 60", page("Hana", lambda s: s.csv), holds=b"grade_percent", most=2, share=0.05),
    Action("cohort board", page("Cleo", lambda _: "/coordinator/board"), holds=b"</html>", share=0.3),
)
