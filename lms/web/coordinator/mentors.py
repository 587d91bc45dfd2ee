"""Mentors of the students of one's sites: who, from when to when, and how many each has."""

from datetime import date

from flask import Response, request

from lms.capstone.mentors.queries import find_mentorship, mentors_of
from lms.capstone.mentors.services import assign_mentor, end_mentorship
from lms.guard import current_actor, requires
from lms.hub.enrollment.queries import find_enrollment, roster
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.accounts.queries import person_by_email
from lms.people.scope import policy_day
from lms.web.coordinator import bp
from lms.web.coordinator.requirements import asked_cohort
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next


@bp.get("/mentors")
@requires(Action.MENTOR_ASSIGN)
def mentors() -> Response:
    return _page(current_actor())


@bp.post("/enrollments/<public_id:enrollment_id>/mentors")
@requires(Action.MENTOR_ASSIGN)
def add_mentor(enrollment_id: str) -> Response:
    actor, form = current_actor(), request.form
    enrollment = find_enrollment(actor, enrollment_id, Action.MENTOR_ASSIGN)
    try:
        first, last = _day("from_day"), _day("to_day", optional=True)
        person = person_by_email(form.get("email", ""))
        if person is None:
            raise RuleBroken(N_("Nobody has an account with this e-mail address."), field="email")
        assign_mentor(actor, enrollment, person, first or policy_day(), last)
    except RuleBroken as broken:
        said = " ".join(tell(one.sentence) for one in (broken, *broken.also))
        return _page(actor, enrollment_id, said)
    tell_next(N_("Saved."))
    return redirect_to("coordinator.mentors")


@bp.post("/mentorships/<public_id:mentorship>/end")
@requires(Action.MENTOR_ASSIGN)
def end_mentor(mentorship: str) -> Response:
    actor = current_actor()
    row = find_mentorship(actor, mentorship)
    try:
        end_mentorship(actor, row, _day("day") or policy_day())
    except RuleBroken as broken:
        return _page(actor, "", tell(broken.sentence))
    tell_next(N_("Ended."))
    return redirect_to("coordinator.mentors")


def _day(name: str, *, optional: bool = False) -> date | None:
    text = request.form.get(name, "").strip()
    if not text and optional:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RuleBroken(N_("There is no such day. Write it as 2026-11-23."), field=name) from None


def _page(actor: Actor, broken_at: str = "", error: str = "") -> Response:
    cohort = asked_cohort(actor)
    people = roster(actor, cohort, policy_day(), Action.MENTOR_ASSIGN)
    return page(
        "coordinator/mentors.html",
        422 if error else 200,
        cohort=cohort,
        people=people,
        mentors=mentors_of([member.enrollment for member in people]),
        today=policy_day(),
        broken_at=broken_at,
        error=error,
        typed=request.form,
    )
