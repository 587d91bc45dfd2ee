"""The grants that hold now."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, or_, select

from lms.kernel.db import session
from lms.kernel.errors import NotAllowed, NotFound
from lms.kernel.facts import runs_on
from lms.kernel.paging import Page, page_of
from lms.people.access import Action, Actor, Grant, Relation, may_at_all
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.scope import unscoped


def grants_of(person_id: int, day: date) -> frozenset[Grant]:
    """What `person_id` holds on `day`, themselves included. One query."""
    rows = session.execute(
        select(GrantRow.relation, GrantRow.place_id, GrantRow.cohort_id).where(
            GrantRow.person_id == person_id, runs_on(GrantRow, day)
        )
    )
    held = {Grant(relation, place_id, cohort_id) for relation, place_id, cohort_id in rows}
    return frozenset(held | {Grant(Relation.SELF, person_id)})


def list_accounts(actor: Actor, search: str = "", after: str | None = None) -> Page[Person]:
    """Accounts by name; search: part of a name or an address. Raises NotAllowed. One query.

    Whoever may read grants reads all accounts: who may do what is not a matter of one site.
    """
    _require_at_all(actor, Action.GRANT_READ)
    statement = select(Person)
    if search.strip():
        part = search.strip().lower()
        named = func.lower(Person.name).contains(part, autoescape=True)
        statement = statement.where(or_(named, Person.email.contains(part, autoescape=True)))
    everybody = unscoped(statement, "who may read grants reads whose they are")
    return page_of(everybody, (Person.name.asc(), Person.id.asc()), after)


def grants_by_person(actor: Actor, people: Iterable[Person]) -> dict[int, list[GrantRow]]:
    """Every grant of `people`, past ones too, newest first. Raises NotAllowed. One query."""
    _require_at_all(actor, Action.GRANT_READ)
    found: dict[int, list[GrantRow]] = {person.id: [] for person in people}
    rows = select(GrantRow).where(GrantRow.person_id.in_(found)).order_by(GrantRow.from_day.desc(), GrantRow.id.desc())
    for row in session.scalars(rows):
        found[row.person_id].append(row)
    return found


def find_account(actor: Actor, public_id: str) -> Person:
    """One account. Raises NotAllowed and NotFound. One query."""
    _require_at_all(actor, Action.GRANT_READ)
    statement = select(Person).where(Person.public_id == public_id)
    person = session.scalar(unscoped(statement, "who may read grants reads whose they are"))
    if person is None:
        raise NotFound()
    return person


def _require_at_all(actor: Actor, action: Action) -> None:
    if not may_at_all(actor, action):
        raise NotAllowed()
