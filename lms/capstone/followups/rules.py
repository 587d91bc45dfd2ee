"""When the firm is asked what lasted: 3, 6 and 12 months after go-live. Pure; days are local to the firm."""

from dataclasses import dataclass
from datetime import date, timedelta

from lms.kernel.months import add_months

MILESTONES = (3, 6, 12)
"""Months after go-live. Source: method 4.5; US DOE IAC asks once, within 6 to 9 months."""

NOTICE_DAYS = 30
REMINDER_DAYS = (7, 14, 28)
COORDINATOR_DAYS = 35
CLOSE_DAYS = 60


@dataclass(frozen=True, slots=True)
class FollowUpDates:
    """Every day on which something about one follow-up is due."""

    milestone: int
    notice: date
    due: date
    reminders: tuple[date, ...]
    coordinator: date
    closes: date
    """Without an answer by then the outcome is K, unknown."""


def follow_up_dates(go_live: date, milestone: int) -> FollowUpDates:
    """The days of the follow-up so many months after `go_live`."""
    due = add_months(go_live, milestone)
    return FollowUpDates(
        milestone=milestone,
        notice=due - timedelta(NOTICE_DAYS),
        due=due,
        reminders=tuple(due + timedelta(days) for days in REMINDER_DAYS),
        coordinator=due + timedelta(COORDINATOR_DAYS),
        closes=due + timedelta(CLOSE_DAYS),
    )


def next_follow_up(go_live: date | None, answered: frozenset[int], today: date) -> FollowUpDates | None:
    """The earliest follow-up that is neither answered nor closed unanswered; None before go-live and after the last."""
    if go_live is None:
        return None
    plans = (follow_up_dates(go_live, milestone) for milestone in MILESTONES if milestone not in answered)
    return next((plan for plan in plans if plan.closes >= today), None)


def months_due(go_live: date, today: date) -> int:
    """Whole months since go-live, at most twelve: the months that a realization rate is about."""
    whole = 0
    while whole < MILESTONES[-1] and add_months(go_live, whole + 1) <= today:
        whole += 1
    return whole
