"""A student gets a mentor from a day on, and the mentorship ends on a day. Both are facts."""

from datetime import date

from sqlalchemy import select

from lms.capstone.mentors.models import Mentorship
from lms.capstone.mentors.queries import judging_relations, mentorships_of
from lms.capstone.mentors.rules import check_mentor, load_on
from lms.hub.catalog.models import ProgramVersion
from lms.hub.catalog.policy import Policy
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.versions import version_of
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.commands import command


@command(Action.MENTOR_ASSIGN)
def assign_mentor(
    actor: Actor, enrollment: Enrollment, mentor: Person, from_day: date, to_day: date | None = None
) -> Mentorship:
    """`mentor` accompanies the student from a day on. Raises RuleBroken for a conflict, or with too many students."""
    others = mentorships_of(mentor)
    mine = [row for row in others if row.enrollment_id == enrollment.id]
    stored = select(ProgramVersion.policy).where(ProgramVersion.id == version_of(enrollment))
    check_mentor(
        from_day,
        to_day,
        others=others,
        cap=Policy.of(session.scalars(stored).one()).mentor_cap,
        is_self=mentor.id == enrollment.person_id,
        is_twice=load_on(mine, from_day, to_day) > 0,
        holds=judging_relations(mentor, enrollment),
    )
    row = Mentorship(enrollment_id=enrollment.id, mentor_id=mentor.id, from_day=from_day, to_day=to_day)
    session.add(row)
    session.flush()
    return row


@command(Action.MENTOR_ASSIGN)
def end_mentorship(actor: Actor, row: Mentorship, last_day: date) -> Mentorship:
    """It ends after `last_day`. Raises RuleBroken before its first day."""
    if last_day < row.from_day:
        raise RuleBroken(N_("It began on %(day)s. Choose that day or one after it."), field="day", day=row.from_day)
    ended = Mentorship(
        enrollment_id=row.enrollment_id,
        mentor_id=row.mentor_id,
        from_day=row.from_day,
        to_day=last_day,
        supersedes_id=row.id,
    )
    session.add(ended)
    session.flush()
    return ended
