"""What is wrong with a request before any rule has seen it: each gets its own answer and says what to send instead."""

import json

import pytest

from tests.api.support import caller
from tests.support.web import World

SOME_ID = "a" * 20
PATH = f"/projects/{SOME_ID}/claims"
GOOD = json.dumps({"line": SOME_ID})
JSON = "application/json"


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (GOOD, JSON, 404, "could not find"),
        ("{", JSON, 400, "valid JSON"),
        ("", JSON, 400, "valid JSON"),
        (b'{"line": "\xff"}', JSON, 400, "valid JSON"),
        ('{"line": NaN}', JSON, 400, "NaN"),
        ('{"line": 1e999}', JSON, 400, "too large"),
        (f'{{"line": "{SOME_ID}", "line": "{SOME_ID}"}}', JSON, 400, "stands twice"),
        ("[" * 100_000, JSON, 400, "less deeply"),
        (GOOD, "text/plain", 415, "application/json"),
        (GOOD, None, 415, "application/json"),
        (f"line={SOME_ID}", "application/x-www-form-urlencoded", 415, "application/json"),
        (" " * (1024 * 1024 + 1), JSON, 413, "1,048,576"),
        ("[]", JSON, 422, "JSON object"),
        ('"line"', JSON, 422, "JSON object"),
        ("{}", JSON, 422, "required"),
        (json.dumps({"line": SOME_ID, "extra": 1}), JSON, 422, "no field of this name"),
        ('{"line": 12}', JSON, 422, "Send text"),
        ('{"line": null}', JSON, 422, "Send text"),
        ('{"line": "short"}', JSON, 422, "of the form"),
        ('{"line": "\\ud800"}', JSON, 400, "valid JSON"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_why(
    world: World, body: str | bytes, kind: str | None, status: int, said: str
) -> None:
    answer = caller(world, "Ada").post(PATH, data=body, content_type=kind)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    problem = answer.json
    assert problem is not None
    assert problem["status"] == status
    words = " ".join([problem["title"], problem["detail"], *(error["message"] for error in problem["errors"])])
    assert said.lower() in words.lower()


@pytest.mark.one_engine
@pytest.mark.parametrize("path", ["/projects/no-such-id", f"/projects/{SOME_ID}", "/nothing", "/projects/%00"])
def test_what_is_not_there_is_a_problem_too(world: World, path: str) -> None:
    answer = caller(world, "Ada").get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.one_engine
def test_another_method_says_which_there_are(world: World) -> None:
    answer = caller(world, "Ada").delete("/me")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.one_engine
@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIl0", "W3RydWVd", "WzEsMl0", "e30", "W3siZCI6IjIwMjYtMDEtMDEifV0"])
def test_a_cursor_that_is_none_of_ours_is_refused(world: World, cursor: str) -> None:
    answer = caller(world, "Ada").get(f"/projects?after={cursor}")
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["field"] == "after"  # type: ignore[index]


@pytest.mark.one_engine
@pytest.mark.parametrize("limit", ["0", "201", "ten", "1.5", "1_0", " 5", "-1", ""])
def test_a_limit_is_a_whole_number_from_1_to_200(world: World, limit: str) -> None:
    answer = caller(world, "Ada").get(f"/projects?limit={limit}")
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["field"] == "limit"  # type: ignore[index]


@pytest.mark.one_engine
def test_problems_speak_the_language_of_the_account(world: World) -> None:
    answer = caller(world, "Ada").get("/projects?limit=0")
    assert answer.json["errors"][0]["message"] == "Send 1 or more."  # type: ignore[index]


@pytest.mark.one_engine
@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 201])
def test_a_key_for_retries_is_short_and_plain(world: World, key: str) -> None:
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    answer = caller(world, "Ada").post(PATH, data=GOOD, content_type=JSON, headers=headers)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "Idempotency-Key"  # type: ignore[index]


@pytest.mark.one_engine
def test_lists_come_in_parts_that_join_without_a_gap(world: World) -> None:
    program, seen, after = caller(world, "Gus"), [], ""
    for _ in range(3):
        part = program.get(f"/enrollments?limit=1{after}").json
        assert part is not None
        seen += [one["student"] for one in part["items"]]
        after = f"&after={part['next']}"
    assert sorted(seen) == ["Ada", "Eli", "Zoe"]
    assert part["next"] is None
