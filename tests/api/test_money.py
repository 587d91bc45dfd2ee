"""Projects, ledger, returns and portfolio through the API, on both engines."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from lms.api.v1.returns import FigureName
from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.lines.services import count_hours, set_rate
from lms.capstone.savings.models import Posting
from lms.capstone.savings.services.costs import post_cost, post_tuition, post_wages
from lms.capstone.savings.services.verifying import verify
from lms.kernel.db import transaction
from lms.kernel.money import round_half_away
from lms.people.orgs.models import Firm
from tests.api.support import Caller, caller
from tests.capstone.stage import CASE, claim, golden_drafts, lines, live, reported, verified
from tests.support.statements import count_statements
from tests.support.web import NOW, World


def _golden(world: World) -> Any:
    """The end-to-end case, entered as its people would."""
    project = live(world, golden_drafts())
    for line in lines(world, project):
        verified(world, project, line)
    finn, acme = world.actor("Finn"), world.one(Firm, name="Acme")
    with transaction():
        post_tuition(world.actor("Gus"), project)
        set_rate(finn, acme, 4500, date(2026, 6, 1))
        for week in range(6):
            count_hours(finn, acme, world.enrollment("Ada"), date(2026, 9, 7) + timedelta(weeks=week), 52 * 60)
    with transaction():
        post_wages(finn, project, date(2026, 10, 25))
        post_cost(finn, project, CostKind.MATERIALS, Payer.FIRM, 120_000, date(2026, 9, 20))
        post_cost(finn, project, CostKind.CAPEX, Payer.FIRM, 850_000, date(2026, 9, 20), note="Fixtures")
        post_cost(finn, project, CostKind.LABOR, Payer.FIRM, 180_000, date(2026, 9, 20))
    return project


def _money(minor: int) -> dict[str, str]:
    return {"amount": f"{minor // 100}.{minor % 100:02d}", "currency": "USD"}


def _json(program: Caller, path: str) -> Any:
    answer = program.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.one_engine
def test_the_end_to_end_case_reads_the_same_in_both_perspectives(world: World) -> None:
    project, program = _golden(world), caller(world, "Dee")
    firm = _json(program, f"/projects/{project.public_id}/roi")
    everybody = _json(program, f"/projects/{project.public_id}/roi?perspective=all")
    assert firm["benefit"] == _money(CASE["first_12_months_hard"])
    assert (firm["cost"], everybody["cost"]) == (_money(CASE["cost_firm_total"]), _money(CASE["cost_all_payers"]))
    assert firm["run_rate"] == _money(CASE["run_rate_hard"])
    assert (firm["bcr"]["value"], everybody["bcr"]["value"]) == (CASE["firm"]["bcr"], CASE["all_payers"]["bcr"])
    months, ratio = (Fraction(firm[name]["exact"]) for name in ("cumulative_payback", "roi"))
    assert str(round_half_away(ratio * 100, 2)) == CASE["firm"]["roi_pct"]
    assert str(round_half_away(months, 3)) == CASE["firm"]["cumulative_payback_month"]


def test_the_portfolio_of_one_project_is_that_project(world: World) -> None:
    project, program = _golden(world), caller(world, "Dee")
    (firm,) = _json(program, "/firms")["items"]
    roi, portfolio = (
        _json(program, path) for path in (f"/projects/{project.public_id}/roi", f"/firms/{firm['id']}/portfolio")
    )
    for name in ("benefit", "cost", "net", "run_rate", "bcr", "roi", "simple_payback"):
        assert portfolio[name] == roi[name], name
    assert [part["id"] for part in portfolio["projects"]] == [project.public_id]


@pytest.mark.one_engine
def test_the_last_step_of_every_explanation_is_the_figure(world: World) -> None:
    project, program = _golden(world), caller(world, "Dee")
    figures = _json(program, f"/projects/{project.public_id}/roi")
    for name in FigureName:
        shown = figures[name]
        explained = _json(program, f"/projects/{project.public_id}/roi/explain?figure={name}")
        assert explained["steps"][-1]["value"] == shown.get("exact", shown), name
        assert explained["rule"]
        assert explained["source"]
        assert all(fact["id"] for fact in explained["facts"])


@pytest.mark.one_engine
def test_funnel_waterfall_and_realization_say_why_through_both_doors(world: World) -> None:
    project, program = _golden(world), caller(world, "Dee")
    path = f"/projects/{project.public_id}"
    funnel = _json(program, f"{path}/funnel/explain")
    assert _money(CASE["first_12_months_hard"]) in [step["value"] for step in funnel["steps"]]
    waterfall = _json(program, f"{path}/waterfall/explain")
    net = _money(CASE["first_12_months_hard"] - CASE["cost_firm_total"])
    assert waterfall["value"] == waterfall["steps"][-1]["value"] == net
    assert _json(program, f"{path}/realization/explain")["steps"]
    for page in (f"/employer/projects/{project.public_id}", "/employer/savings"):
        shown = world.browser_of("Dee").get(page).text
        assert "Why is so much left in the waterfall?" in shown
        assert "Why has each level what it has?" in shown


def test_the_ledger_sums_to_its_levels_and_says_why(world: World) -> None:
    project, program = _golden(world), caller(world, "Dee")
    ledger = _json(program, f"/projects/{project.public_id}/ledger")
    levels = {one["level"]: one["benefit"] for one in ledger["levels"]}
    assert levels["V2"] == _money(CASE["first_12_months_hard"])
    counted = [
        entry
        for entry in ledger["entries"]
        if entry["benefit_class"] in ("hard_pl", "hard_margin") and entry["level"] in ("V2", "V3", "V4")
    ]
    minor = sum(int(entry["amount"]["amount"].replace(".", "")) for entry in counted)
    assert _money(minor) == levels["V2"]
    explained = _json(program, f"/projects/{project.public_id}/ledger/explain?level=V2")
    assert explained["value"] == levels["V2"]


def test_as_of_gives_what_was_known_then(world: World) -> None:
    project, program = live(world), caller(world, "Dee")
    path = f"/projects/{project.public_id}"
    (line,) = lines(world, project)
    posting = reported(world, line)
    before = quote(posting.recorded_at.isoformat())
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        verified_later = caller(world, "Finn")
        with transaction():
            verify(world.actor("Finn"), posting, 1_200_000, "5100-22")
        assert _json(verified_later, f"{path}/roi")["benefit"]["amount"] != "0.00"
        assert _json(verified_later, f"{path}/roi?as_of={before}")["benefit"]["amount"] == "0.00"
        assert _json(verified_later, f"{path}/roi?as_of={before}&level=V1")["benefit"]["amount"] == "12000.00"
        assert len(_json(program, f"{path}/ledger?as_of=2026-01-01T00:00:00Z")["entries"]) == 0


def test_a_claim_sent_twice_is_one_posting(world: World) -> None:
    project, program = live(world), caller(world, "Ada")
    (line,) = _json(program, f"/projects/{project.public_id}/lines")["items"]
    body = {"line": line["id"], "request_key": "from-the-phone"}
    first, again = (program.post(f"/projects/{project.public_id}/claims", json=body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert len(world.all(Posting, line_id=lines(world, project)[0].id, kind="claim")) == 1


@pytest.mark.one_engine
def test_what_the_page_refuses_the_api_refuses_with_the_same_sentence(world: World) -> None:
    project, program = live(world), caller(world, "Ada")
    (line,) = lines(world, project)
    claim(world, line)
    answer = program.post(f"/projects/{project.public_id}/claims", json={"line": line.public_id})
    assert answer.status_code == 422
    assert answer.json["detail"] == "This line has been claimed. Propose an amendment instead."  # type: ignore[index]


PLACES = ("", "/lines", "/ledger", "/ledger/explain", "/roi", "/roi/explain")


def test_a_project_is_there_only_for_its_own_people(world: World) -> None:
    project = live(world)
    may = {
        "Ada": 200,
        "Dee": 200,
        "Finn": 200,
        "Cleo": 200,
        "Gus": 200,
        "Fay": 404,
        "Eli": 404,
        "Ivo": 404,
        "Hana": 403,
    }
    for name, status in may.items():
        program = caller(world, name)
        for place in PLACES:
            expected = 404 if name == "Hana" and place == "" else status  # instructors read projects, not savings
            assert program.get(f"/projects/{project.public_id}{place}").status_code == expected, (name, place)
        listed = _json(program, "/projects")["items"]
        assert [one["id"] for one in listed] == ([project.public_id] if status == 200 else []), name


def test_a_portfolio_is_there_only_for_the_firm_and_the_program(world: World) -> None:
    live(world)
    acme = world.one(Firm, name="Acme")
    for name, status in {"Dee": 200, "Finn": 200, "Gus": 200, "Fay": 404, "Ada": 403, "Cleo": 403}.items():
        program = caller(world, name)
        for place in ("/portfolio", "/portfolio/explain"):
            assert program.get(f"/firms/{acme.public_id}{place}").status_code == status, (name, place)


@pytest.mark.one_engine
def test_only_the_team_claims(world: World) -> None:
    project = live(world)
    (line,) = lines(world, project)
    for name, status in {"Dee": 403, "Ben": 403, "Zoe": 404, "Eli": 404}.items():
        answer = caller(world, name).post(f"/projects/{project.public_id}/claims", json={"line": line.public_id})
        assert answer.status_code == status, name
    assert world.all(Posting, kind="claim") == []


BAD_QUERIES = (
    ("perspective=mine", "perspective"),
    ("level=V9", "level"),
    ("level=V1&level=V2", "level"),
    ("as_of=yesterday", "as_of"),
    ("as_of=2026-10-01", "as_of"),
    ("as_of=2026-10-01T00:00:00", "as_of"),
    ("as_of=9999-12-31T23:59:59-23:59", "as_of"),
    ("color=red", "color"),
)


@pytest.mark.one_engine
def test_a_query_that_cannot_be_read_names_the_parameter(world: World) -> None:
    project, program = live(world), caller(world, "Dee")
    for query, field in BAD_QUERIES:
        answer = program.get(f"/projects/{project.public_id}/roi?{query}")
        assert answer.status_code == 422, query
        assert [error["field"] for error in answer.json["errors"]] == [field], query  # type: ignore[index]


@pytest.mark.one_engine
def test_a_portfolio_costs_the_same_statements_for_one_project_and_for_three(world: World) -> None:
    acme, counts = world.one(Firm, name="Acme"), []
    program = caller(world, "Dee")
    program.get("/me")  # notes that the token is in use
    for _ in range(2):
        project = live(world)
        claim(world, lines(world, project)[0])
        with count_statements() as statements:
            _json(program, f"/firms/{acme.public_id}/portfolio")
        counts.append(statements.count)
    assert counts[0] == counts[1]
