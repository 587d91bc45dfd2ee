"""Who is whose mentor, from when to when."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import Fact


class Mentorship(Fact, Base):
    """`mentor_id` is the student's mentor on these days, both included; to_day None is open. The end supersedes."""

    __tablename__ = "mentorship"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "mentor_id", "from_day"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_day: Mapped[date]
    to_day: Mapped[date | None]
