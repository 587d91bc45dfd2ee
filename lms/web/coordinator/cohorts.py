"""Cohorts with their dates: the list, and the weeks of one."""

from collections.abc import Iterator, Sequence

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.calendar.queries.sections import own_sites, section_lines
from lms.hub.calendar.queries.weeks import WeekLine, year_lines
from lms.hub.calendar.services.opening import plan_of
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.web.coordinator import bp
from lms.web.downloads import csv_download
from lms.web.language import tell
from lms.web.pages import page

COLUMNS = ("week", "monday", "sunday", "least_minutes", "most_minutes", "planned_minutes", "breaks")


@bp.get("/cohorts")
@requires(Action.COHORT_BOARD)
def cohorts() -> Response:
    return page("coordinator/cohorts.html", cohorts=list_cohorts(current_actor()))


@bp.get("/cohorts/<public_id:cohort_id>")
@requires(Action.COHORT_BOARD)
def cohort(cohort_id: str) -> Response:
    actor = current_actor()
    found = find_cohort(actor, cohort_id)
    site, sites = _site(actor, found)
    plan = plan_of(actor, found)
    return page(
        "coordinator/weeks.html", cohort=found, lines=year_lines(found, site), site=site, sites=sites, plan=plan
    )


@bp.get("/cohorts/<public_id:cohort_id>/weeks.csv")
@requires(Action.COHORT_BOARD)
def weeks_csv(cohort_id: str) -> Response:
    actor = current_actor()
    found = find_cohort(actor, cohort_id)
    site, _ = _site(actor, found)
    return csv_download(f"{found.name} weeks.csv", COLUMNS, _rows(year_lines(found, site)))


def _site(actor: Actor, found: Cohort) -> tuple[Site | None, list[Site]]:
    """The site whose breaks are counted, as the address names it, else the first of the actor's; and all of them."""
    here = {line.site.id for line in section_lines(actor, found, Action.COHORT_BOARD)}
    sites = [site for site in own_sites(actor, Action.COHORT_BOARD) if site.id in here]
    wanted = request.args.get("site", "")
    chosen = next((site for site in sites if site.public_id == wanted), None)
    if wanted and chosen is None:
        raise NotFound()
    return chosen or (sites[0] if sites else None), sites


def _rows(lines: Sequence[WeekLine]) -> Iterator[Sequence[object]]:
    for line in lines:
        target = line.target.value
        names = "; ".join(tell(one.title) for one in line.breaks)
        yield line.number, line.monday, line.sunday, target.least, target.most, line.planned, names
