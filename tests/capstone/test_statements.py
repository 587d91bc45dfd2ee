"""Statements: issued once, the same ever after, on paper, as a sheet, for programs; nothing of other firms."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pypdfium2
import pytest
import time_machine
from sqlalchemy import select, update

from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.projects.models import Project
from lms.capstone.savings.models import SavingsEntry
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.services.costs import post_cost
from lms.capstone.statements.models import Statement
from lms.capstone.statements.pdf import statement_pdf
from lms.capstone.statements.queries import rebuilt
from lms.capstone.statements.services import issue_statement
from lms.capstone.statements.verify import differences
from lms.kernel import audit, chain, clock
from lms.kernel.appendonly import drops
from lms.kernel.canonical import canonical
from lms.kernel.db import db, session, transaction
from lms.kernel.errors import NotAllowed, NotFound, RuleBroken
from lms.kernel.speak import Reader
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped
from tests.api.support import token_of
from tests.capstone.histories import drafts_for, played
from tests.capstone.stage import draft, lines, live, verified
from tests.support.sheets import read_sheet

SPRING = datetime(2027, 3, 10, 15, tzinfo=UTC)


def acme(world):
    return world.one(Firm, name="Acme")


def issue(world, project=None, as_of=None, name="Finn"):
    with transaction():
        return issue_statement(world.actor(name), acme(world), project, as_of)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_statement_of_any_past_moment_is_made_anew_byte_for_byte(world, seed):
    chance = random.Random(seed)
    project = live(world, drafts_for(chance))
    with time_machine.travel(SPRING, tick=False):
        for _ in played(world, project, chance, 14):
            issue(world, project)
            issue(world)
    assert len({made.sha256 for made in world.all(Statement) if made.project_id}) > 4
    with time_machine.travel(SPRING + timedelta(days=400), tick=False):
        with transaction():
            acme(world).hurdle_rate_bp = 1_200  # the rate of then stands on the statement
            world.one(Project).title = "Another title"
        with transaction(write=False):
            for made in world.all(Statement):
                assert canonical(rebuilt(made)) == canonical(made.figures)
                assert made.figures["levels"]["V2"]["benefit"] == ledger_of(project, made.as_of).headline(
                    Level.VERIFIED
                )
            assert list(differences()) == []


@pytest.mark.one_engine
def test_a_statement_is_read_on_the_page_on_paper_as_a_sheet_and_by_a_program(world):
    project = live(world, {"Scrap": draft(), "=cmd|' /C calc'!A0": draft(600_000)})
    for line in lines(world, project):
        verified(world, project, line)
    with transaction():
        post_cost(world.actor("Finn"), project, CostKind.CAPEX, Payer.FIRM, 900_000, date(2026, 10, 2))
    dee = world.browser_of("Dee")
    assert "No statement yet" in dee.get("/employer/statements").get_data(as_text=True)
    assert dee.post("/employer/statements", data={"project": project.public_id}).status_code == 303
    made = world.one(Statement)
    page = dee.get(f"/employer/statements/{made.public_id}").get_data(as_text=True)
    assert "to the last digit" in page
    assert "$18,000.00" in page
    assert made.head in page
    with transaction(write=False):
        assert made.head == chain.head(f"project:{project.id}")
    pdf = pypdfium2.PdfDocument(dee.get(f"/employer/statements/{made.public_id}/statement.pdf").data)
    text = pdf[0].get_textpage().get_text_range()
    assert len(pdf) == 1
    assert made.head in text.replace("\r\n", "")
    assert "$18,000.00" in text
    head, *rows = read_sheet(dee.get(f"/employer/statements/{made.public_id}/entries.xlsx").data)
    assert len(rows) == len(world.all(SavingsEntry))
    cells = [dict(zip(head, row, strict=False)) for row in rows]
    claimed = sum(row["amount"] * 100 for row in cells if row["kind"] == "claim")
    assert claimed == made.figures["levels"]["V2"]["benefit"] == 1_800_000
    assert {row["line"] for row in cells if row["line"]} == {"Scrap", "'=cmd|' /C calc'!A0"}
    plain = json.loads(dee.get(f"/employer/statements/{made.public_id}/statement.json").data)
    assert plain["figures"] == made.figures
    assert len(plain["entries"]) == len(rows)
    fay = world.browser_of("Fay")
    for tail in ("", "/statement.pdf", "/entries.xlsx", "/statement.json"):
        assert fay.get(f"/employer/statements/{made.public_id}{tail}").status_code == 404


@pytest.mark.one_engine
def test_a_portfolio_of_many_projects_with_long_names_still_fits_on_one_page(world):
    live(world)
    made = issue(world)
    part = made.figures["projects"][0]
    many = [{**part, "project": f"project {number}", "V2": number} for number in range(40)]
    every = {kind.value: 1_234_500 for kind in CostKind}
    costs = {who: {**made.figures["costs"][who], "kinds": every} for who in ("firm", "all")}
    large = SimpleNamespace(
        figures={**made.figures, "projects": many, "costs": costs, "tuition_beside": {"firm": 500_000}},
        public_id=made.public_id,
        as_of=made.as_of,
        recorded_at=made.recorded_at,
        currency="USD",
        head=made.head,
        sha256=made.sha256,
    )
    titles = {one["project"]: "Changeover of the long line " * 4 for one in many}
    for language in ("en", "es"):
        pdf = pypdfium2.PdfDocument(statement_pdf(large, "Acme", titles, Reader(language, "America/New_York")))
        assert len(pdf) == 1
        assert "2026" in pdf[0].get_textpage().get_text_range()


@pytest.mark.one_engine
def test_only_sponsor_and_finance_issue_and_each_issue_is_audited(world):
    project = live(world)
    for name in ("Gus", "Ada", "Fay", "Sam"):
        with pytest.raises(NotAllowed), transaction():
            issue_statement(world.actor(name), acme(world))
    with pytest.raises(NotFound), transaction():
        issue_statement(world.actor("Fay"), world.one(Firm, name="Bolt"), project)
    issue(world)
    assert [entry.action for entry in world.all(audit.AuditEntry)][-1] == "statement:issue"


@pytest.mark.one_engine
def test_a_statement_is_about_what_is_known_and_not_about_what_comes(world):
    project = live(world)
    with pytest.raises(RuleBroken, match="not to come"):
        issue(world, as_of=clock.now() + timedelta(hours=1))
    with pytest.raises(RuleBroken, match="did not exist"):
        issue(world, project, as_of=datetime(2026, 1, 1, tzinfo=UTC))
    form = {"project": "", "as_of": "2027-10-28"}
    page = world.browser_of("Finn").post("/employer/statements", data=form)
    assert page.status_code == 422
    assert 'value="2027-10-28"' in page.get_data(as_text=True)


@pytest.mark.one_engine
def test_the_portfolio_counts_every_enrollment_and_projects_that_were_proposed_later_not(world):
    before = issue(world)
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        project = live(world)
        (line,) = lines(world, project)
        verified(world, project, line)
        after = issue(world)
    assert before.figures["projects"] == []
    assert before.figures["returns"]["V2"]["firm"]["roi"] == "-1"  # tuition and nothing back
    assert [part["project"] for part in after.figures["projects"]] == [project.public_id]
    assert after.figures["levels"]["V2"]["benefit"] == 1_200_000
    with transaction(write=False):
        assert list(differences()) == []


@pytest.mark.one_engine
def test_a_tampered_statement_and_a_tampered_entry_are_named(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    made = issue(world, project)
    entry = world.all(SavingsEntry)[-1]
    with db.engine.begin() as raw:
        for statement in drops(SavingsEntry.__table__, raw.dialect.name):
            raw.exec_driver_sql(statement)
        raw.execute(update(SavingsEntry.__table__).where(SavingsEntry.id == entry.id).values(amount_minor=1))
    session.expire_all()
    with transaction(write=False):
        assert [made.public_id in found and "levels" in found for found in differences()] == [True]
        found = session.scalars(unscoped(select(Statement), "test")).one()
        assert found.sha256 == made.sha256


@pytest.mark.one_engine
def test_a_program_issues_lists_and_reads_statements_and_another_firms_token_finds_none(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    firm, client = acme(world).public_id, world.visitor()
    finn, fay = ({"Authorization": f"Bearer {token_of(world, name)[1]}"} for name in ("Finn", "Fay"))
    made = client.post(f"/api/v1/firms/{firm}/statements", json={"project": project.public_id}, headers=finn)
    assert made.status_code == 201, made.get_data(as_text=True)
    number = made.get_json()["id"]
    listed = client.get(f"/api/v1/firms/{firm}/statements", headers=finn).get_json()["items"]
    assert [one["id"] for one in listed] == [number]
    read = client.get(f"/api/v1/statements/{number}", headers=finn).get_json()
    assert read["is_reproduced"] is True
    assert read["figures"]["levels"]["V2"]["benefit"] == 1_200_000
    assert client.get(f"/api/v1/statements/{number}", headers=fay).status_code == 404
    assert client.post(f"/api/v1/firms/{firm}/statements", json={}, headers=fay).status_code == 404
