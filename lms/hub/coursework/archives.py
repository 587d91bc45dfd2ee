"""What is inside a zip, without unpacking it: Office documents, bombs, and what hides. Pure.

Nothing here is ever written to a path of the archive's choosing; the directory is read and, to measure what the
directory may lie about, members are inflated into nothing, with a ceiling.
"""

import zipfile
import zlib

from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

MAX_MEMBERS = 5_000
MAX_INFLATED_BYTES = 500 * 1024 * 1024
MAX_RATIO = 200  # text compresses 5 to 20 times; a bomb a thousand times
SMALL_BYTES = 10 * 1024 * 1024  # below this, no ratio is a danger
CHUNK = 1024 * 1024
ENCRYPTED = 0x1
OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}


def check_archive(archive: zipfile.ZipFile, size: int, shown: str) -> None:
    """Raises RuleBroken for a bomb, an encrypted archive, or one whose member names leave its folder."""
    members = archive.infolist()
    if not members:
        raise RuleBroken(N_("%(name)s is an empty archive."), field="files", name=shown)
    if len(members) > MAX_MEMBERS:
        message = N_("%(name)s holds more than %(limit)s files. Hand in fewer.")
        raise RuleBroken(message, field="files", name=shown, limit=MAX_MEMBERS)
    if any(member.flag_bits & ENCRYPTED for member in members):
        message = N_("%(name)s is protected by a password, so nobody could grade it. Save it without one.")
        raise RuleBroken(message, field="files", name=shown)
    if any(leaves_folder(member.filename) for member in members):
        raise RuleBroken(N_("%(name)s holds files with unsafe paths."), field="files", name=shown)
    if sum(member.compress_size for member in members) > size or inflates_too_far(archive, members, size):
        raise RuleBroken(N_("%(name)s unpacks to far more than it seems. It is not taken."), field="files", name=shown)


def inflates_too_far(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int) -> bool:
    """True if the directory announces more than the limits. Raises BadZipFile if the members are not as announced."""
    if sum(member.file_size for member in members) > min(MAX_INFLATED_BYTES, max(SMALL_BYTES, size * MAX_RATIO)):
        return True
    for member in members:
        read_as_announced(archive, member)
    return False


def read_as_announced(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Inflates one member into nothing. Reading ends at the announced size, and its checksum must then be right."""
    try:
        with archive.open(member) as part:
            while part.read(CHUNK):
                pass
    except zlib.error as error:
        raise zipfile.BadZipFile from error


def leaves_folder(name: str) -> bool:
    """True for an absolute path, a drive, or one with `..` in it."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]


def office_kind(archive: zipfile.ZipFile) -> str | None:
    """docx, xlsx or pptx if the archive is one, "zip" for any other; None for an Office document with macros."""
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for part, kind in OFFICE_PARTS.items() if part in names), "zip")
