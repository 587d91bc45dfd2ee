"""The coordinator's pages of a roster: upload, look, confirm, errors, leavers, history, download."""

import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import status_of
from lms.hub.roster.models.imports import RosterImport
from lms.kernel.db import session, transaction
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site
from tests.hub.roster.made import ADA, NOA, ZOE, apply, file_of, plan
from tests.support.statements import count_statements
from tests.support.web import NOW, World, words

pytestmark = pytest.mark.one_engine
DAY = NOW.date()


def upload(world: World, client: FlaskClient, data: bytes, name: str = "fall.csv") -> TestResponse:
    site = world.one(Site, name="Lowell").public_id
    return client.post(
        f"/coordinator/cohorts/{world.one(Cohort).public_id}/rosters",
        data={"site": site, "file": (io.BytesIO(data), name)},
        follow_redirects=True,
    )


def test_a_coordinator_looks_at_a_file_and_lets_it_happen(world: World) -> None:
    cleo = world.browser_of("Cleo")
    shown = upload(world, cleo, file_of({**ADA, "shift": "night"}, NOA))
    assert "This would happen" in shown.text
    assert "Noa Lind" in shown.text
    assert len(world.all(Enrollment)) == 3
    made = world.one(RosterImport)
    done = cleo.post(f"/coordinator/roster/{made.public_id}/confirmation", follow_redirects=True)
    assert "1 joined, 1 changed" in done.text
    again = upload(world, cleo, file_of({**ADA, "shift": "night"}, NOA))
    assert "There is nothing to do" in again.text


def test_every_error_is_shown_and_can_be_downloaded(world: World) -> None:
    cleo = world.browser_of("Cleo")
    shown = upload(world, cleo, file_of({**NOA, "email": "noa"}, {**NOA, "section": "=Night"}))
    assert "Nothing can be done with this file yet" in shown.text
    made = world.one(RosterImport)
    answer = cleo.get(f"/coordinator/roster/{made.public_id}/errors.csv")
    rows = answer.data.decode("utf-8-sig").splitlines()
    assert rows[0] == "row,column,value,error"
    assert rows[1].startswith("2,email,noa,")
    assert "'=Night" in answer.text
    refused = cleo.post(f"/coordinator/roster/{made.public_id}/confirmation")
    assert refused.status_code == 422


@pytest.mark.parametrize("data", [b"PK\x03\x04", b""])
def test_what_is_no_csv_file_is_said_beside_the_file(world: World, data: bytes) -> None:
    answer = upload(world, world.browser_of("Cleo"), data)
    if data:
        assert answer.status_code == 422
        assert "This file cannot be read as a spreadsheet" in answer.text
    else:
        assert "this column is missing" in answer.text


def test_a_form_without_a_file_is_refused(world: World) -> None:
    answer = world.browser_of("Cleo").post(f"/coordinator/cohorts/{world.one(Cohort).public_id}/rosters")
    assert answer.status_code == 422
    assert "Choose a file" in answer.text


def test_a_plan_of_other_facts_is_refused_with_the_remedy(world: World) -> None:
    made = plan(world, ADA, ZOE, NOA)
    apply(world, ADA, {**ZOE, "shift": "evening"})
    answer = world.browser_of("Cleo").post(f"/coordinator/roster/{made.public_id}/confirmation")
    assert answer.status_code == 409
    assert "Upload it again" in answer.text


def test_who_is_not_in_the_file_is_listed_and_let_go_one_by_one(world: World) -> None:
    cleo = world.browser_of("Cleo")
    made = plan(world, ADA)
    page = cleo.get(f"/coordinator/roster/{made.public_id}?kind=leaver")
    assert "Record that Zoe has left" in page.text
    path = f"/coordinator/roster/{made.public_id}/leavers/{world.enrollment('Zoe').public_id}"
    assert cleo.post(path, data={"last_day": "", "reason": "work"}).status_code == 422
    assert cleo.post(path, data={"last_day": "2026-10-27", "reason": "work"}).status_code == 303
    with transaction(write=False):
        assert status_of(world.enrollment("Zoe"), DAY) is Status.WITHDRAWN
        assert status_of(world.enrollment("Ada"), DAY) is Status.ACTIVE


def test_an_import_is_taken_back_from_its_page(world: World) -> None:
    cleo, made = world.browser_of("Cleo"), apply(world, ADA, ZOE, NOA)
    done = cleo.post(f"/coordinator/roster/{made.public_id}/undoing", follow_redirects=True)
    assert "This was taken back" in done.text
    assert cleo.post(f"/coordinator/roster/{made.public_id}/undoing").status_code == 422
    history = cleo.get("/coordinator/roster").text
    assert re.search(r"taken back.*Cleo", history, re.DOTALL)


def test_the_downloaded_roster_changes_nothing_when_it_is_uploaded_again(world: World) -> None:
    apply(world, {**ADA, "shift": "night"}, ZOE, {**NOA, "firm": "Acme", "supervisor_email": "sam@example.org"})
    cleo = world.browser_of("Cleo")
    data = cleo.get("/coordinator/roster.csv").data
    shown = upload(world, cleo, data)
    made = world.all(RosterImport)[-1]
    assert (made.joins, made.changes, made.leavers, made.faults, made.unchanged) == (0, 0, 0, 0, 3), shown.text


def test_the_template_can_be_filled_in_and_uploaded(world: World) -> None:
    with transaction():
        session.add(world.person("Sam"))
    template = world.browser_of("Cleo").get("/coordinator/roster/template.csv").data.decode("utf-8-sig")
    heading = template.splitlines()[0]
    row = "L-1,Ana Pereira,ana@example.org,Lowell,Lowell,Acme,sam@example.org,night,2026-09-08,enrolled"
    upload(world, world.browser_of("Cleo"), f"{heading}\r\n{row}\r\n".encode())
    assert (world.one(RosterImport).joins, world.one(RosterImport).faults) == (1, 0)


def test_another_sites_coordinator_finds_neither_the_plan_nor_its_people(world: World) -> None:
    made = plan(world, ADA, ZOE, NOA)
    ivo = world.browser_of("Ivo")
    for path in ("", "/errors.csv"):
        assert ivo.get(f"/coordinator/roster/{made.public_id}{path}").status_code == 404
    assert "Ada" not in words(ivo.get("/coordinator/roster.csv"))
    assert "No roster was uploaded" in ivo.get("/coordinator/roster").text


@pytest.mark.parametrize("kind", ["join", "change", "leaver", "fault"])
def test_a_long_plan_costs_what_a_short_one_does(world: World, kind: str) -> None:
    counts = []
    for number in (3, 60):
        rows = [{**NOA, "external_id": f"N{n}", "name": f"N {n}", "email": f"n{n}@x.org"} for n in range(number)]
        made = plan(world, *rows)
        with count_statements() as sent:
            world.browser_of("Cleo").get(f"/coordinator/roster/{made.public_id}?kind={kind}")
        counts.append(sent.count)
    assert counts[0] == counts[1]


def test_a_file_of_another_cohorts_site_is_not_offered(world: World) -> None:
    answer = world.browser_of("Cleo").get("/coordinator/roster")
    assert "Providence" not in answer.text
    assert world.all(Person)
