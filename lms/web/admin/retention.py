"""How long records of those who left are kept, and whose are under a legal hold. Nothing is deleted here."""

from collections.abc import Iterator, Sequence

from flask import Response, current_app, request

from lms.guard import current_actor, requires
from lms.hub.retention.queries import Line, find_person, holds_by, list_own_retention
from lms.hub.retention.rules import RecordKind, classes
from lms.hub.retention.services import hold_records, lift_hold
from lms.kernel.clock import today
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.admin import bp
from lms.web.asof import asked_as_of
from lms.web.downloads import csv_download
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

KINDS = {
    RecordKind.HOURS: N_("hours"),
    RecordKind.GRADES: N_("grades"),
    RecordKind.SUBMISSIONS: N_("submissions"),
    RecordKind.ENROLLMENT: N_("enrollment"),
    RecordKind.ACCOMMODATIONS: N_("accommodations"),
}
COLUMNS = ("student", "enrollment", "records", "rows", "left_on", "kept_until", "state")


@bp.get("/retention")
@requires(Action.HOLD_SET)
def retention() -> Response:
    return _page()


def _page(error: str = "", field: str = "email") -> Response:
    actor, settings = current_actor(), current_app.config["LMS"]
    day, as_of = asked_as_of(settings.time_zone)
    lines = list_own_retention(actor, classes(settings.retention), day or today(settings.time_zone), as_of)
    return page(
        "admin/retention.html",
        422 if error else 200,
        lines=lines,
        past=sum(line.kept.value.is_past for _, line in lines),
        holds=holds_by(actor, as_of),
        kinds=KINDS,
        day=day,
        error=error,
        field=field,
        typed=request.form,
    )


@bp.get("/retention.csv")
@requires(Action.HOLD_SET)
def retention_csv() -> Response:
    settings = current_app.config["LMS"]
    day, as_of = asked_as_of(settings.time_zone)
    years, at = classes(settings.retention), day or today(settings.time_zone)
    return csv_download("retention.csv", COLUMNS, list(_rows(list_own_retention(current_actor(), years, at, as_of))))


def _rows(lines: Sequence[tuple[str, Line]]) -> Iterator[Sequence[object]]:
    for name, line in lines:
        value = line.kept.value
        state = "held" if value.is_held else "past" if value.is_past else "kept"
        yield name, line.enrollment.public_id, line.kind.value, line.rows, line.exit_on, value.until, state


@bp.post("/retention/holds")
@requires(Action.HOLD_SET)
def hold() -> Response:
    actor, form = current_actor(), request.form
    try:
        hold_records(actor, find_person(actor, email=form.get("email", "")), form.get("reason", ""))
    except NotFound:
        return _page(tell(N_("There is nobody with this address in your programs.")))
    except RuleBroken as broken:
        return _page(tell(broken.sentence), broken.field or "email")
    tell_next(N_("Held. Nothing of this person goes until the hold is lifted."))
    return redirect_to("admin.retention")


@bp.post("/retention/holds/<public_id:person>/lifting")
@requires(Action.HOLD_SET)
def lift_legal_hold(person: str) -> Response:
    actor = current_actor()
    try:
        lift_hold(actor, find_person(actor, public_id=person), request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(tell(broken.sentence), f"lift-{person}")
    tell_next(N_("Lifted. The times of retention count again."))
    return redirect_to("admin.retention")
