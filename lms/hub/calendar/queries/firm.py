"""What a firm may see of its employees' schedule: sessions, of those who agreed that it sees their attendance.

Every reading is logged for the student, as that of any other record.
"""

from dataclasses import replace

from sqlalchemy import select

from lms.hub.calendar.queries.agenda import NAMED, session_item
from lms.hub.calendar.rules.items import Item, Window, in_order
from lms.hub.cohorts.meetings import meetings_of
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import EmploymentSpell, Enrollment, Placement
from lms.hub.enrollment.queries import grouped, standing
from lms.hub.enrollment.rules import holds_on
from lms.hub.hours.queries.situation import situations_of
from lms.kernel.db import session
from lms.kernel.facts import known, runs_on
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.consent.models import RecordType
from lms.people.consent.services import disclose_many
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, scoped, unscoped

Employee = tuple[Enrollment, Person, Firm, int]


def employees_of(actor: Actor) -> list[Employee]:
    """Everybody who works today where the actor may see it: with the firm, and the program's number. One query."""
    statement = (
        known(select(Enrollment, Person, Firm, Cohort.program_id), EmploymentSpell, None)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .join(EmploymentSpell, EmploymentSpell.enrollment_id == Enrollment.id)
        .join(Firm, Firm.id == EmploymentSpell.firm_id)
        .where(runs_on(EmploymentSpell, policy_day()))
        .order_by(Person.name, Enrollment.id)
    )
    rows = session.execute(scoped(statement, actor, Action.EMPLOYEE_READ, on=Enrollment))
    return [(enrollment, person, firm, program_id) for enrollment, person, firm, program_id in rows]


def firm_items(actor: Actor, window: Window, page: str) -> tuple[list[Item], int]:
    """The sessions of those who agreed, each reading logged as `page`, and how many employees did not agree.

    Needs a writing transaction. Eight queries and two for each firm.
    """
    people = employees_of(actor)
    agreed = _agreed(actor, people, page)
    shown = [one for one in people if one[0].id in agreed]
    if not shown:
        return [], len(people)
    enrollments = [enrollment for enrollment, _, _, _ in shown]
    placements, situations = grouped(standing(Placement, enrollments)), situations_of(enrollments)
    numbers = {row.section_id for rows in placements.values() for row in rows}
    sections = session.scalars(unscoped(select(Section).where(Section.id.in_(numbers)), NAMED)).all()
    items = []
    for meeting in meetings_of(sections, window.first, window.last):
        for enrollment, person, _, _ in shown:
            here = any(
                row.section_id == meeting.section_id and holds_on(row, meeting.day)
                for row in placements.get(enrollment.id, ())
            )
            place = situations[enrollment.id]
            if here and place.first is not None and place.first <= meeting.day <= place.last:
                item = session_item(meeting)
                items.append(replace(item, uid=f"{item.uid}-{enrollment.public_id}", who=person.name))
    return in_order(items), len(people) - len(shown)


def _agreed(actor: Actor, people: list[Employee], page: str) -> frozenset[int]:
    found: set[int] = set()
    for firm in {firm.id: firm for _, _, firm, _ in people}.values():
        rows = [enrollment for enrollment, _, one, _ in people if one.id == firm.id]
        programs = {enrollment.id: program_id for enrollment, _, _, program_id in people}
        found |= set(disclose_many(actor, firm, rows, RecordType.ATTENDANCE, page, programs))
    return frozenset(found)
