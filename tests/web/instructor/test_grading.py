"""An instructor goes through the queue, grades, releases, and meets a second grader."""

import io
import re

import pypdfium2
import pytest
from PIL import Image

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Extension, SubmissionFile
from lms.hub.coursework.queries import find_own_work
from lms.hub.coursework.services import attach_file
from lms.hub.grading.models import DraftScore, Release, SavedComment, Score
from lms.hub.grading.models.marking import ReleasePlan
from lms.hub.grading.queries import Written
from lms.hub.grading.services.drafts import save_draft_score
from lms.kernel.db import transaction
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade, marking_of, with_rubric
from tests.support.statements import count_statements
from tests.support.web import World, words

CODE = b"print('<script>alert(1)</script>')\n"


def value_of(html: str, name: str) -> str:
    """What a field of the form shows."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html)
    assert found
    return found[1]


@pytest.mark.one_engine
def test_the_queue_leads_to_a_desk_from_which_a_score_is_posted_and_released(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    first = hand_in(world, "Ada", activity, "Ada's <script>report</script>")
    second = hand_in(world, "Zoe", activity)
    ben = world.browser_of("Ben")
    assert "2 pieces of work" in ben.get("/instructor/grading").text
    desk = ben.get(f"/instructor/grading/{first.public_id}").text
    assert "Ada&#39;s &lt;script&gt;report&lt;/script&gt;" in desk
    assert "1 of 2" in desk
    form = {
        "version": value_of(desk, "version"),
        "next_id": value_of(desk, "next_id"),
        "mark-SAFE": "40",
        "mark-FIT": "25,5",
        "comment-FIT": "Loose.",
        "comment": "Good work.",
        "then": "release-next",
    }
    answer = ben.post(f"/instructor/grading/{first.public_id}/scores", data=form)
    assert answer.location == f"/instructor/grading/{second.public_id}?wanted=to-grade"
    assert (world.one(Score).points, len(world.all(Release))) == (6_550, 1)
    assert "1 piece of work" in ben.get("/instructor/grading").text
    assert "Good work." in world.browser_of("Ada").get(f"/student/grades/{activity.public_id}").text


@pytest.mark.one_engine
def test_a_draft_is_saved_shown_again_and_never_seen_by_the_student(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    ben, url = world.browser_of("Ben"), f"/instructor/grading/{submission.public_id}"
    sent = {"version": "0.0", "points": "87.5", "comment": "half written"}
    answer = ben.post(f"{url}/draft", data=sent, headers={"X-Autosave": "true"})
    assert (answer.status_code, answer.headers["X-Version"]) == (204, "1.0")
    desk = ben.get(url).text
    assert value_of(desk, "points") == "87.5"
    assert "half written" in desk
    assert "half written" not in world.browser_of("Ada").get(f"/student/grades/{activity.public_id}").text
    assert world.all(Score) == []


def test_the_second_grader_sees_both_versions_and_can_merge_them(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    with transaction():
        marking = marking_of(world, submission)
        theirs = Written(points=9_000, comments={"": "theirs <b>"})
        save_draft_score(world.actor("Ben"), marking.enrollment, marking, theirs, marking.token)
    ben, url = world.browser_of("Ben"), f"/instructor/grading/{submission.public_id}"
    sent = {"version": "0.0", "points": "70", "comment": "mine", "then": "stay"}
    answer = ben.post(f"{url}/scores", data=sent)
    assert answer.status_code == 409
    assert "theirs &lt;b&gt;" in answer.text
    assert value_of(answer.text, "points") == "70"
    assert "mine</textarea>" in answer.text
    assert world.all(Score) == []
    merged = {"version": value_of(answer.text, "version"), "points": "80", "comment": "both", "then": "stay"}
    assert ben.post(f"{url}/scores", data=merged).status_code == 303
    assert world.one(Score).points == 8_000
    assert world.one(DraftScore).points == 9_000


@pytest.mark.one_engine
def test_what_cannot_be_read_is_named_and_everything_typed_stays(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    submission = hand_in(world, "Ada", activity)
    sent = {"version": "0.0", "mark-SAFE": "1e3", "mark-FIT": "61", "comment": "keep me", "late": "soon"}
    answer = world.browser_of("Ben").post(f"/instructor/grading/{submission.public_id}/scores", data=sent)
    assert answer.status_code == 422
    assert "keep me</textarea>" in answer.text
    assert value_of(answer.text, "mark-SAFE") == "1e3"
    assert "at most two decimals" in answer.text
    assert world.all(Score) == []


@pytest.mark.one_engine
def test_a_change_after_release_asks_for_its_reason(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 5_000, show=True)
    ben, url = world.browser_of("Ben"), f"/instructor/grading/{submission.public_id}"
    sent = {"version": "0.1", "points": "60", "then": "release"}
    assert ben.post(f"{url}/scores", data=sent).status_code == 422
    assert ben.post(f"{url}/scores", data={**sent, "reason": "read it again"}).status_code == 303
    assert "read it again" in world.browser_of("Ada").get(f"/student/grades/{activity.public_id}").text


def test_a_whole_section_is_released_at_once(world: World) -> None:
    (activity,) = set_work(world)
    for name in ("Ada", "Zoe"):
        grade(world, hand_in(world, name, activity), 5_000)
    section = world.one(Section, name="Lowell").public_id
    ben = world.browser_of("Ben")
    query = f"?wanted=to-release&section={section}&activity={activity.public_id}"
    assert "Release to the section" in ben.get(f"/instructor/grading{query}").text
    ben.post("/instructor/grading/releases", data={"section": section, "activity": activity.public_id})
    assert len(world.all(Release)) == 2
    other = world.one(Section, name="Providence").public_id
    refused = ben.post("/instructor/grading/releases", data={"section": other, "activity": activity.public_id})
    assert refused.status_code == 404


@pytest.mark.one_engine
def test_nothing_handed_in_can_be_scored_exempted_and_released(world: World) -> None:
    (activity,) = set_work(world)
    ben = world.browser_of("Ben")
    url = f"/instructor/grading/enrollments/{world.enrollment('Ada').public_id}/activities/{activity.public_id}"
    assert "nothing was handed in" in ben.get(url).text
    assert ben.post(f"{url}/scores", data={"version": "0.0", "points": "50"}).status_code == 303
    assert ben.post(f"{url}/exemptions", data={"version": "0.1", "reason": "at the firm"}).status_code == 303
    assert ben.post(f"{url}/releases").status_code == 303
    assert "exempt" in world.browser_of("Ada").get("/student/grades").text


def attach(world: World, activity: object, name: str, body: bytes) -> None:
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        attach_file(ada, work.enrollment, work, name, io.BytesIO(body))


@pytest.mark.one_engine
def test_files_are_shown_as_pictures_and_text_and_given_back_as_attachments(world: World) -> None:
    (activity,) = set_work(world)
    pdf = io.BytesIO()
    document = pypdfium2.PdfDocument.new()
    for _ in range(2):
        document.new_page(200, 100)
    document.save(pdf)
    photo = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (2_000, 100)).save(photo, "JPEG", exif=exif)
    for name, body in (
        ("a.pdf", pdf.getvalue()),
        ("b.jpg", photo.getvalue()),
        ("c.py", CODE),
    ):
        attach(world, activity, name, body)
    submission = hand_in(world, "Ada", activity)
    ben = world.browser_of("Ben")
    desk = ben.get(f"/instructor/grading/{submission.public_id}").text
    assert "&lt;script&gt;alert(1)" in desk
    pictures = re.findall(r'src="(/instructor/files/[^"]+)"', desk)
    assert len(pictures) == 3
    for url in pictures:
        answer = ben.get(url.replace("&amp;", "&"))
        assert answer.mimetype == "image/webp"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert b"secret place" not in answer.data
        with Image.open(io.BytesIO(answer.data)) as shown:
            assert max(shown.size) <= 1_600
    pdf_file, _, code = world.all(SubmissionFile)
    assert ben.get(f"/instructor/files/{pdf_file.public_id}/preview?page=3").status_code == 404
    assert ben.get(f"/instructor/files/{code.public_id}/preview").status_code == 404
    original = ben.get(f"/instructor/files/{code.public_id}")
    assert original.data == CODE
    assert original.mimetype == "application/octet-stream"
    assert world.browser_of("Hana").get(f"/instructor/files/{code.public_id}").status_code == 404


@pytest.mark.one_engine
@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\nbroken", b"%PDF-1.7 broken"])
def test_a_file_that_cannot_be_painted_has_no_preview_and_breaks_nothing(world: World, body: bytes) -> None:
    (activity,) = set_work(world)
    attach(world, activity, "a.png" if body[1:4] == b"PNG" else "a.pdf", body)
    submission = hand_in(world, "Ada", activity)
    ben = world.browser_of("Ben")
    assert ben.get(f"/instructor/grading/{submission.public_id}").status_code == 200
    assert ben.get(f"/instructor/files/{world.one(SubmissionFile).public_id}/preview").status_code == 404


@pytest.mark.one_engine
def test_a_comment_is_kept_and_offered_again(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    ben = world.browser_of("Ben")
    sent = {"text": "Show your units.", "activity": activity.public_id, "submission": submission.public_id}
    ben.post("/instructor/grading/comments", data=sent)
    assert world.one(SavedComment).text == "Show your units."
    assert "Show your units." in ben.get(f"/instructor/grading/{submission.public_id}").text


@pytest.mark.one_engine
def test_the_gradebook_shows_the_section_and_every_why(world: World) -> None:
    first, _ = set_work(world, plan("PC-A1", title="=Sum(A1)"), plan("PC-A2"))
    grade(world, hand_in(world, "Ada", first), 8_350)
    ben, course = world.browser_of("Ben"), world.one(Course, code="PC").public_id
    section = world.one(Section, name="Lowell").public_id
    grid = ben.get(f"/instructor/gradebook?section={section}&course={course}").text
    assert "83.5*" in grid
    assert "Eli" not in words(grid)
    table = ben.get(f"/instructor/gradebook/sections/{section}/courses/{course}/csv")
    lines = table.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "student,enrollment,PC-A1,PC-A2,grade_percent"
    assert lines[1] == f"Ada,{world.enrollment('Ada').public_id},83.50,,83.5"
    row = f"/instructor/gradebook/enrollments/{world.enrollment('Ada').public_id}/courses/{course}"
    shown = ben.get(row).text
    assert "points that count" in shown
    late = {"until": "2026-11-20T23:59", "reason": "work", "note": "overtime week"}
    assert ben.post(f"{row}/activities/{first.public_id}/extensions", data=late).status_code == 303
    assert world.one(Extension).until.isoformat() == "2026-11-21T04:59:00+00:00"
    early = {**late, "until": "2026-10-01T10:00"}
    assert ben.post(f"{row}/activities/{first.public_id}/extensions", data=early).status_code == 422


@pytest.mark.parametrize("name", ["Hana", "Ivo"])
def test_another_sites_staff_find_nothing_of_it(world: World, name: str) -> None:
    (activity,) = set_work(world)
    submission, course = hand_in(world, "Ada", activity), world.one(Course, code="PC").public_id
    other = world.browser_of(name)
    ada, section = world.enrollment("Ada").public_id, world.one(Section, name="Lowell").public_id
    for url in (
        f"/instructor/grading/{submission.public_id}",
        f"/instructor/grading/enrollments/{ada}/activities/{activity.public_id}",
        f"/instructor/gradebook?section={section}&course={course}",
        f"/instructor/gradebook/sections/{section}/courses/{course}/csv",
        f"/instructor/gradebook/enrollments/{ada}/courses/{course}",
    ):
        assert other.get(url).status_code == 404
    assert other.post(f"/instructor/grading/{submission.public_id}/scores", data={"points": "1"}).status_code in (
        403,
        404,
    )


@pytest.mark.one_engine
def test_posting_costs_at_most_ten_statements_with_the_sign_in(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    grade_first = hand_in(world, "Zoe", activity)
    submission = hand_in(world, "Ada", activity)
    ben = world.browser_of("Ben")
    sent = {"version": "0.0", "mark-SAFE": "40", "mark-FIT": "50", "comment": "a", "then": "next", "next_id": "x"}
    ben.post(f"/instructor/grading/{grade_first.public_id}/scores", data=sent)
    with count_statements() as statements:
        assert ben.post(f"/instructor/grading/{submission.public_id}/scores", data=sent).status_code == 303
    statements.at_most(10)


@pytest.mark.one_engine
def test_the_gradebook_costs_at_most_eight_statements(world: World) -> None:
    activities = set_work(world, *(plan(f"PC-A{n}") for n in range(12)))
    for activity in activities[:6]:
        grade(world, hand_in(world, "Ada", activity), 5_000)
    ben = world.browser_of("Ben")
    with count_statements() as statements:
        assert ben.get("/instructor/gradebook").status_code == 200
    statements.at_most(8)


@pytest.mark.one_engine
def test_the_marking_pages_share_out_set_the_rule_and_plan_the_release(world: World) -> None:
    (activity,) = set_work(world)
    section = world.one(Section, name="Lowell").public_id
    ben = world.browser_of("Ben")
    overview, url = "/instructor/marking", f"/instructor/marking/sections/{section}/activities/{activity.public_id}"
    assert "one marker" in ben.get(overview).text
    assert "Nothing was given to anybody yet" in ben.get(url).text
    assert ben.post(f"{url}/tasks", data={}).status_code == 422
    me = world.person("Ben").public_id
    assert ben.post(f"{url}/tasks", data={"grader": me, "way": "load"}).status_code == 303
    assert ben.post(f"{url}/rule", data={"is_anonymous": "yes", "gap": "5"}).status_code == 303
    assert ben.post(f"{url}/release-plan", data={"mode": "scheduled", "at": "2026-10-01T08:00"}).status_code == 422
    assert ben.post(f"{url}/release-plan", data={"mode": "scheduled", "at": "2026-11-20T08:00"}).status_code == 303
    assert world.one(ReleasePlan).at.isoformat() == "2026-11-20T13:00:00+00:00"
    shown = ben.get(overview).text
    assert "without names" in shown
    assert "Nov 20" in shown
