"""Files that prove something: checked by what is in them, kept by hash, named in the prose of their fact."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

from sqlalchemy import select, union

from lms.hub.competencies.models import CompetencyEvidence, ExternalCredential
from lms.hub.coursework.filetypes import check_file
from lms.kernel.db import session
from lms.kernel.storage import names_files, storage
from lms.people.scope import MARK

KINDS = ("pdf", "png", "jpg", "heic", "webp", "docx", "xlsx", "pptx", "csv", "txt", "md")
MAX_PROOF_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Proof:
    """A stored file and the name under which it may be shown."""

    sha256: str
    size: int
    name: str


def keep_proof(name: str, stream: IO[bytes]) -> Proof:
    """Store a file. stream: seekable. Raises RuleBroken for what may not be handed in."""
    size = stream.seek(0, 2)
    stream.seek(0)
    found = check_file(name, stream, size, KINDS, MAX_PROOF_BYTES)
    stream.seek(0)
    stored = storage().put(stream, MAX_PROOF_BYTES)
    return Proof(stored.sha256, stored.size, found.name)


@names_files
def proofs_of_competencies() -> Iterable[str]:
    """The SHA-256 of every file that evidence or an outside credential names. One query."""
    evidence = select(CompetencyEvidence.sha256).where(CompetencyEvidence.sha256.is_not(None))
    brought = select(ExternalCredential.sha256).where(ExternalCredential.sha256.is_not(None))
    statement = union(evidence, brought).execution_options(**{MARK: "unscoped: which files to keep"})
    return (sha256 for sha256 in session.scalars(statement) if sha256)
