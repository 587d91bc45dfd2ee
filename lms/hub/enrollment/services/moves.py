"""Moves that change the calendar of a student: an own start, and another cohort."""

from datetime import date, timedelta

from lms.hub.cohorts.models import Section
from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.models import (
    Accommodation,
    EmploymentSpell,
    Enrollment,
    Placement,
    Sponsorship,
    StartOffset,
)
from lms.hub.enrollment.queries import changes_of, has_enrollment, standing
from lms.hub.enrollment.rules import at_or_none, check_change, holds_on, latest
from lms.hub.enrollment.services import add_status, end_spells, plan_shared_courses
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep, prose_of
from lms.kernel.text import N_
from lms.messages.services import notify
from lms.people.access import Action, Actor, Relation, require
from lms.people.accounts.models import Person
from lms.people.anchors import anchor_of, forget_anchors
from lms.people.commands import command
from lms.people.grants.services import hold

ONE_DAY = timedelta(days=1)
MOST_WEEKS = 51
ARRIVES = (Status.APPLIED, Status.OFFERED, Status.ENROLLED, Status.ACTIVE)


@command(Action.ENROLLMENT_MANAGE)
def set_start(actor: Actor, enrollment: Enrollment, weeks: int, note: str) -> StartOffset:
    """The student's week 1 lies `weeks` after the cohort's: deadlines and hours count from there (H18, D34)."""
    if not 0 <= weeks <= MOST_WEEKS:
        raise RuleBroken(N_("Enter between 0 and %(most)s weeks."), field="weeks", most=MOST_WEEKS)
    if not note.strip():
        raise RuleBroken(N_("Say the reason in a few words; it stays with the student's record."), field="note")
    row = StartOffset(enrollment_id=enrollment.id, weeks=weeks)
    session.add(row)
    keep(row, note=note.strip())
    forget_anchors()
    notify(enrollment.person_id, "enrollment-changed", row.public_id)
    return row


@command(Action.ENROLLMENT_MANAGE)
def transfer_cohort(
    actor: Actor, enrollment: Enrollment, person: Person, section: Section, first_day: date, note: str
) -> Enrollment:
    """Leave this cohort for the one of `section` from `first_day` on: a new enrollment that points back (decision 2).

    Employment, sponsorships and accommodations go along; consents do not: the student signed them for this record.
    Raises RuleBroken, and NotAllowed where the actor may not take students into that section.
    """
    require(actor, Action.ENROLLMENT_APPLY, anchor_of(section))
    if section.cohort_id == enrollment.cohort_id:
        raise RuleBroken(
            N_("This section is in the same cohort. Move the student to another section."), field="section"
        )
    if has_enrollment(person, section.cohort_id):
        raise RuleBroken(N_("%(name)s is in this cohort already."), field="section", name=person.name)
    changes = changes_of(enrollment)[enrollment.id]
    check_change(changes, Status.TRANSFERRED, first_day, StatusReason.OTHER_COHORT, note)
    was_on_leave = latest(changes) is Status.ON_LEAVE
    add_status(enrollment, Status.TRANSFERRED, first_day, StatusReason.OTHER_COHORT, note)
    new = _open(enrollment, person, section, first_day, note)
    if was_on_leave:
        add_status(new, Status.ON_LEAVE, first_day, StatusReason.OTHER_COHORT, note)
    _take_along(enrollment, new, first_day)
    plan_shared_courses(new)
    notify(person.id, "enrollment-changed", new.public_id)
    return new


def _open(old: Enrollment, person: Person, section: Section, first_day: date, note: str) -> Enrollment:
    new = Enrollment(person_id=person.id, cohort_id=section.cohort_id, transferred_from_id=old.id)
    session.add(new)
    session.flush()
    for status in ARRIVES:
        add_status(new, status, first_day, StatusReason.OTHER_COHORT, note)
    session.add(Placement(enrollment_id=new.id, site_id=section.site_id, section_id=section.id, from_day=first_day))
    hold(person.id, Relation.STUDENT, new.id, first_day, None)
    return new


def _take_along(old: Enrollment, new: Enrollment, first_day: date) -> None:
    """Whoever employs and pays for the student goes on to, each with its own dated row on the new enrollment."""
    spell = at_or_none(standing(EmploymentSpell, old), first_day)
    end_spells(old, first_day - ONE_DAY)
    if spell is not None:
        _employ_on(new, spell, first_day)
    for row in standing(Sponsorship, old):
        if not row.is_ended:
            _copy(new, row, "payer", "firm_id", "amount_minor", "currency", "is_aid_condition")
    for given in standing(Accommodation, old):
        if not given.is_lifted and (given.to_day is None or holds_on(given, first_day)):
            copied = _copy(new, given, "time_factor_bp", "extra_days", "format", "from_day", "to_day")
            keep(copied, **{name: prose_of([given], name).get(given.public_id) for name in ("note", "format_note")})
    forget_anchors()


def _employ_on(new: Enrollment, spell: EmploymentSpell, first_day: date) -> None:
    going_on = EmploymentSpell(
        enrollment_id=new.id,
        firm_id=spell.firm_id,
        supervisor_id=spell.supervisor_id,
        shift=spell.shift,
        pays_release_time=spell.pays_release_time,
        from_day=first_day,
        to_day=spell.to_day,
    )
    session.add(going_on)
    session.flush()
    if spell.supervisor_id:
        hold(spell.supervisor_id, Relation.SUPERVISOR, going_on.id, first_day, spell.to_day)


def _copy(new: Enrollment, row: Sponsorship | Accommodation, *names: str) -> Sponsorship | Accommodation:
    copied = type(row)(enrollment_id=new.id, **{name: getattr(row, name) for name in names})
    session.add(copied)
    session.flush()
    return copied
