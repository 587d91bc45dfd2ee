"""What becomes of a sheet that nobody decides on: its coordinator hears of it, once; never is it approved in silence.

Where the cohort chose so, a clean part whose hours all have evidence of level 2 is approved, labelled as automatic.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lms.hub.cohorts.models import Cohort
from lms.hub.hours.models import SheetEvent, WeekSheet
from lms.hub.hours.models.deciding import Escalation
from lms.hub.hours.queries.patience import Overdue, coordinators_of, overdue_now
from lms.hub.hours.queries.queue import Waiting, waiting_of
from lms.hub.hours.queries.weeks import witnessed
from lms.hub.hours.rules.exceptions import is_proven
from lms.hub.hours.services.decisions import approve_part
from lms.kernel import claims
from lms.kernel.acting import acting
from lms.kernel.db import session
from lms.messages.services import notify
from lms.people.access import SYSTEM, Action, Actor
from lms.people.commands import command


def cohorts_overdue() -> list[int]:
    """The row numbers of cohorts with sheets that waited too long. Three statements."""
    return sorted({one.cohort.id for one in overdue_now()})


def settle_overdue(cohort_id: int) -> int:
    """Escalate, or approve automatically, what waited too long in one cohort; how many sheets. Needs to write.

    Each sheet is claimed as it was handed in, so that of two schedulers one alone does it, and does it once.
    """
    with acting(None):
        sheets = [one for one in overdue_now(cohort_id) if _is_ours(one)]
        approved = _approve_proven(sheets)
        left = [one for one in sheets if any(part.id not in approved for part in one.parts)]
        told = [(one, escalate(SYSTEM, one.sheet, one.version, one.waiting_since)) for one in left]
        _tell_offices("sheets-escalated", [(one, row.public_id) for one, row in told])
        events = [(one, approved[part.id].public_id) for one in sheets for part in one.parts if part.id in approved]
        _tell_offices("sheets-automatic", events)
        for one, event in events:
            notify(one.enrollment.person_id, "sheet-automatic", event, monday=one.sheet.monday)
    return len(sheets)


def _is_ours(one: Overdue) -> bool:
    return claims.take("sheet-overdue", one.sheet.public_id, f"v{one.version}")


@command(Action.JOB_RUN)
def escalate(actor: Actor, sheet: WeekSheet, version: int, waiting_since: datetime) -> Escalation:
    """Note that the coordinator hears of a sheet, as it was handed in with `version`."""
    row = Escalation(
        enrollment_id=sheet.enrollment_id, week_sheet_id=sheet.id, version=version, waiting_since=waiting_since
    )
    session.add(row)
    session.flush()
    return row


def _approve_proven(sheets: Sequence[Overdue]) -> dict[int, SheetEvent]:
    """Approve the clean and proven parts of cohorts that let the product do so; by the part's row number."""
    parts = [part for one in sheets for part in one.parts]
    fit = [one for one in waiting_of(parts) if one.week.situation.auto_approves and _is_beyond_doubt(one)]
    return {one.part.id: approve_part(SYSTEM, one.part, seen_hash=one.content_hash) for one in fit}


def _is_beyond_doubt(one: Waiting) -> bool:
    return one.verdict.is_clean and is_proven(one.entries, witnessed(one.week.seen, one.week.entries))


def _tell_offices(letter: str, found: Sequence[tuple[Overdue, str]]) -> None:
    """One letter to each coordinator of each site, however many sheets it is about."""
    places: dict[int | None, list[tuple[Overdue, str]]] = {}
    for one, key in found:
        places.setdefault(one.site_id, []).append((one, key))
    for site_id, here in places.items():
        cohort: Cohort = here[0][0].cohort
        _tell(letter, coordinators_of(cohort, site_id), here[0][1], len(here), cohort.name)


def _tell(letter: str, people: Iterable[int], key: str, count: int, cohort: str) -> None:
    for person_id in people:
        notify(person_id, letter, key, count=count, cohort=cohort)
