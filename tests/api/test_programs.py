"""Over the API, by the same rules as on the pages: competencies, prior learning, drafts, moves, and course content."""

import io
from copy import deepcopy

import pytest

from lms.hub.cohorts.models import Cohort
from lms.hub.credits.models import CreditDecision, RequirementRuling
from lms.hub.enrollment.models import VersionPin
from lms.hub.hours.models import HoursEntry
from lms.kernel.audit import AuditEntry, Outcome
from tests.api.support import caller
from tests.hub.competencies import made
from tests.hub.content.test_marks import item
from tests.hub.coursework.made import set_work
from tests.hub.migration.test_services import second_version
from tests.support.web import World

REASON = "Seen in her portfolio, with dates and signatures."


@pytest.mark.one_engine
def test_evidence_is_recorded_signed_and_taken_back(world: World) -> None:
    made.load(world)
    made.assessor(world)
    ben, hana = caller(world, "Ben"), caller(world, "Hana")
    ada = world.enrollment("Ada").public_id
    listed = ben.get(f"/enrollments/{ada}/competencies").json["items"]
    one = next(line for line in listed if line["code"] == "mfg/PC-3")
    path = f"/enrollments/{ada}/competencies/{one['id']}"
    assert ben.post(f"{path}/sign-offs", json={"level": 2}).status_code == 422  # nothing was shown yet
    seen = {"kind": "demonstration", "day": "2026-10-27", "note": "Tuned the oven loop from a cold start."}
    shown = ben.post(f"{path}/evidence", json=seen)
    assert (shown.status_code, shown.json["competency"]["demonstrations"]) == (201, 1)
    signed = ben.post(f"{path}/sign-offs", json={"level": 2})
    assert (signed.status_code, signed.json["competency"]["level"]) == (201, 2)
    assert hana.post(f"{path}/evidence", json=seen).status_code == 404
    back = ben.post(f"/sign-offs/{signed.json['id']}/revocation", json={"reason": "It was another student."})
    assert (back.status_code, back.json["competency"]["level"]) == (201, 0)
    assert ben.post(f"/sign-offs/{signed.json['id']}/revocation", json={"reason": "Again."}).status_code == 404
    gone = ben.post(f"/competency-evidence/{shown.json['id']}/withdrawal", json={"reason": "Wrong day."})
    assert (gone.status_code, gone.json["competency"]["demonstrations"]) == (201, 0)
    done = [row for row in world.all(AuditEntry, action="competency:sign", via="api") if row.outcome == Outcome.DONE]
    assert len(done) == 2


@pytest.mark.one_engine
def test_prior_learning_is_asked_for_decided_and_a_requirement_waived(world: World) -> None:
    ada, cleo, ivo = caller(world, "Ada"), caller(world, "Cleo"), caller(world, "Ivo")
    enrollment = world.enrollment("Ada").public_id
    path = f"/enrollments/{enrollment}/credits"
    fields = {"requirement": "course:PC", "words": "Ten years at the control desk."}
    without = ada.post(path, data=fields, content_type="multipart/form-data")
    assert without.status_code == 422
    sent = {**fields, "file": (io.BytesIO(made.PDF), "letter.pdf")}
    asked = ada.post(path, data=sent, content_type="multipart/form-data")
    assert (asked.status_code, asked.json["outcome"]) == (201, None)
    decision = f"/credits/{asked.json['id']}/decisions"
    assert ivo.post(decision, json={"outcome": "granted", "reason": REASON}).status_code == 404
    granted = cleo.post(decision, json={"outcome": "granted", "reason": REASON})
    assert (granted.status_code, granted.json["outcome"]) == (201, "granted")
    assert cleo.post(decision, json={"outcome": "granted", "reason": REASON}).status_code == 422
    assert cleo.post(decision, json={"outcome": "revoked", "reason": "The dates were wrong."}).status_code == 201
    assert [row.outcome for row in world.all(CreditDecision)] == ["granted", "revoked"]
    ruling = {"requirement": "course:MS", "kind": "waived", "reason": REASON}
    made_one = cleo.post(f"/enrollments/{enrollment}/rulings", json=ruling)
    assert (made_one.status_code, made_one.json["kind"]) == (201, "waived")
    assert cleo.post(f"/enrollments/{enrollment}/rulings", json=ruling).status_code == 422
    tree = cleo.get(f"/enrollments/{enrollment}/requirements").json["requirements"]
    assert {part["asks"]: part["counts_by"] for part in tree["parts"]}["course:MS"] == "waiver"
    assert len(world.all(RequirementRuling)) == 1


def test_a_draft_is_begun_put_undone_and_published(world: World) -> None:
    cleo, gus = caller(world, "Cleo"), caller(world, "Gus")
    (program,) = cleo.get("/programs").json["items"]
    begun = cleo.post(f"/programs/{program['id']}/drafts", json={"from_number": 1})
    assert (begun.status_code, begun.json["number"], begun.json["published_at"]) == (201, 2, None)
    assert cleo.post(f"/programs/{program['id']}/drafts", json={"from_number": 9}).status_code == 404
    path = f"/program-versions/{begun.json['id']}"
    read = cleo.get(f"{path}/document")
    document, etag = read.json["document"], read.headers["ETag"]
    changed = deepcopy(document)
    changed["courses"][0]["name"] = "Process control and data"
    changed["requirement"]["needs"][2]["kind"] = "capstone"  # the cast's version names it as a course
    match = {"If-Match": etag}
    assert cleo.put(f"{path}/document", json={"document": changed}).status_code == 428
    put = cleo.put(f"{path}/document", json={"document": changed}, headers=match)
    assert (put.status_code, put.json["document"]["courses"][0]["name"]) == (200, "Process control and data")
    stale = cleo.put(f"{path}/document", json={"document": document}, headers=match)
    assert stale.status_code == 409
    broken = {**changed, "courses": [{"code": "X"}]}
    refused = cleo.put(f"{path}/document", json={"document": broken}, headers={"If-Match": put.headers["ETag"]})
    assert refused.status_code == 422
    assert len(refused.json["errors"]) > 3  # every fault at once
    assert cleo.post(f"{path}/undo").json["document"] == document
    assert cleo.post(f"{path}/undo").json["document"] == put.json["document"]
    assert cleo.post(f"{path}/publication").status_code == 403
    other = deepcopy(changed)
    other["program"]["slug"] = "another"
    match = {"If-Match": cleo.get(f"{path}/document").headers["ETag"]}
    assert cleo.put(f"{path}/document", json={"document": other}, headers=match).status_code == 422
    published = gus.post(f"{path}/publication")
    assert published.status_code == 201, published.json
    assert published.json["published_at"]
    assert gus.delete(path).status_code == 422
    second = cleo.post(f"/programs/{program['id']}/drafts", json={})
    assert cleo.delete(f"/program-versions/{second.json['id']}").status_code == 204
    assert cleo.get(f"/program-versions/{second.json['id']}/document").status_code == 404


def test_a_move_is_previewed_explained_and_carried_out(world: World) -> None:
    set_work(world)
    version = second_version(world).public_id
    cleo, ivo = caller(world, "Cleo"), caller(world, "Ivo")
    ada, cohort = world.enrollment("Ada").public_id, world.one(Cohort).public_id
    one = f"/program-versions/{version}/moves/{ada}"
    seen = cleo.get(one).json
    assert (seen["is_there"], seen["new_courses"]) == (False, ["QM"])
    assert cleo.get(f"{one}/explain").json["steps"]
    assert ivo.get(one).status_code == 404
    everybody = cleo.get(f"/program-versions/{version}/moves", query_string={"cohort": cohort}).json["items"]
    assert len(everybody) == 2  # of Lowell; Eli is not hers
    assert cleo.post(one, json={"reason": "no"}).status_code == 422
    assert not world.all(VersionPin)
    assert cleo.post(one, json={"reason": "The new version has the lab."}).status_code == 201
    rest = cleo.post(f"/program-versions/{version}/moves", json={"cohort": cohort, "reason": "All of them now."})
    assert (rest.status_code, [line["is_there"] for line in rest.json["items"]]) == (201, [False])
    assert len(world.all(VersionPin)) == 2


def test_content_is_read_as_of_and_marked_and_minutes_are_looked_at_first(world: World) -> None:
    loops = item(world, "Loops", "mark")
    ada, cleo, zoe = caller(world, "Ada"), caller(world, "Cleo"), caller(world, "Zoe")
    path = f"/enrollments/{world.enrollment('Ada').public_id}/content"
    assert ada.get(path).json["counted"] == 1
    marked = ada.post(f"{path}/{loops.public_id}/marks", json={"is_done": True})
    assert (marked.status_code, marked.json["is_done"]) == (200, True)
    assert ada.get(path).json["done"] == 1
    assert ada.get(path, query_string={"as_of": "2026-10-01T00:00:00Z"}).json["done"] == 0
    assert zoe.post(f"{path}/{loops.public_id}/marks", json={"is_done": True}).status_code == 404
    assert ada.post(f"{path}/{loops.public_id}/marks", json={"is_done": False}).json["is_done"] is False
    cohort = world.one(Cohort).public_id
    sent = {"source": "simulation", "rows": "student,item,minutes,day\nada@example.org,Loops,45,2026-10-27\n"}
    looked = cleo.post(f"/cohorts/{cohort}/minutes", json=sent)
    assert (looked.status_code, looked.json["items"][0]["minutes"]) == (200, 45)
    assert not world.all(HoursEntry)
    assert cleo.post(f"/cohorts/{cohort}/minutes", json={**sent, "is_dry": False}).status_code == 200
    assert [row.minutes for row in world.all(HoursEntry)] == [45]
    faulty = {**sent, "rows": sent["rows"] + "nobody@example.org,Nothing,-1,soon\n"}
    assert len(cleo.post(f"/cohorts/{cohort}/minutes", json=faulty).json["errors"]) > 1
    assert ada.post(f"/cohorts/{cohort}/minutes", json=sent).status_code == 403
