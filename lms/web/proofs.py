"""The files behind credits, credentials and evidence, for whoever may read the fact that names them."""

from flask import Response

from lms.capstone.savings.models import Evidence
from lms.hub.competencies.files import Proof, keep_proof
from lms.hub.competencies.models import CompetencyEvidence, ExternalCredential
from lms.hub.credits.models import CreditRequest
from lms.kernel.errors import NotFound
from lms.kernel.prose import prose_of
from lms.web.downloads import attachment
from lms.web.judging import is_sent, look_into, looked_into

Proved = CompetencyEvidence | CreditRequest | Evidence | ExternalCredential
FIELDS = ("file", "copy")  # what a form calls the one file that it may bring
judge_proof, is_proof_sent = look_into(keep_proof, *FIELDS), is_sent(*FIELDS)


def proof_response(row: Proved) -> Response:
    """The original, byte for byte. Raises NotFound where the fact has no file."""
    if row.sha256 is None or row.size is None:
        raise NotFound()
    return attachment(row.sha256, prose_of([row], "file_name").get(row.public_id, "file"), row.size)


def sent_proof() -> Proof | None:
    """What the form brought, as `judge_proof` found it; None if it brought nothing. Raises RuleBroken."""
    found: Proof | None = looked_into()
    return found
