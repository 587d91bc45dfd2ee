"""The first lock. A request becomes an actor and one transaction here; problems become answers here.

Every view states `@requires(Action.X)` or `@public("why")`; the app refuses to start if one states nothing. Safe
methods read in one transaction; unsafe ones write in one, which is rolled back if the answer is an error. What takes
long, such as looking into a large file, a view may `prepare` before, where nobody waits for its lock.
"""

import functools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, make_response, request
from sqlalchemy.exc import OperationalError

from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.deadline import TooLate
from lms.kernel.errors import NotAllowed, NotSignedIn, Problem
from lms.kernel.text import N_
from lms.people.access import Action, Actor, may_at_all, require_fresh
from lms.people.accounts.models import ApiToken
from lms.signin import actor_for_token, actor_signed_in, is_stale, is_unnoted, signed_in, touch

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ATTRIBUTE = "__lms_access__"
STATEMENTS = "/api/v1/xapi/"  # systems that send statements often know Basic only; a browser cannot be led to send it
Prepare = Callable[..., Callable[[], object] | None]


@dataclass(frozen=True, slots=True)
class Access:
    """What a view states. action None: anybody, and `why` says why. writes: a safe method that writes a log.

    prepare, prepare_if: see `requires`.
    """

    action: Action | None
    why: str = ""
    fresh: bool = False
    writes: bool = False
    prepare: "Prepare | None" = None
    prepare_if: Callable[[], bool] | None = None


class ForgottenAccess(Exception):
    """A view that states no access: the app does not start."""


def requires(
    action: Action,
    *,
    fresh: bool = False,
    writes: bool = False,
    prepare: Prepare | None = None,
    prepare_if: Callable[[], bool] | None = None,
) -> Callable[[View], View]:
    """Only for those who may do `action` to something. fresh: asks for the password again after 15 minutes.

    prepare: called with the address's values before the view, to read (in a transaction that only reads) what a long
    work needs; it gives that work, or None for nothing. The work then runs outside of any transaction, and `prepared()`
    is what it gave. The view judges anew whatever may have changed meanwhile. prepare_if: whether the request needs it.
    """
    return _state(Access(action, fresh=fresh, writes=writes, prepare=prepare, prepare_if=prepare_if))


def public(why: str, *, writes: bool = False) -> Callable[[View], View]:
    """For anybody, signed in or not; `why` says why that is right."""
    return _state(Access(None, why=why, writes=writes))


def _state(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, access)
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access:
    """What the view of `endpoint` stated."""
    stated: Access = getattr(app.view_functions[endpoint], ATTRIBUTE)
    return stated


def install(app: Flask) -> None:
    """Put the lock on every view. Call it last; raises ForgottenAccess."""
    setattr(app.view_functions["static"], ATTRIBUTE, Access(None, why="style, scripts and pictures"))
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, ATTRIBUTE):
            raise ForgottenAccess(f"{endpoint} states neither @requires nor @public")
        app.view_functions[endpoint] = _guarded(view, getattr(view, ATTRIBUTE), endpoint == "static")


def _guarded(view: Callable[..., Any], access: Access, is_static: bool) -> Callable[..., Any]:
    if is_static:
        return view

    @functools.wraps(view)
    def guarded(**values: Any) -> Response:
        if access.prepare is not None and (access.prepare_if is None or access.prepare_if()):
            g.prepared = _prepare(access, access.prepare, values)
        with transaction(write=access.writes or request.method not in SAFE):
            g.actor = _load_actor()
            _check(access, g.actor)
            response = make_response(view(**values))
            if response.status_code >= 400:
                session.rollback()
        if (refused := g.pop("refused", None)) is not None:
            log_denial(refused)
        with suppress(TooLate, OperationalError):  # what was asked for is done, and an error would say that it is not
            _note_use()
        return response

    return guarded


def _prepare(access: Access, prepare: Prepare, values: dict[str, Any]) -> object:
    with transaction(write=False):
        g.actor = _load_actor()
        _check(access, g.actor)
        work = prepare(**values)
    session.expunge_all()  # the view reads everything anew
    return work() if work is not None else None


def prepared() -> Any:
    """What the view's `prepare` came to; None if there was nothing to do."""
    return g.get("prepared")


def _load_actor() -> Actor | None:
    if request.path.startswith("/api/"):  # cookies do not count there, so no other site can make a browser call it
        header = request.headers.get("Authorization")
        if not header:
            return None
        actor, g.token = actor_for_token(header, g.request_id, may_be_basic=request.path.startswith(STATEMENTS))
        return actor
    user = signed_in()
    return actor_signed_in(user, g.request_id) if user else None


def _check(access: Access, actor: Actor | None) -> None:
    if access.action is None:
        return
    if actor is None:
        raise NotSignedIn()
    if not may_at_all(actor, access.action):
        raise NotAllowed(N_("This page is not for your role."))
    if access.fresh:
        require_fresh(actor, now())


def _note_use() -> None:
    """Rarely: a second, tiny transaction, so that reading pages stays reading."""
    if request.path.startswith("/api/"):
        _note_token(g.get("token"))
        return
    user = signed_in()
    if user and is_stale(user):
        with transaction():
            touch(user)


def _note_token(token: ApiToken | None) -> None:
    if token is not None and is_unnoted(token):
        with transaction():
            session.add(token)
            token.last_used_at = now()


def current_actor() -> Actor:
    """Who asks. Raises NotSignedIn on a public page that nobody is signed in to."""
    actor: Actor | None = g.get("actor")
    if actor is None:
        raise NotSignedIn()
    return actor


def actor_or_none() -> Actor | None:
    """Who asks; None if nobody is signed in."""
    actor: Actor | None = g.get("actor")
    return actor


def current_token() -> ApiToken:
    """The token that the running call of the API was sent with. Raises NotSignedIn on a page."""
    token: ApiToken | None = g.get("token")
    if token is None:
        raise NotSignedIn()
    return token


def note_refusal(problem: Problem) -> None:
    """Remember what a page refuses by itself, so that it is logged once the request's transaction is rolled back."""
    g.refused = problem


def log_denial(problem: Problem) -> None:
    """Keep a record of what was refused, in a transaction of its own, after the request's was rolled back."""
    actor = actor_or_none()
    endpoint = request.endpoint
    if actor is None and problem.afterwards is not None:  # nobody to name, but something to count
        with transaction():
            problem.afterwards()
        return
    if actor is None or endpoint is None or endpoint not in current_app.view_functions:
        return
    access = getattr(current_app.view_functions[endpoint], ATTRIBUTE, None)
    action = access.action if access and access.action else endpoint
    with transaction():
        audit.record(
            person_id=actor.person_id,
            action=str(action),
            via=actor.via,
            request_id=actor.request_id,
            outcome=audit.Outcome.DENIED,
        )
        if problem.afterwards is not None:
            problem.afterwards()
