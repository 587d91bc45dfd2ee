"""The seats that a firm has in a cohort, whom it gives them to, and who is to act for the firm."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.roster.kinds import AppointmentState, SeatStep
from lms.kernel.db import Base
from lms.kernel.facts import Fact, HasPublicId
from lms.people.access import Relation


class SeatContract(HasPublicId, Base):
    """A firm's seats in one cohort. site_id None: at whichever site. How many and until when: the terms that stand."""

    __tablename__ = "seat_contract"
    __anchor__ = "seat_contract"
    __table_args__ = (UniqueConstraint("firm_id", "cohort_id", "site_id"),)

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))


class SeatTerms(Fact, Base):
    """How many seats, and on which days the firm may give them (both included)."""

    __tablename__ = "seat_terms"
    __anchor__ = "seat_contract"

    seat_contract_id: Mapped[int] = mapped_column(ForeignKey("seat_contract.id"), index=True)
    seats: Mapped[int]
    from_day: Mapped[date]
    to_day: Mapped[date]


class Seat(HasPublicId, Base):
    """A seat given to somebody. name, email: as the firm wrote them. enrollment_id: None where the office has to look.

    The person may be known here already: the firm does not learn it.
    """

    __tablename__ = "seat"
    __anchor__ = "seat_contract"

    seat_contract_id: Mapped[int] = mapped_column(ForeignKey("seat_contract.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"), index=True)
    name: Mapped[str]
    email: Mapped[str]
    created_at: Mapped[datetime]


class SeatEvent(Fact, Base):
    """What happened to a seat; the last one says where it stands. Its reason stands in prose."""

    __tablename__ = "seat_event"
    __anchor__ = "seat_contract"

    seat_contract_id: Mapped[int] = mapped_column(ForeignKey("seat_contract.id"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), index=True)
    step: Mapped[SeatStep]


class Appointment(HasPublicId, Base):
    """Somebody is to act for a firm. A firm's viewer acts at once; finance and sponsor once the program agreed.

    spell_id: for a supervisor, whose hours they sign. program_id: whose admin decides.
    """

    __tablename__ = "appointment"
    __anchor__ = "appointment"

    firm_id: Mapped[int] = mapped_column(ForeignKey("firm.id"), index=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[Relation]
    spell_id: Mapped[int | None] = mapped_column(ForeignKey("employment_spell.id"))
    grant_id: Mapped[int | None] = mapped_column(ForeignKey("access_grant.id"))
    state: Mapped[AppointmentState]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
