"""`Idempotency-Key`: a client that did not hear the answer sends the same call again and gets the same answer."""

import hashlib
import re
from collections.abc import Callable, Iterator

from flask import Response, make_response, request

from lms.api.troubles import InFlight
from lms.guard import SAFE, current_actor
from lms.kernel import idem
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

HEADER = "Idempotency-Key"
KEY = re.compile(r"[!-~]{1,200}")
REPLAYED = "Idempotent-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def once(respond: Callable[[], Response]) -> Response:
    """The answer of `respond`, or the stored one if this key was answered before. Only answers below 400 are stored.

    Raises RuleBroken if the key was used for another call, and InFlight while the first one is still at work.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method in SAFE:
        return respond()
    if not KEY.fullmatch(key):
        raise RuleBroken(N_("Send 1 to 200 visible ASCII characters, such as a UUID."), field=HEADER)
    principal = current_actor().person_id or 0
    route, body_sha256 = f"{request.method} {request.full_path.rstrip('?')}", _fingerprint()
    if not idem.claim(principal, key):
        raise InFlight(N_("The first call with this key is not done yet. Send it again in a second."))
    before = idem.answer_or_none(principal, key)
    if before is not None:
        return _again(before, route, body_sha256)
    response = respond()
    if response.status_code < 400:
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        kept = {"body": response.get_data(as_text=True), "headers": headers}
        idem.remember(principal, key, route, body_sha256, response.status_code, kept)
    return response


def _again(before: idem.StoredAnswer, route: str, body_sha256: str) -> Response:
    if (before.route, before.body_sha256) != (route, body_sha256):
        raise RuleBroken(N_("This key was used for another call. Make a new one for each new call."), field=HEADER)
    response = make_response(before.response["body"], before.status)
    response.headers.update(before.response["headers"])
    response.headers[REPLAYED] = "true"
    return response


def _fingerprint() -> str:
    """SHA-256 of what was sent; a multipart body counts by its parts, since a client draws a new boundary each time."""
    if request.mimetype != "multipart/form-data":
        return hashlib.sha256(request.get_data(cache=True)).hexdigest()
    return hashlib.sha256("\n".join(sorted(_parts())).encode()).hexdigest()


def _parts() -> Iterator[str]:
    for name, values in request.form.lists():
        for value in values:
            yield f"field {name!r} {hashlib.sha256(value.encode()).hexdigest()}"
    for name, files in request.files.lists():
        for file in files:
            digest = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # it is a file
            file.stream.seek(0)
            yield f"file {name!r} {file.filename!r} {digest}"
