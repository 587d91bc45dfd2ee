"""What a ledger keeps: every past figure, its chain, what was attested, and whose rows they are."""

import pytest
from sqlalchemy import select

from lms.capstone.lines.models import LineVersion
from lms.capstone.lines.queries import versions_of
from lms.capstone.lines.rules.kinds import BenefitClass, CostKind, Payer
from lms.capstone.projects.models import Project
from lms.capstone.returns import project_return
from lms.capstone.savings.models import Posting, ProjectSummary, SavingsEntry
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Reason
from lms.capstone.savings.rules.rows import line_total
from lms.capstone.savings.services.amending import (
    amend,
)
from lms.capstone.savings.services.claims import report, submit_claim
from lms.capstone.savings.services.costs import post_cost
from lms.capstone.savings.services.verifying import dispute, verify
from lms.capstone.savings.verify import differences
from lms.kernel import chain, clock
from lms.kernel.db import db, session, transaction
from lms.kernel.errors import RuleBroken
from lms.people.scope import unscoped
from tests.capstone.stage import LIVE_ON, claim, draft, lines, live, reported, verified
from tests.capstone.test_ledger_commands import V1, V2, later


def test_every_past_figure_can_be_had_again(world):
    """Replay: after each command the figures as of that moment are what was shown then."""
    shown = []
    project = live(world)
    (line,) = lines(world, project)

    def note():
        shown.append((clock.now(), figures(project, None)))

    def step(minutes, deed):
        with later(minutes=minutes), transaction():
            result = deed()
        with later(minutes=minutes):
            note()
        return result

    posting = step(1, lambda: submit_claim(world.actor("Ada"), line))
    with transaction():
        from lms.capstone.savings.models import EvidenceKind
        from lms.capstone.savings.services.evidence import add_evidence

        add_evidence(world.actor("Ada"), line, EvidenceKind.PHOTO, "Photo of the fixture")
    step(2, lambda: report(world.actor("Dee"), posting))
    step(3, lambda: verify(world.actor("Finn"), posting, 1_100_000, "5100", reason=Reason.VOLUME))
    step(4, lambda: post_cost(world.actor("Finn"), project, CostKind.CAPEX, Payer.FIRM, 300_000, LIVE_ON))
    step(5, lambda: amend(world.actor("Dee"), line, draft(1_500_000, go_live=LIVE_ON), "More"))
    step(6, lambda: amend(world.actor("Dee"), line, draft(900_000, go_live=LIVE_ON), "Less"))
    step(7, lambda: dispute(world.actor("Finn"), posting, "Not sure"))
    assert len({figure for _, figure in shown}) > 4
    for moment, figure in shown:
        assert figures(project, moment) == figure


def figures(project, as_of):
    with transaction(write=False):
        ledger, versions = ledger_of(project, as_of), versions_of([project], as_of)
    found = (project_return(ledger, versions, "USD", level) for level in (V1, V2))
    return tuple((r.benefit_minor, r.cost_minor, r.run_rate_minor, tuple(r.flows)) for r in found)


def test_a_changed_row_is_named(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    with transaction():
        row = session.scalars(unscoped(select(ProjectSummary), "test")).one()
        row.verified_minor += 1
    with transaction(write=False):
        assert [project.public_id in found and "verified_minor" in found for found in differences()] == [True]


def test_a_tampered_entry_breaks_the_chain_by_name(world):
    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    entry = world.all(SavingsEntry)[0]
    with db.engine.begin() as raw:
        from lms.kernel.appendonly import drops

        for statement in drops(SavingsEntry.__table__, raw.dialect.name):
            raw.exec_driver_sql(statement)
        raw.exec_driver_sql(f"UPDATE savings_entry SET amount_minor = amount_minor + 1 WHERE id = {entry.id}")
    with transaction(write=False):
        assert any(entry.public_id in found for found in chain.breaks())
        assert list(differences())


def test_what_finance_attests_is_about_what_it_saw(world):
    """A claim amended between reading and verifying: the amount is then more than reported, and nothing is written."""
    project = live(world)
    (line,) = lines(world, project)
    posting = reported(world, line)
    with transaction():
        amend(world.actor("Dee"), line, draft(900_000, go_live=LIVE_ON), "Less")
    with pytest.raises(RuleBroken), transaction():
        verify(world.actor("Finn"), posting, 1_200_000, "5100")
    with transaction():
        verify(world.actor("Finn"), posting, 900_000, "5100")
        assert line_total(ledger_of(project), line.id, V2) == 900_000


def test_other_firms_rows_are_not_found(world):
    from lms.capstone.projects.queries import find_project
    from lms.capstone.savings.queries import find_posting
    from lms.kernel.errors import NotFound

    project = live(world)
    (line,) = lines(world, project)
    posting = claim(world, line)
    for name in ("Fay", "Eli", "Hana", "Ivo", "Zoe"):
        with transaction(write=False):
            with pytest.raises(NotFound):
                find_project(world.actor(name), project.public_id)
            with pytest.raises(NotFound):
                find_posting(world.actor(name), posting.public_id)
    for name in ("Ada", "Dee", "Finn", "Ben", "Cleo", "Gus"):
        with transaction(write=False):
            assert find_project(world.actor(name), project.public_id).id == project.id


def test_an_intangible_line_has_no_amount_and_is_not_claimed(world):
    intangible = draft(0, benefit_class=BenefitClass.INTANGIBLE, quantity_e4=0)
    project = live(world, {"Safer lifting": intangible})
    (line,) = lines(world, project)
    with pytest.raises(RuleBroken), transaction():
        submit_claim(world.actor("Ada"), line)


def test_going_live_locks_the_forecast_and_gives_lines_their_day(world):
    project = live(world)
    forecast = world.one(Posting, kind=EntryKind.FORECAST)
    assert forecast.effective_on == LIVE_ON
    assert {version.go_live for version in world.all(LineVersion)} == {None, LIVE_ON}
    with transaction(write=False):
        assert ledger_of(project).planned(EntryKind.FORECAST) == 1_200_000


def test_decisions_of_a_claim_stand_in_its_history(world):
    from lms.capstone.savings.models import Verification

    project = live(world)
    (line,) = lines(world, project)
    verified(world, project, line)
    assert [row.decision for row in world.all(Verification)] == [Decision.ATTESTED] * 2
    assert world.one(Project).currency == "USD"
