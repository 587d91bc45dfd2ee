"""When the firm is asked what lasted: 3, 6 and 12 months after go-live, and what it may answer. Pure.

Days are local to the firm. Questions: the method, 4.5, after NIST MEP's client impact survey.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lms.kernel.errors import RuleBroken, raise_all
from lms.kernel.money import LARGEST_MINOR
from lms.kernel.months import add_months, month_of
from lms.kernel.text import N_

MILESTONES = (3, 6, 12)
"""Months after go-live. Source: method 4.5; US DOE IAC asks once, within 6 to 9 months."""

LATE_MILESTONE = 24
"""Asked too where the project needed equipment. Source: method 4.5, "optional 24-month for capital"."""

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


def milestones(*, has_capital: bool) -> tuple[int, ...]:
    """After how many months a project is asked about."""
    return (*MILESTONES, LATE_MILESTONE) if has_capital else MILESTONES


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


LINK_DAYS = 30
"""How long one link works; each reminder brings a new one."""


def closes_on(dates: FollowUpDates, asked_on: date) -> date:
    """The last day for an answer; who is asked late, because nothing ran meanwhile, gets the whole time."""
    return dates.closes if asked_on <= dates.due else max(dates.closes, asked_on + timedelta(CLOSE_DAYS))


def to_ask(
    go_live: date, asked: Mapping[int, object], today: date, *, has_capital: bool = False
) -> list[FollowUpDates]:
    """The follow-ups whose notice is due and that were not asked yet, the earliest first."""
    wanted = milestones(has_capital=has_capital)
    plans = (follow_up_dates(go_live, milestone) for milestone in wanted if milestone not in asked)
    return [plan for plan in plans if plan.notice <= today]


def reminders_due(due_on: date, today: date) -> list[int]:
    """After how many days reminders are due by `today`; of several that were missed only the last is worth sending."""
    return [days for days in REMINDER_DAYS if due_on + timedelta(days) <= today][-1:]


def window_of(go_live: date, milestone: int) -> tuple[date, date]:
    """The months that one follow-up asks about, first and last: those since the one before."""
    before = max((each for each in (*MILESTONES, LATE_MILESTONE) if each < milestone), default=0)
    start = month_of(go_live) if go_live.day == 1 else add_months(month_of(go_live), 1)
    return add_months(start, before), add_months(start, milestone - 1)


class InUse(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class How(StrEnum):
    """What a line really brought, as the sponsor knows it."""

    UNKNOWN = "unknown"
    AS_FORECAST = "as_forecast"
    AMOUNT = "amount"


class Volume(StrEnum):
    SAME = "same"
    MORE = "more"
    LESS = "less"


class Drift(StrEnum):
    """Why it drifted from what was planned."""

    NONE = "none"
    MACHINE = "machine"
    PEOPLE = "people"
    VOLUME = "volume"
    PRODUCT = "product"
    PRICE = "price"
    OTHER = "other"


class Publish(StrEnum):
    """What may be told of it beyond the program."""

    NOTHING = "nothing"
    TITLE = "title"
    TITLE_AND_AMOUNT = "title_and_amount"


INTANGIBLES = ("safety", "quality", "morale", "skill", "environment")


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What was said about one line. minor: of the months asked about, only with AMOUNT."""

    line_id: int
    how: How
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a sponsor says. Amounts in minor units of the project. again, intangibles: 0 to 10; jobs: more or fewer."""

    in_use: InUse
    lines: Sequence[LineAnswer] = ()
    volume: Volume = Volume.SAME
    new_cost_minor: int | None = None
    drift: Drift = Drift.NONE
    jobs: int | None = None
    margin_minor: int | None = None
    intangibles: Mapping[str, int] = field(default_factory=dict)
    again: int | None = None
    publish: Publish = Publish.NOTHING
    comment: str = ""


MOST_JOBS = 10_000


def check_answers(answers: Answers, lines: Sequence[int]) -> None:
    """Raises RuleBroken with every answer that cannot be. lines: the row numbers of those that were asked about."""
    faults = []
    for line in answers.lines:
        name = f"amount-{line.line_id}"
        if line.line_id not in lines:
            faults.append(RuleBroken(N_("This line is not one of the project's."), field=name))
        elif line.how is How.AMOUNT and line.minor is None:
            faults.append(RuleBroken(N_("Which amount did it bring? Write it, or choose another answer."), field=name))
        elif line.minor is not None and abs(line.minor) > LARGEST_MINOR:
            message = N_("This amount is too large. Please check the number of digits.")
            faults.append(RuleBroken(message, field=name))
    for name, value in (*answers.intangibles.items(), ("again", answers.again)):
        if value is not None and not 0 <= value <= 10:
            faults.append(RuleBroken(N_("Choose a number from 0 to 10."), field=name))
    if answers.new_cost_minor is not None and not 0 <= answers.new_cost_minor <= LARGEST_MINOR:
        faults.append(
            RuleBroken(N_("Write the new cost as an amount above zero, or leave it empty."), field="new_cost")
        )
    if answers.jobs is not None and abs(answers.jobs) > MOST_JOBS:
        faults.append(RuleBroken(N_("This number of jobs is too large."), field="jobs"))
    raise_all(faults)
