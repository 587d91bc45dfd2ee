"""When a score is shown, and whether showing it is news. Pure; instants are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_


class Mode(StrEnum):
    """When a section's students see their scores on an activity."""

    MANUAL = "manual"
    AT_ONCE = "at_once"
    SCHEDULED = "scheduled"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan that stands; without one scores are released by hand."""

    mode: Mode = Mode.MANUAL
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a student reads of a score: its points (None: exempt), marks, lateness and words."""

    points: int | None
    marks: Mapping[str, int] = field(default_factory=dict)
    late_seconds: int = 0
    words: Mapping[str, str] = field(default_factory=dict)


def shows_itself(plan: Plan, now: datetime) -> bool:
    """Whether a score is shown as soon as it is posted: always, or since the scheduled time has come."""
    return plan.mode is Mode.AT_ONCE or (plan.mode is Mode.SCHEDULED and plan.at is not None and plan.at <= now)


def is_due(plan: Plan, now: datetime) -> bool:
    """Whether a scheduled release has to happen by now."""
    return plan.mode is Mode.SCHEDULED and plan.at is not None and plan.at <= now


def check_release(plan: Plan, now: datetime) -> None:
    """Raises RuleBroken while scores stay hidden, or wait for their time."""
    if plan.mode is Mode.HIDDEN:
        raise RuleBroken(N_("Scores on this activity are hidden. Change the release plan first."), field="mode")
    if plan.mode is Mode.SCHEDULED and plan.at is not None and plan.at > now:
        message = N_("Scores on this activity are shown on %(at)s. Change the release plan to show them earlier.")
        raise RuleBroken(message, field="mode", at=plan.at)


def check_plan(plan: Plan, now: datetime) -> None:
    """Raises RuleBroken for a schedule without a time, or with one that has passed."""
    if plan.mode is Mode.SCHEDULED and plan.at is None:
        raise RuleBroken(N_("Say when the scores are to be shown."), field="at")
    if plan.at is not None and plan.mode is Mode.SCHEDULED and plan.at <= now:
        raise RuleBroken(N_("Choose a time in the future, or show the scores at once."), field="at")


def is_news(before: Said | None, after: Said) -> bool:
    """Whether a student reads anything else than before; a notice goes out only then."""
    return before is None or before != after
