"""A curriculum that somebody uploads: kept by its content, so that what was looked at is what is imported."""

import io
import re
import zipfile

from lms.hub.coursework.archives import check_archive
from lms.interop.curriculum import MAX_FILE_BYTES, Reading, read_one_file
from lms.interop.curriculum_export import FOLDER
from lms.kernel.errors import RuleBroken
from lms.kernel.storage import FileMissing, Source, storage
from lms.kernel.text import N_

MAX_ARCHIVE_BYTES = 50 * 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")


def keep_upload(source: Source, name: str) -> str:
    """Keep the bytes, and those of the files in an archive; gives the name under which `read_kept` finds them.

    Nobody counts on them until a draft names them, so what is not imported goes after a day. Raises RuleBroken.
    """
    stored = storage().put(source, MAX_ARCHIVE_BYTES)
    raw = _bytes_of(stored.sha256)
    if _is_archive(raw):
        with _opened(raw, name) as packed:
            for member in packed.infolist():
                sha256 = member.filename.removeprefix(FOLDER)
                if member.filename.startswith(FOLDER) and SHA256.fullmatch(sha256):
                    kept = storage().put(io.BytesIO(packed.read(member)), MAX_ARCHIVE_BYTES)
                    if kept.sha256 != sha256:
                        raise RuleBroken(
                            N_("A file in the archive is not what its name says. Export it again."), field="file"
                        )
    return stored.sha256


def read_kept(kept: str, name: str) -> Reading:
    """Reads what `keep_upload` kept, with every fault and its line. Raises RuleBroken if it is gone."""
    if not SHA256.fullmatch(kept):
        raise RuleBroken(N_("Choose a file first."), field="file")
    raw = _bytes_of(kept)
    if not _is_archive(raw):
        return read_one_file(raw, name, storage().exists)
    with _opened(raw, name) as packed:
        found = [one for one in packed.infolist() if one.filename.endswith(".toml") and "/" not in one.filename]
        if len(found) != 1:
            raise RuleBroken(N_("An archive has to hold one file that ends in .toml."), field="file")
        if found[0].file_size > MAX_FILE_BYTES:
            raise RuleBroken(N_("The file is larger than %(limit)s bytes."), field="file", limit=MAX_FILE_BYTES)
        return read_one_file(packed.read(found[0]), found[0].filename, storage().exists)


def _is_archive(raw: bytes) -> bool:
    return raw.startswith(b"PK")


def _opened(raw: bytes, name: str) -> zipfile.ZipFile:
    try:
        packed = zipfile.ZipFile(io.BytesIO(raw))
        check_archive(packed, len(raw), name)
    except (zipfile.BadZipFile, NotImplementedError):
        raise RuleBroken(N_("The archive is broken. Save it again."), field="file") from None
    return packed


def _bytes_of(sha256: str) -> bytes:
    try:
        return b"".join(storage().open(sha256))
    except FileMissing:
        raise RuleBroken(N_("The uploaded file is gone. Choose it again."), field="file") from None
