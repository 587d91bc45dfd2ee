"""Who may be a student's mentor: not oneself, not of too many, nobody who judges the student's savings (D33). Pure."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Protocol

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Relation

# Who says what a student's savings are worth: finance of the firm that employs them, the program's reviewers.
JUDGES = frozenset({Relation.FINANCE, Relation.REVIEWER})


class Dated(Protocol):
    """A mentorship; both ends belong to it."""

    @property
    def from_day(self) -> date: ...
    @property
    def to_day(self) -> date | None: ...


def load_on(rows: Iterable[Dated], from_day: date, to_day: date | None) -> int:
    """The most mentorships that hold on one day of the stretch; it can only change where one begins."""
    held = [row for row in rows if row.from_day <= (to_day or date.max) and from_day <= (row.to_day or date.max)]
    days = {max(row.from_day, from_day) for row in held}
    return max((sum(row.from_day <= day <= (row.to_day or date.max) for row in held) for day in days), default=0)


def check_mentor(
    from_day: date,
    to_day: date | None,
    *,
    others: Iterable[Dated],
    cap: int,
    is_self: bool,
    is_twice: bool,
    holds: Collection[Relation],
) -> None:
    """Raises RuleBroken, every fault at once. others: the mentor's; holds: over the student's firm or program."""
    faults = []
    if to_day is not None and to_day < from_day:
        faults.append(RuleBroken(N_("The last day is before the first. Check both."), field="to_day"))
    if is_self:
        faults.append(RuleBroken(N_("Nobody is their own mentor."), field="mentor"))
    if is_twice:
        faults.append(RuleBroken(N_("This person is the student's mentor then already."), field="mentor"))
    if JUDGES & set(holds):
        message = N_("This person judges what this student's savings are worth, so somebody else has to be the mentor.")
        faults.append(RuleBroken(message, field="mentor"))
    load = load_on(others, from_day, to_day)
    if load >= cap:
        message = N_("This person has %(load)s students then; %(cap)s are the most.")
        faults.append(RuleBroken(message, field="mentor", load=load, cap=cap))
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)


def check_no_mentor(judge: int | None, mentors: Collection[int]) -> None:
    """Raises RuleBroken if who verifies or reviews a saving is or was a mentor of somebody of the team."""
    if judge in mentors:
        raise RuleBroken(N_("You are a mentor of this team, so somebody else has to judge its savings."))
