"""Giving hours away is a deed of its own: each pack leaves an audit entry, that of a site asks for the password."""

from datetime import datetime

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.speak import Reader
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command
from lms.people.scope import unscoped
from lms.reports.hours.pack import Pack, pack_of
from lms.reports.hours.queries import students_of


@command(Action.HOURS_EXPORT)
def pack_student(actor: Actor, enrollment: Enrollment, as_of: datetime | None = None) -> Pack:
    """The audit pack of one student, as known at `as_of`."""
    owner = select(Person).where(Person.id == enrollment.person_id)
    person = session.scalars(unscoped(owner, "the owner of an enrollment found in scope")).one()
    name = f"hours {enrollment.public_id}.zip"
    return pack_of(name, [(enrollment, person)], cohort_of(enrollment), _reader(actor), as_of)


@command(Action.SITE_EXPORT)
def pack_cohort(actor: Actor, cohort: Cohort, as_of: datetime | None = None) -> Pack:
    """The audit pack of every student of the cohort whom `actor` may export. Raises NotFound if there is none."""
    people = students_of(actor, cohort, Action.SITE_EXPORT)
    if not people:
        raise NotFound(N_("There is no student in this cohort whose hours you may export."))
    return pack_of(f"hours {cohort.public_id}.zip", people, cohort, _reader(actor), as_of)


def _reader(actor: Actor) -> Reader:
    return Reader(actor.language, actor.zone)
