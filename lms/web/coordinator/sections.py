"""The sections of a cohort, and one section with its students, its staff and its sessions."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import Response
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.calendar.queries.sections import (
    find_appointment,
    find_section,
    find_site,
    own_sites,
    section_lines,
    staff_of,
    students_of,
)
from lms.hub.calendar.services.opening import check_authorized
from lms.hub.calendar.services.sessions import place_of, units_taught
from lms.hub.calendar.services.staff import appoint_staff, dismiss_staff
from lms.hub.cohorts.meetings import Meeting, meetings_of
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.queries import find_cohort
from lms.hub.cohorts.services import open_section
from lms.kernel.clock import now
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.services import person_by_email
from lms.people.scope import policy_day
from lms.web.coordinator import bp
from lms.web.coordinator.session_forms import SessionForm
from lms.web.downloads import csv_download
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next

ROLES = {Relation.INSTRUCTOR: N_("instructor"), Relation.ASSESSOR: N_("assessor")}
COLUMNS = ("starts_at", "ends_at", "zone", "unit", "course", "room", "stations", "minutes", "state")


class SectionForm(ProductForm):
    """A new section."""

    site = SelectField(N_("Site"), [InputRequired()], choices=[])
    name = StringField(N_("Name of the section"), [InputRequired()])


class StaffForm(ProductForm):
    """An appointment. stands_in_for: whom a substitute replaces."""

    email = StringField(N_("E-mail address of their account"), [InputRequired()])
    relation = RadioField(N_("As"), choices=[])
    from_day = DayField(N_("From"), [InputRequired()])
    to_day = DayField(N_("Last day"))
    stands_in_for = SelectField(N_("Stands in for"), choices=[])

    def offer(self, people: Sequence[Person]) -> "StaffForm":
        """Fill the choices. people: who teaches the section now."""
        self.relation.choices = [choice(relation.value, tell(name)) for relation, name in ROLES.items()]
        self.stands_in_for.choices = [choice("", "–"), *(choice(one.public_id, one.name) for one in people)]
        return self


@bp.get("/cohorts/<public_id:cohort_id>/sections")
@requires(Action.SECTION_MANAGE)
def sections(cohort_id: str) -> Response:
    actor = current_actor()
    return _list(actor, find_cohort(actor, cohort_id), SectionForm(formdata=None))


def _list(actor: Actor, cohort: Cohort, form: SectionForm, status: int = 200) -> Response:
    form.site.choices = [choice(site.public_id, site.name) for site in own_sites(actor, Action.SECTION_MANAGE)]
    lines, day = section_lines(actor, cohort), policy_day()
    return page("coordinator/sections.html", status, cohort=cohort, lines=lines, form=form, day=day, roles=ROLES)


@bp.post("/cohorts/<public_id:cohort_id>/sections")
@requires(Action.SECTION_MANAGE)
def add_section(cohort_id: str) -> Response:
    actor = current_actor()
    cohort, form = find_cohort(actor, cohort_id), SectionForm()
    form.site.choices = [choice(site.public_id, site.name) for site in own_sites(actor, Action.SECTION_MANAGE)]
    try:
        if form.validate():
            site = find_site(actor, form.site.data, Action.SECTION_MANAGE)
            check_authorized(site, cohort.starts_on, cohort.ends_on)
            made = open_section(actor, cohort, site, form.name.data or "")
            tell_next(N_("The section is there. Appoint who teaches it."))
            return redirect_to("coordinator.section", section_id=made.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _list(actor, cohort, form, 422)


@bp.get("/sections/<public_id:section_id>")
@requires(Action.SECTION_MANAGE)
def section(section_id: str) -> Response:
    actor = current_actor()
    return shown(find_section(actor, section_id, Action.SECTION_MANAGE))


def shown(
    found: Section,
    status: int = 200,
    *,
    staff_form: StaffForm | None = None,
    session_form: SessionForm | None = None,
    skipped: Sequence[object] = (),
) -> Response:
    """The page of one section, with whatever form was being filled in."""
    place, day = place_of(found), policy_day()
    staff = staff_of([found]).get(found.id, [])
    teaching = [line.person for line in staff if not line.is_over(day)]
    units = units_taught(place.cohort)
    if session_form is None:
        session_form = SessionForm(formdata=None, mode="weekly", day=day + timedelta(days=1))
    return page(
        "coordinator/section.html",
        status,
        section=found,
        place=place,
        day=day,
        moment=now(),
        students=students_of(found),
        staff=staff,
        meetings=meetings_of(found),
        roles=ROLES,
        staff_form=(staff_form or StaffForm(formdata=None, relation="instructor", from_day=day)).offer(teaching),
        session_form=session_form.offer(units),
        skipped=skipped,
    )


@bp.post("/sections/<public_id:section_id>/staff")
@requires(Action.STAFF_APPOINT, fresh=True)
def appoint(section_id: str) -> Response:
    actor = current_actor()
    found = find_section(actor, section_id, Action.STAFF_APPOINT)
    people = {line.person.public_id: line.person for line in staff_of([found]).get(found.id, ())}
    form = StaffForm().offer(list(people.values()))
    try:
        if form.validate() and form.from_day.data:
            person = person_by_email(form.email.data or "")
            if person is None or not person.is_active:
                raise RuleBroken(
                    N_("There is no account with this address. Ask the admin to invite them."), field="email"
                )
            days = (form.from_day.data, form.to_day.data)
            replaced = people.get(form.stands_in_for.data)
            appoint_staff(actor, found, person, Relation(form.relation.data), *days, stands_in_for=replaced)
            tell_next(N_("Appointed: %(name)s."), name=person.name)
            return redirect_to("coordinator.section", section_id=section_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return shown(found, 422, staff_form=form)


@bp.post("/sections/<public_id:section_id>/staff/<public_id:grant_id>/end")
@requires(Action.STAFF_APPOINT, fresh=True)
def dismiss(section_id: str, grant_id: str) -> Response:
    actor = current_actor()
    found = find_section(actor, section_id, Action.STAFF_APPOINT)
    grant = find_appointment(found, grant_id)
    form = EndForm()
    if not form.validate() or form.last_day.data is None:
        tell_next(N_("Give the last day of the appointment."), "bad")
    else:
        try:
            dismiss_staff(actor, found, grant, form.last_day.data)
            tell_next(N_("The appointment ends on %(day)s."), day=form.last_day.data)
        except (RuleBroken, Conflict) as broken:
            tell_next(broken.sentence.message, "bad", **broken.sentence.values)
    return redirect_to("coordinator.section", section_id=section_id)


class EndForm(ProductForm):
    """The last day of an appointment."""

    last_day = DayField(N_("Last day"), [InputRequired()])


@bp.get("/sections/<public_id:section_id>/sessions.csv")
@requires(Action.SECTION_MANAGE)
def sessions_csv(section_id: str) -> Response:
    found = find_section(current_actor(), section_id, Action.SECTION_MANAGE)
    return csv_download(f"{found.name} sessions.csv", COLUMNS, _rows(meetings_of(found)))


def _rows(meetings: Sequence[Meeting]) -> Iterator[Sequence[object]]:
    for one in meetings:
        state = "cancelled" if one.is_cancelled else "planned"
        times = (one.starts_at.isoformat(), one.ends_at.isoformat(), one.zone)
        yield *times, one.unit, one.course, one.room, one.stations or "", one.minutes, state
