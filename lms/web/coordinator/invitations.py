"""Who of a cohort can sign in, and what became of the letters to the others."""

from collections import Counter

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.roster.queries.invitations import list_invited
from lms.hub.roster.rules.invitations import WANTS_ONE, LinkState
from lms.hub.roster.services.invitations import invite_again, invite_cohort, revoke_invitation
from lms.kernel import deadline
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.coordinator import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.roster_words import LINKS

SECONDS = 60
SHOWN = 100


@bp.get("/invitations")
@requires(Action.PERSON_INVITE)
def invitations() -> Response:
    actor = current_actor()
    return _page(actor, _cohort(actor))


@bp.post("/cohorts/<public_id:cohort>/invitations")
@requires(Action.PERSON_INVITE)
def invite_all(cohort: str) -> Response:
    deadline.begin(SECONDS)
    done = invite_cohort(current_actor(), find_cohort(current_actor(), cohort))
    tell_next(N_("Letters on their way: %(count)s."), count=len(done))
    return redirect_to("coordinator.invitations", cohort=cohort)


@bp.post("/enrollments/<public_id:enrollment>/invitation")
@requires(Action.PERSON_INVITE)
def invite_one(enrollment: str) -> Response:
    actor = current_actor()
    found = find_enrollment(actor, enrollment, Action.PERSON_INVITE)
    cohort = request.form.get("cohort", "")
    try:
        person = invite_again(actor, found)
    except RuleBroken as broken:
        return _page(actor, _cohort(actor, cohort), tell(broken.sentence), 422)
    tell_next(N_("A new letter to %(name)s is on its way; the old link is worth nothing now."), name=person.name)
    return redirect_to("coordinator.invitations", cohort=cohort or None)


@bp.post("/enrollments/<public_id:enrollment>/invitation/revocation")
@requires(Action.PERSON_INVITE)
def take_back_invitation(enrollment: str) -> Response:
    actor = current_actor()
    person = revoke_invitation(actor, find_enrollment(actor, enrollment, Action.PERSON_INVITE))
    tell_next(N_("The link of %(name)s is worth nothing now."), name=person.name)
    return redirect_to("coordinator.invitations", cohort=request.form.get("cohort") or None)


def _cohort(actor: Actor, wanted: str = "") -> Cohort:
    if wanted := wanted or request.args.get("cohort", ""):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


def _page(actor: Actor, cohort: Cohort, error: str = "", status: int = 200) -> Response:
    people = list_invited(actor, cohort)
    counts = Counter(one.delivery.state for one in people)
    asked = request.args.get("state", "")
    shown = [one for one in people if not asked or one.delivery.state == asked]
    start = max(request.args.get("start", 0, int), 0)
    return page(
        "coordinator/invitations.html",
        status,
        cohort=cohort,
        people=shown[start : start + SHOWN],
        more=start + SHOWN if len(shown) > start + SHOWN else None,
        words=LINKS,
        counts=[(state, counts[state]) for state in LinkState if counts[state]],
        wanting=sum(one.delivery.state in WANTS_ONE for one in people),
        everybody=len(people),
        asked=asked,
        error=error,
    )
