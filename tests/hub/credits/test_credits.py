"""Prior learning within the cap, decided by the office, taken back by a new fact; waivers that the student sees."""

import io
from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from lms.hub.catalog.kinds import RequirementKind as K
from lms.hub.catalog.rules import Need, identity
from lms.hub.competencies.files import keep_proof
from lms.hub.competencies.services.outside import check_credential
from lms.hub.credits.models import CreditDecision, CreditRequest, RequirementRuling
from lms.hub.credits.rules import (
    Credit,
    Outcome,
    RulingKind,
    added,
    cap,
    check_minutes,
    check_outcome,
    check_plan,
    check_request,
)
from lms.hub.credits.services import ask_credit, decide_credit, needs_for, rule_requirement, suggestions_for
from lms.hub.standing.facts import How, State, StudentFacts, Verdict
from lms.hub.standing.queries import record_of
from lms.hub.standing.rules import judge
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from tests.hub.competencies import made
from tests.support.web import NOW, World

LABS = Need(K.MIN_MINUTES, "Labs", minutes=1_000, hours_kind="lab_in_person")
LAB_NODE = identity(LABS)


@given(st.integers(1, 100_000), st.integers(0, 10_000), st.integers(0, 100_000), st.integers(1, 100_000))
def test_never_more_than_the_cap_is_credited(minutes: int, cap_bp: int, before: int, given_now: int) -> None:
    need = Need(K.MIN_MINUTES, "x", minutes=minutes)
    try:
        check_minutes(need, None, given_now, before, cap_bp)
    except RuleBroken:
        assert (before + given_now) * 10_000 > minutes * cap_bp - 10_000
    else:
        assert (before + given_now) * 10_000 <= minutes * cap_bp


def test_the_cap_explains_itself() -> None:
    assert cap(31_200, 5_000).steps[-1].value == cap(31_200, 5_000).value == 15_600


def test_a_request_names_every_fault_at_once() -> None:
    with pytest.raises(RuleBroken) as caught:
        check_request(Need(K.CAPSTONE, "Capstone"), 5, "", has_proof=False)
    assert {one.field for one in (caught.value, *caught.value.also)} == {"requirement", "minutes", "words", "file"}
    check_request(Need(K.COURSE, "PC"), None, "Ten years of it.", has_proof=True)


def test_courses_are_credited_only_up_to_the_cap_of_the_plan() -> None:
    check_plan(500, 0, 1_000, 5_000)
    with pytest.raises(RuleBroken, match="plans 500 min"):
        check_plan(500, 1, 1_000, 5_000)


def test_a_decision_is_made_once_and_only_a_grant_is_taken_back() -> None:
    check_outcome(None, Outcome.GRANTED)
    check_outcome(Outcome.GRANTED, Outcome.REVOKED)
    for stands, wanted in ((Outcome.DECLINED, Outcome.GRANTED), (None, Outcome.REVOKED)):
        with pytest.raises(RuleBroken):
            check_outcome(stands, wanted)


def test_several_grants_add_up_and_a_whole_one_is_more_than_any() -> None:
    day = NOW.date()
    assert added([Credit(10, day), Credit(20, day)]).minutes == 30
    assert added([Credit(10, day), Credit(None, day)]).minutes is None
    assert added([]) is None


def test_the_node_says_how_much_came_from_prior_learning() -> None:
    done = {("lab_in_person", 3): 462}
    facts = StudentFacts(minutes=done, credits={LAB_NODE: Credit(500, NOW.date())})
    verdict = judge(LABS, facts)
    assert (verdict.state, verdict.prior_minutes) == (State.IN_PROGRESS, 500)
    assert "38 min of In-person lab" in str(verdict.reason)
    assert "500 min come from prior learning" in str(verdict.reason)
    met = judge(LABS, StudentFacts(minutes={("lab_in_person", 3): 500}, credits={LAB_NODE: Credit(500, NOW.date())}))
    assert (met.state, met.how) == (State.MET, How.PRIOR_LEARNING)


def ask(world: World, node: str = LAB_NODE, minutes: int | None = 400) -> CreditRequest:
    with transaction():
        return ask_credit(
            world.actor("Ada"),
            world.enrollment("Ada"),
            node,
            minutes,
            "Two years in the lab at my firm.",
            keep_proof("letter.pdf", io.BytesIO(made.PDF)),
        )


def decide(world: World, row: CreditRequest, outcome: Outcome, minutes: int | None = None, by: str = "Cleo"):
    with transaction():
        return decide_credit(world.actor(by), row, outcome, minutes, "The firm confirmed it.")


def node(world: World, title: str, as_of=None, name: str = "Ada") -> Verdict:
    with transaction(write=False):
        parts = record_of(world.enrollment(name), as_of).standing().value.parts
    return next(part for part in parts if part.need.title == title)


def test_a_student_asks_and_the_office_grants_a_part_within_the_cap(world: World) -> None:
    made.require(world, K.MIN_MINUTES, "Labs", minutes=1_000, hours_kind="lab_in_person")
    row = ask(world, minutes=600)
    with pytest.raises(RuleBroken, match="At most 500 min of 1000 min"):
        decide(world, row, Outcome.GRANTED, 600)
    with pytest.raises(NotAllowed):
        decide(world, row, Outcome.GRANTED, 100, by="Ben")
    with pytest.raises(NotAllowed):
        decide(world, row, Outcome.GRANTED, 100, by="Ivo")
    decision = decide(world, row, Outcome.GRANTED, 400)
    assert node(world, "Labs").prior_minutes == 400
    assert world.one(AuditEntry, action="credit:decide", result_id=decision.public_id)
    assert [letter.template for letter in world.all(OutboxMessage)] == ["credit-decided"]
    with pytest.raises(RuleBroken, match="At most 500"):
        decide(world, ask(world, minutes=200), Outcome.GRANTED, 101)


def test_a_credit_that_is_taken_back_still_counted_then(world: World) -> None:
    made.require(world, K.MIN_MINUTES, "Labs", minutes=1_000, hours_kind="lab_in_person")
    row = ask(world)
    decide(world, row, Outcome.GRANTED, 400)
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        decide(world, row, Outcome.REVOKED)
        assert node(world, "Labs").prior_minutes == 0
        assert node(world, "Labs", as_of=NOW + timedelta(hours=1)).prior_minutes == 400
        with pytest.raises(RuleBroken):
            decide(world, row, Outcome.REVOKED)
    assert len(world.all(CreditDecision)) == 2


def test_a_course_is_credited_whole(world: World) -> None:
    decide(world, ask(world, "course:PC", None), Outcome.GRANTED)
    found = node(world, "Process controls")
    assert (found.state, found.how) == (State.MET, How.PRIOR_LEARNING)
    with pytest.raises(RuleBroken, match="may come from prior learning"):
        decide(world, ask(world, "course:MS", None), Outcome.GRANTED)


def test_a_declined_request_may_be_asked_again(world: World) -> None:
    row = ask(world, "course:PC", None)
    decide(world, row, Outcome.DECLINED)
    with pytest.raises(RuleBroken, match="decided already"):
        decide(world, row, Outcome.GRANTED)
    decide(world, ask(world, "course:PC", None), Outcome.GRANTED)


def test_a_verified_credential_suggests_the_competency_that_it_shows(world: World) -> None:
    made.load(world)
    made.require(world, K.COMPETENCY, "Control loops", code="mfg/PC-3", level=2)
    row = made.bring(world)
    ada = world.enrollment("Ada")
    with transaction(write=False):
        assert suggestions_for(ada, needs_for(ada)) == []
    with transaction():
        check_credential(world.actor("Cleo"), row, True, "")
    with transaction(write=False):
        ((credential, _, need),) = suggestions_for(ada, needs_for(ada))
    assert (credential.public_id, need.title) == (row.public_id, "Control loops")


def test_a_waiver_and_a_hold_are_facts_that_the_tree_shows(world: World) -> None:
    def rule(kind: RulingKind, by: str = "Cleo") -> RequirementRuling:
        with transaction():
            return rule_requirement(world.actor(by), world.enrollment("Ada"), "course:MS", kind, "Agreed in review.")

    with pytest.raises(NotAllowed):
        rule(RulingKind.WAIVED, by="Ben")
    with pytest.raises(RuleBroken, match="nothing to end"):
        rule(RulingKind.LIFTED)
    row = rule(RulingKind.WAIVED)
    found = node(world, "Manufacturing systems")
    assert (found.state, found.how) == (State.MET, How.WAIVER)
    assert world.one(AuditEntry, action="requirement:rule", result_id=row.public_id)
    with pytest.raises(RuleBroken, match="holds already"):
        rule(RulingKind.WAIVED)
    rule(RulingKind.HELD)
    assert node(world, "Manufacturing systems").how is How.HOLD
    rule(RulingKind.LIFTED)
    assert node(world, "Manufacturing systems").how is How.WORK
    with pytest.raises(RuleBroken, match="requirements in the list"), transaction():
        rule_requirement(world.actor("Cleo"), world.enrollment("Ada"), "course:XX", RulingKind.WAIVED, "x")
