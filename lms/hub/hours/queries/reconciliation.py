"""Both figures of one student's year: what they say, and what systems say."""

from collections.abc import Iterable
from datetime import datetime

from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.models import Adjustment, HoursEntry
from lms.hub.hours.queries.weeks import Week, year_of
from lms.hub.hours.rules.entry import OWN_SOURCES
from lms.hub.hours.rules.reconcile import Pair, Said, reconcile


def reconciliation_of(enrollment: Enrollment, as_of: datetime | None = None) -> list[Pair]:
    """Week by week and unit by unit, where a system says something. Six statements."""
    return reconcile(said for week in year_of(enrollment, as_of) for said in _said(week))


def _said(week: Week) -> Iterable[Said]:
    """Every entry; of the adjustments those that followed the register. What staff adjusted is neither's word."""
    for entry in week.entries:
        yield _one(entry, entry.source not in OWN_SOURCES)
    for adjustment in week.adjustments:
        if adjustment.attendance_id is not None:
            yield _one(adjustment, True)


def _one(row: HoursEntry | Adjustment, is_trace: bool) -> Said:
    return Said(row.day, row.kind, row.unit_id, row.minutes, is_trace, row.ref)
