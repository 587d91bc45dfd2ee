"""Files as they were handed in, byte for byte: always saved, never shown, so that nothing in them can run here."""

from urllib.parse import quote

from flask import Response

from lms.kernel.storage import storage

SANDBOX = "sandbox; default-src 'none'"


def attachment(sha256: str, name: str, size: int) -> Response:
    """The stored file as a download called `name`; streamed, so that a large one takes no memory."""
    response = Response(storage().open(sha256), mimetype="application/octet-stream", direct_passthrough=True)
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    exact = quote(name, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}"
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
