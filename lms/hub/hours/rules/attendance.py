"""From the register to hours: which minutes of a session somebody was there, and when (D18, D19, H23). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.hub.cohorts.kinds import Presence
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import minutes_between, whole_minute

THERE = frozenset({Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY, Presence.MADE_UP})


@dataclass(frozen=True, slots=True)
class Attended:
    """The stretch of a session that somebody attended."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """How long it was."""
        return minutes_between(self.starts_at, self.ends_at)


def attended(presence: Presence, minutes: int | None, starts_at: datetime, ends_at: datetime) -> Attended | None:
    """What the register's line means for a session from `starts_at` to `ends_at`; None: nothing was attended.

    minutes: needed for "late" and "left early", where it says how long; else the whole session. Who was late missed
    the beginning, everybody else the end. Raises RuleBroken for minutes that the session does not have.
    """
    start, end = whole_minute(starts_at), whole_minute(ends_at)
    planned = minutes_between(start, end)
    if presence not in THERE:
        if minutes:
            raise RuleBroken(N_("Who was not there has no minutes."), field="minutes")
        return None
    if minutes is None and presence in (Presence.LATE, Presence.LEFT_EARLY):
        raise RuleBroken(N_("Say how many minutes of the session were attended."), field="minutes")
    spent = planned if minutes is None else minutes
    if not 0 < spent <= planned:
        raise RuleBroken(N_("The session has %(planned)s minutes."), field="minutes", planned=planned)
    length = timedelta(minutes=spent)
    return Attended(end - length, end) if presence is Presence.LATE else Attended(start, start + length)
