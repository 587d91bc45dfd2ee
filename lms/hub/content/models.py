"""Marks on content items, and minutes that other systems measured: facts. What counts as done is up to `rules`."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.content.kinds import MarkKind
from lms.hub.hours.rules.entry import Source
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class ContentMark(Fact, Base):
    """The student opened an item or says that it is done, a system reports it, or the instructor saw it.

    is_taken_back: not any more.
    """

    __tablename__ = "content_mark"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "item_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("content_item.id"))
    kind: Mapped[MarkKind]
    is_taken_back: Mapped[bool] = mapped_column(default=False)


class ContentMinutes(Fact, Base):
    """What a simulator or lecture system measured of one student, item and day, and the hours entry made of it.

    A later file with other minutes supersedes it; 0 minutes take it away. item_id None: of the unit as a whole.
    """

    __tablename__ = "content_minutes"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("minutes BETWEEN 0 AND 960", name="minutes"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("content_item.id"))
    source: Mapped[Source]
    day: Mapped[date]
    minutes: Mapped[int]
    hours_entry_id: Mapped[int] = mapped_column(ForeignKey("hours_entry.id"))
