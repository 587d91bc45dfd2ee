"""A cohort's attendance on one screen, and which labs need a safety sign-off."""

from collections.abc import Iterator, Sequence

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.attendance.queries.overview import Student, attendance_of
from lms.hub.attendance.queries.safety import find_gate, list_gates, units_of_cohort
from lms.hub.attendance.services.safety import lift_safety, require_safety
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.asof import asked_as_of
from lms.web.coordinator import bp
from lms.web.downloads import csv_download
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

COLUMNS = (
    "student",
    "section",
    "scheduled_minutes",
    "attended_minutes",
    "made_up_minutes",
    "excused_minutes",
    "excused_counted_minutes",
    "counted_minutes",
    "attendance_bp",
    "last_attended",
)


@bp.get("/attendance")
@requires(Action.COHORT_BOARD)
def attendance() -> Response:
    actor = current_actor()
    return _page(actor, _cohort(actor))


@bp.get("/attendance.csv")
@requires(Action.COHORT_BOARD)
def attendance_csv() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    _, as_of = asked_as_of(cohort.zone)
    return csv_download(f"{cohort.name} attendance.csv", COLUMNS, list(_rows(attendance_of(actor, cohort, as_of))))


@bp.post("/attendance/safety")
@requires(Action.COHORT_MANAGE)
def add_gate() -> Response:
    actor = current_actor()
    cohort = find_cohort(actor, request.form.get("cohort", ""))
    unit = next((one for one in units_of_cohort(cohort) if one.public_id == request.form.get("unit")), None)
    try:
        require_safety(actor, cohort, request.form.get("code", ""), unit=unit)
    except RuleBroken as broken:
        return _page(actor, cohort, broken)
    tell_next(N_("From now on booking needs this sign-off."))
    return redirect_to("coordinator.attendance", cohort=cohort.public_id)


@bp.post("/attendance/safety/<public_id:gate_id>/lifting")
@requires(Action.COHORT_MANAGE)
def lift_gate(gate_id: str) -> Response:
    actor = current_actor()
    lift_safety(actor, find_gate(actor, gate_id))
    tell_next(N_("The sign-off is not needed there any more. Require it again to undo this."))
    return redirect_to("coordinator.attendance")


def _cohort(actor: Actor) -> Cohort:
    """The one that the address names, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def _page(actor: Actor, cohort: Cohort, broken: RuleBroken | None = None) -> Response:
    day, as_of = asked_as_of(cohort.zone)
    students = attendance_of(actor, cohort, as_of)
    return page(
        "coordinator/attendance.html",
        broken.status if broken else 200,
        cohort=cohort,
        cohorts=list_cohorts(actor),
        students=students,
        low=sum(one.is_low for one in students),
        over=sum(one.is_over_cap for one in students),
        gates=list_gates(cohort, as_of),
        day=day,
        units=units_of_cohort(cohort),
        error=tell(broken.sentence) if broken else "",
        field=broken.field if broken else "",
        typed=request.form,
    )


def _rows(students: Sequence[Student]) -> Iterator[Sequence[object]]:
    for one in students:
        credit = one.roll.credit
        yield (
            one.name,
            one.section,
            credit.scheduled,
            credit.attended,
            credit.made_up,
            credit.excused,
            credit.excused_counted,
            credit.counted,
            "" if credit.share_bp is None else credit.share_bp,
            credit.last_day or "",
        )
