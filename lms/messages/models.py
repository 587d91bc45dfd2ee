"""Which letters a person wants. No rule of a number reads it, so it may be updated."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Base
from lms.messages.rules import Topic


class Preference(Base):
    """Whether a person wants mail about a topic; where there is no row, they do."""

    __tablename__ = "preference"
    __anchor__ = "person"
    __table_args__ = (UniqueConstraint("person_id", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[Topic]
    by_mail: Mapped[bool]
