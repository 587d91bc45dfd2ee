"""Who holds which relation over what place, from when to when. Judged now, never as of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.clock import now
from lms.kernel.db import Base
from lms.kernel.facts import HasPublicId
from lms.people.access import Relation


class GrantRow(HasPublicId, Base):
    """One grant. place_id: row number of the place that the relation is about. to_day: last day, None is open.

    stands_in_for_id: the person whom a substitute replaces until `to_day`.
    """

    __tablename__ = "access_grant"
    __table_args__ = (Index(None, "person_id", "to_day"), Index(None, "relation", "place_id"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[Relation]
    place_id: Mapped[int]
    cohort_id: Mapped[int | None]
    from_day: Mapped[date]
    to_day: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stands_in_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
