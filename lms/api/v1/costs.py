"""What finance and the program enter on the investment side: costs, tuition, wages, hourly rates, counted hours."""

from datetime import date

from pydantic import Field

from lms.api.finding import find
from lms.api.kit import operation
from lms.api.shapes import Amount, Day, Prose, PublicId, Shape
from lms.api.v1.claims import RequestKey
from lms.api.v1.lines import PostingOut, posting_out
from lms.api.v1.portfolio import FIRM
from lms.api.v1.projects import PROJECT
from lms.capstone.employees import find_employee
from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.lines.services import count_hours, set_rate
from lms.capstone.projects.queries import find_project
from lms.capstone.savings.services.costs import post_cost, post_tuition, post_wages
from lms.people.access import Action, Actor
from lms.people.orgs.models import Firm


class NewCost(Shape):
    """One cost of the project, in its currency; negative only for an incentive. `day`: when it arose.

    `request_key`: drawn by you; sent again, it gives the posting that it made before.
    """

    kind: CostKind
    payer: Payer
    amount: Amount
    day: Day
    note: Prose = ""
    request_key: RequestKey | None = None


class Through(Shape):
    """Up to and with which day; only whole weeks are posted."""

    through: Day


class NewRate(Shape):
    """What an hour costs the firm, loaded, from a day on; one blended rate unless `enrollment` names a student."""

    rate: Amount
    effective_on: Day
    enrollment: PublicId | None = None


class NewCount(Shape):
    """The firm's own count of one student's paid minutes in the week that starts on `monday`."""

    enrollment: PublicId
    monday: Day
    minutes: int = Field(ge=-(10**6), le=10**6, description="Whole minutes, 0 to 10080.")


class PostingsOut(Shape):
    """What was posted; empty where everything stood on the ledger already."""

    items: list[PostingOut]


class RateOut(Shape):
    """A rate card."""

    id: str
    effective_on: date


class CountOut(Shape):
    """A count that replaces the week's earlier one."""

    id: str
    monday: date
    minutes: int


@operation(f"POST {PROJECT}/costs", Action.COST_POST, gives=PostingOut, body=NewCost, status=201)
def enter_cost(actor: Actor, project: str, body: NewCost) -> PostingOut:
    """Finance posts one cost."""
    found = find_project(actor, project)
    amount = body.amount.minor_in(found.currency, "amount")
    made = post_cost(
        actor, found, body.kind, body.payer, amount, body.day, note=body.note, request_key=body.request_key
    )
    return posting_out(made)


@operation(f"POST {PROJECT}/tuition", Action.TUITION_POST, gives=PostingsOut)
def enter_tuition(actor: Actor, project: str) -> PostingsOut:
    """The office posts what the sponsorships of the team say was paid for tuition, as far as it is not posted yet."""
    return PostingsOut(items=[posting_out(made) for made in post_tuition(actor, find_project(actor, project))])


@operation(f"POST {PROJECT}/wages", Action.COST_POST, gives=PostingsOut, body=Through)
def enter_wages(actor: Actor, project: str, body: Through) -> PostingsOut:
    """Finance posts the wages of paid hours in whole weeks up to a day, as far as they are not posted yet."""
    made = post_wages(actor, find_project(actor, project), body.through)
    return PostingsOut(items=[posting_out(made)] if made else [])


@operation(f"POST {FIRM}/rates", Action.RATE_SET, gives=RateOut, body=NewRate, status=201)
def enter_rate(actor: Actor, firm: str, body: NewRate) -> RateOut:
    """Finance says what an hour costs. Nobody else ever sees it; weeks that were posted stay."""
    found = find(actor, Action.RATE_SET, Firm, firm)
    employee = find_employee(actor, body.enrollment, Action.RATE_SET).enrollment if body.enrollment else None
    made = set_rate(actor, found, body.rate.minor_in(found.currency, "rate"), body.effective_on, employee)
    return RateOut(id=made.public_id, effective_on=made.effective_on)


@operation(f"POST {FIRM}/counted-hours", Action.RATE_SET, gives=CountOut, body=NewCount, status=201)
def enter_count(actor: Actor, firm: str, body: NewCount) -> CountOut:
    """Finance counts paid hours itself; counting a week again replaces it."""
    found = find(actor, Action.RATE_SET, Firm, firm)
    employee = find_employee(actor, body.enrollment, Action.RATE_SET)
    made = count_hours(actor, found, employee.enrollment, body.monday, body.minutes)
    return CountOut(id=made.public_id, monday=made.monday, minutes=made.minutes)
