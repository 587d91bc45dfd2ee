"""For load balancers and monitors: ready, and the numbers. `/healthz` is answered in `lms/web/edge.py`."""

import hmac
import math
import time

from flask import Response, current_app, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from lms.guard import actor_or_none, public
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.health import Check, checks
from lms.people.access import Relation
from lms.web import metrics
from lms.web.public import bp

LOOPBACK = ("127.0.0.1", "::1")
SECONDS_KEPT = 5


@bp.get("/readyz")
@public("says yes or no; only the program's own people see why", writes=True)
def readyz() -> Response:
    found = _look()
    is_good = all(check.is_good for check in found)
    answer = jsonify({"ready": is_good, **_details(found)})
    answer.status_code = 200 if is_good else 503
    return answer


def _look() -> tuple[Check, ...]:
    """At most one look in five seconds, whoever asks how often."""
    moment = time.monotonic()
    looked_at: float
    found: tuple[Check, ...]
    looked_at, found = current_app.extensions.get("lms_readiness", (-math.inf, ()))
    if moment - looked_at > SECONDS_KEPT:
        try:
            found = tuple(checks())
        except SQLAlchemyError as error:
            session.rollback()
            found = (Check("database", False, type(error).__name__),)
        current_app.extensions["lms_readiness"] = moment, found
    return found


def _details(found: tuple[Check, ...]) -> dict[str, object]:
    actor = actor_or_none()
    if actor is None or not actor.holds(Relation.PROGRAM_ADMIN):
        return {}
    return {"checks": [{"name": check.name, "good": check.is_good, "detail": check.detail} for check in found]}


@bp.get("/metrics")
@public("only for this machine, or with the token of the settings")
def show_metrics() -> Response:
    token = current_app.config["LMS"].metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        is_allowed = hmac.compare_digest(given.encode(), token.encode())
    else:  # behind a proxy everybody comes from this machine
        is_allowed = request.remote_addr in LOOPBACK and "X-Forwarded-For" not in request.headers
    if not is_allowed:
        raise NotFound()
    return Response(metrics.text(), mimetype="text/plain; version=0.0.4")
