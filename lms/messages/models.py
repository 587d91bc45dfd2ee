"""Which letters a person wants, and at what time of day. No rule of a number reads it, so it may be updated."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
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


class MailDay(Base):
    """The part of the day in which letters reach a person, in minutes after midnight; no row is 7:00 to 21:00."""

    __tablename__ = "mail_day"
    __anchor__ = "person"
    __table_args__ = (
        CheckConstraint("begins_minute BETWEEN 0 AND 1439", name="begins"),
        CheckConstraint("ends_minute BETWEEN 0 AND 1439", name="ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    begins_minute: Mapped[int]
    ends_minute: Mapped[int]
