"""How grants reach projects and all that hangs from them, in SQL and row by row; the two halves must agree."""

from dataclasses import replace
from datetime import date

from sqlalchemy import Select, select

from lms.capstone.projects.models import Project, TeamMember
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.anchors import IN_FIRM, PROGRAM_WIDE, enrollments_places, enrollments_reached
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.people.access import Anchor, Grant, Relation
from lms.people.anchors import places_of
from lms.people.scope import policy_day, reach_of, unscoped


@reach_of("project")
def projects_reached(relation: Relation, grants: frozenset[Grant], day: date) -> Select[int] | None:
    """Projects of one's firm or program, that one coaches, or on which enrollments that one reaches work now."""
    ids = sorted(grant.place_id for grant in grants)
    if relation is Relation.COACH:
        return select(Project.id).where(Project.id.in_(ids))
    if relation in IN_FIRM:
        return select(Project.id).where(Project.firm_id.in_(ids))
    if relation in PROGRAM_WIDE:
        return select(Project.id).join(Cohort, Cohort.id == Project.cohort_id).where(Cohort.program_id.in_(ids))
    if relation is Relation.SUPERVISOR:
        return None
    reached = enrollments_reached(relation, grants, day)
    if reached is None:
        return None
    return select(TeamMember.project_id).where(
        TeamMember.enrollment_id.in_(reached), stands(TeamMember), runs_on(TeamMember, day)
    )


@places_of("project")
def project_places(project_id: int) -> Anchor:
    """A project hangs at itself, its firm, its program, and where its team hangs, but for the firms of the team.

    Three queries.
    """
    why = "where a project hangs"
    firm_id, program_id = session.execute(
        unscoped(
            select(Project.firm_id, Cohort.program_id)
            .join(Cohort, Cohort.id == Project.cohort_id)
            .where(Project.id == project_id),
            why,
        )
    ).one()
    team = select(TeamMember.enrollment_id).where(
        TeamMember.project_id == project_id, stands(TeamMember), runs_on(TeamMember, policy_day())
    )
    places = enrollments_places(session.scalars(unscoped(team, why)).all())
    return replace(
        places,
        projects=frozenset({project_id}),
        firms=frozenset({firm_id}),
        programs=frozenset({program_id}),
        spells=frozenset(),
    )
