"""Taking a student back, and setting right what was entered wrongly. Each is a new row; what was said stays."""

from datetime import date

from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.models import Enrollment, LastAttendance, StatusChange
from lms.hub.enrollment.queries import changes_of
from lms.hub.enrollment.rules import STUDYING, latest
from lms.hub.enrollment.rules.attendance import check_last_attendance
from lms.hub.enrollment.rules.history import Stage, check_correction, check_restoration
from lms.hub.enrollment.services import add_status
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.anchors import forget_anchors
from lms.people.commands import command


@command(Action.ENROLLMENT_MANAGE)
def restore(actor: Actor, enrollment: Enrollment, first_day: date, note: str) -> StatusChange:
    """Take a student who left back, active from `first_day` on; all that was theirs is theirs. Raises RuleBroken.

    Nothing is expected of the days in between.
    """
    check_restoration(changes_of(enrollment)[enrollment.id], first_day, note)
    change = add_status(enrollment, Status.ACTIVE, first_day, StatusReason.RESTORED, note)
    notify(enrollment.person_id, "enrollment-changed", change.public_id)
    return change


@command(Action.ENROLLMENT_MANAGE)
def correct_change(
    actor: Actor, enrollment: Enrollment, wrong: StatusChange, right: Stage | None, note: str
) -> StatusChange:
    """Replace a change that was entered wrongly; right None takes it back. Raises RuleBroken, Conflict.

    The whole history has to be possible afterwards.
    """
    changes = changes_of(enrollment)[enrollment.id]
    if not any(change is wrong or change.id == wrong.id for change in changes):
        raise Conflict(N_("This change was corrected meanwhile. Reload the page."), yours=right)
    here = next(change for change in changes if change.id == wrong.id)
    stages = {change.id: Stage(change.status, change.effective_on, change.reason) for change in changes}
    check_correction(list(stages.values()), stages[here.id], right, note)
    row = StatusChange(
        enrollment_id=enrollment.id,
        status=right.status if right else here.status,
        effective_on=right.effective_on if right else here.effective_on,
        reason=(right.reason or here.reason) if right else StatusReason.MISTAKE,
        is_taken_back=right is None,
        supersedes_id=here.id,
    )
    session.add(row)
    keep(row, note=note.strip())
    forget_anchors()
    notify(enrollment.person_id, "enrollment-changed", row.public_id)
    return row


@command(Action.ENROLLMENT_MANAGE)
def record_last_attendance(
    actor: Actor, enrollment: Enrollment, day: date, computed: date | None, reason: str = ""
) -> LastAttendance:
    """The last date of attendance of a student who left. computed: what the evidence says. Raises RuleBroken."""
    if latest(changes_of(enrollment)[enrollment.id]) in STUDYING:
        raise RuleBroken(N_("This student is still here. Record the withdrawal first."), field="day")
    check_last_attendance(day, computed, local_day(acting_at(), actor.zone), reason)
    row = LastAttendance(enrollment_id=enrollment.id, day=day, is_computed=day == computed)
    session.add(row)
    keep(row, reason=reason.strip())
    return row
