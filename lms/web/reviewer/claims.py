"""A verified saving under review: everything that was said about it, and the checklist that has to be answered."""

from collections.abc import Callable

from flask import Response
from wtforms import SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from lms.capstone.projects.queries import baseline_of, charter_of, team_of
from lms.capstone.reviews import list_to_review
from lms.capstone.savings.models import Posting
from lms.capstone.savings.queries import find_posting, names_of
from lms.capstone.savings.rules.review import Check
from lms.capstone.savings.services.claims import project_of_posting
from lms.capstone.savings.services.reviewing import review
from lms.capstone.savings.services.sustaining import confirm_sustained
from lms.guard import current_actor, requires
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import prose_of
from lms.kernel.text import N_
from lms.people.access import Action
from lms.people.scope import policy_day
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.reviewer import bp
from lms.web.savings.claims import claim_values
from lms.web.savings.forms import options

BASELINE_WORDS = ("metric", "unit", "source")


class ReviewForm(ProductForm):
    """The questions, and what one has to say."""

    checklist = SelectMultipleField(
        N_("What have you checked?"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    comment = TextAreaField(N_("What do you want to say about it?"))

    def offer(self) -> "ReviewForm":
        """Fill the questions."""
        self.checklist.choices = options(Check)
        return self

    def answered(self) -> list[Check]:
        """The questions that were answered with yes."""
        return [check for check in Check if check.value in (self.checklist.data or ())]


@bp.get("/claims/<public_id:posting>")
@requires(Action.SAVINGS_REVIEW)
def claim(posting: str) -> Response:
    found = find_posting(current_actor(), posting, Action.SAVINGS_REVIEW)
    return _shown(found, ReviewForm(formdata=None).offer())


@bp.post("/claims/<public_id:posting>/reviews")
@requires(Action.SAVINGS_REVIEW)
def review_claim(posting: str) -> Response:
    actor, form = current_actor(), ReviewForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_REVIEW)
    return _done(found, form, lambda: review(actor, found, form.answered(), form.comment.data or ""), N_("Reviewed."))


@bp.post("/claims/<public_id:posting>/sustained")
@requires(Action.SAVINGS_REVIEW)
def confirm_claim(posting: str) -> Response:
    actor, form = current_actor(), ReviewForm().offer()
    found = find_posting(actor, posting, Action.SAVINGS_REVIEW)
    said = N_("Confirmed: the saving is sustained.")
    return _done(found, form, lambda: confirm_sustained(actor, found, form.comment.data or ""), said)


def _done(posting: Posting, form: ReviewForm, deed: Callable[[], object], said: str) -> Response:
    try:
        deed()
    except RuleBroken as broken:
        broken_into(form, broken)
        return _shown(posting, form, 422)
    tell_next(said)
    return redirect_to("reviewer.home")


def _shown(posting: Posting, form: ReviewForm, status: int = 200) -> Response:
    actor, project = current_actor(), project_of_posting(posting)
    waits = next((one for one in list_to_review(actor) if one.claim.id == posting.id), None)
    baseline, locked = baseline_of(project)
    words = (
        {name: prose_of([baseline], name).get(baseline.public_id, "") for name in BASELINE_WORDS} if baseline else {}
    )
    agreed = charter_of(project)
    return page(
        "reviewer/claim.html",
        status,
        **claim_values(posting),
        waits=waits,
        baseline=baseline,
        baseline_lock=locked,
        baseline_words=words,
        coach=names_of({agreed.coach_id}).get(agreed.coach_id, "") if agreed else "",
        team=team_of([project])[project.id],
        today=policy_day(),
        form=form,
    )
