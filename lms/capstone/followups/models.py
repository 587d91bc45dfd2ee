"""Follow-ups: that the firm was asked, by which links, what it said, and that it said nothing. Links may be updated."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.followups.rules import Drift, InUse, Publish, Volume
from lms.capstone.projects.rules import ImplementationStatus
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class FollowUp(Fact, Base):
    """The firm is asked what lasted, once for each milestone. closes_on: the last day for an answer."""

    __tablename__ = "follow_up"
    __anchor__ = "project"
    __table_args__ = (UniqueConstraint("project_id", "milestone"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    milestone: Mapped[int]
    due_on: Mapped[date]
    closes_on: Mapped[date]


class FollowUpLink(HasPublicId, Base):
    """A link that lets one person answer follow-ups without signing in: one, and what `FollowUpLinkItem` lists.

    Here stands only its SHA-256.
    """

    __tablename__ = "follow_up_link"
    __anchor__ = "person"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]


class FollowUpLinkItem(Base):
    """What a link opens besides its own follow-up: one that was open at the same firm, and asked of the same person."""

    __tablename__ = "follow_up_link_item"
    __anchor__ = "person"
    __table_args__ = (UniqueConstraint("follow_up_link_id", "follow_up_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_link_id: Mapped[int] = mapped_column(ForeignKey("follow_up_link.id"))
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class FollowUpAnswer(Fact, Base):
    """What the sponsor says; a newer answer supersedes. Says what is known, posts nothing. Prose: comment.

    lines: [[line's row number, how, amount in minor units or null]]. intangibles: 0 to 10 by name.
    """

    __tablename__ = "follow_up_answer"
    __anchor__ = "project"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    in_use: Mapped[InUse]
    lines: Mapped[Any] = mapped_column(Json)
    volume: Mapped[Volume]
    new_cost_minor: Mapped[int | None]
    drift: Mapped[Drift]
    jobs: Mapped[int | None]
    margin_minor: Mapped[int | None]
    intangibles: Mapped[Any] = mapped_column(Json)
    again: Mapped[int | None]
    publish: Mapped[Publish]
    by_link: Mapped[bool]


class FollowUpEnd(Fact, Base):
    """Nobody answered in time: what became of it is unknown (K)."""

    __tablename__ = "follow_up_end"
    __anchor__ = "project"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    status: Mapped[ImplementationStatus]
