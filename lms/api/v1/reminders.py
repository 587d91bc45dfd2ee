"""Who of a cohort gets which reminder of the week's hours, when and why."""

from datetime import date, datetime

from lms.api.kit import operation
from lms.api.shapes import Shape
from lms.hub.cohorts.queries import find_cohort
from lms.hub.hours.queries.reminders import Foreseen, foresee
from lms.hub.hours.rules.reminders import OUTCOME_NAMES
from lms.people.access import Action, Actor
from lms.web.language import tell


class ReminderOut(Shape):
    """One rung for one student.

    `rung`: thursday, sunday, tuesday or wednesday. `outcome`: reminded, logged, handed_in, nothing_expected, away or
    not_studying; `why` says it in words. `is_judged`: it is past; else what it would be if nothing changed.
    `leaves_at`: when its mail leaves; null where none does.
    """

    enrollment_id: str
    student: str
    monday: date
    rung: str
    due_at: datetime
    zone: str
    outcome: str
    why: str
    is_judged: bool
    wants_mail: bool
    leaves_at: datetime | None


class RemindersOut(Shape):
    """Of the last and the next seven days, in their order."""

    items: list[ReminderOut]


@operation("GET /cohorts/<public_id:cohort>/reminders", Action.COHORT_BOARD, gives=RemindersOut)
def list_reminders(actor: Actor, cohort: str) -> RemindersOut:
    """Reminders that went out, and those to come as things stand now, of your students in the cohort."""
    return RemindersOut(items=[_out(one) for one in foresee(actor, find_cohort(actor, cohort))])


def _out(one: Foreseen) -> ReminderOut:
    return ReminderOut(
        enrollment_id=one.enrollment.public_id,
        student=one.student,
        monday=one.due.monday,
        rung=one.due.rung.value,
        due_at=one.due.at,
        zone=one.zone,
        outcome=one.outcome.value,
        why=tell(OUTCOME_NAMES[one.outcome]),
        is_judged=one.is_judged,
        wants_mail=one.wants_mail,
        leaves_at=one.leaves_at,
    )
