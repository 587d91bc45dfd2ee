"""A firm's enrollments by where they are in their life, with what their parts of the savings come to.

Who left stays in: their cost and their part of what was saved stand in every sum (E16, E17).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lms.capstone.projects.models import Project
from lms.capstone.projects.queries import team_of
from lms.capstone.projects.rules import credit_of_team
from lms.capstone.queries import enrollments_of
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.queries import changes_of
from lms.hub.enrollment.rules import status_on
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The enrollments of one status. benefit_minor: their parts of the projects' savings, to the cent."""

    status: Status
    enrollments: int
    benefit_minor: int


def by_status(firm: Firm, benefits: Iterable[tuple[Project, int]]) -> list[StatusRow]:
    """Today's statuses in their order; the parts sum to the benefits that are given. Three queries, however many."""
    pairs = list(benefits)
    enrollments = enrollments_of(firm)
    changes, day = changes_of(enrollments), policy_day()
    status = {one.id: status_on(changes.get(one.id, ()), day) or Status.APPLIED for one in enrollments}
    team = team_of([project for project, _ in pairs])
    minor: dict[Status, int] = dict.fromkeys(Status, 0)
    for project, benefit in pairs:
        shares = {member.row.enrollment_id: member.row.credit_bp for member in team[project.id]}
        for number, part in credit_of_team(benefit, shares).items():
            minor[status.get(number, Status.TRANSFERRED)] += part
    counts = {each: sum(1 for found in status.values() if found is each) for each in Status}
    return [StatusRow(each, counts[each], minor[each]) for each in Status if counts[each] or minor[each]]
