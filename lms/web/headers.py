"""What every answer tells the browser about what a page may do, and whose answer it is."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SELF = ("script", "style", "img", "font", "connect", "manifest", "worker", "media")
CSP = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in SELF),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)

SAME = (
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def install(app: Flask) -> None:
    """Call it after whatever else answers around the application: those answers have them too."""
    app.wsgi_app = _with_same(app.wsgi_app)  # type: ignore[assignment, method-assign]
    app.after_request(_set_own)


def _with_same(product: "WSGIApplication") -> "WSGIApplication":
    """What is the same with every answer is put in last, as it is: as headers of a response each would be looked at."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *failed: Any) -> Callable[[bytes], object]:
            given = {name for name, _ in headers}
            return start_response(status, [*headers, *(pair for pair in SAME if pair[0] not in given)], *failed)

        return product(environ, start)

    return answer


def _set_own(response: Response) -> Response:
    headers = response.headers
    headers["X-Request-ID"] = g.get("request_id", "")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Cookie, HX-Request")
    return response
