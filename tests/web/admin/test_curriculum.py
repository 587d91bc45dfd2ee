"""The program editor: a draft is written part by part without a script, published, compared, saved and imported."""

import io

import pytest
from flask.testing import FlaskClient

from lms.hub.catalog.models import ContentItem, Course, Program, ProgramVersion, Requirement, Unit, VersionDocument
from lms.hub.catalog.policy import Policy
from lms.hub.coursework.models import Activity
from lms.hub.grading.models import Level
from lms.hub.quizzes.models import Quiz, QuizKey, QuizQuestion
from lms.kernel.audit import AuditEntry
from tests.support.web import World, words

pytestmark = pytest.mark.one_engine
LEVELS = "20: Exact and documented\n10: Some gaps\n0: Not there"


def draft_of(world: World, browser: FlaskClient, source: str = "1") -> str:
    """The public id of a new draft."""
    data = {"program": world.one(Program).public_id, "source": source}
    answer = browser.post("/admin/curriculum/drafts", data=data)
    assert answer.status_code == 303
    return str(answer.location.rsplit("/", 1)[1])


def token_in(shown: str) -> str:
    return shown.split('name="token" value="', 1)[1].split('"', 1)[0]


def change(browser: FlaskClient, draft: str, where: str, **values: object) -> int:
    """Open the form of a part and send it with these values."""
    address = f"/admin/curriculum/versions/{draft}/parts/{where}"
    shown = browser.get(address).text
    return browser.post(address, data={"token": token_in(shown), **values}).status_code


def add(browser: FlaskClient, draft: str, where: str, **values: object) -> int:
    return browser.post(f"/admin/curriculum/versions/{draft}/new/{where}", data=values).status_code


COURSE = {"code": "PC", "name": "Process controls", "kind": "hub", "summary": "Loops.", "pass_percent": "70"}
UNIT = {"code": "PC1", "title": "Loops", "modality": "self_study", "first_week": "1", "last_week": "52",
        "minutes_a_week": "660"}  # fmt: skip
ACTIVITY = {"code": "PC-A1", "title": "Report", "kind": "lab", "week": "3", "due": "Sun 23:59", "attempts": "2",
            "weight": "1", "files": ["pdf", "png"], "brief": "Measure."}  # fmt: skip
ITEM = {"title": "The manual", "kind": "reading", "minutes": "45", "completion": "mark", "url": "https://example.org/m"}


def test_a_whole_version_is_written_in_the_editor_and_published(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser, source="")
    refused = browser.post(f"/admin/curriculum/versions/{draft}/publication")
    assert refused.status_code == 422
    assert "no hub course" in refused.text
    assert "asks for nothing" in refused.text
    assert add(browser, draft, "course", **COURSE) == 303
    assert add(browser, draft, "course/PC/unit", **UNIT) == 303
    assert add(browser, draft, "course/PC/unit/PC1/item", **ITEM) == 303
    assert add(browser, draft, "course/PC/outcome", code="PC-O1", text="Tune a loop") == 303
    assert add(browser, draft, "course/PC/activity", **ACTIVITY) == 303
    assert add(browser, draft, "course/PC/activity/PC-A1/criterion", title="Safety", levels=LEVELS) == 303
    assert add(browser, draft, "need", kind="course", title="Process controls", course="PC") == 303
    assert (
        add(browser, draft, "need", kind="min_minutes", title="Lab", minutes="600", hours_kind="", evidence="2") == 303
    )
    assert change(browser, draft, "policy", **policy(grace_minutes="20", missing_after_days="")) == 303
    for page in ("", "/courses/PC", "/requirements", "/weeks?week=3", "/modules?weeks=14&hours=10.8", "/comparison"):
        assert browser.get(f"/admin/curriculum/versions/{draft}{page}").status_code == 200
    assert browser.post(f"/admin/curriculum/versions/{draft}/publication").status_code == 303
    version = world.one(ProgramVersion, public_id=draft)
    assert version.published_at is not None
    assert version.policy["missing_after_days"] is None
    (course,) = world.all(Course, program_version_id=version.id)
    (unit,) = world.all(Unit, course_id=course.id)
    assert world.one(ContentItem, unit_id=unit.id).url == "https://example.org/m"
    activity = world.one(Activity, course_id=course.id)
    assert (activity.points, activity.kinds, activity.grace_minutes) == (2_000, ["pdf", "png"], 20)
    assert [level.points for level in world.all(Level)] == [2_000, 1_000, 0]
    assert [r.kind for r in world.all(Requirement, program_version_id=version.id)] == [
        "all_of",
        "course",
        "min_minutes",
    ]
    assert "curriculum:publish" in {entry.action for entry in world.all(AuditEntry)}


QUIZ = {**ACTIVITY, "code": "PC-Q1", "title": "Quiz", "kind": "quiz", "minutes": "20", "shuffle": "on",
        "counts": "highest"}  # fmt: skip
QUESTIONS = (
    {"kind": "single", "code": "ONE", "text": "Which?", "options": "Cp\n* Cpk"},
    {"kind": "several", "code": "MANY", "text": "Which of them?", "options": "* a\nb\n* c", "partial": "on"},
    {"kind": "number", "code": "NUM", "text": "How long?", "value": "25.4", "tolerance": "2%", "unit": "mm",
     "units": "in = 25,4", "needs_unit": "on"},
    {"kind": "text", "code": "TXT", "text": "What is it called?", "accepted": "takt\ntakt time", "by_hand": "on"},
)  # fmt: skip


def test_a_quiz_is_written_in_the_editor_published_compared_and_saved_as_a_file(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser, source="")
    for where, values in (("course", COURSE), ("course/PC/unit", UNIT)):
        assert add(browser, draft, where, **values) == 303
    assert add(browser, draft, "need", kind="course", title="Process controls", course="PC") == 303
    base, pool = f"/admin/curriculum/versions/{draft}", "course/PC/activity/PC-Q1/pool/MIX"
    assert add(browser, draft, "course/PC/activity", **QUIZ) == 303
    assert add(browser, draft, "course/PC/activity/PC-Q1/pool", code="MIX", title="Mixed", draw="3", points="5") == 303
    assert "The pool MIX has no questions." in browser.get(base).text
    assert "One of several options" in browser.get(f"{base}/new/{pool}/question").text
    for question in QUESTIONS:
        form = browser.get(f"{base}/new/{pool}/question?kind={question['kind']}").text
        assert ("Right value" in form) == (question["kind"] == "number")
        assert add(browser, draft, f"{pool}/question", **question) == 303
    wrong = browser.post(f"{base}/new/{pool}/question", data={**QUESTIONS[0], "code": "BAD", "options": "Cp\nCpk"})
    assert wrong.status_code == 422
    assert "say which options are right" in wrong.text
    assert "with its factor" in browser.post(f"{base}/new/{pool}/question", data={**QUESTIONS[2], "units": "in"}).text
    assert add(browser, draft, f"{pool}/question", **QUESTIONS[0]) == 422, "the code is used"
    assert "* Cpk" in browser.get(f"{base}/parts/{pool}/question/ONE").text
    assert change(browser, draft, f"{pool}/question/ONE", **{**QUESTIONS[0], "text": "Which index?"}) == 303
    browser.post(f"{base}/shifts/{pool}/question/TXT", data={"by": "up"})
    assert "asks 3 of 4, 5 points each" in browser.get(f"{base}/courses/PC").text
    assert "PC › PC-Q1 › MIX › ONE" in browser.get(f"{base}/comparison").text
    file = browser.get(f"{base}/file")
    assert b'in = "25.4"' in file.data
    assert browser.post(f"{base}/publication").status_code == 303
    activity = world.one(Activity, code="PC-Q1")
    assert (activity.points, activity.counts, activity.has_questions) == (1_500, "highest", True)
    assert world.one(Quiz, activity_id=activity.id).minutes == 20
    assert [one.code for one in world.all(QuizQuestion)] == ["ONE", "MANY", "TXT", "NUM"]
    assert [key.key for key in world.all(QuizKey)][:2] == [
        {"partial": False, "right": [1]},
        {"partial": True, "right": [0, 2]},
    ]
    assert browser.post(f"{base}/removals/{pool}/question/ONE").status_code == 422, "a published version stays"


def policy(**changed: str) -> dict[str, str]:
    return {**{k: "" if v is None else str(v) for k, v in Policy().model_dump().items()}, **changed}


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(world: World) -> None:
    browser = world.browser_of("Cleo")
    draft = draft_of(world, browser)
    address = f"/admin/curriculum/versions/{draft}/new/course/PC/unit"
    sent = {**UNIT, "code": "pc", "title": "", "minutes_a_week": "many"}
    answer = browser.post(address, data=sent)
    assert answer.status_code == 422
    assert "Fill this in." in answer.text
    assert 'value="many"' in answer.text
    answer = browser.post(address, data={**sent, "title": "Loops"})
    assert "whole number" in answer.text
    assert answer.text.count('class="field has-error"') == 2


def test_a_code_is_used_once_and_a_renamed_course_keeps_its_requirement(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser)
    assert add(browser, draft, "course", **{**COURSE, "code": "MS"}) == 422
    assert change(browser, draft, "course/PC", **{**COURSE, "code": "PCX"}) == 303
    shown = browser.get(f"/admin/curriculum/versions/{draft}/requirements").text
    assert ": PCX" in shown
    assert browser.get(f"/admin/curriculum/versions/{draft}/courses/PC").status_code == 404


def test_somebody_elses_change_of_the_same_part_is_noticed_and_of_another_is_not(world: World) -> None:
    gus, cleo = world.browser_of("Gus"), world.browser_of("Cleo")
    draft = draft_of(world, gus)
    address = f"/admin/curriculum/versions/{draft}/parts/course/PC"
    token = token_in(cleo.get(address).text)
    assert change(gus, draft, "course/MS", **{**COURSE, "code": "MS", "name": "Systems"}) == 303
    assert change(gus, draft, "course/PC", **{**COURSE, "name": "Controls"}) == 303
    answer = cleo.post(address, data={"token": token, **COURSE})
    assert answer.status_code == 409
    assert "Somebody changed this part" in answer.text


def test_parts_are_moved_taken_out_and_brought_back(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser)
    base = f"/admin/curriculum/versions/{draft}"

    def codes() -> list[str]:
        document = world.all(VersionDocument)[-1].document
        return [course["code"] for course in document["courses"]]

    browser.post(f"{base}/shifts/course/MS", data={"by": "up"})
    assert codes() == ["MS", "PC", "ROB", "CAP"]
    browser.post(f"{base}/removals/course/ROB")
    assert codes() == ["MS", "PC", "CAP"]
    browser.post(f"{base}/undo")
    assert codes() == ["MS", "PC", "ROB", "CAP"]
    assert add(browser, draft, "need", kind="min_n_of", title="One of", n="1") == 303
    assert browser.post(f"{base}/shifts/need/0", data={"group": "need/3"}).status_code == 303
    document = world.all(VersionDocument)[-1].document
    assert document["requirement"]["needs"][2]["needs"][0]["course"] == "PC"
    assert browser.post(f"{base}/shifts/need/2", data={"group": "need/2/0"}).status_code == 422


def test_a_spoke_is_retired_in_the_next_version_and_the_running_cohort_keeps_it(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser)
    browser.post(f"/admin/curriculum/versions/{draft}/removals/course/ROB")
    shown = browser.get(f"/admin/curriculum/versions/{draft}/comparison").text
    assert "ROB" in words(shown)
    assert "removed" in shown
    assert world.one(Course, code="ROB").name == "Robotics"


def test_a_published_version_is_refused_every_change(world: World) -> None:
    browser = world.browser_of("Gus")
    version = world.one(ProgramVersion).public_id
    base = f"/admin/curriculum/versions/{version}"
    for address, data in (
        ("/parts/course/PC", COURSE), ("/new/course", {**COURSE, "code": "NEW"}), ("/removals/course/PC", {}),
        ("/shifts/course/PC", {"by": "up"}), ("/undo", {}), ("/removal", {}), ("/publication", {}),
    ):  # fmt: skip
        answer = browser.post(base + address, data=data)
        assert answer.status_code == 422, address
        assert "published already" in answer.text
    assert "Change" not in browser.get(base + "/courses/PC").text.split("<main", 1)[1].split("crumbs", 1)[0]


def test_a_draft_is_thrown_away_whole(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser)
    assert browser.post(f"/admin/curriculum/versions/{draft}/removal").status_code == 303
    assert not world.all(VersionDocument)
    assert len(world.all(ProgramVersion)) == 1


def test_coordinators_write_drafts_and_only_the_admin_publishes(world: World) -> None:
    cleo = world.browser_of("Cleo")
    draft = draft_of(world, cleo)
    assert cleo.post(f"/admin/curriculum/versions/{draft}/publication").status_code == 403
    for name in ("Ada", "Ben", "Dee", "Finn"):
        assert world.browser_of(name).get("/admin/curriculum").status_code == 403


def test_an_item_has_a_link_or_a_file_and_a_file_travels_in_the_archive(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser)
    where = "course/PC/unit/PC-1/item"
    plain = {**ITEM, "url": ""}
    assert add(browser, draft, where, **plain) == 422
    sheet = (io.BytesIO(b"%PDF-1.4 lab sheet"), "sheet.pdf")
    assert add(browser, draft, where, **{**ITEM, "file": (io.BytesIO(b"x"), "x.pdf")}) == 422
    assert add(browser, draft, where, **plain, file=sheet) == 303
    assert "sheet.pdf" in browser.get(f"/admin/curriculum/versions/{draft}/courses/PC").text
    saved = browser.get(f"/admin/curriculum/versions/{draft}/file")
    assert ".zip" in saved.headers["Content-Disposition"]
    checked = browser.post("/admin/curriculum/imports", data={"file": (io.BytesIO(saved.data), "v.zip")})
    assert "has to name the capstone" in checked.text  # the cast's own fault; nothing is wrong with the file
    assert checked.text.count("badge-bad") == 1


def test_a_file_is_looked_at_first_and_then_imported_as_it_was(world: World) -> None:
    browser = world.browser_of("Gus")
    draft = draft_of(world, browser)
    assert change(browser, draft, "need/2", title="Capstone", course="CAP") == 303
    text = browser.get(f"/admin/curriculum/versions/{draft}/file").text.replace(
        'kind = "course"\ntitle = "Capstone"', 'kind = "capstone"\ntitle = "Capstone"'
    )
    checked = browser.post("/admin/curriculum/imports", data={"file": (io.BytesIO(text.encode()), "v.toml")})
    assert checked.status_code == 200
    assert len(world.all(ProgramVersion)) == 2
    kept = checked.text.split('name="kept" value="', 1)[1].split('"', 1)[0]
    stored = browser.post("/admin/curriculum/imports/draft", data={"kept": kept, "name": "v.toml"})
    assert stored.status_code == 303
    assert len(world.all(ProgramVersion)) == 3
    again = browser.post("/admin/curriculum/imports/draft", data={"kept": kept, "name": "v.toml"})
    assert again.location == stored.location
    broken = text.replace("minutes_a_week = 300", "minutes_a_week = -3")
    refused = browser.post("/admin/curriculum/imports", data={"file": (io.BytesIO(broken.encode()), "v.toml")})
    assert refused.status_code == 422
    line = broken.split("\n").index("minutes_a_week = -3") + 1
    assert f"line {line}" in refused.text
    foreign = text.replace('slug = "sample"', 'slug = "other"')
    assert (
        browser.post("/admin/curriculum/imports", data={"file": (io.BytesIO(foreign.encode()), "v.toml")}).status_code
        == 422
    )
    assert browser.post("/admin/curriculum/imports", data={}).status_code == 422


def test_the_simulator_says_what_qualifies(world: World) -> None:
    browser = world.browser_of("Gus")
    base = f"/admin/curriculum/versions/{world.one(ProgramVersion).public_id}/modules"
    assert "inside" in browser.get(f"{base}?weeks=14&hours=10.8").text.split('id="courses"')[0]
    outside = browser.get(f"{base}?weeks=12&hours=12").text.split('id="courses"')[0]
    assert "144 h are fewer than 150" in outside
    assert "Enter the weeks" in browser.get(f"{base}?weeks=x&hours=1").text
