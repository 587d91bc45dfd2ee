"""Requests for credit, what was decided on them, and rulings on single requirements. All are facts.

node: what the requirement asks for (`catalog.rules.identity`), the same in every version of the program.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.hub.credits.rules import Outcome, RulingKind
from lms.kernel.db import Base
from lms.kernel.facts import Fact


class CreditRequest(Fact, Base):
    """A student asks that prior learning counts. minutes: of `min_minutes`. Prose: words, file_name."""

    __tablename__ = "credit_request"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    node: Mapped[str]
    minutes: Mapped[int | None]
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("external_credential.id"))
    sha256: Mapped[str | None]
    size: Mapped[int | None]


class CreditDecision(Fact, Base):
    """What was decided on a request; taking a grant back supersedes it. minutes: given. Prose: reason."""

    __tablename__ = "credit_decision"
    __anchor__ = "enrollment"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("credit_request.id"), index=True)
    node: Mapped[str]
    outcome: Mapped[Outcome]
    minutes: Mapped[int | None]
    decided_on: Mapped[date]


class RequirementRuling(Fact, Base):
    """A requirement is waived, or does not count, for one student (P28). The next ruling supersedes. Prose: reason."""

    __tablename__ = "requirement_ruling"
    __anchor__ = "enrollment"

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), index=True)
    node: Mapped[str]
    kind: Mapped[RulingKind]
    decided_on: Mapped[date]
