"""Frozen quarterly benchmarks of the programs that you belong to."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, JsonValue

from lms.api.kit import operation
from lms.api.shapes import Amount, Shape
from lms.capstone.benchmarks.models import BenchmarkSnapshot
from lms.capstone.benchmarks.queries import find_snapshot, list_snapshots, programs_of
from lms.hub.catalog.models import Program
from lms.people.access import Action, Actor


class SnapshotOut(Shape):
    """One frozen quarter, such as 2026Q4."""

    id: str
    quarter: str
    program: str
    as_of: datetime


class SnapshotsOut(Shape):
    """Newest first."""

    items: list[SnapshotOut]


class BenchmarkCellOut(Shape):
    """One cell. `hidden`: why it is not shown (few, dominated, p_percent, complement), and then nothing else is given.

    `total`: verified first-year savings to two significant figures. `roi_bp`: lower quartile, median and upper quartile
    of the firms' returns in hundredths of a percent, to five points.
    """

    dimension: str
    key: str
    hidden: str | None
    firms: int | None
    total: Amount | None
    roi_bp: list[int] | None


class SnapshotCellsOut(SnapshotOut):
    """The cells as one audience may see them, and the numbers of the rules that held."""

    audience: str
    rules: JsonValue
    cells: list[BenchmarkCellOut]


class AudienceQuery(Shape):
    """For whom: people of the program and its firms, or everybody."""

    audience: Literal["program", "public"] = Field(default="program", description="For whom.")


@operation("GET /benchmarks", Action.BENCHMARK_READ, gives=SnapshotsOut)
def list_benchmarks(actor: Actor) -> SnapshotsOut:
    """Every frozen quarter of your programs."""
    found = list_snapshots(programs_of(actor))
    return SnapshotsOut(items=[SnapshotOut(**_fields(snapshot, program)) for snapshot, program in found])


@operation("GET /benchmarks/<public_id:snapshot>", Action.BENCHMARK_READ, gives=SnapshotCellsOut, query=AudienceQuery)
def get_benchmark(actor: Actor, snapshot: str, query: AudienceQuery) -> SnapshotCellsOut:
    """One quarter, cell by cell."""
    found, program = find_snapshot(actor, snapshot)
    return SnapshotCellsOut(
        **_fields(found, program),
        audience=query.audience,
        rules=found.rules[query.audience],
        cells=[
            BenchmarkCellOut(
                dimension=cell["dimension"],
                key=cell["key"],
                hidden=cell["hidden"],
                firms=cell.get("firms"),
                total=None if cell["hidden"] else Amount.of(cell["total"], found.currency),
                roi_bp=cell.get("roi"),
            )
            for cell in found.cells[query.audience]
        ],
    )


def _fields(snapshot: BenchmarkSnapshot, program: Program) -> dict[str, Any]:
    return {
        "id": snapshot.public_id,
        "quarter": snapshot.quarter,
        "program": program.name,
        "as_of": snapshot.as_of,
    }
