"""What is set, until when, and what was handed in. Points are hundredths; instants are UTC."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.coursework.kinds import ActivityKind, Counts, DueReason, ExtensionReason, GradingMode
from lms.hub.coursework.rules import DEFAULT_GRACE_MINUTES, DEFAULT_WINDOW_DAYS
from lms.kernel.clock import now
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId


class Activity(Fact, Base):
    """A graded piece of work of a course; a change is a new row that supersedes it. Without an anchor, as courses are.

    Due on `weekday` (Monday is 0) of cohort week `week`, at `due_minute` of the local day. cutoff_days: taken late for
    so long, None for ever. attempts: None is without limit. points: hundredths. weight: within its category, next to
    the others; None counts by points. group_size: students who may hand in together, 1: everybody alone. kinds: of
    files, see `filetypes`. window_days: see `rules.days_given_back`. has_questions: it is a quiz that is answered here,
    so nothing else can be handed in. iri: what another system calls it when it reports scores.
    """

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("course_id", "code", "number"), CheckConstraint("points > 0", name="points"))

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    code: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    kind: Mapped[ActivityKind]
    brief: Mapped[str]
    week: Mapped[int]
    weekday: Mapped[int]
    due_minute: Mapped[int]
    window_days: Mapped[int] = mapped_column(default=DEFAULT_WINDOW_DAYS)
    grace_minutes: Mapped[int] = mapped_column(default=DEFAULT_GRACE_MINUTES)
    cutoff_days: Mapped[int | None]
    attempts: Mapped[int | None]
    group_size: Mapped[int] = mapped_column(default=1, server_default="1")
    points: Mapped[int]
    weight: Mapped[int | None]
    category: Mapped[str] = mapped_column(default="")
    kinds: Mapped[Any] = mapped_column(Json)
    grading_mode: Mapped[GradingMode] = mapped_column(default=GradingMode.POINTS)
    counts: Mapped[Counts] = mapped_column(default=Counts.LATEST)
    position: Mapped[int] = mapped_column(default=0)
    has_questions: Mapped[bool] = mapped_column(default=False, server_default=false())
    iri: Mapped[str] = mapped_column(default="", server_default="")


class Deadline(Fact, Base):
    """When an activity is due in a cohort, as an instant; section_id: only for that section.

    is_lifted: this row takes a section's own date back; the cohort's holds again.
    """

    __tablename__ = "deadline"
    __anchor__ = "cohort"
    __table_args__ = (Index(None, "cohort_id", "activity_id"),)

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    due_at: Mapped[datetime]
    is_lifted: Mapped[bool] = mapped_column(default=False, server_default=false())


class Extension(Fact, Base):
    """More time for one student. is_lifted: this row takes it back. The words of the grant stand in prose (`note`)."""

    __tablename__ = "extension"
    __anchor__ = "enrollment"
    __table_args__ = (Index(None, "enrollment_id", "activity_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    until: Mapped[datetime]
    reason: Mapped[ExtensionReason]
    is_lifted: Mapped[bool] = mapped_column(default=False)


class WorkCarry(Fact, Base):
    """What this student did on one activity counts for another: the same piece of work in a newer version."""

    __tablename__ = "work_carry"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "from_activity_id", "to_activity_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    from_activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    to_activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)


class Upload(HasPublicId, Base):
    """A stored file, by content: equal files are one row. kind: what it was found to be."""

    __tablename__ = "upload"
    __append_only__ = True

    sha256: Mapped[str] = mapped_column(unique=True)
    size: Mapped[int]
    kind: Mapped[str]
    stored_at: Mapped[datetime] = mapped_column(default=now)


class Draft(HasPublicId, Base):
    """What a student is writing, one row an activity, updated as they write. version: goes up with every change.

    text_version: of the last change of the words; what came after it was a file.
    """

    __tablename__ = "draft"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("enrollment_id", "activity_id"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    text: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    text_version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime] = mapped_column(default=now)


class DraftFile(HasPublicId, Base):
    """A file on a draft. name: as it may be shown."""

    __tablename__ = "draft_file"
    __anchor__ = "enrollment"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), index=True)
    name: Mapped[str]


class PartialUpload(HasPublicId, Base):
    """A file that arrives in parts, until it is whole and on the draft. name: as it may be shown.

    size: announced, in bytes. received: how many have arrived, in order. sha256: announced, None if not. client_key:
    of the file as the client knows it, so that beginning it again goes on with it. expires_at: then it is given up.
    """

    __tablename__ = "partial_upload"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "activity_id", "client_key"),
        CheckConstraint("received BETWEEN 0 AND size", name="received"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    client_key: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str | None]
    received: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class UploadPart(HasPublicId, Base):
    """One part of a file that is not whole yet. begins_at: of its first byte. stored_as: its name beside the store."""

    __tablename__ = "upload_part"
    __anchor__ = "enrollment"
    __table_args__ = (UniqueConstraint("partial_upload_id", "begins_at"),)

    partial_upload_id: Mapped[int] = mapped_column(ForeignKey("partial_upload.id", ondelete="CASCADE"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    begins_at: Mapped[int]
    size: Mapped[int]
    stored_as: Mapped[str] = mapped_column(unique=True)


class Submission(Fact, Base):
    """One attempt, as it was handed in; text and link stand in prose.

    received_at: the server's time at which the student confirmed. due_at, due_reason, late_seconds: as they were then,
    computed once, for this student. group_submission_id: the group's hand-in that this is one member's part of.
    receipt: see `rules.receipt_hash`. client_key: made with the form, so that a retry is the same row.
    """

    __tablename__ = "submission"
    __anchor__ = "enrollment"
    __table_args__ = (
        UniqueConstraint("enrollment_id", "activity_id", "attempt"),
        UniqueConstraint("enrollment_id", "client_key"),
        Index(None, "activity_id", "received_at"),
        CheckConstraint("late_seconds >= 0", name="late_seconds"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    attempt: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(index=True)
    client_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    due_reason: Mapped[DueReason]
    late_seconds: Mapped[int]
    text_sha256: Mapped[str]
    receipt: Mapped[str] = mapped_column(unique=True)
    client_key: Mapped[str]
    group_submission_id: Mapped[int | None] = mapped_column(ForeignKey("group_submission.id"), index=True)


class SubmissionFile(HasPublicId, Base):
    """A file of a submission; its name stands in the submission's prose as `file-<position>`."""

    __tablename__ = "submission_file"
    __anchor__ = "enrollment"
    __append_only__ = True
    __table_args__ = (UniqueConstraint("submission_id", "position"),)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), index=True)
    position: Mapped[int]
