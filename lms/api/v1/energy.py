"""What energy assessments recommended to a firm: as the file reports it, verified by nobody; no part of any ledger."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from lms.api.finding import find
from lms.api.kit import operation
from lms.api.shapes import Amount, AsOf, Decimals, Line, Prose, PublicId, Shape, Why, why
from lms.api.v1.portfolio import FIRM
from lms.api.v1.projects import ProjectOut, project_out
from lms.capstone.assessments.models import EnergyFile, EnergyRecommendation
from lms.capstone.assessments.queries import (
    audience_of,
    descriptions_of,
    find_file,
    find_recommendation,
    find_shared_firm,
    firm_of_recommendation,
    lines_of_file,
    list_files,
    proposals_of,
    recommendations_of,
)
from lms.capstone.assessments.rules.plan import Effect
from lms.capstone.assessments.rules.said import Audience, payback, payback_months, total_cost, total_saved
from lms.capstone.assessments.services import apply_file, note_reading, plan_file, propose_from, share, withdraw_file
from lms.capstone.employees import list_employees
from lms.capstone.projects.models import Project
from lms.capstone.projects.rules import ImplementationStatus
from lms.capstone.returns import as_months
from lms.kernel.errors import NotFound
from lms.kernel.plain import sentence_from
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm
from lms.web.language import tell

FILE = "/energy-files/<public_id:energy_file>"
ONE = "/energy-recommendations/<public_id:recommendation>"


class EnergyFileIn(Shape):
    """A CSV file as text. `mapping`: our column to the file's. Amounts are whole units of `currency`."""

    file_name: Line = "recommendations.csv"
    rows: str = Field(max_length=5_000_000)
    mapping: dict[Line, Line] = Field(default_factory=dict)
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")


class SaidOut(Shape):
    """What a file says of one recommendation. `status`: I implemented, P pending, N not, K unknown; null for none."""

    status: ImplementationStatus | None
    saved_a_year: Amount | None
    cost: Amount | None
    fiscal_year: int | None
    arc_code: str | None
    resource: str | None
    description: str | None


class EnergyLine(Shape):
    """One row of the file. `fault`: why it cannot be. `was_withdrawn`: false where a later file changed it."""

    row: int
    recommendation: str
    effect: Effect
    before: SaidOut | None
    after: SaidOut | None
    fault: str | None
    was_withdrawn: bool | None


class EnergyFileOut(Shape):
    """A file and what it would change; nothing is done before it is applied."""

    id: str
    file_name: str
    is_sample: bool
    rows: int
    added: int
    changed: int
    unchanged: int
    faults: int
    made_at: datetime
    applied_at: datetime | None
    withdrawn_at: datetime | None
    lines: list[EnergyLine]


class EnergyFilesOut(Shape):
    """The newest first; their lines stand with each alone."""

    items: list[EnergyFileOut]


class RecommendationOut(SaidOut):
    """One recommendation. `payback_months`: from the two amounts; null where there is none."""

    id: str
    recommendation: str
    assessment: str
    is_sample: bool
    payback_months: Decimals | None
    projects: list[str]
    reported_by: str = "assessment"
    is_verified: bool = False


class RecommendationsQuery(AsOf):
    """Which of them."""

    status: ImplementationStatus | None = Field(default=None, description="Only those with this status.")


class EnergyFigure(StrEnum):
    """The sums that explain themselves."""

    SAVED = "saved_a_year"
    COST = "cost"


class SumQuery(RecommendationsQuery):
    """Which sum to explain, and in which currency; sums never mix two."""

    figure: EnergyFigure = Field(default=EnergyFigure.SAVED, description="Which sum.")
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$", description="In which currency.")


class RecommendationsOut(Shape):
    """Reported by the assessment, verified by nobody here; no part of any ledger."""

    items: list[RecommendationOut]


class StartIn(Shape):
    """With which student of the firm a capstone begins, and what it is about; no figure goes along."""

    enrollment: PublicId
    title: Line
    problem: Prose = ""


class AudienceIn(Shape):
    """Who may see the firm's recommendations."""

    audience: Audience


class AudienceOut(Shape):
    """`firm`: its own people; `staff`: also the program's staff who reach it."""

    audience: Audience


@operation(f"GET {FIRM}/energy-files", Action.ENERGY_READ, gives=EnergyFilesOut)
def list_energy_files(actor: Actor, firm: str) -> EnergyFilesOut:
    """The files of recommendations that a firm uploaded."""
    files = list_files(find(actor, Action.ENERGY_READ, Firm, firm))
    return EnergyFilesOut(items=[_file(made, with_lines=False) for made in files])


@operation(f"POST {FIRM}/energy-files", Action.ENERGY_IMPORT, gives=EnergyFileOut, body=EnergyFileIn, status=201)
def post_energy_file(actor: Actor, firm: str, body: EnergyFileIn) -> EnergyFileOut:
    """Look at a file; what it would change is stored and nothing else."""
    found = find(actor, Action.ENERGY_READ, Firm, firm)
    return _file(plan_file(actor, found, body.file_name, body.rows.encode(), body.mapping, body.currency))


@operation(f"GET {FILE}", Action.ENERGY_READ, gives=EnergyFileOut)
def get_energy_file(actor: Actor, energy_file: str) -> EnergyFileOut:
    """One file with every row."""
    return _file(find_file(actor, Action.ENERGY_READ, energy_file))


@operation(f"POST {FILE}/application", Action.ENERGY_IMPORT, gives=EnergyFileOut)
def post_energy_application(actor: Actor, energy_file: str) -> EnergyFileOut:
    """Keep exactly what the plan says. 409 where something else stands by now."""
    return _file(apply_file(actor, find_file(actor, Action.ENERGY_READ, energy_file)))


@operation(f"POST {FILE}/withdrawal", Action.ENERGY_IMPORT, gives=EnergyFileOut)
def post_energy_withdrawal(actor: Actor, energy_file: str) -> EnergyFileOut:
    """Take back what a file brought, but for what a later file changed."""
    return _file(withdraw_file(actor, find_file(actor, Action.ENERGY_READ, energy_file)))


@operation(
    f"GET {FIRM}/energy-recommendations", Action.ENERGY_READ, gives=RecommendationsOut, query=RecommendationsQuery
)
def list_energy_recommendations(actor: Actor, firm: str, query: RecommendationsQuery) -> RecommendationsOut:
    """What was recommended to the firm. Reported by the assessment; no part of any ledger."""
    found = find(actor, Action.ENERGY_READ, Firm, firm)
    return RecommendationsOut(items=_recommendations(_of(found, query), proposals_of(found)))


@operation(f"GET {FIRM}/energy-recommendations/explain", Action.ENERGY_READ, gives=Why, query=SumQuery)
def explain_energy_sum(actor: Actor, firm: str, query: SumQuery) -> Why:
    """Why the recommendations together come to what they do, as reported."""
    rows = _of(find(actor, Action.ENERGY_READ, Firm, firm), query)
    fold = total_saved if query.figure is EnergyFigure.SAVED else total_cost
    return why(fold(rows, query.currency))


@operation(f"GET {FIRM}/shared-energy-recommendations", Action.ENERGY_OVERSEE, gives=RecommendationsOut, writes=True)
def list_shared_recommendations(actor: Actor, firm: str) -> RecommendationsOut:
    """The same for the program's staff, where the firm lets them look; the firm reads who looked, and when."""
    found = find_shared_firm(actor, firm)
    note_reading(actor, found)
    return RecommendationsOut(items=_recommendations(recommendations_of(found), {}))


@operation(f"POST {FIRM}/energy-audiences", Action.ENERGY_SHARE, gives=AudienceOut, body=AudienceIn, status=201)
def post_energy_audience(actor: Actor, firm: str, body: AudienceIn) -> AudienceOut:
    """Say who may see the firm's recommendations."""
    found = find(actor, Action.ENERGY_READ, Firm, firm)
    share(actor, found, body.audience)
    return AudienceOut(audience=audience_of(found)[0])


@operation(f"GET {ONE}", Action.ENERGY_READ, gives=RecommendationOut)
def get_energy_recommendation(actor: Actor, recommendation: str) -> RecommendationOut:
    """One recommendation."""
    row = find_recommendation(actor, Action.ENERGY_READ, recommendation)
    return _recommendations([row], proposals_of(firm_of_recommendation(row)))[0]


@operation(f"GET {ONE}/explain", Action.ENERGY_READ, gives=Why)
def explain_energy_payback(actor: Actor, recommendation: str) -> Why:
    """Why its payback is what it is."""
    return why(payback(find_recommendation(actor, Action.ENERGY_READ, recommendation)))


@operation(f"POST {ONE}/projects", Action.ENERGY_PROPOSE, gives=ProjectOut, body=StartIn, status=201)
def post_energy_project(actor: Actor, recommendation: str, body: StartIn) -> ProjectOut:
    """Begin a capstone from it with a student of the firm, as a proposal. No figure goes along."""
    row = find_recommendation(actor, Action.ENERGY_READ, recommendation)
    people = list_employees(actor, Action.EMPLOYEE_READ, firm_of_recommendation(row))
    who = next((one.enrollment for one in people if one.enrollment.public_id == body.enrollment), None)
    if who is None:
        raise NotFound()
    return project_out(propose_from(actor, row, who, body.title, body.problem))


def _of(firm: Firm, query: RecommendationsQuery) -> list[EnergyRecommendation]:
    rows = recommendations_of(firm, query.as_of)
    return [row for row in rows if query.status in (None, row.status)]


def _recommendations(
    rows: Sequence[EnergyRecommendation], projects: dict[str, list[Project]]
) -> list[RecommendationOut]:
    words = descriptions_of(rows)
    return [_recommendation(row, words.get(row.public_id), projects.get(row.key, [])) for row in rows]


def _recommendation(
    row: EnergyRecommendation, description: str | None, projects: Sequence[Project]
) -> RecommendationOut:
    months = payback_months(row).value
    return RecommendationOut(
        id=row.public_id,
        recommendation=row.key,
        assessment=row.assessment,
        status=row.status,
        saved_a_year=_amount(row.saved_minor, row.currency),
        cost=_amount(row.cost_minor, row.currency),
        fiscal_year=row.fiscal_year,
        arc_code=row.arc_code,
        resource=row.resource,
        description=description,
        is_sample=row.is_sample,
        payback_months=None if months is None else as_months(months),
        projects=[project.public_id for project in projects],
    )


def _amount(minor: int | None, currency: str) -> Amount | None:
    return None if minor is None else Amount.of(minor, currency)


def _file(made: EnergyFile, *, with_lines: bool = True) -> EnergyFileOut:
    names = ("file_name", "is_sample", "rows", "added", "changed", "unchanged", "faults", "made_at", "applied_at")
    return EnergyFileOut(
        id=made.public_id,
        **{name: getattr(made, name) for name in names},
        withdrawn_at=made.withdrawn_at,
        lines=[
            EnergyLine(
                row=line.number,
                recommendation=line.key,
                effect=line.kind,
                before=_said(line.old),
                after=_said(line.new),
                fault=tell(sentence_from(line.fault)) if line.fault else None,
                was_withdrawn=line.is_withdrawn,
            )
            for line in (lines_of_file(made) if with_lines else ())
        ],
    )


def _said(said: dict[str, Any] | None) -> SaidOut | None:
    if said is None:
        return None
    return SaidOut(
        status=None if said["status"] is None else ImplementationStatus(said["status"]),
        saved_a_year=_amount(said["saved_minor"], said["currency"]),
        cost=_amount(said["cost_minor"], said["currency"]),
        **{name: said[name] for name in ("fiscal_year", "arc_code", "resource", "description")},
    )
