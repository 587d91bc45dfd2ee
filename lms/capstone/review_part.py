"""What a progress review says of the student's capstone: how far the project is and which milestones are overdue."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from lms.capstone.plans.models import Milestone
from lms.capstone.projects.models import Project, TeamMember
from lms.capstone.projects.queries import steps_of
from lms.hub.enrollment.models import Enrollment
from lms.hub.reviews.agenda import CAPSTONE
from lms.hub.reviews.queries.figures import review_source
from lms.kernel.db import session
from lms.kernel.facts import known
from lms.people.scope import day_of, unscoped, within


@review_source(CAPSTONE)
def capstone_part(enrollment: Enrollment, moment: datetime) -> dict[str, Any]:
    """The newest project as known at `moment`; an empty state where there is none. At most four queries."""
    mine = within(known(select(TeamMember.project_id), TeamMember, moment), enrollment, on=TeamMember)
    statement = select(Project).where(Project.id.in_(mine)).order_by(Project.id.desc()).limit(1)
    project = session.scalars(unscoped(statement, "the project of an enrollment that was found")).first()
    steps = steps_of([project], moment)[project.id] if project is not None else []
    if project is None or not steps:
        return {"state": "", "overdue": 0}
    late = within(select(func.count(Milestone.id)), project, on=Milestone)
    late = known(late, Milestone, moment).where(
        Milestone.is_removed.is_(False), Milestone.done_on.is_(None), Milestone.due_on < day_of(moment)
    )
    return {"state": str(steps[-1].state), "overdue": session.scalar(late) or 0}
