"""The students of a cohort, those who left, and one student's life with everything that can be done about it."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Response, request, url_for

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.queries import Member, cohort_of, find_enrollment, roster
from lms.hub.enrollment.queries.leaves import waiting_requests
from lms.hub.enrollment.queries.outcomes import list_left
from lms.hub.hours.queries.rooms import account_of
from lms.hub.standing.life import last_attendance_of, open_months
from lms.kernel.clock import today
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.web.coordinator import bp
from lms.web.coordinator.changes import CHANGES, Change
from lms.web.downloads import csv_download
from lms.web.language import tell
from lms.web.life.forms import SignForm
from lms.web.life.record import Life, asked_as_of, earlier_of, life_of, tone_of, word_of
from lms.web.pages import broken_into, page, redirect_to, tell_next

COLUMNS = ("student", "status", "section", "site", "firm")
LEFT_COLUMNS = ("student", "status", "from", "reason", "last_date_of_attendance", "section", "firm")


@bp.get("/enrollments")
@requires(Action.ENROLLMENT_OVERSEE)
def enrollments() -> Response:
    actor = current_actor()
    cohort = chosen_cohort(actor)
    people = _roster(actor, cohort)
    wanted = request.args.get("status", "")
    return page(
        "coordinator/life/list.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        people=[one for one in people if wanted in ("", one.status)],
        counts={status: sum(one.status is status for one in people) for status in Status},
        wanted=wanted,
        waiting=waiting_requests(actor),
        word_of=word_of,
        tone_of=tone_of,
    )


@bp.get("/enrollments.csv")
@requires(Action.ENROLLMENT_OVERSEE)
def enrollments_csv() -> Response:
    actor = current_actor()
    cohort = chosen_cohort(actor)
    rows = [_row(one) for one in _roster(actor, cohort)]
    return csv_download(f"{cohort.name} students.csv", COLUMNS, rows)


@bp.get("/left")
@requires(Action.ENROLLMENT_OVERSEE)
def left() -> Response:
    actor = current_actor()
    cohort = chosen_cohort(actor)
    gone = list_left(actor, cohort, today(cohort.zone), asked_as_of(cohort.zone))
    return page(
        "coordinator/life/left.html", cohort=cohort, cohorts=list_cohorts(actor), left=gone, word_of=word_of,
        tone_of=tone_of,
    )  # fmt: skip


@bp.get("/left.csv")
@requires(Action.ENROLLMENT_OVERSEE)
def left_csv() -> Response:
    actor = current_actor()
    cohort = chosen_cohort(actor)
    rows = [
        (
            one.member.person.name,
            one.change.status.value,
            one.change.effective_on,
            one.change.reason.value,
            one.attended.day if one.attended else "",
            one.member.section.name if one.member.section else "",
            one.member.firm.name if one.member.firm else "",
        )
        for one in list_left(actor, cohort, today(cohort.zone))
    ]
    return csv_download(f"{cohort.name} left.csv", LEFT_COLUMNS, rows)


@bp.get("/enrollments/<public_id:enrollment_id>")
@requires(Action.ENROLLMENT_OVERSEE)
def enrollment(enrollment_id: str) -> Response:
    actor = current_actor()
    found = find_enrollment(actor, enrollment_id, Action.ENROLLMENT_OVERSEE)
    as_of = asked_as_of(cohort_of(found).zone)
    life = life_of(actor, found, as_of)
    place = anchor_of(found)
    actions = [] if as_of else _offered(actor, life)
    return page(
        "coordinator/life/student.html",
        life=life,
        asked_day=local_day(as_of - timedelta(seconds=1), life.cohort.zone) if as_of else None,
        actions=actions,
        earlier=earlier_of(life),
        attended=last_attendance_of(found, as_of) if life.has_ended else None,
        months=open_months(found, life.day, as_of) if life.is_studying else (),
        behind=account_of(found, as_of).explain_behind() if life.is_studying else None,
        may_decide=allowed(actor, Action.LEAVE_DECIDE, place) and as_of is None,
        may_manage=allowed(actor, Action.ENROLLMENT_MANAGE, place) and as_of is None,
        may_private=allowed(actor, Action.ACCOMMODATION_READ, place),
        sign_form=_sign_form(life),
        word_of=word_of,
        tone_of=tone_of,
    )


def _sign_form(life: Life) -> SignForm | None:
    if life.plan is None:
        return None
    return SignForm(formdata=None, plan=life.plan.plan.public_id, content=life.plan.plan.content_sha256)


@bp.get("/enrollments/<public_id:enrollment_id>/changes/<string:what>")
@requires(Action.ENROLLMENT_MANAGE)
def change(enrollment_id: str, what: str) -> Response:
    actor = current_actor()
    made, life = _change(actor, enrollment_id, what)
    return _form_page(life, what, made, made.made(actor, life, {"formdata": None, **_asked(what)}))


@bp.post("/enrollments/<public_id:enrollment_id>/changes/<string:what>")
@requires(Action.ENROLLMENT_MANAGE)
def make_change(enrollment_id: str, what: str) -> Response:
    actor = current_actor()
    made, life = _change(actor, enrollment_id, what)
    form = made.made(actor, life, {"formdata": request.form})
    if not form.validate():
        return _form_page(life, what, made, form, 422)
    try:
        made.run(actor, life, form)
    except (RuleBroken, Conflict) as broken:
        broken_into(form, broken if isinstance(broken, RuleBroken) else RuleBroken(str(broken.sentence)))
        return _form_page(life, what, made, form, broken.status)
    tell_next(N_("Saved. What held before stays in the history."))
    return _back(actor, life)


def _back(actor: Actor, life: Life) -> Response:
    """To the student's page, or to the list where this very change took the student out of the actor's sight."""
    if not allowed(actor, Action.ENROLLMENT_OVERSEE, anchor_of(life.enrollment)):
        return redirect_to("coordinator.enrollments")
    return redirect_to("coordinator.enrollment", enrollment_id=life.enrollment.public_id)


def _asked(what: str) -> dict[str, str]:
    """A link from the history names the entry that it is about."""
    asked = request.args.get("which", "")
    return {"which": asked} if asked and what in ("correction", "accommodation-end", "return-date") else {}


def _change(actor: Actor, enrollment_id: str, what: str) -> tuple[Change, Life]:
    found = find_enrollment(actor, enrollment_id, Action.ENROLLMENT_OVERSEE)
    made, life = CHANGES.get(what), life_of(actor, found)
    if made is None or not allowed(actor, made.action, anchor_of(found)):
        raise NotFound()
    return made, life


def _form_page(life: Life, what: str, made: Change, form: object, status: int = 200) -> Response:
    attended = last_attendance_of(life.enrollment) if what in ("withdrawal", "last-attendance") else None
    return page(
        "coordinator/life/change.html", status, life=life, what=what, change=made, form=form, attended=attended,
        is_offered=made.offered(life), word_of=word_of,
    )  # fmt: skip


def _offered(actor: Actor, life: Life) -> list[tuple[str, str, str]]:
    """Address, label and icon of everything that can be done now."""
    place = anchor_of(life.enrollment)
    number = life.enrollment.public_id
    found = [
        (url_for("coordinator.change", enrollment_id=number, what=what), tell(made.label), made.icon)
        for what, made in CHANGES.items()
        if made.offered(life) and allowed(actor, made.action, place)
    ]
    if life.is_studying and allowed(actor, Action.LEAVE_DECIDE, place):
        found.append((url_for("coordinator.return_plan", enrollment_id=number), tell(N_("Plan the return")), "undo"))
    if life.is_studying and allowed(actor, Action.ENROLLMENT_MANAGE, place):
        href = url_for("coordinator.cohort_transfer", enrollment_id=number)
        found.append((href, tell(N_("Move to another cohort")), "route"))
    return found


def chosen_cohort(actor: Actor) -> Cohort:
    """The cohort that the address names, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def _roster(actor: Actor, cohort: Cohort) -> Sequence[Member]:
    as_of = asked_as_of(cohort.zone)
    day = local_day(as_of - timedelta(seconds=1), cohort.zone) if as_of else today(cohort.zone)
    return roster(actor, cohort, day, Action.ENROLLMENT_OVERSEE, as_of)


def _row(one: Member) -> tuple[object, ...]:
    return (
        one.person.name,
        one.status.value if one.status else "",
        one.section.name if one.section else "",
        one.site.name if one.site else "",
        one.firm.name if one.firm else "",
    )
