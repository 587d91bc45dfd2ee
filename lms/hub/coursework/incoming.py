"""Files that arrive in parts, over a line that breaks: begun, appended to, finished into the draft, or given up.

A part is on the disk before its row is written, and what a row says has arrived is never asked for again. What no row
names any more is removed by the sweep.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update

from lms.hub.coursework import rules
from lms.hub.coursework.contents import find_draft
from lms.hub.coursework.filetypes import MAX_FILE_BYTES, check_announced
from lms.hub.coursework.judging import Arrived, Judged, judge_arrived
from lms.hub.coursework.models import Activity, DraftFile, PartialUpload, UploadPart
from lms.hub.coursework.queries import Work, find_work
from lms.hub.coursework.services import put_on_draft
from lms.hub.enrollment.models import Enrollment
from lms.kernel.acting import acting_at
from lms.kernel.clock import now
from lms.kernel.db import session
from lms.kernel.errors import Conflict, NotFound, Problem, RuleBroken
from lms.kernel.ids import new_public_id
from lms.kernel.once import add_once
from lms.kernel.side import side
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import scoped, unscoped, within

PART_BYTES = 2 * 1024 * 1024  # most of one part; a request's body up to here is read before any lock is taken
KEPT = timedelta(days=3)  # after the last part: a weekend without a network
SPARED = timedelta(hours=1)  # a part without a row may be of a request that is just being answered
MAX_UNFINISHED = 10
MAX_UNFINISHED_FILES = 3  # in bytes: so many of the largest file
PARTS = "parts"
SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_KEY_CHARACTERS = 200


class OffsetConflict(Conflict):
    """The part does not begin where the file ends so far. at: where it does, in bytes."""

    def __init__(self, at: int) -> None:
        super().__init__(N_("%(at)s bytes have arrived. Go on from there."), at=at)
        self.at = at


def find_partial(actor: Actor, public_id: str) -> tuple[PartialUpload, Enrollment]:
    """The unfinished upload with this public id, if it is the actor's own, and whose. Raises NotFound. One query."""
    statement = (
        select(PartialUpload, Enrollment)
        .join(Enrollment, Enrollment.id == PartialUpload.enrollment_id)
        .where(PartialUpload.public_id == public_id, PartialUpload.expires_at > now())
    )
    found = session.execute(scoped(statement, actor, Action.SUBMISSION_WRITE)).one_or_none()
    if found is None:
        raise NotFound(N_("This upload is finished, was taken off or has expired. Choose the file again."))
    return found[0], found[1]


def work_for(enrollment: Enrollment, partial: PartialUpload) -> Work:
    """What the file is for. Two queries."""
    return find_work(enrollment, session.scalars(select(Activity).where(Activity.id == partial.activity_id)).one())


def list_partial(enrollment: Enrollment, activity: Activity) -> list[PartialUpload]:
    """What has begun to arrive for the draft of `activity`, the first begun first. One query."""
    statement = select(PartialUpload).where(PartialUpload.activity_id == activity.id, PartialUpload.expires_at > now())
    return list(session.scalars(within(statement.order_by(PartialUpload.id), enrollment)))


@command(Action.SUBMISSION_WRITE)
def begin_upload(
    actor: Actor,
    enrollment: Enrollment,
    work: Work,
    name: str,
    size: int,
    client_key: str = "",
    sha256: str | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> PartialUpload:
    """Announce a file; the same `client_key` and size again give the upload that was begun, with what has arrived.

    Raises RuleBroken for what could not be handed in anyway, and where too much is unfinished.
    """
    shown, _ = check_announced(name, size, work.activity.kinds, max_bytes)
    if sha256 is not None and not SHA256.fullmatch(sha256):
        raise RuleBroken(N_("Send 64 lower-case hexadecimal digits."), field="sha256")
    if len(client_key) > MAX_KEY_CHARACTERS:
        raise RuleBroken(
            N_("Send at most %(max_length)s characters."), field="client_key", max_length=MAX_KEY_CHARACTERS
        )
    unfinished = list(session.scalars(within(select(PartialUpload), enrollment)))
    begun = next((one for one in unfinished if client_key and _is_same(one, work, client_key)), None)
    if begun is not None and begun.size == size and begun.expires_at > acting_at():
        return begun
    if begun is not None:
        session.delete(begun)
        session.flush()
    _check_room(enrollment, work, [one for one in unfinished if one is not begun], size, max_bytes)
    values = {"name": shown, "size": size, "sha256": sha256, "begun_at": acting_at(), "expires_at": acting_at() + KEPT}
    of = {"enrollment_id": enrollment.id, "activity_id": work.activity.id}
    made = add_once(PartialUpload, **of, **values, client_key=client_key or new_public_id(), received=0)
    if made is None:
        raise Conflict(N_("You have just added this file in another window. Reload the page."))
    return made


def _is_same(one: PartialUpload, work: Work, client_key: str) -> bool:
    return (one.activity_id, one.client_key) == (work.activity.id, client_key)


def _check_room(
    enrollment: Enrollment, work: Work, unfinished: Sequence[PartialUpload], size: int, max_bytes: int
) -> None:
    _, files = find_draft(enrollment, work.activity)
    if len(files) >= rules.MAX_FILES:
        message = N_("At most %(limit)s files can be handed in. Put them into one zip file.")
        raise RuleBroken(message, field="files", limit=rules.MAX_FILES)
    most = MAX_UNFINISHED_FILES * max_bytes
    if len(unfinished) >= MAX_UNFINISHED or sum(one.size for one in unfinished) + size > most:
        message = N_(
            "Too many files are half uploaded (at most %(count)s, %(limit)s MB together). Finish or remove one."
        )
        raise RuleBroken(message, field="files", count=MAX_UNFINISHED, limit=most // (1024 * 1024))


def check_part(partial: PartialUpload, offset: int, data: bytes) -> None:
    """Raises OffsetConflict where the file does not end at `offset` so far, RuleBroken for more than was announced."""
    if offset != partial.received:
        raise OffsetConflict(partial.received)
    if not data:
        raise RuleBroken(N_("This part is empty. Send the bytes that follow."), field="body")
    if len(data) > PART_BYTES or offset + len(data) > partial.size:
        message = N_("Send at most %(limit)s bytes here.")
        raise RuleBroken(message, field="body", limit=min(PART_BYTES, partial.size - offset))


def store_part(upload: str, offset: int, data: bytes) -> str:
    """Have bytes of the upload with this public id on the disk; gives their name beside the store. No database."""
    stored_as = f"{PARTS}/{upload}/{offset:012}-{new_public_id()}"
    side().put(stored_as, data)
    return stored_as


@command(Action.SUBMISSION_WRITE)
def append_part(
    actor: Actor, enrollment: Enrollment, partial: PartialUpload, offset: int, data: bytes, stored_as: str | None = None
) -> int:
    """Keep the bytes from `offset` on; gives how many have arrived. They are on the disk when this returns.

    stored_as: what `store_part` gave before the transaction, so that nobody waits for the disk; None stores them here.
    Raises what `check_part` does; what was stored before is then removed.
    """
    try:
        check_part(partial, offset, data)
        stored_as = stored_as or store_part(partial.public_id, offset, data)
        return _name_part(partial, offset, len(data), stored_as)
    except Problem:
        if stored_as is not None:
            side().delete(stored_as)
        raise


def _name_part(partial: PartialUpload, offset: int, size: int, stored_as: str) -> int:
    arrived = offset + size
    moved = (
        update(PartialUpload)
        .where(PartialUpload.id == partial.id, PartialUpload.received == offset)
        .values(received=arrived, expires_at=acting_at() + KEPT)
        .execution_options(lms_scope="within partial_upload", synchronize_session=False)
    )
    if not session.execute(moved).rowcount:  # type: ignore[attr-defined]  # an UPDATE gives a cursor result
        session.refresh(partial)
        raise OffsetConflict(partial.received)
    of = {"partial_upload_id": partial.id, "enrollment_id": partial.enrollment_id}
    session.add(UploadPart(**of, begins_at=offset, size=size, stored_as=stored_as))
    session.flush()
    session.refresh(partial)
    return arrived


@command(Action.SUBMISSION_WRITE)
def finish_upload(
    actor: Actor,
    enrollment: Enrollment,
    work: Work,
    partial: PartialUpload,
    judged: Judged | None = None,
    max_bytes: int = MAX_FILE_BYTES,
) -> DraftFile:
    """Put the whole file on the draft; it is judged again, now by what is in it.

    judged: what `judge_arrived` found before the transaction, so that nobody waits for it; None looks into it here.
    Raises RuleBroken if it is not whole, not what was announced, or may not be handed in; the parts then stay.
    """
    made = put_on_draft(enrollment, work, lambda: judged or judge_arrived(arrived_of(partial, work), max_bytes))
    _forget(partial)
    return made


def arrived_of(partial: PartialUpload, work: Work) -> Arrived:
    """Where its parts are, for looking into it. Raises RuleBroken if it is not whole. One query."""
    if partial.received != partial.size:
        message = N_("%(name)s has not arrived whole: %(at)s of %(size)s bytes.")
        raise RuleBroken(message, field="files", name=partial.name, at=partial.received, size=partial.size)
    statement = select(UploadPart.stored_as, UploadPart.size).order_by(UploadPart.begins_at)
    rows = session.execute(within(statement, partial, on=UploadPart)).all()
    parts = [(stored_as, size) for stored_as, size in rows]
    return Arrived(partial.name, partial.sha256, parts, tuple(work.activity.kinds))


@command(Action.SUBMISSION_WRITE)
def drop_upload(actor: Actor, enrollment: Enrollment, partial: PartialUpload) -> None:
    """Give an unfinished upload up; the sweep removes its parts."""
    _forget(partial)


def _forget(partial: PartialUpload) -> None:
    gone = delete(PartialUpload).where(PartialUpload.id == partial.id)
    session.execute(gone.execution_options(lms_scope="within partial_upload", synchronize_session=False))
    session.expunge(partial)


def forget_expired() -> int:
    """Give up every upload that has expired; how many. The sweep's; needs a writing transaction."""
    gone = delete(PartialUpload).where(PartialUpload.expires_at <= now())
    done = session.execute(gone.execution_options(lms_scope="unscoped: uploads that were given up"))
    return int(done.rowcount)  # type: ignore[attr-defined]  # a DELETE gives a cursor result


def orphaned_parts() -> Iterator[str]:
    """The names beside the store of parts that no upload has any more, an hour old or older. One query."""
    found = {one.name: one.written_at for one in side().all(PARTS)}
    if not found:
        return
    named = set(session.scalars(unscoped(select(UploadPart.stored_as), "which parts to keep")))
    yield from (name for name, written in found.items() if name not in named and written < now() - SPARED)
