"""Which delegation may be given: for how long, by whom, to whom (H20). Days are local to the program."""

from datetime import date, timedelta

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

LONGEST = timedelta(days=366)  # a year's leave; whoever is away longer hands the section over


def check_delegation(
    from_day: date, to_day: date, today: date, *, giver_id: int, holder_id: int, may_hold: bool, giver_holds: bool
) -> None:
    """Raise RuleBroken unless the delegation may be given. giver_holds: whether the giver decides there today."""
    if not giver_holds:
        raise RuleBroken(N_("This person does not decide on these hours, so nothing can be handed on."), field="place")
    if holder_id == giver_id:
        raise RuleBroken(N_("Nobody stands in for themselves."), field="holder")
    if not may_hold:
        raise RuleBroken(
            N_("Choose somebody of the program's staff, or of the firm, who does not study there."), field="holder"
        )
    if to_day < from_day:
        raise RuleBroken(N_("The last day is before the first. Check both."), field="to_day")
    if from_day < today:
        raise RuleBroken(N_("Choose today or a later day."), field="from_day")
    if to_day - from_day > LONGEST:
        raise RuleBroken(N_("A delegation lasts a year at most."), field="to_day")
