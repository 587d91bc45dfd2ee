"""My enrollment: where I stand, where and for whom, leave, plan, accommodations; asking for leave, signing the plan."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.enrollment.queries.leaves import find_request, plan_of
from lms.hub.enrollment.services.leaves import ask_leave, take_back_request
from lms.hub.hours.queries.rooms import Account, account_of
from lms.hub.hours.services.plans import sign_plan
from lms.hub.migration.queries import bound_of
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.life.forms import AskForm, PaceForm, SignForm
from lms.web.life.record import earlier_of, life_of, tone_of, word_of
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.forms import given
from lms.web.student import bp


@bp.get("/enrollment")
@requires(Action.LEAVE_ASK)
def enrollment() -> Response:
    actor = current_actor()
    return _page(actor, own_enrollment(actor), AskForm(formdata=None).offer())


@bp.post("/leave-requests")
@requires(Action.LEAVE_ASK)
def ask_for_leave() -> Response:
    actor, form = current_actor(), AskForm().offer()
    own = own_enrollment(actor)
    if not form.validate():
        return _page(actor, own, form, 422)
    try:
        days = given(form.from_day.data), given(form.to_day.data)
        ask_leave(actor, own, LeaveKind(form.kind.data), *days, form.words.data or "")
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(actor, own, form, 422)
    tell_next(N_("Asked. Your coordinator decides; you will get a message."))
    return redirect_to("student.enrollment")


@bp.post("/leave-requests/<public_id:request_id>/withdrawal")
@requires(Action.LEAVE_ASK)
def take_back_leave_request(request_id: str) -> Response:
    actor = current_actor()
    asked, own = find_request(actor, request_id, Action.LEAVE_ASK)
    if own.person_id != actor.person_id:  # a coordinator may ask for a student, but declines what was asked
        raise NotFound()
    try:
        take_back_request(actor, asked, own)
    except Conflict as broken:
        tell_next(broken.sentence.message, "bad")
        return redirect_to("student.enrollment")
    tell_next(N_("Taken back. Nobody has to decide it any more."))
    return redirect_to("student.enrollment")


@bp.post("/plan-signature")
@requires(Action.PLAN_SIGN)
def sign_own_plan() -> Response:
    actor = current_actor()
    own = own_enrollment(actor)
    found = plan_of(own, has_firm=True)
    if found is None:
        raise NotFound()
    sign_plan(actor, own, found.plan, request.form.get("content", ""))
    tell_next(N_("Signed."))
    return redirect_to("student.enrollment")


@bp.get("/catch-up")
@requires(Action.LEAVE_ASK)
def catch_up() -> Response:
    account = account_of(own_enrollment(current_actor()))
    form = PaceForm(formdata=request.args if "pace" in request.args else None, pace=account.ceiling)
    return _catch_up_page(account, form)


def _catch_up_page(account: Account, form: PaceForm) -> Response:
    plan, status = None, 200
    if "pace" in request.args and not form.validate():
        status = 422
    else:
        try:
            plan = account.catch_up(given(form.pace.data))
        except RuleBroken as broken:
            broken_into(form, broken)
            status = 422
    return page("coordinator/life/catch_up.html", status, life=None, account=account, form=form, plan=plan, is_own=True)


def _page(actor: Actor, own: Enrollment, form: AskForm, status: int = 200) -> Response:
    life = life_of(actor, own)
    sign_form = None
    if life.plan is not None:
        sign_form = SignForm(formdata=None, plan=life.plan.plan.public_id, content=life.plan.plan.content_sha256)
    return page(
        "student/enrollment.html",
        status,
        life=life,
        form=form,
        earlier=earlier_of(life),
        sign_form=sign_form,
        bound=bound_of(own, life.cohort, life.day),
        behind=account_of(own).explain_behind() if life.is_studying else None,
        word_of=word_of,
        tone_of=tone_of,
    )
