"""Footing: after any history, pages, charts, exports, API and summary rows say what the ledger sums to, to the cent."""

import csv
import io
import random
from datetime import UTC, datetime

import pytest
import time_machine

from lms.capstone.lines.rules.kinds import COUNTED, Perspective
from lms.capstone.queries import firm_figures, project_figures
from lms.capstone.returns import explain_covered, explain_unverified
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.figures import WAITING, ageing
from lms.capstone.savings.rules.kinds import EntryKind, Level
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.verify import differences
from lms.capstone.statements.models import Statement
from lms.capstone.summed import summed_firm
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.money import decimal_text
from lms.people.orgs.models import Firm
from lms.web.savings.lines import line_views
from tests.api.support import token_of
from tests.capstone.histories import drafts_for, played
from tests.capstone.stage import live
from tests.capstone.test_employer_pages import figure, text
from tests.support.sheets import read_sheet

LEVELS = (Level.REPORTED, Level.VERIFIED)


def shown(minor):
    """An amount as a page in English has it."""
    return f"{'-' if minor < 0 else ''}${abs(minor) // 100:,}.{abs(minor) % 100:02}"


@pytest.mark.parametrize("seed", [3, 4])
def test_after_a_random_history_everything_says_what_the_ledger_sums_to(world, seed):
    chance = random.Random(seed)
    project = live(world, drafts_for(chance))
    public_id = project.public_id
    with time_machine.travel(datetime(2027, 3, 10, 15, tzinfo=UTC), tick=False):
        for _ in played(world, project, chance, 25):
            pass
    session.rollback()  # the last step may have been refused
    with time_machine.travel(datetime(2027, 3, 11, 15, tzinfo=UTC), tick=False):
        finn = world.browser_of("Finn")
        headers = {"Authorization": f"Bearer {token_of(world, 'Finn')[1]}"}
        with transaction(write=False):
            ledger = ledger_of(project)
            sums = {level: ledger.headline(level) for level in LEVELS}
            cost = sum(row.amount_minor for row in ledger.costs() if row.payer == "firm")
            rows = len(ledger.rows)
            assert list(differences()) == []
            _same_from_summaries(world)
            _each_why_foots(world, project)
        assert finn.post("/employer/statements", data={"project": public_id}).status_code == 303
        statement = world.one(Statement)
        export = list(csv.DictReader(io.StringIO(text(finn.get(f"/employer/projects/{public_id}/ledger.csv")))))
        sheet = read_sheet(finn.get(f"/employer/statements/{statement.public_id}/entries.xlsx").data)
        assert len(export) == len(sheet) - 1 == rows
        assert [row["amount"] for row in export] == [decimal_text(round(row[10] * 100), "USD") for row in sheet[1:]]
        for level, minor in sums.items():
            asked = f"level=V{level.value}"
            for page in ("savings?" + asked, f"projects/{public_id}?" + asked):
                assert figure(text(finn.get(f"/employer/{page}")), "benefit-firm") == shown(minor)
            assert shown(minor) in text(finn.get(f"/employer/projects/{public_id}/charts?{asked}"))
            api = finn.get(f"/api/v1/projects/{public_id}/roi?{asked}", headers=headers).get_json()
            assert api["benefit"]["amount"] == decimal_text(minor, "USD")
            assert api["cost"]["amount"] == decimal_text(cost, "USD")
            assert statement.figures["levels"][f"V{level.value}"]["benefit"] == minor
        dee = world.browser_of("Dee")
        for level, minor in sums.items():
            page = text(dee.get(f"/employer/savings?level=V{level.value}"))
            table = page.split('id="statuses"', 1)[1].split("</tfoot>", 1)[0]
            assert table.rsplit("<td", 1)[1].partition(">")[2].partition("<")[0] == shown(minor)
        assert shown(sums[Level.VERIFIED]) in text(dee.get("/employer/employees"))  # a team of one has all of it
        waits = sum(age.minor for level in WAITING for age in ageing(ledger, now(), level))
        ages = text(finn.get(f"/employer/projects/{public_id}/charts")).split('id="ages"', 1)[1]
        for level in WAITING:
            assert shown(sum(age.minor for age in ageing(ledger, now(), level))) in ages
        claims = [row for row in ledger.postings if row.kind is EntryKind.CLAIM and ledger.stands(row)]
        assert waits == sum(
            row.amount_minor
            for claim in claims
            if ledger.states[claim.id].level in WAITING
            for row in ledger.rows_of(claim.id)
            if row.benefit_class in COUNTED
        )
        whole = finn.get(f"/api/v1/projects/{public_id}/ledger", headers=headers).get_json()
        assert [entry["amount"]["amount"] for entry in whole["entries"]] == [row["amount"] for row in export]
        assert figure(text(finn.get(f"/employer/projects/{public_id}")), "cost-firm") == shown(cost)


def _each_why_foots(world, project):
    """The steps behind a figure sum to it: postings to a line, lines to a project, projects to a firm."""
    figures = project_figures(project)
    firm = firm_figures(session.merge(world.one(Firm, name="Acme"), load=False), None, world.actor("Finn"))
    told = [explain_unverified(firm.at(Level.REPORTED), firm.at(Level.VERIFIED))]
    for level in Level:
        benefit = figures.at(level).benefit()
        assert benefit.value.minor == figures.ledger.headline(level)
        told += [benefit, firm.at(level).benefit()]
        for view in line_views(figures):
            assert view.first_year[level].value.minor == line_total(figures.ledger, view.line.id, level)
            told.append(view.first_year[level])
            assert {fact.kind for fact in view.first_year[level].facts} <= {"posting", "verification"}
    for one in told:
        *parts, last = one.steps
        assert last.value == one.value
        signs = (1, -1) if one is told[0] else [1] * len(parts)
        assert sum(sign * part.value.minor for sign, part in zip(signs, parts, strict=True)) == one.value.minor
    covered = explain_covered(firm.at(Level.VERIFIED), len(firm.projects))
    assert covered.value == sum(1 for each in firm.projects if each.at(Level.VERIFIED).benefit_minor)


def _same_from_summaries(world):
    """The portfolio from summary rows is the one from the ledgers, figure by figure."""
    firm = session.merge(world.one(Firm, name="Acme"), load=False)
    long, short = firm_figures(firm, None, world.actor("Finn")), summed_firm(firm, world.actor("Finn"))
    assert short is not None
    assert short.funnel() == long.funnel()
    for level in Level:
        if level is Level.DRAFT:
            continue
        for perspective in Perspective:
            assert short.at(level, perspective) == long.at(level, perspective)
            assert short.at(level, perspective).parts == long.at(level, perspective).parts
            assert short.waterfall(level, perspective) == long.waterfall(level, perspective)
            for one, other in zip(short.projects, long.projects, strict=True):
                assert one.at(level, perspective) == other.at(level, perspective)
                assert one.state is other.state


@pytest.mark.one_engine
def test_a_summary_row_that_was_changed_is_named_and_made_anew_by_one_command(world):
    from lms.capstone.savings.models import ProjectSummary

    live(world)
    with transaction():
        row = session.merge(world.one(ProjectSummary))
        row.sums = {**row.sums, "funnel": [[1, 1]]}
    with transaction(write=False):
        assert ["sums is stored as" in found for found in differences()] == [True]
    done = world.app.test_cli_runner().invoke(args=["rebuild-summaries"])
    assert done.exit_code == 0, done.output
    session.expire_all()
    with transaction(write=False):
        assert list(differences()) == []
