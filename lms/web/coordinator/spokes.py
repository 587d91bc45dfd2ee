"""A coordinator opens seats and decides on the rankings of the students at their sites."""

from flask import Response, request
from sqlalchemy import select

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.queries import taught_first
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import find_enrollment
from lms.kernel.clock import today
from lms.kernel.db import session
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.orgs.models import Site
from lms.people.scope import scoped
from lms.spokes.models import SpokeChoice
from lms.spokes.prerequisites import asked_first
from lms.spokes.queries import choice_lines, choices_of, list_spokes, offers, taken
from lms.spokes.services import decline_choice, give_spoke, offer_spoke
from lms.spokes.switching import switches_waiting
from lms.web.asof import asked_as_of
from lms.web.coordinator import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/spokes")
@requires(Action.SPOKE_DECIDE)
def spokes() -> Response:
    return _page(current_actor())


@bp.post("/spokes/decisions/<public_id:enrollment_id>")
@requires(Action.SPOKE_DECIDE)
def decide_spoke(enrollment_id: str) -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, enrollment_id, Action.SPOKE_DECIDE)
    cohort = _cohort(actor)
    held = choices_of(cohort, enrollment).get(enrollment.id)
    if held is None or held.fact.public_id != request.form.get("choice"):
        raise NotFound(N_("This ranking was replaced meanwhile. Reload the page and decide on the new one."))
    try:
        _decide(actor, enrollment, held.fact, cohort)
    except RuleBroken as broken:
        return _page(actor, enrollment.public_id, tell(broken.sentence), 422)
    tell_next(N_("Decided. The student is told."))
    return redirect_to("coordinator.spokes")


def _decide(actor: Actor, enrollment: Enrollment, choice: SpokeChoice, cohort: Cohort) -> None:
    code = request.form.get("spoke", "")
    if not code:
        decline_choice(actor, enrollment, choice, request.form.get("reason", ""))
        return
    course = next((spoke for spoke in list_spokes(cohort) if spoke.code == code), None)
    if course is None:
        raise RuleBroken(N_("Choose one of the spokes in the list."), field="spoke")
    give_spoke(actor, enrollment, choice, course)


@bp.post("/spokes/seats")
@requires(Action.COHORT_MANAGE)
def set_seats() -> Response:
    actor = current_actor()
    cohort = _cohort(actor)
    course = next((spoke for spoke in list_spokes(cohort) if spoke.code == request.form.get("spoke")), None)
    sites = {site.public_id: site for site in _sites(actor)}
    site = sites.get(request.form.get("site", ""))
    text = request.form.get("seats", "").strip()
    if course is None or site is None:
        raise NotFound()
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        return _page(actor, None, tell(N_("Enter the seats as a whole number from 0 to 999.")), 422)
    offer_spoke(actor, cohort, site, course, int(text))
    tell_next(N_("Seats saved."))
    return redirect_to("coordinator.spokes")


def _cohort(actor: Actor) -> Cohort:
    """The cohort that is taught at one of the actor's sites. Raises NotFound."""
    statement = select(Cohort).where(Cohort.taken_back_at.is_(None)).order_by(*taught_first())
    cohort = session.scalars(scoped(statement, actor, Action.COHORT_MANAGE).limit(1)).first()
    if cohort is None:
        raise NotFound()
    return cohort


def _sites(actor: Actor) -> list[Site]:
    """The sites whose seats the actor may set, that teach a section."""
    taught = select(Section.site_id)
    statement = select(Site).where(Site.id.in_(taught)).order_by(Site.name)
    return list(session.scalars(scoped(statement, actor, Action.COHORT_MANAGE)))


def _page(actor: Actor, broken_at: str | None = None, error: str = "", status: int = 200) -> Response:
    cohort = _cohort(actor)
    past, as_of = asked_as_of(cohort.zone)
    day = past or today(cohort.zone)
    lines = choice_lines(actor, cohort, day, as_of)
    return page(
        "coordinator/spokes.html",
        status,
        cohort=cohort,
        lines=lines,
        asked=asked_first([line.member.enrollment for line in lines if line.choice], as_of),
        day=past,
        spokes=list_spokes(cohort),
        sites=_sites(actor),
        offers=offers(cohort, as_of),
        taken=taken(cohort, day, as_of),
        broken_at=broken_at,
        error=error,
        typed=request.form,
        switches=[] if past else switches_waiting(actor),
    )
