"""A legal hold: while it stands, nothing of a person may go, however old."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.kernel.facts import Fact


class LegalHold(Fact, Base):
    """A person's records are held; the prose "reason" says why. is_lifted: this row ends it."""

    __tablename__ = "legal_hold"
    __anchor__ = "person"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_lifted: Mapped[bool] = mapped_column(default=False)
