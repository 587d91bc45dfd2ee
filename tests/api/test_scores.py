"""Scores, releases, grades and the gradebook through the API, on both engines."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.grading.models import Release, Score
from lms.people.access import Action
from tests.api.support import Caller, caller
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade, with_rubric
from tests.support.statements import count_statements
from tests.support.web import World


def _handed_in(world: World, *, rubric: bool = False) -> tuple[Activity, Submission]:
    (activity,) = set_work(world)
    if rubric:
        with_rubric(world, activity)
    return activity, hand_in(world, "Ada", activity)


def _post(program: Caller, submission: Submission, tag: str, **body: Any) -> TestResponse:
    return program.post(f"/submissions/{submission.public_id}/scores", json=body, headers={"If-Match": tag})


def _tag(program: Caller, submission: Submission) -> str:
    return program.get(f"/submissions/{submission.public_id}/score").headers["ETag"]


def _book(world: World, course: str = "PC") -> str:
    section, found = world.one(Section, name="Lowell"), world.one(Course, code=course)
    return f"/sections/{section.public_id}/courses/{found.public_id}/gradebook"


@pytest.mark.one_engine
def test_an_attempt_is_drafted_scored_and_shown(world: World) -> None:
    activity, submission = _handed_in(world)
    ben, ada = caller(world, "Ben"), caller(world, "Ada")
    path = f"/submissions/{submission.public_id}"
    draft = ben.put(f"{path}/score-draft", json={"points": "80"}, headers={"If-Match": _tag(ben, submission)})
    assert draft.status_code == 200, draft.text
    scored = _post(ben, submission, draft.headers["ETag"], points="87.5", comments={"": "Well measured."})
    assert scored.status_code == 201, scored.text
    assert [one["points"] for one in scored.json["scores"]] == ["87.50"]  # type: ignore[index]
    feedback = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}/feedback"
    assert ada.get(feedback).json == {"items": []}
    assert ben.post(f"{path}/releases").status_code == 201
    (item,) = ada.get(feedback).json["items"]  # type: ignore[index]
    assert (item["points"], item["comments"]) == ("87.50", {"": "Well measured."})
    assert ben.get(f"{path}/score/explain").json["steps"][-1]["value"] == "87.50"  # type: ignore[index]
    again = ben.post(f"{path}/releases")
    assert (again.status_code, again.json["detail"]) == (422, "The student already sees this score.")  # type: ignore[index]


def test_who_writes_over_a_version_that_they_have_not_read_gets_both(world: World) -> None:
    _, submission = _handed_in(world)
    ben = caller(world, "Ben")
    read = _tag(ben, submission)
    assert _post(ben, submission, read, points="80", comments={"": "mine"}).status_code == 201
    refused = _post(ben, submission, read, points="60", comments={"": "yours"})
    assert refused.status_code == 409, refused.text
    problem = refused.json
    assert problem is not None
    assert (problem["yours"]["points"], problem["theirs"]["points"]) == ("60.00", "80.00")
    assert (problem["yours"]["comments"], problem["theirs"]["comments"]) == ({"": "yours"}, {"": "mine"})
    draft = ben.put(
        f"/submissions/{submission.public_id}/score-draft", json={"points": "1"}, headers={"If-Match": read}
    )
    assert draft.status_code == 409
    assert len(world.all(Score)) == 1


def test_two_graders_at_once_never_overwrite_each_other(world: World) -> None:
    _, submission = _handed_in(world)
    programs = [caller(world, "Ben") for _ in range(8)]
    tag = _tag(programs[0], submission)

    def score(numbered: tuple[int, Caller]) -> int:
        number, program = numbered
        return _post(program, submission, tag, points=str(number)).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(score, enumerate(programs)))
    assert sorted(statuses) == [201, *[409] * 7]
    assert len(world.all(Score)) == 1


@pytest.mark.one_engine
def test_without_a_version_nothing_is_written(world: World) -> None:
    _, submission = _handed_in(world)
    answer = caller(world, "Ben").post(f"/submissions/{submission.public_id}/scores", json={"points": "80"})
    assert answer.status_code == 428
    assert world.all(Score) == []


def test_a_changed_score_needs_a_reason_once_the_student_saw_it(world: World) -> None:
    _, submission = _handed_in(world)
    grade(world, submission, 8000, show=True)
    ben = caller(world, "Ben")
    refused = _post(ben, submission, _tag(ben, submission), points="90")
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["reason"]  # type: ignore[index]
    assert _post(ben, submission, _tag(ben, submission), points="90", reason="Misread page 2").status_code == 201


BAD_SCORES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"points": 80}, "points"),
    ({"points": "80,5"}, "points"),
    ({"points": "80.555"}, "points"),
    ({"points": "-1"}, "points"),
    ({"points": "101"}, "points"),
    ({"points": "NaN"}, "points"),
    ({"points": "1e2"}, "points"),
    ({}, "points"),
    ({"points": "80", "late_seconds": -1}, "late_seconds"),
    ({"points": "80", "grade": "A"}, "grade"),
    ({"points": "80", "comments": {"": "a\0b"}}, "comments."),
    ({"points": "80", "comments": ["a"]}, "comments"),
)


@pytest.mark.one_engine
def test_a_score_that_cannot_be_names_the_field(world: World) -> None:
    _, submission = _handed_in(world)
    ben = caller(world, "Ben")
    tag = _tag(ben, submission)
    for body, field in BAD_SCORES:
        answer = _post(ben, submission, tag, **body)
        assert answer.status_code == 422, (body, answer.text)
        assert field in [error["field"] for error in answer.json["errors"]], (body, answer.text)  # type: ignore[index]
    assert world.all(Score) == []


@pytest.mark.one_engine
def test_marks_of_a_rubric_make_the_points(world: World) -> None:
    _, submission = _handed_in(world, rubric=True)
    ben = caller(world, "Ben")
    shown = ben.get(f"/submissions/{submission.public_id}/score").json
    assert shown is not None
    codes = [one["code"] for one in shown["criteria"]]
    answer = _post(ben, submission, _tag(ben, submission), marks=dict(zip(codes, ("20", "60"), strict=True)))
    assert answer.json["scores"][0]["points"] == "80.00"  # type: ignore[index]


@pytest.mark.one_engine
def test_work_that_nothing_is_handed_in_for_is_scored_too(world: World) -> None:
    (activity,) = set_work(world)
    place = f"/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}"
    ben = caller(world, "Ben")
    tag = {"If-Match": ben.get(f"{place}/score").headers["ETag"]}
    assert ben.post(f"{place}/scores", json={"points": "70"}, headers=tag).status_code == 201
    assert ben.post(f"{place}/releases").status_code == 201
    assert len(world.all(Release)) == 1


@pytest.mark.one_engine
def test_only_the_section_s_instructor_scores(world: World) -> None:
    _, submission = _handed_in(world)
    path = f"/submissions/{submission.public_id}"
    for name, status in {"Ada": 403, "Cleo": 403, "Gus": 403, "Dee": 403, "Hana": 404}.items():
        program = caller(world, name)
        tried = (
            _post(program, submission, '"0.0"', points="80"),
            program.put(f"{path}/score-draft", json={"points": "80"}, headers={"If-Match": '"0.0"'}),
            program.post(f"{path}/releases"),
        )
        assert [answer.status_code for answer in tried] == [status] * 3, name
    assert caller(world, "Ada").get(f"{path}/score").status_code == 403  # a student sees feedback, never drafts
    assert caller(world, "Cleo").get(f"{path}/score").status_code == 200
    assert world.all(Score) == []


def test_a_token_that_reads_scores_does_not_write_them(world: World) -> None:
    _, submission = _handed_in(world)
    ben = caller(world, "Ben", [Action.SCORE_READ])
    assert _post(ben, submission, _tag(ben, submission), points="80").status_code == 403


def test_the_gradebook_is_the_same_in_json_and_csv(world: World) -> None:
    activity, submission = _handed_in(world)
    grade(world, submission, 8750)
    ben = caller(world, "Ben")
    book = ben.get(_book(world)).json
    assert book is not None
    lines = {line["student"]: line for line in book["lines"]}
    assert set(lines) == {"Ada", "Zoe"}
    assert lines["Ada"]["grade"] == {"percent": "87.5", "exact": "7/8"}
    (cell,) = lines["Ada"]["cells"]
    assert (cell["points"], cell["status"], cell["submission"]) == ("87.50", "graded", submission.public_id)
    table = ben.get(f"{_book(world)}.csv")
    assert table.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    for row in rows:
        line = lines[row["student"]]
        assert (row["enrollment"], row["grade_percent"]) == (line["enrollment"], line["grade"]["percent"] or "")
        assert row[activity.code] == (line["cells"][0]["points"] or "")


@pytest.mark.one_engine
def test_a_student_sees_a_grade_only_of_what_was_released(world: World) -> None:
    _, submission = _handed_in(world)
    grade(world, submission, 8750)
    ada, course = caller(world, "Ada"), world.one(Course, code="PC").public_id
    of = f"/enrollments/{world.enrollment('Ada').public_id}"
    assert ada.get(f"{of}/courses/{course}/grade").json["grade"]["percent"] is None  # type: ignore[index]
    assert caller(world, "Ben").post(f"/submissions/{submission.public_id}/releases").status_code == 201
    found = ada.get(f"{of}/courses/{course}/grade").json
    assert found is not None
    assert found["grade"] == {"percent": "87.5", "exact": "7/8"}
    assert found in ada.get(f"{of}/grades").json["items"]  # type: ignore[index]
    explained = ada.get(f"{of}/courses/{course}/grade/explain").json
    assert explained is not None
    assert explained["value"] == "7/8"
    assert [fact["kind"] for fact in explained["facts"]] == ["score"]


def test_grades_are_there_only_for_those_who_may_read_them(world: World) -> None:
    _handed_in(world)
    course = world.one(Course, code="PC").public_id
    of = f"/enrollments/{world.enrollment('Ada').public_id}"
    own = (f"{of}/grades", f"{of}/courses/{course}/grade", f"{of}/courses/{course}/grade/explain")
    staff = (_book(world), f"{_book(world)}.csv", f"{of}/courses/{course}/gradebook/explain")
    may = {"Ada": (200, 403), "Ben": (200, 200), "Cleo": (200, 200), "Gus": (200, 200)}
    may |= {"Zoe": (404, 403), "Eli": (404, 403), "Hana": (404, 404), "Ivo": (404, 404), "Dee": (403, 403)}
    for name, (status, book) in may.items():
        program = caller(world, name)
        assert [program.get(path).status_code for path in own] == [status] * 3, name
        assert [program.get(path).status_code for path in staff] == [book] * 3, name


@pytest.mark.one_engine
def test_sections_come_with_their_courses(world: World) -> None:
    (section,) = caller(world, "Ben").get("/sections").json["items"]  # type: ignore[index]
    assert (section["name"], [course["code"] for course in section["courses"]]) == (
        "Lowell",
        ["PC", "MS", "ROB", "CAP"],
    )
    assert caller(world, "Dee").get("/sections").status_code == 403


@pytest.mark.one_engine
def test_the_gradebook_costs_the_same_statements_for_one_activity_and_for_many(world: World) -> None:
    ben, counts = caller(world, "Ben"), []
    ben.get("/me")  # notes that the token is in use
    for codes in (("A",), ("B", "C", "D")):
        for activity in set_work(world, *(plan(code) for code in codes)):
            grade(world, hand_in(world, "Ada", activity), 5000)
        with count_statements() as statements:
            assert ben.get(_book(world)).status_code == 200
        counts.append(statements.count)
    assert counts[0] == counts[1]
    assert counts[0] <= 10  # 8 for the gradebook, 2 for whose token it is
