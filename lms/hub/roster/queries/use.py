"""Whether anything was done with an enrollment since an instant, in whatever slice.

Asked of every table that names an enrollment, so that a slice that comes later cannot be forgotten here.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, select

from lms.hub.roster.models.imports import RosterLine
from lms.kernel.db import Base, session
from lms.people.scope import unscoped


def used_since(enrollments: Sequence[int], instant: datetime) -> frozenset[int]:
    """Which of these have a row that was recorded after `instant`, or one of a kind that has no instant.

    One query for each table that names an enrollment.
    """
    found: set[int] = set()
    for table in _tables():
        statement = select(table.c.enrollment_id).where(table.c.enrollment_id.in_(enrollments)).distinct()
        if "recorded_at" in table.c:
            statement = statement.where(table.c.recorded_at > instant)
        found |= set(session.scalars(unscoped(statement, "whether somebody used an enrollment")))
    return frozenset(found)


def _tables() -> list[Table]:
    own = RosterLine.__tablename__
    return [t for t in Base.metadata.sorted_tables if "enrollment_id" in t.c and t.name != own]
