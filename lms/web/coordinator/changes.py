"""Everything that a coordinator writes into one student's life, each as a form with the command that it calls.

A form is offered where the state allows it at all; the rule behind the command has the last word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from lms.hub.cohorts.queries import list_sections
from lms.hub.enrollment import services
from lms.hub.enrollment.kinds import Format, LeaveKind, Payer, Shift, Status, StatusReason
from lms.hub.enrollment.rules import MAY_FOLLOW
from lms.hub.enrollment.rules.history import Stage
from lms.hub.enrollment.services.accommodations import Terms, end_accommodation, give_accommodation
from lms.hub.enrollment.services.history import correct_change, record_last_attendance, restore
from lms.hub.enrollment.services.leaves import move_return
from lms.hub.enrollment.services.moves import set_start
from lms.hub.standing.life import last_attendance_of
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_, say
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped
from lms.web.forms import ProductForm, choice
from lms.web.language import tell, told
from lms.web.life import forms
from lms.web.life.record import Life
from lms.web.savings.forms import given

Run = Callable[[Actor, Life, Any], object]
USUAL_BP, PERCENT = 10_000, 100


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do. made: the form with its choices. offered: whether the state allows it at all."""

    label: str
    icon: str
    action: Action
    made: Callable[[Actor, Life, dict[str, Any]], ProductForm]
    run: Run
    offered: Callable[[Life], bool]
    hint: str = ""
    is_grave: bool = False


def _always(_life: Life) -> bool:
    return True


def _firms() -> list[Firm]:
    """Every firm on record: a student may come to work for any of them. One query."""
    return list(session.scalars(unscoped(select(Firm).order_by(Firm.name), "a student may work for any firm")))


def _named(rows: list[Firm]) -> list[tuple[str, str]]:
    return [(row.public_id, row.name) for row in rows]


def _firm(public_id: str, field: str = "firm") -> Firm:
    firm = next((row for row in _firms() if row.public_id == public_id), None)
    if firm is None:
        raise RuleBroken(N_("Choose a firm from the list."), field=field)
    return firm


def _status_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.StatusForm(**{"effective_on": life.day, **shown}).offer(life.last)


def _set_status(actor: Actor, life: Life, form: forms.StatusForm) -> object:
    status, reason = Status(form.status.data), StatusReason(form.reason.data)
    day, note = given(form.effective_on.data), form.note.data or ""
    return services.change_status(actor, life.enrollment, status, day, reason, note)


def _section_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    form = forms.SectionForm(**{"from_day": life.day, **shown})
    here = life.member.section.id if life.member.section else None
    sections = [row for row in list_sections(life.cohort) if row.id != here]
    form.section.choices = [choice(row.public_id, row.name) for row in sections]
    return form


def _move(actor: Actor, life: Life, form: forms.SectionForm) -> object:
    section = next(row for row in list_sections(life.cohort) if row.public_id == form.section.data)
    return services.place(actor, life.enrollment, section, given(form.from_day.data), form.note.data or "")


def _firm_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.FirmForm(**{"from_day": life.day, **shown}).offer(_named(_firms()))


def _employ(actor: Actor, life: Life, form: forms.FirmForm) -> object:
    return services.employ(
        actor,
        life.enrollment,
        _firm(form.firm.data),
        Shift(form.shift.data),
        given(form.from_day.data),
        supervisor=_person(form.supervisor.data or ""),
        pays_release_time=bool(form.pays_release_time.data),
        work_site=form.work_site.data or "",
        note=form.note.data or "",
    )


def _person(email: str) -> Person | None:
    if not email.strip():
        return None
    found = select(Person).where(Person.email == email.strip().lower())
    person = session.scalars(unscoped(found, "who signs at the firm is named by address")).first()
    if person is None:
        raise RuleBroken(N_("No account has this address. Invite the supervisor first."), field="supervisor")
    return person


def _end_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.EndForm(**{"last_day": life.day, **shown})


def _end_firm(actor: Actor, life: Life, form: forms.EndForm) -> object:
    return services.end_employment(actor, life.enrollment, given(form.last_day.data), form.note.data or "")


def _sponsor_form(_actor: Actor, _life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.SponsorForm(**shown).offer(_named(_firms()))


def _sponsor(actor: Actor, life: Life, form: forms.SponsorForm) -> object:
    return services.sponsor(
        actor,
        life.enrollment,
        Payer(form.payer.data),
        form.amount.data,
        form.amount.currency,
        _firm(form.firm.data) if form.firm.data else None,
        is_aid_condition=bool(form.is_aid_condition.data),
        terms=form.terms.data or "",
    )


def _unsponsor_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    form = forms.WhichForm(**shown)
    form.which.choices = [choice(one.row.public_id, tell(one.title)) for one in life.sponsorships]
    return form


def _unsponsor(actor: Actor, life: Life, form: forms.WhichForm) -> object:
    row = next(one.row for one in life.sponsorships if one.row.public_id == form.which.data)
    return services.end_sponsorship(actor, life.enrollment, row, form.note.data or "")


def _leave_form(_actor: Actor, _life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.LeaveForm(**shown).offer()


def _grant(actor: Actor, life: Life, form: forms.LeaveForm) -> object:
    kind = LeaveKind(form.kind.data)
    days = given(form.from_day.data), given(form.to_day.data)
    return services.grant_leave(actor, life.enrollment, kind, *days, form.note.data or "")


def _return_date_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    form = forms.ReturnDateForm(**shown)
    form.which.choices = [
        choice(row.public_id, tell(say(N_("%(first)s to %(last)s"), first=row.from_day, last=row.to_day)))
        for row in life.open_leaves
    ]
    return form


def _move_return(actor: Actor, life: Life, form: forms.ReturnDateForm) -> object:
    leave = next(row for row in life.open_leaves if row.public_id == form.which.data)
    return move_return(actor, life.enrollment, leave, given(form.to_day.data), form.reason.data or "")


def _withdrawal_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.WithdrawalForm(**{"last_day": life.day, **shown}).offer()


def _withdraw(actor: Actor, life: Life, form: forms.WithdrawalForm) -> object:
    reason, note = StatusReason(form.reason.data), form.note.data or ""
    services.withdraw(actor, life.enrollment, given(form.last_day.data), reason, note)
    attended = last_attendance_of(life.enrollment).value
    if attended is not None:
        record_last_attendance(actor, life.enrollment, attended, attended)
    return None


def _attendance_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.AttendanceForm(**{"day": last_attendance_of(life.enrollment).value, **shown})


def _attended(actor: Actor, life: Life, form: forms.AttendanceForm) -> object:
    computed = last_attendance_of(life.enrollment).value
    return record_last_attendance(actor, life.enrollment, given(form.day.data), computed, form.reason.data or "")


def _restoration_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.RestorationForm(**{"first_day": life.day, **shown})


def _restore(actor: Actor, life: Life, form: forms.RestorationForm) -> object:
    return restore(actor, life.enrollment, given(form.first_day.data), form.note.data or "")


def _accommodation_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.AccommodationForm(**{"from_day": life.day, **shown}).offer()


def _give(actor: Actor, life: Life, form: forms.AccommodationForm) -> object:
    terms = Terms(
        from_day=given(form.from_day.data),
        to_day=form.to_day.data,
        time_factor_bp=USUAL_BP + PERCENT * (form.extra_time.data or 0),
        extra_days=form.extra_days.data or 0,
        format=Format(form.format.data),
        format_note=form.format_note.data or "",
    )
    return give_accommodation(actor, life.enrollment, terms, form.note.data or "")


def _end_accommodation_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    form = forms.EndAccommodationForm(**{"last_day": life.day, **shown})
    titles = {event.row.public_id: event.title for event in life.events}
    form.which.choices = [choice(row.public_id, tell(titles[row.public_id])) for row in life.accommodations]
    return form


def _end_accommodation(actor: Actor, life: Life, form: forms.EndAccommodationForm) -> object:
    row = next(row for row in life.accommodations if row.public_id == form.which.data)
    return end_accommodation(actor, life.enrollment, row, given(form.last_day.data), form.note.data or "")


def _start_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    return forms.StartForm(**{"weeks": life.offset, **shown})


def _start(actor: Actor, life: Life, form: forms.StartForm) -> object:
    return set_start(actor, life.enrollment, given(form.weeks.data), form.note.data or "")


def _correction_form(_actor: Actor, life: Life, shown: dict[str, Any]) -> ProductForm:
    form = forms.CorrectionForm(**shown).offer()
    titles = {event.row.public_id: event.title for event in life.events}
    form.which.choices = [
        choice(row.public_id, f"{told(row.effective_on)}: {tell(titles[row.public_id])}") for row in life.changes
    ]
    return form


def _correct(actor: Actor, life: Life, form: forms.CorrectionForm) -> object:
    wrong = next(row for row in life.changes if row.public_id == form.which.data)
    right = None
    if form.status.data:
        day = form.effective_on.data or wrong.effective_on
        right = Stage(Status(form.status.data), day, StatusReason(form.reason.data))
    return correct_change(actor, life.enrollment, wrong, right, form.note.data or "")


def _may_advance(life: Life) -> bool:
    return bool(MAY_FOLLOW[life.last] - forms.BY_THEIR_OWN_FORM)


_MANAGE, _LEAVE, _ACCOMMODATE = Action.ENROLLMENT_MANAGE, Action.LEAVE_DECIDE, Action.ACCOMMODATION_DECIDE
CHANGES: Mapping[str, Change] = {
    "status": Change(N_("Change the status"), "chevron-right", _MANAGE, _status_form, _set_status, _may_advance),
    "section": Change(
        N_("Move to another section or site"), "globe", _MANAGE, _section_form, _move,
        lambda life: not life.has_ended,
    ),
    "firm": Change(
        N_("New employer, shift or supervisor"), "building", _MANAGE, _firm_form, _employ,
        lambda life: not life.has_ended,
        N_("The firm that the student leaves sees nothing more from that day on; the new one only what is from then."),
    ),
    "firm-end": Change(
        N_("Employment ends"), "building", _MANAGE, _end_form, _end_firm,
        lambda life: any(row.to_day is None for row in life.spells),
    ),
    "sponsorship": Change(N_("Who pays"), "dollar", _MANAGE, _sponsor_form, _sponsor, _always),
    "sponsorship-end": Change(
        N_("Somebody pays no longer"), "dollar", _MANAGE, _unsponsor_form, _unsponsor,
        lambda life: bool(life.sponsorships),
    ),
    "leave": Change(
        N_("Grant leave"), "calendar", _LEAVE, _leave_form, _grant, lambda life: life.last is Status.ACTIVE
    ),
    "return-date": Change(
        N_("Make a leave longer or shorter"), "calendar", _LEAVE, _return_date_form, _move_return,
        lambda life: bool(life.open_leaves),
    ),
    "start": Change(
        N_("Own start"), "flag", _MANAGE, _start_form, _start, lambda life: not life.has_ended,
        N_("Due dates and expected hours of this student count from their own first week."),
    ),
    "accommodation": Change(
        N_("Give an accommodation"), "key", _ACCOMMODATE, _accommodation_form, _give, lambda life: not life.has_ended,
        N_("It follows the student into all timed work and every due date. Peers and firms never see it."),
    ),
    "accommodation-end": Change(
        N_("End an accommodation"), "key", _ACCOMMODATE, _end_accommodation_form, _end_accommodation,
        lambda life: bool(life.accommodations),
    ),
    "withdrawal": Change(
        N_("Withdrawal"), "log-out", _MANAGE, _withdrawal_form, _withdraw, lambda life: life.is_studying,
        N_("What the student did stays, and stays theirs to see. The last date of attendance comes from evidence."),
        is_grave=True,
    ),
    "last-attendance": Change(
        N_("Last date of attendance"), "calendar", _MANAGE, _attendance_form, _attended, lambda life: life.has_ended
    ),
    "restoration": Change(
        N_("Take the student back"), "undo", _MANAGE, _restoration_form, _restore,
        lambda life: life.last in (Status.WITHDRAWN, Status.DISMISSED),
        N_("Everything that was theirs is theirs again. Nothing is expected of the days in between."),
    ),
    "correction": Change(
        N_("Correct a status"), "pencil", _MANAGE, _correction_form, _correct, lambda life: bool(life.changes),
        N_("The wrong entry stays readable in the history."),
    ),
}  # fmt: skip
