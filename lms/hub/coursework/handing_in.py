"""The rows of a hand-in: one submission for who works alone, one for each member of a group."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from lms.hub.coursework import rules
from lms.hub.coursework.contents import Attached
from lms.hub.coursework.groups.models import GroupSubmission
from lms.hub.coursework.groups.queries import Group, group_of
from lms.hub.coursework.groups.rules import next_attempt
from lms.hub.coursework.groups.services import lock
from lms.hub.coursework.models import Submission, SubmissionFile
from lms.hub.coursework.queries import Work, works_of
from lms.hub.coursework.rules import Window
from lms.hub.enrollment.models import Enrollment
from lms.kernel.db import session
from lms.kernel.once import add_once
from lms.kernel.prose import keep


@dataclass(frozen=True, slots=True)
class Given:
    """What is handed in, and when it was received."""

    text: str
    link: str
    files: Sequence[Attached]
    received_at: datetime
    client_key: str
    client_at: datetime | None


def find_group_for(enrollment: Enrollment, work: Work) -> Group | None:
    """The group that hands in with the student, read once nobody else can change it; None where one works alone."""
    if work.activity.group_size < 2:
        return None
    group = group_of(enrollment, work.activity)
    if group is None:
        return None
    lock([mate.enrollment for mate in group.members])
    return group_of(enrollment, work.activity)


def members_open(group: Group, work: Work, received_at: datetime) -> list[Work]:
    """The work of each member for whom the activity is open then: a late member's extension is nobody else's."""
    works = works_of([mate.enrollment for mate in group.members], [work.activity.id])
    return [one for one in works if one.window(received_at) is not Window.CLOSED]


def hand_in_together(group: Group, work: Work, given: Given) -> Submission | None:
    """One attempt of the group; gives the part of who confirmed. None if that person has sent it already."""
    works = members_open(group, work, given.received_at)
    attempt = next_attempt([one.attempt for each in works for one in each.submissions])
    together = add_once(
        GroupSubmission,
        work_group_id=group.row.id,
        enrollment_id=work.enrollment.id,
        number=group.handed_in + 1,
        received_at=given.received_at,
    )
    if together is None:
        return None
    own = write_submission(work, given, attempt, together.id)
    for one in works:
        if one.enrollment.id != work.enrollment.id:
            write_submission(one, given, attempt, together.id)
    return own


def write_submission(
    work: Work, given: Given, attempt: int | None = None, group_submission_id: int | None = None
) -> Submission | None:
    """One student's submission with its files; None if there is one with this attempt or key."""
    number = len(work.submissions) + 1 if attempt is None else attempt
    values = row_of(work.enrollment, work, number, given.text, given.files, given.received_at, given.client_key)
    submission = add_once(Submission, **values, client_at=given.client_at, group_submission_id=group_submission_id)
    if submission is None:
        return None
    if given.files:
        of = {"submission_id": submission.id, "enrollment_id": work.enrollment.id}
        numbered = enumerate(given.files, 1)
        rows = [{**of, "upload_id": file.upload_id, "position": position} for position, file in numbered]
        session.execute(insert(SubmissionFile), rows)
    names = {f"file-{position}": file.name for position, file in enumerate(given.files, 1)}
    keep(submission, text=given.text, link=given.link, **names)
    return submission


def row_of(
    enrollment: Enrollment,
    work: Work,
    attempt: int,
    text: str,
    files: Sequence[Attached],
    received_at: datetime,
    client_key: str,
) -> dict[str, Any]:
    """The values of a submission's row with what is computed once: lateness against the own date, receipt."""
    text_sha256 = hashlib.sha256(text.encode()).hexdigest()
    handed_in = rules.HandedIn(
        work.activity.public_id,
        enrollment.public_id,
        attempt,
        received_at,
        text_sha256,
        tuple(file.sha256 for file in files),
    )
    return {
        "enrollment_id": enrollment.id,
        "activity_id": work.activity.id,
        "attempt": attempt,
        "received_at": received_at,
        "due_at": work.due.at,
        "due_reason": work.due.reason,
        "late_seconds": rules.late_seconds(work.due.at, work.terms.grace_minutes, received_at),
        "text_sha256": text_sha256,
        "receipt": rules.receipt_hash(handed_in),
        "client_key": client_key,
    }
