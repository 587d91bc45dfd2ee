"""Adjustments of closed weeks, proposed by one person and confirmed by a second, in every approver's portal."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import KIND_NAMES, Kind
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.queries.adjustments import find_proposal
from lms.hub.hours.services.office import Correction, confirm_adjustment, decline_adjustment, propose_adjustment
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.pages import redirect_to, tell_next

LONGEST = 6  # digits of signed minutes
STATE_NAMES = {"waiting": N_("waits for a second person"), "confirmed": N_("confirmed"), "declined": N_("declined")}


def add_adjustments(bp: Blueprint) -> None:
    """Put the two decisions on the blueprint of a portal."""
    bp.post("/adjustments/<public_id:proposal_id>/confirmation")(confirm_proposal)
    bp.post("/adjustments/<public_id:proposal_id>/refusal")(decline_proposal)


@requires(Action.HOURS_ADJUST)
def confirm_proposal(proposal_id: str) -> Response:
    actor = current_actor()
    try:
        confirm_adjustment(actor, find_proposal(actor, proposal_id))
        tell_next(N_("Confirmed. The minutes count from now on, and the student is told."))
    except (RuleBroken, Conflict) as broken:
        tell_next(broken.sentence.message, "warn", **broken.sentence.values)
    return redirect_to(f"{request.blueprint}.approvals")


@requires(Action.HOURS_ADJUST)
def decline_proposal(proposal_id: str) -> Response:
    actor = current_actor()
    try:
        decline_adjustment(actor, find_proposal(actor, proposal_id), request.form.get("reason", ""))
        tell_next(N_("Declined. Nothing was changed."))
    except (RuleBroken, Conflict) as broken:
        tell_next(broken.sentence.message, "warn", **broken.sentence.values)
    return redirect_to(f"{request.blueprint}.approvals")


def propose(actor: Actor, enrollment: Enrollment, monday: date, form: MultiDict[str, str]) -> None:
    """Read the form of a week and propose what it says. Raises RuleBroken."""
    reason = form.get("reason", "")
    propose_adjustment(actor, enrollment, _correction(monday, form), reason)


def _correction(monday: date, form: MultiDict[str, str]) -> Correction:
    number = form.get("minutes", "").strip().replace("\u2212", "-")
    if not number.removeprefix("-").isdecimal() or len(number) > LONGEST:
        raise RuleBroken(N_("Enter whole minutes, with a minus sign to take away, such as -30."), field="minutes")
    kinds = {kind.value: kind for kind in Kind}
    if form.get("kind") not in kinds:
        raise RuleBroken(N_("Choose what kind of work it was."), field="kind")
    try:
        day = date.fromisoformat(form.get("day", ""))
    except ValueError:
        day = monday
    return Correction(
        day=day, minutes=int(number), kind=kinds[form["kind"]], paid_by_firm=form.get("paid_by_firm") == "yes"
    )


def adjusting_words() -> dict[str, Any]:
    """What the partial template needs beside the proposals."""
    return {"adjust_kinds": KIND_NAMES, "proposal_states": STATE_NAMES}
