"""Around every request: whose headers are believed, its body read before any lock, its deadline, its log line."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.config import Settings
from lms.kernel import deadline
from lms.web import metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LARGEST_IN_MEMORY = 2 * 1024 * 1024  # of a body that is no form; forms spill over to temporary files
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def install(app: Flask, settings: Settings) -> None:
    """Call it before anything else that listens to requests."""
    hops = settings.proxy_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.wsgi_app = _say_alive(app.wsgi_app)  # type: ignore[assignment, method-assign]
    app.config["TRUSTED_HOSTS"] = [urlsplit(settings.public_url).hostname or "", *LOOPBACK]
    metrics.install(app)
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _say_alive(product: "WSGIApplication") -> "WSGIApplication":
    """`/healthz`: the process runs. Answered before the application, so that it costs next to nothing."""
    headers = [("Content-Type", "text/plain"), ("Content-Length", "3"), ("Cache-Control", "no-store")]

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/healthz":
            return product(environ, start_response)
        start_response("200 OK", headers)
        return (b"ok\n",)

    return answer


def _begin() -> Response | None:
    """Read the body first: a slow phone must not hold the write lock while it uploads. Then the clock starts."""
    g.began = time.perf_counter()
    if isinstance(request.routing_exception, SecurityError):  # there is no address to make a page's links from
        return Response("This host name is not served here.\n", 400, mimetype="text/plain")
    if request.method in UNSAFE:
        if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
            request.form  # noqa: B018 - parsing is what is wanted
        elif (request.content_length or 0) <= LARGEST_IN_MEMORY:
            request.get_data(cache=True)
    deadline.begin()
    return None


def _end(response: Response) -> Response:
    asked = request._get_current_object()  # type: ignore[attr-defined]  # the proxy would look for it at each attribute
    if asked.endpoint == "static":
        return response
    route = asked.url_rule.rule if asked.url_rule else "none"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    metrics.note(asked.method, route, response.status_code, seconds)
    if route not in ("/readyz", "/metrics"):
        log.info(
            "request",
            method=asked.method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            bytes=response.content_length,
            request_id=g.get("request_id"),
        )
    return response


def _forget(_: BaseException | None) -> None:
    deadline.end()
