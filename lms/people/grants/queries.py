"""Who is signed in, and the grants that hold now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from lms.kernel.columns import Day, UtcDateTime
from lms.kernel.db import Base, session
from lms.kernel.errors import NotAllowed, NotFound
from lms.kernel.facts import runs_on
from lms.kernel.paging import Page, page_of
from lms.people.access import Action, Actor, Grant, Relation, may_at_all
from lms.people.accounts.models import Person, SignIn
from lms.people.accounts.tokens import sha256_of
from lms.people.grants.models import GrantRow
from lms.people.scope import plain, unscoped


def grants_of(person_id: int, day: date) -> frozenset[Grant]:
    """What `person_id` holds on `day`, themselves included. One query."""
    return _grants(person_id, session.execute(_held(), {"person_id": person_id, "day": day}))


@dataclass(frozen=True, slots=True)
class Whose:
    """The person of a session, as every page needs them. id: row number."""

    id: int
    public_id: str
    name: str
    email: str
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that counts, and what its person holds. id: row number of the session; instants in UTC."""

    id: int
    last_seen_at: datetime
    fresh_until: datetime
    person: Whose
    grants: frozenset[Grant]


def find_session(secret: str, moment: datetime, day: date) -> LiveSession | None:
    """The live session of this secret, with what its person holds on `day`; None if it ended. One query."""
    rows = plain(_live_session(), token=sha256_of(secret), moment=moment, day=day)
    if not rows:
        return None
    session_id, last_seen_at, fresh_until, *person = rows[0][:-GRANT_COLUMNS]
    whose = Whose(*person)
    held = [row[-GRANT_COLUMNS:] for row in rows if row.relation is not None]
    return LiveSession(session_id, last_seen_at, fresh_until, whose, _grants(whose.id, held))


GRANT_COLUMNS = 3  # the last ones of `_live_session`


def sign_in_row(live: LiveSession) -> SignIn:
    """The row of a live session, for what changes it. One query."""
    return session.scalars(unscoped(select(SignIn).where(SignIn.id == live.id), "who is signed in")).one()


def _grants(person_id: int, rows: Iterable[Sequence[Any]]) -> frozenset[Grant]:
    return frozenset({Grant(Relation.SELF, person_id), *(Grant(*row) for row in rows)})


@cache
def _held() -> Select[Relation, int, int | None]:
    held = select(GrantRow.relation, GrantRow.place_id, GrantRow.cohort_id)
    return held.where(GrantRow.person_id == bindparam("person_id"), _is_now())


@cache
def _live_session() -> Select[*tuple[Any, ...]]:
    moment = bindparam("moment", type_=UtcDateTime)
    statement = (
        select(SignIn.id, SignIn.last_seen_at, SignIn.fresh_until)
        .add_columns(Person.id, Person.public_id, Person.name, Person.email, Person.language, Person.zone)
        .add_columns(GrantRow.relation, GrantRow.place_id, GrantRow.cohort_id)
        .join(Person, Person.id == SignIn.person_id)
        .outerjoin(GrantRow, (GrantRow.person_id == Person.id) & _is_now())
        .where(SignIn.token_sha256 == bindparam("token"), SignIn.idle_until > moment, SignIn.expires_at > moment)
        .where(Person.is_active)
    )
    return unscoped(statement, "who is signed in")


def _is_now() -> ColumnElement[bool]:
    return runs_on(GrantRow, bindparam("day", type_=Day))


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


def holders_of(places: Iterable[Base], relation: Relation, day: date) -> dict[int, list[tuple[GrantRow, Person]]]:
    """Who holds `relation` on `day` or later over places that were found in scope, by place and name. One query."""
    numbers = [place.id for place in places]  # type: ignore[attr-defined]  # every place is a table with a row number
    lasting = or_(GrantRow.to_day.is_(None), GrantRow.to_day >= day)
    statement = (
        select(GrantRow, Person)
        .join(Person, Person.id == GrantRow.person_id)
        .where(GrantRow.relation == relation, GrantRow.place_id.in_(numbers), lasting)
        .order_by(Person.name, GrantRow.id)
    )
    found: dict[int, list[tuple[GrantRow, Person]]] = {}
    for grant, person in session.execute(unscoped(statement, "who holds places that were found in scope")):
        found.setdefault(grant.place_id, []).append((grant, person))
    return found
