"""What a file really is, whatever it is called: by its first bytes, its inside and its extension. Pure.

Everything that is taken in passes `check_file`; what is refused says why and what to do (RuleBroken on `files`).
"""

import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO

from lms.hub.coursework.archives import check_archive, office_kind
from lms.kernel.errors import RuleBroken
from lms.kernel.text import N_

MAX_FILE_BYTES = 100 * 1024 * 1024  # product.md 6.5, capability 37
MAX_NAME_CHARACTERS = 100
HEAD_BYTES = 4096
TEXT_CHUNK = 1024 * 1024

EXTENSIONS = {
    "pdf": ("pdf",),
    "png": ("png",),
    "jpg": ("jpg", "jpeg"),
    "heic": ("heic", "heif"),
    "webp": ("webp",),
    "docx": ("docx",),
    "xlsx": ("xlsx",),
    "pptx": ("pptx",),
    "zip": ("zip",),
    "mp4": ("mp4", "m4v", "mov"),
    "csv": ("csv", "tsv"),
    "txt": ("txt", "log"),
    "md": ("md", "markdown"),
    "code": (
        *(
            "py",
            "c",
            "h",
            "cpp",
            "hpp",
            "ino",
            "java",
            "cs",
            "js",
            "ts",
            "rs",
            "go",
            "rb",
            "lua",
            "m",
            "r",
            "sql",
            "sh",
        ),
        *("json", "toml", "yaml", "yml", "ini", "st", "scl", "il", "awl", "nc", "gcode", "ngc", "tap", "src", "script"),
    ),
}
KIND_OF_EXTENSION = {extension: kind for kind, extensions in EXTENSIONS.items() for extension in extensions}
DEFAULT_KINDS = tuple(EXTENSIONS)
TEXT_KINDS = frozenset({"csv", "txt", "md", "code"})
IMAGE_KINDS = frozenset({"png", "jpg", "heic", "webp"})

# The brand in an ISO base media file's first box. Source: mp4ra.org, brands.
HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  ", b"dash"}
)
ACTIVE_STARTS = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<?php", b"<!--")
OTHER_STARTS = (b"GIF87a", b"GIF89a")  # all letters, so that a picture can pass for text


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file was found to be. kind: a key of `EXTENSIONS`."""

    kind: str
    name: str
    size: int


def safe_name(name: str) -> str:
    """`name` as it may be stored and shown: its last part, NFC, without control or direction marks, 100 characters.

    The extension survives the cut. A name of which nothing is left becomes "file".
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    normal = unicodedata.normalize("NFC", last)
    kept = "".join(c if unicodedata.category(c) != "Zs" else " " for c in normal if is_name_character(c))
    trimmed = " ".join(kept.split()).strip(". ")
    if len(trimmed) > MAX_NAME_CHARACTERS:
        stem, dot, extension = trimmed.rpartition(".")
        tail = dot + extension if stem and len(extension) <= 10 else ""
        trimmed = trimmed[: MAX_NAME_CHARACTERS - len(tail)].rstrip(". ") + tail
    return trimmed or "file"


def is_name_character(character: str) -> bool:
    """False for control, format (direction marks among them), surrogate, private and unassigned characters."""
    return unicodedata.category(character)[0] != "C" and unicodedata.category(character) not in {"Zl", "Zp"}


def extension_of(name: str) -> str:
    """The lower-case extension without its dot; "" if there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if stem and dot else ""


def sniff(head: bytes) -> str | None:
    """The kind that a file's first bytes claim; "zip" for every kind that is a zip inside; None if none is known."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[4:8] == b"ftyp":
        return sniff_media(head)
    return None


def sniff_media(head: bytes) -> str | None:
    """heic or mp4 by the brands of the `ftyp` box; the major brand decides, then the compatible ones."""
    box_size = int.from_bytes(head[:4], "big")
    box = head[8 : min(max(box_size, 16), len(head))]
    brands = [box[:4], *(box[at : at + 4] for at in range(8, len(box), 4))]
    for brand in brands:
        if brand in HEIC_BRANDS:
            return "heic"
        if brand in MP4_BRANDS:
            return "mp4"
    return None


def check_file(
    name: str,
    stream: IO[bytes],
    size: int,
    allowed: Collection[str] = DEFAULT_KINDS,
    max_bytes: int = MAX_FILE_BYTES,
) -> FileKind:
    """What `stream` is, if it may be handed in. Raises RuleBroken otherwise.

    stream: seekable, read from its start; left at its start. size: its length in bytes.
    allowed: kinds of the activity. Reads the head of a binary file, a text whole, of an archive the directory.
    """
    shown, kind = check_announced(name, size, allowed, max_bytes)
    stream.seek(0)
    found = kind_inside(stream, size, kind, shown)
    stream.seek(0)
    if found != kind:
        message = N_("%(name)s is not what its extension says. Save it again in the right format.")
        raise refused(message, shown)
    return FileKind(kind, shown, size)


def check_announced(name: str, size: int, allowed: Collection[str], max_bytes: int) -> tuple[str, str]:
    """The name as it may be shown and the kind that it says. Raises RuleBroken for what needs no look inside."""
    shown = safe_name(name)
    kind = KIND_OF_EXTENSION.get(extension_of(shown))
    if size == 0:
        raise refused(N_("%(name)s is empty. Check the file and add it again."), shown)
    if size > max_bytes:
        message = N_("%(name)s is larger than %(limit)s MB. Make it smaller or split it.")
        raise refused(message, shown, limit=max_bytes // (1024 * 1024))
    if kind is None or kind not in allowed:
        message = N_("%(name)s is of a kind that is not taken here. Taken are: %(kinds)s.")
        raise refused(message, shown, kinds=", ".join(extensions_of(allowed)))
    return shown, kind


def kind_inside(stream: IO[bytes], size: int, expected: str, shown: str) -> str | None:
    """The kind by content. `expected` only decides between kinds that are all plain text."""
    head = stream.read(HEAD_BYTES)
    found = sniff(head)
    if found == "zip":
        stream.seek(0)
        try:
            with zipfile.ZipFile(stream) as archive:
                check_archive(archive, size, shown)
                return office_kind(archive)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
            return None
    if found is None and expected in TEXT_KINDS:
        stream.seek(0)
        return expected if is_text(stream) else None
    return found


def is_text(stream: IO[bytes]) -> bool:
    """True if the whole stream is text in an 8-bit encoding or UTF-16 and no web page or drawing."""
    head = stream.read(TEXT_CHUNK)
    if is_active(head) or head.startswith(OTHER_STARTS):
        return False
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return is_wide_text(head)
    chunk = head
    while chunk:
        if any(byte in chunk for byte in CONTROL_BYTES):
            return False
        chunk = stream.read(TEXT_CHUNK)
    return True


def is_active(head: bytes) -> bool:
    """True if a browser that guesses would take a text for a web page or a drawing."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n\x0c").lower().startswith(ACTIVE_STARTS)


def is_wide_text(head: bytes) -> bool:
    """True if `head`, which carries UTF-16's mark, reads as UTF-16 without control characters."""
    try:
        text = head[: len(head) // 2 * 2].decode("utf-16")
    except UnicodeDecodeError:
        return False
    if is_active(text.encode("utf-8", "replace")):
        return False
    return all(character.isprintable() or character.isspace() for character in text)


# Bytes that no text has: all controls but tab, line feed, form feed, carriage return, end of file and escape.
CONTROL_BYTES = tuple(bytes([byte]) for byte in range(32) if byte not in (9, 10, 12, 13, 26, 27))


def extensions_of(kinds: Collection[str]) -> list[str]:
    """The extensions that `kinds` allow, for a person and for a file field."""
    return [extension for kind, extensions in EXTENSIONS.items() if kind in kinds for extension in extensions]


def refused(message: str, shown: str, limit: int = 0, kinds: str = "") -> RuleBroken:
    """The refusal of one file, on the field that the form and the API call `files`."""
    return RuleBroken(message, field="files", name=shown, limit=limit, kinds=kinds)
