"""Mentors of students, and students of mentors."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from lms.capstone.mentors.models import Mentorship
from lms.capstone.projects.models import Project, TeamMember
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.enrollment.queries import cohort_of
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known, runs_on, stands
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.grants.models import GrantRow
from lms.people.scope import policy_day, scoped, unscoped, within


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentorship with the mentor's name."""

    row: Mentorship
    name: str


def mentors_of(enrollments: Sequence[Enrollment]) -> dict[int, list[Mentor]]:
    """Who is and was the mentor of students who were found, the first first, by row number. One query."""
    statement = (
        select(Mentorship, Person.name)
        .join(Person, Person.id == Mentorship.mentor_id)
        .where(stands(Mentorship))
        .order_by(Mentorship.from_day, Mentorship.id)
    )
    found: dict[int, list[Mentor]] = defaultdict(list)
    for row, name in session.execute(within(statement, enrollments, on=Mentorship)):
        found[row.enrollment_id].append(Mentor(row, name))
    return found


def mentorships_of(mentor: Person) -> list[Mentorship]:
    """Every mentorship of a person, anywhere: their load is one. One query."""
    statement = select(Mentorship).where(Mentorship.mentor_id == mentor.id, stands(Mentorship))
    return list(session.scalars(unscoped(statement, "how many students a mentor has, whoever asks")))


def judging_relations(mentor: Person, enrollment: Enrollment) -> set[Relation]:
    """What `mentor` holds today over the firms of a student who was found, or over the program. Three queries."""
    firms = set(
        session.scalars(
            within(known(select(EmploymentSpell.firm_id), EmploymentSpell, None), enrollment, on=EmploymentSpell)
        )
    )
    program = cohort_of(enrollment).program_id
    rows = session.execute(
        select(GrantRow.relation, GrantRow.place_id).where(
            GrantRow.person_id == mentor.id, runs_on(GrantRow, policy_day())
        )
    )
    return {
        relation
        for relation, place in rows
        if (relation is Relation.FINANCE and place in firms) or (relation is Relation.REVIEWER and place == program)
    }


def mentors_of_team(project: Project) -> set[int]:
    """The row numbers of everybody who is or was a mentor of somebody of a team that was found. One query."""
    team = known(select(TeamMember.enrollment_id), TeamMember, None).where(TeamMember.project_id == project.id)
    statement = select(Mentorship.mentor_id).where(Mentorship.enrollment_id.in_(team), stands(Mentorship))
    return set(session.scalars(unscoped(statement, "whether who judges a project is a mentor of its team")))


def find_mentorship(actor: Actor, public_id: str) -> Mentorship:
    """One that stands. Raises NotFound. One query."""
    statement = select(Mentorship).where(Mentorship.public_id == public_id, stands(Mentorship))
    found = session.scalar(scoped(statement, actor, Action.MENTOR_ASSIGN))
    if found is None:
        raise NotFound()
    return found
