"""Each course as a module of its own: inside or outside of the box, and what it would take."""

from flask import Response, request

from lms.guard import requires
from lms.hub.catalog.profile import explain_profile, least_minutes_a_week, profile_of, simulate
from lms.hub.hours.rules.lengths import parse_minutes
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.admin import bp
from lms.web.admin.curriculum.finding import find_version
from lms.web.pages import page


@bp.get("/curriculum/versions/<public_id:version_id>/modules")
@requires(Action.CURRICULUM_DRAFT)
def modules(version_id: str) -> Response:
    program, found = find_version(version_id)
    curriculum = curriculum_of(found)
    box = curriculum.policy.box
    weeks, hours = request.args.get("weeks", "").strip(), request.args.get("hours", "").strip()
    trial, least, error = None, None, None
    if weeks or hours:
        try:
            trial = simulate(_weeks(weeks), _minutes(hours), box)
            least = least_minutes_a_week(trial.weeks, box)
        except RuleBroken as broken:
            error = broken.sentence
    return page(
        "admin/curriculum/modules.html",
        program=program,
        version=found,
        box=box,
        rows=[(course, profile_of(course, box), explain_profile(course, box)) for course in curriculum.courses],
        weeks=weeks,
        hours=hours,
        trial=trial,
        least=least,
        error=error,
    )


def _weeks(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 104):
        raise RuleBroken(N_("Enter the weeks as a whole number from 1 to 104."), field="weeks")
    return int(text)


def _minutes(text: str) -> int:
    """Hours a week as minutes: 10.8 is ten hours and 48 minutes."""
    whole, _, part = text.replace(",", ".").partition(".")
    if whole.isascii() and whole.isdigit() and (not part or (part.isdigit() and len(part) <= 2)):
        return int(whole) * 60 + round(int(part.ljust(2, "0")) * 60 / 100) if part else int(whole) * 60
    return parse_minutes(text, field="hours")
