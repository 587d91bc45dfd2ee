"""Whether a student may begin a course: what comes before it is passed, credited or waived. Pure."""

from collections.abc import Sequence

from lms.hub.catalog.kinds import RequirementKind
from lms.hub.catalog.prerequisites import node_of
from lms.hub.catalog.rules import Need
from lms.hub.credits.rules import RulingKind
from lms.hub.standing.facts import STATE_NAMES, How, State, StudentFacts, Verdict
from lms.hub.standing.rules import judge
from lms.kernel.explain import Explained, Step
from lms.kernel.text import N_, say


def readiness(code: str, name: str, prerequisites: Sequence[str], facts: StudentFacts) -> Explained[Verdict]:
    """What a course asks for first, each with its reason; MET where it may begin.

    A prerequisite is met as the requirement of that course is: passed, credited by prior learning, or waived.
    """
    needs = tuple(_need(other, facts) for other in prerequisites)
    need = Need(RequirementKind.ALL_OF, name, needs=needs, key=code)
    parts = tuple(judge(one, facts) for one in needs)
    verdict = _verdict(need, parts, code, facts)
    return Explained(
        value=verdict,
        rule=say(N_("A course may begin once each of its prerequisites is passed, credited or waived.")),
        source=say(N_("Prerequisites in the program version that this enrollment is bound to.")),
        facts=tuple(dict.fromkeys([*verdict.facts, *(fact for part in parts for fact in part.facts)])),
        steps=tuple(Step(part.reason, say(STATE_NAMES[part.state])) for part in (*parts, verdict)),
    )


def _need(code: str, facts: StudentFacts) -> Need:
    course = facts.courses.get(code)
    return Need(RequirementKind.COURSE, course.name if course else code, course=code)


def _verdict(need: Need, parts: tuple[Verdict, ...], code: str, facts: StudentFacts) -> Verdict:
    open_ones = [part for part in parts if part.state is not State.MET]
    waiver = facts.rulings.get(node_of(code))
    if not open_ones:
        reason = say(N_("%(name)s may begin: everything it asks for first is met."), name=need.title)
        return Verdict(need, State.MET, reason, parts)
    if waiver is not None and waiver.kind is RulingKind.WAIVED:
        message = N_("%(name)s may begin: its prerequisites were waived on %(day)s.")
        reason = say(message, name=need.title, day=waiver.decided_on)
        return Verdict(need, State.MET, reason, parts, waiver.facts, How.WAIVER)
    missing = ", ".join(part.need.title for part in open_ones)
    reason = say(N_("%(name)s asks for this first: %(missing)s."), name=need.title, missing=missing)
    is_begun = any(part.state is not State.MISSING for part in parts)
    return Verdict(need, State.IN_PROGRESS if is_begun else State.MISSING, reason, parts)
