"""Rosters: upload a file, look at what it would do, let it, take it back; the history of who did that and when."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from flask import Response, request
from werkzeug.datastructures import FileStorage
from wtforms import FileField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.kinds import Status, StatusReason
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.enrollment.services import change_status
from lms.hub.roster.kinds import PlanKind
from lms.hub.roster.models.imports import RosterImport
from lms.hub.roster.queries.export import roster_rows
from lms.hub.roster.queries.imports import (
    changes_of,
    cohort_of_import,
    fault_of,
    find_import,
    kept,
    leaver_states,
    list_imports,
    list_lines,
    page_of_lines,
    past_of,
    sites_for,
)
from lms.hub.roster.rules.columns import COLUMNS, NAMES
from lms.hub.roster.services.importing import confirm_roster, plan_roster
from lms.hub.roster.services.undoing import undo_roster
from lms.kernel import deadline
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation, may_at_all
from lms.people.orgs.models import Site
from lms.web.coordinator import bp
from lms.web.downloads import csv_download
from lms.web.fields import DayField
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.roster_words import STATUS

SECONDS = 60  # 5,000 rows take about five
REASONS = {
    StatusReason.WORK: N_("work"),
    StatusReason.HEALTH: N_("health"),
    StatusReason.FAMILY: N_("family"),
    StatusReason.LEFT_FIRM: N_("left the firm"),
    StatusReason.ACADEMIC: N_("academic"),
    StatusReason.OTHER: N_("another reason"),
}
KINDS = {
    PlanKind.FAULT: N_("Errors"),
    PlanKind.JOIN: N_("Joins"),
    PlanKind.CHANGE: N_("Changes"),
    PlanKind.LEAVER: N_("Not in the file"),
}
ERRORS = ("row", "column", "value", "error")


class RosterForm(ProductForm):
    """A file, and of which site it is."""

    site = SelectField(N_("Site"))
    file = FileField(N_("CSV or XLSX file"))

    def offer(self, actor: Actor, cohort: Cohort) -> "RosterForm":
        """The sites whose rosters the actor may import; the program's people may import all at once."""
        self.sites = {site.public_id: site for site in sites_for(actor, cohort)}
        whole = [choice("", tell(N_("Every site")))] if actor.holds(Relation.PROGRAM_ADMIN) else []
        self.site.choices = [*whole, *(choice(site.public_id, site.name) for site in self.sites.values())]
        return self

    def chosen_site(self) -> Site | None:
        """The site; None for every site."""
        return self.sites.get(str(self.site.data or ""))


class LeaverForm(ProductForm):
    """The last day of somebody who is not in the file any more."""

    last_day = DayField(N_("Last day"), [InputRequired()])
    reason = SelectField(N_("Reason"), choices=[choice(reason.value, words) for reason, words in REASONS.items()])
    note = StringField(N_("Note"), [Optional()])


@bp.get("/roster")
@requires(Action.ROSTER_IMPORT)
def roster() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    return _start(actor, cohort, RosterForm(formdata=None, site=request.args.get("site")).offer(actor, cohort))


@bp.get("/roster/template.csv")
@requires(Action.ROSTER_IMPORT)
def roster_template() -> Response:
    return csv_download("roster template.csv", NAMES, [[column.example for column in COLUMNS]])


@bp.get("/roster.csv")
@requires(Action.ROSTER_IMPORT)
def roster_csv() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    return csv_download(f"{cohort.name} roster.csv", NAMES, roster_rows(actor, cohort))


@bp.post("/cohorts/<public_id:cohort>/rosters")
@requires(Action.ROSTER_IMPORT)
def look_at_roster(cohort: str) -> Response:
    actor = current_actor()
    deadline.begin(SECONDS)
    found = find_cohort(actor, cohort)
    form = RosterForm().offer(actor, found)
    file = request.files.get("file")
    try:
        if not isinstance(file, FileStorage) or not file.filename:
            raise RuleBroken(N_("Choose a file."), field="file")
        if form.validate():
            made = plan_roster(actor, found, form.chosen_site(), file.filename, file.stream.read())
            return redirect_to("coordinator.roster_plan", roster=made.public_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _start(actor, found, form, 422)


@bp.get("/roster/<public_id:roster>")
@requires(Action.ROSTER_IMPORT)
def roster_plan(roster: str) -> Response:
    return _plan(current_actor(), find_import(current_actor(), roster))


@bp.get("/roster/<public_id:roster>/errors.csv")
@requires(Action.ROSTER_IMPORT)
def roster_errors(roster: str) -> Response:
    made = find_import(current_actor(), roster)
    return csv_download(f"{made.file_name} errors.csv", ERRORS, list(_errors(made)))


def _errors(made: RosterImport) -> Iterator[Sequence[object]]:
    for line in list_lines(made, PlanKind.FAULT):
        column, sentence = fault_of(line)
        yield line.number, column, line.name, tell(sentence)


@bp.post("/roster/<public_id:roster>/confirmation")
@requires(Action.ROSTER_IMPORT)
def confirm(roster: str) -> Response:
    actor = current_actor()
    deadline.begin(SECONDS)
    made = find_import(actor, roster)
    try:
        confirm_roster(actor, made)
    except (RuleBroken, Conflict) as broken:
        return _plan(actor, made, broken)
    tell_next(N_("Done: %(joins)s joined, %(changes)s changed."), joins=made.joins, changes=made.changes)
    return redirect_to("coordinator.roster_plan", roster=roster)


@bp.post("/roster/<public_id:roster>/undoing")
@requires(Action.ROSTER_IMPORT)
def undo(roster: str) -> Response:
    actor = current_actor()
    deadline.begin(SECONDS)
    made = find_import(actor, roster)
    try:
        undo_roster(actor, made)
    except RuleBroken as broken:
        return _plan(actor, made, broken)
    tell_next(N_("Taken back, as far as nobody has built on it. Each line says what stayed and why."))
    return redirect_to("coordinator.roster_plan", roster=roster)


@bp.post("/roster/<public_id:roster>/leavers/<public_id:enrollment>")
@requires(Action.ENROLLMENT_MANAGE)
def let_go(roster: str, enrollment: str) -> Response:
    actor, form = current_actor(), LeaverForm()
    made = find_import(actor, roster)
    found = find_enrollment(actor, enrollment, Action.ENROLLMENT_MANAGE)
    try:
        if form.validate() and form.last_day.data:
            first_day_out = form.last_day.data + timedelta(days=1)
            change_status(
                actor, found, Status.WITHDRAWN, first_day_out, StatusReason(form.reason.data), form.note.data or ""
            )
            tell_next(N_("Recorded. What they did stays."))
            return redirect_to("coordinator.roster_plan", roster=roster, kind=PlanKind.LEAVER)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _plan(actor, made, form=form, broken_at=found.id, status=422)


def _cohort(actor: Actor) -> Cohort:
    """The one that the address names, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def _start(actor: Actor, cohort: Cohort, form: RosterForm, status: int = 200) -> Response:
    return page(
        "coordinator/roster.html",
        status,
        cohort=cohort,
        cohorts=list_cohorts(actor),
        form=form,
        history=list_imports(actor, cohort),
        columns=COLUMNS,
    )


def _plan(
    actor: Actor,
    made: RosterImport,
    broken: RuleBroken | Conflict | None = None,
    form: LeaverForm | None = None,
    broken_at: int = 0,
    status: int = 200,
) -> Response:
    (past,) = past_of([made])
    counts = dict(zip(KINDS, (made.faults, made.joins, made.changes, made.leavers), strict=True))
    kind = _kind(counts) if form is None else PlanKind.LEAVER
    lines = page_of_lines(made, kind, request.args.get("after"))
    return page(
        "coordinator/roster_plan.html",
        broken.status if broken else status,
        past=past,
        made=made,
        cohort=cohort_of_import(made),
        kinds=KINDS,
        counts=counts,
        kind=kind,
        lines=lines,
        changes_of=changes_of,
        fault_of=fault_of,
        kept=kept,
        status_words=STATUS,
        leavers=leaver_states(lines.items) if kind is PlanKind.LEAVER else {},
        form=form or LeaverForm(formdata=None),
        broken_at=broken_at,
        error=tell(broken.sentence) if broken else "",
        may_withdraw=may_at_all(actor, Action.ENROLLMENT_MANAGE),
    )


def _kind(counts: dict[PlanKind, int]) -> PlanKind:
    """The part that the address names, else the first that has something."""
    asked = request.args.get("kind", "")
    if asked in set(PlanKind):
        return PlanKind(asked)
    return next((kind for kind, count in counts.items() if count), PlanKind.JOIN)
