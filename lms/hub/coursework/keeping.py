"""Which stored files coursework counts on: those of submissions for good, those of drafts while they are there."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from lms.hub.coursework.models import DraftFile, SubmissionFile, Upload
from lms.kernel.db import session
from lms.kernel.storage import names_files
from lms.people.scope import unscoped


@names_files
def files_of_coursework() -> Iterable[str]:
    """The SHA-256 of every file that a submission or a draft names. One query."""
    used = or_(
        select(SubmissionFile.id).where(SubmissionFile.upload_id == Upload.id).exists(),
        select(DraftFile.id).where(DraftFile.upload_id == Upload.id).exists(),
    )
    return session.scalars(unscoped(select(Upload.sha256).where(used), "which files to keep"))
