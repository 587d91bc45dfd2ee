"""Progress reviews: one a student and period, with its contents, what was agreed, and who signed. Facts but the links.

A review belongs to the employment of its day: who supervises elsewhere later never sees it.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.reviews.kinds import Manner, Party, Settlement
from lms.kernel.clock import now
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class ReviewTerms(Fact, Base):
    """How often the students of a cohort are reviewed, and after how many business days a signature is asked for again.

    escalate_days: business days after which the coordinator hears of a signature that is missing.
    """

    __tablename__ = "review_terms"
    __anchor__ = "cohort"
    __table_args__ = (
        CheckConstraint("every_weeks BETWEEN 4 AND 52", name="weeks"),
        CheckConstraint("remind_days > 0 AND escalate_days > remind_days", name="days"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    every_weeks: Mapped[int]
    remind_days: Mapped[int]
    escalate_days: Mapped[int]


class ProgressReview(Fact, Base):
    """The `number`-th review of a student, begun by somebody. spell_id: the employment on its day, by its number."""

    __tablename__ = "progress_review"
    __anchor__ = "progress_review"
    __table_args__ = (UniqueConstraint("enrollment_id", "number"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    number: Mapped[int]
    due_on: Mapped[date]
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"), index=True)


class ReviewContent(Fact, Base):
    """What a review says; a change is a new row. figures: numbers and names of courses, taken at `figures_at`.

    is_asked: signatures are asked for. sha256: over all that is signed, what was agreed included. Prose: notes.
    """

    __tablename__ = "review_content"
    __anchor__ = "progress_review"

    progress_review_id: Mapped[int] = mapped_column(ForeignKey("progress_review.id"), index=True)
    held_on: Mapped[date | None]
    figures: Mapped[Any] = mapped_column(Json)
    figures_at: Mapped[datetime]
    is_asked: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str]


class ReviewWhy(Fact, Base):
    """Why figures of a review are what they are, as it was when they were taken. sha256: stands in those figures."""

    __tablename__ = "review_why"
    __anchor__ = "progress_review"
    __table_args__ = (UniqueConstraint("progress_review_id", "sha256"),)

    progress_review_id: Mapped[int] = mapped_column(ForeignKey("progress_review.id"))
    sha256: Mapped[str]
    whys: Mapped[Any] = mapped_column(Json)


class ReviewAction(Fact, Base):
    """What was agreed: somebody does something by a day. is_dropped: taken out of the review again. Prose: what."""

    __tablename__ = "review_action"
    __anchor__ = "progress_review"

    progress_review_id: Mapped[int] = mapped_column(ForeignKey("progress_review.id"), index=True)
    owner: Mapped[Party]
    due_on: Mapped[date]
    is_dropped: Mapped[bool] = mapped_column(default=False)


class ActionOutcome(Fact, Base):
    """What became of an action; the next word on it supersedes. Prose: note."""

    __tablename__ = "action_outcome"
    __anchor__ = "progress_review"

    progress_review_id: Mapped[int] = mapped_column(ForeignKey("progress_review.id"), index=True)
    review_action_id: Mapped[int] = mapped_column(ForeignKey("review_action.id"), index=True)
    outcome: Mapped[Settlement]


class ReviewSignature(Fact, Base):
    """Somebody signed a review as `party` (D27). content_sha256: the whole; shown_sha256: what the signer was shown.

    hidden: the record types that were left out for want of a consent. Prose: comment.
    """

    __tablename__ = "review_signature"
    __anchor__ = "progress_review"
    __table_args__ = (UniqueConstraint("progress_review_id", "content_sha256", "party"),)

    progress_review_id: Mapped[int] = mapped_column(ForeignKey("progress_review.id"))
    party: Mapped[Party]
    content_sha256: Mapped[str]
    shown_sha256: Mapped[str]
    hidden: Mapped[Any] = mapped_column(Json)
    statement_version: Mapped[int]
    manner: Mapped[Manner]


class ReviewLink(HasPublicId, Base):
    """A link that lets one person sign one review as it stood, without signing in. Here stands only its SHA-256."""

    __tablename__ = "review_link"
    __anchor__ = "progress_review"
    __table_args__ = (Index(None, "progress_review_id", "content_sha256"),)

    progress_review_id: Mapped[int] = mapped_column(ForeignKey("progress_review.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    content_sha256: Mapped[str]
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
