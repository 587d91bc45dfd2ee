"""Who is to be told about an enrollment."""

from sqlalchemy import or_, select

from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.hub.enrollment.queries import placement_on, standing
from lms.hub.enrollment.rules import at_or_none
from lms.kernel.db import session
from lms.kernel.facts import runs_on
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from lms.people.scope import policy_day


def coordinators_of(enrollment: Enrollment) -> list[int]:
    """The row numbers of the people who coordinate the student's site today. Two statements."""
    place = placement_on(enrollment, policy_day())
    if place is None:
        return []
    held = select(GrantRow.person_id).where(
        GrantRow.relation == Relation.COORDINATOR,
        GrantRow.place_id == place.site_id,
        or_(GrantRow.cohort_id.is_(None), GrantRow.cohort_id == enrollment.cohort_id),
        runs_on(GrantRow, policy_day()),
    )
    return sorted(set(session.scalars(held)))


def signers_at_firm(enrollment: Enrollment) -> tuple[int | None, list[int]]:
    """The firm for which the student works today, and who may sign for it: supervisor and sponsors. Two statements."""
    spell = at_or_none(standing(EmploymentSpell, enrollment), policy_day())
    if spell is None:
        return None, []
    held = select(GrantRow.person_id).where(
        GrantRow.relation == Relation.SPONSOR, GrantRow.place_id == spell.firm_id, runs_on(GrantRow, policy_day())
    )
    people = set(session.scalars(held))
    return spell.firm_id, sorted(people | ({spell.supervisor_id} if spell.supervisor_id else set()))
