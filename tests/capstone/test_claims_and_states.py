"""What a claim may become, the states of a project, and when follow-ups are due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.capstone.followups.rules import follow_up_dates, months_due, next_follow_up
from lms.capstone.lines.rules.checks import check_line
from lms.capstone.lines.rules.kinds import BenefitClass, HoursProof, Stream
from lms.capstone.lines.rules.worth import adjusted, schedule
from lms.capstone.projects import rules as projects
from lms.capstone.projects.rules import ProjectState, Readiness
from lms.capstone.savings.rules import attest, rows
from lms.capstone.savings.rules.kinds import Decision, EntryKind, Level
from lms.kernel.errors import RuleBroken
from tests.capstone.shapes import GO_LIVE, Book, Line, replace
from tests.capstone.test_edge_cases import V1, V2, fields_of


def test_hours_saved_are_hard_only_with_a_proof():
    saved = Line(stream=Stream.LABOR)
    with pytest.raises(RuleBroken) as broken:
        check_line(saved)
    assert broken.value.field == "hours_proof"
    check_line(replace(saved, hours_proof=HoursProof.OVERTIME_FELL))
    check_line(replace(saved, benefit_class=BenefitClass.SOFT))
    check_line(replace(saved, minor=-100))


def test_a_recurring_cost_is_never_made_smaller():
    assert adjusted(Line(-600_000, attribution_bp=5000, confidence_bp=1000)) == -600_000


def test_a_dispute_takes_back_the_verification_and_a_new_one_gives_it():
    book = Book()
    claim = book.claim(1, Line(), V1)
    book.verify(1, 1_100_000)
    book.decide(claim, Decision.DISPUTED)
    assert (book.ledger.headline(V1), book.ledger.headline(V2)) == (1_200_000, 0)
    book.verify(1, 900_000)
    assert (book.ledger.headline(V1), book.ledger.headline(V2)) == (1_200_000, 900_000)


@pytest.mark.parametrize("decision", [Decision.RETURNED, Decision.REJECTED, Decision.WITHDRAWN])
def test_what_is_returned_rejected_or_withdrawn_does_not_stand(decision):
    book = Book()
    claim = book.claim(1, Line(), V1)
    book.amend(1, Line(2_000_000))
    book.decide(claim, decision)
    assert book.ledger.headline(Level.DRAFT) == 0
    book.claim(1, Line(500_000), V1)
    assert book.ledger.headline(V1) == 500_000  # the old amendment does not come back


def test_levels_are_not_skipped_or_given_twice():
    attest.check_level(V1, V2)
    for state, wanted in ((Level.DRAFT, V2), (V2, V2), (V1, Level.REVIEWED)):
        with pytest.raises(RuleBroken):
            attest.check_level(state, wanted)


def test_what_is_missing_for_a_report_is_named_at_once():
    with pytest.raises(RuleBroken) as broken:
        attest.check_reportable(Line(isolation_method=None), basis=" ", evidence=0)
    assert fields_of(broken) == {"basis", "isolation", "evidence"}
    attest.check_reportable(Line(), basis="Scrap tickets before and after", evidence=1)


def test_nothing_is_claimed_before_it_is_live_or_if_it_cannot_be_priced():
    for line in (Line(), Line(go_live=None), Line(0, BenefitClass.INTANGIBLE)):
        with pytest.raises(RuleBroken):
            attest.check_claimable(line, GO_LIVE - timedelta(days=1))
    attest.check_claimable(Line(), GO_LIVE)


READY = Readiness(
    has_sponsor=True,
    has_coach=True,
    has_finance_contact=True,
    terms_accepted=True,
    has_wage_source=True,
    baseline_locked=True,
    go_live=GO_LIVE,
)


def test_a_project_goes_through_every_state_in_order_whatever_it_saves():
    for state, wanted in zip(projects.ORDER, projects.ORDER[1:], strict=False):
        projects.check_move(state, wanted, READY)


def test_a_project_does_not_jump_or_come_back():
    for state, wanted in (
        (ProjectState.PROPOSED, ProjectState.IMPLEMENTED),
        (ProjectState.IMPLEMENTED, ProjectState.PROPOSED),
        (ProjectState.CLOSED, ProjectState.FOLLOWING_UP),
        (ProjectState.CANCELLED, ProjectState.PROPOSED),
    ):
        with pytest.raises(RuleBroken):
            projects.check_move(state, wanted, READY)


def test_any_open_project_may_be_cancelled_or_passed_on():
    for state in projects.ORDER[:-1]:
        projects.check_move(state, ProjectState.CANCELLED, Readiness())
        projects.check_move(state, ProjectState.TRANSFERRED, Readiness())


def test_a_charter_names_all_that_is_missing():
    with pytest.raises(RuleBroken) as broken:
        projects.check_move(ProjectState.PROPOSED, ProjectState.CHARTERED, Readiness())
    assert fields_of(broken) == {"sponsor", "coach", "finance_contact", "confidentiality", "paid_hours"}


def test_nothing_is_implemented_without_a_locked_baseline_and_a_day():
    with pytest.raises(RuleBroken) as broken:
        projects.check_move(
            ProjectState.IN_PROGRESS, ProjectState.IMPLEMENTED, replace(READY, baseline_locked=False, go_live=None)
        )
    assert fields_of(broken) == {"baseline", "go_live"}


def test_the_forecast_locks_when_the_change_is_implemented_and_claims_open():
    open_states = [state for state in ProjectState if projects.may_change_forecast(state)]
    claiming = [state for state in ProjectState if projects.may_claim(state)]
    assert open_states[-1] is ProjectState.IN_PROGRESS
    assert claiming == [ProjectState.IMPLEMENTED, ProjectState.REPORTED_OUT, ProjectState.FOLLOWING_UP]


def test_e24_follow_ups_are_due_three_six_and_twelve_months_after_go_live():
    plan = follow_up_dates(date(2026, 11, 30), 3)
    assert (plan.due, plan.notice) == (date(2027, 2, 28), date(2027, 1, 29))
    assert plan.reminders == (date(2027, 3, 7), date(2027, 3, 14), date(2027, 3, 28))
    assert (plan.coordinator, plan.closes) == (date(2027, 4, 4), date(2027, 4, 29))


def test_the_next_follow_up_is_the_first_one_open():
    assert next_follow_up(None, frozenset(), GO_LIVE) is None
    assert next_follow_up(GO_LIVE, frozenset({3}), date(2026, 5, 1)).milestone == 6
    assert next_follow_up(GO_LIVE, frozenset(), date(2026, 9, 1)).milestone == 6  # three months went unanswered
    assert next_follow_up(GO_LIVE, frozenset(), date(2028, 1, 1)) is None


def test_months_due_are_whole_and_at_most_twelve():
    assert [months_due(GO_LIVE, day) for day in (GO_LIVE, date(2026, 5, 31), date(2026, 6, 1), date(2030, 1, 1))] == [
        0,
        2,
        3,
        12,
    ]


def test_a_kind_that_stands_beside_the_claim_is_not_counted_with_it():
    book = Book()
    book.claim(1, Line(), V2)
    book.post(EntryKind.REALIZE, rows.claim_rows(schedule(Line()), BenefitClass.HARD_PL), line=1, level=V2)
    assert book.ledger.headline(V2) == 1_200_000


def test_ageing_counts_claims_that_wait_for_finance():
    from lms.capstone.savings.rules.figures import ageing

    book = Book(now=datetime(2026, 1, 1, tzinfo=UTC))
    book.claim(1, Line(), V1)
    book.claim(2, Line(600_000), V2)
    ages = {age.up_to_days: (age.claims, age.minor) for age in ageing(book.ledger, datetime(2026, 3, 15, tzinfo=UTC))}
    assert ages == {30: (0, 0), 60: (0, 0), 90: (1, 1_200_000), None: (0, 0)}
