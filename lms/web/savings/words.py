"""What people call the kinds of things in a project and its ledger."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from lms.capstone.assessments.rules.plan import Effect
from lms.capstone.assessments.rules.said import Audience
from lms.capstone.lines.rules.bands import Unusual
from lms.capstone.lines.rules.kinds import (
    BenefitClass,
    CostKind,
    HoursProof,
    Isolation,
    LineKind,
    Payer,
    Perspective,
    Stream,
)
from lms.capstone.projects.models import Confidentiality, WageSource
from lms.capstone.projects.rules import ImplementationStatus, Outcome
from lms.capstone.projects.words import STATES
from lms.capstone.reviews import Task
from lms.capstone.savings.models import EvidenceKind
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level, Reason
from lms.capstone.savings.rules.reporting import Every
from lms.capstone.savings.rules.review import Check
from lms.kernel.text import N_
from lms.people.consent.models import Purpose, RecordType
from lms.web.language import tell

# Pairs, not a mapping: `Payer.FIRM` and `Perspective.FIRM` are equal texts and would be one key.
_NAMES: Sequence[tuple[Enum, str]] = (
    (BenefitClass.HARD_PL, N_("Hard: an account falls")),
    (BenefitClass.HARD_MARGIN, N_("Hard: margin of extra units sold")),
    (BenefitClass.CASH_WC, N_("Cash set free")),
    (BenefitClass.AVOIDANCE, N_("Cost avoided")),
    (BenefitClass.SOFT, N_("Soft: time, space, capacity")),
    (BenefitClass.INTANGIBLE, N_("Not in money")),
    (LineKind.RECURRING, N_("Every year")),
    (LineKind.ONE_TIME, N_("Once")),
    (Every.YEAR, N_("a year")),
    (Every.MONTH, N_("a month")),
    (Every.ONCE, N_("once")),
    (Stream.ADMINISTRATIVE, N_("Administration")),
    (Stream.ANCILLARY_MATERIAL, N_("Auxiliary material")),
    (Stream.BY_PRODUCT, N_("By-product")),
    (Stream.ELECTRICITY, N_("Electricity")),
    (Stream.FUEL, N_("Fuel")),
    (Stream.LABOR, N_("Labor hours")),
    (Stream.ONE_TIME, N_("One-time revenue or avoided cost")),
    (Stream.PRODUCTION, N_("Production")),
    (Stream.PRODUCTION_AND_ENERGY, N_("Production and energy")),
    (Stream.RAW_MATERIAL, N_("Raw material")),
    (Stream.WASTE, N_("Waste and scrap")),
    (Stream.WATER, N_("Water")),
    (Stream.OTHER, N_("Something else")),
    (HoursProof.OVERTIME_FELL, N_("Paid overtime fell")),
    (HoursProof.LEAVER_NOT_REPLACED, N_("A leaver was not replaced")),
    (HoursProof.CONTRACT_LABOR_ENDED, N_("Contract labor ended")),
    (HoursProof.OUTPUT_SOLD, N_("The hours made output that was sold")),
    (Isolation.CONTROL_GROUP, N_("Compared with a line that did not change")),
    (Isolation.TREND_LINE, N_("Compared with the trend before")),
    (Isolation.FORECAST_MODEL, N_("Compared with a model of volume and price")),
    (Isolation.METER_BEFORE_AFTER, N_("Measured before and after")),
    (Isolation.PARTICIPANT_ESTIMATE, N_("Estimated by the team")),
    (Isolation.SUPERVISOR_ESTIMATE, N_("Estimated by the supervisor")),
    (Isolation.FINANCE_ESTIMATE, N_("Estimated by finance")),
    (Isolation.EXPERT_ESTIMATE, N_("Estimated by an expert")),
    (CostKind.TUITION, N_("Tuition")),
    (CostKind.WAGES, N_("Wages of paid hours")),
    (CostKind.MATERIALS, N_("Materials")),
    (CostKind.CAPEX, N_("Equipment")),
    (CostKind.LABOR, N_("Labor of others")),
    (CostKind.SERVICE, N_("Services")),
    (CostKind.TRAVEL, N_("Travel")),
    (CostKind.INCENTIVE, N_("Incentive")),
    (Payer.FIRM, N_("Firm")),
    (Payer.LEARNER, N_("Student")),
    (Payer.GRANT, N_("Grant")),
    (Payer.INSTITUTION, N_("Institution")),
    (Perspective.FIRM, N_("The firm's own cost")),
    (Perspective.ALL, N_("Cost to all payers")),
    *STATES.items(),
    (Outcome.SUSTAINED, N_("Sustained")),
    (Outcome.LAPSED, N_("Lapsed")),
    (Outcome.PARTIAL, N_("Partly sustained")),
    (Outcome.NOT_IMPLEMENTED, N_("Not implemented")),
    (Outcome.CANCELLED, N_("Cancelled")),
    (ImplementationStatus.IMPLEMENTED, N_("Implemented")),
    (ImplementationStatus.PENDING, N_("Pending")),
    (ImplementationStatus.NOT_IMPLEMENTED, N_("Not implemented")),
    (ImplementationStatus.UNKNOWN, N_("Unknown")),
    (Audience.FIRM, N_("Our own people only")),
    (Audience.STAFF, N_("Our people and the program's staff")),
    (Effect.ADDED, N_("new")),
    (Effect.CHANGED, N_("changed")),
    (Effect.SAME, N_("as it stands")),
    (Effect.FAULT, N_("error")),
    (Confidentiality.FIRM_ONLY, N_("Firm and program staff only")),
    (Confidentiality.PROGRAM, N_("Everybody in the program")),
    (Confidentiality.NETWORK, N_("All programs of the network")),
    (Confidentiality.PUBLIC, N_("Public, without amounts")),
    (WageSource.CONSENT, N_("The student's approved hours, with consent")),
    (WageSource.FIRM_COUNT, N_("The firm counts them itself")),
    (EntryKind.TARGET, N_("Target")),
    (EntryKind.FORECAST, N_("Forecast")),
    (EntryKind.CLAIM, N_("Claim")),
    (EntryKind.AMEND, N_("Amendment")),
    (EntryKind.FINANCE_ADJUST, N_("Finance adjustment")),
    (EntryKind.REALIZE, N_("Realized")),
    (EntryKind.REVERSE, N_("Reversal")),
    (EntryKind.COST, N_("Cost")),
    (EntryKind.COST_REVERSE, N_("Reversal of a cost")),
    (EntryKind.FIRM_CEASED, N_("Firm ceased")),
    (Decision.ATTESTED, N_("Attested")),
    (Decision.RETURNED, N_("Returned to the team")),
    (Decision.DISPUTED, N_("Disputed")),
    (Decision.REJECTED, N_("Rejected")),
    (Decision.WITHDRAWN, N_("Withdrawn")),
    (Decision.SUPERSEDED, N_("Replaced by a later amendment")),
    (Reason.OVERLAP, N_("Also claimed elsewhere")),
    (Reason.RATE, N_("Another rate or price")),
    (Reason.VOLUME, N_("Another volume")),
    (Reason.CLASSIFICATION, N_("Another class")),
    (Reason.EVIDENCE, N_("The evidence shows less")),
    (Reason.ENTERED_IN_ERROR, N_("Entered in error")),
    (Reason.FIRM_CEASED, N_("The firm ceased")),
    (Reason.OTHER, N_("Another reason")),
    (Check.BASELINE_BEFORE, N_("The baseline was measured before anything changed, and is locked")),
    (Check.METHOD_FITS, N_("The method tells the project's effect from everything else")),
    (Check.NO_OVERLAP, N_("Nothing of it is counted in another saving")),
    (Check.ARITHMETIC, N_("The calculation gives the same amount again")),
    (Check.PLAUSIBLE, N_("The amount is plausible for this plant, and the evidence carries it")),
    (Task.REVIEW, N_("Review the saving")),
    (Task.SECOND, N_("Second review")),
    (Task.CONFIRM, N_("Confirm that it lasts")),
    (EvidenceKind.GL_EXTRACT, N_("Ledger extract")),
    (EvidenceKind.INVOICE, N_("Invoice")),
    (EvidenceKind.PAYROLL, N_("Payroll summary")),
    (EvidenceKind.TIME_STUDY, N_("Time study")),
    (EvidenceKind.METER, N_("Meter reading")),
    (EvidenceKind.PHOTO, N_("Photo")),
    (EvidenceKind.STATEMENT, N_("Signed statement")),
    (RecordType.PROGRESS, N_("Pace and milestones")),
    (RecordType.HOURS, N_("Weekly totals of hours")),
    (RecordType.PAID_HOURS, N_("Firm-paid hours a week")),
    (RecordType.ATTENDANCE, N_("Attendance")),
    (RecordType.GRADES, N_("Released grades")),
    (RecordType.CAPSTONE, N_("Assessment of the capstone")),
    (Purpose.SPONSORSHIP, N_("To support and plan the training")),
    (Purpose.PROGRAM_COST, N_("To work out cost and return")),
    (Purpose.AID_CONDITION, N_("A condition of aid")),
    (Unusual.ABOVE_BAND, N_("more than 95 of 100 comparable savings")),
    (Unusual.ABOVE_SALES_SHARE, N_("more than 2 percent of yearly sales")),
)


class _Names(Mapping[Enum, str]):
    """The words by kind and its value; two kinds may be written with the same text."""

    def __init__(self, pairs: Sequence[tuple[Enum, str]]) -> None:
        self._words = {(type(kind), kind.value): words for kind, words in pairs}
        self._kinds = [kind for kind, _ in pairs]

    def __getitem__(self, kind: Enum) -> str:
        return self._words[type(kind), kind.value]

    def __iter__(self) -> Iterator[Enum]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._words)


NAMES = _Names(_NAMES)

LEVELS: Mapping[Level, str] = {
    Level.DRAFT: N_("V0 claimed by the team"),
    Level.REPORTED: N_("V1 reported by the firm"),
    Level.VERIFIED: N_("V2 verified by finance"),
    Level.REVIEWED: N_("V3 reviewed by the program"),
    Level.SUSTAINED: N_("V4 sustained after a year"),
}

TONES: Mapping[Enum, str] = {
    Level.DRAFT: "muted",
    Level.REPORTED: "warn",
    Level.VERIFIED: "good",
    Level.REVIEWED: "good",
    Level.SUSTAINED: "good",
    Effect.ADDED: "good",
    Effect.CHANGED: "warn",
    Effect.SAME: "muted",
    Effect.FAULT: "bad",
    ImplementationStatus.IMPLEMENTED: "good",
    ImplementationStatus.PENDING: "warn",
    ImplementationStatus.NOT_IMPLEMENTED: "muted",
    ImplementationStatus.UNKNOWN: "muted",
    Decision.RETURNED: "bad",
    Decision.DISPUTED: "bad",
    Decision.REJECTED: "bad",
    Decision.WITHDRAWN: "muted",
    Decision.SUPERSEDED: "muted",
}


def named(kind: Enum | None) -> str:
    """The reader's word for a kind of thing; nothing for none."""
    if kind is None:
        return ""
    return tell(LEVELS[kind] if isinstance(kind, Level) else NAMES[kind])


def reason_name(reason: str | None) -> str:
    """The reader's word for the reason that a decision or a posting carries."""
    return named(Reason(reason)) if reason in set(Reason) else reason or ""


def tone(kind: Enum) -> str:
    """The tone of a badge about it: good, warn, bad, info or muted."""
    return TONES.get(kind, "info")
