"""The same database every time: the named cast, and as many more students in Ada's section as asked for."""

from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from lms.app import create_app
from lms.config import Settings
from lms.hub.cohorts.models import Section
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement, Shift, Status, StatusChange, StatusReason
from lms.kernel.db import Base, db, session, transaction
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped
from tests.support import cast


def application(url: str, folder: Path) -> Flask:
    """The product on the database `url`, without its jobs."""
    return create_app(Settings(_env_file=None, database_url=url, data_dir=folder, scheduler=False))  # type: ignore[call-arg]


def seed(app: Flask, students: int) -> None:
    """Fill the empty database; `students` besides the cast."""
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction():
            cast.build()
            _add_students(students)
        session.remove()
        db.engine.dispose()


def _add_students(number: int) -> None:
    section = session.scalars(unscoped(select(Section).where(Section.name == "Lowell"), "seed")).one()
    firm = session.scalars(unscoped(select(Firm).where(Firm.name == "Acme"), "seed")).one()
    people = [Person(name=f"Student {n:04}", email=f"student{n:04}@example.org") for n in range(number)]
    session.add_all(people)
    session.flush()
    enrollments = [Enrollment(person_id=person.id, cohort_id=section.cohort_id) for person in people]
    session.add_all(enrollments)
    session.flush()
    for person, enrollment in zip(people, enrollments, strict=True):
        of = {"enrollment_id": enrollment.id, "recorded_at": cast.WROTE_AT}
        session.add_all(
            [
                StatusChange(**of, status=Status.ACTIVE, effective_on=cast.STARTS_ON, reason=StatusReason.START),
                Placement(**of, site_id=section.site_id, section_id=section.id, from_day=cast.STARTS_ON),
                EmploymentSpell(**of, firm_id=firm.id, shift=Shift.DAY, from_day=cast.STARTS_ON),
                GrantRow(
                    person_id=person.id,
                    relation=Relation.STUDENT,
                    place_id=enrollment.id,
                    from_day=date(2026, 8, 1),
                    granted_at=cast.WROTE_AT,
                ),
            ]
        )
    session.flush()
