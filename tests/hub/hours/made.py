"""Hours entries as plain values, for the tests of the rules."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from lms.hub.catalog.kinds import Kind
from lms.hub.hours.rules.entry import Draft, Evidence
from lms.kernel.explain import FactRef
from lms.kernel.weeks import clock_time

NEW_YORK = "America/New_York"
MONDAY = date(2026, 9, 14)
TUESDAY = MONDAY + timedelta(days=1)
NOON = datetime(2026, 9, 15, 16, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    """An entry with everything that a rule may read."""

    public_id: str = "e1"
    day: date = TUESDAY
    minutes: int = 90
    kind: Kind = Kind.SELF_STUDY
    unit_id: int | None = 1
    spell_id: int | None = None
    evidence: Evidence = Evidence.SELF_REPORT
    paid_by_firm: bool = False
    lag_days: int = 0
    zone: str = NEW_YORK
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    recorded_at: datetime = NOON

    @property
    def ref(self) -> FactRef:
        return FactRef("hours_entry", self.public_id, self.recorded_at)


def draft(minutes: int = 90, day: date = TUESDAY, zone: str = NEW_YORK) -> Draft:
    return Draft(day=day, minutes=minutes, kind=Kind.SELF_STUDY, zone=zone, unit_id=1)


def instant(day: date, hour: int, minute: int = 0, zone: str = NEW_YORK) -> datetime:
    return clock_time(day, time(hour, minute), zone).instant


def timed(day: date, hour: int, minutes: int, public_id: str = "t1") -> Made:
    start = instant(day, hour)
    return Made(public_id, day, minutes, starts_at=start, ends_at=start + timedelta(minutes=minutes))


ENTRIES = st.lists(
    st.builds(
        Made,
        public_id=st.uuids().map(str),
        day=st.dates(date(2026, 8, 31), date(2026, 10, 4)),
        minutes=st.integers(-120, 960),
        kind=st.sampled_from(Kind),
        unit_id=st.one_of(st.none(), st.integers(1, 4)),
        evidence=st.sampled_from(Evidence),
        paid_by_firm=st.booleans(),
        lag_days=st.integers(0, 60),
    ),
    max_size=25,
)
