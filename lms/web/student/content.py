"""What there is to work through: the items of every unit in the student's plan with what is done, this week's first."""

from flask import Response, make_response, redirect

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import COMPLETION_NAMES, ITEM_NAMES
from lms.hub.cohorts.rules import week_number
from lms.hub.content.queries import content_of, find_item
from lms.hub.content.services import mark_item, open_item
from lms.hub.enrollment.queries import cohort_of, own_enrollment
from lms.kernel.clock import today
from lms.kernel.errors import NotFound
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.asof import asked_as_of
from lms.web.downloads import attachment_of
from lms.web.pages import page, redirect_to, tell_next
from lms.web.student import bp


@bp.get("/content")
@requires(Action.SPOKE_CHOOSE)
def content() -> Response:
    enrollment = own_enrollment(current_actor())
    cohort = cohort_of(enrollment)
    day, as_of = asked_as_of(cohort.zone)
    week = week_number(day or today(cohort.zone), cohort.week_one_monday)
    listed = content_of(enrollment, as_of)
    now = [one for one in listed if one.unit.runs_in(week)]
    return page(
        "student/content.html",
        week=week,
        now=now,
        later=[one for one in listed if one not in now],
        kinds=ITEM_NAMES,
        completions=COMPLETION_NAMES,
        day=day,
    )


@bp.get("/content/<public_id:item_id>/file")
@requires(Action.CONTENT_MARK, writes=True)
def content_file(item_id: str) -> Response:
    """The file, kept as opened."""
    actor = current_actor()
    enrollment = own_enrollment(actor)
    item = find_item(enrollment, item_id)
    if not item.file_sha256:
        raise NotFound()
    open_item(actor, enrollment, item)
    return attachment_of(item.file_sha256, item.file_name or "file")


@bp.get("/content/<public_id:item_id>/opening")
@requires(Action.CONTENT_MARK, writes=True)
def open_content(item_id: str) -> Response:
    """On to the item's address, kept as opened."""
    actor = current_actor()
    enrollment = own_enrollment(actor)
    item = find_item(enrollment, item_id)
    if not item.url:
        raise NotFound()
    open_item(actor, enrollment, item)
    return make_response(redirect(item.url, 303))


@bp.post("/content/<public_id:item_id>/done")
@requires(Action.CONTENT_MARK)
def content_done(item_id: str) -> Response:
    return _mark(item_id, is_done=True)


@bp.post("/content/<public_id:item_id>/not-done")
@requires(Action.CONTENT_MARK)
def content_not_done(item_id: str) -> Response:
    return _mark(item_id, is_done=False)


def _mark(item_id: str, *, is_done: bool) -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    mark_item(actor, enrollment, find_item(enrollment, item_id), is_done=is_done)
    tell_next(N_("Marked as done.") if is_done else N_("Not marked as done any more."))
    return redirect_to("student.content")
