"""How the last run of each job went, for the operator."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base


class RunState(StrEnum):
    """How it went."""

    DONE = "done"
    FAILED = "failed"


class JobRun(Base):
    """The last run of one job. done: how many pieces of work. note: the error, if it failed."""

    __tablename__ = "job_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[RunState]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    done: Mapped[int]
    note: Mapped[str]
