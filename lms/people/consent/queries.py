"""Which consents hold, and who has read what."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import or_, select

from lms.kernel.db import Base, session
from lms.kernel.errors import NotFound
from lms.kernel.facts import known
from lms.people.access import Action, Actor
from lms.people.consent.models import Consent, ConsentRequest, Disclosure, RecordType
from lms.people.orgs.models import Firm
from lms.people.scope import scoped, unscoped, within


def holding(
    enrollment_ids: Iterable[int],
    firm_id: int,
    record_type: RecordType,
    day: date,
    as_of: datetime | None = None,
) -> dict[int, Consent]:
    """The consent of each of these enrollments that lets `firm_id` see `record_type` on `day`; the rest have none."""
    statement = known(select(Consent), Consent, as_of).where(
        Consent.enrollment_id.in_(list(enrollment_ids)),
        Consent.firm_id == firm_id,
        Consent.record_type == record_type,
        Consent.is_revoked.is_(False),
        or_(Consent.expires_on.is_(None), Consent.expires_on >= day),
    )
    found = session.scalars(unscoped(statement, "whether a consent holds decides what is shown"))
    return {consent.enrollment_id: consent for consent in found}


def list_consents(actor: Actor, enrollment: Base) -> list[tuple[Consent, Firm]]:
    """Every standing consent of one's own enrollment, revoked ones too, newest first. One query."""
    statement = known(select(Consent, Firm), Consent, None).join(Firm, Firm.id == Consent.firm_id)
    rows = session.execute(within(statement, enrollment, on=Consent).order_by(Consent.id.desc()))
    return [(consent, firm) for consent, firm in rows]


def find_consent(actor: Actor, public_id: str, action: Action = Action.CONSENT_READ) -> Consent:
    """One standing consent. Raises NotFound."""
    statement = known(select(Consent), Consent, None).where(Consent.public_id == public_id)
    consent = session.scalar(scoped(statement, actor, action))
    if consent is None:
        raise NotFound()
    return consent


def list_requests(actor: Actor, enrollment: Base) -> list[tuple[ConsentRequest, Firm]]:
    """What firms have asked this student for and got no consent for yet, newest first. One query."""
    answered = (
        select(Consent.id)
        .where(
            Consent.enrollment_id == ConsentRequest.enrollment_id,
            Consent.firm_id == ConsentRequest.firm_id,
            Consent.record_type == ConsentRequest.record_type,
            Consent.recorded_at >= ConsentRequest.recorded_at,
        )
        .exists()
    )
    statement = select(ConsentRequest, Firm).join(Firm, Firm.id == ConsentRequest.firm_id).where(~answered)
    rows = session.execute(within(statement, enrollment, on=ConsentRequest).order_by(ConsentRequest.id.desc()))
    return [(request, firm) for request, firm in rows]


def list_disclosures(actor: Actor, enrollment: Base, limit: int = 200) -> list[tuple[Disclosure, Firm, str]]:
    """Who of a firm read this student's record, or tried to: the row, the firm, the reader's name; newest first."""
    from lms.people.accounts.models import Person

    statement = (
        select(Disclosure, Firm, Person.name)
        .join(Firm, Firm.id == Disclosure.firm_id)
        .join(Person, Person.id == Disclosure.recorded_by_id)
    )
    newest_first = within(statement, enrollment, on=Disclosure).order_by(Disclosure.id.desc()).limit(limit)
    return [(row, firm, name) for row, firm, name in session.execute(newest_first)]
