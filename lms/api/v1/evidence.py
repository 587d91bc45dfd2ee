"""What shows a saving, as a file; and a saving that the sponsor reports in one call with what shows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from flask import request
from pydantic import Field, StringConstraints

from lms.api.kit import Answer, operation
from lms.api.shapes import Amount, Day, Line, Prose, Shape
from lms.api.v1.claims import ClaimOut, RequestKey, claim_out
from lms.api.v1.projects import PROJECT
from lms.capstone.lines.queries import find_line
from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Isolation, Stream
from lms.capstone.projects.queries import find_project
from lms.capstone.savings.models import Evidence, EvidenceKind
from lms.capstone.savings.queries import evidence_of
from lms.capstone.savings.rules.reporting import Every, Saving
from lms.capstone.savings.services.evidence import add_evidence, find_evidence
from lms.capstone.savings.services.reporting import report_saving
from lms.hub.competencies.files import Proof
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import all_prose_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.proofs import is_proof_sent, judge_proof, proof_response, sent_proof

LINE = "/lines/<public_id:line>"
FILE = "file"


class NewSaving(Shape):
    """What the sponsor reports. `every`: how often `amount` comes. `go_live`: without it, the project's own day.

    `reference`: the number of the document that shows it; a file is added with `POST /lines/{line}/evidence-files`.
    `request_key`: drawn by you; sent again, it gives the claim that it made before.
    """

    title: Line
    amount: Amount
    every: Every = Every.YEAR
    basis: Prose
    isolation: Isolation
    stream: Stream = Stream.OTHER
    benefit_class: BenefitClass = BenefitClass.HARD_PL
    go_live: Day | None = None
    life: int | None = Field(default=None, ge=1, le=60)
    hours_proof: HoursProof | None = None
    evidence: EvidenceKind
    reference: Prose
    request_key: RequestKey | None = None


class EvidenceForm(Shape):
    """The text fields; the file comes beside them as `file`."""

    kind: EvidenceKind
    reference: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""


class EvidenceFileOut(Shape):
    """One piece of evidence. `sha256`, `size` in bytes, `file_name`: null where it is a reference alone."""

    id: str
    kind: str
    reference: str
    file_name: str | None
    size: int | None
    sha256: str | None
    recorded_at: datetime


class EvidenceListOut(Shape):
    """What shows a line, oldest first."""

    data: list[EvidenceFileOut]


@operation(f"POST {PROJECT}/reported-savings", Action.SAVINGS_REPORT, gives=ClaimOut, body=NewSaving, status=201)
def report_one_saving(actor: Actor, project: str, body: NewSaving) -> ClaimOut:
    """The sponsor reports a saving at once (V1): its line, what shows it, its claim. Finance verifies it next."""
    found = find_project(actor, project, Action.SAVINGS_REPORT)
    saving = Saving(
        title=body.title,
        amount_minor=body.amount.minor_in(found.currency, "amount"),
        every=body.every,
        basis=body.basis,
        isolation=body.isolation,
        stream=body.stream,
        benefit_class=body.benefit_class,
        since=body.go_live,
        life_months=body.life,
        hours_proof=body.hours_proof,
    )
    made = report_saving(
        actor, found, saving, kind=body.evidence, reference=body.reference, request_key=body.request_key
    )
    return claim_out(made)


@operation(f"GET {LINE}/evidence", Action.EVIDENCE_READ, gives=EvidenceListOut)
def list_evidence(actor: Actor, line: str) -> EvidenceListOut:
    """What shows a line, for sponsor, finance, coach and reviewer."""
    found = find_line(actor, line, Action.EVIDENCE_READ)
    rows = evidence_of([found])[found.id]
    words = all_prose_of(rows)
    return EvidenceListOut(data=[_out(row, words.get(row.public_id, {})) for row in rows])


@operation(
    f"POST {LINE}/evidence-files",
    Action.SAVINGS_AMEND,
    gives=EvidenceFileOut,
    form=EvidenceForm,
    status=201,
    prepare=judge_proof,
    prepare_if=is_proof_sent,
)
def new_evidence_file(actor: Actor, line: str, form: EvidenceForm) -> EvidenceFileOut:
    """Team, sponsor or finance attaches the file that shows the saving; it is checked by what is in it."""
    found = find_line(actor, line, Action.SAVINGS_AMEND)
    row = add_evidence(actor, found, form.kind, form.reference, _sent())
    return _out(row, all_prose_of([row]).get(row.public_id, {}))


@operation(
    "GET /evidence/<public_id:evidence>/file",
    Action.EVIDENCE_READ,
    gives=None,
    media=("application/octet-stream",),
)
def download_evidence(actor: Actor, evidence: str) -> Answer:
    """The file as it was attached, byte for byte; not found where the evidence is a reference alone."""
    return Answer(proof_response(find_evidence(actor, evidence)))


def _sent() -> Proof:
    unknown = [name for name in request.files if name != FILE]
    if unknown:
        raise RuleBroken(N_("There is no field of this name here. Leave it out."), field=unknown[0])
    found = sent_proof()
    if found is None:
        raise RuleBroken(N_("Choose the file."), field=FILE)
    return found


def _out(row: Evidence, words: Mapping[str, str]) -> EvidenceFileOut:
    return EvidenceFileOut(
        id=row.public_id,
        kind=row.kind,
        reference=words.get("reference", ""),
        file_name=words.get("file_name") if row.sha256 else None,
        size=row.size,
        sha256=row.sha256,
        recorded_at=row.recorded_at,
    )
