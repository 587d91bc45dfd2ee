"""What is inside a zip, without unpacking it: Office documents, bombs, and what hides. Pure.

Nothing here is ever written to a path of the archive's choosing; the directory is read and, to measure what the
directory may lie about, members are inflated into nothing, with a ceiling.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

MAX_MEMBERS = 5_000
MAX_INFLATED_BYTES = 500 * 1024 * 1024
MAX_RATIO = 200  # text compresses 5 to 20 times; a bomb a thousand times
SMALL_BYTES = 10 * 1024 * 1024  # below this, no ratio is a danger
MAX_DEPTH = 3  # archives in archives
MAX_LINK_BYTES = 4096
CHUNK = 1024 * 1024
ENCRYPTED = 0x1
UTF8_NAME = 0x800
ZIP_START = b"PK\x03\x04"
LOCAL_HEADER_BYTES = 30
UNICODE_PATH = 0x7075  # an extra field by which some programs unpack instead of the name. Source: APPNOTE.TXT 4.6.9
OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}


@dataclass
class Budget:
    """How many more bytes an archive may inflate to, those inside it together."""

    left: int


def check_archive(archive: zipfile.ZipFile, size: int, shown: str) -> None:
    """Raises RuleBroken for a bomb, an encrypted archive, or one whose members leave its folder.

    Raises BadZipFile where the members are not as the directory announces them.
    """
    budget = Budget(min(MAX_INFLATED_BYTES, max(SMALL_BYTES, size * MAX_RATIO)))
    _check_level(archive, size, shown, budget, 1)


def _check_level(archive: zipfile.ZipFile, size: int, shown: str, budget: Budget, depth: int) -> None:
    members = archive.infolist()
    if not members and depth == 1:
        raise RuleBroken(N_("%(name)s is an empty archive."), field="files", name=shown)
    if len(members) > MAX_MEMBERS:
        message = N_("%(name)s holds more than %(limit)s files. Hand in fewer.")
        raise RuleBroken(message, field="files", name=shown, limit=MAX_MEMBERS)
    if any(member.flag_bits & ENCRYPTED for member in members):
        message = N_("%(name)s is protected by a password, so nobody could grade it. Save it without one.")
        raise RuleBroken(message, field="files", name=shown)
    if any(leaves_folder(name) for member in members for name in names_of(member)):
        message = N_("%(name)s holds files with unsafe paths. Pack the folder itself anew, then add that file.")
        raise RuleBroken(message, field="files", name=shown)
    if overlap(members):
        message = N_("%(name)s is packed so that its files lie over each other. Pack it anew, then add that file.")
        raise RuleBroken(message, field="files", name=shown)
    if sum(member.compress_size for member in members) > size or not _is_announced_within(members, budget):
        raise too_far(shown)
    for member in members:
        _check_member(archive, member, shown, budget, depth)


def too_far(shown: str) -> RuleBroken:
    """The refusal of a bomb."""
    message = N_("%(name)s unpacks to far more than it seems, so it is not taken. Hand in the files one by one.")
    return RuleBroken(message, field="files", name=shown)


def _is_announced_within(members: Sequence[zipfile.ZipInfo], budget: Budget) -> bool:
    return sum(member.file_size for member in members) <= budget.left


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str, budget: Budget, depth: int) -> None:
    budget.left -= member.file_size
    with archive.open(member) as part:
        start = part.read(len(ZIP_START))
    if stat.S_ISLNK(member.external_attr >> 16):
        _check_link(archive, member, shown)
    elif start == ZIP_START and member.file_size <= SMALL_BYTES:
        _check_inner(archive, member, shown, budget, depth)
    else:
        read_as_announced(archive, member)


def _check_inner(archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str, budget: Budget, depth: int) -> None:
    """An archive in the archive is judged as its folder is; one that cannot be read is a file like any other."""
    if depth == MAX_DEPTH:
        message = N_("%(name)s holds archives in archives, more than %(limit)s deep. Unpack them, then pack them once.")
        raise RuleBroken(message, field="files", name=shown, limit=MAX_DEPTH)
    inside = _inflated(archive, member)
    try:
        with zipfile.ZipFile(io.BytesIO(inside)) as inner:
            _check_level(inner, len(inside), shown, budget, depth + 1)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        return


def _check_link(archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str) -> None:
    """A link may only point to somewhere in the folder that the archive makes."""
    if member.file_size > MAX_LINK_BYTES or leaves_folder(_inflated(archive, member).decode("utf-8", "replace")):
        message = N_("%(name)s holds links to outside of it. Pack the files themselves, then add that file.")
        raise RuleBroken(message, field="files", name=shown)


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(member) as part:
            return part.read()
    except zlib.error as error:
        raise zipfile.BadZipFile from error


def read_as_announced(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Inflates one member into nothing. Reading ends at the announced size, and its checksum must then be right."""
    try:
        with archive.open(member) as part:
            while part.read(CHUNK):
                pass
    except zlib.error as error:
        raise zipfile.BadZipFile from error


def overlap(members: Sequence[zipfile.ZipInfo]) -> bool:
    """True if two members share bytes of the archive, as only a bomb's do."""
    runs = sorted((one.header_offset, _least_end(one)) for one in members)
    return any(following[0] < before[1] for before, following in pairwise(runs))


def _least_end(member: zipfile.ZipInfo) -> int:
    """Where a member ends at the earliest; its own header may have an extra field that the directory leaves out."""
    name = member.orig_filename.encode("utf-8" if member.flag_bits & UTF8_NAME else "cp437", "replace")
    return member.header_offset + LOCAL_HEADER_BYTES + len(name) + member.compress_size


def names_of(member: zipfile.ZipInfo) -> Iterator[str]:
    """Every name by which some program would unpack `member`."""
    yield member.filename
    yield member.orig_filename
    rest = member.extra
    while len(rest) >= 4:
        kind, length = int.from_bytes(rest[:2], "little"), int.from_bytes(rest[2:4], "little")
        if kind == UNICODE_PATH and length > 5:
            yield rest[9 : 4 + length].decode("utf-8", "replace")
        rest = rest[4 + length :]


def leaves_folder(name: str) -> bool:
    """True for an absolute path, a drive, one with `..` in it, or one that a NUL cuts short."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name


def office_kind(archive: zipfile.ZipFile) -> str | None:
    """docx, xlsx or pptx if the archive is one, "zip" for any other; None for an Office document with macros."""
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), "zip")
