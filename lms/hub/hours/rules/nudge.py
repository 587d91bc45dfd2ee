"""Whom a coordinator may have reminded of a week by hand (P9, P11). Instants in UTC."""

from datetime import datetime

from lms.hub.cohorts.rules import Target
from lms.hub.hours.rules.sheet import State, WeekTimes
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_


def check_nudge(state: State, target: Target, times: WeekTimes, now: datetime, *, is_sent: bool) -> None:
    """Raise RuleBroken with the reason, which a list shows beside the name. is_sent: reminded today already."""
    if state in (State.SUBMITTED, State.APPROVED):
        raise RuleBroken(N_("handed in already"))
    if target.most == 0:
        raise RuleBroken(N_("on leave or in a break"))
    if now < times.starts_at:
        raise RuleBroken(N_("the week has not begun"))
    if is_sent:
        raise RuleBroken(N_("reminded today already"))
