"""A statement as tables for people: the same ones on its page and on paper. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lms.capstone.lines.rules.kinds import CostKind
from lms.capstone.returns import as_months, as_percent, as_ratio
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.statements.rules import LEVELS, level_key
from lms.kernel.money import Money
from lms.kernel.text import N_, Sentence, say

MOST_PROJECTS = 12
"""So many projects fit on one page beside the figures; the others stand together in one row."""

LEVEL_NAMES: Mapping[Level, str] = {
    Level.REPORTED: N_("V1 reported by the firm"),
    Level.VERIFIED: N_("V2 verified by finance"),
    Level.REVIEWED: N_("V3 reviewed by the program"),
    Level.SUSTAINED: N_("V4 sustained after a year"),
}
COST_NAMES: Mapping[str, str] = {
    CostKind.TUITION: N_("Tuition"),
    CostKind.WAGES: N_("Wages of paid hours"),
    CostKind.MATERIALS: N_("Materials"),
    CostKind.CAPEX: N_("Equipment"),
    CostKind.LABOR: N_("Labor of others"),
    CostKind.SERVICE: N_("Services"),
    CostKind.TRAVEL: N_("Travel"),
    CostKind.INCENTIVE: N_("Incentive"),
}
NONE = N_("n/a")
Plain = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One table: its title, its heads, and rows of values that the reader's language can format."""

    title: Sentence
    head: tuple[Sentence, ...]
    rows: Sequence[tuple[object, ...]]


def sections_of(figures: Plain, titles: Mapping[str, str]) -> list[Section]:
    """The tables of a statement. titles: of projects, by public id."""
    found = [_levels(figures), _returns(figures), _costs(figures), _realized(figures)]
    if figures["about"] == "portfolio":
        found.append(_projects(figures, titles))
    return found


def _levels(figures: Plain) -> Section:
    currency = figures["currency"]
    return Section(
        say(N_("First-year net hard savings, by how far they are attested")),
        (say(N_("Level")), say(N_("First year")), say(N_("Run-rate a year")), say(N_("Lines"))),
        [
            (
                say(LEVEL_NAMES[level]),
                Money(figures["levels"][level_key(level)]["benefit"], currency),
                Money(figures["levels"][level_key(level)]["run_rate"], currency),
                figures["levels"][level_key(level)]["lines"],
            )
            for level in LEVELS
        ],
    )


def _returns(figures: Plain) -> Section:
    verified, currency = figures["returns"]["V2"], figures["currency"]
    names = (
        ("bcr", N_("Benefit for each unit of cost (BCR)"), as_ratio),
        ("roi", N_("Return on investment (ROI)"), as_percent),
        ("simple_payback", N_("Simple payback, months"), as_months),
        ("cumulative_payback", N_("Payback month by month, months"), as_months),
        ("discounted_payback", N_("Discounted payback, months"), as_months),
        ("irr", N_("Internal rate of return a year"), as_percent),
    )
    rows: list[tuple[object, ...]] = [
        (say(name), *(_shown(verified[each][key], form) for each in ("firm", "all"))) for key, name, form in names
    ]
    amounts = (("npv", N_("Worth today over 36 months (NPV)")), ("net", N_("First-year benefit less cost")))
    rows += [(say(name), *(Money(verified[each][key], currency) for each in ("firm", "all"))) for key, name in amounts]
    return Section(
        say(N_("Return on what finance has verified (V2)")),
        (say(N_("Figure")), say(N_("At the firm's own cost")), say(N_("At the cost to all payers"))),
        rows,
    )


def _costs(figures: Plain) -> Section:
    firm, everybody, currency = figures["costs"]["firm"], figures["costs"]["all"], figures["currency"]
    kinds = sorted({*firm["kinds"], *everybody["kinds"]}, key=list(COST_NAMES).index)
    rows: list[tuple[object, ...]] = [
        (
            say(COST_NAMES[kind]),
            Money(firm["kinds"].get(kind, 0), currency),
            Money(everybody["kinds"].get(kind, 0), currency),
        )
        for kind in kinds
    ]
    rows.append((say(N_("Cost")), Money(firm["net"], currency), Money(everybody["net"], currency)))
    return Section(say(N_("Cost")), (say(N_("Kind")), say(N_("Paid by the firm")), say(N_("Paid by all payers"))), rows)


def _realized(figures: Plain) -> Section:
    found, currency = figures["realized"], figures["currency"]
    return Section(
        say(N_("What the months that are over really brought")),
        (
            say(N_("Realized")),
            say(N_("Forecast for the same months")),
            say(N_("Rate")),
            say(N_("Confirmed months only")),
        ),
        [
            (
                Money(found["realized"], currency),
                Money(found["forecast"], currency),
                _shown(found["rate"], as_percent),
                _shown(found["confirmed_rate"], as_percent),
            )
        ],
    )


def _projects(figures: Plain, titles: Mapping[str, str]) -> Section:
    currency = figures["currency"]
    ordered = sorted(figures["projects"], key=lambda part: (-part["V2"], part["project"]))
    shown, others = ordered[:MOST_PROJECTS], ordered[MOST_PROJECTS:]
    rows: list[tuple[object, ...]] = [
        (titles.get(part["project"], part["project"]), *(Money(part[key], currency) for key in PART_KEYS))
        for part in shown
    ]
    if others:
        name = say(N_("%(projects)s other projects"), projects=len(others))
        rows.append((name, *(Money(sum(part[key] for part in others), currency) for key in PART_KEYS)))
    beside = sum(minor for payer, minor in figures["tuition_beside"].items() if payer == "firm")
    if beside:
        nothing = Money(0, currency)
        rows.append(
            (say(N_("Tuition of enrollments, not in a project yet")), nothing, nothing, Money(beside, currency))
        )
    return Section(
        say(N_("By project; every enrollment counts (%(enrollments)s)"), enrollments=figures["enrollments"]),
        (say(N_("Project")), say(N_("Reported (V1)")), say(N_("Verified (V2)")), say(N_("Cost to the firm"))),
        rows,
    )


PART_KEYS = ("V1", "V2", "cost_firm")


def _shown(exact: str | None, form: Any) -> object:
    return say(NONE) if exact is None else form(Fraction(exact))
