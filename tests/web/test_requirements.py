"""Requirements, prior learning, credentials, competencies and mentors through the pages and the API."""

import io

import pytest

from lms.hub.catalog.kinds import RequirementKind as K
from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Cohort
from lms.hub.competencies.models import Competency, CompetencyEvidence, ExternalCredential, SignOff
from lms.hub.credits.models import CreditDecision, CreditRequest, RequirementRuling
from lms.people.orgs.models import Site
from lms.spokes.models import SpokeNeed, SpokePlace, SpokePublication, SpokeRun, SpokeSwitch, SwitchAnswer
from tests.api.support import caller
from tests.hub.competencies import made
from tests.spokes import test_drafts as drafts
from tests.support.cast import email_of
from tests.support.web import World, words


def proof(name: str = "letter.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(made.PDF), name


def test_the_office_sees_who_misses_what_filters_it_and_takes_it_away_as_a_table(world: World) -> None:
    cleo, lowell = world.browser_of("Cleo"), world.enrollment("Ada").public_id
    page = cleo.get("/coordinator/requirements")
    for text in ("0 of 2 students have met everything", "Process controls", "Who misses something", "Ada", "Zoe"):
        assert text in page.text
    assert "Eli" not in words(page)
    node = page.text.split("node=")[1].split("&")[0].split('"')[0]
    assert "Not met yet:" in cleo.get(f"/coordinator/requirements?node={node}").text
    rows = cleo.get("/coordinator/requirements.csv").text.splitlines()
    assert rows[0].endswith("student,section,requirement,state,counts_by,reason")
    assert len(rows) == 1 + 2 * 3
    assert cleo.get("/coordinator/requirements.xlsx").data.startswith(b"PK")
    assert "no released grade yet" in cleo.get(f"/coordinator/enrollments/{lowell}/requirements").text


def test_any_past_day_can_be_asked_for_and_no_such_day_is_named(world: World) -> None:
    for name, address in (("Ada", "/student/progress"), ("Cleo", "/coordinator/requirements")):
        browser = world.browser_of(name)
        assert "This is what was known at the end of" in browser.get(f"{address}?as_of=2026-10-01").text
        assert browser.get(f"{address}?as_of=yesterday").status_code == 422


def test_a_waiver_stands_on_both_sides_pages_with_its_reason(world: World) -> None:
    cleo, number = world.browser_of("Cleo"), world.enrollment("Ada").public_id
    sent = {"node": "course:MS", "kind": "waived", "reason": ""}
    refused = cleo.post(f"/coordinator/enrollments/{number}/rulings", data=sent)
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    sent["reason"] = "Taught it for ten years."
    assert cleo.post(f"/coordinator/enrollments/{number}/rulings", data=sent).status_code == 303
    assert world.one(RequirementRuling).node == "course:MS"
    assert "waived" in world.browser_of("Ada").get("/student/progress").text
    assert "Taught it for ten years." in world.browser_of("Ada").get("/student/prior-learning").text
    assert world.browser_of("Ivo").post(f"/coordinator/enrollments/{number}/rulings", data=sent).status_code == 404


@pytest.mark.one_engine
def test_prior_learning_is_asked_for_decided_and_taken_back_through_the_pages(world: World) -> None:
    made.require(world, K.MIN_MINUTES, "Labs", minutes=1_000, hours_kind="lab_in_person")
    ada, cleo = world.browser_of("Ada"), world.browser_of("Cleo")
    sent = {"requirement": "min_minutes:lab_in_person:0", "minutes": "400m", "words": "Two years of it."}
    refused = ada.post("/student/prior-learning", data={**sent, "credential": ""})
    assert (refused.status_code, "Attach what shows it" in refused.text) == (422, True)
    assert ada.post("/student/prior-learning", data={**sent, "credential": "", "file": proof()}).status_code == 303
    request = world.one(CreditRequest).public_id
    assert ada.get(f"/student/prior-learning/{request}/file").data == made.PDF
    assert "Two years of it." in cleo.get("/coordinator/credits").text
    address = f"/coordinator/credits/{request}/decisions"
    too_much = cleo.post(address, data={"outcome": "granted", "minutes": "600m", "reason": "Yes."})
    assert (too_much.status_code, "Give at most these" in too_much.text) == (422, True)
    assert cleo.post(address, data={"outcome": "granted", "minutes": "300m", "reason": "Yes."}).status_code == 303
    assert "5 h come from prior learning" in ada.get("/student/progress").text
    assert cleo.post(address, data={"outcome": "revoked", "reason": "The letter was another's."}).status_code == 303
    assert [row.outcome for row in world.all(CreditDecision)] == ["granted", "revoked"]
    assert "another&#39;s" in ada.get("/student/prior-learning").text


def test_a_credential_is_brought_verified_and_removed_through_the_pages(world: World) -> None:
    made.require(world, K.CREDENTIAL, "NIMS", code="nims-pc")
    ada, cleo = world.browser_of("Ada"), world.browser_of("Cleo")
    sent = {"code": "nims-pc", "name": "NIMS PC", "issuer": "NIMS", "issued_on": "2025-05-01"}
    refused = ada.post("/student/credentials", data=sent)
    assert (refused.status_code, "Give its number" in refused.text) == (422, True)
    assert ada.post("/student/credentials", data={**sent, "copy": proof("card.pdf")}).status_code == 303
    number = world.one(ExternalCredential).public_id
    assert "waits to be verified" in ada.get("/student/prior-learning").text
    assert cleo.get(f"/coordinator/credentials/{number}/file").data == made.PDF
    assert cleo.post(f"/coordinator/credentials/{number}/checks", data={"found": "refused"}).status_code == 422
    assert cleo.post(f"/coordinator/credentials/{number}/checks", data={"found": "verified"}).status_code == 303
    assert "NIMS PC is verified" in ada.get("/student/progress").text
    assert ada.post(f"/student/credentials/{number}/withdrawal").status_code == 303
    assert ada.get(f"/student/credentials/{number}/file").status_code == 404


@pytest.mark.one_engine
def test_evidence_and_sign_offs_through_the_pages(world: World) -> None:
    made.load(world)
    made.assessor(world)
    ben, number = world.browser_of("Ben"), world.enrollment("Ada").public_id
    competency = world.one(Competency, code="PC-3").public_id
    base = f"/instructor/enrollments/{number}/competencies"
    assert "Ada" in words(ben.get("/instructor/competencies"))
    early = ben.post(f"{base}/{competency}/sign-offs", data={"level": "2"})
    assert (early.status_code, "demonstrations are needed first" in early.text) == (422, True)
    seen = {"kind": "demonstration", "day": "2026-10-27", "note": "Tuned the loop.", "file": proof("photo.pdf")}
    assert ben.post(f"{base}/{competency}/evidence", data={**seen, "day": "soon", "file": proof()}).status_code == 422
    assert ben.post(f"{base}/{competency}/evidence", data=seen).status_code == 303
    file = world.one(CompetencyEvidence).public_id
    assert ben.get(f"/instructor/competency-evidence/{file}/file").data == made.PDF
    assert "I saw Ada do this myself" in ben.get(base).text
    assert ben.post(f"{base}/{competency}/sign-offs", data={"level": "2"}).status_code == 303
    page = world.browser_of("Ada").get("/student/competencies").text
    assert "level 2: alone" in page
    assert "signed by Ben" in page
    sign_off = world.one(SignOff).public_id
    assert ben.post(f"/instructor/sign-offs/{sign_off}/revocation", data={"reason": ""}).status_code == 422
    assert ben.post(f"/instructor/sign-offs/{sign_off}/revocation", data={"reason": "Not alone."}).status_code == 303
    assert "level 2: alone" not in world.browser_of("Ada").get("/student/competencies").text


@pytest.mark.one_engine
def test_the_admin_loads_a_framework_and_reads_the_faults_of_a_bad_file(world: World) -> None:
    gus = world.browser_of("Gus")
    head = {"code": "mfg", "name": "Manufacturing", "levels": "with help, alone"}
    assert gus.post("/admin/frameworks", data=head).status_code == 422
    bad = {**head, "file": (io.BytesIO(b"code,title,completion\nA 1,One,hours\n"), "bad.csv")}
    assert gus.post("/admin/frameworks", data=bad).status_code == 303
    assert "Row 2, column code" in gus.get("/admin/frameworks").text
    good = {**head, "file": (io.BytesIO(made.CSV.encode()), "good.csv")}
    assert gus.post("/admin/frameworks", data=good).status_code == 303
    assert "Tunes a control loop" in gus.get("/admin/frameworks").text


def test_the_api_tells_the_same_with_reasons_facts_and_as_of(world: World) -> None:
    made.load(world)
    made.assessor(world)
    made.show(world)
    made.sign(world)
    number, ada, cleo = world.enrollment("Ada").public_id, caller(world, "Ada"), caller(world, "Cleo")
    found = ada.get(f"/enrollments/{number}/requirements").json
    assert found["state"] == "missing"
    assert [leaf["title"] for leaf in found["missing"]] == ["Process controls", "Manufacturing systems", "Capstone"]
    assert ada.get(f"/enrollments/{number}/requirements/explain?as_of=2026-10-01T12:00:00Z").json["value"] == "missing"
    (held, *_) = ada.get(f"/enrollments/{number}/competencies").json["items"]
    assert (held["code"], held["level"], held["why"]["value"]) == ("mfg/PC-3", 2, 2)
    assert ada.get(f"/enrollments/{number}/credits").json == {"items": []}
    cohort = cleo.get(f"/cohorts/{world.one(Cohort).public_id}/requirements").json
    assert [line["student"] for line in cohort["students"]] == ["Ada", "Zoe"]
    assert caller(world, "Zoe").get(f"/enrollments/{number}/requirements").status_code == 404


@pytest.mark.one_engine
def test_the_home_pages_of_the_office_show_the_program(world: World) -> None:
    for name, address in (("Cleo", "/coordinator/"), ("Gus", "/admin/")):
        text = world.browser_of(name).get(address).text
        assert "Progress: Fall 2026 (sample)" in text
        assert f"/coordinator/requirements?cohort={world.one(Cohort).public_id}" in text


@pytest.mark.one_engine
def test_a_mentor_is_added_and_ended_through_the_page(world: World) -> None:
    cleo, number = world.browser_of("Cleo"), world.enrollment("Ada").public_id
    address = f"/coordinator/enrollments/{number}/mentors"
    assert "Nobody has an account" in cleo.post(address, data={"email": "x@y.z", "from_day": "2026-10-28"}).text
    conflict = cleo.post(address, data={"email": email_of("Finn"), "from_day": "2026-10-28"})
    assert (conflict.status_code, "judges what" in conflict.text) == (422, True)
    assert cleo.post(address, data={"email": email_of("Ben"), "from_day": "2026-10-28"}).status_code == 303
    assert "Ben" in words(cleo.get("/coordinator/mentors"))


@pytest.mark.one_engine
def test_spokes_are_drafted_changed_and_published_through_the_pages(world: World) -> None:
    rob, _ = drafts.both_rank(world)
    cleo, ada = world.browser_of("Cleo"), world.browser_of("Ada")
    site = world.one(Site, name="Lowell").public_id
    sent = {"site": site, "need_weight": "1", "label": "One each", "seats-ROB": "1", "seats-MAC": "x"}
    assert cleo.post("/coordinator/spokes/drafts", data=sent).status_code == 422
    assert cleo.post("/coordinator/spokes/drafts", data={**sent, "seats-MAC": "1"}).status_code == 303
    run = world.one(SpokeRun).public_id
    assert "One each" in cleo.get("/coordinator/spokes/drafts").text
    place = next(row for row in world.all(SpokePlace) if row.course_id == rob.id)
    name = "Ada" if place.enrollment_id == world.enrollment("Ada").id else "Zoe"
    address = f"/coordinator/spokes/drafts/{run}/places/{world.enrollment(name).public_id}"
    refused = cleo.post(address, data={"spoke": "MAC"})
    assert (refused.status_code, "All free seats of Machining" in refused.text) == (422, True)
    assert cleo.post(f"/coordinator/spokes/drafts/{run}/publication").status_code == 303
    assert world.one(SpokePublication)
    assert "Why this spoke?" in ada.get("/student/spoke").text
    other = world.one(Course, code="MAC" if name == "Ada" else "ROB").code
    assert ada.post("/student/spoke/switches", data={"spoke": other, "reason": "A new machine."}).status_code == 303
    assert "A new machine." in cleo.get("/coordinator/spokes").text
    answer = {"switch": world.one(SpokeSwitch).public_id, "answer": "granted"}
    ada_id = world.enrollment("Ada").public_id
    full = cleo.post(f"/coordinator/spokes/switches/{ada_id}", data=answer)
    assert (full.status_code, "seats of this spoke are taken" in full.text) == (422, True)
    answer |= {"answer": "declined", "reason": "It is full."}
    assert cleo.post(f"/coordinator/spokes/switches/{ada_id}", data=answer).status_code == 303
    assert world.one(SwitchAnswer).is_granted is False
    assert "It is full." in ada.get("/student/spoke").text


@pytest.mark.one_engine
def test_a_sponsor_marks_what_the_firm_needs(world: World) -> None:
    dee = world.browser_of("Dee")
    assert "Robotics" in dee.get("/employer/spoke-needs").text
    for needed in ("yes", "no"):
        assert dee.post("/employer/spoke-needs", data={"spoke": "ROB", "is_needed": needed}).status_code == 303
    assert [row.is_lifted for row in world.all(SpokeNeed)] == [False, True]
    assert dee.post("/employer/spoke-needs", data={"spoke": "XXX"}).status_code == 404
