"""Handing in: the draft and its files, the submission and its receipt."""

from collections.abc import Callable
from datetime import datetime
from typing import IO

from sqlalchemy import bindparam, delete, select, update

from lms.hub.coursework import rules
from lms.hub.coursework.contents import find_draft
from lms.hub.coursework.filetypes import MAX_FILE_BYTES
from lms.hub.coursework.handing_in import Given, find_group_for, hand_in_together, write_submission
from lms.hub.coursework.judging import Judged, judge
from lms.hub.coursework.models import Draft, DraftFile, Submission, Upload
from lms.hub.coursework.queries import Work
from lms.hub.enrollment.models import Enrollment
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, RuleBroken
from lms.kernel.once import add_once
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import within


@command(Action.SUBMISSION_WRITE)
def save_draft(
    actor: Actor, enrollment: Enrollment, work: Work, text: str, link: str, version: int | None = None
) -> Draft:
    """Keep what the student has written so far.

    version: the one that the form was made from, 0 for none; None overwrites. Raises Conflict with both if another
    window has saved something else since. The same once more is saved already: a page that is left sends what it has,
    and is not always heard before the next one is made. Not where files came or went after it.
    """
    rules.check_is_written(work.activity.has_questions)
    if len(text) > rules.MAX_TEXT_CHARACTERS:
        message = N_("The text is too long: at most %(limit)s characters. Attach it as a file instead.")
        raise RuleBroken(message, field="text", limit=rules.MAX_TEXT_CHARACTERS)
    link = link.strip()[: rules.MAX_LINK_CHARACTERS]
    draft, _ = find_draft(enrollment, work.activity)
    if draft is None:
        return _new_draft(enrollment, work, text, link)
    expected = draft.version if version is None else version
    changed = _change(draft, expected, text=text, link=link)
    is_same = (draft.text, draft.link) == (text, link) and draft.version == draft.text_version
    if not changed and not is_same:
        message = N_("You have written this in another window since. Both texts are below; keep what you need.")
        raise Conflict(message, yours=text, theirs=draft.text)
    return draft


def _new_draft(enrollment: Enrollment, work: Work, text: str = "", link: str = "") -> Draft:
    of = {"enrollment_id": enrollment.id, "activity_id": work.activity.id}
    draft = add_once(Draft, **of, text=text, link=link, updated_at=acting_at())
    if draft is None:
        raise Conflict(N_("You have just saved this in another window. Reload the page."), yours=text)
    return draft


GONE = delete(Draft).where(Draft.id == bindparam("draft_id"))
GONE = GONE.execution_options(lms_scope="within draft", synchronize_session=False)


def _change(draft: Draft, expected: int, **values: str) -> bool:
    """Compare and set: False, and `draft` as it now is, if it is no longer at version `expected`."""
    statement = (
        update(Draft)
        .where(Draft.id == draft.id, Draft.version == expected)
        .values(version=expected + 1, text_version=expected + 1, updated_at=acting_at(), **values)
        .execution_options(lms_scope="within draft", synchronize_session=False)
    )
    count = session.execute(statement).rowcount  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
    session.refresh(draft)
    return bool(count)


@command(Action.SUBMISSION_WRITE)
def attach_file(
    actor: Actor,
    enrollment: Enrollment,
    work: Work,
    name: str,
    stream: IO[bytes],
    max_bytes: int = MAX_FILE_BYTES,
) -> DraftFile:
    """Put one file on the draft. stream: seekable. Raises RuleBroken for what may not be handed in.

    It looks into the file under the writer's lock; where others wait for that, it is judged first and attached by
    `attach_judged`.
    """
    return put_on_draft(enrollment, work, lambda: judge(name, stream, work.activity.kinds, max_bytes))


@command(Action.SUBMISSION_WRITE)
def attach_judged(actor: Actor, enrollment: Enrollment, work: Work, file: Judged) -> DraftFile:
    """Put a file on the draft that was looked into before. Raises RuleBroken where the activity does not take it."""
    return put_on_draft(enrollment, work, lambda: file)


def put_on_draft(enrollment: Enrollment, work: Work, find: Callable[[], Judged]) -> DraftFile:
    """The row of a file, for a command. The draft is one version on, so that another window sees that it changed."""
    rules.check_is_written(work.activity.has_questions)
    draft, files = find_draft(enrollment, work.activity)
    if len(files) >= rules.MAX_FILES:
        message = N_("At most %(limit)s files can be handed in. Put them into one zip file.")
        raise RuleBroken(message, field="files", limit=rules.MAX_FILES)
    found = find()
    if found.kind not in work.activity.kinds:
        raise RuleBroken(N_("%(name)s is of a kind that is not taken here any more."), field="files", name=found.name)
    if draft is None:
        draft = _new_draft(enrollment, work)
    else:
        _raise_version(draft)
    of = {"draft_id": draft.id, "enrollment_id": enrollment.id}
    file = DraftFile(**of, upload_id=_upload(found).id, name=found.name)
    session.add(file)
    session.flush()
    return file


def _raise_version(draft: Draft) -> None:
    """Its files are others now."""
    statement = (
        update(Draft)
        .where(Draft.id == draft.id)
        .values(version=Draft.version + 1, updated_at=acting_at())
        .execution_options(lms_scope="within draft", synchronize_session=False)
    )
    session.execute(statement)
    session.refresh(draft)


def _upload(found: Judged) -> Upload:
    """The row of a file that is safely stored; equal files share one."""
    same = select(Upload).where(Upload.sha256 == found.sha256)
    new = {"sha256": found.sha256, "size": found.size, "kind": found.kind, "stored_at": acting_at()}
    # Asked again where the same file came from somebody else this very moment.
    return session.scalar(same) or add_once(Upload, **new) or session.scalars(same).one()


@command(Action.SUBMISSION_WRITE)
def detach_file(actor: Actor, enrollment: Enrollment, work: Work, file_id: str) -> None:
    """Take the file with this public id off the draft, which is one version on then. Raises NotFound."""
    statement = select(DraftFile, Draft).join(Draft).where(DraftFile.public_id == file_id)
    statement = within(statement.where(Draft.activity_id == work.activity.id), enrollment, on=DraftFile)
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFound()
    file, draft = found
    session.delete(file)
    _raise_version(draft)


@command(Action.SUBMISSION_WRITE)
def submit(
    actor: Actor,
    enrollment: Enrollment,
    work: Work,
    text: str | None,
    link: str | None,
    client_key: str,
    client_at: datetime | None = None,
    version: int | None = None,
) -> Submission:
    """Hand in one attempt with the draft's files; the draft is gone then. The answer carries the receipt.

    In a group it is the group's attempt: each member for whom the activity is open has a submission and a receipt.

    text, link: None as they are drafted. client_key: made with the form; sent again, it gives the submission it made.
    version: of the draft that was confirmed, 0 for none; Conflict if it changed since.
    Raises RuleBroken if the activity is closed, attempts are used up, or there is nothing in it.
    """
    if again := next((one for one in work.submissions if one.client_key == client_key), None):
        return _submission(enrollment, again.public_id)
    rules.check_is_written(work.activity.has_questions)
    received_at = acting_at()
    draft, files = find_draft(enrollment, work.activity)
    if version is not None and version != (draft.version if draft else 0):
        raise Conflict(N_("The draft changed since this page was made. Look at it once more."))
    text = (draft.text if draft else "") if text is None else text
    link = (draft.link if draft else "") if link is None else link
    group = find_group_for(enrollment, work)
    used = group.handed_in if group else len(work.submissions)
    rules.check_may_submit(received_at, work.due.at, work.terms, work.zone, used)
    rules.check_content(text, link, len(files))
    given = Given(text, link.strip(), files, received_at, client_key, client_at)
    submission = hand_in_together(group, work, given) if group else write_submission(work, given)
    if submission is None:
        return _lost_race(enrollment, client_key)
    if draft is not None:
        session.execute(GONE, {"draft_id": draft.id})
    return submission


def _lost_race(enrollment: Enrollment, client_key: str) -> Submission:
    """The same form sent twice at once is one submission; another form at the same moment is told so."""
    statement = select(Submission).where(Submission.client_key == client_key)
    same = session.scalar(within(statement, enrollment))
    if same is None:
        raise Conflict(N_("You have just submitted this in another window. Reload the page to see the receipt."))
    return same


def _submission(enrollment: Enrollment, public_id: str) -> Submission:
    return session.scalars(within(select(Submission).where(Submission.public_id == public_id), enrollment)).one()
