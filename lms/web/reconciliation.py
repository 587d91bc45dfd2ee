"""What the student and whoever can correct it see beside each other: both figures, and the objections."""

from collections.abc import Iterator, Sequence
from typing import Any

from lms.hub.attendance.kinds import PRESENCE_NAMES, Answer
from lms.hub.attendance.queries.excuses import disputes_of
from lms.hub.catalog.kinds import KIND_NAMES
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.queries.plan import units_of
from lms.hub.hours.queries.reconciliation import reconciliation_of
from lms.hub.hours.rules.reconcile import Pair
from lms.kernel.text import N_

COLUMNS = ("week", "unit", "kind", "own_minutes", "system_minutes", "difference")
ANSWERS = {Answer.CORRECTED: N_("It was corrected."), Answer.STANDS: N_("It stays as it is.")}


def shown(enrollment: Enrollment) -> dict[str, Any]:
    """For `student/hours/_reconciliation.html`."""
    pairs = reconciliation_of(enrollment)
    return {
        "pairs": pairs,
        "own": sum(pair.own for pair in pairs),
        "traced": sum(pair.traced for pair in pairs),
        "titles": {unit.id: unit.title for unit in units_of(enrollment)},
        "kinds": KIND_NAMES,
        "objections": disputes_of(enrollment)[::-1],
        "presences": PRESENCE_NAMES,
        "answers": ANSWERS,
    }


def rows(enrollment: Enrollment) -> Iterator[Sequence[object]]:
    """The same for a file."""
    titles = {unit.id: unit.title for unit in units_of(enrollment)}
    for pair in reconciliation_of(enrollment):
        yield _row(pair, titles)


def _row(pair: Pair, titles: dict[int, str]) -> Sequence[object]:
    unit = titles.get(pair.unit_id or 0, "")
    return pair.monday, unit, pair.kind.value, pair.own, pair.traced, pair.difference
