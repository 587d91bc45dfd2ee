"""The files behind credits, credentials and evidence, for whoever may read the fact that names them."""

from typing import IO

from flask import Response, request

from lms.capstone.savings.models import Evidence
from lms.hub.competencies.models import CompetencyEvidence, ExternalCredential
from lms.hub.credits.models import CreditRequest
from lms.kernel.errors import NotFound
from lms.kernel.prose import prose_of
from lms.web.downloads import attachment

Proved = CompetencyEvidence | CreditRequest | Evidence | ExternalCredential


def proof_response(row: Proved) -> Response:
    """The original, byte for byte. Raises NotFound where the fact has no file."""
    if row.sha256 is None or row.size is None:
        raise NotFound()
    return attachment(row.sha256, prose_of([row], "file_name").get(row.public_id, "file"), row.size)


def sent_file(name: str = "file") -> tuple[str, IO[bytes]] | None:
    """Name and stream of the file that a form sent; None if it sent none."""
    file = request.files.get(name)
    return (file.filename, file.stream) if file and file.filename else None
