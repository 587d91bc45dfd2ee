"""Appointing and dismissing."""

from datetime import date, timedelta

from sqlalchemy import or_, select

from lms.kernel.acting import acting_person_id
from lms.kernel.db import Base, session
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.grants.models import GrantRow


def hold(
    person_id: int, relation: Relation, place_id: int, from_day: date, to_day: date | None, cohort_id: int | None = None
) -> GrantRow:
    """The bare grant, for commands that place a student or open a spell; they answer for the policy."""
    row = GrantRow(
        person_id=person_id,
        relation=relation,
        place_id=place_id,
        cohort_id=cohort_id,
        from_day=from_day,
        to_day=to_day,
        granted_by_id=acting_person_id(),
    )
    session.add(row)
    session.flush()
    return row


def end_held(relation: Relation, place_id: int, last_day: date) -> None:
    """End every grant of `relation` over a place after `last_day`, for commands that end the place itself."""
    held = select(GrantRow).where(GrantRow.relation == relation, GrantRow.place_id == place_id)
    for grant in session.scalars(held.where(or_(GrantRow.to_day.is_(None), GrantRow.to_day > last_day))):
        grant.to_day = max(last_day, grant.from_day - timedelta(days=1))


@command(Action.GRANT_APPOINT)
def appoint(
    actor: Actor,
    place: Base,
    person: Person,
    relation: Relation,
    from_day: date,
    to_day: date | None = None,
    cohort_id: int | None = None,
) -> GrantRow:
    """Give `person` the relation over `place` from `from_day` to `to_day` inclusive, or until further notice."""
    number: int = place.id  # type: ignore[attr-defined]  # every place is a table with a row number
    return hold(person.id, relation, number, from_day, to_day, cohort_id)


@command(Action.GRANT_APPOINT)
def dismiss(actor: Actor, place: Base, grant: GrantRow, last_day: date) -> GrantRow:
    """End a grant after `last_day`; a day before its first takes it back altogether."""
    grant.to_day = max(last_day, grant.from_day - timedelta(days=1))
    return grant
