"""One student in one cohort: the spine from which hours, submissions and grades hang."""

from datetime import date

from sqlalchemy import Row, Select, select

from lms.api.finding import part_of
from lms.api.kit import operation
from lms.api.shapes import Paged, Shape
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.scope import scoped


class EnrollmentOut(Shape):
    """`zone`: in which the cohort's days and weeks are counted."""

    id: str
    student: str
    cohort_id: str
    cohort: str
    starts_on: date
    ends_on: date
    zone: str


class EnrollmentsOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[EnrollmentOut]
    next: str | None


Joined = tuple[Enrollment, Person, Cohort]


@operation("GET /enrollments", Action.ENROLLMENT_READ, gives=EnrollmentsOut, query=Paged)
def list_enrollments(actor: Actor, query: Paged) -> EnrollmentsOut:
    """The enrollments that you may see: your own, your section's, your site's."""
    readable = scoped(select(Enrollment), actor, Action.ENROLLMENT_READ)
    page = part_of(readable, Enrollment.id, query)
    wanted = [enrollment.id for enrollment in page.items]
    rows = session.execute(_joined(actor).where(Enrollment.id.in_(wanted)).order_by(Enrollment.id))
    return EnrollmentsOut(items=[_out(row) for row in rows], next=page.after)


@operation("GET /enrollments/<public_id:enrollment>", Action.ENROLLMENT_READ, gives=EnrollmentOut)
def get_enrollment(actor: Actor, enrollment: str) -> EnrollmentOut:
    """One enrollment."""
    row = session.execute(_joined(actor).where(Enrollment.public_id == enrollment)).one_or_none()
    if row is None:
        raise NotFound()
    return _out(row)


def _joined(actor: Actor) -> Select[*Joined]:
    joined = select(Enrollment, Person, Cohort).join(Person, Person.id == Enrollment.person_id).join(Cohort)
    return scoped(joined, actor, Action.ENROLLMENT_READ, on=Enrollment)


def _out(row: Row[*Joined]) -> EnrollmentOut:
    enrollment, person, cohort = row
    return EnrollmentOut(
        id=enrollment.public_id,
        student=person.name,
        cohort_id=cohort.public_id,
        cohort=cohort.name,
        starts_on=cohort.starts_on,
        ends_on=cohort.ends_on,
        zone=cohort.zone,
    )
