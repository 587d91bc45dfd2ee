"""Files by content: in a folder and on a real S3 endpoint."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from lms.config import Settings
from lms.kernel.clock import now
from lms.kernel.errors import RuleBroken
from lms.kernel.storage import FileMissing, FolderStorage, Storage, is_whole, storage_for
from tests.support.objects import Bucket

MIB = 1024 * 1024
WORDS = b"what Ada handed in"
SHA = hashlib.sha256(WORDS).hexdigest()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return storage_for(Settings(_env_file=None, data_dir=tmp_path))  # type: ignore[call-arg]
    return _in_bucket(request.getfixturevalue("bucket"), tmp_path)


def _in_bucket(bucket: Bucket, folder: Path) -> Storage:
    return storage_for(
        Settings(
            _env_file=None,  # type: ignore[call-arg]
            data_dir=folder,
            storage_url=f"s3://{bucket.name}/program/files",
            storage_endpoint=bucket.endpoint,
            storage_key=bucket.access_key,
            storage_secret=SecretStr(bucket.secret_key),
        )
    )


def test_a_file_comes_back_byte_for_byte(store: Storage) -> None:
    stored = store.put(io.BytesIO(WORDS), MIB)
    assert (stored.sha256, stored.size) == (SHA, len(WORDS))
    assert store.exists(SHA)
    assert b"".join(store.open(SHA)) == WORDS
    assert is_whole(store, SHA)


def test_a_large_file_is_streamed_in_chunks(store: Storage) -> None:
    stored = store.put(io.BytesIO(bytes(range(256)) * 48 * 1024), 12 * MIB)
    chunks = list(store.open(stored.sha256))
    assert sum(map(len, chunks)) == 12 * MIB
    assert len(chunks) > 1


def test_the_same_file_twice_is_stored_once(store: Storage) -> None:
    store.put(io.BytesIO(WORDS), MIB)
    store.put(io.BytesIO(WORDS), MIB)
    (kept,) = store.all()
    assert (kept.sha256, kept.size) == (SHA, len(WORDS))
    assert abs((now() - kept.written_at).total_seconds()) < 60


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(store: Storage) -> None:
    with pytest.raises(RuleBroken, match="larger than 1 MiB") as caught:
        store.put(io.BytesIO(b"x" * (MIB + 1)), MIB)
    assert caught.value.field == "file"
    assert list(store.all()) == []


def test_a_missing_file_is_named_before_anything_is_sent(store: Storage) -> None:
    assert not store.exists(SHA)
    with pytest.raises(FileMissing, match=SHA):
        store.open(SHA)
    assert not is_whole(store, SHA)


def test_deleting_twice_is_deleting_once(store: Storage) -> None:
    store.put(io.BytesIO(WORDS), MIB)
    store.delete(SHA)
    store.delete(SHA)
    assert not store.exists(SHA)


@pytest.mark.parametrize("name", ["", "../secret.key", "A" * 64, "0" * 63, "0" * 63 + "/"])
def test_only_a_hash_names_a_file(store: Storage, name: str) -> None:
    ways: list[Callable[[str], object]] = [store.open, store.exists, store.delete]
    for way in ways:
        with pytest.raises(ValueError, match="hexadecimal"):
            way(name)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    store = FolderStorage(tmp_path)
    store.put(io.BytesIO(WORDS), MIB)
    (tmp_path / SHA[:2] / SHA[2:]).write_bytes(WORDS.replace(b"Ada", b"Eli"))
    assert not is_whole(store, SHA)


def test_a_broken_upload_leaves_no_temporary_file(tmp_path: Path) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        FolderStorage(tmp_path).put(Torn(), MIB)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_bucket_holds_the_files_under_its_prefix(bucket: Bucket, tmp_path: Path) -> None:
    _in_bucket(bucket, tmp_path).put(io.BytesIO(WORDS), MIB)
    assert bucket.keys() == [f"program/files/{SHA[:2]}/{SHA[2:]}"]
