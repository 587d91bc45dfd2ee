"""Deciding a request for leave; coming back from one at a new pace; catching up; going to another cohort."""

from datetime import date

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.queries import list_cohorts, list_sections
from lms.hub.enrollment.models import Enrollment, ReturnPlan
from lms.hub.enrollment.queries import cohort_of, find_enrollment
from lms.hub.enrollment.queries.leaves import find_request, plan_of
from lms.hub.enrollment.queries.outcomes import outcomes_of
from lms.hub.enrollment.rules.pace import Plan
from lms.hub.enrollment.rules.rates import labor_rate, normal_time_rate
from lms.hub.enrollment.services.leaves import decide_leave
from lms.hub.enrollment.services.moves import transfer_cohort
from lms.hub.hours.queries.rooms import Account, account_of
from lms.hub.hours.services.plans import plan_return, sign_plan
from lms.hub.standing.life import carried_to
from lms.kernel.clock import today
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.explain import Explained
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.coordinator import bp
from lms.web.coordinator.enrollments import chosen_cohort
from lms.web.forms import choice
from lms.web.life.forms import CohortForm, PaceForm, ReturnForm
from lms.web.life.record import Life, asked_as_of, life_of, word_of
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.forms import given

USUAL_PACE = 720  # minutes, the middle of the band; what the wizard starts with


@bp.post("/leave-requests/<public_id:request_id>/decision")
@requires(Action.LEAVE_DECIDE)
def decide_request(request_id: str) -> Response:
    actor = current_actor()
    asked, enrollment = find_request(actor, request_id, Action.LEAVE_DECIDE)
    is_granted = request.form.get("decision") == "grant"
    try:
        decide_leave(actor, enrollment, asked, is_granted=is_granted, reason=request.form.get("reason", ""))
    except (RuleBroken, Conflict) as broken:
        tell_next(broken.sentence.message, "bad", **broken.sentence.values)
        return redirect_to("coordinator.enrollment", enrollment_id=enrollment.public_id)
    tell_next(N_("Decided. The student is told."))
    return redirect_to("coordinator.enrollment", enrollment_id=enrollment.public_id)


@bp.get("/enrollments/<public_id:enrollment_id>/return-plan")
@requires(Action.LEAVE_DECIDE)
def return_plan(enrollment_id: str) -> Response:
    actor = current_actor()
    life = life_of(actor, find_enrollment(actor, enrollment_id, Action.LEAVE_DECIDE))
    back = _next_day_back(life)
    if "pace" not in request.args:
        return _return_page(life, ReturnForm(formdata=None, first_day_back=back, pace=USUAL_PACE))
    form = ReturnForm(formdata=request.args)
    if not form.validate():
        return _return_page(life, form, status=422)
    return _preview(life, form)


def _next_day_back(life: Life) -> date:
    if life.open_leaves:
        return max(date.fromordinal(life.open_leaves[0].to_day.toordinal() + 1), life.day)
    return life.day


def _preview(life: Life, form: ReturnForm) -> Response:
    try:
        account = account_of(life.enrollment)
        plan = account.finish(given(form.pace.data), given(form.first_day_back.data))
    except RuleBroken as broken:
        broken_into(form, broken)
        return _return_page(life, form, status=422)
    return _return_page(life, form, plan, account.explain_remaining())


@bp.post("/enrollments/<public_id:enrollment_id>/return-plan")
@requires(Action.LEAVE_DECIDE)
def make_return_plan(enrollment_id: str) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.LEAVE_DECIDE)
    life, form = life_of(actor, enrollment), ReturnForm()
    if not form.validate():
        return _return_page(life, form, status=422)
    try:
        plan_return(actor, enrollment, given(form.first_day_back.data), given(form.pace.data))
    except RuleBroken as broken:
        broken_into(form, broken)
        return _return_page(life, form, status=422)
    tell_next(N_("The plan is made. It stands once student, coordinator and firm have signed it."))
    return redirect_to("coordinator.enrollment", enrollment_id=enrollment_id)


def _return_page(
    life: Life,
    form: ReturnForm,
    plan: Explained[Plan] | None = None,
    left: Explained[int] | None = None,
    status: int = 200,
) -> Response:
    values = {"life": life, "form": form, "plan": plan, "left": left, "word_of": word_of}
    return page("coordinator/life/return_plan.html", status, **values)


@bp.post("/enrollments/<public_id:enrollment_id>/plan-signature")
@requires(Action.PLAN_SIGN)
def sign_return_plan(enrollment_id: str) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.LEAVE_DECIDE)
    sign_plan(actor, enrollment, shown_plan(enrollment), request.form.get("content", ""))
    tell_next(N_("Signed."))
    return redirect_to("coordinator.enrollment", enrollment_id=enrollment_id)


def shown_plan(enrollment: Enrollment) -> ReturnPlan:
    """The plan that stands now. Raises NotFound."""
    found = plan_of(enrollment, has_firm=True)
    if found is None:
        raise NotFound()
    return found.plan


@bp.get("/enrollments/<public_id:enrollment_id>/catch-up")
@requires(Action.ENROLLMENT_OVERSEE)
def catch_up(enrollment_id: str) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.ENROLLMENT_OVERSEE)
    account = account_of(enrollment, asked_as_of(cohort_of(enrollment).zone))
    life = life_of(actor, enrollment)
    form, plan, status = catch_up_of(account)
    return page(
        "coordinator/life/catch_up.html", status, life=life, account=account, form=form, plan=plan, is_own=False
    )


def catch_up_of(account: Account) -> tuple[PaceForm, Explained[Plan] | None, int]:
    """The form, the plan at the pace asked for (the most that a week takes by default), and the status."""
    if "pace" not in request.args:
        return PaceForm(formdata=None, pace=account.ceiling), account.catch_up(account.ceiling), 200
    form = PaceForm(formdata=request.args)
    if not form.validate():
        return form, None, 422
    try:
        return form, account.catch_up(given(form.pace.data)), 200
    except RuleBroken as broken:
        broken_into(form, broken)
        return form, None, 422


@bp.get("/enrollments/<public_id:enrollment_id>/cohort-transfer")
@requires(Action.ENROLLMENT_MANAGE)
def cohort_transfer(enrollment_id: str) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.ENROLLMENT_MANAGE)
    life = life_of(actor, enrollment)
    sections = _sections_elsewhere(actor, life)
    asked = request.args.get("section", "")
    form = _cohort_form(sections, formdata=None, section=asked, first_day=life.day)
    return _transfer_page(life, form, sections, asked)


@bp.post("/enrollments/<public_id:enrollment_id>/cohort-transfer")
@requires(Action.ENROLLMENT_MANAGE)
def transfer_to_cohort(enrollment_id: str) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.ENROLLMENT_MANAGE)
    life = life_of(actor, enrollment)
    sections = _sections_elsewhere(actor, life)
    form = _cohort_form(sections, formdata=request.form)
    asked = str(form.section.data or "")
    if not form.validate():
        return _transfer_page(life, form, sections, asked, 422)
    section = sections[asked][0]
    try:
        new = transfer_cohort(actor, enrollment, life.person, section, given(form.first_day.data), form.note.data or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return _transfer_page(life, form, sections, asked, 422)
    tell_next(N_("Moved. This is the new enrollment; the old one is kept and linked."))
    return redirect_to("coordinator.enrollment", enrollment_id=new.public_id)


Sections = dict[str, tuple[Section, Cohort]]


def _sections_elsewhere(actor: Actor, life: Life) -> Sections:
    """Sections of the actor's other cohorts of the same program, by public id."""
    others = [c for c in list_cohorts(actor) if c.program_id == life.cohort.program_id and c.id != life.cohort.id]
    return {section.public_id: (section, cohort) for cohort in others for section in list_sections(cohort)}


def _cohort_form(sections: Sections, **shown: object) -> CohortForm:
    form = CohortForm(**shown)
    form.section.choices = [choice(key, f"{cohort.name}, {s.name}") for key, (s, cohort) in sections.items()]
    return form


def _transfer_page(life: Life, form: CohortForm, sections: Sections, asked: str, status: int = 200) -> Response:
    carried = carried_to(life.enrollment, sections[asked][1]) if asked in sections else None
    return page(
        "coordinator/life/cohort_transfer.html", status, life=life, form=form, carried=carried, sections=sections
    )


@bp.get("/completion")
@requires(Action.COMPLETION_READ)
def completion() -> Response:
    actor = current_actor()
    cohort = chosen_cohort(actor)
    outcomes = outcomes_of(actor, cohort, asked_as_of(cohort.zone))
    return page(
        "coordinator/life/completion.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        outcomes=outcomes,
        labor=labor_rate(outcomes, cohort.ends_on),
        normal=normal_time_rate(outcomes, cohort.starts_on, cohort.ends_on),
        day=today(cohort.zone),
    )
