"""What savings really brought: confirmed by finance month by month, beside the claim and never instead of it."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from lms.capstone.queries import project_figures
from lms.capstone.savings.models import Posting, SavingsEntry
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import EntryKind, Level, Reason
from lms.capstone.savings.services.amending import reverse
from lms.capstone.savings.services.realizing import due_months, realize
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.people.scope import policy_day
from tests.capstone import stage
from tests.support.web import World

SIX_MONTHS_ON = datetime(2027, 5, 3, 14, tzinfo=UTC)  # go-live October 1: October to April are over


def _verified(world: World) -> tuple[object, object]:
    """The case of the product's description: claimed $48,000 a year, finance verifies $41,500."""
    project = stage.live(world, {"Scrap": stage.draft(4_800_000)})
    (line,) = stage.lines(world, project)
    stage.verified(world, project, line, 4_150_000)
    return project, line


def test_claimed_verified_and_realized_stand_side_by_side(world: World) -> None:
    project, line = _verified(world)
    with time_machine.travel(SIX_MONTHS_ON, tick=False):
        months = [date(2026, 10 + n, 1) if n < 3 else date(2027, n - 2, 1) for n in range(6)]
        with transaction():
            amounts = (330_000, 331_000, 332_000, 333_000, 332_000, 332_000)
            realize(world.actor("Finn"), line, dict(zip(months, amounts, strict=True)))
        with transaction(write=False):
            figures = project_figures(project)
            brought = figures.realized()
            assert figures.at(Level.REPORTED).benefit_minor == 4_800_000
            assert figures.at(Level.VERIFIED).benefit_minor == 4_150_000
            assert brought.minor == 1_990_000
            assert brought.expected_minor == 4_800_000 * 7 // 12
            assert brought.rate_bp == 7107  # 19,900 of 28,000: April is over and nobody confirmed it
            assert brought.explain().steps[-1].value.minor == 1_990_000
            *each, together = [step.value.minor for step in brought.explain_expected().steps]
            assert (sum(each), len(each)) == (together, 7) == (brought.expected_minor, 7)
            confirmed = [step.value for step in brought.explain_confirmed_rate().steps]
            assert [confirmed[0].minor, confirmed[1].minor, confirmed[2].bp] == [1_990_000, 2_400_000, 8292]
            assert list(due_months(ledger_of(project), line.id, policy_day())) == [date(2027, 4, 1)]


@pytest.mark.parametrize(("month", "field"), [(date(2027, 5, 1), "month-2027-05"), (date(2026, 9, 1), "month-2026-09")])
def test_a_month_that_is_not_over_or_not_its_own_is_named(world: World, month: date, field: str) -> None:
    _, line = _verified(world)
    with time_machine.travel(SIX_MONTHS_ON, tick=False), pytest.raises(RuleBroken) as broken, transaction():
        realize(world.actor("Finn"), line, {month: 1})
    assert broken.value.field == field


def test_a_month_is_confirmed_once_and_again_after_a_reversal(world: World) -> None:
    project, line = _verified(world)
    month = {date(2026, 10, 1): 300_000}
    with time_machine.travel(SIX_MONTHS_ON, tick=False):
        with transaction():
            posting = realize(world.actor("Finn"), line, month)
        with pytest.raises(RuleBroken), transaction():
            realize(world.actor("Finn"), line, month)
        with transaction():
            reverse(world.actor("Finn"), posting, Reason.ENTERED_IN_ERROR, "Wrong month")
        with transaction():
            realize(world.actor("Finn"), line, {date(2026, 10, 1): 0})
        with transaction(write=False):
            brought = project_figures(project).realized()
            assert dict(brought.months) == {date(2026, 10, 1): 0}
            assert brought.confirmed_rate_bp == 0


def test_a_retry_posts_once(world: World) -> None:
    _, line = _verified(world)
    with time_machine.travel(SIX_MONTHS_ON, tick=False):
        for _ in range(2):
            with transaction():
                realize(world.actor("Finn"), line, {date(2026, 10, 1): 5}, request_key="abc")
    assert len(world.all(Posting, kind=EntryKind.REALIZE)) == 1


def test_what_is_not_verified_cannot_be_realized(world: World) -> None:
    project = stage.live(world)
    (line,) = stage.lines(world, project)
    stage.reported(world, line)
    with time_machine.travel(SIX_MONTHS_ON, tick=False), pytest.raises(RuleBroken), transaction():
        realize(world.actor("Finn"), line, {date(2026, 10, 1): 5})


@pytest.mark.parametrize("name", ["Ada", "Dee", "Fay", "Gus"])
def test_only_the_firms_finance_confirms(world: World, name: str) -> None:
    _, line = _verified(world)
    with time_machine.travel(SIX_MONTHS_ON, tick=False), pytest.raises(NotAllowed), transaction():
        realize(world.actor(name), line, {date(2026, 10, 1): 5})


def test_the_page_keeps_what_was_typed_and_posts_what_is_right(world: World) -> None:
    project, line = _verified(world)
    with time_machine.travel(SIX_MONTHS_ON, tick=False):
        finn = world.browser_of("Finn")
        address = f"/employer/lines/{line.public_id}/realized"
        assert "2027-04" in finn.get(address).text
        refused = finn.post(address, data={"month-2026-10": "3.000,00", "month-2026-11": "3100"})
        assert refused.status_code == 422
        assert "3.000,00" in refused.text
        right = {"month-2026-10": "3000.00", "month-2026-11": ""}
        assert finn.post(address, data=right).status_code == 303
        rows = [row for row in world.all(SavingsEntry) if row.amount_minor == 300_000]
        assert [row.period for row in rows] == [date(2026, 10, 1)]
        assert "What it really brought" in finn.get(f"/employer/projects/{project.public_id}").text
        assert world.browser_of("Dee").get(address).status_code == 403
        assert world.all(AuditEntry, action="savings:realize")
