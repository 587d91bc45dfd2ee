"""The end-to-end golden case entered through the commands, as its people would, on both engines."""

from datetime import date, timedelta

import pytest

from lms.capstone.lines.queries import versions_of
from lms.capstone.lines.rules.kinds import CostKind, Payer, Perspective
from lms.capstone.lines.services import count_hours, set_rate
from lms.capstone.projects.queries import state_of
from lms.capstone.projects.rules import ProjectState
from lms.capstone.returns import project_return
from lms.capstone.savings.queries import ledger_of, summaries_of
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.services.amending import amend
from lms.capstone.savings.services.costs import post_cost, post_tuition, post_wages
from lms.capstone.savings.verify import differences
from lms.kernel import chain
from lms.kernel.db import transaction
from lms.kernel.money import round_half_away
from lms.people.orgs.models import Firm
from tests.capstone.stage import CASE, draft, golden_drafts, lines, live, verified


@pytest.fixture
def project(world):
    project = live(world, golden_drafts())
    for line in lines(world, project):
        verified(world, project, line)
    _costs(world, project)
    return project


def _costs(world, project):
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


def _return(project, perspective=Perspective.FIRM, level=Level.VERIFIED):
    with transaction(write=False):
        ledger, versions = ledger_of(project), versions_of([project])
    return project_return(ledger, versions, "USD", level, perspective, rate_bp=800)


def test_the_figures_of_both_perspectives(project):
    firm, everybody, expect = _return(project), _return(project, Perspective.ALL), CASE["firm"]
    assert firm.benefit_minor == CASE["first_12_months_hard"]
    assert (firm.cost_minor, everybody.cost_minor) == (CASE["cost_firm_total"], CASE["cost_all_payers"])
    assert firm.run_rate_minor == CASE["run_rate_hard"]
    assert str(round_half_away(firm.bcr().value.value, 4)) == expect["bcr"]
    assert str(round_half_away(firm.roi().value.value * 100, 2)) == expect["roi_pct"]
    assert str(round_half_away(firm.cumulative_payback().value.value, 3)) == expect["cumulative_payback_month"]
    assert firm.npv().value.minor == expect["npv_36m_8pct"]
    assert str(round_half_away(everybody.bcr().value.value, 4)) == CASE["all_payers"]["bcr"]


def test_the_summary_row_says_the_same_and_can_be_rebuilt(project):
    with transaction(write=False):
        row = summaries_of([project])[project.id]
        assert list(differences()) == []
        assert list(chain.breaks()) == []
    assert (row.verified_minor, row.reported_minor) == (CASE["first_12_months_hard"],) * 2
    assert (row.cost_firm_minor, row.cost_all_minor) == (CASE["cost_firm_total"], CASE["cost_all_payers"])
    assert row.run_rate_verified_minor == CASE["run_rate_hard"]
    assert (row.lines_verified, row.waiting_since) == (4, None)


def test_restating_the_scrap_line_counts_at_once(world, project):
    scrap = lines(world, project)[0]
    restated = draft(
        4_100_000, attribution_bp=8000, confidence_bp=9000, ramp_bp=(5000, 7500), go_live=date(2026, 10, 1)
    )
    with transaction():
        amend(world.actor("Dee"), scrap, restated, "A full quarter is known now")
    assert (
        _return(project).run_rate_minor - CASE["run_rate_hard"] == CASE["restated_L1_41000_at_month6"]["delta_adjusted"]
    )
    assert _return(project).benefit_minor < CASE["first_12_months_hard"]


def test_the_project_is_implemented_whatever_it_saved(project):
    with transaction(write=False):
        assert state_of(project) is ProjectState.IMPLEMENTED
