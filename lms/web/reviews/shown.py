"""One review as a page shows it: with what the reader may see and do; a firm's reading is logged."""

from datetime import date, datetime
from typing import Any

from flask import Response, request

from lms.capstone.projects.rules import ProjectState
from lms.capstone.projects.words import STATES
from lms.hub.hours.queries.situation import situation_of
from lms.hub.reviews.agenda import tenths
from lms.hub.reviews.kinds import OUTCOME_NAMES, PARTY_NAMES, STAGE_NAMES, Manner, Party, Settlement, Stage
from lms.hub.reviews.queries.reading import Review, firm_of, review_of, whys_of
from lms.hub.reviews.queries.states import dues_of, explain, terms_of
from lms.hub.reviews.rules import STATEMENT, Due
from lms.hub.reviews.services.signing import CONSENTS, hidden_from, party_of
from lms.hub.reviews.services.telling import links_of
from lms.hub.reviews.whys import for_reader
from lms.hub.standing.pace import PACE_NAMES
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.explain import Explained
from lms.kernel.text import N_
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.people.consent.services import disclose_many
from lms.web.asof import asked_as_of
from lms.web.language import tell
from lms.web.pages import page
from lms.web.shell import has_page

STAGE_TONES = dict(zip(Stage, ("bad", "info", "warn", "muted", "good"), strict=True))
OUTCOME_TONES = {Settlement.OPEN: "info", Settlement.DONE: "good", Settlement.NOT_DONE: "warn"}
SECTION_NAMES = {
    "hours": N_("hours"),
    "progress": N_("progress"),
    "attendance": N_("attendance"),
    "grades": N_("grades"),
    "capstone": N_("capstone"),
}
WORDS: dict[str, Any] = {
    "party_names": PARTY_NAMES,
    "stage_names": STAGE_NAMES,
    "stage_tones": STAGE_TONES,
    "outcome_names": OUTCOME_NAMES,
    "outcome_tones": OUTCOME_TONES,
    "pace_names": PACE_NAMES,
    "outcomes": Settlement,
    "parties": Party,
    "manners": Manner,
    "statement": STATEMENT,
    "tenths": tenths,
}


def review_page(actor: Actor, found: Any, broken: RuleBroken | Conflict | None = None) -> Response:
    """The page of a review that was found; broken: what was refused, with what was typed put back."""
    day, as_of = (None, None)
    if request.method == "GET":
        day, as_of = asked_as_of(actor.zone)
    review = review_of(found, as_of)
    return page(
        "reviews/page.html",
        broken.status if broken else 200,
        error=tell(broken.sentence) if broken else "",
        typed=request.form,
        day=day,
        may={} if day else may_do(actor, review),
        links=links_of(review) if not day and _is(actor, Action.REVIEW_OPEN, review) else [],
        **shown(actor, review, as_of),
    )


def shown(actor: Actor, review: Review, as_of: datetime | None = None) -> dict[str, Any]:
    """What both the page and the page behind a link show. Logs what somebody at a firm reads."""
    hidden = hidden_from(actor, review)
    _log(actor, review, hidden)
    figures = {name: value for name, value in review.content.figures.items() if name not in hidden}
    state = figures.get("capstone", {}).get("state")
    finish = figures.get("progress", {}).get("finish")
    return {
        "review": review,
        "figures": figures,
        "hidden": hidden,
        "hidden_names": [tell(SECTION_NAMES[section]) for section in SECTION_NAMES if section in hidden],
        "agenda": review.agenda(hidden),
        "whys": for_reader(whys_of(review), hidden, is_of_firm=party_of(actor, review) is Party.SUPERVISOR),
        "why_due": why_due(review, as_of),
        "capstone_state": STATES[ProjectState(state)] if state else None,
        "finish": date.fromisoformat(finish) if finish else None,
        "period": (date.fromisoformat(figures["from"]), date.fromisoformat(figures["to"])),
        **WORDS,
    }


def why_due(review: Review, as_of: datetime | None = None) -> Explained[date]:
    """Why it is on its day: by the terms and the days away that hold now; where they moved since, by what was then."""
    place = situation_of(review.enrollment, as_of)
    terms, row = terms_of(review.enrollment.cohort_id, as_of)
    for due in dues_of(place, terms):
        if due.due_on == review.row.due_on:
            return explain(place, terms, row, due)
    place, (terms, row) = (
        situation_of(review.enrollment, review.row.recorded_at),
        terms_of(review.enrollment.cohort_id, review.row.recorded_at),
    )
    by_number = {due.number: due for due in dues_of(place, terms)}
    usual = Due(review.row.number, date.fromisoformat(review.content.figures["from"]), review.row.due_on, 0)
    return explain(place, terms, row, by_number.get(review.row.number, usual))


def may_do(actor: Actor, review: Review) -> dict[str, bool]:
    """What the reader can do on the page."""
    party = party_of(actor, review)
    can_sign = party in review.missing and review.content.is_asked and _is(actor, Action.REVIEW_SIGN, review)
    here = request.blueprint
    return {
        "write": _is(actor, Action.REVIEW_OPEN, review) and has_page(f"{here}.write_review_notes"),
        "settle": _is(actor, Action.REVIEW_SETTLE, review),
        "sign": can_sign and has_page(f"{here}.put_signature"),
        "link": Party.SUPERVISOR in review.missing and review.content.is_asked,
    }


def _is(actor: Actor, action: Action, review: Review) -> bool:
    return allowed(actor, action, anchor_of(review.row))


def _log(actor: Actor, review: Review, hidden: frozenset[str]) -> None:
    """Each section that somebody at a firm is shown rests on a consent, and is logged as read."""
    if party_of(actor, review) is not Party.SUPERVISOR or review.firm_id is None:
        return
    firm = firm_of(review)
    for section, record_type in CONSENTS.items():
        if section not in hidden:
            disclose_many(actor, firm, [review.enrollment], record_type, "progress review")
