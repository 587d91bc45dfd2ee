"""One line of the hours ledger as the reports see it, and how late lines were logged. Minutes whole, days local."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from lms.hub.catalog.kinds import Kind
from lms.hub.cohorts.kinds import Presence
from lms.hub.cohorts.rules import clock_hour_minutes
from lms.hub.hours.rules.entry import Evidence
from lms.kernel.explain import FactRef

LAG_ENDS = (0, 2, 7, 14, 42)  # H9: up to 14 days needs no note, up to 42 the approver's; later only an adjustment
LAST_BUCKET = len(LAG_ENDS)


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Minutes that stand: an entry, or an adjustment with its sign. firm: the employer on that day.

    evidence: with what somebody says to have seen. course, work: code of the course and title of the unit, empty for
    hours on no unit. is_approved: it stands in an approved part; an adjustment always does. from_register: made by the
    attendance register, so that a session counts it.
    """

    day: date
    minutes: int
    kind: Kind
    evidence: Evidence
    is_approved: bool
    is_paid: bool
    lag_days: int
    course: str = ""
    work: str = ""
    firm: str = ""
    from_register: bool = False
    fact: FactRef | None = None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One student in one session that was scheduled: planned and attended minutes, and what the register says."""

    day: date
    course: str
    planned: int
    attended: int
    presence: Presence
    fact: FactRef | None = None

    @property
    def credited(self) -> int:
        """Minutes by the 60-minute rule (D19)."""
        return clock_hour_minutes(self.attended, self.planned)


@dataclass(frozen=True, slots=True)
class StudentLedger:
    """All lines of one student. expected: the least minutes asked for so far, leave and breaks taken off."""

    enrollment: str
    name: str
    lines: tuple[HoursLine, ...] = ()
    sessions: tuple[SessionLine, ...] = ()
    expected: int = 0


def lag_bucket(lag_days: int) -> int:
    """The place of a lag in the histogram: 0 for the same day, `LAST_BUCKET` for more than 42 days."""
    return next((place for place, end in enumerate(LAG_ENDS) if lag_days <= end), LAST_BUCKET)


def lag_histogram(lines: Iterable[HoursLine]) -> Mapping[int, tuple[int, int]]:
    """How many lines, and their minutes, by bucket; every bucket is there."""
    found = dict.fromkeys(range(LAST_BUCKET + 1), (0, 0))
    for line in lines:
        count, minutes = found[lag_bucket(line.lag_days)]
        found[lag_bucket(line.lag_days)] = (count + 1, minutes + line.minutes)
    return found


def last_attended(ledger: StudentLedger) -> date | None:
    """The last day with more than the student's own word: evidence 1 or above. None if there is none."""
    days = [line.day for line in ledger.lines if line.evidence >= Evidence.SYSTEM_TRACE and line.minutes > 0]
    return max(days, default=None)
