"""When a cohort's week sheets are due and lock, and what becomes of those that nobody decides on."""

from flask import Response
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort
from lms.hub.hours.rules.sheet import Terms, week_times
from lms.hub.hours.services.terms import as_terms, set_terms, terms_of
from lms.kernel.clock import today
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.kernel.weeks import monday_of
from lms.people.access import Action
from lms.web.coordinator import bp
from lms.web.forms import ProductForm, choice
from lms.web.pages import broken_into, page, redirect_to, tell_next

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


class TermsForm(ProductForm):
    """Due on a weekday of the week after, at a time; then some days of grace."""

    due_weekday = SelectField(
        N_("Due on, in the week after"), choices=[choice(str(n), name) for n, name in enumerate(WEEKDAYS)]
    )
    due_time = StringField(N_("At"), [InputRequired()])
    grace_days = IntegerField(N_("Days from due to locked"), [InputRequired(N_("Enter a whole number of days."))])
    auto_approves = BooleanField(
        N_("Approve clean sheets with evidence for every hour automatically, if nobody decides in 5 business days")
    )


@bp.get("/cohorts/<public_id:cohort_id>/sheets")
@requires(Action.HOURS_TERMS)
def sheet_terms(cohort_id: str) -> Response:
    cohort = find_cohort(current_actor(), cohort_id)
    row = terms_of(cohort)
    terms = as_terms(row)
    hour, minute = divmod(terms.due_minute, 60)
    form = TermsForm(
        formdata=None,
        due_weekday=str(terms.due_weekday),
        due_time=f"{hour:02d}:{minute:02d}",
        grace_days=terms.grace_days,
        auto_approves=bool(row and row.auto_approves),
    )
    return _shown(cohort, form)


@bp.post("/cohorts/<public_id:cohort_id>/sheets")
@requires(Action.HOURS_TERMS)
def change_sheet_terms(cohort_id: str) -> Response:
    actor, form = current_actor(), TermsForm()
    cohort = find_cohort(actor, cohort_id)
    try:
        if form.validate():
            terms = Terms(
                int(form.due_weekday.data), minute_of_day(form.due_time.data or ""), form.grace_days.data or 0
            )
            set_terms(actor, cohort, terms, bool(form.auto_approves.data))
            tell_next(N_("Saved. It holds for every week that is still open."))
            return redirect_to("coordinator.sheet_terms", cohort_id=cohort_id)
    except RuleBroken as broken:
        broken_into(form, broken)
    return _shown(cohort, form, 422)


def minute_of_day(text: str) -> int:
    """Minutes after midnight of `17:30`. Raises RuleBroken."""
    hour, _, minute = text.strip().partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise RuleBroken(N_("Write the time as 17:30, on the clock of the site."), field="due_time")
    return int(hour) * 60 + int(minute)


def _shown(cohort: Cohort, form: TermsForm, status: int = 200) -> Response:
    terms = as_terms(terms_of(cohort))
    times = week_times(monday_of(today(cohort.zone)), cohort.zone, terms)
    return page("coordinator/sheet_terms.html", status, cohort=cohort, form=form, times=times)
