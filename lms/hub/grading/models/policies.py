"""The grading policy of a section and course, where it is not the program version's. Rates are basis points."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class GradingPolicy(Fact, Base):
    """One version of it; a change is the next one, and grades as of a day use the version of that day. Prose: reason.

    missing_after_days: None never. categories: `gradebook.Category` by name; empty: the course's own. extra: the codes
    of the activities that can only add to a grade.
    """

    __tablename__ = "grading_policy"
    __anchor__ = "section"
    __table_args__ = (
        UniqueConstraint("section_id", "course_id", "number"),
        CheckConstraint("late_interval_minutes >= 1", name="interval"),
        CheckConstraint("late_rate_bp BETWEEN 0 AND 10000", name="late_rate_bp"),
        CheckConstraint("late_floor_bp BETWEEN 0 AND 10000", name="late_floor_bp"),
        CheckConstraint("missing_counts_bp BETWEEN 0 AND 10000", name="missing_counts_bp"),
    )

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int] = mapped_column(default=1)
    late_rate_bp: Mapped[int]
    late_interval_minutes: Mapped[int]
    late_floor_bp: Mapped[int]
    missing_after_days: Mapped[int | None]
    missing_counts_bp: Mapped[int]
    categories: Mapped[Any] = mapped_column(Json)
    extra: Mapped[Any] = mapped_column(Json)
