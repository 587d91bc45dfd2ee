"""Savings through the API: the whole ledger entered as its people would, every refusal, and the fresh sign-in."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.capstone.savings.models import Posting
from lms.capstone.savings.rules.kinds import EntryKind
from lms.capstone.savings.verify import differences
from lms.kernel import chain
from lms.kernel.audit import AuditEntry, Outcome
from lms.kernel.db import session, transaction
from lms.kernel.idem import StoredAnswer
from lms.people.access import Action, Relation
from lms.people.accounts.models import ApiToken
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from tests.api.support import Caller, caller
from tests.capstone.stage import CASE, LIVE_ON, claim, lines, live, reported, started, verified
from tests.support import cast
from tests.support.web import NOW, World


def _money(minor: int) -> dict[str, str]:
    sign = "-" if minor < 0 else ""
    return {"amount": f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}", "currency": "USD"}


def _done(answer: TestResponse) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def _refused(answer: TestResponse, field: str | None = None) -> str:
    assert answer.status_code == 422, answer.text
    body: Any = answer.json
    if field is not None:
        assert [error["field"] for error in body["errors"]] == [field], body
    return str(body["detail"])


def _fresh(program: Caller) -> Caller:
    key = {"Idempotency-Key": "again"}
    _done(program.post("/me/sign-in-again", json={"password": cast.PASSWORD}, headers=key))
    return program


def _enter_lines(program: Caller, path: str) -> list[str]:
    """The lines of the case, their go-live, evidence and claims; gives the claims."""
    made = []
    for given in CASE["lines"]:
        line = {
            "title": given["name"],
            "benefit_class": given["class"],
            "unit_value": _money(given["gross_annual"])["amount"],
            "attribution": str(given["attribution_bp"] // 100),
            "confidence": str(given["confidence_bp"] // 100),
            "ramp": [str(percent) for percent in given["ramp_pct"]],
            "isolation": "meter_before_after",
            "basis": "Scrap tickets of the quarter before and after",
        }
        made.append(_done(program.post(f"{path}/lines", json=line))["line"])
    assert _done(program.post(f"{path}/go-lives", json={"go_live": str(LIVE_ON)}))["state"] == "implemented"
    claims = []
    for line_id in made:
        _done(program.post(f"/lines/{line_id}/evidence", json={"kind": "gl_extract", "reference": "GL 5100-22"}))
        claims.append(_done(program.post(f"{path}/claims", json={"line": line_id}))["id"])
    return claims


def _enter_costs(world: World, program: Caller, path: str) -> None:
    acme = world.one(Firm, name="Acme").public_id
    assert len(_done(caller(world, "Gus").post(f"{path}/tuition"))["items"]) == 2
    _done(program.post(f"/firms/{acme}/rates", json={"rate": _money(4500), "effective_on": "2026-06-01"}))
    ada = world.enrollment("Ada").public_id
    for week in range(6):
        monday = str(date(2026, 9, 7) + timedelta(weeks=week))
        count = {"enrollment": ada, "monday": monday, "minutes": 52 * 60}
        _done(program.post(f"/firms/{acme}/counted-hours", json=count))
    _done(program.post(f"{path}/wages", json={"through": "2026-10-25"}))
    for kind, minor in (("materials", 120_000), ("capex", 850_000), ("labor", 180_000)):
        cost = {"kind": kind, "payer": "firm", "amount": _money(minor), "day": "2026-09-20"}
        _done(program.post(f"{path}/costs", json=cost))


@pytest.mark.one_engine
def test_the_end_to_end_case_entered_through_the_api_reads_right_there_and_on_the_dashboard(world: World) -> None:
    project = started(world)
    path = f"/projects/{project.public_id}"
    claims = _enter_lines(caller(world, "Ada"), path)
    sponsor, finance = caller(world, "Dee"), _fresh(caller(world, "Finn"))
    for posting in claims:
        whole = _done(sponsor.post(f"/claims/{posting}/reports", json={"comment": "We see it"}))["reported"]
        attested = {"amount": whole, "account": "5100-22"}
        assert _done(finance.post(f"/claims/{posting}/verifications", json=attested))["level"] == "V2"
    _enter_costs(world, finance, path)
    firm, everybody = (_done(sponsor.get(f"{path}/roi?perspective={each}")) for each in ("firm", "all"))
    assert firm["benefit"] == _money(CASE["first_12_months_hard"])
    assert (firm["cost"], everybody["cost"]) == (_money(CASE["cost_firm_total"]), _money(CASE["cost_all_payers"]))
    assert firm["run_rate"] == _money(CASE["run_rate_hard"])
    assert (firm["bcr"]["value"], everybody["bcr"]["value"]) == (CASE["firm"]["bcr"], CASE["all_payers"]["bcr"])
    months: dict[str, int] = {}
    for entry in _done(sponsor.get(f"{path}/ledger"))["entries"]:
        if entry["benefit_class"] == "hard_pl" and entry["posting_kind"] == "claim":
            minor = int(entry["amount"]["amount"].replace(".", ""))
            months[entry["period"]] = months.get(entry["period"], 0) + minor
    assert [months[key] for key in sorted(months)[:4]] == CASE["month_1_to_4_hard"]
    for page in ("/employer/savings", f"/employer/projects/{project.public_id}"):
        shown = world.browser_of("Dee").get(page).text
        for figure in ("$42,800.00", "$30,540.00", "$39,540.00", "1.40", "40.14%", "8.6", "1.08", "8.24%"):
            assert figure in shown, (page, figure)
    with transaction(write=False):
        assert list(differences()) == []
        assert list(chain.breaks()) == []


@pytest.mark.one_engine
def test_verifying_asks_a_token_for_the_password_and_forgets_it_after_15_minutes(world: World) -> None:
    project = live(world)
    posting = reported(world, lines(world, project)[0]).public_id
    finance, body = caller(world, "Finn"), {"amount": _money(1_200_000), "account": "5100-22"}
    answer = finance.post(f"/claims/{posting}/verifications", json=body)
    assert (answer.status_code, answer.json["sign_in_again"]) == (401, "/api/v1/me/sign-in-again")  # type: ignore[index]
    _fresh(finance)
    assert _done(finance.get("/me"))["fresh_until"] == "2026-10-28T14:15:00Z"
    other = caller(world, "Finn")  # another token of the same person stays as it was
    assert other.post(f"/claims/{posting}/verifications", json=body).status_code == 401
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        assert finance.post(f"/claims/{posting}/verifications", json=body).status_code == 401
        assert _done(_fresh(finance).post(f"/claims/{posting}/verifications", json=body))["level"] == "V2"
    assert [entry.via for entry in world.all(AuditEntry, action="account:fresh")] == ["api", "api"]
    with transaction(write=False):  # nothing of a password is stored, not even its hash
        assert session.scalars(select(StoredAnswer).where(StoredAnswer.key == "again")).all() == []


def test_wrong_passwords_of_a_token_count_with_those_of_the_sign_in_page(world: World) -> None:
    program, page = caller(world, "Finn"), world.visitor()
    for _ in range(5):
        assert "not your password" in _refused(
            program.post("/me/sign-in-again", json={"password": "guess"}), "password"
        )
    assert "Too many attempts" in _refused(program.post("/me/sign-in-again", json={"password": cast.PASSWORD}))
    page.application.config["WTF_CSRF_ENABLED"] = False
    try:
        sent = {"email": cast.email_of("Finn"), "password": cast.PASSWORD}
        assert page.post("/sign-in", data=sent).status_code == 422
    finally:
        page.application.config["WTF_CSRF_ENABLED"] = True
    assert world.all(ApiToken)[0].fresh_until is None
    assert len(world.all(AuditEntry, action="account:own", outcome=Outcome.DENIED)) == 5


@pytest.mark.one_engine
def test_who_reported_or_is_of_the_team_is_refused_through_every_door_and_that_is_logged(world: World) -> None:
    project = live(world)
    posting = reported(world, lines(world, project)[0]).public_id
    acme = world.one(Firm, name="Acme").id
    with transaction():
        for name in ("Dee", "Ada"):
            session.add(
                GrantRow(
                    person_id=world.person(name).id,
                    relation=Relation.FINANCE,
                    place_id=acme,
                    from_day=date(2026, 8, 1),
                )
            )
    body = {"amount": _money(1_200_000), "account": "5100-22"}
    form = {"amount": "12000.00", "account": "5100-22", "reason": "other"}
    for name, said in (("Dee", "You reported this saving"), ("Ada", "in this project&#39;s team")):
        answer = _fresh(caller(world, name)).post(f"/claims/{posting}/verifications", json=body)
        assert said.replace("&#39;", "'") in _refused(answer)
        page = world.browser_of(name).post(f"/employer/claims/{posting}/verifications", data=form)
        assert (page.status_code, said in page.text, "12000.00" in page.text) == (422, True, True)
        denied = world.all(AuditEntry, person_id=world.person(name).id, outcome=Outcome.DENIED)
        assert [(entry.action, entry.via) for entry in denied] == [
            (Action.SAVINGS_VERIFY, "api"),
            (Action.SAVINGS_VERIFY, "web"),
        ]
    other_firm = _fresh(caller(world, "Fay"))
    assert other_firm.post(f"/claims/{posting}/reports", json={}).status_code == 404
    assert len(world.all(AuditEntry, person_id=world.person("Fay").id, outcome=Outcome.DENIED)) == 1


@pytest.mark.one_engine
def test_finance_verifies_less_with_a_reason_and_takes_no_more_than_was_reported(world: World) -> None:
    project = live(world)
    posting = reported(world, lines(world, project)[0]).public_id
    finance = _fresh(caller(world, "Finn"))
    where = f"/claims/{posting}/verifications"
    _refused(finance.post(where, json={"amount": _money(1_200_001), "account": "5100-22"}), "amount")
    _refused(finance.post(where, json={"amount": _money(1_200_000), "account": " "}), "account")
    _refused(finance.post(where, json={"amount": _money(900_000), "account": "5100-22"}), "reason")
    _refused(finance.post(where, json={"amount": {"amount": "9000.00", "currency": "EUR"}, "account": "1"}), "amount")
    less = {"amount": _money(900_000), "account": "5100-22", "reason": "evidence", "comment": "Invoice shows less"}
    made = _done(finance.post(where, json=less))
    assert (made["reported"], made["verified"]) == (_money(1_200_000), _money(900_000))
    assert world.one(Posting, kind=EntryKind.FINANCE_ADJUST).reason == "evidence"
    _refused(finance.post(where, json=less), "amount")  # that much is verified already


@pytest.mark.one_engine
def test_a_claim_is_disputed_returned_and_withdrawn(world: World) -> None:
    project = live(world)
    (line,) = lines(world, project)
    sponsor, finance = caller(world, "Dee"), _fresh(caller(world, "Finn"))
    posting = claim(world, line).public_id
    _refused(sponsor.post(f"/claims/{posting}/returns", json={"comment": " "}), "comment")
    _refused(finance.post(f"/claims/{posting}/disputes", json={"comment": "why?"}))  # nobody reported it yet
    back = _done(sponsor.post(f"/claims/{posting}/returns", json={"comment": "Which line?"}))
    assert (back["stands"], back["decision"]) == (False, "returned")
    again = reported(world, line).public_id
    doubted = _done(finance.post(f"/claims/{again}/disputes", json={"comment": "The account went up"}))
    assert (doubted["level"], doubted["decision"]) == ("V1", "disputed")
    gone = _done(sponsor.post(f"/claims/{again}/withdrawals", json={"reason": "overlap"}))
    assert (gone["stands"], gone["decision"]) == (False, "withdrawn")
    assert _done(sponsor.get(f"/projects/{project.public_id}/roi?level=V1"))["benefit"] == _money(0)


def test_the_team_proposes_the_sponsor_accepts_and_finance_reverses_once(world: World) -> None:
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    change = {
        "benefit_class": "hard_pl",
        "unit_value": "10000",
        "go_live": str(LIVE_ON),
        "isolation": "trend_line",
        "basis": "A full quarter",
        "why": "A full quarter is known",
    }
    team, sponsor, finance = (caller(world, name) for name in ("Ada", "Dee", "Finn"))
    where = f"/lines/{line.public_id}/amendments"
    _refused(team.post(where, json={**change, "attribution": "101", "confidence": "-1"}))
    proposed = _done(team.post(where, json=change))
    assert proposed["posting"] is None
    amendment = proposed["version"]["id"]
    assert finance.post(f"/amendments/{amendment}/acceptances").status_code == 403
    posted = _done(sponsor.post(f"/amendments/{amendment}/acceptances"))
    path = f"/projects/{project.public_id}"
    assert _done(sponsor.get(f"{path}/roi"))["benefit"] == _money(1_000_000)
    reversal = {"reason": "entered_in_error", "note": "It was the wrong line"}
    made = _done(finance.post(f"/postings/{posted['id']}/reversals", json=reversal))
    assert (made["kind"], made["reverses"]) == ("reverse", posted["id"])
    _refused(finance.post(f"/postings/{posted['id']}/reversals", json=reversal))
    assert _done(sponsor.get(f"{path}/roi"))["benefit"] == _money(1_200_000)
    assert _done(sponsor.post(where, json=change))["posting"]["kind"] == "amend"  # the sponsor's own is posted at once


def test_finance_confirms_months_once_and_a_retry_is_the_same_posting(world: World) -> None:
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    finance, where = caller(world, "Finn"), f"/lines/{line.public_id}/realized-months"
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        october = {"months": [{"month": "2026-10", "amount": _money(95_000)}], "request_key": "october"}
        first, again = (_done(finance.post(where, json=october)) for _ in range(2))
        assert first == again
        _refused(finance.post(where, json={**october, "request_key": "other"}), "month-2026-10")
        early = {"months": [{"month": "2026-11", "amount": _money(1)}]}
        _refused(finance.post(where, json=early), "month-2026-11")
        euros = {"months": [{"month": "2026-10", "amount": {"amount": "1.00", "currency": "EUR"}}]}
        _refused(finance.post(where, json=euros), "month-2026-10")
    assert len(world.all(Posting, kind=EntryKind.REALIZE)) == 1


@pytest.mark.one_engine
def test_a_line_that_cannot_stand_names_every_field_at_once(world: World) -> None:
    path, program = f"/projects/{started(world).public_id}", caller(world, "Ada")
    line = {"title": "Scrap", "benefit_class": "hard_pl", "unit_value": "1", "attribution": "101", "confidence": "-1"}
    answer = program.post(f"{path}/lines", json={**line, "stream": "labor", "life": 0})
    _refused(answer)
    fields = {error["field"] for error in answer.json["errors"]}  # type: ignore[index]
    assert fields == {"attribution", "confidence", "hours_proof", "life"}
    for value in ("1e9", "NaN", "1,234.5", "-", "12.3456789"):
        _refused(program.post(f"{path}/lines", json={**line, "unit_value": value}), "unit_value")


@pytest.mark.one_engine
def test_the_same_key_gives_the_same_posting_and_no_second_effect(world: World) -> None:
    project, finance = live(world), caller(world, "Finn")
    cost = {"kind": "materials", "payer": "firm", "amount": _money(120_000), "day": "2026-09-20"}
    path, key = f"/projects/{project.public_id}/costs", {"Idempotency-Key": "one-cost"}
    first, again = (finance.post(path, json=cost, headers=key) for _ in range(2))
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(world.all(Posting, kind=EntryKind.COST)) == 1
