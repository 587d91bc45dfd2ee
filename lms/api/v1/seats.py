"""Seats of firms: opened by the office, given by the firm, endorsed, taken back; and a firm's own people."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from lms.api.finding import find
from lms.api.kit import Answer, operation
from lms.api.shapes import Day, Line, PublicId, Shape, Why, why
from lms.hub.cohorts.queries import find_cohort
from lms.hub.roster.anchors import roster_place
from lms.hub.roster.kinds import SeatStep, Skill, SkillLevel
from lms.hub.roster.models.seats import Seat, SeatContract
from lms.hub.roster.queries.appointments import employments_of, find_appointment, people_of
from lms.hub.roster.queries.imports import sites_for
from lms.hub.roster.queries.seats import (
    Contract,
    SeatLine,
    contract_of,
    contract_row,
    find_contract,
    find_seat,
    firms_by_name,
    list_contracts,
    list_seats,
    seat_lines,
    sites_of,
)
from lms.hub.roster.rules.seats import Terms
from lms.hub.roster.services.applications import endorse
from lms.hub.roster.services.appointments import ask_appointment, end_appointment
from lms.hub.roster.services.seats import (
    nominate,
    open_seats,
    reassign_seat,
    revoke_seat,
    send_seat_again,
    set_terms,
    settle_seat,
)
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor, Relation
from lms.people.orgs.models import Firm, Site

CONTRACT = "/seat-contracts/<public_id:contract>"
SEAT = "/seats/<public_id:seat>"
SiteId = Annotated[PublicId | None, Field(description="Id of a site.")]


class TermsIn(Shape):
    """How many seats, and on which days they can be given (both included)."""

    seats: Annotated[int, Field(ge=1, le=999)]
    from_day: Day
    to_day: Day

    def terms(self) -> Terms:
        """As the rules read them."""
        return Terms(self.seats, self.from_day, self.to_day)


class ContractIn(TermsIn):
    """`firm`: its id. `site`: null for every site, which only the program's people may open."""

    firm: PublicId
    site: SiteId = None


class ContractOut(Shape):
    """A firm's seats in a cohort. `site`: null for whichever."""

    id: str
    firm: str
    cohort: str
    site: str | None
    seats: int
    free: int
    from_day: date
    to_day: date


class ContractsOut(Shape):
    """The newest cohort first."""

    items: list[ContractOut]


class SeatIn(Shape):
    """Whom a seat is given to. `site`: needed where the contract names none."""

    name: Line
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^\x00]*$")]
    site: SiteId = None


class SeatOut(Shape):
    """One seat. `letter`: what became of the letter. `status`: of the student; null while the program looks."""

    id: str
    name: str
    email: str
    step: SeatStep | None
    letter: str
    status: str | None
    reason: str
    given_at: datetime


class SeatsOut(Shape):
    """The latest first."""

    items: list[SeatOut]


class ReasonIn(Shape):
    """Why, in words that the other side may read."""

    reason: Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")] = ""


class SettlementIn(ReasonIn):
    """Whether somebody who is in the cohort already takes the firm's seat; if not, say why."""

    takes: bool


class SkillIn(Shape):
    """One skill and how well it is held, from 0 to 4."""

    skill: Skill
    level: Annotated[int, Field(ge=0, le=4)]


def levels_of(skills: list[SkillIn]) -> dict[Skill, SkillLevel]:
    """As the rules read them."""
    return {one.skill: SkillLevel(one.level) for one in skills}


class EndorsementIn(Shape):
    """The employer's word. `skills`: every skill once, or none to rate none."""

    is_endorsed: bool
    gives_time: bool = False
    words: Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")] = ""
    skills: Annotated[list[SkillIn], Field(max_length=20, default_factory=list)]


class Task(StrEnum):
    """What somebody does for a firm."""

    VIEWER = "firm_viewer"
    FINANCE = "finance"
    SUPERVISOR = "supervisor"
    SPONSOR = "sponsor"


class FirmPersonIn(Shape):
    """`spell`: for a supervisor, the employment whose hours they sign."""

    name: Line
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=r"^[^\x00]*$")]
    relation: Task
    spell: PublicId | None = None


class FirmPersonOut(Shape):
    """`since`: null while it waits for the program. `appointment_id`: null where the program appointed them itself."""

    name: str
    email: str
    relation: str
    employee: str | None
    since: date | None
    invitation: str
    appointment_id: str | None


class FirmPeopleOut(Shape):
    """By name."""

    items: list[FirmPersonOut]


@operation("GET /seat-contracts", Action.SEAT_READ, gives=ContractsOut)
def list_seat_contracts(actor: Actor) -> ContractsOut:
    """The seats that you may see: your firm's, or those at your site."""
    return ContractsOut(items=[_contract(one) for one in list_contracts(actor)])


@operation(
    "POST /cohorts/<public_id:cohort>/seat-contracts", Action.SEAT_OPEN, gives=ContractOut, body=ContractIn, status=201
)
def open_seat_contract(actor: Actor, cohort: str, body: ContractIn) -> ContractOut:
    """Open seats for a firm."""
    found = find_cohort(actor, cohort)
    site = next((one for one in sites_for(actor, found) if one.public_id == body.site), None)
    firm = next((one for one in firms_by_name() if one.public_id == body.firm), None)
    if firm is None or (body.site and site is None):
        raise NotFound()
    place = roster_place(found.id, found.program_id, site.id if site else None)
    return _contract(contract_of(open_seats(actor, place, found, site, firm, body.terms())))


@operation(f"GET {CONTRACT}", Action.SEAT_READ, gives=ContractOut)
def get_seat_contract(actor: Actor, contract: str) -> ContractOut:
    """One firm's seats."""
    return _contract(contract_of(find_contract(actor, contract)))


@operation(f"GET {CONTRACT}/explain", Action.SEAT_READ, gives=Why)
def explain_seat_contract(actor: Actor, contract: str) -> Why:
    """Why so many seats are free."""
    return why(contract_of(find_contract(actor, contract)).free)


@operation(f"PUT {CONTRACT}/terms", Action.SEAT_OPEN, gives=ContractOut, body=TermsIn)
def put_seat_terms(actor: Actor, contract: str, body: TermsIn) -> ContractOut:
    """Another number of seats, or other days; never fewer than are given."""
    found = find_contract(actor, contract)
    set_terms(actor, found, body.terms())
    return _contract(contract_of(found))


@operation(f"GET {CONTRACT}/seats", Action.SEAT_READ, gives=SeatsOut)
def list_given_seats(actor: Actor, contract: str) -> SeatsOut:
    """Every seat that was ever given."""
    return SeatsOut(items=[_seat(line) for line in list_seats(find_contract(actor, contract))])


@operation(f"POST {CONTRACT}/seats", Action.SEAT_ASSIGN, gives=SeatOut, body=SeatIn, status=201)
def post_seat(actor: Actor, contract: str, body: SeatIn) -> SeatOut:
    """Give a seat to an employee, who gets a letter with the application form."""
    found = find_contract(actor, contract)
    return _one(nominate(actor, found, body.name, body.email, _site(found, body.site)))


@operation(f"POST {SEAT}/reassignment", Action.SEAT_ASSIGN, gives=SeatOut, body=SeatIn, status=201)
def post_reassignment(actor: Actor, seat: str, body: SeatIn) -> SeatOut:
    """Give a seat that nobody uses yet to somebody else."""
    found = find_seat(actor, seat)
    return _one(reassign_seat(actor, found, body.name, body.email, _site(contract_row(found), body.site)))


@operation(f"POST {SEAT}/revocation", Action.SEAT_ASSIGN, gives=SeatOut, body=ReasonIn)
def post_seat_revocation(actor: Actor, seat: str, body: ReasonIn) -> SeatOut:
    """Take back a seat that nobody uses yet."""
    found = find_seat(actor, seat)
    revoke_seat(actor, found, body.reason)
    return _one(found)


@operation(f"POST {SEAT}/letters", Action.SEAT_ASSIGN, gives=SeatOut)
def post_seat_letter(actor: Actor, seat: str) -> SeatOut:
    """Write the letter again; the old link is worth nothing from now on."""
    return _one(send_seat_again(actor, find_seat(actor, seat)))


@operation(f"POST {SEAT}/endorsement", Action.APPLICATION_ENDORSE, gives=SeatOut, body=EndorsementIn)
def post_endorsement(actor: Actor, seat: str, body: EndorsementIn) -> SeatOut:
    """The employer's word on an applicant of one of its seats."""
    found = find_seat(actor, seat)
    endorse(
        actor,
        found,
        is_endorsed=body.is_endorsed,
        gives_time=body.gives_time,
        words=body.words,
        skills=levels_of(body.skills) if body.skills else None,
    )
    return _one(found)


@operation(f"POST {SEAT}/settlement", Action.SEAT_CONFIRM, gives=SeatOut, body=SettlementIn)
def post_settlement(actor: Actor, seat: str, body: SettlementIn) -> SeatOut:
    """Say whether somebody who is in the cohort already takes the firm's seat."""
    found = find_seat(actor, seat)
    settle_seat(actor, found, takes=body.takes, reason=body.reason)
    return _one(found)


@operation("GET /firms/<public_id:firm>/people", Action.FIRM_PEOPLE, gives=FirmPeopleOut)
def list_firm_people(actor: Actor, firm: str) -> FirmPeopleOut:
    """Who acts for your firm, or waits for the program."""
    return _people(find(actor, Action.FIRM_PEOPLE, Firm, firm))


@operation(
    "POST /firms/<public_id:firm>/people", Action.FIRM_PEOPLE, gives=FirmPeopleOut, body=FirmPersonIn, status=201
)
def post_firm_person(actor: Actor, firm: str, body: FirmPersonIn) -> FirmPeopleOut:
    """Name somebody to act for your firm; the program confirms finance and sponsors."""
    found = find(actor, Action.FIRM_PEOPLE, Firm, firm)
    spells = {spell.public_id: spell for spell, _ in employments_of(found)}
    if body.spell is not None and body.spell not in spells:
        raise NotFound()
    ask_appointment(actor, found, Relation(body.relation), body.name, body.email, spells.get(body.spell or ""))
    return _people(found)


@operation("POST /appointments/<public_id:appointment>/end", Action.FIRM_PEOPLE, gives=None, status=204)
def post_appointment_end(actor: Actor, appointment: str) -> Answer:
    """From now on this person does that no more."""
    end_appointment(actor, find_appointment(actor, appointment, Action.FIRM_PEOPLE))
    return Answer(None)


def _site(contract: SeatContract, public_id: str | None) -> Site | None:
    if public_id is None:
        return None
    found = next((site for site in sites_of(contract_of(contract).cohort) if site.public_id == public_id), None)
    if found is None:
        raise NotFound()
    return found


def _contract(held: Contract) -> ContractOut:
    return ContractOut(
        id=held.row.public_id,
        firm=held.firm.name,
        cohort=held.cohort.name,
        site=held.site.name if held.site else None,
        seats=held.terms.seats,
        free=held.free.value,
        from_day=held.terms.from_day,
        to_day=held.terms.to_day,
    )


def _one(seat: Seat) -> SeatOut:
    return _seat(seat_lines([seat])[0])


def _seat(line: SeatLine) -> SeatOut:
    return SeatOut(
        id=line.seat.public_id,
        name=line.seat.name,
        email=line.seat.email,
        step=line.step,
        letter=line.delivery.state,
        status=line.status.value if line.status else None,
        reason=line.reason,
        given_at=line.seat.created_at,
    )


def _people(firm: Firm) -> FirmPeopleOut:
    return FirmPeopleOut(
        items=[
            FirmPersonOut(
                name=one.person.name,
                email=one.person.email,
                relation=one.relation,
                employee=one.employee or None,
                since=one.since,
                invitation=one.delivery.state,
                appointment_id=one.appointment.public_id if one.appointment else None,
            )
            for one in people_of(firm)
        ]
    )
