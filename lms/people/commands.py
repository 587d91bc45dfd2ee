"""The third lock: a command checks the policy on its subject first and writes its audit entry last."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from lms.kernel import audit
from lms.kernel.acting import acting, acting_at
from lms.kernel.db import Base, session
from lms.people.access import FRESH, Action, Actor, Anchor, require, require_fresh
from lms.people.anchors import anchor_of

P = ParamSpec("P")
R = TypeVar("R")
Subject = TypeVar("Subject", bound=Base | Anchor)

COMMANDS: dict[str, Action] = {}


def command(
    action: Action,
) -> Callable[
    [Callable[Concatenate[Actor, Subject, P], R]],
    Callable[Concatenate[Actor, Subject, P], R],
]:
    """Makes a function a command: `f(actor, subject, ...)`, where `action` must be allowed at the subject's anchor.

    Raises NotAllowed, and NotFresh where the policy asks for a fresh sign-in. All facts inside carry one instant.
    """

    def wrap(function: Callable[Concatenate[Actor, Subject, P], R]) -> Callable[Concatenate[Actor, Subject, P], R]:
        COMMANDS[f"{function.__module__}.{function.__name__}"] = action

        @functools.wraps(function)
        def run(actor: Actor, subject: Subject, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(actor, action, anchor_of(subject))
            with acting(actor.person_id):
                if action in FRESH:
                    require_fresh(actor, acting_at())
                result = function(actor, subject, *args, **kwargs)
                session.flush()
                _audit(actor, action, subject, result)
            return result

        return run

    return wrap


def _audit(actor: Actor, action: Action, subject: Any, result: Any) -> None:
    audit.record(
        person_id=actor.person_id,
        action=action,
        via=actor.via,
        request_id=actor.request_id,
        subject=subject,
        result=result,
    )
