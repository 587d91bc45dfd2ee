"""Minutes of simulators and lecture systems: upload, look at what the file would enter, enter exactly that file."""

from flask import Response, request
from werkzeug.datastructures import FileStorage

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.content.services.minutes import COLUMNS, SOURCES, Measured, counts, import_minutes, look_at_minutes
from lms.hub.hours.rules.entry import Source
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.coordinator import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

MOST_BYTES = 500_000
SOURCE_NAMES = {Source.SIMULATION: N_("A simulator"), Source.LMS: N_("A lecture system")}


@bp.get("/minutes")
@requires(Action.MINUTES_IMPORT)
def minutes() -> Response:
    actor = current_actor()
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    wanted = request.args.get("cohort")
    return _page(find_cohort(actor, wanted) if wanted else cohorts[0])


@bp.post("/cohorts/<public_id:cohort>/minutes")
@requires(Action.MINUTES_IMPORT)
def send_minutes(cohort: str) -> Response:
    """A file is looked at; its text, sent back with `confirmed`, is entered."""
    actor = current_actor()
    found = find_cohort(actor, cohort)
    source = next((one for one in SOURCES if one.value == request.form.get("source")), Source.MANUAL)
    try:
        data = _sent()
        if not request.form.get("confirmed"):
            return _page(found, look_at_minutes(actor, found, source, data), data.decode("utf-8-sig"), source)
        done = counts(import_minutes(actor, found, source, data))
    except RuleBroken as broken:
        return _page(found, errors=[tell(one.sentence) for one in (broken, *broken.also)])
    tell_next(N_("Entered: %(new)s new, %(replaced)s replaced, %(same)s as before."), "good", **done)
    return redirect_to("coordinator.minutes", cohort=cohort)


def _sent() -> bytes:
    text, file = request.form.get("rows"), request.files.get("file")
    if text is not None:
        return text.encode()
    if not isinstance(file, FileStorage) or not file.filename:
        raise RuleBroken(N_("Choose a file."), field="file")
    data = file.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise RuleBroken(N_("The file is too large; split it."), field="file")
    return data


def _page(
    cohort: Cohort,
    measured: list[Measured] | None = None,
    text: str = "",
    source: Source | None = None,
    errors: list[str] | None = None,
) -> Response:
    return page(
        "coordinator/minutes.html",
        422 if errors else 200,
        cohort=cohort,
        cohorts=list_cohorts(current_actor()),
        columns=[column.name for column in COLUMNS],
        sources=SOURCE_NAMES,
        measured=measured,
        counts=counts(measured or []),
        text=text,
        source=source,
        errors=errors or [],
    )
