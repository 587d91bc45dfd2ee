"""The plan for the time after a leave: what is signed, who signs, when it stands. Pure."""

import hashlib
import json
from collections.abc import Collection
from datetime import date

from lms.hub.enrollment.kinds import Signer


def signers(*, has_firm: bool) -> tuple[Signer, ...]:
    """Whose signatures a plan needs; the firm's only where the student works for one on the first day back."""
    return (Signer.STUDENT, Signer.COORDINATOR, *((Signer.FIRM,) if has_firm else ()))


def missing(signed: Collection[Signer], *, has_firm: bool) -> tuple[Signer, ...]:
    """Who has still to sign; nobody: the plan stands."""
    return tuple(signer for signer in signers(has_firm=has_firm) if signer not in signed)


def content_hash(
    enrollment_id: str, first_day_back: date, weekly_minutes: int, remaining_minutes: int, finishes_on: date
) -> str:
    """What a signature signs: SHA-256 over canonical JSON of the plan."""
    body = {
        "enrollment": enrollment_id,
        "finishes_on": finishes_on.isoformat(),
        "first_day_back": first_day_back.isoformat(),
        "remaining_minutes": remaining_minutes,
        "weekly_minutes": weekly_minutes,
    }
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
