"""Files by name beside the store: what can be made again, and the parts of uploads that are not whole yet.

In the folder `side` of the folder store, or under `side/` in the bucket. Unlike stored files they are not backed up; a
file is whole or absent, also after a crash. Names are the product's own, never a person's.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lms.kernel.disk import make_folder, sync
from lms.kernel.storage import FileMissing, FolderStorage, S3Storage, Storage, storage

if TYPE_CHECKING:
    from obstore.store import S3Store

SIDE = "side"
NAME = re.compile(r"[a-z0-9]+(/[a-z0-9][a-z0-9.-]*)+")


@dataclass(frozen=True, slots=True)
class Beside:
    """A file beside the store. written_at: UTC."""

    name: str
    size: int
    written_at: datetime


class Side(Protocol):
    """Where they are kept."""

    def put(self, name: str, data: bytes) -> None:
        """Keep `data` under `name`, in the place of what was there; it is on the disk when this returns."""

    def read(self, name: str) -> bytes:
        """All of it. Raises FileMissing."""

    def delete(self, name: str) -> None:
        """Remove it; nothing happens if it is gone."""

    def all(self, under: str) -> Iterator[Beside]:
        """Every file whose name begins with the folder `under`, in any order."""

    def tidy(self, under: str) -> None:
        """Remove what holds nothing any more in the folder `under`."""


class FolderSide:
    """In a folder, under their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, data: bytes) -> None:
        """Written beside its place and renamed into it."""
        path = self._path(name)
        descriptor, written = _begun_in(path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(written).rename(path)
        except BaseException:
            Path(written).unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent):
            sync(folder)

    def read(self, name: str) -> bytes:
        """See `Side`."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise FileMissing(name) from None

    def delete(self, name: str) -> None:
        """See `Side`."""
        self._path(name).unlink(missing_ok=True)

    def all(self, under: str) -> Iterator[Beside]:
        """What a crash left half written, too: its name is one that `delete` takes."""
        for folder, _, names in os.walk(self.folder / _checked(under), onerror=_unless_gone):
            for path in [Path(folder, name) for name in names]:
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue  # it was being written, and has its name by now, or was removed
                name = path.relative_to(self.folder).as_posix()
                yield Beside(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def tidy(self, under: str) -> None:
        """See `Side`. The system itself refuses to remove a folder in which a file stands or is being written."""
        for folder, below, _ in os.walk(self.folder / _checked(under), topdown=False, onerror=_unless_gone):
            for name in below:
                with suppress(OSError):
                    Path(folder, name).rmdir()

    def _path(self, name: str) -> Path:
        *folders, last = name.split("/")
        if folders and last.startswith("_"):  # half written; Python puts more of them into such a name
            last = last.strip("_").replace("_", "-") or "x"
        _checked("/".join([*folders, last]))
        return self.folder / name


MOST_TRIES = 100  # of a folder that is removed in the moment between its making and its first file


def _begun_in(folder: Path) -> tuple[int, str]:
    """A new file in `folder`, which is made; `tidy` may take it away again before the file is there.

    There is one for each upload, so its name is synced once the file has its own, and not remembered as made.
    """
    for _ in range(MOST_TRIES):
        with suppress(FileNotFoundError):
            make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
            return tempfile.mkstemp(dir=folder, prefix="_")
    raise FileNotFoundError(folder)


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


class S3Side:
    """In the bucket, under `side/`."""

    def __init__(self, store: "S3Store") -> None:
        self.store = store

    def put(self, name: str, data: bytes) -> None:
        """See `Side`."""
        import obstore

        obstore.put(self.store, _key(name), data)

    def read(self, name: str) -> bytes:
        """See `Side`."""
        import obstore

        try:
            return bytes(obstore.get(self.store, _key(name)).bytes())
        except FileNotFoundError:
            raise FileMissing(name) from None

    def delete(self, name: str) -> None:
        """See `Side`."""
        import obstore

        obstore.delete(self.store, _key(name))

    def all(self, under: str) -> Iterator[Beside]:
        """See `Side`."""
        import obstore

        for batch in obstore.list(self.store, prefix=f"{SIDE}/{_checked(under)}"):
            for found in batch:
                name = found["path"].removeprefix(f"{SIDE}/")
                yield Beside(name, found["size"], found["last_modified"].astimezone(UTC))

    def tidy(self, under: str) -> None:
        """A bucket has no folders."""


def side_of(store: Storage) -> Side:
    """The files beside `store`."""
    if isinstance(store, S3Storage):
        return S3Side(store.store)
    if isinstance(store, FolderStorage):
        return FolderSide(store.folder / SIDE)
    raise TypeError("only a folder and a bucket have files beside them")


def side() -> Side:
    """Beside the store of the running application."""
    return side_of(storage())


def _checked(name: str) -> str:
    if not NAME.fullmatch(name if "/" in name else f"{name}/x"):
        raise ValueError("a file beside the store has a name of small letters, digits, dots and hyphens")
    return name


def _key(name: str) -> str:
    return f"{SIDE}/{_checked(name)}"
