"""What is shown of files: pixels and escaped lines, for those who may read the submission, and why where nothing is."""

import io
import struct
import zlib
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from PIL import Image

from lms.hub.coursework.models import Submission, SubmissionFile
from lms.hub.coursework.queries import find_own_work
from lms.hub.coursework.services import attach_file
from lms.hub.grading.queries.desk import Remark
from lms.jobs.sweeps import forget_previews
from lms.kernel.clock import now
from lms.kernel.db import transaction
from lms.kernel.side import side
from lms.web.coursework_words import place_anchor
from lms.web.previews import painting
from lms.web.previews.kept import DERIVED
from tests.api.support import caller
from tests.hub.coursework.buckets import use_bucket
from tests.hub.coursework.corpus import heic, pdf, picture
from tests.hub.coursework.made import hand_in, set_work
from tests.support.web import World, long_after

pytestmark = pytest.mark.one_engine  # previews are made from files, and the database has no part in it


def handed_in(world: World, *files: tuple[str, bytes]) -> tuple[Submission, list[SubmissionFile]]:
    (activity,) = set_work(world)
    ada = world.actor("Ada")
    with transaction():
        for name, body in files:
            work = find_own_work(ada, activity.public_id)
            attach_file(ada, work.enrollment, work, name, io.BytesIO(body))
    return hand_in(world, "Ada", activity), world.all(SubmissionFile)


def huge_picture() -> bytes:
    """A PNG that says it is 30,000 pixels wide and high, and is 100 bytes long."""
    size = struct.pack(">LLBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    made = b"".join(
        struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + made


def test_pages_pictures_and_text_are_shown_to_the_student_the_grader_and_the_api(world: World) -> None:
    code = "print('<script>alert(1)</script>')\nx = 1  # \u202e evil\n".encode()
    submission, files = handed_in(world, ("a.pdf", pdf(2)), ("b.heic", heic()), ("c.py", code), ("d.csv", b"a;\xfc\n"))
    pages = {
        "/student/files": world.browser_of("Ada").get(f"/student/submissions/{submission.public_id}").text,
        "/instructor/files": world.browser_of("Ben").get(f"/instructor/grading/{submission.public_id}").text,
    }
    paper, photo, script, _ = (file.public_id for file in files)
    for base, shown in pages.items():
        assert f'src="{base}/{paper}/preview?page=2"' in shown
        assert f'src="{base}/{photo}/preview"' in shown
        assert f'<li id="line-{script}-1">print(&#39;&lt;script&gt;alert(1)' in shown
        assert "x = 1  # [U+202E] evil" in shown
        assert "a;ü" in shown
    for name, base in (("Ada", "/student/files"), ("Ben", "/instructor/files")):
        answer = world.browser_of(name).get(f"{base}/{photo}/preview")
        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/webp", "no-store")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert Image.open(io.BytesIO(answer.data)).size == (64, 64)
    api = caller(world, "Ada")
    assert api.get(f"/submission-files/{paper}/preview").json == {
        "pages": 2,
        "lines": [],
        "is_cut": False,
        "trouble": None,
    }
    assert api.get(f"/submission-files/{script}/preview").json["lines"][1] == "x = 1  # [U+202E] evil"  # type: ignore[index]
    assert api.get(f"/submission-files/{paper}/pages/2").mimetype == "image/webp"
    beyond = api.get(f"/submission-files/{paper}/pages/3")
    assert (beyond.status_code, beyond.json["detail"]) == (404, "There is no preview of this page.")  # type: ignore[index]
    for name in ("Zoe", "Hana"):
        assert caller(world, name).get(f"/submission-files/{paper}/preview").status_code == 404
        assert caller(world, name).get(f"/submission-files/{paper}/pages/1").status_code == 404


def test_a_remark_leads_to_its_page_its_line_or_its_file() -> None:
    places = {(None, None): "file-f", (2, None): "page-f-2", (None, 7): "line-f-7"}
    for (page, line), anchor in places.items():
        assert place_anchor(Remark("r", "text", "f", page, line, now())) == anchor
    assert place_anchor(Remark("r", "text", "", None, 3, now())) == "line-text-3"


HOSTILE = {
    "cut.png": (picture()[:60], "cannot be read"),
    "huge.png": (huge_picture(), "too many pixels"),
    "broken.pdf": (b"%PDF-1.7\nbroken", "cannot be read"),
    "lock.heic": (heic()[:400], "cannot be read"),
    "film.mp4": (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", "kind of file"),
}


def test_a_hostile_or_broken_file_says_why_it_is_not_shown_and_breaks_nothing(world: World) -> None:
    submission, files = handed_in(world, *((name, body) for name, (body, _) in HOSTILE.items()))
    ada, api = world.browser_of("Ada"), caller(world, "Ada")
    assert ada.get(f"/student/submissions/{submission.public_id}").status_code == 200
    for file, (_, why) in zip(files, HOSTILE.values(), strict=True):
        found = api.get(f"/submission-files/{file.public_id}/preview")
        assert found.status_code == 200
        assert (found.json["pages"], found.json["lines"]) == (0, [])  # type: ignore[index]
        assert why in found.json["trouble"]  # type: ignore[index]
        assert ada.get(f"/student/files/{file.public_id}/preview").status_code == 404
        assert ada.get(f"/student/files/{file.public_id}").status_code == 200


def test_a_painter_that_never_ends_or_dies_is_a_reason_too(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    new = [picture() + uuid4().bytes for _ in range(2)]  # what nobody has looked at
    _, files = handed_in(world, ("a.png", new[0]), ("b.png", new[1]))
    api = caller(world, "Ada")
    program = painting.PAINTER.with_name("nothing-here.py")
    monkeypatch.setattr(painting, "PAINTER", program)  # a process that dies at once
    dead = api.get(f"/submission-files/{files[0].public_id}/preview").json
    assert "too much memory" in dead["trouble"]  # type: ignore[index]
    endless = tmp_path / "endless.py"
    endless.write_text("import time\ntime.sleep(600)\n")  # as on a machine that gives it no time
    monkeypatch.setattr(painting, "PAINTER", endless)
    with monkeypatch.context() as hurried:
        hurried.setattr(painting, "SECONDS", 0.2)
        busy = api.get(f"/submission-files/{files[1].public_id}/preview").json
    assert "not ready yet" in busy["trouble"]  # type: ignore[index]
    endless.write_text("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass\n")
    slow = api.get(f"/submission-files/{files[1].public_id}/preview").json
    assert "took too long" in slow["trouble"]  # type: ignore[index]


@pytest.mark.parametrize("where", ["folder", "s3"])
def test_a_preview_is_kept_made_again_where_it_is_gone_and_swept_with_its_file(
    world: World, where: str, request: pytest.FixtureRequest
) -> None:
    if where == "s3":
        use_bucket(world, request)
    body = picture("JPEG") + uuid4().bytes
    _, files = handed_in(world, ("a.jpg", body))
    url = f"/submission-files/{files[0].public_id}/pages/1"
    api = caller(world, "Ada")
    first = api.get(url).data
    names = {one.name for one in side().all(DERIVED) if one.name.endswith(".webp")}
    kept = next(name for name in names if side().read(name) == first)
    side().put(kept, b"kept")
    assert api.get(url).data == b"kept", "what was painted once is not painted again"
    side().delete(kept)
    assert api.get(url).data == first
    forget_previews(world.app.config["LMS"])
    assert side().read(kept) == first
    with time_machine.travel(long_after(), tick=False):
        assert forget_previews(world.app.config["LMS"])
    assert list(side().all(DERIVED)) == []
