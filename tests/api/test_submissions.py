"""Activities and submissions through the API, on both engines."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from lms.hub.coursework.models import Activity, Submission
from lms.people.access import Action
from tests.api.support import Caller, caller
from tests.hub.coursework.made import PNG, set_work
from tests.support.web import World


def _place(world: World, name: str, activity: Activity) -> str:
    return f"/enrollments/{world.enrollment(name).public_id}/activities/{activity.public_id}"


def _form(**changed: Any) -> dict[str, Any]:
    return {"text": "Measured.", "client_key": str(uuid4()), **changed}


def _hand_in(program: Caller, place: str, headers: dict[str, str] | None = None, **form: Any) -> TestResponse:
    sent = {name: value for name, value in _form(**form).items() if value is not None}
    return program.post(f"{place}/submissions", headers=headers, data=sent, content_type="multipart/form-data")


def _picture(name: str = "a.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(PNG), name


@pytest.mark.one_engine
def test_a_student_hands_in_text_and_files_and_gets_the_same_bytes_back(world: World) -> None:
    (activity,) = set_work(world)
    program, place = caller(world, "Ada"), _place(world, "Ada", activity)
    made = _hand_in(program, place, files=[_picture(), _picture("über.png")])
    assert made.status_code == 201, made.text
    assert made.json is not None
    assert [file["name"] for file in made.json["files"]] == ["a.png", "über.png"]
    assert program.get(f"/submissions/{made.json['id']}").json == made.json
    assert program.get(place).json["progress"] == "done"  # type: ignore[index]
    answer = program.get(f"/submission-files/{made.json['files'][1]['id']}")
    assert (answer.data, answer.mimetype) == (PNG, "application/octet-stream")
    assert hashlib.sha256(answer.data).hexdigest() == made.json["files"][1]["sha256"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.one_engine
def test_the_activities_of_a_student_have_their_dates_and_say_why(world: World) -> None:
    (activity,) = set_work(world)
    program, place = caller(world, "Ada"), _place(world, "Ada", activity)
    (item,) = program.get(f"/enrollments/{world.enrollment('Ada').public_id}/activities").json["items"]  # type: ignore[index]
    assert (item["points"], item["due_at"], item["progress"]) == ("100.00", "2026-11-02T04:59:00Z", "due")
    explained = program.get(f"{place}/explain").json
    assert explained is not None
    assert explained["value"] == explained["steps"][-1]["value"] == item["due_at"]


def test_the_same_client_key_again_is_the_same_submission(world: World) -> None:
    (activity,) = set_work(world)
    program, place, key = caller(world, "Ada"), _place(world, "Ada", activity), str(uuid4())
    first = _hand_in(program, place, client_key=key, files=[_picture()])
    again = _hand_in(program, place, client_key=key, files=[_picture()])
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(world.all(Submission)) == 1


def test_sixteen_retries_at_once_have_one_effect_and_one_answer(world: World) -> None:
    (activity,) = set_work(world)
    place, key, body = _place(world, "Ada", activity), str(uuid4()), str(uuid4())
    programs = [caller(world, "Ada") for _ in range(16)]

    def send(program: Caller) -> TestResponse:
        answer = _hand_in(program, place, {"Idempotency-Key": key}, client_key=body, files=[_picture()])
        while answer.status_code == 409:
            assert answer.headers["Retry-After"] == "1"
            answer = _hand_in(program, place, {"Idempotency-Key": key}, client_key=body, files=[_picture()])
        return answer

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(send, programs))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(world.all(Submission)) == 1


def test_a_key_that_was_used_for_another_body_is_refused(world: World) -> None:
    (activity,) = set_work(world)
    program, place, key = caller(world, "Ada"), _place(world, "Ada", activity), {"Idempotency-Key": "one"}
    assert _hand_in(program, place, key).status_code == 201
    refused = _hand_in(program, place, key, text="Something else.")
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "Idempotency-Key"  # type: ignore[index]
    assert len(world.all(Submission)) == 1


def test_a_refused_call_leaves_its_key_free_for_the_corrected_one(world: World) -> None:
    (activity,) = set_work(world)
    program, place, key = caller(world, "Ada"), _place(world, "Ada", activity), {"Idempotency-Key": "one"}
    assert _hand_in(program, place, key, text="").status_code == 422
    assert _hand_in(program, place, key).status_code == 201


def test_a_key_of_one_person_is_nothing_to_another(world: World) -> None:
    (activity,) = set_work(world)
    key = {"Idempotency-Key": "one"}
    for name in ("Ada", "Zoe"):
        made = _hand_in(caller(world, name), _place(world, name, activity), key)
        assert (made.status_code, made.headers.get("Idempotent-Replayed")) == (201, None)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "status"),
    [("Ada", 201), ("Zoe", 404), ("Eli", 404), ("Ben", 403), ("Cleo", 403), ("Hana", 403), ("Dee", 403)],
)
def test_only_the_student_hands_in(world: World, name: str, status: int) -> None:
    (activity,) = set_work(world)
    assert _hand_in(caller(world, name), _place(world, "Ada", activity)).status_code == status
    assert len(world.all(Submission)) == (1 if status == 201 else 0)


@pytest.mark.parametrize(
    ("name", "status"),
    [("Ada", 200), ("Ben", 200), ("Cleo", 200), ("Zoe", 404), ("Hana", 404), ("Ivo", 404), ("Dee", 403)],
)
def test_a_submission_is_there_only_for_those_who_may_read_it(world: World, name: str, status: int) -> None:
    (activity,) = set_work(world)
    made = _hand_in(caller(world, "Ada"), _place(world, "Ada", activity), files=[_picture()]).json
    assert made is not None
    program = caller(world, name)
    for path in (f"/submissions/{made['id']}", f"/submission-files/{made['files'][0]['id']}"):
        assert program.get(path).status_code == status, path
    listed = program.get("/submissions")
    assert listed.status_code == (403 if status == 403 else 200)
    assert ([one["id"] for one in listed.json.get("items", [])] == [made["id"]]) is (status == 200)  # type: ignore[union-attr]


@pytest.mark.one_engine
def test_a_token_without_the_scope_may_not_hand_in(world: World) -> None:
    (activity,) = set_work(world)
    program = caller(world, "Ada", [Action.SUBMISSION_READ])
    assert _hand_in(program, _place(world, "Ada", activity)).status_code == 403


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"client_key": "x"}, 422, "client_key"),
        ({"client_key": None}, 422, "client_key"),
        ({"text": "a\0b"}, 422, "text"),
        ({"text": "x" * 100_001}, 422, "text"),
        ({"text": ""}, 422, "text"),
        ({"link": "javascript:alert(1)"}, 422, "link"),
        ({"surprise": "1"}, 422, "surprise"),
        ({"text": ["a", "b"]}, 422, "text"),
        ({"other": [_picture()]}, 422, "other"),
        ({"files": [(io.BytesIO(b"MZ not a picture"), "a.png")]}, 422, "files"),
        ({"files": [(io.BytesIO(b""), "a.png")]}, 422, "files"),
    ],
)
@pytest.mark.one_engine
def test_what_cannot_be_handed_in_names_the_field(world: World, form: dict[str, Any], status: int, field: str) -> None:
    (activity,) = set_work(world)
    answer = _hand_in(caller(world, "Ada"), _place(world, "Ada", activity), **form)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert field in [error["field"] for error in answer.json["errors"]]  # type: ignore[index]
    assert world.all(Submission) == []


@pytest.mark.one_engine
def test_another_content_type_is_refused_with_the_right_one(world: World) -> None:
    (activity,) = set_work(world)
    answer = caller(world, "Ada").post(f"{_place(world, 'Ada', activity)}/submissions", json=_form())
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json["detail"]  # type: ignore[index]
