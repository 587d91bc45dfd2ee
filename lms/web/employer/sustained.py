"""After the first year: finance says from its books whether a saving is still there; the program confirms it (V4)."""

from collections.abc import Callable

from flask import Response

from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import find_posting
from lms.capstone.savings.services.sustaining import attest_sustained, state_lapsed
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.employer import bp
from lms.web.employer.claims import CommentForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.savings.claims import claim_values


@bp.get("/claims/<public_id:posting>/after-a-year")
@requires(Action.SAVINGS_VERIFY, fresh=True)
def after_a_year(posting: str) -> Response:
    return _shown(find_posting(current_actor(), posting, Action.SAVINGS_VERIFY), CommentForm(formdata=None))


@bp.post("/claims/<public_id:posting>/sustained")
@requires(Action.SAVINGS_VERIFY, fresh=True)
def say_sustained(posting: str) -> Response:
    actor, form = current_actor(), CommentForm()
    found = find_posting(actor, posting, Action.SAVINGS_VERIFY)
    said = N_("Said. A reviewer of the program confirms it next.")
    return _done(found, form, lambda: attest_sustained(actor, found, form.comment.data or ""), said)


@bp.post("/claims/<public_id:posting>/lapses")
@requires(Action.SAVINGS_VERIFY, fresh=True)
def say_lapsed(posting: str) -> Response:
    actor, form = current_actor(), CommentForm()
    found = find_posting(actor, posting, Action.SAVINGS_VERIFY)
    said = N_("Stated. What was realized stays in the ledger.")
    return _done(found, form, lambda: state_lapsed(actor, found, form.comment.data or ""), said)


def _done(posting: Posting, form: CommentForm, deed: Callable[[], object], said: str) -> Response:
    try:
        deed()
    except RuleBroken as broken:
        broken_into(form, broken)
        return _shown(posting, form, 422)
    tell_next(said)
    return redirect_to("employer.claim", posting=posting.public_id)


def _shown(posting: Posting, form: CommentForm, status: int = 200) -> Response:
    values = claim_values(posting)
    return page("employer/after_a_year.html", status, **values, form=form, today=policy_day())
