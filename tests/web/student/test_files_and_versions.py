"""Files are judged before anybody waits for them, and a file that comes or goes makes the draft's next version."""

import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from lms.hub.coursework.models import Activity, Draft, DraftFile, SubmissionFile
from lms.kernel.db import is_writing
from lms.kernel.storage import FolderStorage, Stored, storage
from tests.api.support import caller
from tests.hub.coursework.made import PNG, plan, set_work
from tests.support.web import World
from tests.web.student.test_coursework import hidden

JSON = {"Accept": "application/json"}
PART = "application/offset+octet-stream"


class Watched(FolderStorage):
    """The folder, noting whether a transaction held the only writer while a file was put."""

    held: list[bool]

    def put(self, source: Any, limit: int) -> Stored:
        self.held.append(is_writing())
        return super().put(source, limit)


@pytest.fixture
def watched(world: World) -> Iterator[Watched]:
    before = storage()
    assert isinstance(before, FolderStorage)
    made = Watched(before.folder)
    made.held = []
    world.app.extensions["lms_storage"] = made
    yield made
    world.app.extensions["lms_storage"] = before


def _in_parts(world: World, activity: Activity, name: str, data: bytes = PNG) -> str:
    """Sent whole and not yet finished; the address of the upload."""
    ada = world.browser_of("Ada")
    form = {"name": name, "size": str(len(data)), "key": name}
    begun = ada.post(f"/student/coursework/{activity.public_id}/uploads", data=form, headers=JSON)
    url: str = begun.json["url"]  # type: ignore[index]
    ada.patch(url, data=data, headers={**JSON, "Upload-Offset": "0"}, content_type=PART)
    return url


def test_no_file_is_looked_into_while_others_wait_for_the_writer(world: World, watched: Watched) -> None:
    (activity,) = set_work(world, plan(attempts=None))
    ada, api = world.browser_of("Ada"), caller(world, "Ada")
    base = f"/student/coursework/{activity.public_id}"
    assert ada.post(f"{_in_parts(world, activity, 'a.png')}/file", headers=JSON).status_code == 201
    upload = _in_parts(world, activity, "b.png", PNG + b"b").removeprefix("/student")
    assert api.post(f"{upload}/file").status_code == 201
    sent = {"text": "", "version": "2", "files": (io.BytesIO(PNG + b"c"), "c.png")}
    assert ada.post(f"{base}/draft", data=sent, content_type="multipart/form-data").status_code == 303
    place = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}/submissions"
    form = {"client_key": str(uuid4()), "files": (io.BytesIO(PNG + b"d"), "d.png")}
    made = api.post(place, data=form, content_type="multipart/form-data")
    assert (made.status_code, len(world.all(SubmissionFile))) == (201, 4)
    assert watched.held == [False] * 4
    form = {"client_key": form["client_key"], "files": (io.BytesIO(PNG + b"d"), "d.png")}  # type: ignore[dict-item]
    assert api.post(place, data=form, content_type="multipart/form-data").status_code == 200
    assert watched.held == [False] * 4, "what was handed in already is not looked into again"


def test_a_retry_of_finishing_gets_its_first_answer_and_a_lie_or_a_stranger_gets_nothing(world: World) -> None:
    (activity,) = set_work(world)
    upload = _in_parts(world, activity, "a.png").removeprefix("/student")
    api, key = caller(world, "Ada"), {"Idempotency-Key": "finish-1"}
    assert caller(world, "Zoe").post(f"{upload}/file").status_code == 404
    first, again = (api.post(f"{upload}/file", headers=key) for _ in range(2))
    assert (first.status_code, again.status_code, first.json == again.json) == (201, 201, True)
    assert api.post(f"{upload}/file").status_code == 404
    lie = _in_parts(world, activity, "b.png", b"not a picture at all").removeprefix("/student")
    assert api.post(f"{lie}/file").status_code == 422
    assert [file.name for file in world.all(DraftFile)] == ["a.png"]


@pytest.mark.one_engine
def test_a_file_that_comes_or_goes_on_one_device_is_seen_by_the_other(world: World) -> None:
    (activity,) = set_work(world)
    phone, desk = world.browser_of("Ada"), world.browser_of("Ada")
    base = f"/student/coursework/{activity.public_id}"
    assert phone.post(f"{base}/draft", data={"text": "written", "version": "0"}).status_code == 303
    versions = {name: hidden(one.get(base).text, "version") for name, one in (("phone", phone), ("desk", desk))}
    assert versions == {"phone": "1", "desk": "1"}
    done = phone.post(f"{_in_parts(world, activity, 'a.png')}/file", headers=JSON)
    assert done.json == {"name": "a.png", "before": 1, "version": 2}
    stale = desk.post(f"{base}/draft", data={"text": "written", "version": "1"}, headers={"X-Autosave": "true"})
    assert (stale.status_code, "The files were changed" in stale.text, "a.png" in stale.text) == (409, True, True)
    other = desk.post(f"{base}/draft", data={"text": "other words", "version": "1"})
    assert (other.status_code, "other words" in other.text, "a.png" in other.text) == (409, True, True)
    on = desk.post(f"{base}/draft", data={"text": "other words", "seen": hidden(other.text, "seen"), "then": "mine"})
    assert (on.status_code, world.one(Draft).text, world.one(Draft).version) == (303, "other words", 3)
    check = hidden(desk.get(f"{base}/check").text, "version")
    assert phone.post(f"{base}/files/{world.one(DraftFile).public_id}/removal").status_code == 303
    assert world.one(Draft).version == 4
    late = desk.post(f"{base}/submissions", data={"client_key": "k", "version": check})
    assert (late.status_code, "changed since" in late.text) == (409, True), "the file that was to go along is off"
