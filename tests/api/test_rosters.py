"""Rosters, seats and applications through the API: the same commands as behind the pages."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import Skill
from lms.people.access import Action
from lms.people.orgs.models import Firm, Site
from tests.api.support import token_of
from tests.hub.roster.made import ADA, NOA, ZOE, file_of
from tests.support.web import World

pytestmark = pytest.mark.one_engine
SKILLS = [{"skill": skill.value, "level": 2} for skill in Skill]


class Caller:
    """Somebody with a token."""

    def __init__(self, world: World, name: str) -> None:
        self.client = world.visitor()
        self.headers = {"Authorization": f"Bearer {token_of(world, name, tuple(Action))[1]}"}

    def call(self, method: str, path: str, status: int = 200, **sent: Any) -> Any:
        answer = self.client.open(f"/api/v1{path}", method=method, headers=self.headers, **sent)
        assert answer.status_code == status, answer.text
        return answer.json


def upload(world: World, cleo: Caller, data: bytes, status: int = 201) -> Any:
    sent = {"site": world.one(Site, name="Lowell").public_id, "files": (io.BytesIO(data), "fall.csv")}
    path = f"/cohorts/{world.one(Cohort).public_id}/rosters"
    return cleo.call("POST", path, status, data=sent, content_type="multipart/form-data")


def test_a_roster_is_looked_at_confirmed_and_taken_back(world: World) -> None:
    cleo = Caller(world, "Cleo")
    made = upload(world, cleo, file_of({**ADA, "shift": "night"}, NOA))
    assert (made["joins"], made["changes"], made["leavers"], made["errors"]) == (1, 1, 1, 0)
    lines = cleo.call("GET", f"/rosters/{made['id']}/lines?kind=change")["items"]
    assert lines[0]["changes"] == [{"field": "shift", "old": "day", "new": "night"}]
    done = cleo.call("POST", f"/rosters/{made['id']}/confirmation")
    assert done["applied_at"]
    with time_machine.travel(datetime(2026, 10, 28, 18, tzinfo=UTC), tick=False):
        assert cleo.call("POST", f"/rosters/{made['id']}/undoing")["undone_at"]
    cohort = world.one(Cohort).public_id
    assert [one["id"] for one in cleo.call("GET", f"/cohorts/{cohort}/rosters")["items"]] == [made["id"]]


def test_errors_are_listed_by_row_and_column_and_a_plan_with_them_is_refused(world: World) -> None:
    cleo = Caller(world, "Cleo")
    made = upload(world, cleo, file_of({**NOA, "email": "noa"}))
    (line,) = cleo.call("GET", f"/rosters/{made['id']}/lines")["items"]
    assert (line["row"], line["column"]) == (2, "email")
    cleo.call("POST", f"/rosters/{made['id']}/confirmation", 422)


def test_a_plan_of_other_facts_is_a_conflict(world: World) -> None:
    cleo = Caller(world, "Cleo")
    first, second = (upload(world, cleo, file_of(ADA, ZOE, NOA)) for _ in range(2))
    cleo.call("POST", f"/rosters/{first['id']}/confirmation")
    cleo.call("POST", f"/rosters/{second['id']}/confirmation", 409)


def test_invitations_are_sent_listed_and_taken_back(world: World) -> None:
    cleo, cohort = Caller(world, "Cleo"), world.one(Cohort).public_id
    made = upload(world, cleo, file_of(ADA, ZOE, NOA))
    cleo.call("POST", f"/rosters/{made['id']}/confirmation")
    listed = cleo.call("POST", f"/cohorts/{cohort}/invitations")["items"]
    (noa,) = [one for one in listed if one["name"] == "Noa Lind"]
    assert noa["state"] == "on_its_way"
    taken = cleo.call("POST", f"/enrollments/{noa['enrollment_id']}/invitation/revocation")
    assert taken["state"] == "revoked"


def test_a_seat_is_opened_given_endorsed_and_decided(world: World) -> None:
    gus, dee, cleo = (Caller(world, name) for name in ("Gus", "Dee", "Cleo"))
    cohort, acme = world.one(Cohort).public_id, world.one(Firm, name="Acme").public_id
    terms = {"seats": 2, "from_day": "2026-10-01", "to_day": "2027-03-01"}
    lowell = world.one(Site, name="Lowell").public_id
    opened = gus.call("POST", f"/cohorts/{cohort}/seat-contracts", 201, json={**terms, "firm": acme, "site": lowell})
    seat = dee.call(
        "POST", f"/seat-contracts/{opened['id']}/seats", 201, json={"name": "Noa", "email": "noa@example.org"}
    )
    assert (seat["step"], seat["letter"]) == ("nominated", "on_its_way")
    assert dee.call("GET", f"/seat-contracts/{opened['id']}/explain")["value"] == 1
    dee.call("POST", f"/seats/{seat['id']}/endorsement", json={"is_endorsed": True, "skills": SKILLS})
    (one,) = cleo.call("GET", f"/cohorts/{cohort}/applications")["items"]
    assert one["is_endorsed"] is True
    assert cleo.call("GET", f"/enrollments/{one['enrollment_id']}/application/explain")["value"] is False
    skills = cleo.call("GET", f"/enrollments/{one['enrollment_id']}/skills")["items"]
    assert {skill["employer"] for skill in skills} == {2}
    path = f"/enrollments/{one['enrollment_id']}/application/decisions"
    assert cleo.call("POST", path, json={"decision": "offered"})["status"] == "offered"
    assert dee.call("GET", f"/seat-contracts/{opened['id']}/seats")["items"][0]["step"] == "confirmed"
    Caller(world, "Fay").call("GET", f"/seat-contracts/{opened['id']}", 404)


def test_the_office_asks_somebody_to_apply(world: World) -> None:
    cleo, cohort = Caller(world, "Cleo"), world.one(Cohort).public_id
    sent = {"name": "Pia", "email": "pia@example.org", "section": world.one(Section, name="Lowell").public_id}
    made = cleo.call("POST", f"/cohorts/{cohort}/applicants", 201, json=sent)
    assert made["status"] == "applied"
    assert world.one(Enrollment, public_id=made["enrollment_id"])


def test_a_firms_people_are_named_and_ended(world: World) -> None:
    dee, acme = Caller(world, "Dee"), world.one(Firm, name="Acme").public_id
    sent = {"name": "Max", "email": "max@example.org", "relation": "firm_viewer"}
    people = dee.call("POST", f"/firms/{acme}/people", 201, json=sent)["items"]
    (row,) = [one for one in people if one["name"] == "Max"]
    dee.call("POST", f"/appointments/{row['appointment_id']}/end", 204)
    assert "Max" not in [one["name"] for one in dee.call("GET", f"/firms/{acme}/people")["items"]]
