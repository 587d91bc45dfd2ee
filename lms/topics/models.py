"""Proposed topics, endorsements and decisions; all facts. What was said stands in prose."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import Fact


class TopicDecided(StrEnum):
    """What the program said."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Topic(Fact, Base):
    """Something to be taught. firm_id None: a region's integrator or the program said it. Prose: title, reason.

    course_code: of the course or spoke that it belongs to, in any version; None for the program as a whole.
    """

    __tablename__ = "topic"
    __anchor__ = "program"
    __open_to_read__ = True

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    course_code: Mapped[str | None]
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"))


class Endorsement(Fact, Base):
    """A firm stands behind a topic, once; is_withdrawn: no more. number: counts a firm's rows for one topic."""

    __tablename__ = "topic_endorsement"
    __anchor__ = "firm"
    __table_args__ = (UniqueConstraint("topic_id", "firm_id", "number"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    number: Mapped[int]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class RegionVoice(Fact, Base):
    """A region's integrator stands behind a topic, once; is_proposal: it is the one who brought it up.

    is_withdrawn: no more. number: counts a region's rows for one topic.
    """

    __tablename__ = "topic_region_voice"
    __anchor__ = "region"
    __table_args__ = (UniqueConstraint("topic_id", "region_id", "number"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    number: Mapped[int]
    is_proposal: Mapped[bool] = mapped_column(default=False)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class TopicRole(Fact, Base):
    """The program holds that a published role needs the topic (`taxonomy.ROLES`). is_taken_back: no more."""

    __tablename__ = "topic_role"
    __anchor__ = "program"
    __open_to_read__ = True

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    role: Mapped[str]
    is_taken_back: Mapped[bool] = mapped_column(default=False)


class TopicDecision(Fact, Base):
    """What was decided on a topic, and into which version it goes. Prose: reason."""

    __tablename__ = "topic_decision"
    __anchor__ = "program"
    __open_to_read__ = True
    __table_args__ = (CheckConstraint("(program_version_id IS NULL) = (decided = 'declined')", name="version"),)

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    decided: Mapped[TopicDecided]
    program_version_id: Mapped[int | None] = mapped_column(ForeignKey("program_version.id"), index=True)
