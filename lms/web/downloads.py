"""Files as they were handed in, byte for byte: always saved, never shown, so that nothing in them can run here."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response

from lms.kernel.storage import storage
from lms.kernel.tabular import CSV_TYPE, csv_chunks

SANDBOX = "sandbox; default-src 'none'"


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a CSV file called `name`. rows: read already; nothing is asked of the database while it is sent."""
    response = Response(csv_chunks(header, rows), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = _saved_as(name)
    return response


def download(name: str, chunks: Iterable[bytes], content_type: str) -> Response:
    """A file called `name` that the product made; `chunks` ask nothing of the database."""
    response = Response(chunks, content_type=content_type)
    response.headers["Content-Disposition"] = _saved_as(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def attachment_of(sha256: str, name: str) -> Response:
    """The stored file as a download called `name`, where its size is not at hand."""
    response = Response(storage().open(sha256), mimetype="application/octet-stream", direct_passthrough=True)
    response.headers["Content-Disposition"] = _saved_as(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def attachment(sha256: str, name: str, size: int) -> Response:
    """The stored file as a download called `name`; streamed, so that a large one takes no memory."""
    response = Response(storage().open(sha256), mimetype="application/octet-stream", direct_passthrough=True)
    response.headers["Content-Disposition"] = _saved_as(name)
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _saved_as(name: str) -> str:
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
