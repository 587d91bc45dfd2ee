"""V3 and V4 through pages and API: reviewers find what waits; after a year a saving is sustained, or it has lapsed."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from lms.capstone.projects.queries import steps_of
from lms.capstone.projects.rules import Outcome, ProjectState
from lms.capstone.savings.queries import ledger_of
from lms.capstone.savings.rules.kinds import Level, Reason
from lms.capstone.savings.rules.review import Check
from lms.capstone.savings.services.realizing import claimed_months, realize
from lms.capstone.savings.services.reviewing import review
from lms.capstone.savings.services.sustaining import attest_sustained, confirm_sustained, state_lapsed
from lms.capstone.savings.services.verifying import verify
from lms.capstone.savings.verify import differences
from lms.hub.catalog.models import Program
from lms.kernel.audit import AuditEntry
from lms.kernel.audit import Outcome as Logged
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed, NotFresh, RuleBroken
from lms.people.access import Action, Relation
from lms.people.grants.models import GrantRow
from tests.api.support import caller
from tests.capstone.stage import draft, lines, live, reported, verified
from tests.support import cast
from tests.support.statements import count_statements
from tests.support.web import words

YEAR_LATER = datetime(2027, 10, 15, 14, tzinfo=UTC)
CHECKS = [check.value for check in Check]


@pytest.fixture
def reviewers(world):
    """Gus, Hana and Ben review for the program; Ben coaches, too."""
    with transaction():
        for name in ("Gus", "Hana", "Ben"):
            session.add(
                GrantRow(
                    person_id=world.person(name).id,
                    relation=Relation.REVIEWER,
                    place_id=world.one(Program).id,
                    from_day=date(2026, 8, 1),
                )
            )


def reviewed(world, drafts=None):
    """A project whose first line has reached V3, and that claim."""
    project = live(world, drafts)
    posting = verified(world, project, lines(world, project)[0])
    with transaction():
        review(world.actor("Gus"), posting, list(Check))
    return project, posting


def confirm_year(world, project, percent=100, months=12):
    """Finance confirms months of the first line, the last three at `percent` of what was verified."""
    (line, *_), finn = lines(world, project), world.actor("Finn")
    with transaction():
        due = list(claimed_months(ledger_of(project), line.id).items())[:months]
        brought = {month: minor * percent // 100 if n >= 9 else minor for n, (month, minor) in enumerate(due)}
        realize(finn, line, brought)


def level_of(project, posting):
    with transaction(write=False):
        return ledger_of(project).states[posting.id].level


LASTS, VERIFY, CORRECT = "Say whether it lasts", "Verify, or less of it", "Correct the verified amount"


def offered(browser, posting):
    """Which of finance's steps the page of a claim offers."""
    text = words(browser.get(f"/employer/claims/{posting.public_id}"))
    return {step for step in (LASTS, VERIFY, CORRECT) if step in text}


def end_of(project):
    with transaction(write=False):
        step = steps_of([project])[project.id][-1]
    return step.state, step.outcome


def test_a_reviewer_finds_what_waits_answers_the_checklist_and_lifts_it(world, reviewers):
    project = live(world)
    posting = verified(world, project, lines(world, project)[0])
    gus = world.browser_of("Gus")
    waiting = gus.get("/reviewer/").text
    assert "Review the saving: Scrap" in waiting
    assert "$12,000.00" in waiting
    path = f"/reviewer/claims/{posting.public_id}"
    assert "Nothing of it is counted in another saving" in gus.get(path).text
    some = gus.post(f"{path}/reviews", data={"checklist": CHECKS[:2], "comment": "Looked at the meter"})
    assert some.status_code == 422
    assert "Looked at the meter" in some.text
    assert some.text.count("<input checked") == 2
    assert gus.post(f"{path}/reviews", data={"checklist": CHECKS}).status_code == 303
    assert level_of(project, posting) is Level.REVIEWED
    assert "Nothing waits" in gus.get("/reviewer/").text


def test_large_savings_say_that_two_persons_are_needed_and_whose_turn_it_is(world, reviewers):
    project = live(world, {"Scrap": draft(12_000_000)})
    posting = verified(world, project, lines(world, project)[0])
    path = f"/claims/{posting.public_id}/reviews"
    assert "two persons" in world.browser_of("Gus").get("/reviewer/").text
    first = caller(world, "Gus").post(path, json={"checklist": CHECKS})
    assert first.json["level"] == "V2"
    assert "somebody else" in world.browser_of("Gus").get("/reviewer/").text
    hana = world.browser_of("Hana").get("/reviewer/").text
    assert "Second review: Scrap" in hana
    assert "yours" in hana
    assert caller(world, "Gus").post(path, json={"checklist": CHECKS}).status_code == 422
    assert caller(world, "Hana").post(path, json={"checklist": CHECKS}).json["level"] == "V3"


def test_the_coach_reviews_nothing_and_the_attempt_is_logged(world, reviewers):
    project = live(world)
    posting = verified(world, project, lines(world, project)[0])
    ben = world.browser_of("Ben")
    assert "somebody else" in ben.get("/reviewer/").text
    refused = ben.post(f"/reviewer/claims/{posting.public_id}/reviews", data={"checklist": CHECKS})
    assert refused.status_code == 422
    assert "part of this project" in refused.text
    assert world.one(AuditEntry, outcome=Logged.DENIED).action == Action.SAVINGS_REVIEW
    assert world.browser_of("Finn").get("/reviewer/").status_code == 403


def test_the_list_costs_the_same_statements_for_one_saving_and_for_four(world, reviewers):
    counts = []
    for _ in range(2):
        project = live(world, {"Scrap": draft(), "Oil": draft(), "Water": draft()} if counts else None)
        for line in lines(world, project):
            verified(world, project, line)
        client = world.browser_of("Gus")
        client.get("/reviewer/")
        with count_statements() as statements:
            assert client.get("/reviewer/").status_code == 200
        counts.append(statements.count)
    assert counts[0] == counts[1]


def test_finance_says_that_it_lasts_the_program_confirms_and_the_project_ends_sustained(world, reviewers):
    project, posting = reviewed(world)
    with time_machine.travel(YEAR_LATER, tick=False):
        finn, hana = world.browser_of("Finn"), world.browser_of("Hana")
        assert "Say whether it lasts: Scrap" in finn.get("/employer/waiting").text
        path = f"/employer/claims/{posting.public_id}"
        assert finn.post(f"{path}/sustained").status_code == 422  # no month is confirmed yet
        confirm_year(world, project, 80)
        assert offered(finn, posting) == {LASTS, CORRECT}
        assert "80" in words(finn.get(f"{path}/after-a-year"))
        assert finn.post(f"{path}/sustained", data={"comment": "From the account"}).status_code == 303
        assert level_of(project, posting) is Level.REVIEWED
        assert finn.post(f"{path}/sustained").status_code == 422
        assert offered(finn, posting) == {CORRECT}
        assert "A reviewer of the program confirms it." in words(finn.get(path))
        assert "Confirm that it lasts: Scrap" in hana.get("/reviewer/").text
        assert hana.post(f"/reviewer/claims/{posting.public_id}/sustained").status_code == 303
        assert level_of(project, posting) is Level.SUSTAINED
        assert offered(finn, posting) == {CORRECT}
        assert "A reviewer of the program confirms it." not in words(finn.get(path))
        assert end_of(project) == (ProjectState.CLOSED, Outcome.SUSTAINED)
        roi = caller(world, "Dee").get(f"/projects/{project.public_id}/roi?level=V4").json
        assert roi["benefit"]["amount"] == "12000.00"
    done = [
        entry.action
        for entry in world.all(AuditEntry)
        if entry.outcome is Logged.DONE and entry.action.startswith("savings")
    ]
    assert done[-2:] == [Action.SAVINGS_VERIFY, Action.SAVINGS_REVIEW]
    with transaction(write=False):
        assert list(differences()) == []


def test_under_four_fifths_it_is_refused_and_lapses_and_what_was_realized_stays(world, reviewers):
    project, posting = reviewed(world)
    with time_machine.travel(YEAR_LATER, tick=False):
        confirm_year(world, project, 40)
        assert offered(world.browser_of("Finn"), posting) == {LASTS, CORRECT}
        finance = caller(world, "Finn")
        assert finance.post(f"/claims/{posting.public_id}/lapses", json={}).status_code == 401
        finance.post("/me/sign-in-again", json={"password": cast.PASSWORD})
        refused = finance.post(f"/claims/{posting.public_id}/sustained", json={})
        assert refused.status_code == 422
        assert "less than 80" in refused.json["detail"]
        lapsed = finance.post(f"/claims/{posting.public_id}/lapses", json={"comment": "The line stands still"})
        assert (lapsed.json["level"], lapsed.json["after_year"]) == ("V3", "lapse")
        assert end_of(project) == (ProjectState.CLOSED, Outcome.LAPSED)
        assert "lapsed" in world.browser_of("Dee").get(f"/employer/claims/{posting.public_id}").text
        with transaction(write=False):
            assert ledger_of(project).headline(Level.SUSTAINED) == 0
            assert ledger_of(project).headline(Level.REVIEWED) == 1_200_000
        again = finance.post(f"/claims/{posting.public_id}/lapses", json={})
        assert again.status_code == 422
        assert offered(world.browser_of("Finn"), posting) == {CORRECT}


def test_finance_corrects_what_it_verified_from_the_amount_that_stands(world, reviewers):
    project = live(world)
    posting = reported(world, lines(world, project)[0])
    finn, path = world.browser_of("Finn"), f"/employer/claims/{posting.public_id}"
    assert offered(finn, posting) == {VERIFY}
    sent = {"amount": "10000.00", "account": "5100 scrap", "reason": ""}
    refused = finn.post(f"{path}/verifications", data=sent)
    assert refused.status_code == 422
    assert "Choose why you verify less." in words(refused)
    sent["reason"] = "volume"
    assert finn.post(f"{path}/verifications", data=sent).status_code == 303
    assert offered(finn, posting) == {CORRECT}
    assert 'value="10000.00"' in finn.get(f"{path}/verification").text
    anew = "After a correction it reviews it anew."
    assert anew not in words(finn.get(f"{path}/verification"))
    with transaction():
        review(world.actor("Gus"), posting, list(Check))
    assert anew in words(finn.get(f"{path}/verification"))
    assert finn.post(f"{path}/verifications", data={**sent, "amount": "9000.00"}).status_code == 303
    assert level_of(project, posting) is Level.VERIFIED
    with transaction(write=False):
        assert ledger_of(project).headline(Level.VERIFIED) == 900_000
    assert "Review the saving: Scrap" in words(world.browser_of("Gus").get("/reviewer/"))
    with transaction():
        review(world.actor("Gus"), posting, list(Check))
    assert level_of(project, posting) is Level.REVIEWED


def test_what_was_sustained_is_corrected_and_goes_through_review_again(world, reviewers):
    project, posting = reviewed(world)
    with time_machine.travel(YEAR_LATER, tick=False):
        confirm_year(world, project)
        with transaction():
            attest_sustained(world.actor("Finn"), posting)
        with transaction():
            confirm_sustained(world.actor("Hana"), posting)
        with transaction():
            verify(world.actor("Finn"), posting, 1_100_000, "5100-22", reason=Reason.EVIDENCE)
        assert level_of(project, posting) is Level.VERIFIED
        assert "Review the saving: Scrap" in words(world.browser_of("Hana").get("/reviewer/"))
        with transaction():
            review(world.actor("Hana"), posting, list(Check))
        assert level_of(project, posting) is Level.REVIEWED
        assert offered(world.browser_of("Finn"), posting) == {LASTS, CORRECT}
    with transaction(write=False):
        assert list(differences()) == []


def test_a_saving_that_lasts_is_not_stated_lapsed_and_nothing_is_judged_before_the_year_is_over(world, reviewers):
    project, posting = reviewed(world)
    for deed in (attest_sustained, state_lapsed):
        with pytest.raises(RuleBroken, match="first year ends"), transaction():
            deed(world.actor("Finn"), posting)
    with time_machine.travel(YEAR_LATER, tick=False):
        confirm_year(world, project)
        with pytest.raises(RuleBroken, match="this saving lasts"), transaction():
            state_lapsed(world.actor("Finn"), posting)
        with pytest.raises(RuleBroken, match="has to say first"), transaction():
            confirm_sustained(world.actor("Hana"), posting)


def test_only_fresh_finance_says_it_and_only_a_reviewer_outside_of_the_project_confirms_it(world, reviewers):
    project, posting = reviewed(world)
    with time_machine.travel(YEAR_LATER, tick=False):
        confirm_year(world, project)
        stale = world.actor("Finn")
        with time_machine.travel(YEAR_LATER + timedelta(hours=1), tick=False), pytest.raises(NotFresh), transaction():
            attest_sustained(stale, posting)
        for name in ("Dee", "Ada", "Fay"):
            with pytest.raises(NotAllowed), transaction():
                attest_sustained(world.actor(name), posting)
        with transaction():
            attest_sustained(world.actor("Finn"), posting)
        with pytest.raises(RuleBroken, match="part of this project"), transaction():
            confirm_sustained(world.actor("Ben"), posting)
        with pytest.raises(NotAllowed), transaction():
            confirm_sustained(world.actor("Finn"), posting)


def test_one_that_lasts_beside_one_that_lapsed_leaves_the_project_partly_sustained(world, reviewers):
    project, posting = reviewed(world, {"Scrap": draft(), "Oil": draft(600_000)})
    oil = lines(world, project)[1]
    second = verified(world, project, oil)
    with time_machine.travel(YEAR_LATER, tick=False):
        confirm_year(world, project)
        with transaction():
            months = dict.fromkeys(claimed_months(ledger_of(project), oil.id), 0)
            realize(world.actor("Finn"), oil, months)
        with transaction():
            attest_sustained(world.actor("Finn"), posting)
        with transaction():
            confirm_sustained(world.actor("Hana"), posting)
        assert end_of(project)[0] is ProjectState.IMPLEMENTED
        with transaction():
            state_lapsed(world.actor("Finn"), second)
        assert end_of(project) == (ProjectState.CLOSED, Outcome.PARTIAL)
