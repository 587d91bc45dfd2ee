"""What there is to work through: the items of every unit in the student's plan, this week's first."""

from flask import Response

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import COMPLETION_NAMES, ITEM_NAMES
from lms.hub.catalog.models import ContentItem
from lms.hub.catalog.queries import items_in
from lms.hub.cohorts.rules import week_number
from lms.hub.enrollment.queries import cohort_of, own_enrollment
from lms.hub.hours.queries.plan import PlannedUnit, units_of
from lms.kernel.clock import today
from lms.kernel.errors import NotFound
from lms.people.access import Action
from lms.web.downloads import attachment_of
from lms.web.pages import page
from lms.web.student import bp


@bp.get("/content")
@requires(Action.SPOKE_CHOOSE)
def content() -> Response:
    enrollment = own_enrollment(current_actor())
    cohort = cohort_of(enrollment)
    week = week_number(today(cohort.zone), cohort.week_one_monday)
    units = units_of(enrollment)
    items = items_in(unit.id for unit in units)
    listed = [(unit, items[unit.id]) for unit in units if items.get(unit.id)]
    now = [pair for pair in listed if pair[0].runs_in(week)]
    return page(
        "student/content.html",
        week=week,
        now=now,
        later=[pair for pair in listed if pair not in now],
        kinds=ITEM_NAMES,
        completions=COMPLETION_NAMES,
    )


@bp.get("/content/<public_id:item_id>/file")
@requires(Action.SPOKE_CHOOSE)
def content_file(item_id: str) -> Response:
    units = units_of(own_enrollment(current_actor()))
    return attachment_of(*_file(units, item_id))


def _file(units: list[PlannedUnit], item_id: str) -> tuple[str, str]:
    """Content and name of the file of an item in the student's plan. Raises NotFound."""
    listed: list[ContentItem] = [one for found in items_in(unit.id for unit in units).values() for one in found]
    for item in listed:
        if item.public_id == item_id and item.file_sha256:
            return item.file_sha256, item.file_name or "file"
    raise NotFound()
