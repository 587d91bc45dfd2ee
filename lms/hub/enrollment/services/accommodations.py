"""What a student is given so that they can show what they know: decided by the coordinator, private to the student."""

from dataclasses import dataclass
from datetime import date

from lms.hub.enrollment.kinds import Format
from lms.hub.enrollment.models import Accommodation, Enrollment
from lms.hub.enrollment.queries import standing
from lms.hub.enrollment.rules import check_stretch
from lms.hub.enrollment.rules.accommodations import USUAL_BP, check_accommodation
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command


@dataclass(frozen=True, slots=True)
class Terms:
    """What is given. time_factor_bp: of timed work. format_note: says what a form means, for who teaches."""

    from_day: date
    to_day: date | None = None
    time_factor_bp: int = USUAL_BP
    extra_days: int = 0
    format: Format = Format.USUAL
    format_note: str = ""


@command(Action.ACCOMMODATION_DECIDE)
def give_accommodation(actor: Actor, enrollment: Enrollment, terms: Terms, note: str) -> Accommodation:
    """Give it from a day on; it follows the student into all timed work and every due date. Raises RuleBroken.

    note: on what it rests; only the coordinators of the site and the student read it.
    """
    check_accommodation(terms.time_factor_bp, terms.extra_days, terms.format, terms.from_day, terms.to_day, note)
    row = Accommodation(
        enrollment_id=enrollment.id,
        time_factor_bp=terms.time_factor_bp,
        extra_days=terms.extra_days,
        format=terms.format,
        from_day=terms.from_day,
        to_day=terms.to_day,
    )
    session.add(row)
    keep(row, note=note.strip(), format_note=terms.format_note.strip())
    notify(enrollment.person_id, "enrollment-changed", row.public_id)
    return row


@command(Action.ACCOMMODATION_DECIDE)
def end_accommodation(
    actor: Actor, enrollment: Enrollment, given: Accommodation, last_day: date, note: str
) -> Accommodation:
    """The last day on which it holds; a day before its first takes it back altogether. Raises RuleBroken, Conflict."""
    if not any(row.id == given.id and not row.is_lifted for row in standing(Accommodation, enrollment)):
        raise Conflict(N_("This was changed meanwhile. Reload the page."), yours=given)
    if not note.strip():
        raise RuleBroken(N_("Say the reason in a few words; it stays with the student's record."), field="note")
    is_lifted = last_day < given.from_day
    if not is_lifted:
        check_stretch(given.from_day, last_day)
    row = Accommodation(
        enrollment_id=enrollment.id,
        time_factor_bp=given.time_factor_bp,
        extra_days=given.extra_days,
        format=given.format,
        from_day=given.from_day,
        to_day=given.to_day if is_lifted else last_day,
        is_lifted=is_lifted,
        supersedes_id=given.id,
    )
    session.add(row)
    keep(row, note=note.strip())
    notify(enrollment.person_id, "enrollment-changed", row.public_id)
    return row
