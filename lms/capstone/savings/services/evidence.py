"""What shows a saving: where it lies, or the file itself, kept by its hash and given back byte for byte."""

from collections.abc import Iterable

from sqlalchemy import select

from lms.capstone.lines.models import BenefitLine
from lms.capstone.savings.models import Evidence, EvidenceKind
from lms.hub.competencies.files import Proof
from lms.kernel import chain
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.prose import keep
from lms.kernel.storage import names_files
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import scoped, unscoped


@command(Action.SAVINGS_AMEND)
def add_evidence(
    actor: Actor, line: BenefitLine, kind: EvidenceKind, reference: str, file: Proof | None = None
) -> Evidence:
    """Something that shows the saving: what it is and where it lies, or the file itself. Raises RuleBroken."""
    return write_evidence(line, kind, reference, file)


def write_evidence(line: BenefitLine, kind: EvidenceKind, reference: str, file: Proof | None) -> Evidence:
    """The same inside a command that answers for the policy. Raises RuleBroken for neither."""
    if not reference.strip() and file is None:
        raise RuleBroken(N_("What shows it? Write the document's number, or attach it."), field="reference")
    row = Evidence(
        line_id=line.id,
        project_id=line.project_id,
        kind=kind,
        sha256=file.sha256 if file else None,
        size=file.size if file else None,
    )
    session.add(row)
    keep(row, reference=reference.strip(), file_name=file.name if file else "")
    chain.append(f"project:{line.project_id}", row)
    return row


def find_evidence(actor: Actor, public_id: str, action: Action = Action.EVIDENCE_READ) -> Evidence:
    """One piece of evidence. Raises NotFound. One query."""
    found = session.scalar(scoped(select(Evidence).where(Evidence.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def own_evidence(actor: Actor, public_id: str) -> Evidence:
    """Evidence that the actor has attached. Raises NotFound for anybody else's. One query."""
    found = find_evidence(actor, public_id, Action.SAVINGS_AMEND)
    if found.recorded_by_id != actor.person_id:
        raise NotFound()
    return found


@names_files
def files_of_evidence() -> Iterable[str]:
    """The SHA-256 of every file that evidence of a saving names. One query."""
    statement = select(Evidence.sha256).where(Evidence.sha256.is_not(None))
    found = session.scalars(unscoped(statement, "which files to keep"))
    return (sha256 for sha256 in found if sha256)
