"""The coordinator's own sites with their holidays, entered one by one or pasted as lines."""

from flask import Response
from sqlalchemy import select
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.calendar.queries.network import network
from lms.hub.calendar.queries.sections import find_site, list_holidays, own_sites
from lms.hub.calendar.services.holidays import HolidayLine, read_lines, remove_holiday, set_holidays
from lms.hub.cohorts.models import Holiday
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import policy_day, within
from lms.web.coordinator import bp
from lms.web.fields import DayField
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.site_words import AUTHORIZATION, KINDS


class HolidayForm(ProductForm):
    """One holiday."""

    day = DayField(N_("Day"), [InputRequired()])
    name = StringField(N_("What it is called"), [InputRequired()])


class LinesForm(ProductForm):
    """Many of them."""

    lines = TextAreaField(N_("One day a line, such as 2026-11-26, Thanksgiving Day"), [InputRequired()])


@bp.get("/sites")
@requires(Action.HOLIDAY_SET)
def sites() -> Response:
    actor = current_actor()
    own = {site.id for site in own_sites(actor, Action.HOLIDAY_SET)}
    lines = [line for line in network(actor) if line.site.id in own]
    return page("coordinator/sites.html", lines=lines, day=policy_day(), kinds=KINDS, words=AUTHORIZATION)


@bp.get("/sites/<public_id:site_id>")
@requires(Action.HOLIDAY_SET)
def site(site_id: str) -> Response:
    return _shown(find_site(current_actor(), site_id, Action.HOLIDAY_SET))


def _shown(found: Site, status: int = 200, one: HolidayForm | None = None, many: LinesForm | None = None) -> Response:
    return page(
        "coordinator/site.html",
        status,
        site=found,
        kinds=KINDS,
        holidays=list_holidays([found]).get(found.id, []),
        one=one or HolidayForm(formdata=None),
        many=many or LinesForm(formdata=None),
    )


@bp.post("/sites/<public_id:site_id>/holidays")
@requires(Action.HOLIDAY_SET)
def add_holiday(site_id: str) -> Response:
    actor, form = current_actor(), HolidayForm()
    found = find_site(actor, site_id, Action.HOLIDAY_SET)
    if not form.validate() or form.day.data is None:
        return _shown(found, 422, one=form)
    return _set(actor, found, [HolidayLine(form.day.data, (form.name.data or "").strip()[:100])])


@bp.post("/sites/<public_id:site_id>/holiday-imports")
@requires(Action.HOLIDAY_SET)
def import_holidays(site_id: str) -> Response:
    actor, form = current_actor(), LinesForm()
    found = find_site(actor, site_id, Action.HOLIDAY_SET)
    try:
        if form.validate():
            return _set(actor, found, read_lines(form.lines.data or ""))
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(found, 422, many=form)


def _set(actor: Actor, found: Site, lines: list[HolidayLine]) -> Response:
    set_holidays(actor, found, lines)
    tell_next(N_("Saved. They count in a cohort once you make them days without teaching there."))
    return redirect_to("coordinator.site", site_id=found.public_id)


@bp.post("/sites/<public_id:site_id>/holidays/<public_id:holiday_id>/removal")
@requires(Action.HOLIDAY_SET)
def remove(site_id: str, holiday_id: str) -> Response:
    actor = current_actor()
    found = find_site(actor, site_id, Action.HOLIDAY_SET)
    row = session.scalar(within(select(Holiday).where(Holiday.public_id == holiday_id), found))
    if row is None:
        raise NotFound()
    remove_holiday(actor, found, row)
    tell_next(N_("Taken off the list. Breaks that were made of it stay."))
    return redirect_to("coordinator.site", site_id=site_id)
