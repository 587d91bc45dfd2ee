"""Beginning a review, writing it, agreeing on what comes next, asking for signatures: instructors and coordinators."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.reviews.kinds import Party
from lms.hub.reviews.models import ProgressReview
from lms.hub.reviews.queries.reading import find_action, find_review
from lms.hub.reviews.services.signing import send_review_link
from lms.hub.reviews.services.writing import (
    agree_action,
    ask_signatures,
    begin_review,
    drop_action,
    refresh_figures,
    write_review,
)
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.pages import redirect_to, tell_next
from lms.web.reviews.reading import named, typed_day
from lms.web.reviews.shown import review_page


def add_writing(bp: Blueprint) -> None:
    """For those who hold reviews."""
    bp.post("/reviews")(hold_review)
    bp.post("/reviews/<public_id:review_id>/content")(write_review_notes)
    bp.post("/reviews/<public_id:review_id>/figures")(fill_review_anew)
    bp.post("/reviews/<public_id:review_id>/actions")(agree_in_review)
    bp.post("/reviews/<public_id:review_id>/actions/<public_id:action_id>/removal")(take_out_of_review)
    bp.post("/reviews/<public_id:review_id>/signature-requests")(request_signatures)
    bp.post("/reviews/<public_id:review_id>/links")(mail_review_link)


@requires(Action.REVIEW_OPEN)
def hold_review() -> Response:
    actor = current_actor()
    enrollment = find_enrollment(actor, request.form.get("enrollment", ""), Action.REVIEW_OPEN)
    number = request.form.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) < 3):
        raise NotFound()
    try:
        made = begin_review(actor, enrollment, int(number))
    except RuleBroken as broken:
        tell_next(broken.sentence.message, "bad", **broken.sentence.values)
        return redirect_to(named("reviews"))
    tell_next(N_("Begun, and filled in with what is known today."))
    return redirect_to(named("review"), review_id=made.public_id)


@requires(Action.REVIEW_OPEN)
def write_review_notes(review_id: str) -> Response:
    def run(actor: Actor, row: ProgressReview) -> None:
        form = request.form
        write_review(actor, row, form.get("notes", ""), typed_day(form.get("held_on", "")), form.get("seen", ""))

    return _done(review_id, run, N_("Saved."))


@requires(Action.REVIEW_OPEN)
def fill_review_anew(review_id: str) -> Response:
    return _done(review_id, refresh_figures, N_("Filled in anew, with what is known today."))


@requires(Action.REVIEW_OPEN)
def agree_in_review(review_id: str) -> Response:
    def run(actor: Actor, row: ProgressReview) -> None:
        owner = next((one for one in Party if one.value == request.form.get("owner")), None)
        day = typed_day(request.form.get("due_on", ""))
        if owner is None or day is None:
            raise RuleBroken(N_("Say who does it, and by which day."), field="due_on")
        agree_action(actor, row, request.form.get("what", ""), owner, day)

    return _done(review_id, run, N_("Agreed."))


@requires(Action.REVIEW_OPEN)
def take_out_of_review(review_id: str, action_id: str) -> Response:
    def run(actor: Actor, row: ProgressReview) -> None:
        drop_action(actor, find_action(actor, action_id, Action.REVIEW_OPEN))

    return _done(review_id, run, N_("Taken out."))


@requires(Action.REVIEW_OPEN)
def request_signatures(review_id: str) -> Response:
    return _done(review_id, ask_signatures, N_("Sent. Everybody who signs was told; the supervisor got a link."))


@requires(Action.REVIEW_OPEN)
def mail_review_link(review_id: str) -> Response:
    return _done(review_id, send_review_link, N_("A new link is on its way. Links sent before do not work any more."))


def _done(review_id: str, run: Callable[[Actor, ProgressReview], object], said: str) -> Response:
    """Run a command on the review of the address; what it refuses stands on the page, with what was typed."""
    actor = current_actor()
    row = find_review(actor, review_id, Action.REVIEW_OPEN)
    try:
        run(actor, row)
    except (RuleBroken, Conflict) as broken:
        return review_page(actor, row, broken)
    tell_next(said)
    return redirect_to(named("review"), review_id=review_id)
