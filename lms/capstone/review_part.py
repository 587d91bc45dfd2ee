"""What a progress review says of the student's capstone: how far the project is and which milestones are overdue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from lms.capstone.plans.models import Milestone
from lms.capstone.projects.models import Project, ProjectStep, TeamMember
from lms.capstone.projects.queries import steps_of
from lms.capstone.projects.words import STATES
from lms.hub.enrollment.models import Enrollment
from lms.hub.reviews.agenda import CAPSTONE
from lms.hub.reviews.queries.figures import review_source
from lms.hub.reviews.whys import SOURCE, Whys, explain_count
from lms.kernel.db import session
from lms.kernel.explain import Explained, Step
from lms.kernel.facts import known
from lms.kernel.text import N_, say
from lms.people.scope import day_of, unscoped, within

OVERDUE = N_("Milestones whose day is past and that are not done.")


@review_source(CAPSTONE)
def capstone_part(enrollment: Enrollment, moment: datetime) -> tuple[dict[str, Any], Whys]:
    """The newest project as known at `moment`; an empty state where there is none. At most four queries."""
    mine = within(known(select(TeamMember.project_id), TeamMember, moment), enrollment, on=TeamMember)
    statement = select(Project).where(Project.id.in_(mine)).order_by(Project.id.desc()).limit(1)
    project = session.scalars(unscoped(statement, "the project of an enrollment that was found")).first()
    steps = steps_of([project], moment)[project.id] if project is not None else []
    if project is None or not steps:
        return {"state": "", "overdue": 0}, {}
    late = within(select(Milestone), project).order_by(Milestone.due_on, Milestone.id)
    late = known(late, Milestone, moment).where(
        Milestone.is_removed.is_(False), Milestone.done_on.is_(None), Milestone.due_on < day_of(moment)
    )
    overdue = list(session.scalars(late))
    whys = {"state": _explain_state(steps)}
    if overdue:
        was_due = say(N_("A milestone was due"))
        whys["overdue"] = explain_count(
            ((was_due, row.due_on) for row in overdue), OVERDUE, [row.ref for row in overdue]
        )
    return {"state": str(steps[-1].state), "overdue": len(overdue)}, whys


def _explain_state(steps: Sequence[ProjectStep]) -> Explained[Any]:
    """How the project came to where it stands."""
    came = [Step(say(STATES[row.state]), row.effective_on) for row in steps]
    return Explained(
        say(STATES[steps[-1].state]),
        rule=say(N_("The last step of the newest project; each on the day on which it was true.")),
        source=say(SOURCE),
        facts=tuple(row.ref for row in steps),
        steps=(*came, Step(say(N_("It stands at")), say(STATES[steps[-1].state]))),
    )
