"""A student ranks the spokes offered at their site; each page shows what became of the last ranking."""

from flask import Response, request
from wtforms import SelectField

from lms.guard import current_actor, requires
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, own_enrollment, placement_on
from lms.kernel.clock import today
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.spokes.queries import Seat, choices_of, seats_at, window_of
from lms.spokes.services import choose_spoke
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.student import bp

PLACES = (N_("First choice"), N_("Second choice"), N_("Third choice"), N_("Fourth choice"), N_("Fifth choice"))


class RankingForm(ProductForm):
    """One list of spokes per rank; an empty one ranks nothing."""

    first = SelectField(PLACES[0])
    second = SelectField(PLACES[1])
    third = SelectField(PLACES[2])

    def offer(self, seats: list[Seat]) -> "RankingForm":
        """Let the lists name what is offered at the student's site."""
        for field in (self.first, self.second, self.third):
            field.choices = [choice("", tell(N_("No choice"))), *(choice(s.course.code, s.course.name) for s in seats)]
        return self

    def ranking(self, seats: list[Seat]) -> list[int]:
        """Row numbers of the courses, first choice first."""
        numbers = {seat.course.code: seat.course.id for seat in seats}
        chosen = [str(field.data or "") for field in (self.first, self.second, self.third)]
        return [numbers[code] for code in chosen if code in numbers]


@bp.get("/spoke")
@requires(Action.SPOKE_CHOOSE)
def spoke() -> Response:
    enrollment = own_enrollment(current_actor())
    seats = _seats(enrollment)
    held = choices_of(cohort_of(enrollment), enrollment).get(enrollment.id)
    codes = [course.code for course in held.ranked] if held else []
    shown = dict(zip(("first", "second", "third"), codes, strict=False))
    return _page(enrollment, seats, RankingForm(formdata=None, **shown).offer(seats))


@bp.post("/spoke")
@requires(Action.SPOKE_CHOOSE)
def rank_spokes() -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    seats = _seats(enrollment)
    form = RankingForm(formdata=request.form).offer(seats)
    try:
        choose_spoke(actor, enrollment, form.ranking(seats))
    except RuleBroken as broken:
        broken_into(form, broken)
        return _page(enrollment, seats, form, 422)
    tell_next(N_("Your ranking is in. Your coordinator decides; you will get a message."))
    return redirect_to("student.spoke")


def _seats(enrollment: Enrollment) -> list[Seat]:
    cohort = cohort_of(enrollment)
    place = placement_on(enrollment, today(cohort.zone))
    return seats_at(cohort, place.site_id, today(cohort.zone)) if place else []


def _page(enrollment: Enrollment, seats: list[Seat], form: RankingForm, status: int = 200) -> Response:
    cohort = cohort_of(enrollment)
    window, wanted = window_of(cohort)
    choice_made = choices_of(cohort, enrollment).get(enrollment.id)
    return page("student/spoke.html", status, form=form, seats=seats, window=window, wanted=wanted, choice=choice_made)
