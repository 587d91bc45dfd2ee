"""Files as they were handed in, byte for byte: always saved, never shown, so that nothing in them can run here."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response

from lms.kernel.storage import storage
from lms.kernel.tabular import CSV_TYPE, XLSX_TYPE, csv_chunks, xlsx_chunks

SANDBOX = "sandbox; default-src 'none'"


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a CSV file called `name`. rows: read already; nothing is asked of the database while it is sent."""
    response = Response(csv_chunks(header, rows), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = _saved_as(name)
    return response


def xlsx_download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The same as an XLSX file of one sheet."""
    response = Response(xlsx_chunks(header, rows), content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = _saved_as(name)
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
