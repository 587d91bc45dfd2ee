"""The seats of firms: contracts with what is free, and whom each seat was given to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment, StatusChange
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import latest
from lms.hub.roster.kinds import SeatStep
from lms.hub.roster.models.seats import Seat, SeatContract, SeatEvent, SeatTerms
from lms.hub.roster.queries.invitations import Delivery, deliveries
from lms.hub.roster.rules.seats import Terms, explain_free, latest_step
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.explain import Explained
from lms.kernel.facts import stands
from lms.kernel.prose import prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm, FirmStatus, Site
from lms.people.scope import scoped, unscoped, within

WHY = "named by seats that were found in scope"


@dataclass(frozen=True, slots=True)
class Contract:
    """A firm's seats in a cohort as they stand. site None: at whichever site."""

    row: SeatContract
    firm: Firm
    cohort: Cohort
    site: Site | None
    terms: Terms
    free: Explained[int]


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat. status: of the enrollment; None where the office has to look at it first. reason: of the last step."""

    seat: Seat
    step: SeatStep | None
    status: Status | None
    delivery: Delivery
    reason: str


def find_contract(actor: Actor, public_id: str, action: Action = Action.SEAT_READ) -> SeatContract:
    """One contract. Raises NotFound."""
    found = session.scalar(scoped(select(SeatContract).where(SeatContract.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def find_seat(actor: Actor, public_id: str, action: Action = Action.SEAT_READ) -> Seat:
    """One seat. Raises NotFound."""
    found = session.scalar(scoped(select(Seat).where(Seat.public_id == public_id), actor, action))
    if found is None:
        raise NotFound()
    return found


def list_contracts(actor: Actor) -> list[Contract]:
    """The seats that `actor` may see, the newest cohort first. Six queries, whatever the number."""
    rows = session.scalars(scoped(select(SeatContract), actor, Action.SEAT_READ)).all()
    return sorted(contracts_of(rows), key=lambda one: (-one.cohort.starts_on.toordinal(), one.firm.name, one.row.id))


def contracts_of(rows: Sequence[SeatContract]) -> list[Contract]:
    """With terms, names and what is free. Five queries."""
    terms = {
        row.seat_contract_id: Terms(row.seats, row.from_day, row.to_day, row.ref)
        for row in session.scalars(within(select(SeatTerms).where(stands(SeatTerms)), rows))
    }
    steps: dict[int, list[SeatStep | None]] = defaultdict(list)
    for contract_id, seat_steps in _steps(rows).values():
        steps[contract_id].append(latest_step(seat_steps))
    firms = _named(Firm, {row.firm_id for row in rows})
    cohorts = _named(Cohort, {row.cohort_id for row in rows})
    sites = _named(Site, {row.site_id for row in rows if row.site_id})
    return [
        Contract(
            row=row,
            firm=firms[row.firm_id],
            cohort=cohorts[row.cohort_id],
            site=sites.get(row.site_id or 0),
            terms=terms[row.id],
            free=explain_free(terms[row.id], steps[row.id]),
        )
        for row in rows
    ]


def contract_of(row: SeatContract) -> Contract:
    """One contract with its terms. Five queries."""
    return contracts_of([row])[0]


def steps_of(row: SeatContract) -> dict[int, list[SeatStep]]:
    """The steps of each seat of a contract, oldest first. One query."""
    return {seat_id: steps for seat_id, (_, steps) in _steps([row]).items()}


def _steps(rows: Sequence[SeatContract]) -> dict[int, tuple[int, list[SeatStep]]]:
    found: dict[int, tuple[int, list[SeatStep]]] = {}
    for event in session.scalars(within(select(SeatEvent).order_by(SeatEvent.id), rows)):
        found.setdefault(event.seat_id, (event.seat_contract_id, []))[1].append(event.step)
    return found


N = TypeVar("N", Firm, Cohort, Site, Person, SeatContract)


def _named(model: type[N], ids: set[int]) -> dict[int, N]:
    statement = select(model).where(model.id.in_(ids))
    return {row.id: row for row in session.scalars(unscoped(statement, WHY))}


def list_seats(contract: SeatContract) -> list[SeatLine]:
    """Every seat that was ever given, the latest first. Eight queries."""
    return seat_lines(session.scalars(within(select(Seat).order_by(Seat.id.desc()), contract)).all())


def seat_lines(seats: Sequence[Seat]) -> list[SeatLine]:
    """Seats with where they stand. Seven queries."""
    ids = [seat.id for seat in seats]
    events: dict[int, list[SeatEvent]] = defaultdict(list)
    statement = select(SeatEvent).where(SeatEvent.seat_id.in_(ids)).order_by(SeatEvent.id)
    for event in session.scalars(unscoped(statement, WHY)):
        events[event.seat_id].append(event)
    last = {seat_id: rows[-1] for seat_id, rows in events.items()}
    reasons = prose_of(last.values(), "reason")
    people = _named(Person, {seat.person_id for seat in seats})
    sent = deliveries(people.values(), "apply")
    statuses = _statuses(seats)
    return [
        SeatLine(
            seat=seat,
            step=last[seat.id].step if seat.id in last else None,
            status=statuses.get(seat.enrollment_id or 0),
            delivery=sent[seat.person_id],
            reason=reasons.get(last[seat.id].public_id, "") if seat.id in last else "",
        )
        for seat in seats
    ]


def _statuses(seats: Iterable[Seat]) -> dict[int, Status | None]:
    numbers = [seat.enrollment_id for seat in seats if seat.enrollment_id]
    rows = session.scalars(unscoped(select(Enrollment).where(Enrollment.id.in_(numbers)), WHY)).all()
    return {key: latest(changes) for key, changes in grouped(standing(StatusChange, rows)).items()}


def seats_to_settle(actor: Actor) -> list[tuple[Seat, Firm]]:
    """Seats given to somebody who is in that cohort already: the office says whether they take it. Three queries."""
    waiting = scoped(select(Seat).where(Seat.enrollment_id.is_(None)).order_by(Seat.id), actor, Action.SEAT_CONFIRM)
    seats = session.scalars(waiting).all()
    lines = [line for line in seat_lines(seats) if line.step is SeatStep.NOMINATED] if seats else []
    contracts = _named(SeatContract, {line.seat.seat_contract_id for line in lines})
    firms = _named(Firm, {contract.firm_id for contract in contracts.values()})
    return [(line.seat, firms[contracts[line.seat.seat_contract_id].firm_id]) for line in lines]


def sites_of(cohort: Cohort) -> list[Site]:
    """Where a cohort is taught, by name. One query."""
    here = select(Section.site_id).where(Section.cohort_id == cohort.id)
    return list(session.scalars(unscoped(select(Site).where(Site.id.in_(here)).order_by(Site.name), WHY)))


def firms_by_name() -> list[Firm]:
    """Every firm that trades: whoever opens seats chooses among all of them. One query."""
    statement = select(Firm).where(Firm.status == FirmStatus.ACTIVE).order_by(Firm.name, Firm.id)
    return list(session.scalars(unscoped(statement, "whoever opens seats chooses among all firms")))


def contract_row(seat: Seat) -> SeatContract:
    """The contract of a seat that was found for somebody."""
    statement = select(SeatContract).where(SeatContract.id == seat.seat_contract_id)
    return session.scalars(unscoped(statement, "the contract of a seat found in scope")).one()
