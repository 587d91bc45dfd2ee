"""The grants that hold now."""

from datetime import date

from sqlalchemy import select

from lms.kernel.db import session
from lms.kernel.facts import runs_on
from lms.people.access import Grant, Relation
from lms.people.grants.models import GrantRow


def grants_of(person_id: int, day: date) -> frozenset[Grant]:
    """What `person_id` holds on `day`, themselves included. One query."""
    rows = session.execute(
        select(GrantRow.relation, GrantRow.place_id, GrantRow.cohort_id).where(
            GrantRow.person_id == person_id, runs_on(GrantRow, day)
        )
    )
    held = {Grant(relation, place_id, cohort_id) for relation, place_id, cohort_id in rows}
    return frozenset(held | {Grant(Relation.SELF, person_id)})
