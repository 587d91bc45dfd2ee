"""A student ranks the spokes offered at their site; each page shows what became of the last ranking."""

from datetime import date, datetime

from flask import Response, request
from wtforms import SelectField

from lms.guard import current_actor, requires
from lms.hub.cohorts.rules import week_number
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, own_enrollment, placement_on
from lms.kernel.clock import today
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action
from lms.spokes.drafts import published_place
from lms.spokes.prerequisites import asked_first, blocks
from lms.spokes.queries import Seat, choices_of, list_spokes, seats_at, window_of
from lms.spokes.services import choose_spoke
from lms.spokes.switching import ask_switch, change_window, history_of, open_switch, withdraw_switch
from lms.web.asof import asked_as_of
from lms.web.forms import ProductForm, choice
from lms.web.language import tell
from lms.web.pages import broken_into, page, redirect_to, tell_next
from lms.web.standing import WORDS
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
    day, as_of = asked_as_of(cohort_of(enrollment).zone)
    if day:
        return _past(enrollment, day, as_of)
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


@bp.post("/spoke/switches")
@requires(Action.SPOKE_CHOOSE)
def ask_for_switch() -> Response:
    actor = current_actor()
    enrollment = own_enrollment(actor)
    seats = _seats(enrollment)
    course = next((seat.course for seat in seats if seat.course.code == request.form.get("spoke")), None)
    try:
        if course is None:
            raise RuleBroken(N_("Choose another spoke that is offered at your site."), field="spoke")
        ask_switch(actor, enrollment, course, request.form.get("reason", ""))
    except RuleBroken as broken:
        form = RankingForm(formdata=None).offer(seats)
        return _page(enrollment, seats, form, 422, tell(broken.sentence))
    tell_next(N_("Sent. Your coordinator decides; you will get a message."))
    return redirect_to("student.spoke")


@bp.post("/spoke/switches/withdrawal")
@requires(Action.SPOKE_CHOOSE)
def take_switch_back() -> Response:
    actor = current_actor()
    withdraw_switch(actor, own_enrollment(actor))
    tell_next(N_("Taken back. You keep your spoke."))
    return redirect_to("student.spoke")


def _past(enrollment: Enrollment, day: date, as_of: datetime | None) -> Response:
    """What was offered and chosen on a day gone by; nothing can be done there."""
    cohort = cohort_of(enrollment)
    place = placement_on(enrollment, day, as_of)
    return page(
        "student/spoke_past.html",
        day=day,
        seats=seats_at(cohort, place.site_id, day, as_of) if place else [],
        asked=asked_first([enrollment], as_of).get(enrollment.id, {}),
        **WORDS,
        choice=choices_of(cohort, enrollment, as_of).get(enrollment.id),
    )


def _seats(enrollment: Enrollment) -> list[Seat]:
    cohort = cohort_of(enrollment)
    place = placement_on(enrollment, today(cohort.zone))
    return seats_at(cohort, place.site_id, today(cohort.zone)) if place else []


def _page(enrollment: Enrollment, seats: list[Seat], form: RankingForm, status: int = 200, error: str = "") -> Response:
    cohort = cohort_of(enrollment)
    window, wanted = window_of(cohort)
    choice_made = choices_of(cohort, enrollment).get(enrollment.id)
    change = change_window(enrollment, cohort)
    return page(
        "student/spoke.html",
        status,
        form=form,
        seats=seats,
        window=window,
        wanted=wanted,
        choice=choice_made,
        why=published_place(cohort, enrollment),
        switch=open_switch(enrollment),
        change=change,
        may_change=change.is_open(week_number(today(cohort.zone), cohort.week_one_monday)),
        history=history_of(enrollment, {course.id: course.name for course in list_spokes(cohort)}),
        error=error,
        typed=request.form,
        asked=asked_first([enrollment]).get(enrollment.id, {}),
        blocks=blocks(enrollment),
        **WORDS,
    )
