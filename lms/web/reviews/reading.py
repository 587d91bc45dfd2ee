"""Lists of reviews, one review, its PDF; signing it and saying what became of what was agreed."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, request, url_for

from lms.guard import current_actor, requires
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort, list_cohorts
from lms.hub.enrollment.queries import own_enrollment
from lms.hub.reviews.kinds import STAGE_NAMES, Settlement, Stage
from lms.hub.reviews.queries.reading import find_action, find_review, list_reviews, review_of, reviews_of
from lms.hub.reviews.queries.states import Line, overview, planned_of, terms_of
from lms.hub.reviews.rules import OPENS_BEFORE
from lms.hub.reviews.services.signing import sign_review
from lms.hub.reviews.services.writing import settle_action
from lms.kernel.clock import today
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.reports.reviews.pdf import review_pdf
from lms.web.asof import asked_as_of
from lms.web.downloads import csv_download, download
from lms.web.language import reader, tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.reviews.shown import WORDS, review_page, shown

COLUMNS = ("student", "section", "number", "due_on", "state", "held_on", "missing_signatures", "open_actions")


def add_reading(bp: Blueprint) -> None:
    """What everybody has who takes part in reviews."""
    bp.get("/reviews/<public_id:review_id>")(review)
    bp.get("/reviews/<public_id:review_id>/pdf")(review_as_pdf)
    bp.post("/reviews/<public_id:review_id>/actions/<public_id:action_id>/outcome")(settle_agreed)


def add_signing(bp: Blueprint) -> None:
    """For the three who sign."""
    bp.post("/reviews/<public_id:review_id>/signatures")(put_signature)


def add_list(bp: Blueprint) -> None:
    """For students and firms: those that concern them."""
    bp.get("/reviews", endpoint="reviews")(own_reviews)


def add_overview(bp: Blueprint) -> None:
    """For those who hold reviews: everybody's, on one screen and as a table to take away."""
    bp.get("/reviews", endpoint="reviews")(all_reviews)
    bp.get("/reviews.csv")(reviews_csv)


def named(name: str) -> str:
    """The endpoint of a page in the portal in hand."""
    return f"{request.blueprint}.{name}"


@requires(Action.REVIEW_READ)
def own_reviews() -> Response:
    actor = current_actor()
    if request.blueprint == "student":
        enrollment = own_enrollment(actor)
        return page("reviews/own.html", found=planned_of([enrollment])[enrollment.id], **WORDS)
    return page("reviews/firm.html", found=reviews_of(list_reviews(actor)), **WORDS)


@requires(Action.REVIEW_OPEN)
def all_reviews() -> Response:
    actor = current_actor()
    cohort = asked_cohort(actor)
    day, as_of = asked_as_of(cohort.zone)
    lines = overview(actor, cohort, as_of)
    stage = next((one for one in Stage if one.value == request.args.get("stage")), None)
    return page(
        "reviews/overview.html",
        cohort=cohort,
        cohorts=list_cohorts(actor),
        lines=[line for line in lines if stage in (None, line.planned.stage)],
        stage=stage,
        stage_tabs=_tabs(cohort, lines, stage, day),
        terms=terms_of(cohort.id, as_of)[0],
        opens_until=today(cohort.zone) + OPENS_BEFORE,
        day=day,
        **WORDS,
    )


def _tabs(cohort: Cohort, lines: Sequence[Line], stage: Stage | None, day: date | None) -> list[tuple[object, ...]]:
    """One for each stage that somebody is at: name, address, whether it is shown, how many."""
    back = day.isoformat() if day else None
    found: list[tuple[object, ...]] = []
    for one in Stage:
        count = sum(line.planned.stage is one for line in lines)
        if count:
            address = url_for(named("reviews"), cohort=cohort.public_id, stage=one.value, as_of=back)
            found.append((tell(STAGE_NAMES[one]), address, one is stage, count))
    return found


def asked_cohort(actor: Actor) -> Cohort:
    """The one that the address names, else the newest. Raises NotFound."""
    if wanted := request.args.get("cohort"):
        return find_cohort(actor, wanted)
    cohorts = list_cohorts(actor)
    if not cohorts:
        raise NotFound(N_("You have no cohort yet."))
    return cohorts[0]


@requires(Action.REVIEW_OPEN)
def reviews_csv() -> Response:
    actor = current_actor()
    cohort = asked_cohort(actor)
    _, as_of = asked_as_of(cohort.zone)
    return csv_download(f"{cohort.name} reviews.csv", COLUMNS, [_row(line) for line in overview(actor, cohort, as_of)])


def _row(line: Line) -> tuple[object, ...]:
    one = line.planned
    agreed = [*one.review.actions, *one.review.carried] if one.review else []
    return (
        line.member.person.name,
        line.member.section.name if line.member.section else "",
        one.number,
        one.due_on,
        one.stage.value,
        one.review.content.held_on if one.review and one.review.content.held_on else "",
        " ".join(party.value for party in one.missing),
        sum(action.outcome is Settlement.OPEN for action in agreed),
    )


@requires(Action.REVIEW_READ, writes=True)
def review(review_id: str) -> Response:
    actor = current_actor()
    return review_page(actor, find_review(actor, review_id))


@requires(Action.REVIEW_READ, writes=True)
def review_as_pdf(review_id: str) -> Response:
    actor = current_actor()
    row = find_review(actor, review_id)
    _, as_of = asked_as_of(actor.zone)
    found = review_of(row, as_of)
    made = review_pdf(shown(actor, found, as_of), reader())
    return download(f"{found.student.name} review {row.number}.pdf", [made], "application/pdf")


@requires(Action.REVIEW_SIGN)
def put_signature(review_id: str) -> Response:
    actor = current_actor()
    row = find_review(actor, review_id, Action.REVIEW_SIGN)
    try:
        sign_review(actor, row, request.form.get("seen", ""), request.form.get("comment", ""))
    except (RuleBroken, Conflict) as broken:
        return review_page(actor, row, broken)
    tell_next(N_("Signed. Thank you."))
    return redirect_to(named("review"), review_id=review_id)


@requires(Action.REVIEW_SETTLE)
def settle_agreed(review_id: str, action_id: str) -> Response:
    actor = current_actor()
    row = find_review(actor, review_id)
    outcome = next((one for one in Settlement if one.value == request.form.get("outcome")), None)
    try:
        if outcome is None:
            raise RuleBroken(N_("Say what became of it."), field="outcome")
        settle_action(actor, find_action(actor, action_id, Action.REVIEW_SETTLE), outcome, request.form.get("note", ""))
    except RuleBroken as broken:
        return review_page(actor, row, broken)
    tell_next(N_("Saved."))
    return redirect_to(named("review"), review_id=review_id)


def typed_day(text: str) -> date | None:
    """A day as a form sends it; None for an empty one. Raises RuleBroken."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise RuleBroken(N_("There is no such day. Write it as 2026-11-23."), field="day") from None
