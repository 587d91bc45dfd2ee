"""The investment side of the ledger: tuition, other costs, and the wages of firm-paid hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select

from lms.capstone.lines.queries import firm_counts, rates_for, rates_of
from lms.capstone.lines.rules.costs import check_cost, unposted, weekly_wages
from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.projects.models import Project, WageSource
from lms.capstone.projects.queries import charter_of, team_of
from lms.capstone.projects.services import lock
from lms.capstone.savings.models import Posting, SavingsEntry
from lms.capstone.savings.queries import posting_by_key
from lms.capstone.savings.rules.kinds import EntryKind
from lms.capstone.savings.services.posting import NewCost, Scribe
from lms.hub.enrollment.models import Sponsorship
from lms.hub.hours.queries.paid import approved_paid_minutes
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.facts import known
from lms.kernel.money import convert, within_bounds
from lms.kernel.months import month_of
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.consent.models import RecordType
from lms.people.consent.queries import holding
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, unscoped


class HoursFrom(StrEnum):
    """Where the minutes of posted wages come from; the reason of their posting."""

    APPROVED_SHEETS = "approved_sheets"
    FIRM_COUNT = "firm_count"


@dataclass(frozen=True, slots=True)
class Exchange:
    """How a foreign amount is converted: units of the project's currency for one of `currency`, when and by whom."""

    currency: str
    rate: Decimal
    on: date
    source: str


@command(Action.COST_POST)
def post_cost(
    actor: Actor,
    project: Project,
    kind: CostKind,
    payer: Payer,
    amount_minor: int,
    day: date,
    *,
    note: str = "",
    fx: Exchange | None = None,
    request_key: str | None = None,
) -> Posting:
    """One cost of the project; negative only for an incentive. Raises RuleBroken. A repeated `request_key` posts once.

    fx: the amount is in another currency and is converted once, at the rate given.
    """
    lock(project)
    if request_key and (made := posting_by_key(project, request_key)):
        return made
    if kind is CostKind.WAGES:
        raise RuleBroken(N_("Wages are posted from paid hours and the rate card."), field="kind")
    amount = convert(amount_minor, fx.currency, fx.rate, project.currency) if fx else amount_minor
    check_cost(kind, within_bounds(amount))
    cost = NewCost(month_of(day), kind, payer, amount)
    if fx is not None:
        cost = replace(cost, fx_rate=f"{fx.currency} {fx.rate}", fx_on=fx.on, fx_source=fx.source)
    return _post(project, cost, note, request_key)


@command(Action.TUITION_POST)
def post_tuition(actor: Actor, project: Project) -> list[Posting]:
    """What the sponsorships of the team say was paid for tuition, by payer, as far as it is not posted yet.

    Raises RuleBroken on a sponsorship in another currency.
    """
    lock(project)
    team = [member.row.enrollment_id for member in team_of([project])[project.id]]
    statement = known(select(Sponsorship), Sponsorship, None).where(Sponsorship.enrollment_id.in_(team))
    sponsored = session.scalars(unscoped(statement, "who pays for the team of a project")).all()
    owed: dict[tuple[int, Payer], int] = {}
    for row in sponsored:
        if row.currency != project.currency:
            raise RuleBroken(N_("A sponsorship is in %(other)s. Post it by hand with its rate."), other=row.currency)
        key = row.enrollment_id, Payer(row.payer)
        owed[key] = owed.get(key, 0) + row.amount_minor
    posted = _posted_tuition(team)
    made = []
    for (enrollment_id, payer), amount in sorted(owed.items()):
        missing = amount - posted.get((enrollment_id, payer), 0)
        if missing > 0:
            cost = NewCost(month_of(policy_day()), CostKind.TUITION, payer, missing, enrollment_id)
            made.append(_post(project, cost, "", None))
    return made


@command(Action.COST_POST)
def post_wages(actor: Actor, project: Project, through: date) -> Posting | None:
    """The wages of the team's firm-paid hours in whole weeks up to `through`, as far as not posted yet; None if none.

    A week whose hours were adjusted gets the difference. Hours come from approved sheets where the student's consent
    holds, else from the firm's own count, and the posting says which. Raises RuleBroken without a rate.
    """
    lock(project)
    firm = session.scalars(unscoped(select(Firm).where(Firm.id == project.firm_id), "the project's firm")).one()
    costs: list[NewCost] = []
    sources = set()
    for enrollment_id, (source, wages) in due_wages(project, firm, through).items():
        sources.add(source)
        costs += [
            NewCost(monday, CostKind.WAGES, Payer.FIRM, amount, enrollment_id) for monday, amount in wages.items()
        ]
    if not costs:
        return None
    scribe = Scribe(project)
    reason = HoursFrom.FIRM_COUNT if HoursFrom.FIRM_COUNT in sources else HoursFrom.APPROVED_SHEETS
    posting = scribe.post(EntryKind.COST, costs, reason=reason, effective_on=through)
    scribe.done()
    return posting


def due_wages(
    project: Project, firm: Firm, through: date, as_of: datetime | None = None
) -> dict[int, tuple[HoursFrom, dict[date, int]]]:
    """What is still to be posted for each student of the team: where the hours come from, and each week's amount."""
    team = [member.row.enrollment_id for member in team_of([project])[project.id]]
    rates = rates_of(firm, as_of)
    posted = _posted_wages(team)
    found = {}
    for enrollment_id, (source, minutes) in paid_minutes(project, firm, team, as_of).items():
        weeks = {monday: n for monday, n in minutes.items() if monday + timedelta(days=6) <= through}
        wages = weekly_wages(weeks, rates_for(rates, enrollment_id))
        if any(week.rate_minor is None and week.minutes for week in wages):
            raise RuleBroken(N_("There is no rate for some of these weeks. Set one that starts earlier."), field="rate")
        before = posted.get(enrollment_id, {})
        if source is HoursFrom.FIRM_COUNT:
            before = {monday: amount for monday, amount in before.items() if monday in weeks}
        missing = unposted({week.monday: week.wage_minor for week in wages}, before)
        if missing:
            found[enrollment_id] = (source, missing)
    return found


def paid_minutes(
    project: Project, firm: Firm, enrollment_ids: Sequence[int], as_of: datetime | None = None
) -> dict[int, tuple[HoursFrom, Mapping[date, int]]]:
    """Firm-paid minutes a week of each student, and where they come from."""
    charter = charter_of(project, as_of)
    agreed = charter is not None and charter.wage_source is WageSource.CONSENT
    consented = holding(enrollment_ids, firm.id, RecordType.PAID_HOURS, policy_day()) if agreed else {}
    sheets = approved_paid_minutes(list(consented), firm.id, as_of)
    counted = firm_counts(firm, [number for number in enrollment_ids if number not in consented], as_of)
    found: dict[int, tuple[HoursFrom, Mapping[date, int]]] = {}
    for number in enrollment_ids:
        if number in consented:
            found[number] = (HoursFrom.APPROVED_SHEETS, sheets.get(number, {}))
        else:
            found[number] = (HoursFrom.FIRM_COUNT, counted.get(number, {}))
    return found


def _post(project: Project, cost: NewCost, note: str, request_key: str | None) -> Posting:
    scribe = Scribe(project)
    posting = scribe.post(EntryKind.COST, [cost], effective_on=cost.period, note=note, request_key=request_key)
    scribe.done()
    return posting


def _posted_wages(enrollment_ids: Sequence[int]) -> dict[int, dict[date, int]]:
    found: dict[int, dict[date, int]] = {}
    for entry in _cost_entries(enrollment_ids, CostKind.WAGES):
        weeks = found.setdefault(entry.enrollment_id or 0, {})
        weeks[entry.period] = weeks.get(entry.period, 0) + entry.amount_minor
    return found


def _posted_tuition(enrollment_ids: Sequence[int]) -> dict[tuple[int, Payer], int]:
    found: dict[tuple[int, Payer], int] = {}
    for entry in _cost_entries(enrollment_ids, CostKind.TUITION):
        if entry.enrollment_id is not None and entry.payer is not None:
            key = entry.enrollment_id, entry.payer
            found[key] = found.get(key, 0) + entry.amount_minor
    return found


def _cost_entries(enrollment_ids: Sequence[int], kind: CostKind) -> list[SavingsEntry]:
    """Entries of this kind for these students in any project, so that nothing is paid for twice."""
    statement = select(SavingsEntry).where(
        SavingsEntry.enrollment_id.in_(list(enrollment_ids)), SavingsEntry.cost_kind == kind
    )
    return list(session.scalars(unscoped(statement, "what was posted for the team of a project")))
