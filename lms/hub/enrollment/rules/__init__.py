"""The life of an enrollment: which status may follow which, leave, and dated rows that may not overlap. Pure.

Days are local calendar days of the student's site; `to_day` belongs to the stretch, None means "until further notice".
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from lms.hub.enrollment.kinds import Status, StatusReason
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

MAX_LEAVE_DAYS = 180  # in any 12 months; the limit of 34 CFR 668.22(d), kept by the sample program too
LEAVE_WINDOW_DAYS = 365


MAY_FOLLOW: dict[Status | None, frozenset[Status]] = {
    None: frozenset({Status.APPLIED}),
    Status.APPLIED: frozenset({Status.OFFERED, Status.WITHDRAWN}),
    Status.OFFERED: frozenset({Status.ENROLLED, Status.WITHDRAWN}),
    Status.ENROLLED: frozenset({Status.ACTIVE, Status.WITHDRAWN, Status.TRANSFERRED}),
    Status.ACTIVE: frozenset(
        {Status.ON_LEAVE, Status.COMPLETED, Status.WITHDRAWN, Status.DISMISSED, Status.TRANSFERRED}
    ),
    Status.ON_LEAVE: frozenset({Status.ACTIVE, Status.WITHDRAWN, Status.DISMISSED, Status.TRANSFERRED}),
    Status.COMPLETED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.DISMISSED: frozenset(),
    Status.TRANSFERRED: frozenset(),
}
NEEDS_REASON = frozenset({Status.ON_LEAVE, Status.WITHDRAWN, Status.DISMISSED, Status.TRANSFERRED})
STUDYING = frozenset({Status.ACTIVE, Status.ON_LEAVE})
ENDED = frozenset({Status.COMPLETED, Status.WITHDRAWN, Status.DISMISSED, Status.TRANSFERRED})


class Change(Protocol):
    """A status change that stands (superseded ones are not given to a rule)."""

    @property
    def status(self) -> Status: ...
    @property
    def effective_on(self) -> date: ...


class Dated(Protocol):
    """Something that holds from a day to a day."""

    @property
    def from_day(self) -> date: ...
    @property
    def to_day(self) -> date | None: ...


D = TypeVar("D", bound=Dated)


def status_on(changes: Iterable[Change], day: date) -> Status | None:
    """The status that holds on `day`; None before the first change.

    changes: in the order in which they were recorded; of two that begin on one day the later one holds.
    """
    past = sorted((c for c in changes if c.effective_on <= day), key=lambda c: c.effective_on)
    return past[-1].status if past else None


def latest(changes: Iterable[Change]) -> Status | None:
    """The status after every change known, future ones too."""
    return status_on(changes, date.max)


def check_change(
    changes: Sequence[Change], status: Status, effective_on: date, reason: StatusReason, note: str = ""
) -> None:
    """Raises RuleBroken unless `status` may follow what stands, on that day; `note` says an "other"."""
    before = latest(changes)
    if status not in MAY_FOLLOW[before]:
        raise RuleBroken(
            N_("An enrollment that is %(before)s cannot become %(status)s."),
            field="status",
            before=(before.value if before else N_("new")).replace("_", " "),
            status=status.value.replace("_", " "),
        )
    if changes and effective_on < max(c.effective_on for c in changes):
        raise RuleBroken(
            N_("There is a later change, from %(day)s. Choose that day or one after it."),
            field="effective_on",
            day=max(c.effective_on for c in changes),
        )
    if status in NEEDS_REASON and reason is StatusReason.OTHER and not note.strip():
        raise RuleBroken(N_("Say the reason in a few words; it stays with the student's record."), field="note")


def holds_on(row: Dated, day: date) -> bool:
    """Whether `row` holds on `day`; both ends belong to it."""
    return row.from_day <= day and (row.to_day is None or day <= row.to_day)


def at_or_none(rows: Iterable[D], day: date) -> D | None:
    """The row that holds on `day`; the one that began last, should two."""
    standing = [row for row in rows if holds_on(row, day)]
    return max(standing, key=lambda row: row.from_day) if standing else None


def overlap(a: Dated, b: Dated) -> bool:
    """Whether two stretches share a day."""
    return a.from_day <= (b.to_day or date.max) and b.from_day <= (a.to_day or date.max)


def check_stretch(from_day: date, to_day: date | None) -> None:
    """Raises RuleBroken if a stretch ends before it begins."""
    if to_day is not None and to_day < from_day:
        raise RuleBroken(N_("The last day is before the first. Check both."), field="to_day")


def check_free(rows: Iterable[Dated], new: Dated) -> None:
    """Raises RuleBroken if `new` shares a day with a row that stands: one place, one firm at a time."""
    check_stretch(new.from_day, new.to_day)
    for row in rows:
        if overlap(row, new):
            raise RuleBroken(
                N_("This overlaps with what holds from %(day)s. End that first."), field="from_day", day=row.from_day
            )


def leave_days(leaves: Iterable[Dated], from_day: date, to_day: date) -> int:
    """Days of leave within the stretch, both ends included; a leave without an end counts to `to_day`.

    Leaves that stand never overlap (`check_leave`), so no day counts twice.
    """
    total = 0
    for leave in leaves:
        first, last = max(leave.from_day, from_day), min(leave.to_day or to_day, to_day)
        total += max((last - first).days + 1, 0)
    return total


def check_leave(leaves: Sequence[Dated], new: Dated, status: Status | None) -> None:
    """Raises RuleBroken unless this leave may be granted to an enrollment of that status."""
    if status not in STUDYING:
        raise RuleBroken(N_("Only a student who is active can take leave."), field="from_day")
    if new.to_day is None:
        raise RuleBroken(N_("Plan the day of return; it can be moved later."), field="to_day")
    check_free(leaves, new)
    window_start = date.fromordinal(new.to_day.toordinal() - LEAVE_WINDOW_DAYS + 1)
    days = leave_days([*leaves, new], window_start, new.to_day)
    if days > MAX_LEAVE_DAYS:
        raise RuleBroken(
            N_("That makes %(days)s days of leave in 12 months; %(limit)s are possible."),
            field="to_day",
            days=days,
            limit=MAX_LEAVE_DAYS,
        )
