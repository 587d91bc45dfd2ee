"""The whole history of an enrollment: is it possible, when did it start, what lies between an end and a restoration.

Pure. Days are local; changes are the ones that stand, without those that were taken back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeVar

from lms.hub.enrollment.kinds import NAMES, Status, StatusReason
from lms.hub.enrollment.rules import ENDED, MAY_FOLLOW, Change, Dated, latest
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say

RESTORABLE = frozenset({Status.WITHDRAWN, Status.DISMISSED})
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """A status from a day on, as a plain value. reason: None where it does not matter."""

    status: Status
    effective_on: date
    reason: StatusReason | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days between an end and a restoration: nothing is expected on them."""

    from_day: date
    to_day: date


C = TypeVar("C", bound=Change)


def in_order(changes: Iterable[C]) -> list[C]:
    """By the day on which they hold; of one day in the order given."""
    return sorted(changes, key=lambda change: change.effective_on)


def may_follow(before: Status | None, after: Status) -> bool:
    """Whether `after` may come next in a history; after a withdrawal or a dismissal only a restoration can."""
    return after in MAY_FOLLOW[before] or (before in RESTORABLE and after is Status.ACTIVE)


def check_history(changes: Iterable[Change]) -> None:
    """Raises RuleBroken at the first step that cannot be. The first status may be any: an import begins where it is."""
    walked = in_order(changes)
    for before, after in pairwise(walked):
        if not may_follow(before.status, after.status):
            raise RuleBroken(
                N_("Then %(day)s would be impossible: what is %(before)s cannot become %(after)s."),
                field="status",
                day=after.effective_on,
                before=say(NAMES[before.status]),
                after=say(NAMES[after.status]),
            )


def check_correction(changes: Sequence[Stage], wrong: Stage, right: Stage | None, note: str) -> None:
    """Raises RuleBroken unless the history is possible with `right` in the place of `wrong` (None: without it)."""
    if not note.strip():
        raise RuleBroken(N_("Say what was wrong; it stays with the student's record."), field="note")
    rest = [right if change is wrong else change for change in changes]
    kept = [change for change in rest if change is not None]
    if not kept:
        raise RuleBroken(N_("The first status cannot be taken away. Correct its day or its status."), field="status")
    if right == wrong:
        raise RuleBroken(N_("This is what stands already. Change the status, the day or the reason."), field="status")
    check_history(kept)


def check_restoration(changes: Sequence[Change], first_day: date, note: str) -> None:
    """Raises RuleBroken unless a student who left may be taken back from `first_day` on."""
    if latest(changes) not in RESTORABLE:
        raise RuleBroken(N_("Only a student who withdrew or was dismissed can be taken back."), field="first_day")
    ended_on = in_order(changes)[-1].effective_on
    if first_day < ended_on:
        raise RuleBroken(
            N_("The enrollment ended on %(day)s. Choose that day or one after it."), field="first_day", day=ended_on
        )
    if not note.strip():
        raise RuleBroken(N_("Say the reason in a few words; it stays with the student's record."), field="note")


def gaps(changes: Iterable[Change]) -> tuple[Gap, ...]:
    """The stretches between an end and a restoration, oldest first."""
    walked = in_order(changes)
    return tuple(
        Gap(before.effective_on, after.effective_on - ONE_DAY)
        for before, after in pairwise(walked)
        if before.status in ENDED and after.effective_on > before.effective_on
    )


def started_on(changes: Iterable[Change]) -> date | None:
    """The day from which the student was active first; None if they never were."""
    return next((change.effective_on for change in in_order(changes) if change.status is Status.ACTIVE), None)


def probation(started: date, days: int) -> Explained[date]:
    """The last day of probation: `days` days, the first one included."""
    until = started + timedelta(days=days) - ONE_DAY
    return Explained(
        until,
        rule=say(N_("Probation lasts a set number of days from the first active day, that day included.")),
        source=say(N_("Policy of the program version: probation")),
        steps=(
            Step(say(N_("First active day")), started),
            Step(say(N_("Days of probation")), days),
            Step(say(N_("Last day of probation")), until),
        ),
    )


def months_without_learning(
    first: date, today: date, learning: Iterable[date], away: Iterable[Dated]
) -> tuple[date, ...]:
    """The first day of each whole past month without any learning, leave or break: it needs a leave (D10).

    learning: days on which something was logged or handed in. away: leaves, and the calendar's breaks.
    """
    learned = {day.replace(day=1) for day in learning}
    spans = tuple(away)
    month = first if first.day == 1 else _next_month(first)
    found = []
    while _next_month(month) <= today:
        last = _next_month(month) - ONE_DAY
        is_excused = any(span.from_day <= last and (span.to_day is None or span.to_day >= month) for span in spans)
        if month not in learned and not is_excused:
            found.append(month)
        month = _next_month(month)
    return tuple(found)


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


REASONS_TO_LEAVE = (
    StatusReason.WORK,
    StatusReason.HEALTH,
    StatusReason.FAMILY,
    StatusReason.LEFT_FIRM,
    StatusReason.ACADEMIC,
    StatusReason.SERVICE,
    StatusReason.INCAPACITY,
    StatusReason.OTHER,
)
