"""Beginning a review, writing it, agreeing on what comes next, asking for signatures. Each change is a new content."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import Enrollment
from lms.hub.hours.queries.situation import situation_of
from lms.hub.reviews.kinds import Party, Settlement
from lms.hub.reviews.models import ActionOutcome, ProgressReview, ReviewAction, ReviewContent, ReviewTerms, ReviewWhy
from lms.hub.reviews.queries.figures import Taken, take_figures
from lms.hub.reviews.queries.reading import Review, of_enrollments, review_of, review_with
from lms.hub.reviews.queries.states import dues_of, terms_of
from lms.hub.reviews.rules import (
    MAX_WORDS,
    OPENS_BEFORE,
    Due,
    Terms,
    check_action,
    check_notes,
    check_ready,
    check_terms,
    content_hash,
)
from lms.hub.reviews.services.telling import ask_for_signatures
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import known
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within


@command(Action.REVIEW_TERMS)
def set_terms(actor: Actor, cohort: Cohort, terms: Terms) -> ReviewTerms:
    """From now on the cohort's reviews are due so; those that were begun keep their day. Raises RuleBroken."""
    check_terms(terms)
    held, before = terms_of(cohort.id)
    if held == terms:
        raise RuleBroken(N_("This holds already."))
    row = ReviewTerms(
        cohort_id=cohort.id,
        every_weeks=terms.every_weeks,
        remind_days=terms.remind_days,
        escalate_days=terms.escalate_days,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.REVIEW_OPEN)
def begin_review(actor: Actor, enrollment: Enrollment, number: int) -> ProgressReview:
    """Begin the next review of a student, filled in with what is known now. Raises RuleBroken."""
    due = _due(enrollment, number)
    place = situation_of(enrollment)
    today = local_day(acting_at(), place.zone)
    if not place.studies_on(today):
        raise RuleBroken(N_("This student does not study now, so there is nothing to review."))
    if today < due.due_on - OPENS_BEFORE:
        message = N_("This review is due on %(due)s and can be begun from %(first)s on.")
        raise RuleBroken(message, due=due.due_on, first=due.due_on - OPENS_BEFORE)
    spell = place.spell_on(min(today, place.last))
    row = ProgressReview(
        enrollment_id=enrollment.id, number=number, due_on=due.due_on, spell_id=spell.id if spell else None
    )
    session.add(row)
    session.flush()
    taken = take_figures(enrollment, due, acting_at())
    figures = taken.figures
    sha256 = content_hash(row.public_id, row.due_on, None, figures, "", [])
    session.add(
        ReviewContent(progress_review_id=row.id, held_on=None, figures=figures, figures_at=acting_at(), sha256=sha256)
    )
    _keep_whys(row, taken)
    return row


def _keep_whys(row: ProgressReview, taken: Taken) -> None:
    """Beside the figures that name them; the same ones are kept once."""
    same = within(select(ReviewWhy.id).where(ReviewWhy.sha256 == taken.sha256), row, on=ReviewWhy)
    if session.scalar(same) is None:
        session.add(ReviewWhy(progress_review_id=row.id, sha256=taken.sha256, whys=taken.whys))
    session.flush()


def _due(enrollment: Enrollment, number: int) -> Due:
    """The review that may be begun under that number. Raises RuleBroken."""
    begun = {row.number for row in of_enrollments([enrollment]).get(enrollment.id, [])}
    if number in begun:
        raise RuleBroken(N_("This review was begun already. Reload the page."), field="number")
    if number < max(begun, default=0):
        raise RuleBroken(N_("A later review was begun already, so this one is passed over."), field="number")
    by_rule = {due.number: due for due in dues_of(situation_of(enrollment), terms_of(enrollment.cohort_id)[0])}
    if number not in by_rule:
        raise RuleBroken(N_("No more reviews are due for this student."), field="number")
    return by_rule[number]


@command(Action.REVIEW_OPEN)
def write_review(actor: Actor, row: ProgressReview, notes: str, held_on: date | None, seen: str) -> ReviewContent:
    """The notes and the day of the talk. seen: the hash of what the writer had before them.

    Raises RuleBroken, and Conflict where somebody changed the review meanwhile.
    """
    review = _seen(row, seen)
    check_notes(notes, held_on, local_day(acting_at(), situation_of(review.enrollment).zone))
    if (notes.strip(), held_on) == (review.notes, review.content.held_on):
        return review.content
    return _write(review, notes=notes.strip(), held_on=held_on)


@command(Action.REVIEW_OPEN)
def refresh_figures(actor: Actor, row: ProgressReview) -> ReviewContent:
    """Fill the figures in anew, as known now; what was signed before asks for new signatures."""
    review = review_of(row)
    due = Due(row.number, date.fromisoformat(review.content.figures["from"]), row.due_on, 0)
    taken = take_figures(review.enrollment, due, acting_at())
    _keep_whys(row, taken)
    return _write(review, figures=taken.figures)


@command(Action.REVIEW_OPEN)
def agree_action(actor: Actor, row: ProgressReview, what: str, owner: Party, due_on: date) -> ReviewAction:
    """Something that `owner` does by a day. Raises RuleBroken."""
    review = review_of(row)
    check_action(what, due_on, local_day(acting_at(), situation_of(review.enrollment).zone))
    made = ReviewAction(progress_review_id=row.id, owner=owner, due_on=due_on)
    session.add(made)
    session.flush()
    keep(made, what=what.strip())
    _write(review, more=[(owner, due_on, what.strip())])
    return made


@command(Action.REVIEW_OPEN)
def drop_action(actor: Actor, action: ReviewAction) -> ReviewAction:
    """Take something out of the review again."""
    row = review_with(action)
    review = review_of(row)
    gone = ReviewAction(
        progress_review_id=row.id, owner=action.owner, due_on=action.due_on, is_dropped=True, supersedes_id=action.id
    )
    session.add(gone)
    session.flush()
    _write(review, without=action.id)
    return gone


@command(Action.REVIEW_SETTLE)
def settle_action(actor: Actor, action: ReviewAction, outcome: Settlement, note: str = "") -> ActionOutcome:
    """Done, not done, or open again. What was signed stays signed: it is what was agreed. Raises RuleBroken."""
    if len(note) > MAX_WORDS:
        raise RuleBroken(N_("Please keep it under %(limit)s characters."), field="note", limit=MAX_WORDS)
    before = last_outcome(action)
    if outcome is (before.outcome if before else Settlement.OPEN):
        raise RuleBroken(N_("That holds already."), field="outcome")
    made = ActionOutcome(
        progress_review_id=action.progress_review_id,
        review_action_id=action.id,
        outcome=outcome,
        supersedes_id=before.id if before else None,
    )
    session.add(made)
    session.flush()
    keep(made, note=note.strip())
    return made


def last_outcome(action: ReviewAction) -> ActionOutcome | None:
    """What was said last of something that was agreed and found. One query."""
    return session.scalars(known(within(select(ActionOutcome), action), ActionOutcome, None)).one_or_none()


@command(Action.REVIEW_OPEN)
def ask_signatures(actor: Actor, row: ProgressReview) -> ReviewContent:
    """From now on it waits for the signatures; everybody who signs is told, the supervisor by a link. RuleBroken."""
    review = review_of(row)
    check_ready(review.content.held_on)
    if review.content.is_asked:
        raise RuleBroken(N_("Signatures are asked for already. Who has not signed is reminded."))
    content = _write(review, is_asked=True)
    ask_for_signatures(review_of(row))
    return content


def _seen(row: ProgressReview, seen: str) -> Review:
    """The review, if nothing has changed since somebody saw it. Raises Conflict."""
    review = review_of(row)
    if review.content.sha256 != seen:
        raise Conflict(N_("Somebody changed this review meanwhile. Read it again; what you wrote is still here."))
    return review


def _write(
    review: Review,
    *,
    notes: str | None = None,
    held_on: date | None = None,
    figures: dict[str, Any] | None = None,
    more: Sequence[tuple[Party, date, str]] = (),
    without: int = 0,
    is_asked: bool | None = None,
) -> ReviewContent:
    """The review anew; where it was being signed, those who signed are asked again."""
    before = review.content
    told = review.notes if notes is None else notes
    day = held_on if notes is not None else before.held_on
    shown = before.figures if figures is None else figures
    kept = [(one.row.owner, one.row.due_on, one.what) for one in review.actions if one.row.id != without]
    row = ReviewContent(
        progress_review_id=review.row.id,
        held_on=day,
        figures=shown,
        figures_at=before.figures_at if figures is None else acting_at(),
        is_asked=before.is_asked if is_asked is None else is_asked,
        sha256=content_hash(review.row.public_id, review.row.due_on, day, shown, told, [*kept, *more]),
        supersedes_id=before.id,
    )
    session.add(row)
    session.flush()
    keep(row, notes=told)
    if before.is_asked and row.sha256 != before.sha256:
        ask_for_signatures(review_of(review.row))
    return row
