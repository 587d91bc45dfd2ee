"""The employer's pages: figures that foot, forms that keep what was typed, nothing of other firms."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.projects.services import propose
from lms.capstone.savings.models import Posting, Verification
from lms.capstone.savings.rules.kinds import Decision, EntryKind
from lms.capstone.savings.services.costs import post_cost, post_tuition
from lms.kernel.db import transaction
from lms.people.consent.models import ConsentRequest, Disclosure, Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.orgs.models import Firm
from tests.capstone.stage import claim, draft, golden_drafts, lines, live, reported, verified
from tests.support.web import words

pytestmark = pytest.mark.one_engine


@pytest.fixture
def golden(world):
    project = live(world, golden_drafts())
    for line in lines(world, project):
        verified(world, project, line)
    finn = world.actor("Finn")
    with transaction():
        post_tuition(world.actor("Gus"), project)
        for kind, minor in ((CostKind.MATERIALS, 120_000), (CostKind.CAPEX, 850_000), (CostKind.LABOR, 1_584_000)):
            post_cost(finn, project, kind, Payer.FIRM, minor, date(2026, 9, 20))
    return project


def text(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return answer.get_data(as_text=True)


def figure(page, name):
    return page.split(f'data-figure="{name}">', 1)[1].split("<", 1)[0]


def test_the_dashboard_shows_the_figures_of_the_end_to_end_case(world, golden):
    page = text(world.browser_of("Dee").get("/employer/savings"))
    assert figure(page, "benefit-firm") == "$42,800.00"
    assert figure(page, "cost-firm") == "$30,540.00"
    assert figure(page, "cost-all") == "$39,540.00"
    assert (figure(page, "bcr-firm"), figure(page, "bcr-all")) == ("1.40", "1.08")
    assert (figure(page, "roi-firm"), figure(page, "roi-all")) == ("40.14%", "8.24%")
    assert figure(page, "simple_payback-firm") == "8.6"
    assert figure(page, "run_rate-firm") == "$44,960.00"


@pytest.mark.parametrize("name", ["Dee", "Finn"])
def test_every_page_of_the_portal_opens(world, golden, name):
    browser = world.browser_of(name)
    first = lines(world, golden)[0]
    posting = world.all(Posting, kind=EntryKind.CLAIM)[0].public_id
    pages = ["", "savings", "savings?level=V1&perspective=all&as_of=2026-10-28", "projects", "waiting"]
    pages += [f"projects/{golden.public_id}", f"projects/{golden.public_id}/ledger", f"claims/{posting}"]
    pages += [f"projects/{golden.public_id}?level=V1&as_of=2026-10-01", f"lines/{first.public_id}/amendment"]
    if name == "Finn":
        pages += ["rates", f"projects/{golden.public_id}/costs", f"claims/{posting}/verification"]
        pages += [f"postings/{posting}/reversal"]
    else:
        pages += ["employees", f"employees/{world.enrollment('Ada').public_id}", f"projects/{golden.public_id}/charter"]
    for path in pages:
        assert "Undefined" not in text(browser.get(f"/employer/{path}")), path


def test_another_firms_sponsor_finds_nothing(world, golden):
    browser = world.browser_of("Fay")
    posting = world.all(Posting, kind=EntryKind.CLAIM)[0].public_id
    first = lines(world, golden)[0]
    for path in (
        f"projects/{golden.public_id}",
        f"projects/{golden.public_id}/ledger",
        f"projects/{golden.public_id}/ledger.csv",
        f"projects/{golden.public_id}/charter",
        f"claims/{posting}",
        f"lines/{first.public_id}/amendment",
        f"employees/{world.enrollment('Ada').public_id}",
        f"savings?firm={world.one(Firm, name='Acme').public_id}",
    ):
        text(browser.get(f"/employer/{path}"), 404)
    text(browser.post(f"/employer/claims/{posting}/reports", data={"comment": ""}), 404)
    assert "Quick-change" not in text(browser.get("/employer/savings"))


def test_the_ledger_foots_and_its_csv_has_a_row_an_entry(world, golden):
    browser = world.browser_of("Finn")
    assert "$42,800.00" in text(browser.get(f"/employer/projects/{golden.public_id}/ledger"))
    rows = csv.DictReader(io.StringIO(text(browser.get(f"/employer/projects/{golden.public_id}/ledger.csv"))))
    hard = [row["amount"] for row in rows if row["kind"] == "claim" and row["class"].startswith("hard")]
    assert sum(Decimal(amount) for amount in hard) == 42_800


def test_a_claim_is_reported_verified_and_disputed_on_pages(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = claim(world, line)
    dee, finn = world.browser_of("Dee"), world.browser_of("Finn")
    assert "Report the saving" in text(dee.get("/employer/"))
    assert dee.post(f"/employer/claims/{posting.public_id}/reports", data={"comment": "Seen"}).status_code == 303
    form = text(finn.get(f"/employer/claims/{posting.public_id}/verification"))
    assert 'value="12000.00"' in form
    bad = {"amount": "12,000.00", "account": "", "reason": "other", "comment": "Half a year"}
    again = text(finn.post(f"/employer/claims/{posting.public_id}/verifications", data=bad), 422)
    assert 'value="12,000.00"' in again
    assert "Half a year" in again
    good = {"amount": "11000.00", "account": "5100-22", "reason": "volume"}
    assert finn.post(f"/employer/claims/{posting.public_id}/verifications", data=good).status_code == 303
    assert "$11,000.00" in text(finn.get("/employer/savings"))
    answer = finn.post(f"/employer/claims/{posting.public_id}/disputes", data={"comment": ""})
    assert "Say what is in doubt" in text(answer, 422)
    assert finn.post(f"/employer/claims/{posting.public_id}/disputes", data={"comment": "No"}).status_code == 303
    assert [row.decision for row in world.all(Verification)][-1] is Decision.DISPUTED


def test_the_sponsor_may_not_verify(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = reported(world, line)
    dee = world.browser_of("Dee")
    assert dee.get(f"/employer/claims/{posting.public_id}/verification").status_code == 403
    assert dee.post(f"/employer/claims/{posting.public_id}/verifications", data={}).status_code == 403


def test_a_line_is_amended_on_a_page_and_bad_input_names_its_field(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    dee = world.browser_of("Dee")
    form = {
        "title": "Scrap", "benefit_class": "hard_pl", "kind": "recurring", "stream": "waste", "quantity": "1000",
        "unit": "kg", "unit_value": "9.005", "attribution": "120", "confidence": "90", "go_live": "2026-10-01",
        "isolation": "trend_line", "hours_proof": "", "pool": "", "basis": "Scale tickets", "why": "Volume",
    }  # fmt: skip
    url = f"/employer/lines/{line.public_id}/amendments"
    wrong = text(dee.post(url, data=form), 422)
    assert "A percentage lies between 0 and 100" in wrong
    assert 'value="9.005"' in wrong
    assert dee.post(url, data={**form, "attribution": "100"}).status_code == 303
    page = text(dee.get(f"/employer/projects/{project.public_id}"))
    assert "$8,104.50" in page  # 1000 x 9.005 x 90 %


def test_wages_and_rates_are_for_finance_alone(world):
    project = live(world)
    finn, dee = world.browser_of("Finn"), world.browser_of("Dee")
    assert dee.get("/employer/rates").status_code == 403
    assert dee.get(f"/employer/projects/{project.public_id}/costs").status_code == 403
    assert finn.post("/employer/rates", data={"rate": "45.00", "effective_on": "2026-09-01"}).status_code == 303
    count = {"employee": world.enrollment("Ada").public_id, "monday": "2026-10-05", "minutes": "6:30"}
    assert finn.post("/employer/paid-hours", data=count).status_code == 303
    assert "$292.50" in text(finn.get(f"/employer/projects/{project.public_id}/costs"))
    assert finn.post(f"/employer/projects/{project.public_id}/wages").status_code == 303
    assert "Oct 5" in text(finn.get(f"/employer/projects/{project.public_id}/ledger"))
    ledger = text(dee.get(f"/employer/projects/{project.public_id}/ledger"))
    assert "$292.50" in ledger
    assert "Oct 5" not in ledger
    assert "45.00" not in ledger


def test_an_employees_hours_show_with_consent_only_and_each_look_is_logged(world):
    dee, ada, acme = world.browser_of("Dee"), world.enrollment("Ada"), world.one(Firm, name="Acme")
    assert "no consent" in text(dee.get("/employer/employees"))
    assert world.all(Disclosure) == []
    refused = dee.get(f"/employer/employees/{ada.public_id}/hours")
    assert "No consent on record" in text(refused, 403)
    assert [row.is_refused for row in world.all(Disclosure)] == [True]
    ask = {"record_type": "hours", "purpose": "sponsorship"}
    assert dee.post(f"/employer/employees/{ada.public_id}/consent-requests", data=ask).status_code == 303
    assert world.one(ConsentRequest).record_type is RecordType.HOURS
    with transaction():
        sign_consent(world.actor("Ada"), ada, acme, [RecordType.HOURS], Purpose.SPONSORSHIP)
    assert "Weekly totals" in text(dee.get(f"/employer/employees/{ada.public_id}/hours"))
    text(dee.get("/employer/employees"))
    log = words(dee.get("/employer/disclosures"))
    assert log.count("Dee") >= 3
    assert "Ada" in log
    assert "Ada" not in words(world.browser_of("Fay").get("/employer/disclosures"))
    assert world.browser_of("Finn").get("/employer/disclosures").status_code == 403
    assert [row.is_refused for row in world.all(Disclosure)] == [True, False, False]


def test_an_employee_has_their_part_of_the_savings_to_the_cent_and_the_supervisor_sees_no_money(world, golden):
    address = f"/employer/employees/{world.enrollment('Ada').public_id}"
    page = text(world.browser_of("Dee").get(address))
    assert "share 100%" in page
    assert "$42,800.00" in page
    assert "$42,800.00" not in text(world.browser_of("Sam").get(address))


def test_a_charter_is_agreed_on_a_page(world):
    with transaction():
        project = propose(world.actor("Ada"), world.enrollment("Ada"), "Quick-change fixtures", "")
    dee = world.browser_of("Dee")
    form = {
        "coach": world.person("Ben").public_id,
        "finance_contact": world.person("Finn").public_id,
        "confidentiality": "firm_only",
        "paid_hours": "consent",
    }
    url = f"/employer/projects/{project.public_id}/charters"
    assert "Agree to show the firm your paid hours" in text(dee.post(url, data=form), 422)
    assert dee.post(url, data={**form, "paid_hours": "firm_count"}).status_code == 303
    assert "Chartered" in text(dee.get(f"/employer/projects/{project.public_id}"))


def test_a_double_tap_posts_a_cost_once(world):
    project = live(world)
    finn = world.browser_of("Finn")
    form = {"kind": "capex", "payer": "firm", "amount": "85.00", "day": "2026-09-20", "request_key": "one"}
    for _ in range(2):
        assert finn.post(f"/employer/projects/{project.public_id}/costs", data=form).status_code == 303
    assert len(world.all(Posting, kind=EntryKind.COST)) == 1


def test_the_portfolio_counts_enrollments_without_a_project(world):
    page = text(world.browser_of("Fay").get("/employer/savings"))
    assert figure(page, "cost-firm") == "$10,000.00"  # Eli and Zoe, nobody with a project
    assert figure(page, "roi-firm") == "-100%"


def test_a_page_of_many_projects_sends_as_many_statements_as_one_of_few(world):
    from tests.support.statements import count_statements

    def sent(path):
        with count_statements() as statements:
            text(world.browser_of("Dee").get(path))
        return statements.count

    live(world, {"First": draft()})
    few = {path: sent(path) for path in ("/employer/savings", "/employer/projects", "/employer/")}
    for number in range(4):
        with transaction():
            propose(world.actor("Ada"), world.enrollment("Ada"), f"Project number {number}", "")
    assert {path: sent(path) for path in few} == few
