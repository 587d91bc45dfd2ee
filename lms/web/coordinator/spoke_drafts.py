"""Drafts of who gets which spoke at a site: make one with any seats, compare, change single students, publish."""

from flask import Response, request
from sqlalchemy import select

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.queries import cohort_of, find_enrollment
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import scoped
from lms.spokes.assignment import NEED_WEIGHTS
from lms.spokes.drafting import change_place, draft_places, publish_draft
from lms.spokes.drafts import (
    drafts_from,
    drafts_of,
    find_run,
    free_seats,
    lines_of_draft,
    seats_of,
    waiting_at,
)
from lms.spokes.queries import list_spokes
from lms.spokes.switching import answer_switch, open_switch
from lms.web.coordinator import bp
from lms.web.coordinator.requirements import asked_cohort
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next

NEED_NAMES = {
    0: N_("does not count"),
    1: N_("decides between equals"),
    3: N_("weighs more than one place in the ranking"),
}


@bp.get("/spokes/drafts")
@requires(Action.SPOKE_DECIDE)
def spoke_drafts() -> Response:
    return _page(current_actor())


@bp.post("/spokes/drafts")
@requires(Action.SPOKE_DECIDE)
def make_draft() -> Response:
    actor = current_actor()
    cohort = asked_cohort(actor)
    site = _site(actor, cohort)
    form = request.form
    try:
        seats = {course.id: _seats(form.get(f"seats-{course.code}", "")) for course in list_spokes(cohort)}
        weight = next((n for n in NEED_WEIGHTS if str(n) == form.get("need_weight", "0")), -1)
        run = draft_places(actor, site, cohort, seats, weight, form.get("label", ""))
    except RuleBroken as broken:
        return _page(actor, tell(broken.sentence))
    return redirect_to("coordinator.spoke_draft", run=run.public_id)


@bp.get("/spokes/drafts/<public_id:run>")
@requires(Action.SPOKE_DECIDE)
def spoke_draft(run: str) -> Response:
    return _draft_page(current_actor(), run)


@bp.post("/spokes/drafts/<public_id:run>/places/<public_id:enrollment>")
@requires(Action.SPOKE_DECIDE)
def change_in_draft(run: str, enrollment: str) -> Response:
    actor = current_actor()
    found, cohort, _ = find_run(actor, run)
    student = find_enrollment(actor, enrollment, Action.SPOKE_DECIDE)
    code = request.form.get("spoke", "")
    course = next((spoke for spoke in list_spokes(cohort) if spoke.code == code), None)
    try:
        if code and course is None:
            raise RuleBroken(N_("Choose one of the spokes in the list."), field="spoke")
        change_place(actor, student, found, course)
    except RuleBroken as broken:
        return _draft_page(actor, run, tell(broken.sentence))
    tell_next(N_("Changed in the draft."))
    return redirect_to("coordinator.spoke_draft", run=run)


@bp.post("/spokes/drafts/<public_id:run>/publication")
@requires(Action.SPOKE_DECIDE)
def publish(run: str) -> Response:
    actor = current_actor()
    found, _, site = find_run(actor, run)
    try:
        with session.begin_nested():  # refused half way, nothing of it stands on the page that says so
            publish_draft(actor, site, found)
    except RuleBroken as broken:
        return _draft_page(actor, run, tell(broken.sentence))
    tell_next(N_("Published. Each student is told."))
    return redirect_to("coordinator.spokes")


@bp.post("/spokes/switches/<public_id:enrollment>")
@requires(Action.SPOKE_DECIDE)
def answer(enrollment: str) -> Response:
    actor = current_actor()
    student = find_enrollment(actor, enrollment, Action.SPOKE_DECIDE)
    waits = open_switch(student)
    if waits is None or waits.public_id != request.form.get("switch"):
        raise NotFound(N_("This request was answered or taken back meanwhile. Reload the page."))
    try:
        answer_switch(actor, student, waits, request.form.get("answer") == "granted", request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(actor, tell(broken.sentence), cohort_of(student))
    tell_next(N_("Decided. The student is told."))
    return redirect_to("coordinator.spokes")


def _seats(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise RuleBroken(N_("Enter the seats as a whole number from 0 to 999."), field="seats")
    return int(text)


def _sites(actor: Actor, cohort: Cohort) -> list[Site]:
    """The actor's sites that teach a section of the cohort."""
    taught = select(Section.site_id).where(Section.cohort_id == cohort.id)
    statement = select(Site).where(Site.id.in_(taught)).order_by(Site.name)
    return list(session.scalars(scoped(statement, actor, Action.SPOKE_DECIDE)))


def _site(actor: Actor, cohort: Cohort) -> Site:
    """The one that the address or the form names, else the first. Raises NotFound."""
    sites = _sites(actor, cohort)
    wanted = request.values.get("site")
    found = next((site for site in sites if site.public_id == wanted), None) if wanted else next(iter(sites), None)
    if found is None:
        raise NotFound(N_("You place students at no site."))
    return found


def _page(actor: Actor, error: str = "", cohort: Cohort | None = None) -> Response:
    cohort = cohort or asked_cohort(actor)
    site = _site(actor, cohort)
    day = today(cohort.zone)
    seats = seats_of(cohort, site)
    return page(
        "coordinator/spoke_drafts.html",
        422 if error else 200,
        cohort=cohort,
        site=site,
        sites=_sites(actor, cohort),
        spokes=list_spokes(cohort),
        seats=seats,
        free=free_seats(cohort, site, seats, day),
        waiting=waiting_at(actor, cohort, site, day),
        drafts=drafts_of(cohort, site),
        need_names=NEED_NAMES,
        error=error,
        typed=request.form,
    )


def _draft_page(actor: Actor, public_id: str, error: str = "") -> Response:
    run, cohort, site = find_run(actor, public_id)
    (draft,) = drafts_from([run])
    lines = lines_of_draft(actor, run, cohort, today(cohort.zone))
    return page(
        "coordinator/spoke_draft.html",
        422 if error else 200,
        draft=draft,
        run=run,
        cohort=cohort,
        site=site,
        lines=lines,
        spokes=list_spokes(cohort),
        offered=seats_of(cohort, site),
        need_names=NEED_NAMES,
        error=error,
    )
