"""Benefit lines: described and shown by the team, changed after a claim, confirmed month by month."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints
from sqlalchemy import select

from lms.api.kit import operation
from lms.api.shapes import Amount, Day, Line, Prose, PublicId, Shape
from lms.api.v1.claims import RequestKey
from lms.api.v1.projects import PROJECT
from lms.capstone.lines.models import BenefitLine, LineVersion, SavingsPool
from lms.capstone.lines.queries import find_line, find_version
from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Isolation, LineKind, Stream
from lms.capstone.lines.services import Draft, add_line, project_of
from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import find_project, firm_of
from lms.capstone.savings.models import EvidenceKind, Posting
from lms.capstone.savings.queries import find_posting
from lms.capstone.savings.rules.kinds import Reason
from lms.capstone.savings.services.amending import accept_amendment, amend, propose_amendment, reverse
from lms.capstone.savings.services.claims import go_live
from lms.capstone.savings.services.evidence import add_evidence
from lms.capstone.savings.services.realizing import realize
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.money import exponent
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.scope import unscoped, within
from lms.web.savings.fields import exact

LINE = "/lines/<public_id:line>"
Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$")]


class LineDraft(Shape):
    """What a version of a line says. Numbers and percentages are decimal text; `unit_value` is in the project's money.

    `margin`, `margin_source`: of extra units sold. `ramp`: percent reached in the first months. `life`: ends after so
    many months. `isolation`: how the effect is told from others. `pool`: the shared account or meter.
    """

    benefit_class: BenefitClass
    unit_value: Number
    quantity: Number = "1"
    kind: LineKind = LineKind.RECURRING
    stream: Stream = Stream.OTHER
    margin: Number | None = None
    margin_source: Prose = ""
    attribution: Number = "100"
    confidence: Number = "100"
    ramp: list[Number] = Field(default=[], max_length=60)
    life: int | None = Field(default=None, ge=-1000, le=1000)
    go_live: Day | None = None
    isolation: Isolation | None = None
    hours_proof: HoursProof | None = None
    pool: PublicId | None = None
    unit: Prose = ""
    basis: Prose = ""


class NewLine(LineDraft):
    """A line and its first version."""

    title: Line


class Amendment(LineDraft):
    """What a claimed line should be instead, all of it, and why."""

    why: Prose


class NewEvidence(Shape):
    """`reference`: the document's number, or where it lies."""

    kind: EvidenceKind
    reference: Prose


class GoLive(Shape):
    """Since when the change is in use."""

    go_live: Day


class Reversal(Shape):
    """Why a posting is cancelled."""

    reason: Reason
    note: Prose


class MonthIn(Shape):
    """What one month brought: `0` is nothing; a month that is left out says nothing yet."""

    month: Annotated[str, StringConstraints(pattern=r"^(199|20[0-9]|21[0-9])[0-9]-(0[1-9]|1[0-2])$")] = Field(
        examples=["2026-10"]
    )
    amount: Amount


class RealizedMonths(Shape):
    """`request_key`: drawn by you; sent again, it gives the posting that it made before."""

    months: list[MonthIn] = Field(max_length=24)
    comment: Prose = ""
    request_key: RequestKey | None = None


class LineVersionOut(Shape):
    """A version of a line. `is_amendment`: proposed for a claimed line; it counts once the sponsor accepts it."""

    id: str
    line: str
    number: int
    is_amendment: bool


class PostingOut(Shape):
    """One posting on the project's ledger; its entries stand there. `reverses`: the posting that it cancels."""

    id: str
    number: int
    kind: str
    reverses: str | None
    reason: str | None
    effective_on: date


class AmendedOut(Shape):
    """`posting`: what the amendment changed, month by month; null while it waits for the sponsor."""

    version: LineVersionOut
    posting: PostingOut | None


class EvidenceOut(Shape):
    """Something that shows a saving."""

    id: str
    line: str
    kind: str


class LiveOut(Shape):
    """The project is implemented, and what was forecast for each line is locked."""

    state: str
    go_live: date


@operation(f"POST {PROJECT}/lines", Action.LINE_DRAFT, gives=LineVersionOut, body=NewLine, status=201)
def new_line(actor: Actor, project: str, body: NewLine) -> LineVersionOut:
    """The team describes one thing that the project saves. Every field that cannot stand is named at once."""
    found = find_project(actor, project)
    made = add_line(actor, found, body.title, _draft(body, found))
    return _version(made)


@operation(f"POST {PROJECT}/go-lives", Action.PROJECT_WRITE, gives=LiveOut, body=GoLive, status=201)
def enter_go_live(actor: Actor, project: str, body: GoLive) -> LiveOut:
    """The change is in use since that day; the forecast locks."""
    step = go_live(actor, find_project(actor, project), body.go_live)
    return LiveOut(state=step.state, go_live=step.effective_on)


@operation(f"POST {LINE}/evidence", Action.SAVINGS_AMEND, gives=EvidenceOut, body=NewEvidence, status=201)
def new_evidence(actor: Actor, line: str, body: NewEvidence) -> EvidenceOut:
    """Team, sponsor or finance names what shows the saving."""
    found = find_line(actor, line)
    made = add_evidence(actor, found, body.kind, body.reference)
    return EvidenceOut(id=made.public_id, line=found.public_id, kind=made.kind)


@operation(f"POST {LINE}/amendments", Action.SAVINGS_AMEND, gives=AmendedOut, body=Amendment, status=201)
def amend_line(actor: Actor, line: str, body: Amendment) -> AmendedOut:
    """Change a claimed line. The sponsor amends at once; team and finance propose, and the sponsor accepts."""
    found = find_line(actor, line)
    project = project_of(found)
    draft = _draft(body, project)
    if project.firm_id in actor.places(Relation.SPONSOR):
        posting = amend(actor, found, draft, body.why)
        return AmendedOut(version=_version(_version_of(posting, found)), posting=posting_out(posting))
    return AmendedOut(version=_version(propose_amendment(actor, found, draft, body.why)), posting=None)


@operation("POST /amendments/<public_id:amendment>/acceptances", Action.SAVINGS_ACCEPT, gives=PostingOut, status=201)
def accept_line_amendment(actor: Actor, amendment: str) -> PostingOut:
    """The sponsor accepts a proposed amendment. Less counts at once; more waits for finance."""
    return posting_out(accept_amendment(actor, find_version(actor, amendment)))


@operation(
    "POST /postings/<public_id:posting>/reversals",
    Action.SAVINGS_REVERSE,
    gives=PostingOut,
    body=Reversal,
    status=201,
)
def reverse_posting(actor: Actor, posting: str, body: Reversal) -> PostingOut:
    """Finance cancels one whole posting that was made in error, once."""
    found = find_posting(actor, posting)
    return posting_out(reverse(actor, found, body.reason, body.note), reverses=found)


@operation(f"POST {LINE}/realized-months", Action.SAVINGS_REALIZE, gives=PostingOut, body=RealizedMonths, status=201)
def realize_months(actor: Actor, line: str, body: RealizedMonths) -> PostingOut:
    """Finance confirms what months of a verified line really brought, each once."""
    found = find_line(actor, line)
    currency = project_of(found).currency
    months: dict[date, int] = {}
    for one in body.months:
        field = f"month-{one.month}"
        if (month := date.fromisoformat(f"{one.month}-01")) in months:
            raise RuleBroken(N_("Give this month once."), field=field)
        months[month] = one.amount.minor_in(currency, field)
    return posting_out(realize(actor, found, months, body.comment, body.request_key))


def posting_out(posting: Posting, reverses: Posting | None = None) -> PostingOut:
    """A posting as the API gives it."""
    return PostingOut(
        id=posting.public_id,
        number=posting.number,
        kind=posting.kind,
        reverses=reverses.public_id if reverses else None,
        reason=posting.reason,
        effective_on=posting.effective_on,
    )


def _version(version: LineVersion) -> LineVersionOut:
    statement = select(BenefitLine).where(BenefitLine.id == version.line_id)
    line = session.scalars(unscoped(statement, "the line of a version that was found")).one()
    return LineVersionOut(
        id=version.public_id, line=line.public_id, number=version.number, is_amendment=version.is_amendment
    )


def _version_of(posting: Posting, line: BenefitLine) -> LineVersion:
    statement = within(select(LineVersion).where(LineVersion.id == posting.version_id), project_of(line))
    return session.scalars(statement).one()


def _draft(body: LineDraft, project: Project) -> Draft:
    """As the commands take it, in ten-thousandths and basis points. Raises RuleBroken with the field."""
    return Draft(
        benefit_class=body.benefit_class,
        unit_value_e4=exact(body.unit_value, exponent(project.currency) + 4, "unit_value"),
        quantity_e4=exact(body.quantity, 4, "quantity"),
        kind=body.kind,
        stream=body.stream,
        margin_bp=None if body.margin is None else exact(body.margin, 2, "margin"),
        attribution_bp=exact(body.attribution, 2, "attribution"),
        confidence_bp=exact(body.confidence, 2, "confidence"),
        ramp_bp=tuple(exact(part, 2, "ramp") for part in body.ramp),
        life_months=body.life,
        go_live=body.go_live,
        isolation_method=body.isolation,
        hours_proof=body.hours_proof,
        pool_id=_pool_id(body.pool, project),
        basis=body.basis,
        unit=body.unit,
        margin_source=body.margin_source,
    )


def _pool_id(public_id: str | None, project: Project) -> int | None:
    """The pool of the project's own firm. Raises RuleBroken."""
    if public_id is None:
        return None
    statement = within(
        select(SavingsPool.id).where(SavingsPool.public_id == public_id), firm_of(project), on=SavingsPool
    )
    found = session.scalar(statement)
    if found is None:
        raise RuleBroken(
            N_("The firm has no such shared account or meter. Leave it out, or ask finance."), field="pool"
        )
    return found
