"""The words of benefit lines and costs, with what each of them counts for. Pure."""

from enum import StrEnum


class BenefitClass(StrEnum):
    """How firmly a saving reaches the firm's books; decides whether it counts in the headline."""

    HARD_PL = "hard_pl"
    """A named account or budget line falls; proof is ledger, invoice, payroll or meter."""
    HARD_MARGIN = "hard_margin"
    """Extra units sold, at their contribution margin."""
    CASH_WC = "cash_wc"
    """Cash set free in the balance sheet; only its carrying cost counts, as a line of its own."""
    AVOIDANCE = "avoidance"
    """An approved budget, quote or order that was cancelled."""
    SOFT = "soft"
    """Capacity, time, space; becomes hard when it is put to use."""
    INTANGIBLE = "intangible"
    """Safety, quality, morale, skill: rated, never priced."""


COUNTED = frozenset({BenefitClass.HARD_PL, BenefitClass.HARD_MARGIN})
"""Classes in the headline. Source: Six Sigma finance validation (types A and B); Phillips principle 4."""


class LineKind(StrEnum):
    RECURRING = "recurring"
    ONE_TIME = "one_time"


class Stream(StrEnum):
    """What is saved; the names of the DOE reference bands, and `other`."""

    ADMINISTRATIVE = "administrative"
    ANCILLARY_MATERIAL = "ancillary_material"
    BY_PRODUCT = "by_product"
    ELECTRICITY = "electricity"
    FUEL = "fuel"
    LABOR = "labor"
    ONE_TIME = "one_time"
    PRODUCTION = "production"
    PRODUCTION_AND_ENERGY = "production_and_energy"
    RAW_MATERIAL = "raw_material"
    WASTE = "waste"
    WATER = "water"
    OTHER = "other"


class HoursProof(StrEnum):
    """What makes saved hours hard money; without one of these they are soft."""

    OVERTIME_FELL = "overtime_fell"
    LEAVER_NOT_REPLACED = "leaver_not_replaced"
    CONTRACT_LABOR_ENDED = "contract_labor_ended"
    OUTPUT_SOLD = "output_sold"


class Isolation(StrEnum):
    """How the project's effect is told from everything else. Source: Phillips ROI Methodology, isolation methods."""

    CONTROL_GROUP = "control_group"
    TREND_LINE = "trend_line"
    FORECAST_MODEL = "forecast_model"
    METER_BEFORE_AFTER = "meter_before_after"
    PARTICIPANT_ESTIMATE = "participant_estimate"
    SUPERVISOR_ESTIMATE = "supervisor_estimate"
    FINANCE_ESTIMATE = "finance_estimate"
    EXPERT_ESTIMATE = "expert_estimate"


class CostKind(StrEnum):
    TUITION = "tuition"
    WAGES = "wages"
    MATERIALS = "materials"
    CAPEX = "capex"
    LABOR = "labor"
    """Hours of other employees on the project."""
    SERVICE = "service"
    TRAVEL = "travel"
    INCENTIVE = "incentive"
    """A rebate, grant or scrap sale: the only cost that may be negative."""


class Payer(StrEnum):
    FIRM = "firm"
    LEARNER = "learner"
    GRANT = "grant"
    INSTITUTION = "institution"


class Perspective(StrEnum):
    """Whose cost a return is measured against; every return names its own."""

    FIRM = "firm"
    ALL = "all"
