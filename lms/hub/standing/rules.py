"""What the program still asks of a student: the requirement tree folded over facts. Pure.

Minutes are approved minutes; marks are basis points, compared unrounded. A node answers with a state and a reason in
words, so that "missing" always says what to do.
"""

from lms.hub.catalog.kinds import GROUPS, RequirementKind
from lms.hub.catalog.rules import Need, identity
from lms.hub.credits.rules import RulingKind
from lms.hub.standing.facts import (
    HOW_NAMES,
    STATE_NAMES,
    CapstoneFacts,
    CourseFacts,
    How,
    State,
    StudentFacts,
    Verdict,
)
from lms.hub.standing.leaves import counted_minutes, leaf
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say

LEVELS = range(4)  # evidence levels 0 to 3, `product.md` D14

__all__ = [
    "HOW_NAMES",
    "LEVELS",
    "STATE_NAMES",
    "CapstoneFacts",
    "CourseFacts",
    "How",
    "State",
    "StudentFacts",
    "Verdict",
    "counted_minutes",
    "judge",
    "standing",
]


def standing(need: Need, facts: StudentFacts) -> Explained[Verdict]:
    """What stands and what is missing for the whole tree under `need`."""
    verdict = judge(need, facts)
    return Explained(
        value=verdict,
        rule=say(N_("The program is complete when every requirement of its version is met.")),
        source=say(N_("Requirement tree of the program version that this enrollment is bound to.")),
        facts=_all_facts(verdict),
        steps=tuple(Step(part.reason, say(STATE_NAMES[part.state])) for part in (*verdict.parts, verdict)),
    )


def explain_node(verdict: Verdict) -> Explained[Sentence]:
    """One node on its own: its leaves with their reasons, and the facts behind them."""
    parts = verdict.parts or ()
    return Explained(
        value=say(STATE_NAMES[verdict.state]),
        rule=verdict.reason,
        source=say(N_("Requirement tree of the program version that this enrollment is bound to.")),
        facts=_all_facts(verdict),
        steps=tuple(Step(part.reason, say(STATE_NAMES[part.state])) for part in (*parts, verdict)),
    )


def judge(need: Need, facts: StudentFacts) -> Verdict:
    """The plain fold that `standing` explains."""
    verdict = _group(need, facts) if need.kind in GROUPS else leaf(need, facts)
    ruling = facts.rulings.get(identity(need))
    if ruling is None:
        return verdict
    proof = (*ruling.facts, *verdict.facts)
    values = {"title": need.title, "day": ruling.decided_on}
    if ruling.kind is RulingKind.WAIVED:
        reason = say(N_("%(title)s was waived on %(day)s; the reason stands in your record."), **values)
        return Verdict(need, State.MET, reason, verdict.parts, proof, How.WAIVER)
    reason = say(N_("%(title)s does not count since %(day)s; the reason stands in your record."), **values)
    state = State.MISSING if verdict.state is State.MISSING else State.IN_PROGRESS
    return Verdict(need, state, reason, verdict.parts, proof, How.HOLD)


def _group(need: Need, facts: StudentFacts) -> Verdict:
    wanted = len(need.needs) if need.kind is RequirementKind.ALL_OF else need.n or 1
    parts = tuple(judge(child, facts) for child in need.needs)
    met = sum(part.state is State.MET for part in parts)
    reason = say(N_("%(met)s of %(wanted)s met: %(title)s"), met=min(met, wanted), wanted=wanted, title=need.title)
    if met >= wanted:
        state = State.MET
    else:
        state = State.IN_PROGRESS if any(p.state is not State.MISSING for p in parts) else State.MISSING
    return Verdict(need, state, reason, parts)


def _all_facts(verdict: Verdict) -> tuple[FactRef, ...]:
    """Every fact below `verdict`, once each, in the tree's order."""
    found = dict.fromkeys(verdict.facts)
    for part in verdict.parts:
        found.update(dict.fromkeys(_all_facts(part)))
    return tuple(found)
