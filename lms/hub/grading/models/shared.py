"""Assessments that all sites share: samples that everybody grades, and what each grader gave. Points are hundredths."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class SharedAssessment(Fact, Base):
    """An activity with its rubric that every site grades alike. is_over: it is no longer shared."""

    __tablename__ = "shared_assessment"
    __anchor__ = "program"
    __table_args__ = (UniqueConstraint("activity_id", "number"),)

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    number: Mapped[int] = mapped_column(default=1)
    is_over: Mapped[bool] = mapped_column(default=False)


class CalibrationSample(Fact, Base):
    """A piece of work without a name that every grader marks. Prose: title, text, link."""

    __tablename__ = "calibration_sample"
    __anchor__ = "program"
    __table_args__ = (UniqueConstraint("shared_assessment_id", "position"),)

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    shared_assessment_id: Mapped[int] = mapped_column(ForeignKey("shared_assessment.id"))
    position: Mapped[int]


class CalibrationMark(Fact, Base):
    """What one grader gave a sample; recorded_by_id is the grader. number: 1, 2, 3 where they change it."""

    __tablename__ = "calibration_mark"
    __anchor__ = "program"
    __table_args__ = (
        UniqueConstraint("calibration_sample_id", "grader_id", "number"),
        Index(None, "program_id"),
    )

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    calibration_sample_id: Mapped[int] = mapped_column(ForeignKey("calibration_sample.id"))
    grader_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    number: Mapped[int] = mapped_column(default=1)
    rubric_id: Mapped[int | None] = mapped_column(ForeignKey("rubric.id"))
    points: Mapped[int]
    marks: Mapped[Any] = mapped_column(Json)


class CalibrationFile(Fact, Base):
    """The file of a sample, as a photograph of the part; the last one counts until `is_removed`. Prose: file_name."""

    __tablename__ = "calibration_file"
    __anchor__ = "program"
    __table_args__ = (UniqueConstraint("calibration_sample_id", "number"), Index(None, "program_id"))

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    calibration_sample_id: Mapped[int] = mapped_column(ForeignKey("calibration_sample.id"))
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    is_removed: Mapped[bool] = mapped_column(default=False)
