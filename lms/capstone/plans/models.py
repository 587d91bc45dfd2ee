"""The plan of a project as facts: its template, what was handed in at gates, milestones, artifacts."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from lms.capstone.plans.rules import ArtifactKind, Template
from lms.capstone.projects.rules import GateKind
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class PlanTemplate(Fact, Base):
    """Under which names the project's gates stand; a newer one supersedes.

    is_binding: agreed in the charter, so the gates hold the project; without it they only say where it stands.
    """

    __tablename__ = "plan_template"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    template: Mapped[Template]
    is_binding: Mapped[bool] = mapped_column(default=False, server_default=false())


class CohortTemplate(Fact, Base):
    """Which steps the charters of a cohort begin with; a newer one supersedes."""

    __tablename__ = "cohort_template"
    __anchor__ = "cohort"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    template: Mapped[Template]


class GateOverride(Fact, Base):
    """The office lets a project past a gate that coach and sponsor have not passed. Prose: reason.

    is_taken_back: it holds again, by a row that supersedes.
    """

    __tablename__ = "gate_override"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    gate: Mapped[GateKind]
    is_taken_back: Mapped[bool] = mapped_column(default=False)


class GateSubmission(Fact, Base):
    """What the team hands in at a gate, its number-th version. Prose: text."""

    __tablename__ = "gate_submission"
    __anchor__ = "project"
    __table_args__ = (UniqueConstraint("project_id", "gate", "number"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    gate: Mapped[GateKind]
    number: Mapped[int]


class Milestone(Fact, Base):
    """Something to be reached by a day; a newer one supersedes. done_on: None while it is open. Prose: title."""

    __tablename__ = "milestone"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    is_removed: Mapped[bool] = mapped_column(default=False)


class Artifact(Fact, Base):
    """A file that the team made. is_removed: taken back by a row that supersedes. Prose: title, file_name."""

    __tablename__ = "artifact"
    __anchor__ = "project"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    kind: Mapped[ArtifactKind]
    sha256: Mapped[str]
    size: Mapped[int]
    is_removed: Mapped[bool] = mapped_column(default=False)
