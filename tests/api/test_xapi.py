"""Statements of simulators: minutes of evidence level 1 and scores, each once, nothing dropped without a word."""

import base64
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from lms.hub.cohorts.models import Cohort
from lms.hub.content.services.minutes import import_minutes
from lms.hub.coursework.kinds import ActivityKind
from lms.hub.grading.models import Score
from lms.hub.hours.models import HoursEntry
from lms.hub.hours.rules.entry import Evidence, Source
from lms.hub.intake.models import ReportedResult
from lms.hub.roster.models.imports import StudentNumber
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.people.access import Action
from lms.people.orgs.models import Site
from tests.api.support import BASE, Caller, caller, token_of
from tests.hub.content.test_marks import done, item
from tests.hub.content.test_minutes import standing
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade
from tests.support.statements import count_statements
from tests.support.web import World, words

PRESS = "https://sim.example.org/press"
VERSION = {"X-Experience-API-Version": "1.0.3"}
VERBS = "http://adlnet.gov/expapi/verbs"


def said(number: int, **more: Any) -> dict[str, Any]:
    """Ada completed the press simulator in 40 minutes, on Monday of week 8."""
    return {
        "id": str(UUID(int=number)),
        "actor": {"mbox": "mailto:ada@example.org"},
        "verb": {"id": f"{VERBS}/completed", "display": {"en": "completed"}},
        "object": {"id": PRESS},
        "result": {"duration": "PT40M10.5S", "completion": True},
        "context": {"registration": str(UUID(int=900))},
        "timestamp": "2026-10-26T15:00:00Z",
        **more,
    }


def scored(number: int, scaled: float, **more: Any) -> dict[str, Any]:
    return said(number, result={"score": {"scaled": scaled}, "success": scaled > 0.5}, **more)


def send(world: World, *statements: dict[str, Any], by: str = "Cleo") -> TestResponse:
    return caller(world, by).post("/xapi/statements", json=list(statements), headers=VERSION)


@pytest.fixture
def press(world: World) -> World:
    item(world, "Press simulator", "mark", url="https://example.org/launch", iri=PRESS)
    return world


def wrong(answer: TestResponse, status: int = 422) -> dict[str, str]:
    assert answer.status_code == status, answer.text
    assert answer.json is not None
    return {one["field"]: one["message"] for one in answer.json["errors"]}


@pytest.mark.one_engine
def test_a_statement_becomes_hours_that_the_student_cannot_edit_and_a_mark(press: World) -> None:
    answer = send(press, said(1))
    assert (answer.status_code, answer.json) == (200, [str(UUID(int=1))])
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    (entry,) = standing(press)
    assert (entry.minutes, entry.day, entry.source) == (40, date(2026, 10, 26), Source.LMS)
    assert entry.evidence is Evidence.SYSTEM_TRACE
    assert done(press) == (1, 1)
    assert press.all(AuditEntry, action="results:report")


def test_the_same_statement_again_changes_nothing_and_another_under_its_id_is_a_conflict(press: World) -> None:
    cleo = caller(press, "Cleo")
    for _ in range(2):
        assert cleo.post("/xapi/statements", json=said(1), headers=VERSION).status_code == 200
    put = cleo.put(f"/xapi/statements?statementId={UUID(int=1)}", json=said(1), headers=VERSION)
    assert (put.status_code, put.text) == (204, "")
    assert len(press.all(ReportedResult)) == len(press.all(HoursEntry)) == 1
    assert wrong(send(press, said(1, timestamp="2026-10-26T16:00:00Z")), 409) == {}
    other = cleo.put(f"/xapi/statements?statementId={UUID(int=2)}", json=said(1), headers=VERSION)
    assert "id" in wrong(other)


def test_one_sitting_counts_once_sittings_add_up_and_taking_one_back_takes_its_minutes(press: World) -> None:
    send(press, said(1), said(2, verb={"id": f"{VERBS}/terminated"}, result={"duration": "PT50M"}))
    assert [entry.minutes for entry in standing(press)] == [50]
    send(press, said(3, context={"registration": str(UUID(int=901))}))
    assert [entry.minutes for entry in standing(press)] == [90]
    void = {
        "id": str(UUID(int=9)),
        "actor": {"mbox": "mailto:robot@sim.example.org"},
        "verb": {"id": f"{VERBS}/voided"},
        "object": {"objectType": "StatementRef", "id": str(UUID(int=2))},
    }
    assert send(press, void).status_code == 200
    assert [entry.minutes for entry in standing(press)] == [80]
    assert "0.object.id" in wrong(
        send(press, {**void, "id": str(UUID(int=10)), "object": {**void["object"], "id": str(UUID(int=77))}})
    )


@pytest.mark.one_engine
def test_a_student_number_or_an_enrollment_names_the_student_and_a_link_the_item(world: World) -> None:
    item(world, "Press simulator", "mark", url=PRESS)
    with transaction():
        site = world.one(Site, name="Lowell")
        session.add(StudentNumber(person_id=world.person("Ada").id, site_id=site.id, code="L-7"))
    home = {"homePage": "https://sim.example.org"}
    for number, name in enumerate(("l-7", world.enrollment("Ada").public_id), start=1):
        actor = {"objectType": "Agent", "account": {**home, "name": name}}
        assert send(world, said(number, actor=actor, context={})).status_code == 200
    assert [entry.minutes for entry in standing(world)] == [80]


@pytest.mark.one_engine
def test_what_cannot_be_mapped_is_refused_by_place_and_nothing_is_kept(press: World) -> None:
    found = wrong(
        send(
            press,
            said(1),
            said(2, actor={"mbox": "mailto:nobody@example.org"}),
            said(3, object={"id": "https://sim.example.org/unknown"}),
            said(4, result={"duration": "40 minutes"}),
            said(5, result={"score": {"scaled": 0.5}}),
            said(6, timestamp="2026-12-24T15:00:00Z"),
            said(7, actor={"name": "Ada"}),
        )
    )
    assert set(found) == {"3.result.duration", "6.actor"}  # what cannot be read is told first
    found = wrong(
        send(
            press,
            said(1),
            said(2, actor={"mbox": "mailto:eli@example.org"}),  # not at Cleo's site
            said(3, object={"id": "https://sim.example.org/unknown"}),
            said(5, result={"score": {"scaled": 0.5}}),
            said(6, timestamp="2026-12-24T15:00:00Z"),
        )
    )
    assert set(found) == {"1.actor.mbox", "2.object.id", "3.result.score", "4.timestamp"}
    assert "curriculum" in found["2.object.id"]
    before = said(8, timestamp="2026-09-01T15:00:00Z")  # before the program begins
    assert set(wrong(send(press, before))) == {"0.timestamp"}
    assert press.all(ReportedResult) == press.all(HoursEntry) == []


def test_a_part_of_a_known_thing_is_kept_and_counts_for_nothing(press: World) -> None:
    part = said(1, object={"id": f"{PRESS}/step-3"}, verb={"id": f"{VERBS}/answered"})
    assert "0.object.id" in wrong(send(press, part))
    within = {"contextActivities": {"parent": [{"id": PRESS}]}}
    assert send(press, {**part, "context": within}).status_code == 200
    assert len(press.all(ReportedResult)) == 1
    assert standing(press) == []


@pytest.mark.one_engine
def test_minutes_that_came_in_a_file_are_corrected_in_a_file(press: World) -> None:
    rows = b"student,item,minutes,day\nada@example.org,Press simulator,25,2026-10-26\n"
    with transaction():
        import_minutes(press.actor("Cleo"), press.one(Cohort), Source.LMS, rows)
    assert "file" in wrong(send(press, said(1)))["0.result.duration"]
    assert [entry.minutes for entry in standing(press)] == [25]


def test_a_score_becomes_that_of_the_activity_and_the_better_try_counts(world: World) -> None:
    (work,) = set_work(world, plan("PC-S1", kind=ActivityKind.SIMULATION, iri=PRESS, points=5_000, counts="highest"))
    assert wrong(send(world, scored(1, 0.8)), 403) == {}  # the office gives no scores
    for number, scaled in enumerate((0.8, 0.6, 0.905), start=1):
        assert send(world, scored(number, scaled), by="Ben").status_code == 200
    assert [score.points for score in world.all(Score)] == [4_000, 4_525]
    assert [row.points for row in world.all(ReportedResult)] == [4_000, 3_000, 4_525]
    assert "0.result.duration" in wrong(send(world, said(7), by="Ben"))
    assert world.all(AuditEntry, action="score:write")
    void = {
        "id": str(UUID(int=9)), "actor": {"mbox": "mailto:b@example.org"}, "verb": {"id": f"{VERBS}/voided"},
        "object": {"objectType": "StatementRef", "id": str(UUID(int=3))},
    }  # fmt: skip
    assert "desk" in wrong(send(world, void, by="Ben"))["0.object.id"]
    assert work.iri == PRESS


@pytest.mark.one_engine
def test_what_a_person_graded_is_not_overwritten(world: World) -> None:
    (work,) = set_work(world, plan("PC-S1", kind=ActivityKind.SIMULATION, iri=PRESS))
    grade(world, hand_in(world, "Ada", work), 5_000)
    assert "graded here" in wrong(send(world, scored(1, 0.9), by="Ben"))["0.result.score"]
    assert [score.points for score in world.all(Score)] == [5_000]


@pytest.mark.one_engine
def test_only_staff_of_the_student_report_and_a_basic_header_is_enough(press: World) -> None:
    for number, (name, status) in enumerate({"Ada": 403, "Dee": 403, "Ben": 200, "Hana": 422, "Gus": 200}.items()):
        assert send(press, said(number), by=name).status_code == status, name
    _, secret = token_of(press, "Cleo", [Action.RESULTS_REPORT])
    basic = {"Authorization": "Basic " + base64.b64encode(f"sim:{secret}".encode()).decode()}
    client = press.visitor()
    assert client.post(f"{BASE}/xapi/statements", json=said(1), headers={**basic, **VERSION}).status_code == 200
    assert client.get(f"{BASE}/me", headers=basic).status_code == 401
    assert client.get(f"{BASE}/xapi/about", headers={"Authorization": "Basic !"}).status_code == 401
    assert "X-Experience-API-Version" in wrong(Caller(client, secret).post("/xapi/statements", json=said(1)))


def test_many_students_cost_the_same_statements_each(press: World) -> None:
    counted = []
    for names in (("ada",), ("ada", "zoe")):
        number = len(counted) * 10 + 1
        sent = [
            said(number + n, actor={"mbox": f"mailto:{name}@example.org"}, context={})
            for n, name in enumerate(names, 1)
        ]
        program = caller(press, "Cleo")
        with count_statements() as statements:
            assert program.post("/xapi/statements", json=sent, headers=VERSION).status_code == 200
        counted.append(statements.count)
    assert counted[1] <= counted[0] + 25


@pytest.mark.one_engine
def test_the_office_sees_what_can_be_reported_and_what_came_in(press: World) -> None:
    assert "Nothing has come in" in press.browser_of("Cleo").get("/coordinator/minutes/xapi").text
    names = ("ada", "zoe")
    counted = []
    for number, name in enumerate(names, start=1):
        send(press, said(number, actor={"mbox": f"mailto:{name}@example.org"}, context={}))
        browser = press.browser_of("Cleo")
        with count_statements() as statements:
            shown = browser.get("/coordinator/minutes/xapi").text
        counted.append(statements.count)
    assert counted[0] == counted[1]
    assert all(each in shown for each in (PRESS, "Ada", "Zoe", "Why 40 minutes of Ada?", "/api/v1/xapi/"))
    other = press.browser_of("Ivo").get("/coordinator/minutes/xapi").text
    assert PRESS in other
    assert "Ada" not in words(other)
