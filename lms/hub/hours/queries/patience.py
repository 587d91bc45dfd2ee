"""Which week sheets have waited too long for their approver (H22), and who then has to hear of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from lms.hub.cohorts.models import Break, Cohort, Holiday
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.hours.models import SheetEvent, SheetPart, WeekSheet
from lms.hub.hours.models.deciding import Escalation
from lms.hub.hours.rules.patience import BUSINESS_DAYS, patience_ends_at
from lms.hub.hours.rules.sheet import State, Step
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.weeks import day_span
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, unscoped

WHY = "the rule of five business days looks at everybody's sheets"


@dataclass(frozen=True, slots=True)
class Overdue:
    """A sheet whose parts waited too long, as handed in with `version`. site_id None: placed nowhere now."""

    sheet: WeekSheet
    enrollment: Enrollment
    cohort: Cohort
    site_id: int | None
    version: int
    waiting_since: datetime
    parts: tuple[SheetPart, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    part: SheetPart
    sheet: WeekSheet
    enrollment: Enrollment
    cohort: Cohort
    site_id: int | None
    zone: str
    version: int
    since: datetime


def overdue_now(cohort_id: int | None = None) -> list[Overdue]:
    """Every sheet that waited more than five business days and was not escalated. Three statements, however many."""
    now = acting_at()
    rows = _waiting(now - timedelta(days=BUSINESS_DAYS), cohort_id)
    if not rows:
        return []
    closed = closed_days(
        {row.cohort.id for row in rows}, {row.site_id for row in rows if row.site_id}, min(r.since for r in rows), now
    )
    late: dict[int, list[_Row]] = {}
    for row in rows:
        if now >= patience_ends_at(row.since, row.zone, closed.get((row.cohort.id, row.site_id), frozenset())):
            late.setdefault(row.sheet.id, []).append(row)
    return [_overdue(found) for found in late.values()]


def _overdue(rows: Sequence[_Row]) -> Overdue:
    last = max(rows, key=lambda row: row.version)
    parts = tuple(row.part for row in rows)
    since = min(row.since for row in rows)
    return Overdue(last.sheet, last.enrollment, last.cohort, last.site_id, last.version, since, parts)


def _waiting(before: datetime, cohort_id: int | None) -> list[_Row]:
    """Parts handed in before that instant that still wait, whose sheet was not escalated in that version."""
    handed = (
        select(
            SheetEvent.week_sheet_id,
            SheetEvent.route,
            SheetEvent.spell_id,
            func.max(SheetEvent.recorded_at).label("since"),
            func.max(SheetEvent.version).label("version"),
        )
        .where(SheetEvent.step == Step.SUBMITTED)
        .group_by(SheetEvent.week_sheet_id, SheetEvent.route, SheetEvent.spell_id)
        .subquery()
    )
    same = or_(handed.c.spell_id == SheetPart.spell_id, and_(handed.c.spell_id.is_(None), SheetPart.spell_id.is_(None)))
    told = select(Escalation.id).where(
        Escalation.week_sheet_id == SheetPart.week_sheet_id, Escalation.version == handed.c.version
    )
    statement = (
        select(SheetPart, WeekSheet, Enrollment, Cohort, Placement.site_id, Site.zone, handed.c.version, handed.c.since)
        .join(WeekSheet, WeekSheet.id == SheetPart.week_sheet_id)
        .join(Enrollment, Enrollment.id == SheetPart.enrollment_id)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .join(handed, and_(handed.c.week_sheet_id == SheetPart.week_sheet_id, handed.c.route == SheetPart.route, same))
        .outerjoin(
            Placement,
            (Placement.enrollment_id == Enrollment.id) & stands(Placement) & runs_on(Placement, policy_day()),
        )
        .outerjoin(Site, Site.id == Placement.site_id)
        .where(SheetPart.state == State.SUBMITTED, handed.c.since <= before, ~told.exists())
        .order_by(WeekSheet.id, SheetPart.id)
    )
    if cohort_id is not None:
        statement = statement.where(Cohort.id == cohort_id)
    found: dict[int, _Row] = {}
    for part, sheet, enrollment, cohort, site_id, zone, version, since in session.execute(unscoped(statement, WHY)):
        found.setdefault(part.id, _Row(part, sheet, enrollment, cohort, site_id, zone or cohort.zone, version, since))
    return list(found.values())


def closed_days(
    cohorts: Collection[int], sites: Collection[int], since: datetime, now: datetime
) -> dict[tuple[int, int | None], frozenset[date]]:
    """Holidays of each site and breaks of each cohort there, by cohort and site. Two statements."""
    first, last = since.date() - timedelta(days=1), now.date() + timedelta(days=1)
    holidays: dict[int, set[date]] = {}
    rows = select(Holiday.site_id, Holiday.day).where(Holiday.site_id.in_(sites), Holiday.day.between(first, last))
    for site_id, day in session.execute(unscoped(rows, WHY)):
        holidays.setdefault(site_id, set()).add(day)
    breaks = select(Break).where(Break.cohort_id.in_(cohorts), stands(Break), Break.is_lifted.is_(False))
    found = session.scalars(unscoped(breaks.where(Break.to_day >= first, Break.from_day <= last), WHY)).all()
    return {
        (cohort_id, site_id): frozenset(holidays.get(site_id or 0, set())).union(
            *(
                day_span(max(one.from_day, first), min(one.to_day, last))
                for one in found
                if one.cohort_id == cohort_id and one.site_id in (None, site_id)
            )
        )
        for cohort_id in cohorts
        for site_id in (None, *sites)
    }


def coordinators_of(cohort: Cohort, site_id: int | None) -> list[int]:
    """The persons who coordinate the site in that cohort; where there is none, the program's admins. One statement."""
    today = policy_day()
    at_site = and_(
        GrantRow.relation == Relation.COORDINATOR,
        GrantRow.place_id == (site_id or 0),
        or_(GrantRow.cohort_id.is_(None), GrantRow.cohort_id == cohort.id),
    )
    admins = and_(GrantRow.relation == Relation.PROGRAM_ADMIN, GrantRow.place_id == cohort.program_id)
    statement = select(GrantRow.relation, GrantRow.person_id).where(or_(at_site, admins), runs_on(GrantRow, today))
    held = session.execute(statement.distinct().order_by(GrantRow.person_id)).all()
    found = [person_id for relation, person_id in held if relation is Relation.COORDINATOR]
    return found or [person_id for _, person_id in held]


def escalated(sheets: Collection[int]) -> dict[int, datetime]:
    """When each of these sheets was escalated last, by row number. One statement."""
    statement = select(Escalation.week_sheet_id, func.max(Escalation.recorded_at))
    statement = statement.where(Escalation.week_sheet_id.in_(sheets)).group_by(Escalation.week_sheet_id)
    rows = session.execute(unscoped(statement, "sheets that were found")).all()
    return {row[0]: row[1] for row in rows}
