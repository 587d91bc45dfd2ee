"""A file in parts through the API and through the page's own addresses."""

import hashlib
from uuid import uuid4

import pytest

from lms.hub.coursework.models import Draft, DraftFile, PartialUpload
from tests.api.support import caller
from tests.hub.coursework.made import PNG, plan, set_work
from tests.support.web import World

PART = "application/offset+octet-stream"


@pytest.mark.one_engine
def test_a_file_goes_in_parts_over_a_break_into_the_submission(world: World) -> None:
    (activity,) = set_work(world)
    api = caller(world, "Ada")
    place = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}"
    sha256 = hashlib.sha256(PNG).hexdigest()
    begun = api.post(f"{place}/uploads", json={"name": "a.png", "size": len(PNG), "sha256": sha256})
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    upload = f"/uploads/{begun.json['id']}"  # type: ignore[index]

    def patch(offset: str, data: bytes, kind: str = PART) -> tuple[int, str | None]:
        answer = api.patch(upload, data=data, headers={"Upload-Offset": offset}, content_type=kind)
        return answer.status_code, answer.headers.get("Upload-Offset")

    assert patch("0", PNG[:30]) == (204, "30")
    assert patch("0", PNG[:30])[0] == 409
    state = api.head(upload)
    assert (state.status_code, state.data) == (200, b"")
    assert (state.headers["Upload-Offset"], state.headers["Upload-Length"]) == ("30", str(len(PNG)))
    assert patch("x", PNG[30:])[0] == 422
    assert patch("30", PNG[30:], "application/json")[0] == 415
    assert patch("30", b"x" * (2 * 1024 * 1024 + 1))[0] == 413
    assert api.post(f"{upload}/file").status_code == 422
    assert patch("30", PNG[30:]) == (204, str(len(PNG)))
    assert api.get(f"{place}/uploads").json["items"][0]["offset"] == len(PNG)  # type: ignore[index]
    assert api.post(f"{upload}/file").status_code == 201
    assert api.get(upload).status_code == 404
    form = {"client_key": str(uuid4())}
    made = api.post(f"{place}/submissions", data=form, content_type="multipart/form-data").json
    assert made is not None
    assert [(file["name"], file["sha256"]) for file in made["files"]] == [("a.png", sha256)]


@pytest.mark.one_engine
def test_an_upload_that_is_given_up_is_gone_and_nobody_else_finds_it(world: World) -> None:
    (activity,) = set_work(world)
    place = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}/uploads"
    ada = caller(world, "Ada")
    refused = ada.post(place, json={"name": "a.exe", "size": 5})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "files")  # type: ignore[index]
    upload = f"/uploads/{ada.post(place, json={'name': 'a.png', 'size': 5}).json['id']}"  # type: ignore[index]
    assert caller(world, "Zoe").get(upload).status_code == 404
    assert caller(world, "Ben").get(upload).status_code == 403
    assert ada.delete(upload).status_code == 204
    assert (ada.get(upload).status_code, world.all(PartialUpload)) == (404, [])


@pytest.mark.one_engine
def test_the_page_shows_what_has_not_arrived_whole_and_its_script_has_addresses(world: World) -> None:
    first, second = set_work(world, plan("PC-A1"), plan("PC-A2"))
    ada, base = world.browser_of("Ada"), f"/student/coursework/{first.public_id}"
    json = {"Accept": "application/json"}
    begun = ada.post(f"{base}/uploads", data={"name": "a.png", "size": str(len(PNG)), "key": "a.png:1"}, headers=json)
    assert begun.status_code == 201
    url = begun.json["url"]  # type: ignore[index]
    patched = ada.patch(url, data=PNG[:40], headers={**json, "Upload-Offset": "0"}, content_type=PART)
    assert (patched.status_code, patched.headers["Upload-Offset"]) == (204, "40")
    assert ada.head(url).headers["Upload-Offset"] == "40"
    shown = ada.get(base).text
    assert "Not arrived whole yet" in shown
    assert 'data-unfinished="a.png:1"' in shown
    ada.patch(url, data=PNG[40:], headers={**json, "Upload-Offset": "40"}, content_type=PART)
    done = ada.post(f"{url}/file", headers=json)
    assert (done.status_code, done.json) == (201, {"name": "a.png", "before": 0, "version": 1})
    assert (world.one(Draft).version, world.one(DraftFile).name) == (1, "a.png")
    gone = ada.get(url, headers=json)
    assert (gone.status_code, gone.mimetype) == (404, "application/problem+json")
    wrong = ada.post(f"{base}/uploads", data={"name": "a.png", "size": "-1"}, headers=json)
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "size")  # type: ignore[index]
    other = f"/student/coursework/{second.public_id}"
    left = ada.post(f"{other}/uploads", data={"name": "b.png", "size": "9", "key": "b"}, headers=json).json["url"]  # type: ignore[index]
    removed = ada.post(f"{left}/removal")
    assert (removed.status_code, removed.location) == (303, f"{other}#work")
    assert "Not arrived whole yet" not in ada.get(other).text
