"""Every file of the corpus is refused with its reason, or comes back byte for byte as something that cannot run."""

import hashlib
import io
import re
import tracemalloc
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from lms.hub.coursework.filetypes import MAX_FILE_BYTES
from lms.hub.coursework.models import Activity, Draft, DraftFile, SubmissionFile, Upload
from tests.hub.coursework.corpus import MIB, REFUSED, TAKEN
from tests.hub.coursework.made import plan, set_work
from tests.support.web import World

FILM_START = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
pytestmark = pytest.mark.one_engine  # what is in a file is judged the same whatever the database


def _version(world: World, activity: Activity) -> int:
    """Of the draft, as the form of a page that was loaded now would hold it."""
    return next((draft.version for draft in world.all(Draft, activity_id=activity.id)), 0)


def test_what_is_taken_comes_back_byte_for_byte_as_an_attachment(world: World) -> None:
    made = {title: (name, make()) for title, (name, make) in TAKEN.items()}
    titles = [list(made)[start : start + 10] for start in range(0, len(made), 10)]
    activities = set_work(world, *(plan(f"PC-A{number}") for number in range(len(titles))))
    ada, stored = world.browser_of("Ada"), {}
    for activity, part in zip(activities, titles, strict=True):
        base = f"/student/coursework/{activity.public_id}"
        for title in part:
            name, body = made[title]
            sent = {"text": "", "version": str(_version(world, activity)), "files": (io.BytesIO(body), name)}
            answer = ada.post(f"{base}/draft", data=sent, content_type="multipart/form-data")
            assert answer.status_code == 303, (title, answer.text)
        check = ada.get(f"{base}/check").text
        version = re.search(r'name="version" value="(\d+)"', check)
        assert version
        assert ada.post(f"{base}/submissions", data={"client_key": base, "version": version[1]}).status_code == 303
        files = world.all(SubmissionFile)[len(stored) :]
        stored |= dict(zip(part, files, strict=True))
    for title, file in stored.items():
        answer = ada.get(f"/student/files/{file.public_id}")
        assert answer.data == made[title][1], title
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        called = answer.headers["Content-Disposition"]
        assert re.fullmatch(r"attachment; filename=\"[ -~]{1,100}\"; filename\*=UTF-8''[\w.%~-]+", called), called
        assert called.count('"') == 2


def test_what_is_refused_says_which_file_and_why_and_nothing_of_it_is_kept(world: World) -> None:
    (activity,) = set_work(world)
    ada, base = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}"
    version = 0
    for title, (name, make, why) in REFUSED.items():
        sent = {"text": "precious", "version": str(version), "files": (io.BytesIO(make()), name)}
        answer = ada.post(f"{base}/draft", data=sent, content_type="multipart/form-data")
        assert answer.status_code == 422, title
        error = re.search(r'id="files-error".*?</svg>(.*?)</p>', answer.text, re.S)
        assert error, title
        assert why in error[1], (title, error[1])
        assert name.lstrip(".") in error[1], (title, error[1])
        assert "precious</textarea>" in answer.text
    assert world.all(Upload) == []
    assert world.all(DraftFile) == []


def _form_with_film(path: Path, size: int, version: int) -> None:
    """A multipart body as a browser sends it, on the disk: the test client would hold it."""
    parts = [f'--cut\r\nContent-Disposition: form-data; name="version"\r\n\r\n{version}\r\n--cut\r\n'.encode()]
    parts.append(b'Content-Disposition: form-data; name="files"; filename="film.mp4"\r\n\r\n')
    with path.open("wb") as file:
        file.write(b"".join(parts))
        start = file.tell()
        file.write(FILM_START)
        file.truncate(start + size)
        file.seek(0, 2)
        file.write(b"\r\n--cut--\r\n")


def test_a_hundred_megabytes_pass_through_without_being_held_in_memory(world: World, tmp_path: Path) -> None:
    (activity,) = set_work(world)
    ada, base, form = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}", tmp_path / "form"
    ada.get(base)  # what is made once, such as templates, is not the file's

    def send() -> TestResponse:
        with form.open("rb") as body:
            kind = {"content_type": "multipart/form-data; boundary=cut", "content_length": form.stat().st_size}
            return ada.post(f"{base}/draft", input_stream=body, **kind)  # type: ignore[arg-type]

    _form_with_film(form, MAX_FILE_BYTES, 0)
    tracemalloc.start()
    taken = send()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken.status_code == 303
    assert peak < 12 * 1024 * 1024, f"{peak} bytes held"
    (upload,) = world.all(Upload)
    rest = MAX_FILE_BYTES - len(FILM_START)
    whole = hashlib.sha256(FILM_START)
    for _ in range(rest // MIB):
        whole.update(bytes(MIB))
    whole.update(bytes(rest % MIB))
    assert (upload.size, upload.sha256) == (MAX_FILE_BYTES, whole.hexdigest())
    _form_with_film(form, MAX_FILE_BYTES + 1, _version(world, activity))
    too_large = send()
    assert too_large.status_code == 422
    assert "film.mp4 is larger than 100 MB" in too_large.text
