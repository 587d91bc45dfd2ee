"""Files by what is in them: a file's name is the SHA-256 of its bytes, so it is never changed and never stored twice.

By default a folder (`files` in the data folder); an S3-compatible service where LMS_STORAGE_URL names a bucket. Names,
kinds and who may read stand in the database. A row is written after its file and deleted before it.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from flask import current_app

from lms.kernel.disk import make_folder, sync
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

if TYPE_CHECKING:
    from obstore.store import S3Store

CHUNK = 256 * 1024
INCOMING = "incoming"
NAME = re.compile(r"[0-9a-f]{64}")


class FileMissing(Exception):
    """A stored file that the database counts on is not there: an alarm, not somebody's mistake."""


@dataclass(frozen=True, slots=True)
class Stored:
    """sha256: 64 lower-case hexadecimal digits. size: bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store. written_at: when it was last put (UTC)."""

    sha256: str
    size: int
    written_at: datetime


class Source(Protocol):
    """Anything bytes can be read from, such as an upload."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; empty at the end."""


class Storage(Protocol):
    """Where files are kept."""

    def put(self, source: Source, limit: int) -> Stored:
        """Keep what `source` gives, up to `limit` bytes; it is on the disk when this returns. Raises RuleBroken."""

    def open(self, sha256: str) -> Iterator[bytes]:
        """The bytes, in chunks. Raises FileMissing at once."""

    def exists(self, sha256: str) -> bool:
        """Whether the file is there; does not read it."""

    def delete(self, sha256: str) -> None:
        """Remove the file; nothing happens if it is gone."""

    def all(self) -> Iterator[Kept]:
        """Every file, in any order."""


class FolderStorage:
    """Files in a folder, as `ab/cdef...`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, source: Source, limit: int) -> Stored:
        """Written beside its place and renamed into it, so that a crash leaves either nothing or all of it."""
        incoming = self.folder / INCOMING
        make_folder(incoming)
        descriptor, name = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(descriptor, "wb") as file:
                stored = _copy(source, file, limit)
                file.flush()
                os.fsync(file.fileno())
            self._move(Path(name), self._path(stored.sha256))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return stored

    def _move(self, written: Path, path: Path) -> None:
        make_folder(path.parent)
        written.rename(path)  # also where it exists: its date is new again, so the sweep of unused files spares it
        sync(path.parent)

    def open(self, sha256: str) -> Iterator[bytes]:
        """See `Storage`."""
        try:
            file = self._path(sha256).open("rb")
        except FileNotFoundError:
            raise FileMissing(sha256) from None
        return _chunks(file)

    def exists(self, sha256: str) -> bool:
        """See `Storage`."""
        return self._path(sha256).is_file()

    def delete(self, sha256: str) -> None:
        """See `Storage`."""
        self._path(sha256).unlink(missing_ok=True)

    def all(self) -> Iterator[Kept]:
        """See `Storage`."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            name = path.parent.name + path.name
            if NAME.fullmatch(name):
                found = path.stat()
                yield Kept(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def _path(self, sha256: str) -> Path:
        name = _checked(sha256)
        return self.folder / name[:2] / name[2:]


class S3Storage:
    """Files in a bucket, as `prefix/ab/cdef...`. A file is complete or absent, as the service promises."""

    def __init__(self, store: "S3Store") -> None:
        self.store = store

    def put(self, source: Source, limit: int) -> Stored:
        """Through a temporary file: the name is known only at the end, and a service cannot rename."""
        import obstore

        with tempfile.TemporaryFile() as file:
            stored = _copy(source, file, limit)
            file.seek(0)
            obstore.put(self.store, _key(stored.sha256), file)
        return stored

    def open(self, sha256: str) -> Iterator[bytes]:
        """See `Storage`."""
        import obstore

        try:
            found = obstore.get(self.store, _key(sha256))
        except FileNotFoundError:
            raise FileMissing(sha256) from None
        return (bytes(chunk) for chunk in found.stream(min_chunk_size=CHUNK))

    def exists(self, sha256: str) -> bool:
        """See `Storage`."""
        import obstore

        try:
            obstore.head(self.store, _key(sha256))
        except FileNotFoundError:
            return False
        return True

    def delete(self, sha256: str) -> None:
        """See `Storage`."""
        import obstore

        obstore.delete(self.store, _key(sha256))  # the service does not mind an absent one

    def all(self) -> Iterator[Kept]:
        """See `Storage`."""
        import obstore

        for batch in obstore.list(self.store):
            for found in batch:
                name = found["path"].replace("/", "")
                if NAME.fullmatch(name):
                    yield Kept(name, found["size"], found["last_modified"].astimezone(UTC))


def storage() -> Storage:
    """The store that the settings of the running application name."""
    made: Storage | None = current_app.extensions.get("lms_storage")
    if made is None:
        made = storage_for(current_app.config["LMS"])
        current_app.extensions["lms_storage"] = made
    return made


def storage_for(settings: Any) -> Storage:
    """The store named by LMS_STORAGE_URL; the folder `files` of the data folder if it is empty."""
    if not settings.storage_url:
        return FolderStorage(settings.data_dir / "files")
    from obstore.store import S3Store

    url = urlsplit(settings.storage_url)
    options: dict[str, Any] = {"endpoint": settings.storage_endpoint} if settings.storage_endpoint else {}
    store = S3Store(
        url.netloc,
        prefix=url.path.strip("/") or None,
        region=settings.storage_region,
        access_key_id=settings.storage_key,
        secret_access_key=settings.storage_secret.get_secret_value(),
        client_options={"allow_http": settings.storage_endpoint.startswith("http://")},
        **options,
    )
    return S3Storage(store)


def is_whole(store: Storage, sha256: str) -> bool:
    """Whether the file is there and its bytes are still those that it is named after. Reads all of it."""
    digest = hashlib.sha256()
    try:
        for chunk in store.open(sha256):
            digest.update(chunk)
    except FileMissing:
        return False
    return digest.hexdigest() == sha256


def _copy(source: Source, file: IO[bytes], limit: int) -> Stored:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise RuleBroken(
                N_("This file is larger than %(limit)s MiB. Make it smaller, or hand it in as several files."),
                field="file",
                limit=limit // (1024 * 1024),
            )
        digest.update(chunk)
        file.write(chunk)
    return Stored(digest.hexdigest(), size)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _checked(sha256: str) -> str:
    if not NAME.fullmatch(sha256):
        raise ValueError("a stored file is named by 64 hexadecimal digits")
    return sha256


def _key(sha256: str) -> str:
    name = _checked(sha256)
    return f"{name[:2]}/{name[2:]}"


Names = Callable[[], Iterable[str]]
_names: list[Names] = []


def names_files(names: Names) -> Names:
    """Registers a slice's query of all files that its rows name; a file that nobody names is removed after a day."""
    _names.append(names)
    return names


def named_files() -> Iterator[str]:
    """The SHA-256 of every file that some row names, some more than once. One query a slice."""
    for names in _names:
        yield from names()
