"""What waits for a review, one's own first."""

from flask import Response

from lms.capstone.reviews import list_to_review
from lms.guard import current_actor, requires
from lms.people.access import Action
from lms.web.pages import page
from lms.web.reviewer import bp


@bp.get("/")
@requires(Action.SAVINGS_REVIEW)
def home() -> Response:
    return page("reviewer/home.html", waiting=list_to_review(current_actor()))
