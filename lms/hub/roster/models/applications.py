"""What an applicant says, what the employer and the office say to it, and how well skills are held."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.roster.kinds import Decision, DeclineReason, Occasion, Rater, Skill, SkillLevel
from lms.kernel.columns import SmallNumber
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class Application(Fact, Base):
    """The form of an enrollment; a later one supersedes it. Prose: job (what they do), motivation."""

    __tablename__ = "application"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    floor_months: Mapped[int]


class Endorsement(Fact, Base):
    """What the employer says to an application. Prose: words."""

    __tablename__ = "endorsement"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"))
    is_endorsed: Mapped[bool]
    gives_time: Mapped[bool]


class ApplicationDecision(Fact, Base):
    """What the office said; a later one supersedes it. Prose: note, for the applicant to read."""

    __tablename__ = "application_decision"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    decision: Mapped[Decision]
    reason: Mapped[DeclineReason | None]


class SkillRating(Fact, Base):
    """How well somebody holds one skill, as one of two raters saw it on one occasion; a later one supersedes it."""

    __tablename__ = "skill_rating"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "occasion"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    rater: Mapped[Rater]
    occasion: Mapped[Occasion]
    skill: Mapped[Skill]
    level: Mapped[SkillLevel] = mapped_column(SmallNumber(SkillLevel))
