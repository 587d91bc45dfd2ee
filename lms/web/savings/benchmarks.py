"""The benchmarks page, which firms and the office share: the cells of a snapshot with their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import select

from lms.capstone.benchmarks.models import BenchmarkSnapshot
from lms.capstone.benchmarks.queries import find_snapshot, list_snapshots, programs_of
from lms.capstone.benchmarks.rules import WORDS, Hidden
from lms.capstone.benchmarks.tables import AUDIENCES, UNKNOWN
from lms.capstone.lines.rules.kinds import Stream
from lms.hub.cohorts.models import Cohort
from lms.kernel.db import session
from lms.kernel.money import Money
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Share
from lms.people.access import Actor
from lms.people.scope import unscoped
from lms.web.savings.words import NAMES

DIMENSIONS: Mapping[str, str] = {
    "all": N_("All firms"),
    "cohort": N_("By cohort"),
    "stream": N_("By what is saved"),
    "sector": N_("By industry"),
    "size": N_("By size of firm"),
}


@dataclass(frozen=True, slots=True)
class CellView:
    """One cell in words. hidden: why it is not shown. roi: quartiles, or None."""

    name: object
    hidden: Sentence | None
    firms: int | None = None
    total: Money | None = None
    roi: tuple[Share, ...] | None = None


def benchmark_values(actor: Actor) -> dict[str, Any]:
    """What the page shows of `?snapshot=` and `?audience=`: the newest and the program's by default."""
    snapshots = list_snapshots(programs_of(actor))
    audience = "public" if request.args.get("audience") == "public" else "program"
    wanted = request.args.get("snapshot")
    found = find_snapshot(actor, wanted) if wanted else (snapshots[0] if snapshots else None)
    return {
        "snapshots": snapshots,
        "found": found,
        "audience": audience,
        "rules": AUDIENCES[audience],
        "tables": tables_of(found[0], audience) if found else [],
    }


def tables_of(snapshot: BenchmarkSnapshot, audience: str) -> list[tuple[str, list[CellView]]]:
    """The cells by dimension, in the order of `DIMENSIONS`. One query."""
    cells = snapshot.cells[audience]
    cohorts = _cohorts(cell["key"] for cell in cells if cell["dimension"] == "cohort")
    made = [
        (title, [_view(cell, snapshot.currency, cohorts) for cell in cells if cell["dimension"] == dimension])
        for dimension, title in DIMENSIONS.items()
    ]
    return [(title, views) for title, views in made if views]


def _cohorts(keys: Any) -> dict[str, str]:
    statement = select(Cohort.public_id, Cohort.name).where(Cohort.public_id.in_(list(keys)))
    return dict(session.execute(unscoped(statement, "names of the cohorts of a snapshot")).all())


def _view(cell: Mapping[str, Any], currency: str, cohorts: Mapping[str, str]) -> CellView:
    name = _name(cell["dimension"], cell["key"], cohorts)
    if cell["hidden"] is not None:
        return CellView(name, say(WORDS[Hidden(cell["hidden"])]))
    roi = tuple(Share(bp) for bp in cell["roi"]) if cell["roi"] else None
    return CellView(name, None, cell["firms"], Money(cell["total"], currency), roi)


def _name(dimension: str, key: str, cohorts: Mapping[str, str]) -> object:
    if key == UNKNOWN:
        return say(N_("not known"))
    if dimension == "all":
        return say(N_("All firms that take part"))
    if dimension == "stream":
        return say(NAMES[Stream(key)])
    if dimension == "sector":
        return say(N_("Industry, NAICS %(code)s"), code=key)
    return cohorts.get(key, key)
