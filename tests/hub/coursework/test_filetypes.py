"""What is taken in and what is refused, by content and not by name."""

import contextlib
import io
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.coursework import filetypes
from lms.hub.coursework.filetypes import check_file, safe_name
from lms.kernel.errors import RuleBroken

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def office(part: str, **more: bytes) -> bytes:
    return zipped(**{"[Content_Types].xml": b"<Types/>", part: b"<x/>", **more})


SAMPLES = {
    "a.pdf": b"%PDF-1.7\n...",
    "a.png": PNG,
    "a.JPG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "a.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 16,
    "a.webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "a.mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + b"\0" * 16,
    "a.docx": office("word/document.xml"),
    "a.xlsx": office("xl/workbook.xml"),
    "a.pptx": office("ppt/presentation.xml"),
    "a.zip": zipped(**{"src/main.py": b"print(1)"}),
    "a.csv": b"x;y\n1;2\n",
    "a.txt": "Grüße".encode("utf-16"),
    "a.md": b"# Title",
    "a.py": b"print('hi')\n",
    "a.gcode": b"G0 X0 Y0\n",
}


def check(name: str, body: bytes, **kwargs: object):
    return check_file(name, io.BytesIO(body), len(body), **kwargs)


@pytest.mark.parametrize("name", SAMPLES)
def test_an_honest_file_is_taken(name):
    stream = io.BytesIO(SAMPLES[name])
    found = check_file(name, stream, len(SAMPLES[name]))
    assert found.kind == filetypes.KIND_OF_EXTENSION[name.rpartition(".")[2].lower()]
    assert stream.tell() == 0


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("other", SAMPLES)
def test_a_file_under_another_kinds_name_is_refused(name, other):
    kinds = {filetypes.KIND_OF_EXTENSION[n.rpartition(".")[2].lower()] for n in (name, other)}
    if len(kinds) == 1 or kinds <= filetypes.TEXT_KINDS:
        return  # plain text is plain text, whatever it is called
    with pytest.raises(RuleBroken) as broken:
        check(other, SAMPLES[name])
    assert broken.value.field == "files"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.svg", b"<svg onload='x'/>"),
        ("a.txt", b"  <svg onload='x'/>"),
        ("a.md", b"\xef\xbb\xbf<!DOCTYPE html><script>"),
        ("a.html", b"<html>"),
        ("a.exe", b"MZ"),
        ("a", b"hello"),
        (".pdf", b"%PDF-1.7"),
        ("a.csv", b"1,2\0,3"),
        ("a.txt", b"\xff\xfe\x00\x00\x01\x00"),
        ("a.png", b""),
        ("a.zip", b"PK\x03\x04 broken"),
        ("a.docx", office("word/document.xml", **{"word/vbaProject.bin": b"macro"})),
        ("a.zip", zipped(**{"../../etc/passwd": b"x"})),
        ("a.zip", zipped(**{"C:/x": b"x"})),
        ("a.zip", zipped()),
    ],
)
def test_what_could_run_or_lies_is_refused_with_its_name(name, body):
    with pytest.raises(RuleBroken) as broken:
        check(name, body)
    assert str(broken.value.sentence)


def test_a_zip_bomb_is_refused():
    bomb = zipped(**{f"{n}.txt": b"\0" * 50_000_000 for n in range(3)})
    assert len(bomb) < 1_000_000
    with pytest.raises(RuleBroken, match="unpacks to far more"):
        check("a.zip", bomb)


def test_a_zip_that_announces_less_than_it_holds_is_refused():
    honest = zipped(**{"big.txt": b"\0" * 1_000_000})
    at = honest.rindex(b"PK\x01\x02")
    lying = honest[: at + 24] + (10).to_bytes(4, "little") + honest[at + 28 :]
    with pytest.raises(RuleBroken):
        check("a.zip", lying)


def test_an_archive_with_a_password_is_refused():
    body = bytearray(SAMPLES["a.zip"])
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(RuleBroken, match="password"):
        check("a.zip", bytes(body))


def test_a_kind_the_activity_does_not_take_is_refused_naming_those_it_takes():
    with pytest.raises(RuleBroken, match="pdf"):
        check("a.png", PNG, allowed=("pdf",))


def test_a_file_above_the_limit_is_refused_naming_the_limit():
    with pytest.raises(RuleBroken, match="100 MB"):
        check_file("a.png", io.BytesIO(PNG), filetypes.MAX_FILE_BYTES + 1)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\plan.docx", "plan.docx"),
        ("in\u202efdp.exe", "infdp.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("cafe\u0301.md", "café.md"),
        ("...", "file"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("<b>.png", "<b>.png"),
    ],
)
def test_a_name_is_kept_as_harmless_text(given_name, shown):
    assert safe_name(given_name) == shown


@given(st.text(max_size=300))
def test_a_safe_name_is_short_visible_and_stays_as_it_is(name):
    safe = safe_name(name)
    assert 1 <= len(safe) <= filetypes.MAX_NAME_CHARACTERS
    assert not any(unicodedata.category(c)[0] == "C" or c in "/\\" for c in safe)
    assert safe_name(safe) == safe


@given(st.sampled_from(sorted(SAMPLES)), st.binary(max_size=300))
def test_no_bytes_under_any_name_break_the_check(name, body):
    with contextlib.suppress(RuleBroken):
        assert check(name, body).size == len(body)
