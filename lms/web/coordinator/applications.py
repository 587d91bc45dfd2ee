"""Applications: who wants to come, whether they are eligible and endorsed, and what is decided."""

from flask import Response, request
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.kinds import Shift
from lms.hub.roster.kinds import DECLINE_REASONS, Decision, DeclineReason
from lms.hub.roster.queries.applications import find_applicant, list_applicants, sections_for, skills_of
from lms.hub.roster.services.applications import decide
from lms.hub.roster.services.seats import invite_applicant
from lms.kernel.clock import today
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.charts.radar import radar_of
from lms.web.coordinator import bp
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.roster_words import DECISIONS, LINKS, STATUS

SHIFTS = {
    Shift.DAY: N_("day"),
    Shift.EVENING: N_("evening"),
    Shift.NIGHT: N_("night"),
    Shift.ROTATING: N_("rotating"),
}
CHOICES = {
    Decision.OFFERED: N_("Offer the place"),
    Decision.WAITLISTED: N_("Put on the waitlist"),
    Decision.DECLINED: N_("Decline"),
}


class DecisionForm(ProductForm):
    """What the office says to an application."""

    decision = SelectField(N_("Decision"), [InputRequired()])
    shift = SelectField(N_("Shift at the firm, if a place is offered"))
    reason = SelectField(N_("Reason, if declined; the applicant reads it"))
    note = TextAreaField(N_("A word to the applicant"), [Optional()])

    def offer(self) -> "DecisionForm":
        """Fill the lists."""
        self.decision.choices = [choice(value.value, tell(words)) for value, words in CHOICES.items()]
        self.shift.choices = [choice(shift.value, tell(words)) for shift, words in SHIFTS.items()]
        reasons = (choice(reason.value, tell(words)) for reason, words in DECLINE_REASONS.items())
        self.reason.choices = [choice("", tell(N_("none"))), *reasons]
        return self


class ApplicantForm(ProductForm):
    """Whom to ask to apply, and where."""

    name = StringField(N_("Name"), [InputRequired()])
    email = StringField(N_("E-mail address"), [InputRequired()])
    section = SelectField(N_("Section"), [InputRequired()])

    def offer(self, sections: list[Section]) -> "ApplicantForm":
        """Let the list name the sections of the actor's sites."""
        self.section.choices = [choice(section.public_id, section.name) for section in sections]
        return self


@bp.get("/applications")
@requires(Action.APPLICATION_DECIDE)
def applications() -> Response:
    actor = current_actor()
    return _list(actor, _cohort(actor))


@bp.post("/cohorts/<public_id:cohort>/applicants")
@requires(Action.ENROLLMENT_APPLY)
def ask_to_apply(cohort: str) -> Response:
    actor = current_actor()
    found = find_cohort(actor, cohort)
    sections = sections_for(actor, found)
    form = ApplicantForm().offer(sections)
    try:
        if form.validate():
            section = next(one for one in sections if one.public_id == form.section.data)
            invite_applicant(actor, section, form.name.data or "", form.email.data or "")
            tell_next(N_("%(name)s gets a letter with the form."), name=form.name.data or "")
            return redirect_to("coordinator.applications", cohort=cohort)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _list(actor, found, form, 422)


@bp.get("/applications/<public_id:enrollment>")
@requires(Action.APPLICATION_DECIDE)
def applicant(enrollment: str) -> Response:
    return _one(current_actor(), enrollment, DecisionForm(formdata=None).offer())


@bp.post("/applications/<public_id:enrollment>/decisions")
@requires(Action.APPLICATION_DECIDE)
def decide_application(enrollment: str) -> Response:
    actor, form = current_actor(), DecisionForm().offer()
    found = find_applicant(actor, enrollment, Action.APPLICATION_DECIDE)
    try:
        if form.validate():
            reason = DeclineReason(form.reason.data) if form.reason.data else None
            note, shift = form.note.data or "", Shift(form.shift.data)
            decide(actor, found.enrollment, Decision(form.decision.data), reason, note, shift)
            tell_next(N_("Decided. %(name)s gets a letter."), name=found.person.name)
            return redirect_to("coordinator.applicant", enrollment=enrollment)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _one(actor, enrollment, form, 422)


def _cohort(actor: Actor) -> Cohort:
    """The one that the address names, else one to come, to which people apply, else the one taught. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return next((one for one in cohorts if one.starts_on > today(one.zone)), cohorts[0])


def _list(actor: Actor, cohort: Cohort, form: ApplicantForm | None = None, status: int = 200) -> Response:
    return page(
        "coordinator/applications.html",
        status,
        cohort=cohort,
        cohorts=list_cohorts(actor),
        people=list_applicants(actor, cohort),
        form=form or ApplicantForm(formdata=None).offer(sections_for(actor, cohort)),
        decisions=DECISIONS,
        links=LINKS,
    )


def _one(actor: Actor, enrollment: str, form: DecisionForm, status: int = 200) -> Response:
    found = find_applicant(actor, enrollment, Action.APPLICATION_DECIDE)
    return page(
        "coordinator/applicant.html",
        status,
        found=found,
        form=form,
        radar=radar_of("skills", skills_of(found.enrollment)),
        status_words=STATUS,
        decisions=DECISIONS,
        links=LINKS,
        reasons=DECLINE_REASONS,
        is_open=found.status in ("applied", "offered"),
    )
