"""Who works together on an activity, and what a group handed in. Every row is a fact."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.coursework.groups.rules import State
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class WorkGroup(Fact, Base):
    """Students of one section who work on one activity together; its members stand in `GroupMembership`."""

    __tablename__ = "work_group"
    __anchor__ = "section"
    __table_args__ = (Index(None, "section_id", "activity_id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))


class GroupMembership(Fact, Base):
    """Where one student stands with one group; the next row of both supersedes it. number: 1 for the first.

    What staff said for a change stands in prose (`reason`).
    """

    __tablename__ = "group_membership"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("work_group_id", "enrollment_id", "number"),)

    work_group_id: Mapped[int] = mapped_column(ForeignKey("work_group.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    number: Mapped[int]
    state: Mapped[State]


class GroupSubmission(Fact, Base):
    """One attempt of a group. Each member has a `Submission` of it, with an own receipt and own lateness.

    enrollment_id: of the member who confirmed.
    """

    __tablename__ = "group_submission"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("work_group_id", "number"),)

    work_group_id: Mapped[int] = mapped_column(ForeignKey("work_group.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    number: Mapped[int]
    received_at: Mapped[datetime]
