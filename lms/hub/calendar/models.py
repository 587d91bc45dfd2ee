"""Plans that are previewed and then applied as previewed, and the secret addresses of calendar feeds."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.calendar.kinds import PlanState
from lms.kernel.clock import now
from lms.kernel.columns import Json
from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId


class BreakPlan(HasPublicId, Base):
    """A break with everything that it moves. plan: as it was previewed; made: the facts that applying it added."""

    __tablename__ = "break_plan"
    __anchor__ = "cohort"

    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAWN)
    plan: Mapped[Any] = mapped_column(Json)
    made: Mapped[Any] = mapped_column(Json, default=dict)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    drawn_at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class CohortPlan(HasPublicId, Base):
    """A cohort that is to be opened, with all its dates; only who drew it sees it. cohort_id: once it is opened."""

    __tablename__ = "cohort_plan"
    __anchor__ = "person"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[PlanState] = mapped_column(default=PlanState.DRAWN)
    plan: Mapped[Any] = mapped_column(Json)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    drawn_at: Mapped[datetime] = mapped_column(default=now)
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class CalendarFeed(HasPublicId, Base):
    """A calendar's secret address, of which only the SHA-256 stands here. revoked_at: from then on it gives nothing."""

    __tablename__ = "calendar_feed"
    __anchor__ = "person"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
