"""Which stored files requests for credit count on."""

from collections.abc import Iterable

from sqlalchemy import select

from lms.hub.credits.models import CreditRequest
from lms.kernel.db import session
from lms.kernel.storage import names_files
from lms.people.scope import unscoped


@names_files
def files_of_credits() -> Iterable[str]:
    """The SHA-256 of every file that a request names. One query."""
    statement = select(CreditRequest.sha256).where(CreditRequest.sha256.is_not(None))
    return (sha256 for sha256 in session.scalars(unscoped(statement, "which files to keep")) if sha256)
