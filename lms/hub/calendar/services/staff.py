"""Who teaches and assesses a section, from when to when; a substitute stands in for somebody until a last day."""

from datetime import date, timedelta

from sqlalchemy import select

from lms.hub.cohorts.models import Section
from lms.hub.enrollment.models import Enrollment, Placement
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.grants.models import GrantRow
from lms.people.grants.services import hold
from lms.people.scope import within

STAFF = (Relation.INSTRUCTOR, Relation.ASSESSOR)


@command(Action.STAFF_APPOINT)
def appoint_staff(
    actor: Actor,
    section: Section,
    person: Person,
    relation: Relation,
    from_day: date,
    to_day: date | None = None,
    stands_in_for: Person | None = None,
) -> GrantRow:
    """`person` teaches or assesses `section` from `from_day` to `to_day`, both included, or until further notice.

    stands_in_for: whom a substitute replaces; a substitute needs a last day. Raises RuleBroken.
    """
    if relation not in STAFF:
        raise RuleBroken(N_("Choose instructor or assessor."), field="relation")
    if to_day is not None and to_day < from_day:
        raise RuleBroken(N_("The last day is before the first. Check both."), field="to_day")
    if stands_in_for is not None and to_day is None:
        raise RuleBroken(N_("A substitute needs a last day."), field="to_day")
    if stands_in_for is not None and stands_in_for.id == person.id:
        raise RuleBroken(N_("Nobody stands in for themselves."), field="stands_in_for")
    _check_no_student(section, person)
    _check_free(section, person, relation, from_day, to_day)
    row = hold(person.id, relation, section.id, from_day, to_day)
    row.stands_in_for_id = stands_in_for.id if stands_in_for else None
    return row


def _check_no_student(section: Section, person: Person) -> None:
    statement = select(Enrollment.id).join(Placement, Placement.enrollment_id == Enrollment.id)
    statement = statement.where(Enrollment.person_id == person.id, stands(Placement))
    if session.scalar(within(statement, section, on=Placement)) is not None:
        raise RuleBroken(N_("%(name)s studies in this section and cannot teach it."), field="email", name=person.name)


def _check_free(section: Section, person: Person, relation: Relation, from_day: date, to_day: date | None) -> None:
    held = select(GrantRow).where(
        GrantRow.person_id == person.id, GrantRow.relation == relation, GrantRow.place_id == section.id
    )
    for row in session.scalars(held):
        if row.from_day <= (to_day or date.max) and from_day <= (row.to_day or date.max):
            message = N_("%(name)s holds this already, from %(day)s. End that first.")
            raise RuleBroken(message, field="email", name=person.name, day=row.from_day)


@command(Action.STAFF_APPOINT)
def dismiss_staff(actor: Actor, section: Section, grant: GrantRow, last_day: date) -> GrantRow:
    """It ends after `last_day`, never later than planned; a day before its first takes it back altogether."""
    if grant.relation not in STAFF or grant.place_id != section.id:
        raise RuleBroken(N_("This appointment belongs to another section."))
    if grant.to_day is not None and grant.to_day <= last_day:
        raise Conflict(N_("This appointment ends on that day or earlier already."))
    grant.to_day = max(last_day, grant.from_day - timedelta(days=1))
    return grant
