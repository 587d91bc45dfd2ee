"""What a student's page shows of working together."""

from dataclasses import dataclass

from lms.hub.coursework.groups.queries import Group, group_of, invitations_to, list_free
from lms.hub.coursework.groups.rules import taken
from lms.hub.coursework.handing_in import members_open
from lms.hub.coursework.queries import Work
from lms.hub.enrollment.models import Enrollment
from lms.kernel.clock import now


@dataclass(frozen=True, slots=True)
class Together:
    """free: whom the student can invite."""

    group: Group | None
    invitations: list[Group]
    free: list[tuple[Enrollment, str]]


def together_on(work: Work) -> Together | None:
    """The student's group, invitations and whom they can invite; None where everybody works alone."""
    if work.activity.group_size < 2:
        return None
    group = group_of(work.enrollment, work.activity)
    invitations = [] if group or work.submissions else invitations_to(work.enrollment, work.activity)
    is_full = group is not None and taken(group.places) >= work.activity.group_size
    if work.submissions or is_full:
        return Together(group, invitations, [])
    asked = {mate.enrollment.id for mate in group.mates} if group else {work.enrollment.id}
    free = [(one, name) for one, name in list_free(work.section_id, work.activity) if one.id not in asked]
    return Together(group, invitations, free)


def handed_in_for(work: Work) -> tuple[list[str], list[str]]:
    """The names for whom the student's hand-in counts now, and those for whom the activity is closed."""
    group = group_of(work.enrollment, work.activity) if work.activity.group_size > 1 else None
    if group is None:
        return [], []
    is_open = {one.enrollment.id for one in members_open(group, work, now())}
    named = [(mate.enrollment.id in is_open, mate.name) for mate in group.members]
    return [name for held, name in named if held], [name for held, name in named if not held]
