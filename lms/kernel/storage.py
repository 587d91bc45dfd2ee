"""Files by content: the name of a file is its SHA-256, so equal files are stored once and none is ever changed."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is safely on the disk. size: bytes."""

    sha256: str
    size: int


class Storage(Protocol):
    """Where files lie."""

    def put(self, stream: BinaryIO) -> Stored:
        """Store what `stream` holds from where it stands; durable when this returns."""

    def open(self, sha256: str) -> BinaryIO:
        """The stored bytes. Raises FileNotFoundError."""


class Folder:
    """A folder of this machine: `ab/cdef...`. Written beside its place, synced, then renamed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, stream: BinaryIO) -> Stored:
        """Store what `stream` holds; durable when this returns."""
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self.root, delete=False) as file:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        place = self._place(digest.hexdigest())
        place.parent.mkdir(exist_ok=True)
        Path(file.name).replace(place)
        sync_folder(place.parent)
        sync_folder(self.root)
        return Stored(digest.hexdigest(), size)

    def open(self, sha256: str) -> BinaryIO:
        """The stored bytes. Raises FileNotFoundError."""
        return self._place(sha256).open("rb")

    def _place(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def storage() -> Storage:
    """The running application's storage."""
    return Folder(current_app.config["LMS"].data_dir / "files")
