"""Tidying up: sessions, links, counters and old mail that nothing needs any more, and files that no row names."""

from datetime import timedelta

from sqlalchemy import delete, or_, update

from lms.config import Settings
from lms.hub.coursework.incoming import PARTS, forget_expired, orphaned_parts
from lms.kernel import clock, idem, lease
from lms.kernel.db import session, transaction
from lms.kernel.outbox import HOUSE, OutboxMessage
from lms.kernel.side import side
from lms.kernel.storage import named_files, storage
from lms.people.accounts.models import Invitation, SignIn, SignInFailure
from lms.people.accounts.throttle import FORGOTTEN_AFTER
from lms.web.previews.kept import DERIVED, sha256_of

PREVIEWS_KEPT = timedelta(days=30)
LINKS_KEPT = timedelta(days=30)
ANSWERS_KEPT = timedelta(days=7)
MAIL_KEPT = timedelta(days=90)
FILES_KEPT = timedelta(hours=24)


def forget_sign_ins(_: Settings) -> int:
    """Remove ended sessions, links that ran out 30 days ago, and failed attempts that no longer count."""
    moment = clock.now()
    statements = (
        delete(SignIn).where(or_(SignIn.idle_until < moment, SignIn.expires_at < moment)),
        delete(Invitation).where(Invitation.expires_at < moment - LINKS_KEPT),
        delete(SignInFailure).where(SignInFailure.last_at < moment - FORGOTTEN_AFTER),
    )
    with transaction():
        done = [session.execute(statement, execution_options=HOUSE) for statement in statements]
    return sum(result.rowcount for result in done)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult


def forget_mail(_: Settings) -> int:
    """Blank what letters said once they ended 90 days ago; that they were sent stays."""
    old = (OutboxMessage.ended_at < clock.now() - MAIL_KEPT, OutboxMessage.values != {})
    with transaction():
        done = session.execute(update(OutboxMessage).where(*old).values(values={}), execution_options=HOUSE)
    return int(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def forget_answers(_: Settings) -> int:
    """Remove the stored answers to calls of the API that nobody will repeat any more."""
    with transaction():
        return idem.forget_before(clock.now() - ANSWERS_KEPT)


def forget_files(_: Settings) -> int:
    """Remove stored files that were written a day ago and that no row names: uploads that were given up.

    In a writing transaction, so that on SQLite no upload of the same file comes in between.
    """
    store, before = storage(), clock.now() - FILES_KEPT
    with transaction(write=False):
        if lease.is_held("backup"):
            return 0
    old = {kept.sha256 for kept in store.all() if kept.written_at < before}
    if not old:
        return 0
    with transaction():
        unused = old - set(named_files())
        for sha256 in unused:
            store.delete(sha256)
    return len(unused)


def forget_previews(_: Settings) -> int:
    """Remove previews whose file no row names any more, and those made 30 days ago; they are made again when asked."""
    beside, before = side(), clock.now() - PREVIEWS_KEPT
    with transaction(write=False):
        named = set(named_files())
    old = [one for one in beside.all(DERIVED) if one.written_at < before or sha256_of(one.name) not in named]
    for one in old:
        beside.delete(one.name)
    beside.tidy(DERIVED)
    return len(old)


def forget_uploads(_: Settings) -> int:
    """Give up uploads that have not gone on for three days, and remove the parts that no upload has any more."""
    with transaction():
        given_up = forget_expired()
    beside = side()
    with transaction(write=False):
        orphans = list(orphaned_parts())
    for name in orphans:
        beside.delete(name)
    beside.tidy(PARTS)
    return given_up + len(orphans)
