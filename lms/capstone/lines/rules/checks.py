"""Whether a benefit line can stand, field by field. Pure."""

from lms.capstone.lines.rules.kinds import BenefitClass, LineKind, Stream
from lms.capstone.lines.rules.worth import WINDOW_MONTHS, Line, counts_in_headline, gross
from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.money import BASIS_POINTS, LARGEST_MINOR
from lms.kernel.text import N_

LONGEST_LIFE_MONTHS = 60
"""No saving is projected further. Source: the method, money rule 7: 36 months, 60 with evidence of capital."""


def check_line(line: Line) -> None:
    """Raises RuleBroken with every field that cannot stand in a benefit line, each with what to do."""
    problems = [*_amount_problems(line), *_percent_problems(line), *_class_problems(line), *_time_problems(line)]
    raise_all(problems)


def _amount_problems(line: Line) -> list[RuleBroken]:
    if line.benefit_class is BenefitClass.INTANGIBLE:
        if line.quantity_e4 or line.unit_value_e4:
            return [RuleBroken(N_("An intangible benefit has no amount. Rate it instead."), field="unit_value")]
        return []
    found = []
    if line.quantity_e4 <= 0:
        found.append(RuleBroken(N_("How many units? Write a number above zero."), field="quantity"))
    if line.unit_value_e4 == 0:
        found.append(RuleBroken(N_("What is one unit worth? Write an amount other than zero."), field="unit_value"))
    if abs(gross(line)) > LARGEST_MINOR:
        found.append(RuleBroken(N_("This amount is too large. Please check the number of digits."), field="unit_value"))
    return found


def _percent_problems(line: Line) -> list[RuleBroken]:
    percents = [
        ("attribution", line.attribution_bp),
        ("confidence", line.confidence_bp),
        ("margin", line.margin_bp or 0),
        *(("ramp", reached) for reached in line.ramp_bp),
    ]
    return [
        RuleBroken(N_("A percentage lies between 0 and 100."), field=field)
        for field, basis_points in percents
        if not 0 <= basis_points <= BASIS_POINTS
    ]


def _class_problems(line: Line) -> list[RuleBroken]:
    found = []
    if line.benefit_class is BenefitClass.HARD_MARGIN and line.margin_bp is None:
        found.append(
            RuleBroken(
                N_("Revenue is not a saving. Ask finance for the contribution margin and its source."), field="margin"
            )
        )
    if line.benefit_class is not BenefitClass.HARD_MARGIN and line.margin_bp is not None:
        found.append(RuleBroken(N_("Only extra units sold have a margin. Leave it empty."), field="margin"))
    if counts_in_headline(line) and line.stream is Stream.LABOR and line.unit_value_e4 > 0 and line.hours_proof is None:
        found.append(
            RuleBroken(
                N_(
                    "Hours saved are hard savings only if paid overtime fell, a leaver was not replaced, contract labor"
                    " ended or the hours made output that was sold. Say which, or choose the class soft."
                ),
                field="hours_proof",
            )
        )
    return found


def _time_problems(line: Line) -> list[RuleBroken]:
    found = []
    if line.life_months is not None and not 1 <= line.life_months <= LONGEST_LIFE_MONTHS:
        found.append(
            RuleBroken(
                N_("How many months will it last? Write 1 to %(longest)s."), field="life", longest=LONGEST_LIFE_MONTHS
            )
        )
    if len(line.ramp_bp) > WINDOW_MONTHS:
        found.append(RuleBroken(N_("A ramp has at most %(months)s months."), field="ramp", months=WINDOW_MONTHS))
    if line.ramp_bp and line.kind is LineKind.ONE_TIME:
        found.append(RuleBroken(N_("A one-time saving has no ramp. Leave it empty."), field="ramp"))
    if line.ramp_bp and line.unit_value_e4 < 0:
        found.append(
            RuleBroken(N_("A recurring cost counts in full from the start. Leave the ramp empty."), field="ramp")
        )
    return found
