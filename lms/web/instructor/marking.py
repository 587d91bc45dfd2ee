"""Who marks what, under which rules, when scores are shown; second marks and agreeing on two."""

from collections.abc import Callable, Mapping

from flask import Response, request
from wtforms import SelectField
from wtforms.validators import Optional

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.grading.queries.marking import (
    find_taught,
    graders_of,
    list_activities,
    pieces_of,
    progress_of,
    release_plans_of,
    rules_of,
    sections_beside,
    zone_of,
)
from lms.hub.grading.queue import list_taught
from lms.hub.grading.rules.marking import AgreedBy, Role, Way
from lms.hub.grading.rules.peers import LEAST_BP, MOST_BP
from lms.hub.grading.rules.releases import Mode
from lms.hub.grading.services.marking import agree, give_second_mark, set_marking_rule, share
from lms.hub.grading.services.releases import plan_release
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.fields import InstantField
from lms.web.forms import ProductForm, choice
from lms.web.instructor import bp
from lms.web.instructor.desk import HANDED_IN, NOTHING_IN, back_to, find, go_on
from lms.web.instructor.desk_page import desk_page
from lms.web.instructor.marking_form import MarkingForm, read_points, read_written
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

MODES = {
    Mode.MANUAL: N_("when a grader releases them"),
    Mode.AT_ONCE: N_("as soon as they are posted"),
    Mode.SCHEDULED: N_("at a time"),
    Mode.HIDDEN: N_("not at all for now"),
}
WAYS = {
    Way.EVEN: N_("the same number each"),
    Way.SECTION: N_("each section to its own teachers"),
    Way.LOAD: N_("whoever has least waiting gets more"),
    Way.MINUTES: N_("whoever has spent and has before them the fewest minutes gets more"),
}
PLACE = "/marking/sections/<public_id:section>/activities/<public_id:activity>"


class PlanForm(ProductForm):
    """When scores are shown."""

    mode = SelectField(N_("Students see their scores"), choices=[choice(m.value, text) for m, text in MODES.items()])
    at = InstantField(N_("On"), [Optional()])


@bp.get("/marking")
@requires(Action.MARKING_ALLOCATE)
def marking_overview() -> Response:
    """Every activity of a section: its marking rule, its release plan, and how far each grader is."""
    actor = current_actor()
    sections = {section.public_id: section for section, _ in list_taught(actor)}
    wanted = request.args.get("section", next(iter(sections), ""))
    if sections and wanted not in sections:
        raise NotFound()
    section = sections.get(wanted)
    if section is None:
        return page("instructor/gradebook/empty.html")
    return page(
        "instructor/marking/overview.html",
        section=section,
        sections=sections,
        activities=list_activities(section),
        rules=rules_of(section),
        plans=release_plans_of(section),
        zone=zone_of(section),
        progress=progress_of([section]),
        modes=MODES,
    )


@bp.get(PLACE)
@requires(Action.MARKING_ALLOCATE)
def marking_of(section: str, activity: str) -> Response:
    return _page(*find_taught(current_actor(), Action.MARKING_ALLOCATE, section, activity))


def _page(
    section: Section, activity: Activity, status: int = 200, trouble: RuleBroken | Conflict | None = None
) -> Response:
    actor = current_actor()
    sections = sections_beside(actor, Action.MARKING_ALLOCATE, section)
    plan = release_plans_of(section).get(activity.id)
    zone = zone_of(section)
    form = PlanForm(formdata=None, mode=plan.mode.value if plan else Mode.MANUAL.value, at=plan.at if plan else None)
    form.at.zone = zone
    graders = graders_of(sections)
    return page(
        "instructor/marking/activity.html",
        status,
        section=section,
        activity=activity,
        sections=sections,
        graders=graders,
        counts={role: _counts(sections, activity, role) for role in Role},
        progress=progress_of(sections, activity),
        rule=rules_of(section).get(activity.id),
        form=form,
        zone=zone,
        ways=WAYS,
        trouble=tell(trouble.sentence) if trouble else "",
    )


def _counts(sections: list[Section], activity: Activity, role: Role) -> dict[int | None, int]:
    """How many pieces each grader has; under None those that nobody has."""
    found: dict[int | None, int] = {}
    for piece in pieces_of(sections, activity, role):
        found[piece.grader] = found.get(piece.grader, 0) + 1
    return found


def _try(section: str, activity: str, action: Action, do: Callable[[Section, Activity], object], done: str) -> Response:
    """Do it and say so, or show the page again with what is wrong."""
    found = find_taught(current_actor(), action, section, activity)
    try:
        do(*found)
    except (RuleBroken, Conflict) as trouble:
        return _page(*found, trouble.status, trouble)
    tell_next(done)
    return redirect_to("instructor.marking_of", section=section, activity=activity)


@bp.post(f"{PLACE}/tasks")
@requires(Action.MARKING_ALLOCATE)
def share_work(section: str, activity: str) -> Response:
    actor, form = current_actor(), request.form
    people = form.getlist("grader")
    way = Way(form["way"]) if form.get("way") in set(Way) else Way.EVEN
    role = Role.SECOND if form.get("role") == Role.SECOND else Role.FIRST

    def do(found: Section, work: Activity) -> None:
        beside = sections_beside(actor, Action.MARKING_ALLOCATE, found)
        here = [found] if form.get("only_here") else beside
        share(actor, here, work, way, people, role)

    return _try(section, activity, Action.MARKING_ALLOCATE, do, N_("The work is shared out."))


@bp.post(f"{PLACE}/rule")
@requires(Action.MARKING_RULE)
def set_rule(section: str, activity: str) -> Response:
    actor, form = current_actor(), request.form

    def do(found: Section, work: Activity) -> None:
        set_marking_rule(
            actor,
            found,
            work,
            is_anonymous="is_anonymous" in form,
            is_double="is_double" in form,
            gap_bp=read_points(form.get("gap", ""), "gap") or 0,
            peers=_bounds(form) if "asks_peers" in form else None,
        )

    return _try(section, activity, Action.MARKING_RULE, do, N_("The marking rule is set."))


def _bounds(form: Mapping[str, str]) -> tuple[int, int]:
    """Least and most of a factor, in percent as typed."""
    least, most = (read_points(form.get(name, ""), name) for name in ("peer_least", "peer_most"))
    return LEAST_BP if least is None else least, MOST_BP if most is None else most


@bp.post(f"{PLACE}/release-plan")
@requires(Action.SCORE_RELEASE)
def set_release_plan(section: str, activity: str) -> Response:
    def do(found: Section, work: Activity) -> None:
        form = PlanForm(formdata=None)
        form.at.zone = zone_of(found)
        form.process(request.form)
        if not form.validate():
            raise RuleBroken(N_("Write the day and time as your calendar does."), field="at")
        plan_release(current_actor(), found, work, Mode(form.mode.data), form.at.data)

    return _try(section, activity, Action.SCORE_RELEASE, do, N_("The release plan is set."))


@bp.post(f"{HANDED_IN}/second-marks")
@bp.post(f"{NOTHING_IN}/second-marks")
@requires(Action.SCORE_WRITE)
def second_mark(**ids: str) -> Response:
    marking, form = find(Action.SCORE_WRITE, **ids), MarkingForm()
    try:
        give_second_mark(current_actor(), marking.enrollment, marking, read_written(form, marking))
    except RuleBroken as broken:
        form.show_broken(broken)
        return desk_page(marking, form, None, 422)
    tell_next(N_("Your mark is in. Now both can be seen, and made one score."))
    return go_on(marking, form) if request.form.get("then") == "next" else back_to(marking)


@bp.post(f"{HANDED_IN}/agreements")
@bp.post(f"{NOTHING_IN}/agreements")
@requires(Action.SCORE_WRITE)
def agree_on(**ids: str) -> Response:
    marking, form = find(Action.SCORE_WRITE, **ids), MarkingForm()
    wanted = request.form.get("agreed_by", "")
    try:
        points = read_points(form.points.data or "", "points")
        way = AgreedBy(wanted) if wanted in set(AgreedBy) else AgreedBy.MEAN
        token, note = form.version.data or "", form.reason.data or ""
        agree(current_actor(), marking.enrollment, marking, way, token, points, note)
    except Conflict as conflict:
        form.form_errors = [*form.form_errors, tell(conflict.sentence)]
        return desk_page(find(Action.SCORE_WRITE, **ids), form, None, 409)
    except RuleBroken as broken:
        form.show_broken(broken)
        return desk_page(marking, form, None, 422)
    tell_next(N_("The two marks are one score now."))
    return go_on(marking, form) if request.form.get("then") == "next" else back_to(marking)
