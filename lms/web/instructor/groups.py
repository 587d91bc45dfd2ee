"""Who works with whom on an activity: staff form groups and change them, with a reason."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Section
from lms.hub.coursework.groups.queries import choose_students, find_group, groups_in, list_free
from lms.hub.coursework.groups.rules import STATE_WORDS
from lms.hub.coursework.groups.services import change_group, form_group
from lms.hub.coursework.models import Activity
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading.queries.marking import find_taught
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.instructor import bp
from lms.web.instructor.marking import PLACE
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

GROUPS = f"{PLACE}/groups"


@bp.get(GROUPS)
@requires(Action.GROUP_MANAGE)
def groups(section: str, activity: str) -> Response:
    return _page(*find_taught(current_actor(), Action.GROUP_MANAGE, section, activity))


@bp.post(GROUPS)
@requires(Action.GROUP_MANAGE)
def new_group(section: str, activity: str) -> Response:
    actor = current_actor()
    found, work = find_taught(actor, Action.GROUP_MANAGE, section, activity)
    try:
        form_group(actor, found, work, _chosen(found, work), request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(found, work, 422, " ".join(tell(s) for all_ in broken.by_field().values() for s in all_))
    tell_next(N_("The group is formed."))
    return redirect_to("instructor.groups", section=section, activity=activity)


@bp.post(f"{GROUPS}/<public_id:group>")
@requires(Action.GROUP_MANAGE)
def new_group_members(section: str, activity: str, group: str) -> Response:
    actor = current_actor()
    found, work = find_taught(actor, Action.GROUP_MANAGE, section, activity)
    before = find_group(found, work, group)
    try:
        change_group(actor, found, work, before, _chosen(found, work), request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(found, work, 422, " ".join(tell(s) for all_ in broken.by_field().values() for s in all_))
    tell_next(N_("The group is changed."))
    return redirect_to("instructor.groups", section=section, activity=activity)


def _chosen(section: Section, activity: Activity) -> list[Enrollment]:
    """The ticked students, of those who are taught there."""
    return choose_students(section, activity, request.form.getlist("student"))


def _page(section: Section, activity: Activity, status: int = 200, trouble: str = "") -> Response:
    return page(
        "instructor/marking/groups.html",
        status,
        section=section,
        activity=activity,
        groups=groups_in(section, activity),
        free=list_free(section.id, activity),
        trouble=trouble,
        states=STATE_WORDS,
        typed=request.form.get("reason", ""),
    )
