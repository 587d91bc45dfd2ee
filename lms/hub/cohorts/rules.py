"""A cohort's year: its Monday weeks, its teaching days and what a week asks for. Days are local, minutes whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from lms.hub.cohorts.kinds import Presence
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say
from lms.kernel.weeks import DAYS, SATURDAY, day_span, days_of, monday_of

WEEKS = 52  # twelve months of the certificate
TEACHING_DAYS = frozenset(range(SATURDAY))  # Monday to Friday carry the week's target; minutes count on any day
LEARN_AND_EARN = N_("Program handbook: 10 to 14 hours in a full week")


@dataclass(frozen=True, slots=True)
class Week:
    """One cohort week: its number, from 1, and its Monday."""

    number: int
    monday: date

    @property
    def sunday(self) -> date:
        """The last day."""
        return self.monday + timedelta(days=DAYS - 1)


class Span(Protocol):
    """Days from..to, both included: a break, a holiday, a leave. `to_day` None: still open."""

    @property
    def from_day(self) -> date: ...
    @property
    def to_day(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days as a plain value, optionally with the fact that it was read from."""

    from_day: date
    to_day: date | None
    fact: FactRef | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The band of one week in minutes. Zero to zero: nothing is expected, and nothing is judged."""

    least: int
    most: int


FULL_WEEK = Target(least=600, most=840)


@dataclass(frozen=True, slots=True)
class Agreed:
    """The pace of a plan that everybody signed: the least minutes of a full week from the week of `monday` on."""

    monday: date
    minutes: int
    fact: FactRef | None = None

    def holds_in(self, monday: date) -> bool:
        """Whether the week of `monday` is one of them."""
        return self.monday <= monday


def full_week(monday: date, full: Target, agreed: Agreed | None) -> Target:
    """The band of a full week then: the cohort's, with the agreed pace as its lower end where one holds."""
    if agreed is None or not agreed.holds_in(monday):
        return full
    return Target(agreed.minutes, max(full.most, agreed.minutes))


def weeks_from(starts_on: date, count: int = WEEKS) -> tuple[Week, ...]:
    """The cohort weeks, Monday to Sunday; the first holds `starts_on`, on whatever weekday, and may so be partial."""
    first = monday_of(starts_on)
    return tuple(Week(n + 1, first + timedelta(weeks=n)) for n in range(count))


def week_number(day: date, week_one_monday: date) -> int:
    """The number of the cohort week that holds `day`; 0 and less before the first week."""
    return (monday_of(day) - week_one_monday).days // DAYS + 1


def monday_of_week(number: int, week_one_monday: date) -> date:
    """The Monday of cohort week `number`."""
    return week_one_monday + timedelta(weeks=number - 1)


def last_day(starts_on: date, count: int = WEEKS) -> date:
    """The Sunday of the last cohort week: where a cohort ends unless its coordinator names an earlier day."""
    return weeks_from(starts_on, count)[-1].sunday


def check_calendar(starts_on: date, ends_on: date, week_one_monday: date) -> None:
    """Raise RuleBroken unless the three dates make a calendar of at least one week."""
    if week_one_monday != monday_of(starts_on):
        raise RuleBroken(
            N_("Week 1 starts on the Monday of the first day, %(monday)s."),
            field="week_one_monday",
            monday=monday_of(starts_on),
        )
    if ends_on < starts_on:
        raise RuleBroken(N_("The last day is before the first day, %(day)s."), field="ends_on", day=starts_on)


def covers(spans: Iterable[Span], day: date) -> bool:
    """Whether `day` lies in any of the spans."""
    return any(span.from_day <= day and (span.to_day is None or day <= span.to_day) for span in spans)


def teaching_days(monday: date, first: date, last: date, breaks: Iterable[Span] = ()) -> tuple[date, ...]:
    """The days of the week of `monday` that carry a part of its target.

    first, last: of the cohort, or of one enrollment in it. breaks: break weeks, holidays and closures of the site.
    """
    spans = tuple(breaks)
    return tuple(
        day
        for day in days_of(monday)
        if day.weekday() in TEACHING_DAYS and first <= day <= last and not covers(spans, day)
    )


def week_target(
    monday: date,
    first: date,
    last: date,
    breaks: Iterable[Span] = (),
    leaves: Iterable[Span] = (),
    full: Target = FULL_WEEK,
) -> Target:
    """What the week of `monday` asks of one student: the full band, pro rata by the teaching days that are left.

    Breaks, holidays, leave and partial first and last weeks all take days away by this one formula (H15, H16, H17, D4);
    none ever adds to the minutes worked. Fractions of a minute are given to the student: least down, most up.
    """
    taught = teaching_days(monday, first, last, breaks)
    return _pro_rata(full, _present(taught, leaves))


def _present(taught: tuple[date, ...], leaves: Iterable[Span]) -> int:
    spans = tuple(leaves)
    return sum(not covers(spans, day) for day in taught)


def _pro_rata(full: Target, present: int) -> Target:
    days = len(TEACHING_DAYS)
    return Target(least=full.least * present // days, most=-(-full.most * present // days))


def explain_week_target(
    monday: date,
    first: date,
    last: date,
    breaks: Iterable[Days] = (),
    leaves: Iterable[Days] = (),
    full: Target = FULL_WEEK,
    agreed: Agreed | None = None,
) -> Explained[Target]:
    """`week_target` with its days counted out."""
    broken, away = tuple(breaks), tuple(leaves)
    taught = teaching_days(monday, first, last, broken)
    used = [span for span in (*broken, *away) if span.fact and any(covers((span,), day) for day in days_of(monday))]
    held = agreed if agreed is not None and agreed.holds_in(monday) else None
    full = full_week(monday, full, held)
    target = week_target(monday, first, last, broken, away, full)
    of_full = N_("Pace that was agreed and signed, minutes a week") if held else N_("Target of a full week, minutes")
    return Explained(
        target,
        rule=say(N_("A full week's target, pro rata by the teaching days on which the student was expected.")),
        source=say(LEARN_AND_EARN),
        facts=(*((held.fact,) if held and held.fact else ()), *(span.fact for span in used if span.fact)),
        steps=(
            Step(say(of_full), full.least),
            Step(say(N_("Teaching days of a full week")), len(TEACHING_DAYS)),
            Step(say(N_("Teaching days of this week, without breaks and holidays")), len(taught)),
            Step(say(N_("Of these, without leave")), _present(taught, away)),
            Step(say(N_("Target of this week, minutes")), target.least),
        ),
    )


def own_first_day(starts_on: date, week_one_monday: date, offset_weeks: int) -> date:
    """The first day of an enrollment that joins `offset_weeks` after its cohort (H18, D34)."""
    if offset_weeks == 0:
        return starts_on
    return monday_of_week(offset_weeks + 1, week_one_monday)


def expected_minutes(
    through: date,
    first: date,
    last: date,
    breaks: Iterable[Span] = (),
    leaves: Iterable[Span] = (),
    full: Target = FULL_WEEK,
    agreed: Agreed | None = None,
) -> int:
    """The least minutes expected from `first` to the end of the week of `through`: the sum of the targets (H18)."""
    return sum(target.least for _, target in _targets(through, first, last, breaks, leaves, full, agreed))


def _targets(
    through: date,
    first: date,
    last: date,
    breaks: Iterable[Span],
    leaves: Iterable[Span],
    full: Target,
    agreed: Agreed | None,
) -> list[tuple[date, Target]]:
    """Each week from that of `first` to that of `through`, by its Monday."""
    broken, away = tuple(breaks), tuple(leaves)
    mondays = day_span(monday_of(first), min(through, last))[::DAYS]
    return [
        (monday, week_target(monday, first, last, broken, away, full_week(monday, full, agreed))) for monday in mondays
    ]


def explain_expected_minutes(
    through: date,
    first: date,
    last: date,
    breaks: Iterable[Days] = (),
    leaves: Iterable[Days] = (),
    full: Target = FULL_WEEK,
    agreed: Agreed | None = None,
) -> Explained[int]:
    """`expected_minutes` with the target of each week."""
    broken, away = tuple(breaks), tuple(leaves)
    weeks = _targets(through, first, last, broken, away, full, agreed)
    total = expected_minutes(through, first, last, broken, away, full, agreed)
    return Explained(
        total,
        rule=say(N_("The least of every week since the own start, this one included.")),
        source=say(LEARN_AND_EARN),
        facts=(
            *((agreed.fact,) if agreed and agreed.fact and agreed.holds_in(monday_of(through)) else ()),
            *(span.fact for span in (*broken, *away) if span.fact and first <= span.from_day <= through),
        ),
        steps=(
            *(Step(say(N_("Week of %(monday)s"), monday=monday), target.least) for monday, target in weeks),
            Step(say(N_("Minutes together")), total),
        ),
    )


def clock_hour_minutes(
    attended: int, planned: int, *, period: int = 60, allowed_break: int = 10, missed_before: int = 0
) -> int:
    """Minutes credited for `attended` of `planned` minutes of one session, attended without a gap (D19).

    missed_before: minutes of the session that had passed when the attended ones began. Each scheduled period of an hour
    counts the minutes attended in it and the break that belongs to it, never more than the period; 50 minutes are never
    stretched to an hour elsewhere. Source: 34 CFR 600.2, clock hour.
    """
    credited = 0
    for start in range(0, planned, period):
        length = min(period, planned - start)
        present = min(start + length, missed_before + attended) - max(start, missed_before)
        credited += min(length, present + allowed_break) if present > 0 else 0
    return credited


def credited_minutes(presence: Presence, attended: int, planned: int) -> int:
    """Minutes credited for a line of the register (D19). Who was late missed the beginning, everybody else the end."""
    late = planned - attended if presence is Presence.LATE else 0
    return clock_hour_minutes(attended, planned, missed_before=late)
