"""Files that somebody could hand in by mistake or on purpose, and what is to become of each.

TAKEN come back byte for byte; REFUSED are named together with a part of the sentence that says why.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pillow_heif
import pypdfium2
from PIL import Image

SCRIPT = b"<script>document.title='ran';fetch('/ran')</script>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'ran\'"><script>fetch("/ran")</script></svg>'
MIB = 1024 * 1024


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, kind)
    return out.getvalue()


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "teal")).save(out)
    return out.getvalue()


@cache
def pdf(pages: int = 2) -> bytes:
    out = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 100)
    document.save(out)
    return out.getvalue()


def zipped(*members: tuple[str, bytes], mode: int = 0o100644) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            about = zipfile.ZipInfo(name)
            about.external_attr, about.compress_type = mode << 16, zipfile.ZIP_DEFLATED
            archive.writestr(about, body)
    return out.getvalue()


def bomb(members: int = 3) -> bytes:
    return zipped(*((f"{number}.txt", b"\0" * 50 * MIB) for number in range(members)))


def nested_bomb() -> bytes:
    inner = zipped(("zeros.bin", b"\0" * 8 * MIB))
    return zipped(*((f"{number}.zip", inner) for number in range(16)))


def russian_doll() -> bytes:
    doll = zipped(("a.txt", b"a"))
    for _ in range(4):
        doll = zipped(("inside.zip", doll))
    return doll


def with_path_in_extra(path: str) -> bytes:
    """Called a.txt in the directory, but programs that read the extra field would unpack it to `path`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        about = zipfile.ZipInfo("a.txt")
        field = struct.pack("<BL", 1, zlib.crc32(b"a.txt")) + path.encode()
        about.extra = struct.pack("<HH", 0x7075, len(field)) + field
        archive.writestr(about, b"a")
    return out.getvalue()


def overlapping(entries: int = 20) -> bytes:
    """One compressed kernel that every entry of the directory calls its own."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = b"\0" * 100_000
    packed = body.compress(plain) + body.flush()
    sizes = struct.pack("<LLL", zlib.crc32(plain), len(packed), len(plain))
    local = b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", 1, 0) + b"a"
    central = b"PK\x01\x02" + struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes
    central += struct.pack("<HHHHHLL", 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = central * entries
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, entries, entries, len(directory), len(local) + len(packed), 0)
    return local + packed + b"\0" * len(packed) * entries + directory + _moved(end, len(packed) * entries)


def _moved(end: bytes, by: int) -> bytes:
    at = struct.unpack_from("<L", end, 16)[0]
    return end[:16] + struct.pack("<L", at + by) + end[20:]


def with_password() -> bytes:
    body = bytearray(zipped(("a.txt", b"a")))
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(body)


def office(part: str, *more: tuple[str, bytes]) -> bytes:
    return zipped(("[Content_Types].xml", b"<Types/>"), (part, b"<x/>"), *more)


MAKE = Callable[[], bytes]
GIF_SCRIPT = b"GIF89a=0;document.title='ran';/*" + b" " * 40 + b"*/"

# What is it called, how is it made. Nothing of it may run where it is shown.
TAKEN: dict[str, tuple[str, MAKE]] = {
    "pdf": ("report.pdf", pdf),
    "png": ("photo.png", picture),
    "jpg": ("photo.JPG", lambda: picture("JPEG")),
    "heic of a phone": ("IMG_0001.HEIC", heic),
    "pdf that is also a web page": ("a.pdf", lambda: pdf() + HTML),
    "png that is also an archive": ("a.png", lambda: picture() + zipped(("run.html", HTML))),
    "png with a page after it": ("b.png", lambda: picture() + HTML),
    "jpg with a script in it": ("c.jpg", lambda: picture("JPEG") + SCRIPT),
    "text that holds a script": ("notes.txt", lambda: b"My notes:\n" + HTML),
    "markdown that holds a script": ("notes.md", lambda: b"# Notes\n\n" + SCRIPT + b"\n[x](javascript:alert(1))\n"),
    "table of formulas": ("data.csv", lambda: b"a,b\r\n=cmd|' /C calc'!A0," + SCRIPT + b"\r\n"),
    "script as code": ("app.js", lambda: b"fetch('/ran')\n"),
    "archive of a project": ("src.zip", lambda: zipped(("src/main.py", b"print(1)\n"), ("src/page.html", HTML))),
    "archive in an archive": ("two.zip", lambda: zipped(("one.zip", zipped(("a.txt", b"a"))))),
    "archive with a link inside": ("link.zip", lambda: zipped(("lib/a.so", b"a.so.1"), mode=0o120777)),
    "document": ("a.docx", lambda: office("word/document.xml")),
    "umlauts and other scripts": ("Prüfung ελληνικά 报告 🤖.txt", lambda: b"1"),
    "right to left": ("report\u202etxt.exe.txt", lambda: b"2"),
    "control characters": ("a\x07\x1b[31m\u2028b.txt", lambda: b"3"),
    "a path": ("../../../etc/cron.d/job.txt", lambda: b"4"),
    "a path of windows": ("..\\..\\Windows\\win.ini.txt", lambda: b"5"),
    "a name of a device": ("CON.txt", lambda: b"6"),
    "what a header could take for more": ("a%22; filename='b.html'%0d%0a.txt", lambda: b"7"),
    "very long": ("x" * 3000 + ".txt", lambda: b"8"),
    "very long of wide letters": ("报" * 900 + ".txt", lambda: b"9"),
}

REFUSED: dict[str, tuple[str, MAKE, str]] = {
    "web page": ("a.html", lambda: HTML, "kind that is not taken"),
    "web page as text": ("a.txt", lambda: HTML, "not what its extension says"),
    "web page as a picture": ("a.png", lambda: HTML, "not what its extension says"),
    "web page in wide letters": ("w.txt", lambda: HTML.decode().encode("utf-16"), "not what its extension says"),
    "web page behind a comment": ("k.txt", lambda: b"<!-- x -->" + HTML, "not what its extension says"),
    "drawing with a script": ("a.svg", lambda: SVG, "kind that is not taken"),
    "drawing as text": ("b.txt", lambda: b"\n " + SVG, "not what its extension says"),
    "picture that is a script": ("a.js", lambda: GIF_SCRIPT, "not what its extension says"),
    "picture that is a script, named so": ("a.gif", lambda: GIF_SCRIPT, "kind that is not taken"),
    "page with a pdf in it": ("b.pdf", lambda: HTML + pdf(), "not what its extension says"),
    "archive that is a picture": ("b.zip", lambda: picture() + zipped(("a.txt", b"a")), "not what its extension says"),
    "program": ("a.exe", lambda: b"MZ\x90\0", "kind that is not taken"),
    "program as a document": ("b.docx", lambda: b"MZ\x90\0", "not what its extension says"),
    "document with macros": ("m.docx", lambda: office("word/document.xml", ("word/vbaProject.bin", b"m")), "not what"),
    "another kind of picture": ("d.jpg", picture, "not what its extension says"),
    "phone picture under a wrong name": ("IMG.jpg", heic, "not what its extension says"),
    "nothing": ("empty.pdf", lambda: b"", "is empty"),
    "zip bomb": ("bomb.zip", bomb, "unpacks to far more"),
    "zip bomb of archives": ("nested.zip", nested_bomb, "unpacks to far more"),
    "archives too deep": ("doll.zip", russian_doll, "more than 3 deep"),
    "entries over each other": ("over.zip", overlapping, "lie over each other"),
    "archive that climbs": ("up.zip", lambda: zipped(("../../etc/passwd", b"x")), "unsafe paths"),
    "archive that climbs as windows does": ("w.zip", lambda: zipped(("..\\..\\a.exe", b"x")), "unsafe paths"),
    "archive with a root": ("root.zip", lambda: zipped(("/etc/passwd", b"x")), "unsafe paths"),
    "archive with a drive": ("drive.zip", lambda: zipped(("C:\\a.exe", b"x")), "unsafe paths"),
    "archive with a second name": ("extra.zip", lambda: with_path_in_extra("../../a.exe"), "unsafe paths"),
    "archive with a link out": ("l.zip", lambda: zipped(("a", b"../../etc/passwd"), mode=0o120777), "links to outside"),
    "archive with a password": ("p.zip", with_password, "password"),
    "empty archive": ("none.zip", zipped, "empty archive"),
    "no extension": ("README", lambda: b"hello", "kind that is not taken"),
    "only an extension": (".pdf", pdf, "kind that is not taken"),
}
