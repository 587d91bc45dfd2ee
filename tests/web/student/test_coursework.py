"""A student writes, attaches, hands in and reads feedback, without JavaScript."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from PIL import Image

from lms.hub.coursework.models import Draft, DraftFile, Submission, SubmissionFile
from lms.hub.grading.queries import Written
from lms.hub.grading.services.scores import post_score
from lms.kernel.db import transaction
from tests.hub.coursework.made import SUNDAY_DUE, hand_in, plan, set_work
from tests.hub.grading.made import grade, marking_of, with_rubric
from tests.support.statements import count_statements
from tests.support.web import World

CANARY = "canary-7f3a"


def picture(fmt: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, fmt)
    return out.getvalue()


def hidden(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found
    return found[1]


@pytest.mark.one_engine
def test_work_goes_from_the_list_over_a_draft_to_a_receipt(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    ada, base = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}"
    assert activity.title in ada.get("/student/coursework").text
    shown = ada.get(base).text
    assert "<strong>report</strong>" in shown
    assert "Some gaps" in shown
    sent = {
        "text": "I <b>measured</b>.",
        "link": "https://example.org/model",
        "version": "0",
        "then": "hand-in",
        "files": (io.BytesIO(picture()), "../photo.png"),
    }
    answer = ada.post(f"{base}/draft", data=sent, content_type="multipart/form-data")
    assert answer.location == f"{base}/check"
    check = ada.get(f"{base}/check").text
    assert "I &lt;b&gt;measured&lt;/b&gt;." in check
    assert "photo.png" in check
    form = {"client_key": hidden(check, "client_key"), "version": hidden(check, "version")}
    made = ada.post(f"{base}/submissions", data=form)
    again = ada.post(f"{base}/submissions", data=form)
    assert made.location == again.location
    receipt = ada.get(made.location).text
    submission = world.one(Submission)
    assert submission.receipt in receipt
    assert world.all(Draft) == []
    file = ada.get(f"/student/files/{world.one(SubmissionFile).public_id}")
    assert file.data == picture()
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in file.headers["Content-Security-Policy"]
    assert file.mimetype == "application/octet-stream"


@pytest.mark.one_engine
def test_a_saved_draft_is_there_again_and_its_file_can_be_taken_off(world: World) -> None:
    (activity,) = set_work(world)
    ada, base = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}"
    sent = {"text": "half", "link": "", "version": "0", "files": (io.BytesIO(b"a,b\n"), "data.csv")}
    assert ada.post(f"{base}/draft", data=sent, content_type="multipart/form-data").status_code == 303
    shown = ada.get(base).text
    assert "half</textarea>" in shown
    assert "data.csv" in shown
    ada.post(f"{base}/files/{world.one(DraftFile).public_id}/removal")
    assert "data.csv" not in ada.get(base).text


@pytest.mark.one_engine
def test_autosaving_answers_with_the_new_version(world: World) -> None:
    (activity,) = set_work(world)
    ada, url = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}/draft"
    versions = []
    version = "0"
    for text in ("a", "ab"):
        answer = ada.post(url, data={"text": text, "version": version}, headers={"X-Autosave": "true"})
        assert answer.status_code == 204
        version = answer.headers["X-Version"]
        versions.append(version)
    assert versions == ["1", "2"]
    stale = ada.post(url, data={"text": "abc", "version": "1"}, headers={"X-Autosave": "true"})
    assert stale.status_code == 409
    lost = ada.post(url, data={"text": "ab", "version": "1"}, headers={"X-Autosave": "true"})
    assert (lost.status_code, lost.headers["X-Version"]) == (204, "2"), "its answer was lost, so it is sent again"


def test_two_windows_show_both_texts_and_keep_both(world: World) -> None:
    (activity,) = set_work(world)
    ada, base = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}"
    ada.post(f"{base}/draft", data={"text": "from the first <window>", "version": "0"})
    answer = ada.post(f"{base}/draft", data={"text": "from the second", "version": "0"})
    assert answer.status_code == 409
    assert "from the first &lt;window&gt;" in answer.text
    assert "from the second</textarea>" in answer.text
    assert world.one(Draft).text == "from the first <window>"
    saved = ada.post(f"{base}/draft", data={"text": "both", "version": hidden(answer.text, "version")})
    assert (saved.status_code, world.one(Draft).text) == (303, "both")


@pytest.mark.parametrize(
    ("then", "text", "link"),
    [
        ("merge", "same\nfirst\nsecond", "https://example.org/mine"),
        ("mine", "same\nsecond", "https://example.org/mine"),
        ("theirs", "same\nfirst", "https://example.org/theirs"),
    ],
)
@pytest.mark.one_engine
def test_of_two_versions_one_is_kept_or_both_without_a_script(world: World, then: str, text: str, link: str) -> None:
    (activity,) = set_work(world)
    ada, url = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}/draft"
    theirs = {"text": "same\nfirst", "link": "https://example.org/theirs", "version": "0"}
    assert ada.post(url, data=theirs).status_code == 303
    mine = {"text": "same\nsecond", "link": "https://example.org/mine", "version": "0"}
    shown = ada.post(url, data=mine)
    assert '<span class="differs">first</span>' in shown.text
    autosaved = ada.post(url, data=mine, headers={"X-Autosave": "true"})
    assert autosaved.status_code == 409
    seen = {"seen": hidden(autosaved.text, "seen")}
    with_third = ada.post(url, data={"text": "a third window", "version": seen["seen"]}, headers={"X-Autosave": "true"})
    assert with_third.status_code == 204
    late = ada.post(url, data={**mine, **seen, "then": then})
    assert late.status_code == 409, "what the third window saved is shown before anything replaces it"
    assert ada.post(url, data={**theirs, "version": hidden(late.text, "seen")}).status_code == 303
    now_seen = {"seen": str(world.one(Draft).version)}
    assert ada.post(url, data={**mine, **now_seen, "then": then}).status_code == 303
    assert (world.one(Draft).text, world.one(Draft).link) == (text, link)


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("name", "body"), [("a.svg", b"<svg onload=alert(1)>"), ("a.pdf", b"not a pdf"), ("a.png", b""), ("x", b"MZ")]
)
def test_a_file_that_is_not_taken_is_named_and_the_text_stays_in_the_form(world: World, name: str, body: bytes) -> None:
    (activity,) = set_work(world)
    sent = {"text": "precious", "version": "0", "files": (io.BytesIO(body), name)}
    answer = world.browser_of("Ada").post(
        f"/student/coursework/{activity.public_id}/draft", data=sent, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert "precious</textarea>" in answer.text
    assert name in answer.text
    assert world.all(DraftFile) == []


def test_handing_in_nothing_or_a_changed_draft_asks_to_look_again(world: World) -> None:
    (activity,) = set_work(world)
    ada, base = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}"
    assert ada.post(f"{base}/submissions", data={"client_key": "k", "version": "0"}).status_code == 422
    ada.post(f"{base}/draft", data={"text": "new", "version": "0"})
    assert ada.post(f"{base}/submissions", data={"client_key": "k", "version": "0"}).status_code == 409
    assert world.all(Submission) == []


@pytest.mark.one_engine
def test_a_closed_activity_and_used_attempts_offer_no_form(world: World) -> None:
    first, second = set_work(world, plan("PC-A1", cutoff_days=0), plan("PC-A2", attempts=1))
    hand_in(world, "Ada", second)
    with time_machine.travel(SUNDAY_DUE + timedelta(hours=10), tick=False):
        ada = world.browser_of("Ada")
        for activity, word in ((first, "closed"), (second, "all your attempts")):
            shown = ada.get(f"/student/coursework/{activity.public_id}").text
            assert word in shown
            assert "<textarea" not in shown


@pytest.mark.one_engine
def test_an_unreleased_score_is_on_no_page_of_the_student(world: World) -> None:
    (activity,) = set_work(world)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    with transaction():
        marking = marking_of(world, submission)
        post_score(ben, marking.enrollment, marking, Written(points=7_654, comments={"": CANARY}), marking.token)
    ada = world.browser_of("Ada")
    pages = [
        "/student/",
        "/student/coursework",
        f"/student/coursework/{activity.public_id}",
        f"/student/submissions/{submission.public_id}",
        "/student/grades",
        f"/student/grades/{activity.public_id}",
    ]
    for url in pages:
        answer = ada.get(url)
        assert answer.status_code == 200
        assert CANARY not in answer.text
        assert "76.54" not in answer.text


@pytest.mark.one_engine
def test_released_feedback_is_read_with_its_why(world: World) -> None:
    (activity,) = set_work(world)
    grade(world, hand_in(world, "Ada", activity), 8_350, show=True)
    ada = world.browser_of("Ada")
    shown = ada.get("/student/grades").text
    assert "83.5" in shown
    assert "Why?" in shown
    feedback = ada.get(f"/student/grades/{activity.public_id}").text
    assert "comment of 8350" in feedback
    assert "points given, of 100" in feedback


@pytest.mark.parametrize("name", ["Eli", "Zoe"])
def test_another_students_work_is_not_found(world: World, name: str) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity, files=("a.png",))
    other = world.browser_of(name)
    assert other.get(f"/student/submissions/{submission.public_id}").status_code == 404
    assert other.get(f"/student/files/{world.one(SubmissionFile).public_id}").status_code == 404
    assert other.get("/student/coursework/nosuchactivity").status_code == 404
    assert world.browser_of("Dee").get("/student/coursework").status_code == 403


@pytest.mark.one_engine
def test_handing_in_costs_at_most_ten_statements_with_the_sign_in(world: World) -> None:
    (activity,) = set_work(world)
    ada, base = world.browser_of("Ada"), f"/student/coursework/{activity.public_id}"
    sent = {"text": "text", "link": "https://example.org", "version": "0", "files": (io.BytesIO(picture()), "a.png")}
    ada.post(f"{base}/draft", data=sent, content_type="multipart/form-data")
    with count_statements() as statements:
        assert ada.post(f"{base}/submissions", data={"client_key": "k", "version": "2"}).status_code == 303
    statements.at_most(10)


@pytest.mark.one_engine
def test_the_lists_cost_the_same_for_3_and_60_activities(world: World) -> None:
    set_work(world, *(plan(f"PC-A{n}", week=n) for n in range(1, 4)))
    ada = world.browser_of("Ada")
    counts = []
    for more in (False, True):
        if more:
            set_work(world, *(plan(f"PC-B{n}", week=1 + n % 50) for n in range(57)))
        for url in ("/student/coursework", "/student/grades"):
            with count_statements() as statements:
                assert ada.get(url).status_code == 200
            statements.at_most(7)
            counts.append(statements.count)
    assert counts[:2] == counts[2:]
