"""The region: where it is taught, for how many, and what became of them, in counts that point at nobody."""

from collections.abc import Iterator, Sequence

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.calendar.queries.regions import COUNTED, RegionView, find_region, list_regions, view_of
from lms.kernel.errors import NotFound
from lms.kernel.smallcells import SMALLEST
from lms.people.access import Action
from lms.people.orgs.models import Region
from lms.people.scope import policy_day
from lms.web.downloads import csv_download
from lms.web.integrator import bp
from lms.web.pages import page
from lms.web.site_words import AUTHORIZATION, KINDS

COLUMNS = ("state", "city", "site", "kind", "authorized_from", "authorized_to", "capacity", "sections", *COUNTED)


def own_region(action: Action = Action.REGION_READ) -> Region:
    """The region that the address names with `?region=`, or the person's first by name. Raises NotFound. One query."""
    actor = current_actor()
    if wanted := request.args.get("region"):
        return find_region(actor, wanted, action)
    regions = list_regions(actor, action)
    if not regions:
        raise NotFound()
    return regions[0]


@bp.get("/")
@requires(Action.REGION_READ)
def home() -> Response:
    regions = list_regions(current_actor())
    return page(
        "integrator/home.html",
        view=view_of(own_region()),
        regions=regions,
        today=policy_day(),
        kinds=KINDS,
        words=AUTHORIZATION,
        smallest=SMALLEST,
    )


@bp.get("/region.csv")
@requires(Action.REGION_READ)
def region_csv() -> Response:
    return csv_download("region.csv", COLUMNS, _rows(view_of(own_region())))


def _rows(view: RegionView) -> Iterator[Sequence[object]]:
    for line in view.sites:
        site = line.site
        terms = (site.authorized_from or "", site.authorized_to or "", "" if site.capacity is None else site.capacity)
        counts = ("" if line.counts[name] is None else line.counts[name] for name in COUNTED)
        yield site.state, site.city, site.name, site.kind.value, *map(str, terms), line.sections, *counts
