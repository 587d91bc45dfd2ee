"""Commands on the ledger: they do it, the wrong person, the wrong state, what was known when."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms.capstone.lines.models import SavingsPool
from lms.capstone.lines.queries import versions_of
from lms.capstone.lines.rules.kinds import CostKind, Payer
from lms.capstone.lines.services import count_hours, measure_pool, revise_line, set_rate
from lms.capstone.projects.models import WageSource
from lms.capstone.projects.services import Terms, charter, propose
from lms.capstone.returns import project_return
from lms.capstone.savings.models import FirmSuccession, Posting, SavingsEntry
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import EntryKind, Level, Reason
from lms.capstone.savings.services.amending import (
    accept_amendment,
    amend,
    cease_firm,
    merge_firm,
    propose_amendment,
    reverse,
)
from lms.capstone.savings.services.claims import report, return_claim, submit_claim, withdraw_claim
from lms.capstone.savings.services.costs import HoursFrom, post_cost, post_tuition, post_wages
from lms.capstone.savings.services.verifying import dispute, verify
from lms.capstone.savings.verify import differences
from lms.kernel import audit, clock
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, NotFresh, RuleBroken
from lms.people.access import Relation
from lms.people.consent.models import Purpose, RecordType
from lms.people.consent.services import sign_consent
from lms.people.grants.models import GrantRow
from lms.people.orgs.models import Firm
from lms.people.scope import unscoped
from tests.capstone.stage import LIVE_ON, chartered, claim, draft, lines, live, reported, verified

V1, V2 = Level.REPORTED, Level.VERIFIED


def headline(project, level=V2, as_of=None):
    with transaction(write=False):
        return ledger_of(project, as_of).headline(level)


def appoint(world, name, relation, place):
    with transaction():
        session.add(
            GrantRow(person_id=world.person(name).id, relation=relation, place_id=place.id, from_day=date(2026, 8, 1))
        )


def later(**step):
    """The clock goes on, so that what follows is known later."""
    return time_machine.travel(clock.now() + timedelta(**step), tick=False)


def test_a_claim_is_reported_then_verified_and_each_deed_is_audited(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    assert headline(project) == headline(project, V1) == 1_200_000
    actions = {entry.action for entry in world.all(audit.AuditEntry)}
    assert {"claim:submit", "savings:report", "savings:verify", "project:charter", "baseline:lock"} <= actions


def test_a_draft_does_not_count_before_the_sponsor_reports_it(world):
    project = live(world)
    (line,) = lines(world, project)
    claim(world, line)
    assert (headline(project, Level.DRAFT), headline(project, V1)) == (1_200_000, 0)


@pytest.mark.parametrize(
    ("name", "deed"), [("Ada", "report"), ("Finn", "report"), ("Fay", "report"), ("Dee", "verify")]
)
def test_the_wrong_person_is_refused(world, name, deed):
    project = live(world)
    (line,) = lines(world, project)
    posting = claim(world, line)
    more = (1, "5100") if deed == "verify" else ()
    with pytest.raises(NotAllowed), transaction():
        {"report": report, "verify": verify}[deed](world.actor(name), posting, *more)


def test_whoever_reported_it_does_not_verify_it_even_as_finance(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = reported(world, line)
    appoint(world, "Dee", Relation.FINANCE, world.one(Firm, name="Acme"))
    with pytest.raises(RuleBroken, match="You reported this"), transaction():
        verify(world.actor("Dee"), posting, 1_200_000, "5100")


def test_a_team_member_does_not_verify_even_as_finance(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = reported(world, line)
    appoint(world, "Ada", Relation.FINANCE, world.one(Firm, name="Acme"))
    with pytest.raises(RuleBroken, match="team"), transaction():
        verify(world.actor("Ada"), posting, 1_200_000, "5100")


def test_verifying_needs_a_fresh_sign_in(world):
    project = live(world)
    (line,) = lines(world, project)
    posting, finn = reported(world, line), world.actor("Finn")
    with later(minutes=16), pytest.raises(NotFresh), transaction():
        verify(finn, posting, 1_200_000, "5100")


def test_finance_verifies_less_and_the_difference_is_posted_with_its_reason(world):
    project = live(world, {"Scrap": draft(4_800_000)})
    (line,) = lines(world, project)
    verified(world, project, line, 4_150_000)
    assert (headline(project, V1), headline(project)) == (4_800_000, 4_150_000)
    adjustment = world.one(Posting, kind=EntryKind.FINANCE_ADJUST)
    assert sum(entry.amount_minor for entry in world.all(SavingsEntry, posting_id=adjustment.id)) == -650_000


def test_more_than_reported_is_not_verified(world):
    project = live(world)
    (line,) = lines(world, project)
    with pytest.raises(RuleBroken) as broken:
        verified(world, project, line, 1_200_001)
    assert broken.value.field == "amount"


def test_nothing_is_verified_that_is_not_reported_or_verified_twice(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = claim(world, line)
    with pytest.raises(RuleBroken), transaction():
        verify(world.actor("Finn"), posting, 1_200_000, "5100")
    with transaction():
        report(world.actor("Dee"), posting)
    for attempt in range(2):
        if attempt:
            with pytest.raises(RuleBroken), transaction():
                verify(world.actor("Finn"), posting, 1_200_000, "5100")
        else:
            with transaction():
                verify(world.actor("Finn"), posting, 1_200_000, "5100")


def test_the_same_request_twice_is_one_claim(world):
    project = live(world)
    (line,) = lines(world, project)
    first, second = claim(world, line, request_key="phone-1"), claim(world, line, request_key="phone-1")
    assert first.id == second.id
    assert len(world.all(Posting, kind=EntryKind.CLAIM)) == 1
    with pytest.raises(RuleBroken), transaction():
        submit_claim(world.actor("Ada"), line, "phone-2")


def test_an_amendment_by_the_team_counts_once_the_sponsor_accepts_it(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    with transaction():
        version = propose_amendment(world.actor("Ada"), line, draft(1_500_000, go_live=LIVE_ON), "More parts")
    assert headline(project, V1) == 1_200_000
    with pytest.raises(NotAllowed), transaction():
        accept_amendment(world.actor("Ada"), version)
    with transaction():
        posting = accept_amendment(world.actor("Dee"), version)
    assert (headline(project, V1), headline(project)) == (1_500_000, 1_200_000)
    with pytest.raises(RuleBroken), transaction():
        accept_amendment(world.actor("Dee"), version)
    with transaction():
        verify(world.actor("Finn"), world.one(Posting, kind=EntryKind.CLAIM), 1_500_000, "5100")
    assert headline(project) == 1_500_000
    assert posting.kind is EntryKind.AMEND


def test_an_amendment_down_counts_at_once(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    with transaction():
        amend(world.actor("Dee"), line, draft(900_000, go_live=LIVE_ON), "Volume fell")
    assert headline(project) == headline(project, V1) == 900_000


def test_a_claimed_line_is_amended_and_not_revised(world):
    project = live(world)
    (line,) = lines(world, project)
    claim(world, line)
    with pytest.raises(RuleBroken), transaction():
        revise_line(world.actor("Ada"), line, draft(1))


def test_a_returned_claim_is_revised_and_claimed_anew(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = claim(world, line)
    with transaction():
        return_claim(world.actor("Dee"), posting, "Count night shifts too")
    with transaction():
        revise_line(world.actor("Ada"), line, draft(1_300_000, go_live=LIVE_ON))
    verified(world, project, line)
    assert headline(project) == 1_300_000


def test_a_dispute_and_a_withdrawal_take_it_back(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = verified(world, project, line)
    with transaction():
        dispute(world.actor("Finn"), posting, "The account went up")
    assert (headline(project, V1), headline(project)) == (1_200_000, 0)
    with transaction():
        withdraw_claim(world.actor("Dee"), posting, Reason.EVIDENCE, "Agreed")
    assert headline(project, V1) == 0


def test_a_posting_is_reversed_once_and_the_database_itself_refuses_a_second_time(world):
    project = live(world)
    (line,) = lines(world, project)
    posting = verified(world, project, line)
    with transaction():
        made = reverse(world.actor("Finn"), posting, Reason.ENTERED_IN_ERROR, "Wrong plant")
        columns = [column.key for column in Posting.__table__.columns if column.key not in ("id", "public_id")]
        twice = {name: getattr(made, name) for name in columns}
    assert headline(project, V1) == headline(project) == 0
    with pytest.raises(RuleBroken), transaction():
        reverse(world.actor("Finn"), posting, Reason.ENTERED_IN_ERROR, "Again")
    with pytest.raises((IntegrityError, DBAPIError)), transaction():
        session.add(Posting(**{**twice, "number": twice["number"] + 1}))


def test_a_reversed_wage_may_be_posted_again(world):
    project = chartered(world)
    finn, acme, monday = world.actor("Finn"), world.one(Firm, name="Acme"), date(2026, 9, 7)
    with transaction():
        set_rate(finn, acme, 4537, date(2026, 1, 1))
        count_hours(finn, acme, world.enrollment("Ada"), monday, 390)
    with transaction():
        wages = post_wages(finn, project, date(2026, 10, 1))
    assert [entry.amount_minor for entry in world.all(SavingsEntry, posting_id=wages.id)] == [29_491]
    with transaction():
        assert post_wages(finn, project, date(2026, 10, 1)) is None
        reverse(finn, wages, Reason.ENTERED_IN_ERROR, "Wrong week")
    with transaction():
        assert post_wages(finn, project, date(2026, 10, 1)) is not None


def test_hours_counted_anew_post_the_difference_only(world):
    project = chartered(world)
    finn, acme, monday = world.actor("Finn"), world.one(Firm, name="Acme"), date(2026, 9, 7)
    with transaction():
        set_rate(finn, acme, 6000, date(2026, 1, 1))
        count_hours(finn, acme, world.enrollment("Ada"), monday, 60)
    with transaction():
        post_wages(finn, project, date(2026, 10, 1))
        count_hours(finn, acme, world.enrollment("Ada"), monday, 90)
    with transaction():
        again = post_wages(finn, project, date(2026, 10, 1))
    assert [entry.amount_minor for entry in world.all(SavingsEntry, posting_id=again.id)] == [3000]
    assert again.reason == HoursFrom.FIRM_COUNT


def test_wages_without_a_rate_are_not_posted_at_zero(world):
    project = chartered(world)
    finn, acme = world.actor("Finn"), world.one(Firm, name="Acme")
    with transaction():
        count_hours(finn, acme, world.enrollment("Ada"), date(2026, 9, 7), 60)
    with pytest.raises(RuleBroken) as broken, transaction():
        post_wages(finn, project, date(2026, 10, 1))
    assert broken.value.field == "rate"


def test_tuition_is_posted_by_payer_and_only_once(world):
    project = chartered(world)
    for _ in range(2):
        with transaction():
            post_tuition(world.actor("Gus"), project)
    with transaction(write=False):
        costs = ledger_of(project).costs()
    assert sorted((cost.payer, cost.amount_minor) for cost in costs) == [(Payer.FIRM, 500_000), (Payer.GRANT, 900_000)]


def test_only_finance_posts_costs_and_sets_rates(world):
    project, acme = chartered(world), world.one(Firm, name="Acme")
    for name in ("Dee", "Ada", "Fay", "Gus"):
        with pytest.raises(NotAllowed), transaction():
            post_cost(world.actor(name), project, CostKind.CAPEX, Payer.FIRM, 1, date(2026, 10, 1))
        with pytest.raises(NotAllowed), transaction():
            set_rate(world.actor(name), acme, 4500, date(2026, 1, 1))


def test_a_charter_with_paid_hours_needs_the_students_consent(world):
    with transaction():
        project = propose(world.actor("Ada"), world.enrollment("Ada"), "Quick-change fixtures", "")
    terms = Terms(world.person("Ben"), world.person("Finn"), wage_source=WageSource.CONSENT)
    with pytest.raises(RuleBroken) as broken, transaction():
        charter(world.actor("Dee"), project, terms)
    assert broken.value.field == "paid_hours"
    with transaction():
        acme = world.one(Firm, name="Acme")
        sign_consent(world.actor("Ada"), world.enrollment("Ada"), acme, [RecordType.PAID_HOURS], Purpose.PROGRAM_COST)
    with transaction():
        charter(world.actor("Dee"), project, terms)


def test_the_sponsor_is_not_the_finance_contact(world):
    with transaction():
        project = propose(world.actor("Ada"), world.enrollment("Ada"), "Quick-change fixtures", "")
    appoint(world, "Dee", Relation.FINANCE, world.one(Firm, name="Acme"))
    for contact in ("Dee", "Fay"):
        terms = Terms(world.person("Ben"), world.person(contact), wage_source=WageSource.FIRM_COUNT)
        with pytest.raises(RuleBroken) as broken, transaction():
            charter(world.actor("Dee"), project, terms)
        assert broken.value.field == "finance_contact"


def test_a_pool_is_not_claimed_twice(world):
    acme, finn = world.one(Firm, name="Acme"), world.actor("Finn")
    with transaction():
        measure_pool(finn, acme, "Scrap account 5100", 9_000_000)
        pool = session.scalars(unscoped(select(SavingsPool), "test")).one()
    whole = {"pool_id": pool.id}
    project = live(
        world,
        {
            "First": draft(9_000_000, attribution_bp=7000, **whole),
            "Second": draft(9_000_000, attribution_bp=5000, **whole),
        },
    )
    first, second = lines(world, project)
    verified(world, project, first)
    posting = reported(world, second)
    with pytest.raises(RuleBroken) as broken, transaction():
        verify(finn, posting, 4_500_000, "5100")
    assert broken.value.field == "amount"
    with transaction():
        verify(finn, posting, 2_700_000, "5100", reason=Reason.OVERLAP)
    assert headline(project) == 6_300_000 + 2_700_000


def test_when_a_firm_ceases_what_was_stands_and_nothing_comes_after(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line, 1_140_000)
    with transaction():
        cease_firm(world.actor("Gus"), world.one(Firm, name="Acme"), date(2027, 3, 10))
    with transaction(write=False):
        ledger, versions = ledger_of(project), versions_of([project])
        months = list(ledger.months(V2).values())
        assert months == [95_000] * 6 + [0] * 6
        assert project_return(ledger, versions, "USD").run_rate_minor == 0
        assert list(differences()) == []


def test_e19_of_a_firm_that_was_taken_over_the_history_stays_and_its_contacts_see_no_more(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    acme, bolt = world.one(Firm, name="Acme"), world.one(Firm, name="Bolt")
    before = headline(project)
    with pytest.raises(RuleBroken, match="itself"), transaction():
        merge_firm(world.actor("Gus"), acme, acme, date(2026, 10, 27))
    with pytest.raises(NotAllowed), transaction():
        merge_firm(world.actor("Dee"), acme, bolt, date(2026, 10, 27))
    runner = world.app.test_cli_runner()
    done = runner.invoke(args=["firm", "merge", "Acme", "Bolt", "--last-day", "2026-10-27"])
    assert done.exit_code == 0, done.output
    made = world.one(FirmSuccession)
    assert (made.firm_id, made.successor_id, made.effective_on) == (acme.id, bolt.id, date(2026, 10, 27))
    session.expire_all()
    assert headline(project) == before
    for name in ("Dee", "Finn"):
        assert world.browser_of(name).get(f"/employer/projects/{project.public_id}").status_code in (403, 404)
    assert world.browser_of("Fay").get(f"/employer/projects/{project.public_id}").status_code == 404
    again = runner.invoke(args=["firm", "merge", "Acme", "Bolt", "--last-day", "2026-10-27"])
    assert "already" in again.output
