"""Points that come in a file: what each cell would change. Blank is not zero. Pure; points are hundredths."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.text import N_, Sentence, say
from lms.kernel.units import Points

KEYS = ("student", "enrollment", "grade_percent")  # columns of the product's own file that give no points
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Target:
    """An activity that points can be given for. has_rubric: then they are given on the desk."""

    id: int
    code: str
    possible: int
    has_rubric: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in one cell: the last attempt, its score's number and points, and what they count after lateness.

    is_closed: two mark it and have not agreed yet.
    """

    attempt: int
    number: int
    points: int | None
    counts: Fraction | int | None
    is_exempt: bool
    is_nameless: bool
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the file. text: as it stands there; row: as a spreadsheet counts."""

    row: int
    student: str
    enrollment: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a cell: points to give (`new`), or why it cannot be (`fault`)."""

    cell: Cell
    old: int | None = None
    new: int | None = None
    fault: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every change and every fault of a file; how many cells say what stands already, and how many say nothing."""

    lines: tuple[Planned, ...]
    unchanged: int
    blank: int

    @property
    def faults(self) -> int:
        """How many cells cannot be."""
        return sum(line.fault is not None for line in self.lines)


def check_columns(names: Sequence[str], targets: Iterable[str]) -> None:
    """Raises RuleBroken, with everything found, for a column that is missing, unknown or there twice."""
    known, broken = {*KEYS, *targets}, []
    if "enrollment" not in names:
        broken.append(RuleBroken(N_("The column %(column)s is missing."), field="file", column="enrollment"))
    for name in dict.fromkeys(names):
        if name not in known:
            broken.append(RuleBroken(N_("The column %(column)s is not known here."), field="file", column=name))
        elif names.count(name) > 1:
            broken.append(RuleBroken(N_("The column %(column)s stands there twice."), field="file", column=name))
    raise_all(broken)


def plan_cells(
    cells: Iterable[Cell], targets: Mapping[str, Target], standing: Mapping[tuple[str, int], Standing | None]
) -> Plan:
    """standing: by enrollment and activity; an enrollment that is not in it is not taught here."""
    lines: list[Planned] = []
    unchanged = blank = 0
    known = {enrollment for enrollment, _ in standing}
    for cell in cells:
        if not cell.text:
            blank += 1
        elif cell.enrollment not in known:
            lines.append(Planned(cell, fault=say(N_("Nobody with this number is taught here."))))
        else:
            planned = _plan(cell, targets[cell.code], standing.get((cell.enrollment, targets[cell.code].id)))
            if planned is None:
                unchanged += 1
            else:
                lines.append(planned)
    return Plan(tuple(lines), unchanged, blank)


def _plan(cell: Cell, target: Target, now: Standing | None) -> Planned | None:
    """None where the cell says what stands already."""
    if now is not None and now.is_exempt and cell.text.upper() == "EX":
        return None
    points = _points_in(cell.text)
    if points is None:
        return Planned(cell, fault=say(N_('"%(text)s" is no number of points.'), text=cell.text[:40]))
    if now is not None and now.is_nameless:
        return Planned(cell, fault=say(N_("This work is marked without names; give its points on the desk.")))
    if now is not None and now.is_closed:
        return Planned(cell, fault=say(N_("This work has two markers; give its points on the desk.")))
    old = now.points if now else None
    if now is not None and points in (old, now.counts):
        return None
    if target.has_rubric:
        return Planned(cell, fault=say(N_("This activity has a rubric; give its points on the desk.")))
    if points.denominator != 1 or not 0 <= points <= target.possible:
        message = N_("Give between 0 and %(most)s points, with at most two decimals.")
        return Planned(cell, fault=say(message, most=Points(target.possible)))
    return Planned(cell, old, int(points))


def _points_in(text: str) -> Fraction | None:
    """Hundredths of points, exactly as written; None for what is no number."""
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return Fraction(found) * 100 if found.is_finite() and abs(found) < 10**9 else None


def digest_of(standing: Mapping[tuple[str, int], Standing | None], wanted: Iterable[tuple[str, int]]) -> str:
    """Of everything that a plan was made from: where it differs later, the plan is not applied."""
    parts = []
    for key in sorted(set(wanted)):
        now = standing.get(key)
        parts.append(f"{key}:{(now.attempt, now.number, now.points) if now else None}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
