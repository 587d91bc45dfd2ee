"""Follow-ups answered by a sponsor who is signed in: one, or all of the firm that are open on one page."""

from collections.abc import Mapping

from flask import Response

from lms.capstone.followups.models import FollowUp
from lms.capstone.followups.queries import FollowUpView, find_follow_up, lines_asked_of, open_follow_ups, project_of
from lms.capstone.followups.rules import InUse
from lms.capstone.projects.queries import list_projects
from lms.guard import current_actor, requires
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.web.employer import bp
from lms.web.pages import page, redirect_to, tell_next
from lms.web.savings.followups import (
    FollowUpForm,
    batch_form,
    follow_up_page,
    hows,
    questions_of,
    take_answer,
)


@bp.get("/follow-ups")
@requires(Action.FOLLOW_UP_ANSWER)
def follow_ups() -> Response:
    return _all(_open(current_actor()), {})


@bp.post("/follow-ups")
@requires(Action.FOLLOW_UP_ANSWER)
def answer_follow_ups() -> Response:
    """Those that were answered on the page of all, together: if one cannot be taken, none is."""
    actor = current_actor()
    views = _open(actor)
    forms = {asked.id: batch_form(asked, view.project, is_sent=True) for view, asked in views}
    said = [(view, asked) for view, asked in views if forms[asked.id].in_use.data in set(InUse)]
    if not said:
        return _all(views, forms, is_empty=True)
    broken = [take_answer(actor, asked, view.project, forms[asked.id]) for view, asked in said]
    if any(broken):
        return _all(views, forms)
    tell_next(N_("Saved: %(n)s answered. Finance confirms the months."), n=len(said))
    return redirect_to("employer.follow_ups")


def _open(actor: Actor) -> list[tuple[FollowUpView, FollowUp]]:
    found = open_follow_ups(list_projects(actor, Action.FOLLOW_UP_ANSWER))
    return [(view, view.asked) for view in found if view.asked is not None]


def _all(
    views: list[tuple[FollowUpView, FollowUp]], forms: Mapping[int, FollowUpForm], *, is_empty: bool = False
) -> Response:
    about = lines_asked_of([(asked, view.project) for view, asked in views])
    return page(
        "employer/follow_ups.html",
        422 if forms or is_empty else 200,
        hows=hows(),
        is_empty=is_empty,
        follow_ups=[
            (asked, questions_of(asked, view.project, about[asked.id], _form(view, asked, forms)))
            for view, asked in views
        ],
    )


def _form(view: FollowUpView, asked: FollowUp, forms: Mapping[int, FollowUpForm]) -> FollowUpForm:
    return forms.get(asked.id) or batch_form(asked, view.project, is_sent=False)


@bp.get("/follow-ups/<public_id:asked>")
@requires(Action.FOLLOW_UP_ANSWER)
def follow_up(asked: str) -> Response:
    found = find_follow_up(current_actor(), asked, Action.FOLLOW_UP_ANSWER)
    return follow_up_page("employer/follow_up.html", found, project_of(found))


@bp.post("/follow-ups/<public_id:asked>")
@requires(Action.FOLLOW_UP_ANSWER)
def answer_follow_up_here(asked: str) -> Response:
    actor = current_actor()
    found = find_follow_up(actor, asked, Action.FOLLOW_UP_ANSWER)
    project = project_of(found)
    form = take_answer(actor, found, project)
    if form is None:
        tell_next(N_("Saved. Finance confirms the months."))
        return redirect_to("employer.project", project=project.public_id)
    return follow_up_page("employer/follow_up.html", found, project, form)
