"""Files that arrive in parts: what has arrived is never asked for again, and what is given up leaves nothing."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
import time_machine

from lms.hub.coursework import incoming
from lms.hub.coursework.incoming import (
    KEPT,
    PARTS,
    OffsetConflict,
    append_part,
    begin_upload,
    drop_upload,
    find_partial,
    finish_upload,
    list_partial,
    store_part,
)
from lms.hub.coursework.models import Activity, DraftFile, PartialUpload, Upload, UploadPart
from lms.hub.coursework.queries import find_own_work
from lms.jobs.sweeps import forget_uploads
from lms.kernel.audit import AuditEntry
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.side import FolderSide, side
from lms.kernel.storage import storage
from tests.hub.coursework.buckets import use_bucket
from tests.hub.coursework.made import PNG, set_work, work_of
from tests.support.web import World, long_after

FILM = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(range(256)) * 40


def begin(world: World, activity: Activity, name: str = "a.mp4", size: int = len(FILM), **more: str) -> PartialUpload:
    with transaction():
        work = find_own_work(world.actor("Ada"), activity.public_id)
        return begin_upload(world.actor("Ada"), work.enrollment, work, name, size, **more)


def append(world: World, partial: PartialUpload, offset: int, data: bytes) -> int:
    with transaction():
        found, enrollment = find_partial(world.actor("Ada"), partial.public_id)
        return append_part(world.actor("Ada"), enrollment, found, offset, data)


def send(world: World, partial: PartialUpload, data: bytes, cuts: Sequence[int] = (1000, 7000)) -> None:
    edges = [0, *cuts, len(data)]
    for start, end in pairwise(edges):
        append(world, partial, start, data[start:end])


def finish(world: World, activity: Activity, partial: PartialUpload) -> DraftFile:
    with transaction():
        ada = world.actor("Ada")
        work = find_own_work(ada, activity.public_id)
        found, enrollment = find_partial(ada, partial.public_id)
        return finish_upload(ada, enrollment, work, found)


def parts() -> list[str]:
    return [one.name for one in side().all(PARTS)]


@pytest.fixture(params=["folder", "s3"])
def stored(world: World, request: pytest.FixtureRequest) -> World:
    """The world on either store."""
    if request.param == "s3":
        use_bucket(world, request)
    return world


def test_a_file_in_parts_is_on_the_draft_byte_for_byte_and_its_parts_are_swept(stored: World) -> None:
    (activity,) = set_work(stored)
    before = len(stored.all(AuditEntry))
    partial = begin(stored, activity, sha256=hashlib.sha256(FILM).hexdigest())
    send(stored, partial, FILM)
    assert len(parts()) == 3
    made = finish(stored, activity, partial)
    (upload,) = stored.all(Upload)
    assert (made.name, b"".join(storage().open(upload.sha256))) == ("a.mp4", FILM)
    assert stored.all(PartialUpload) == stored.all(UploadPart) == []
    assert len(stored.all(AuditEntry)) > before + 4
    forget_uploads(stored.app.config["LMS"])
    assert len(parts()) == 3, "what was written within the hour is spared: its answer may be on its way"
    with time_machine.travel(long_after(), tick=False):
        assert forget_uploads(stored.app.config["LMS"]) == 3
    assert parts() == []
    beside = side()
    assert not (isinstance(beside, FolderSide) and list((beside.folder / PARTS).iterdir())), "no empty folder stays"


def test_a_part_at_the_wrong_place_is_refused_with_the_right_one(world: World) -> None:
    (activity,) = set_work(world)
    partial = begin(world, activity)
    assert append(world, partial, 0, FILM[:100]) == 100
    for offset in (0, 99, 101):
        with pytest.raises(OffsetConflict) as conflict:
            append(world, partial, offset, FILM[offset : offset + 50])
        assert conflict.value.at == 100
    for data in (b"", FILM):
        with pytest.raises(RuleBroken) as broken:
            append(world, partial, 100, data)
        assert broken.value.field == "body"
    assert append(world, partial, 100, FILM[100:]) == len(FILM)


def test_a_part_that_was_stored_before_the_lock_and_came_too_late_leaves_nothing(stored: World) -> None:
    (activity,) = set_work(stored)
    partial = begin(stored, activity)
    append(stored, partial, 0, FILM[:100])
    with transaction():
        found, enrollment = find_partial(stored.actor("Ada"), partial.public_id)
        late = store_part(partial.public_id, 0, FILM[:100])
        assert late in parts()
        with pytest.raises(OffsetConflict):
            append_part(stored.actor("Ada"), enrollment, found, 0, FILM[:100], late)
    assert len(parts()) == len(stored.all(UploadPart)) == 1


def test_the_same_file_again_goes_on_and_another_size_begins_anew(world: World) -> None:
    (activity,) = set_work(world)
    partial = begin(world, activity, client_key="a.mp4:1")
    append(world, partial, 0, FILM[:500])
    again = begin(world, activity, client_key="a.mp4:1")
    assert (again.public_id, again.received) == (partial.public_id, 500)
    other = begin(world, activity, size=9, client_key="a.mp4:1")
    assert (other.received, len(world.all(PartialUpload)), world.all(UploadPart)) == (0, 1, [])
    with transaction(write=False):
        assert [one.public_id for one in list_partial(world.enrollment("Ada"), activity)] == [other.public_id]


def test_kind_and_size_are_judged_before_the_first_byte_and_what_is_inside_at_the_end(world: World) -> None:
    (activity,) = set_work(world)
    for name, size in (("a.exe", 10), ("a.mp4", 0), ("a.mp4", 200 * 1024 * 1024)):
        with pytest.raises(RuleBroken) as broken:
            begin(world, activity, name, size)
        assert broken.value.field == "files"
    with pytest.raises(RuleBroken) as broken:
        begin(world, activity, sha256="x")
    assert broken.value.field == "sha256"
    lying = begin(world, activity, "a.pdf", len(PNG))
    append(world, lying, 0, PNG)
    with pytest.raises(RuleBroken, match="not what its extension says"):
        finish(world, activity, lying)
    damaged = begin(world, activity, "a.png", len(PNG), sha256="0" * 64)
    append(world, damaged, 0, PNG)
    with pytest.raises(RuleBroken, match="arrived damaged"):
        finish(world, activity, damaged)
    half = begin(world, activity, "b.png", len(PNG))
    append(world, half, 0, PNG[:5])
    with pytest.raises(RuleBroken, match="not arrived whole"):
        finish(world, activity, half)
    assert world.all(DraftFile) == []
    assert len(world.all(PartialUpload)) == 3


def test_unfinished_files_have_a_limit_and_removing_one_makes_room(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "MAX_UNFINISHED", 2)
    (activity,) = set_work(world)
    first = begin(world, activity, "1.mp4")
    begin(world, activity, "2.mp4", 90 * 1024 * 1024)
    with pytest.raises(RuleBroken, match="half uploaded"):
        begin(world, activity, "3.mp4")
    with transaction():
        ada = world.actor("Ada")
        found, enrollment = find_partial(ada, first.public_id)
        drop_upload(ada, enrollment, found)
    begin(world, activity, "3.mp4")
    monkeypatch.setattr(incoming, "MAX_UNFINISHED", 9)
    for name in ("4.mp4", "5.mp4"):
        begin(world, activity, name, 100 * 1024 * 1024)
    with pytest.raises(RuleBroken, match="300 MB together"):
        begin(world, activity, "6.mp4", 100 * 1024 * 1024)


def test_what_stands_still_for_three_days_is_given_up_and_going_on_keeps_it(stored: World) -> None:
    (activity,) = set_work(stored)
    partial = begin(stored, activity)
    append(stored, partial, 0, FILM[:100])
    with time_machine.travel(now() + KEPT - timedelta(minutes=1), tick=False):
        append(stored, partial, 100, FILM[100:200])
    with time_machine.travel(now() + KEPT + timedelta(days=1), tick=False):
        assert forget_uploads(stored.app.config["LMS"]) == 0
    with time_machine.travel(long_after(), tick=False):
        assert forget_uploads(stored.app.config["LMS"]) == 3
        with pytest.raises(NotFound):
            append(stored, partial, 200, FILM[200:])
    assert parts() == []


def test_a_part_that_is_gone_is_a_reason_and_no_fault(world: World) -> None:
    (activity,) = set_work(world)
    partial = begin(world, activity)
    send(world, partial, FILM)
    side().delete(world.all(UploadPart)[1].stored_as)  # as after restoring a backup, which leaves parts out
    with pytest.raises(RuleBroken, match="not there any more"):
        finish(world, activity, partial)


@pytest.mark.parametrize("name", ["Zoe", "Eli", "Ben", "Cleo", "Gus"])
def test_an_upload_is_its_students_alone(world: World, name: str) -> None:
    (activity,) = set_work(world)
    partial, other = begin(world, activity), world.actor(name)
    with transaction(write=False), pytest.raises(NotFound):
        find_partial(other, partial.public_id)
    with transaction():
        found, enrollment = find_partial(world.actor("Ada"), partial.public_id)
        work = work_of(world, "Ada", activity)
        for forbidden in (
            lambda: begin_upload(other, enrollment, work, "b.mp4", 10),
            lambda: append_part(other, enrollment, found, 0, b"x"),
            lambda: finish_upload(other, enrollment, work, found),
            lambda: drop_upload(other, enrollment, found),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_of_the_same_part_sent_eight_times_at_once_one_is_kept(world: World) -> None:
    (activity,) = set_work(world)
    partial, app = begin(world, activity), world.app

    def once(number: int) -> int:
        with app.app_context():
            try:
                return append(world, partial, 0, bytes([number]) * (100 + number))
            except OffsetConflict:
                return 0
            finally:
                session.remove()

    with ThreadPoolExecutor(8) as pool:
        arrived = [count for count in pool.map(once, range(8)) if count]
    session.expunge_all()
    (part,) = world.all(UploadPart)
    assert arrived == [part.size] == [world.one(PartialUpload).received]
    assert side().read(part.stored_as) == bytes([part.size - 100]) * part.size
