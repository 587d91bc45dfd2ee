"""While two have to mark a work and one has, what that mark was leaves through no door but the first marker's own."""

import io
import re
import zipfile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.grading.models import DraftScore, Score
from lms.hub.grading.queries import Written
from lms.hub.grading.queries.second import hidden_from
from lms.hub.grading.rules.marking import AgreedBy
from lms.hub.grading.services.desk import annotate
from lms.hub.grading.services.drafts import save_draft_score
from lms.hub.grading.services.marking import agree, give_second_mark, set_marking_rule
from lms.hub.grading.services.scores import post_score, take_back
from lms.kernel.db import session, transaction
from lms.people.scope import unscoped
from tests.api.support import BASE, Caller, caller
from tests.architecture.subjects import Subjects
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade, marking_of
from tests.hub.grading.test_marking import also_teaches
from tests.support.web import NOW, World

pytestmark = pytest.mark.one_engine
SHAPES = ("static", "api.openapi", "api_reference", "public.metrics")  # files, words for what operations give, times
ROWS = {"activity", "submission", "enrollment", "section", "course", "cohort", "program", "version", "made"}
WORDS = "Measured it twice, said the first one."
REMARK = "The first one stumbled here."
SECRETS = re.compile(rf"\b73[.,]19\b|\b73[.,]2\b|{WORDS}|{REMARK}")
AS_OF = f"?as_of={NOW.isoformat().replace('+00:00', 'Z')}"
BOOKS = ("gradebook", "grade", "score")  # in the addresses that show points as of a moment


def _readable(world: World) -> list[Rule]:
    """Every address that can be read and needs no rows but those of coursework, curriculum and grades' files."""
    found = []
    for rule in world.app.url_map.iter_rules():
        names = {name.removesuffix("_id") for name in rule.arguments}
        if "GET" in (rule.methods or ()) and names <= ROWS and rule.endpoint not in SHAPES:
            found.append(rule)
    return found


def _text(body: bytes) -> str:
    """A spreadsheet is a zip of XML."""
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            body = b"\n".join(file.read(name) for name in file.namelist())
    return body.decode(errors="replace")


def _doors(world: World, name: str, having: tuple[str, ...] = ("",)) -> set[str]:
    """The addresses at which somebody reads the first mark, now or as of the moment at which it was given.

    having: only those with one of these in them.
    """
    subjects, browser, program = Subjects(world), world.browser_of(name), caller(world, name)
    found = set()
    for rule in _readable(world):
        if not any(part in rule.rule for part in having):
            continue
        values = {one: subjects.value(rule.endpoint, one) for one in rule.arguments}
        with world.app.test_request_context():
            path = rule.build(values)[1]  # type: ignore[index]
        for as_of in ("", AS_OF) if any(part in rule.rule for part in BOOKS) else ("",):
            client: Caller | FlaskClient = program if path.startswith(BASE) else browser
            asked = client.get(path.removeprefix(BASE) + as_of)
            if SECRETS.search(_text(asked.get_data())):
                found.add(rule.rule)
    return found


def _marked_once(world: World) -> Submission:
    """Ada's work, which two mark, with Ben's mark, his words and his remark; and one in which nothing was handed in."""
    work, lab = set_work(world, plan("PC-D1"), plan("PC-D2"))
    also_teaches(world)
    section, ben, ada = world.one(Section, name="Lowell"), world.actor("Ben"), world.enrollment("Ada")
    with transaction():
        for activity in (work, lab):
            set_marking_rule(ben, section, activity, is_anonymous=False, is_double=True)
    submission = hand_in(world, "Ada", work)
    with transaction():
        marking = marking_of(world, submission)
        annotate(ben, ada, marking, REMARK, line=1)
        post_score(ben, ada, marking, Written(points=7_319, comments={"": WORDS}), marking.token)
    answer = caller(world, "Ben").post(
        f"/enrollments/{ada.public_id}/activities/{lab.public_id}/scores",
        json={"points": "73.19", "comments": {"": WORDS}},
        headers={"If-Match": '"0.0"'},
    )
    assert answer.status_code == 201
    return submission


def test_no_page_no_operation_and_no_export_tells_a_second_marker_the_first_mark(world: World) -> None:
    submission = _marked_once(world)
    assert not _doors(world, "Hana")
    assert not _doors(world, "Cleo", BOOKS)
    shown = ("gradebook", "csv", "xlsx", "statistics", "explain", "/grading/<public_id:submission>", "remarks")
    seen = _doors(world, "Ben", shown)
    for part in shown:
        assert any(part in rule for rule in seen), f"Ben reads his own mark: {part}"
    hana = world.actor("Hana")
    with transaction():
        marking = marking_of(world, submission, "Hana")
        give_second_mark(hana, marking.enrollment, marking, Written(points=5_000))
    read = caller(world, "Hana").get(f"/submissions/{submission.public_id}/score")
    assert SECRETS.search(read.text), "both marks are in, so both can be seen"


def test_no_way_to_write_tells_a_second_marker_the_first_mark_or_writes_over_it(world: World) -> None:
    submission = _marked_once(world)
    hana, page = caller(world, "Hana"), world.browser_of("Hana")
    base, desk = f"/submissions/{submission.public_id}", f"/instructor/grading/{submission.public_id}"
    sent = {"points": "50", "reason": "I think so.", "comments": {}, "agreed_by": "mean", "note": "", "late_reason": ""}
    of = {
        "PUT score-draft": ("points", "comments"),
        "POST scores": ("points", "reason"),
        "POST score-withdrawal": ("reason",),
        "POST agreements": ("agreed_by",),
    }
    for token in ('"0.0"', '"0.1"', '"7.7"'):
        for what, names in of.items():
            method, _, path = what.partition(" ")
            body = {name: sent[name] for name in names}
            answer = hana.call(method, f"{base}/{path}", json=body, headers={"If-Match": token})
            assert answer.status_code == 422, (what, answer.text)
            assert not SECRETS.search(answer.text)
        form = {"points": "50", "version": token.strip('"'), "reason": "I think so."}
        for path in ("draft", "scores", "exemptions", "withdrawal", "agreements"):
            answer = page.post(f"{desk}/{path}", data=form)
            assert answer.status_code == 422, path
            assert not SECRETS.search(answer.text)
    course, ada = world.one(Course, code="PC").public_id, world.enrollment("Ada").public_id
    cell = f"/instructor/gradebook/enrollments/{ada}/courses/{course}/activities/{world.all(Activity)[0].public_id}"
    for version in ("0.1", "0.0"):
        answer = page.post(cell, data={"points": "50", "version": version, "reason": "I think so."})
        assert answer.status_code == 422
        assert not SECRETS.search(answer.text)
    assert [one.points for one in world.all(Score)] == [7_319, 7_319]
    assert not world.all(DraftScore)


def test_a_file_of_points_neither_shows_nor_replaces_a_first_mark(world: World) -> None:
    _marked_once(world)
    section, course = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
    rows = {"rows": f"enrollment,PC-D1\n{world.enrollment('Ada').public_id},61.5\n"}
    made = caller(world, "Hana").post(f"/sections/{section}/courses/{course}/grade-imports", json=rows)
    assert (made.json["changes"], "two markers" in made.text, bool(SECRETS.search(made.text))) == (0, True, False)
    own = caller(world, "Ben").post(f"/sections/{section}/courses/{course}/grade-imports", json=rows)
    assert (own.json["changes"], own.json["lines"][0]["new"]) == (1, "61.50"), "the first marker may still change it"
    looked_at = caller(world, "Hana").get(f"/grade-imports/{own.json['id']}")
    assert (looked_at.status_code, bool(SECRETS.search(looked_at.text))) == (200, False)


def test_a_first_mark_in_the_making_is_its_writer_s_own_and_released_work_is_everybody_s(world: World) -> None:
    work, other = set_work(world, plan("PC-D1"), plan("PC-D2"))
    also_teaches(world)
    section, ben, ada = world.one(Section, name="Lowell"), world.actor("Ben"), world.enrollment("Ada")
    submission, shown = hand_in(world, "Ada", work), hand_in(world, "Ada", other)
    grade(world, shown, 7_319, show=True)
    with transaction():
        set_marking_rule(ben, section, work, is_anonymous=False, is_double=True)
        set_marking_rule(ben, section, other, is_anonymous=False, is_double=True)
        marking = marking_of(world, submission)
        save_draft_score(ben, ada, marking, Written(points=4_242, comments={"": WORDS}), marking.token)
    hana, page = caller(world, "Hana"), world.browser_of("Hana")
    path = f"/submissions/{submission.public_id}"
    assert hana.get(f"/submissions/{shown.public_id}/score").json["scores"][0]["points"] == "73.19"
    for text in (hana.get(f"{path}/score").text, page.get(f"/instructor/grading/{submission.public_id}").text):
        assert "4242" not in text
        assert "42.42" not in text
        assert WORDS not in text
    for token in ('"0.0"', '"1.0"'):
        drafted = hana.put(f"{path}/score-draft", json={"points": "50"}, headers={"If-Match": token})
        assert (drafted.status_code, "first mark of two" in drafted.text) == (422, True)
    lost = hana.post(f"{path}/scores", json={"points": "50"}, headers={"If-Match": '"0.0"'})
    assert (lost.status_code, WORDS in lost.text, "42.42" in lost.text) == (409, False, False)
    assert "42.42" in caller(world, "Ben").get(f"{path}/score").text, "the writer goes on with it"


def test_the_rule_for_many_scores_and_the_rule_for_one_desk_say_the_same(world: World) -> None:
    (work,) = set_work(world, plan("PC-D1"))
    also_teaches(world)
    section, ben, hana, ada = (
        world.one(Section, name="Lowell"),
        world.actor("Ben"),
        world.actor("Hana"),
        world.enrollment("Ada"),
    )
    submission = hand_in(world, "Ada", work)

    def kept_from() -> list[str]:
        found = []
        with transaction(write=False):
            for name in ("Ben", "Hana"):
                reader = world.actor(name).person_id
                wanted = unscoped(select(Score.id).where(hidden_from(reader)), "test")
                is_blind = marking_of(world, submission, name).is_blind
                assert is_blind is bool(session.scalars(wanted).all())
                found += [name] if is_blind else []
        return found

    grade(world, submission, 7_000)
    assert kept_from() == [], "one marker is enough"
    with transaction():
        set_marking_rule(ben, section, work, is_anonymous=False, is_double=True)
    assert kept_from() == ["Hana"]
    grade(world, submission, 7_100)
    assert kept_from() == ["Hana"], "the first marker has changed the mark"
    with transaction():
        marking = marking_of(world, submission)
        take_back(ben, ada, marking, marking.token, "The wrong student.")
    assert kept_from() == []
    grade(world, submission, 6_000, grader="Hana")
    assert kept_from() == ["Ben"]
    with transaction():
        give_second_mark(ben, ada, marking_of(world, submission), Written(points=6_100))
    assert kept_from() == []
    with transaction():
        marking = marking_of(world, submission, "Hana")
        agree(hana, ada, marking, AgreedBy.MEAN, marking.token)
    assert kept_from() == []
