"""Signing, revoking and asking for consent; and the only way by which a firm reads a student's record."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from lms.kernel import chain
from lms.kernel.acting import acting, acting_at
from lms.kernel.db import Base, session
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.facts import known
from lms.kernel.text import N_
from lms.people.access import Action, Actor, Relation
from lms.people.anchors import anchor_of
from lms.people.commands import command
from lms.people.consent.models import Consent, ConsentRequest, Disclosure, Purpose, RecordType
from lms.people.consent.queries import holding
from lms.people.consent.texts import VERSION, text_sha256
from lms.people.orgs.models import Firm
from lms.people.scope import policy_day, within

IN_FIRM = (Relation.SPONSOR, Relation.FINANCE, Relation.FIRM_VIEWER)


class NoConsent(NotAllowed):
    """The student has not let this firm see this; `afterwards` keeps the attempt in the student's log."""

    title = N_("No consent on record")


@command(Action.CONSENT_SIGN)
def sign_consent(
    actor: Actor,
    enrollment: Base,
    firm: Firm,
    record_types: list[RecordType],
    purpose: Purpose,
    expires_on: date | None = None,
) -> list[Consent]:
    """Let `firm` see these records until `expires_on` (inclusive; None: until revoked). Raises RuleBroken."""
    if not record_types:
        raise RuleBroken(N_("Choose at least one kind of record."), field="record_types")
    if expires_on is not None and expires_on < policy_day():
        raise RuleBroken(N_("Choose a last day that is not past."), field="expires_on")
    earlier = {consent.record_type: consent for consent in _standing(enrollment, firm)}
    signed = [
        Consent(
            enrollment_id=_id(enrollment),
            firm_id=firm.id,
            record_type=record_type,
            purpose=purpose,
            text_version=VERSION,
            text_sha256=text_sha256(record_type, purpose, firm.name),
            signed_at=acting_at(),
            expires_on=expires_on,
            supersedes_id=earlier[record_type].id if record_type in earlier else None,
        )
        for record_type in dict.fromkeys(record_types)
    ]
    session.add_all(signed)
    chain.append(_chain(enrollment), *signed)
    return signed


@command(Action.CONSENT_REVOKE)
def revoke_consent(actor: Actor, consent: Consent) -> Consent:
    """Take a consent back; from the next request on nothing more is shown. Revoking twice changes nothing."""
    if consent.is_revoked:
        return consent
    revoked = Consent(
        enrollment_id=consent.enrollment_id,
        firm_id=consent.firm_id,
        record_type=consent.record_type,
        purpose=consent.purpose,
        text_version=consent.text_version,
        text_sha256=consent.text_sha256,
        signed_at=consent.signed_at,
        expires_on=consent.expires_on,
        is_revoked=True,
        supersedes_id=consent.id,
    )
    session.add(revoked)
    chain.append(_chain(consent), revoked)
    return revoked


@command(Action.CONSENT_ASK)
def ask_consent(
    actor: Actor, enrollment: Base, firm: Firm, record_type: RecordType, purpose: Purpose
) -> ConsentRequest:
    """Ask a student to let `firm` see a kind of record. Asking again while it is open gives the open request."""
    held = within(select(ConsentRequest), enrollment).where(
        ConsentRequest.firm_id == firm.id, ConsentRequest.record_type == record_type
    )
    for request in session.scalars(held):
        answers = [c for c in _standing(enrollment, firm) if c.record_type == record_type]
        if all(consent.recorded_at < request.recorded_at for consent in answers):
            return request
    request = ConsentRequest(enrollment_id=_id(enrollment), firm_id=firm.id, record_type=record_type, purpose=purpose)
    session.add(request)
    return request


def disclose(actor: Actor, enrollment: Base, record_type: RecordType, page: str) -> Consent:
    """Log that somebody of a firm reads `record_type` of `enrollment` on `page`; the consent that allows it.

    Raises NoConsent where the student has given none to the actor's firm; that attempt is logged too.
    """
    firm_id = _firm_of(actor, enrollment)
    consent = holding([_id(enrollment)], firm_id, record_type, policy_day()).get(_id(enrollment))
    if consent is None:
        problem = NoConsent(N_("This student has not agreed that your firm sees this. You can ask for it here."))
        enrollment_id, chain_name = _id(enrollment), _chain(enrollment)
        problem.afterwards = lambda: _log_refusal(actor, chain_name, enrollment_id, firm_id, record_type, page)
        raise problem
    with acting(actor.person_id):
        _log(actor, _chain(enrollment), [_read(consent, page)])
    return consent


def disclose_many(
    actor: Actor,
    firm: Firm,
    enrollments: Iterable[Base],
    record_type: RecordType,
    page: str,
    programs: Mapping[int, int] | None = None,
) -> dict[int, Consent]:
    """The consents of those of `enrollments` that let `firm` see `record_type`; each is logged as read on `page`.

    programs: the program of each enrollment, where the caller knows them; else each is looked up.
    """
    rows = list(enrollments)
    held = holding([_id(row) for row in rows], firm.id, record_type, policy_day())
    read: dict[str, list[Disclosure]] = {}
    for row in rows:
        if _id(row) in held:
            name = f"program:{programs[_id(row)]}" if programs else _chain(row)
            read.setdefault(name, []).append(_read(held[_id(row)], page))
    with acting(actor.person_id):
        for name in sorted(read):
            _log(actor, name, read[name])
    return held


def _read(consent: Consent, page: str) -> Disclosure:
    return Disclosure(
        enrollment_id=consent.enrollment_id,
        firm_id=consent.firm_id,
        record_type=consent.record_type,
        consent_id=consent.id,
        page=page,
    )


def _log_refusal(
    actor: Actor, chain_name: str, enrollment_id: int, firm_id: int, record_type: RecordType, page: str
) -> None:
    refused = Disclosure(
        enrollment_id=enrollment_id, firm_id=firm_id, record_type=record_type, is_refused=True, page=page
    )
    with acting(actor.person_id):
        _log(actor, chain_name, [refused])


def _log(actor: Actor, chain_name: str, rows: list[Disclosure]) -> None:
    session.add_all(rows)
    chain.append(chain_name, *rows)


def _firm_of(actor: Actor, enrollment: Base) -> int:
    """The firm for which the actor reads: theirs, if the student works there now; a supervisor's is the spell's."""
    firms = anchor_of(enrollment).firms
    own = {place for relation in IN_FIRM for place in actor.places(relation)} & firms
    if not own and actor.holds(Relation.SUPERVISOR):
        own = set(firms)
    if not own:
        raise NotAllowed()
    return min(own)


def _standing(enrollment: Base, firm: Firm) -> list[Consent]:
    statement = known(select(Consent), Consent, None).where(Consent.firm_id == firm.id)
    return list(session.scalars(within(statement, enrollment)))


def _id(enrollment: Base) -> int:
    number: int = enrollment.id  # type: ignore[attr-defined]  # people stands below the hub and knows its rows by shape
    return number


def _chain(row: Base) -> str:
    (program_id,) = anchor_of(row).programs
    return f"program:{program_id}"
