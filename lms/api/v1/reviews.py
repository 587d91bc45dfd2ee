"""Progress reviews: which are due, one of them as of any instant, writing it, agreeing, signing."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, AsOf, Line, PublicId, Shape, Why, why
from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.queries import find_cohort
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.reviews.kinds import Party, Settlement
from lms.hub.reviews.models import ProgressReview
from lms.hub.reviews.queries.reading import Agreed, Review, find_action, find_review, review_of, review_with
from lms.hub.reviews.queries.states import Planned, overview, planned_of, terms_of
from lms.hub.reviews.rules import Terms
from lms.hub.reviews.services.signing import sign_review
from lms.hub.reviews.services.writing import (
    agree_action,
    ask_signatures,
    begin_review,
    set_terms,
    settle_action,
    write_review,
)
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor, allowed
from lms.people.anchors import anchor_of
from lms.web.language import tell
from lms.web.reviews.shown import shown

Words = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
Notes = Annotated[str, StringConstraints(max_length=4_000, pattern=NO_NUL)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PlannedOut(Shape):
    """`state`: late, open, to_sign, coming or signed. `review`: its id once it was begun."""

    enrollment: PublicId
    number: int
    due_on: date
    state: str
    review: PublicId | None
    missing_signatures: list[str]


class PlannedLine(PlannedOut):
    """With the student's name."""

    student: str


class PlannedListOut(Shape):
    """In their order."""

    as_of: datetime | None
    items: list[PlannedOut]


class CohortReviewsOut(Shape):
    """What is late first. The terms that hold for the cohort."""

    as_of: datetime | None
    every_weeks: int
    remind_days: int
    escalate_days: int
    items: list[PlannedLine]


class ReviewActionOut(Shape):
    """`number`: of the review in which it was agreed."""

    id: PublicId
    number: int
    what: str
    owner: str
    due_on: date
    outcome: str
    note: str


class ReviewSignatureOut(Shape):
    """`is_current`: nothing was changed after it. `hidden`: sections that the signer was not shown."""

    party: str
    name: str
    signed_at: datetime
    manner: str
    is_current: bool
    hidden: list[str]
    shown_sha256: str


class ReviewOut(Shape):
    """`figures`: as stored and signed, without the sections in `hidden`. `explained`: which of them say why.

    `sha256`: what a signature has to name.
    """

    id: PublicId
    as_of: datetime | None
    number: int
    due_on: date
    held_on: date | None
    figures_at: datetime
    figures: dict[str, Any]
    explained: list[str]
    hidden: list[str]
    agenda: list[str]
    notes: str
    actions: list[ReviewActionOut]
    carried: list[ReviewActionOut]
    is_asked: bool
    missing_signatures: list[str]
    signatures: list[ReviewSignatureOut]
    sha256: str


class FigureOfReview(AsOf):
    """What to explain."""

    figure: Line | None = Field(default=None, description="One of `explained`; leave it out for the due day.")


class ReviewTermsIn(Shape):
    """Business days are those of each student's site."""

    every_weeks: Annotated[int, Field(ge=4, le=52)]
    remind_days: Annotated[int, Field(ge=1, le=30)]
    escalate_days: Annotated[int, Field(ge=2, le=60)]


class BeginIn(Shape):
    """Which of the student's reviews: the next one."""

    number: Annotated[int, Field(ge=1, le=99)]


class ReviewNotesIn(Shape):
    """`seen`: the `sha256` of what was read before; 409 if somebody changed it meanwhile."""

    notes: Notes
    held_on: date | None = None
    seen: Hash


class ReviewActionIn(Shape):
    """Something that somebody does by a day."""

    what: Words
    owner: Party
    due_on: date


class OutcomeIn(Shape):
    """Done, not done, or open again."""

    outcome: Settlement
    note: Words = ""


class ReviewSignatureIn(Shape):
    """`seen`: the `sha256` of the review as it was read."""

    seen: Hash
    comment: Words = ""


@operation("GET /cohorts/<public_id:cohort>/reviews", Action.REVIEW_OPEN, gives=CohortReviewsOut, query=AsOf)
def list_cohort_reviews(actor: Actor, cohort: str, query: AsOf) -> CohortReviewsOut:
    """Every student's reviews that need somebody, and the next one. A fixed number of queries."""
    return _cohort(actor, find_cohort(actor, cohort), query.as_of)


def _cohort(actor: Actor, found: Cohort, as_of: datetime | None) -> CohortReviewsOut:
    terms, _ = terms_of(found.id, as_of)
    return CohortReviewsOut(
        as_of=as_of,
        every_weeks=terms.every_weeks,
        remind_days=terms.remind_days,
        escalate_days=terms.escalate_days,
        items=[
            PlannedLine(student=line.member.person.name, **_planned(line.planned).model_dump())
            for line in overview(actor, found, as_of)
        ],
    )


@operation(
    "PUT /cohorts/<public_id:cohort>/review-terms", Action.REVIEW_TERMS, gives=CohortReviewsOut, body=ReviewTermsIn
)
def put_review_terms(actor: Actor, cohort: str, body: ReviewTermsIn) -> CohortReviewsOut:
    """How often reviews are from now on; those that were begun keep their day."""
    found = find_cohort(actor, cohort)
    set_terms(actor, found, Terms(body.every_weeks, body.remind_days, body.escalate_days))
    return _cohort(actor, found, None)


@operation("GET /enrollments/<public_id:enrollment>/reviews", Action.REVIEW_READ, gives=PlannedListOut, query=AsOf)
def list_student_reviews(actor: Actor, enrollment: str, query: AsOf) -> PlannedListOut:
    """One student's reviews, begun or not, as of an instant."""
    found = find_enrollment(actor, enrollment, Action.REVIEW_READ)
    planned = [one for one in planned_of([found], query.as_of)[found.id] if _may_know(actor, one)]
    return PlannedListOut(as_of=query.as_of, items=[_planned(one) for one in planned])


def _may_know(actor: Actor, one: Planned) -> bool:
    """A supervisor learns nothing of reviews at another firm."""
    return one.review is None or allowed(actor, Action.REVIEW_READ, anchor_of(one.review.row))


@operation(
    "POST /enrollments/<public_id:enrollment>/reviews", Action.REVIEW_OPEN, gives=ReviewOut, body=BeginIn, status=201
)
def begin_student_review(actor: Actor, enrollment: str, body: BeginIn) -> ReviewOut:
    """Begin the next review of a student; it is filled in with what is known now."""
    return _shown(actor, begin_review(actor, find_enrollment(actor, enrollment, Action.REVIEW_OPEN), body.number))


@operation("GET /reviews/<public_id:review>", Action.REVIEW_READ, gives=ReviewOut, query=AsOf, writes=True)
def get_review(actor: Actor, review: str, query: AsOf) -> ReviewOut:
    """One review as of an instant. What a firm's supervisor is shown follows from the student's consents."""
    return _shown(actor, find_review(actor, review), query.as_of)


@operation("GET /reviews/<public_id:review>/explain", Action.REVIEW_READ, gives=Why, query=FigureOfReview, writes=True)
def explain_review(actor: Actor, review: str, query: FigureOfReview) -> Why:
    """Why it is due on its day, or why one of its figures is what it is, as it was when the figure was taken."""
    found = shown(actor, review_of(find_review(actor, review), query.as_of), query.as_of)
    if query.figure is None:
        return why(found["why_due"])
    if query.figure not in found["whys"]:
        raise NotFound()
    return why(found["whys"][query.figure])


@operation(
    "PUT /reviews/<public_id:review>/notes", Action.REVIEW_OPEN, gives=ReviewOut, body=ReviewNotesIn, problems=(409,)
)
def put_review_notes(actor: Actor, review: str, body: ReviewNotesIn) -> ReviewOut:
    """Notes and day of the talk; who has signed is asked to sign again."""
    row = find_review(actor, review, Action.REVIEW_OPEN)
    write_review(actor, row, body.notes, body.held_on, body.seen)
    return _shown(actor, row)


@operation(
    "POST /reviews/<public_id:review>/actions", Action.REVIEW_OPEN, gives=ReviewOut, body=ReviewActionIn, status=201
)
def add_review_action(actor: Actor, review: str, body: ReviewActionIn) -> ReviewOut:
    """Agree on something; who has signed is asked to sign again."""
    row = find_review(actor, review, Action.REVIEW_OPEN)
    agree_action(actor, row, body.what, body.owner, body.due_on)
    return _shown(actor, row)


@operation(
    "POST /review-actions/<public_id:review_action>/outcomes",
    Action.REVIEW_SETTLE,
    gives=ReviewOut,
    body=OutcomeIn,
    status=201,
)
def settle_review_action(actor: Actor, review_action: str, body: OutcomeIn) -> ReviewOut:
    """Say what became of something that was agreed. What was signed stays signed."""
    action = find_action(actor, review_action, Action.REVIEW_SETTLE)
    settle_action(actor, action, body.outcome, body.note)
    return _shown(actor, review_with(action))


@operation("POST /reviews/<public_id:review>/signature-requests", Action.REVIEW_OPEN, gives=ReviewOut, status=201)
def ask_review_signatures(actor: Actor, review: str) -> ReviewOut:
    """Ask for the signatures; the supervisor gets a link."""
    row = find_review(actor, review, Action.REVIEW_OPEN)
    ask_signatures(actor, row)
    return _shown(actor, row)


@operation(
    "POST /reviews/<public_id:review>/signatures",
    Action.REVIEW_SIGN,
    gives=ReviewOut,
    body=ReviewSignatureIn,
    status=201,
    problems=(409,),
)
def sign_progress_review(actor: Actor, review: str, body: ReviewSignatureIn) -> ReviewOut:
    """Sign the review as it stands; 409 if it was changed meanwhile."""
    row = find_review(actor, review, Action.REVIEW_SIGN)
    sign_review(actor, row, body.seen, body.comment)
    return _shown(actor, row)


def _planned(one: Planned) -> PlannedOut:
    return PlannedOut(
        enrollment=one.enrollment.public_id,
        number=one.number,
        due_on=one.due_on,
        state=one.stage.value,
        review=one.review.row.public_id if one.review else None,
        missing_signatures=[party.value for party in one.missing],
    )


def _shown(actor: Actor, row: ProgressReview, as_of: datetime | None = None) -> ReviewOut:
    review: Review = review_of(row, as_of)
    found = shown(actor, review, as_of)
    return ReviewOut(
        id=row.public_id,
        as_of=as_of,
        number=row.number,
        due_on=row.due_on,
        held_on=review.content.held_on,
        figures_at=review.content.figures_at,
        figures=found["figures"],
        explained=sorted(found["whys"]),
        hidden=sorted(found["hidden"]),
        agenda=[tell(point.sentence) for point in found["agenda"]],
        notes=review.notes,
        actions=[_action(one) for one in review.actions],
        carried=[_action(one) for one in review.carried],
        is_asked=review.content.is_asked,
        missing_signatures=[party.value for party in review.missing],
        signatures=[
            ReviewSignatureOut(
                party=one.row.party.value,
                name=one.name,
                signed_at=one.row.recorded_at,
                manner=one.row.manner.value,
                is_current=one.is_current,
                hidden=list(one.row.hidden),
                shown_sha256=one.row.shown_sha256,
            )
            for one in review.signatures
        ],
        sha256=review.content.sha256,
    )


def _action(one: Agreed) -> ReviewActionOut:
    return ReviewActionOut(
        id=one.row.public_id,
        number=one.number,
        what=one.what,
        owner=one.row.owner.value,
        due_on=one.row.due_on,
        outcome=one.outcome.value,
        note=one.note,
    )
