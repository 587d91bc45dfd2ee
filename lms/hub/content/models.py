"""Marks on content items: facts. What counts as done is a matter of `rules`."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.content.kinds import MarkKind
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class ContentMark(Fact, Base):
    """The student opened an item, says that it is done, or the instructor saw it. is_taken_back: not any more."""

    __tablename__ = "content_mark"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "item_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("content_item.id"))
    kind: Mapped[MarkKind]
    is_taken_back: Mapped[bool] = mapped_column(default=False)
