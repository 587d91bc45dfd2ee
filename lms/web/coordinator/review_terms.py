"""How often a cohort's students are reviewed, and when missing signatures are asked for again."""

from flask import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort
from lms.hub.reviews.queries.states import terms_of
from lms.hub.reviews.rules import Terms
from lms.hub.reviews.services.writing import set_terms
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.web.coordinator import bp
from lms.web.forms import ProductForm
from lms.web.pages import broken_into, page, redirect_to, tell_next

WHOLE = N_("Enter a whole number.")


class ReviewTermsForm(ProductForm):
    """Weeks between reviews, business days until a reminder and until the coordinator hears of it."""

    every_weeks = IntegerField(N_("Weeks from one review to the next"), [InputRequired(WHOLE)])
    remind_days = IntegerField(N_("Business days until a missing signature is asked for again"), [InputRequired(WHOLE)])
    escalate_days = IntegerField(N_("Business days until the coordinator hears of it"), [InputRequired(WHOLE)])


@bp.get("/cohorts/<public_id:cohort_id>/reviews")
@requires(Action.REVIEW_TERMS)
def review_terms(cohort_id: str) -> Response:
    cohort = find_cohort(current_actor(), cohort_id)
    terms, _ = terms_of(cohort.id)
    form = ReviewTermsForm(
        formdata=None,
        every_weeks=terms.every_weeks,
        remind_days=terms.remind_days,
        escalate_days=terms.escalate_days,
    )
    return _shown(cohort, form)


@bp.post("/cohorts/<public_id:cohort_id>/reviews")
@requires(Action.REVIEW_TERMS)
def change_review_terms(cohort_id: str) -> Response:
    actor, form = current_actor(), ReviewTermsForm()
    cohort = find_cohort(actor, cohort_id)
    try:
        if form.validate():
            terms = Terms(form.every_weeks.data or 0, form.remind_days.data or 0, form.escalate_days.data or 0)
            set_terms(actor, cohort, terms)
            tell_next(N_("Saved. Reviews that were begun keep their day."))
            return redirect_to("coordinator.review_terms", cohort_id=cohort_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(cohort, form, 422)


def _shown(cohort: Cohort, form: ReviewTermsForm, status: int = 200) -> Response:
    return page("reviews/terms.html", status, cohort=cohort, form=form)
