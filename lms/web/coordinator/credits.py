"""Prior learning to decide on and credentials to verify, of every student whom the reader answers for."""

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.competencies.queries import credentials_to_check, find_credential
from lms.hub.competencies.services.outside import check_credential
from lms.hub.credits.queries import find_request, requests_to_decide
from lms.hub.credits.rules import OUTCOME_NAMES, Outcome
from lms.hub.credits.services import decide_credit, titles_for
from lms.hub.hours.rules.lengths import parse_minutes
from lms.kernel.errors import NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.scope import policy_day
from lms.web.coordinator import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.proofs import proof_response


@bp.get("/credits")
@requires(Action.CREDIT_DECIDE)
def credits() -> Response:
    return _page(current_actor())


@bp.post("/credits/<public_id:credit_request>/decisions")
@requires(Action.CREDIT_DECIDE)
def decide(credit_request: str) -> Response:
    actor = current_actor()
    found = find_request(actor, credit_request, Action.CREDIT_DECIDE)
    outcome = next((one for one in Outcome if one.value == request.form.get("outcome")), None)
    if outcome is None:
        raise NotFound()
    text = request.form.get("minutes", "").strip()
    try:
        minutes = parse_minutes(text, field="minutes") if text and outcome is Outcome.GRANTED else None
        decide_credit(actor, found, outcome, minutes, request.form.get("reason", ""))
    except RuleBroken as broken:
        return _page(actor, credit_request, tell(broken.sentence))
    tell_next(N_("Decided. The student is told."))
    return redirect_to("coordinator.credits")


@bp.get("/credits/<public_id:credit_request>/file")
@requires(Action.CREDIT_DECIDE)
def credit_file(credit_request: str) -> Response:
    return proof_response(find_request(current_actor(), credit_request, Action.CREDIT_DECIDE))


@bp.post("/credentials/<public_id:credential>/checks")
@requires(Action.CREDENTIAL_VERIFY)
def check(credential: str) -> Response:
    actor = current_actor()
    found = find_credential(actor, credential, Action.CREDENTIAL_VERIFY)
    try:
        check_credential(actor, found, request.form.get("found") == "verified", request.form.get("note", ""))
    except RuleBroken as broken:
        return _page(actor, credential, tell(broken.sentence))
    tell_next(N_("Saved. The student is told."))
    return redirect_to("coordinator.credits")


@bp.get("/credentials/<public_id:credential>/file")
@requires(Action.CREDENTIAL_VERIFY)
def credential_file(credential: str) -> Response:
    return proof_response(find_credential(current_actor(), credential, Action.CREDENTIAL_VERIFY))


def _page(actor: Actor, broken_at: str = "", error: str = "") -> Response:
    waiting, decided = requests_to_decide(actor)
    return page(
        "coordinator/credits.html",
        422 if error else 200,
        waiting=waiting,
        decided=decided,
        nodes=titles_for([enrollment for enrollment, _, _ in (*waiting, *decided)]),
        brought=credentials_to_check(actor),
        outcome_names=OUTCOME_NAMES,
        today=policy_day(),
        broken_at=broken_at,
        error=error,
        typed=request.form,
    )
