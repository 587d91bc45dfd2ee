"""The life of a capstone project: its states, the gates between them, and how its team shares the credit. Pure.

What a project saved never decides whether it passes: a well-run project that saves nothing goes through every state.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.money import BASIS_POINTS, allocate
from lms.kernel.months import add_months
from lms.kernel.text import N_


class ProjectState(StrEnum):
    PROPOSED = "proposed"
    CHARTERED = "chartered"
    BASELINED = "baselined"
    IN_PROGRESS = "in_progress"
    IMPLEMENTED = "implemented"
    REPORTED_OUT = "reported_out"
    FOLLOWING_UP = "following_up"
    CLOSED = "closed"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """How a closed project ended."""

    SUSTAINED = "sustained"
    LAPSED = "lapsed"
    PARTIAL = "partial"
    NOT_IMPLEMENTED = "not_implemented"
    CANCELLED = "cancelled"


class ImplementationStatus(StrEnum):
    """Source: US DOE Industrial Assessment Centers database manual v10.2, field IMPSTATUS."""

    IMPLEMENTED = "I"
    PENDING = "P"
    NOT_IMPLEMENTED = "N"
    UNKNOWN = "K"


ORDER: tuple[ProjectState, ...] = (
    ProjectState.PROPOSED,
    ProjectState.CHARTERED,
    ProjectState.BASELINED,
    ProjectState.IN_PROGRESS,
    ProjectState.IMPLEMENTED,
    ProjectState.REPORTED_OUT,
    ProjectState.FOLLOWING_UP,
    ProjectState.CLOSED,
)
ENDED = frozenset({ProjectState.CLOSED, ProjectState.TRANSFERRED, ProjectState.CANCELLED})

PENDING_COST_MINOR = 1_000_000
"""A project may stay pending only if it needs at least 10,000 of its currency. Source: IAC manual (major projects)."""

PENDING_MONTHS = 36
"""After three years a pending project counts as not implemented. Source: IAC manual."""


class GateKind(StrEnum):
    CHARTER = "charter"
    BASELINE = "baseline"
    ANALYZE = "analyze"
    IMPROVE = "improve"
    CONTROL = "control"


class GateRole(StrEnum):
    """Who decides at a gate."""

    COACH = "coach"
    SPONSOR = "sponsor"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a project has when it wants to move on. Everything is about now, not about the state it wants."""

    has_sponsor: bool = False
    has_coach: bool = False
    has_finance_contact: bool = False
    terms_accepted: bool = False
    has_wage_source: bool = False
    """Every employed student has consented to `paid_hours`, or the firm has said that it enters its own count."""
    baseline_locked: bool = False
    go_live: date | None = None
    held: Sequence[RuleBroken] = ()
    """What gates keep it from the step that it wants, in words."""


def check_move(state: ProjectState, wanted: ProjectState, ready: Readiness) -> None:
    """Raises RuleBroken, with everything that is missing, unless a project in `state` may become `wanted`."""
    if state in ENDED:
        raise RuleBroken(N_("This project has ended. Open a new one."), field="state")
    if wanted in (ProjectState.CANCELLED, ProjectState.TRANSFERRED):
        return
    if ORDER.index(wanted) != ORDER.index(state) + 1 and wanted is not ProjectState.CLOSED:
        raise RuleBroken(
            N_("From %(state)s a project does not become %(wanted)s. Take the steps between them first."),
            field="state",
            state=state.value,
            wanted=wanted.value,
        )
    missing = [*_missing(wanted, ready), *ready.held]
    raise_all(missing)


def _missing(wanted: ProjectState, ready: Readiness) -> list[RuleBroken]:
    needs = {
        ProjectState.CHARTERED: [
            (ready.has_sponsor, "sponsor", N_("Name the sponsor who answers for this project at the firm.")),
            (ready.has_coach, "coach", N_("Name the coach.")),
            (ready.has_finance_contact, "finance_contact", N_("Name the finance person who will verify the savings.")),
            (ready.terms_accepted, "confidentiality", N_("Choose who may see what, and accept the terms.")),
            (
                ready.has_wage_source,
                "paid_hours",
                N_("Agree to show the firm your paid hours a week, or ask the firm to count them itself."),
            ),
        ],
        ProjectState.IN_PROGRESS: [
            (
                ready.baseline_locked,
                "baseline",
                N_("Lock the baseline first: what was measured before anything changed."),
            )
        ],
        ProjectState.IMPLEMENTED: [
            (
                ready.baseline_locked,
                "baseline",
                N_("Lock the baseline first: what was measured before anything changed."),
            ),
            (ready.go_live is not None, "go_live", N_("On which day did the change go live?")),
        ],
        ProjectState.BASELINED: [
            (
                ready.baseline_locked,
                "baseline",
                N_("Lock the baseline first: what was measured before anything changed."),
            )
        ],
    }
    return [RuleBroken(sentence, field=field) for is_there, field, sentence in needs.get(wanted, []) if not is_there]


def after(state: ProjectState) -> ProjectState:
    """The state that comes next; the same where none does."""
    return state if state in ENDED else ORDER[ORDER.index(state) + 1]


def check_open_lines(state: ProjectState) -> None:
    """Raises RuleBroken where benefit lines may no longer be drafted as a forecast: it locks when implemented."""
    if state in ENDED:
        raise RuleBroken(N_("This project has ended, so its lines stay as they are."))


def may_change_forecast(state: ProjectState) -> bool:
    """Whether the forecast is still open; it locks when the project is implemented."""
    return state in ORDER[: ORDER.index(ProjectState.IMPLEMENTED)]


def may_claim(state: ProjectState) -> bool:
    """Whether savings may be claimed: from implementation until the project has ended."""
    return state in ORDER[ORDER.index(ProjectState.IMPLEMENTED) : ORDER.index(ProjectState.CLOSED)]


def check_credit(shares_bp: Collection[int]) -> None:
    """Raises RuleBroken unless the team's credit shares are above zero and sum to 100 %."""
    if not shares_bp or min(shares_bp) <= 0 or sum(shares_bp) != BASIS_POINTS:
        raise RuleBroken(N_("The team's credit shares have to be above zero and sum to 100 percent."), field="credit")


def credit_of_team(total_minor: int, shares_bp: Mapping[int, int]) -> dict[int, int]:
    """Each member's part of an amount, so that the parts sum to it; keyed as `shares_bp` is, in its order."""
    check_credit(shares_bp.values())
    parts = allocate(total_minor, list(shares_bp.values()))
    return dict(zip(shares_bp, parts, strict=True))


def equal_shares(members: Sequence[int]) -> dict[int, int]:
    """Equal credit shares in basis points for each member; what does not divide goes to the first ones."""
    return dict(zip(members, allocate(BASIS_POINTS, [1] * len(members)), strict=True)) if members else {}


def is_pending(state: ProjectState) -> bool:
    """Whether the firm has agreed to a project that has not gone live yet."""
    return state in ORDER[ORDER.index(ProjectState.CHARTERED) : ORDER.index(ProjectState.IMPLEMENTED)]


def pending_months(since: date, today: date) -> int:
    """Whole months since the charter."""
    whole = (today.year - since.year) * 12 + today.month - since.month
    return whole if add_months(since, whole) <= today else whole - 1


def pending_may_stay(cost_minor: int, months_pending: int) -> bool:
    """Whether a project not yet done may stay "pending" instead of "not implemented"."""
    return cost_minor >= PENDING_COST_MINOR and months_pending < PENDING_MONTHS
