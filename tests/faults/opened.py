"""What the product says of a folder that was found after a power cut, beside what its clients remember."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from lms.hub.coursework.models import DraftFile, PartialUpload, UploadPart
from lms.hub.grading.models import Score
from lms.hub.hours.models import HoursEntry
from lms.kernel import clock
from lms.kernel.backup.check import faults_of_engine
from lms.kernel.db import db, session, transaction
from lms.kernel.side import side
from lms.kernel.storage import FileMissing, FolderStorage, is_whole, storage
from lms.kernel.verification import differences
from lms.people.scope import unscoped
from tests.faults.writing import Deed, Hours, Points, Sent, part_from
from tests.support.schema import app_for
from tests.support.web import NOW

DATABASE = "lms.sqlite"
Row = tuple[Any, ...]
KEYS = ("chain.key", "secret.key")


class Opened:
    """The product on `found`, which may be replaced between two looks. keys: the folder with the server's keys."""

    def __init__(self, found: Path, keys: Path) -> None:
        self.found = found
        self.keys = {name: (keys / name).read_bytes() for name in KEYS}
        self.app: Flask = app_for(f"sqlite:///{found / DATABASE}", keys)
        self.app.extensions["lms_storage"] = FolderStorage(found / "data" / "files")

    def faults(self, sent: list[Deed], acknowledged: list[Deed]) -> list[str]:
        """Everything that is lost, twice or damaged; `sent` includes what was acknowledged."""
        if acknowledged and (gone := [name for name in KEYS if self._key(name) != self.keys[name]]):
            return [f"{name} is lost" for name in gone]
        with self.app.app_context():
            try:
                with clock.at(NOW), transaction(write=False):
                    return [
                        *faults_of_engine(),
                        *(f"{where}: {said}" for where, said in differences(read_files=True)),
                        *missed(sent, acknowledged),
                    ]
            finally:
                session.remove()
                db.engine.dispose()

    def _key(self, name: str) -> bytes:
        path = self.found / "data" / name
        return path.read_bytes() if path.exists() else b""

    def go_on(self, token: str, one: Sent) -> bool:
        """Send a file's rest from where the product says, and put it on the draft; False if it is there by now."""
        head = {"Authorization": f"Bearer {token}"}
        client, path = self.app.test_client(), f"/api/v1/uploads/{one.upload}"
        try:
            with clock.at(NOW):
                asked = client.head(path, headers=head)
                if asked.status_code == 404:
                    return False
                at = int(asked.headers["Upload-Offset"])
                assert one.arrived <= at <= len(one.data)
                if at < len(one.data):
                    rest = client.patch(path, data=one.data[at:], headers={**head, **part_from(at)})
                    assert rest.status_code == 204, rest.text
                whole = client.post(f"{path}/file", headers=head)
                assert whole.status_code == 201, whole.text
                with self.app.app_context():
                    assert is_whole(storage(), one.sha256)
                return True
        finally:
            with self.app.app_context():
                session.remove()
                db.engine.dispose()


def missed(sent: list[Deed], acknowledged: list[Deed]) -> Iterator[str]:
    """What the database and the store of the running application do not have, or have twice or damaged."""
    yield from _hours(sent, acknowledged)
    yield from _points(sent, acknowledged)
    yield from _files(acknowledged)


def last_of(acknowledged: list[Deed]) -> list[Sent]:
    """How far each file has come, as its sender was told."""
    return list({one.upload: one for one in acknowledged if isinstance(one, Sent)}.values())


def _hours(sent: list[Deed], acknowledged: list[Deed]) -> Iterator[str]:
    def rows(deeds: list[Deed]) -> set[Row]:
        return {(one.key, one.minutes) for one in deeds if isinstance(one, Hours)}

    found = session.execute(unscoped(select(HoursEntry.client_key, HoursEntry.minutes), "test"))
    yield from _compare("hours", Counter(map(tuple, found)), rows(sent), rows(acknowledged))


def _points(sent: list[Deed], acknowledged: list[Deed]) -> Iterator[str]:
    def rows(deeds: list[Deed]) -> set[Row]:
        return {(one.number, one.points * 100) for one in deeds if isinstance(one, Points)}

    found = session.execute(unscoped(select(Score.number, Score.points), "test"))
    yield from _compare("points", Counter(map(tuple, found)), rows(sent), rows(acknowledged))


def _compare(what: str, found: Counter[Row], written: set[Row], expected: set[Row]) -> Iterator[str]:
    yield from (f"{what} {row} are lost" for row in expected if not found[row])
    yield from (f"{what} {row} are there {times} times" for row, times in found.items() if times > 1)
    yield from (f"{what} {row} were never sent" for row in found if row not in written)


def _files(acknowledged: list[Deed]) -> Iterator[str]:
    drafts = set(session.scalars(unscoped(select(DraftFile.name), "test")))
    partial = {one.public_id: one for one in session.scalars(unscoped(select(PartialUpload), "test"))}
    for one in last_of(acknowledged):
        if one.name in drafts:
            if not is_whole(storage(), one.sha256):
                yield f"{one.name} is damaged"
        elif one.is_whole or one.upload not in partial:
            yield f"{one.name} is lost"
        elif partial[one.upload].received < one.arrived:
            yield f"a part of {one.name} is lost"
        elif _arrived(partial[one.upload]) != one.data[: partial[one.upload].received]:
            yield f"a part of {one.name} is damaged"


def _arrived(partial: PartialUpload) -> bytes | None:
    parts = select(UploadPart).where(UploadPart.partial_upload_id == partial.id).order_by(UploadPart.begins_at)
    try:
        return b"".join(side().read(part.stored_as) for part in session.scalars(unscoped(parts, "test")))
    except FileMissing:
        return None
