"""Who may learn what of wages, through every door: a rate is finance's alone, also where a team has one member."""

import re
from datetime import date, timedelta

import pytest

from lms.capstone.lines.rules.kinds import CostKind, Payer, Perspective
from lms.capstone.lines.services import count_hours, set_rate
from lms.capstone.queries import project_figures
from lms.capstone.savings.rules.kinds import Level
from lms.capstone.savings.services.costs import post_cost, post_wages
from lms.hub.catalog.models import Program
from lms.kernel.db import session, transaction
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from tests.api.support import caller
from tests.capstone.stage import lines, live, verified

WEEKS = ("540.00", "405.00")  # 12 h and 9 h at $45.00, posted one by one
WAGES, MATERIALS = "945.00", "1,200.00"
NOTHING = ("Ada", "Ben", "Cleo", "Gus", "Rae")  # student, coach, coordinator, program admin, reviewer


@pytest.fixture
def project(world):
    project = live(world)
    verified(world, project, lines(world, project)[0])
    finn, acme, ada = world.actor("Finn"), world.one(Firm, name="Acme"), world.enrollment("Ada")
    with transaction():
        set_rate(finn, acme, 4500, date(2026, 6, 1))
    for week, hours in enumerate((12, 9)):
        monday = date(2026, 9, 7) + timedelta(weeks=week)
        with transaction():
            count_hours(finn, acme, ada, monday, hours * 60)
        with transaction():
            post_wages(finn, project, monday + timedelta(days=6))
    with transaction():
        post_cost(finn, project, CostKind.MATERIALS, Payer.FIRM, 120_000, date(2026, 9, 20))
        session.add(
            GrantRow(
                person_id=world.person("Hana").id,
                relation=Relation.REVIEWER,
                place_id=world.one(Program).id,
                from_day=date(2026, 8, 1),
            )
        )
        session.add(
            GrantRow(
                person_id=world.person("Zoe").id,
                relation=Relation.FIRM_VIEWER,
                place_id=acme.id,
                from_day=date(2026, 8, 1),
            )
        )
    return project


def doors(world, project, name):
    """Everything that somebody is shown of the project's costs: pages, file and API, as one text."""
    who = {"Rae": "Hana"}.get(name, name)
    browser, program = world.browser_of(who), caller(world, who)
    page, api = f"/employer/projects/{project.public_id}", f"/projects/{project.public_id}"
    answers = [browser.get(path) for path in (page, f"{page}/ledger", f"{page}/ledger.csv")]
    answers += [
        program.get(f"{api}{path}")
        for path in (
            "/ledger",
            "/roi",
            "/roi/explain?figure=cost",
            "/roi/explain?figure=bcr",
            "/ledger/explain",
            "/waterfall/explain",
        )
    ]
    firm = world.one(Firm, name="Acme").public_id
    answers += [browser.get("/employer/savings"), browser.get("/employer/"), browser.get("/employer/projects")]
    answers += [program.get(f"/firms/{firm}/portfolio"), program.get(f"/firms/{firm}/portfolio/explain?figure=cost")]
    shown = [answer.text for answer in answers if answer.status_code == 200]
    assert len(shown) >= 8, [answer.status_code for answer in answers]
    return re.sub(r"[,\u00a0]", "", "\n".join(shown))


def has(text, amount):
    return re.search(rf"(?<![\d.]){re.escape(amount.replace(',', ''))}(?!\d)", text) is not None


@pytest.mark.one_engine
@pytest.mark.parametrize("name", NOTHING)
def test_team_coach_and_program_see_costs_in_sum_and_no_wage(world, project, name):
    shown = doors(world, project, name)
    assert has(shown, "2145.00")
    assert not [amount for amount in (*WEEKS, WAGES, MATERIALS) if has(shown, amount)]
    assert '"cost_kind":"wages"' not in shown.replace(" ", "")
    assert "Wages of paid hours" not in shown


@pytest.mark.one_engine
@pytest.mark.parametrize("name", ["Dee", "Zoe"])
def test_sponsor_and_viewer_see_wages_in_one_sum_and_no_week(world, project, name):
    shown = doors(world, project, name)
    assert has(shown, WAGES)
    assert not [amount for amount in WEEKS if has(shown, amount)]


@pytest.mark.one_engine
def test_finance_sees_every_week(world, project):
    shown = doors(world, project, "Finn")
    assert [amount for amount in WEEKS if has(shown, amount)] == list(WEEKS)


@pytest.mark.one_engine
@pytest.mark.parametrize("name", ["Ada", "Dee", "Finn"])
def test_whatever_is_hidden_the_ledger_and_the_waterfall_foot(world, project, name):
    entries = caller(world, name).get(f"/projects/{project.public_id}/ledger").json["entries"]
    cents = [int(one["amount"]["amount"].replace(".", "")) for one in entries if one["payer"] == "firm"]
    assert sum(cents) == 214_500
    actor = world.actor(name)
    with transaction(write=False):
        bars = project_figures(project, actor=actor).waterfall(Level.VERIFIED, Perspective.FIRM)
    changes = sum(bar.minor for bar in bars if bar.kind != "total")
    assert bars[-1].minor == changes == 1_200_000 - 214_500
