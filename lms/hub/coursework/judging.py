"""Looking into a file before anything is locked: what it is, and its safe place in the store. No database.

Sniffing and hashing 100 MB takes seconds, and on SQLite there is one writer: so a file is judged and stored first, and
only then a short transaction writes its row. A stored file that no row names after all is removed by the sweep.
"""

import hashlib
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import IO

from lms.hub.coursework.filetypes import check_file
from lms.kernel.errors import RuleBroken
from lms.kernel.side import side
from lms.kernel.storage import FileMissing, storage
from lms.kernel.text import N_


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be handed in and is in the store. name: as it may be shown."""

    name: str
    kind: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that has arrived whole, in parts: their names beside the store with their sizes, in order.

    sha256: announced, None if not. kinds: that the activity takes.
    """

    name: str
    sha256: str | None
    parts: Sequence[tuple[str, int]]
    kinds: Collection[str]


def judge(name: str, stream: IO[bytes], kinds: Collection[str], max_bytes: int) -> Judged:
    """Look into `stream` (seekable, left at its start) and keep it. Raises RuleBroken for what may not be handed in."""
    size = stream.seek(0, 2)
    found = check_file(name, stream, size, kinds, max_bytes)
    stream.seek(0)
    stored = storage().put(stream, max_bytes)
    stream.seek(0)
    return Judged(found.name, found.kind, stored.size, stored.sha256)


def judge_arrived(file: Arrived, max_bytes: int) -> Judged:
    """The same for a file in parts. Raises RuleBroken too if it arrived damaged, or a part of it is gone."""
    with tempfile.TemporaryFile() as whole:
        found = _assemble(file, whole)
        if file.sha256 not in (None, found):
            message = N_("%(name)s arrived damaged. Remove it and add it again.")
            raise RuleBroken(message, field="files", name=file.name)
        return judge(file.name, whole, file.kinds, max_bytes)


def _assemble(file: Arrived, whole: IO[bytes]) -> str:
    """Write the parts into `whole`; gives its SHA-256. A part may be gone, as after restoring a backup."""
    digest = hashlib.sha256()
    for stored_as, size in file.parts:
        try:
            data = side().read(stored_as)
        except FileMissing:
            data = b""
        if len(data) != size:
            message = N_("A part of %(name)s is not there any more. Remove it and add it again.")
            raise RuleBroken(message, field="files", name=file.name)
        digest.update(data)
        whole.write(data)
    return digest.hexdigest()
