"""Bad input gets its named answer through the page and through the API, and nothing that was typed is lost.

Rows of the table of bad input that stand elsewhere: single hours in tests/web/student/test_hours.py and
tests/api/test_hours.py, files in test_coursework.py and test_submissions.py, requests in tests/api/test_bad_input.py,
two graders in test_grading.py and test_scores.py, a database that is away in tests/faults, tables in test_tabular.py.
"""

import re
from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError
from werkzeug.test import TestResponse

from lms.capstone.savings.models import Posting
from lms.capstone.savings.rules.kinds import EntryKind
from lms.config import Settings
from lms.hub.catalog.models import Unit
from lms.hub.hours.models import HoursEntry
from lms.kernel.audit import AuditEntry, Outcome
from lms.kernel.db import session, transaction
from lms.people.access import Action, Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from tests.api.support import caller
from tests.capstone.stage import lines, live, reported
from tests.support import cast
from tests.support.web import World

pytestmark = pytest.mark.one_engine
TUESDAY = "2026-10-27"
WEEK = "/student/hours/weeks/2026-10-26/entries"


def _said(page: TestResponse, answer: TestResponse, field: str) -> str:
    """The API's sentence about `field`, which the page has to say as well."""
    assert (page.status_code, answer.status_code) == (422, 422), (page.text, answer.text)
    body: Any = answer.json
    (message,) = [error["message"] for error in body["errors"] if error["field"] == field]
    assert message in unescape(page.text)
    return str(message)


def _kept(page: TestResponse, name: str) -> str:
    """What stands in an input of the form that came back."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page.text)
    assert found, name
    value = re.search(r'value="([^"]*)"', found.group())
    return unescape(value.group(1)) if value else ""


def _hours(world: World, **more: object) -> dict[str, Any]:
    return {"day": TUESDAY, "unit": world.one(Unit, code="PC-1").public_id, "client_key": str(uuid4()), **more}


def test_more_minutes_than_the_day_has_names_what_is_there(world: World) -> None:
    ada, program = world.browser_of("Ada"), caller(world, "Ada")
    place = f"/enrollments/{world.enrollment('Ada').public_id}/hours"
    assert program.post(place, json=_hours(world, minutes=900)).status_code == 201
    answer = program.post(place, json=_hours(world, minutes=600))
    page = ada.post(WEEK, data=_hours(world, minutes="600m", comment="evening"))
    assert "900 min of Online lecture" in _said(page, answer, "minutes")
    assert _kept(page, "minutes") == "600m"
    assert "evening" in page.text
    assert len(world.all(HoursEntry)) == 1


def test_an_overlap_names_the_other_entry(world: World) -> None:
    ada, program = world.browser_of("Ada"), caller(world, "Ada")
    place = f"/enrollments/{world.enrollment('Ada').public_id}/clock-hours"
    assert program.post(place, json=_hours(world, start="08:00", end="10:00")).status_code == 201
    answer = program.post(place, json=_hours(world, start="09:00", end="11:00"))
    page = ada.post(WEEK, data=_hours(world, start="09:00", end="11:00"))
    assert "8:00" in _said(page, answer, "start")
    assert (_kept(page, "start"), _kept(page, "end")) == ("09:00", "11:00")


def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    ada, program = world.browser_of("Ada"), caller(world, "Ada")
    place = f"/enrollments/{world.enrollment('Ada').public_id}/hours"
    hours = _hours(world, minutes=60)
    assert program.post(place, json=hours).status_code == 201
    assert program.post(place, json=hours).status_code == 200
    assert program.post(place, json={**hours, "minutes": 90}).status_code == 422
    page = ada.post(WEEK, data={**hours, "minutes": "90m"})
    assert page.status_code == 422
    assert _kept(page, "minutes") == "90m"
    assert [entry.minutes for entry in world.all(HoursEntry)] == [60]


def test_a_stale_tab_overwrites_nothing_through_either_door(world: World) -> None:
    program = caller(world, "Ada")
    place = f"/enrollments/{world.enrollment('Ada').public_id}/hours"
    made = program.post(place, json=_hours(world, minutes=60)).json["entry"]["id"]  # type: ignore[index]
    assert program.put(f"/hours/{made}", json=_hours(world, minutes=90)).status_code == 200
    stale = program.put(f"/hours/{made}", json=_hours(world, minutes=30))
    assert stale.status_code == 409, stale.text


BAD_MONEY = ("1,234.567", "NaN", "1e9", "-0", "12.345", "99999999999999.00", "abc")


@pytest.mark.parametrize("typed", BAD_MONEY)
def test_money_that_is_none_names_its_field_and_stays_in_the_form(world: World, typed: str) -> None:
    project, finn, program = live(world), world.browser_of("Finn"), caller(world, "Finn")
    form = {"kind": "materials", "payer": "firm", "amount": typed, "day": "2026-10-20", "note": "Two pallets"}
    page = finn.post(f"/employer/projects/{project.public_id}/costs", data=form)
    assert page.status_code == 422
    assert (_kept(page, "amount"), _kept(page, "note")) == (typed, "Two pallets")
    assert 'aria-invalid="true"' in page.text
    cost = {**form, "amount": {"amount": typed, "currency": "USD"}}
    answer = program.post(f"/projects/{project.public_id}/costs", json=cost)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"].startswith("amount")  # type: ignore[index]
    assert world.all(Posting, kind=EntryKind.COST) == []


def test_an_amount_to_verify_that_is_none_keeps_the_account_and_the_comment(world: World) -> None:
    project = live(world)
    posting = reported(world, lines(world, project)[0]).public_id
    form = {"amount": "1e9", "account": "5100-22", "reason": "volume", "comment": "As booked"}
    page = world.browser_of("Finn").post(f"/employer/claims/{posting}/verifications", data=form)
    assert page.status_code == 422
    assert (_kept(page, "amount"), _kept(page, "account"), "As booked" in page.text) == ("1e9", "5100-22", True)


def test_finance_of_another_firm_finds_nothing_to_verify_and_the_attempt_is_logged(world: World) -> None:
    project = live(world)
    posting = reported(world, lines(world, project)[0]).public_id
    fay = world.person("Fay").id
    with transaction():
        bolt = world.one(Firm, name="Bolt").id
        grant = GrantRow(person_id=fay, relation=Relation.FINANCE, place_id=bolt, from_day=date(2026, 8, 1))
        session.add(grant)
    program = caller(world, "Fay")
    program.post("/me/sign-in-again", json={"password": cast.PASSWORD})
    body = {"amount": {"amount": "12000.00", "currency": "USD"}, "account": "5100-22"}
    assert program.post(f"/claims/{posting}/verifications", json=body).status_code == 404
    form = {"amount": "12000.00", "account": "5100-22", "reason": "other"}
    assert world.browser_of("Fay").post(f"/employer/claims/{posting}/verifications", data=form).status_code == 404
    denied = world.all(AuditEntry, person_id=fay, outcome=Outcome.DENIED)
    assert [(entry.action, entry.via) for entry in denied] == [
        (Action.SAVINGS_VERIFY, "api"),
        (Action.SAVINGS_VERIFY, "web"),
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("LMS_COLOR", "red"), ("LMS_PROXY_HOPS", "many"), ("LMS_DATABASE_URL", "mysql://localhost/x")]
)
def test_a_setting_that_is_unknown_or_has_a_bad_value_is_named_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        Settings(_env_file=None)
    assert name.removeprefix("LMS_").lower() in str(refused.value).lower()
