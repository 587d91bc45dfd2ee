"""Credentials that somebody else issued: the student brings them, the office asks the issuer and says what it found."""

from datetime import date

from lms.hub.competencies.files import Proof
from lms.hub.competencies.models import CredentialCheck, ExternalCredential
from lms.hub.competencies.rules import check_outside
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import cohort_of, enrollment_of, standing
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.messages.services import notify
from lms.people.access import Action, Actor
from lms.people.commands import command

MAX_NUMBER = 100


@command(Action.CREDENTIAL_ADD)
def add_credential(
    actor: Actor,
    enrollment: Enrollment,
    name: str,
    issuer: str,
    number: str,
    issued_on: date | None,
    until: date | None,
    *,
    code: str = "",
    file: Proof | None = None,
) -> ExternalCredential:
    """Put a credential on the record, to be verified. code: as a requirement names it. Raises RuleBroken."""
    today = local_day(acting_at(), cohort_of(enrollment).zone)
    check_outside(name, issuer, issued_on, until, today)
    if len(number) > MAX_NUMBER:
        raise RuleBroken(N_("Please keep the number under %(limit)s characters."), field="number", limit=MAX_NUMBER)
    if not number.strip() and file is None:
        raise RuleBroken(N_("Give its number, or attach a copy, so that it can be verified."), field="number")
    row = ExternalCredential(
        enrollment_id=enrollment.id,
        code=code.strip(),
        issued_on=issued_on,
        expires_on=until,
        sha256=file.sha256 if file else None,
        size=file.size if file else None,
    )
    session.add(row)
    words = {"name": name.strip(), "issuer": issuer.strip(), "number": number.strip()}
    keep(row, **words, file_name=file.name if file else None)
    return row


@command(Action.CREDENTIAL_ADD)
def withdraw_credential(actor: Actor, row: ExternalCredential) -> ExternalCredential:
    """The student takes it off the record; that it stood there stays."""
    gone = ExternalCredential(
        enrollment_id=row.enrollment_id,
        code=row.code,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        is_withdrawn=True,
        supersedes_id=row.id,
    )
    session.add(gone)
    session.flush()
    return gone


@command(Action.CREDENTIAL_VERIFY)
def check_credential(actor: Actor, row: ExternalCredential, is_verified: bool, note: str) -> CredentialCheck:
    """What the issuer says. A later check supersedes. Raises RuleBroken for a refusal without a word."""
    if not is_verified and not note.strip():
        raise RuleBroken(N_("Say what was wrong, so that the student can mend it."), field="note")
    enrollment = enrollment_of(row)
    before = next((c for c in standing(CredentialCheck, enrollment) if c.credential_id == row.id), None)
    check = CredentialCheck(
        enrollment_id=row.enrollment_id,
        credential_id=row.id,
        is_verified=is_verified,
        supersedes_id=before.id if before else None,
    )
    session.add(check)
    keep(check, note=note.strip())
    session.flush()
    notify(enrollment.person_id, "credential-checked", check.public_id)
    return check
