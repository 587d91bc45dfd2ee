"""What the members of a group say about who did what, and what came of it. Rates are basis points; words are prose."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import Fact


class Contribution(Fact, Base):
    """What one member did of a hand-in, in their own words and as a share of the whole. Prose: text."""

    __tablename__ = "contribution"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("group_submission_id", "enrollment_id", "number"),
        CheckConstraint("share_bp BETWEEN 0 AND 10000", name="share_bp"),
    )

    group_submission_id: Mapped[int] = mapped_column(ForeignKey("group_submission.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    share_bp: Mapped[int]


class PeerRating(Fact, Base):
    """What part of a fair share one member (`enrollment_id`) says that another did. For graders alone, ever."""

    __tablename__ = "peer_rating"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("group_submission_id", "enrollment_id", "rated_id", "number"),
        CheckConstraint("enrollment_id <> rated_id", name="not_self"),
        CheckConstraint("part_bp BETWEEN 0 AND 12500", name="part_bp"),
    )

    group_submission_id: Mapped[int] = mapped_column(ForeignKey("group_submission.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    rated_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    number: Mapped[int] = mapped_column(default=1)
    part_bp: Mapped[int]


class PeerFactor(Fact, Base):
    """A grader applied what the group said: `score_id` was made of `base_id`, times the factor. Prose: reason."""

    __tablename__ = "peer_factor"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("score_id"), Index(None, "enrollment_id"))

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    group_submission_id: Mapped[int] = mapped_column(ForeignKey("group_submission.id"))
    base_id: Mapped[int] = mapped_column(ForeignKey("score.id"))
    score_id: Mapped[int] = mapped_column(ForeignKey("score.id"))
    factor_bp: Mapped[int]
