"""A firm's recommendations as pages and files show them: reported by an assessment, verified by nobody here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Response

from lms.capstone.assessments.models import EnergyRecommendation
from lms.capstone.assessments.queries import descriptions_of
from lms.capstone.assessments.rules.said import (
    count_by_status,
    currencies_of,
    payback,
    stream_of,
    total_cost,
    total_saved,
    why_none,
)
from lms.capstone.lines.rules.kinds import Stream
from lms.capstone.projects.models import Project
from lms.capstone.projects.rules import ImplementationStatus
from lms.capstone.returns import as_months
from lms.capstone.roi import Figure
from lms.kernel.explain import Explained
from lms.kernel.money import Money, decimal_text
from lms.kernel.text import N_
from lms.web.downloads import csv_download
from lms.web.language import tell, told
from lms.web.savings.words import named

BEFORE = ("rec_id", "assessment_id", "rec_no", "fy", "status")
AFTER = (
    "currency", "payback_months", "resource", "resource_qty", "arc_code", "description", "is_sample", "projects",
    "reported_by",
)  # fmt: skip
AMOUNTS = ("impl_cost", "primary_saved")
REPORTED_BY = "the assessment; not verified"


@dataclass(frozen=True, slots=True)
class Shown:
    """One recommendation of a list. pays_back: as it is shown. projects: proposed from it."""

    row: EnergyRecommendation
    description: str
    stream: Stream | None
    payback: Explained[Figure]
    pays_back: str
    projects: Sequence[Project] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of what is listed in one currency."""

    saved: Explained[Money]
    cost: Explained[Money]


def shown_rows(
    rows: Sequence[EnergyRecommendation], projects: Mapping[str, Sequence[Project]] | None = None
) -> list[Shown]:
    """Each with its words and its payback. One query."""
    words, made = descriptions_of(rows), projects or {}
    return [_shown(row, words.get(row.public_id, ""), made.get(row.key, ())) for row in rows]


def _shown(row: EnergyRecommendation, description: str, projects: Sequence[Project]) -> Shown:
    why = payback(row)
    return Shown(row, description, stream_of(row.resource), why, payback_text(why.value), projects)


def tabs_of(
    rows: Sequence[EnergyRecommendation], wanted: ImplementationStatus | None, href: Callable[[str | None], str]
) -> list[tuple[str, str, bool, int]]:
    """The filters by status: word, address, whether it is the one in hand, how many. href: by the status's letter."""
    tabs = [(tell(N_("All")), href(None), wanted is None, len(rows))]
    for status, count in count_by_status(rows).items():
        if status is not None:
            tabs.append((f"{named(status)} ({status.value})", href(status.value), wanted is status, count))
    return tabs


def payback_text(figure: Figure) -> str:
    """Tenths of a month, or why there is none."""
    return tell(why_none(figure)) if figure.value is None else told(as_months(figure.value))


def totals_of(rows: Sequence[EnergyRecommendation]) -> list[Totals]:
    """What these come to, each currency by itself."""
    return [Totals(total_saved(rows, currency), total_cost(rows, currency)) for currency in currencies_of(rows)]


def energy_file(rows: Sequence[Shown], name: str) -> Response:
    """The list as CSV: what an upload reads, so that sending it back changes nothing, and what is known beside it."""
    currencies = currencies_of([one.row for one in rows])
    amounts = [f"{what}{f'_{currencies[0].lower()}' if len(currencies) == 1 else ''}" for what in AMOUNTS]
    return csv_download(name, (*BEFORE, *amounts, *AFTER), [_cells(one) for one in rows])


def _cells(one: Shown) -> list[object]:
    row, months = one.row, one.payback.value.value
    return [
        row.key,
        row.assessment,
        row.number,
        row.fiscal_year,
        row.status.value if row.status else None,
        _amount(row.cost_minor, row.currency),
        _amount(row.saved_minor, row.currency),
        row.currency,
        None if months is None else as_months(months),
        row.resource,
        row.quantity,
        row.arc_code,
        one.description,
        row.is_sample,
        " ".join(project.public_id for project in one.projects),
        REPORTED_BY,
    ]


def _amount(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Decimal(decimal_text(minor, currency))
