"""Demand for topics, ranked, and what may be done with one. Pure.

Demand is a count: the distinct firms and regions that stand behind a topic, its proposer included, the capstone
projects of students who take the course that it belongs to, and the published roles that need it, which the program
names. Nobody's vote weighs more than another's.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, say

MIN_REASON = 15
MAX_TITLE = 120
MAX_REASON = 1_000
MOST_ROLES = 5  # more would say nothing about what the topic is for


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic as the ranking sees it. firms, regions: the proposer and those who endorse. projects: at its course.

    roles: of the published taxonomy, which need it.
    """

    key: str
    course: str | None
    firms: frozenset[int]
    projects: int
    is_decided: bool = False
    facts: tuple[FactRef, ...] = ()
    regions: frozenset[int] = frozenset()
    roles: frozenset[str] = frozenset()


def demand(wanted: Wanted) -> int:
    """Distinct firms, regions and roles plus capstone projects at the course."""
    return len(wanted.firms) + len(wanted.regions) + len(wanted.roles) + wanted.projects


def explain_demand(wanted: Wanted) -> Explained[int]:
    """Why a topic stands where it stands."""
    total = demand(wanted)
    return Explained(
        value=total,
        rule=say(
            N_(
                "Each firm and each region's integrator behind a topic counts once, each capstone project at its "
                "course once, and each published role that needs it once."
            )
        ),
        source=say(N_("Endorsements that stand, and the capstone projects of students who take the course.")),
        facts=wanted.facts,
        steps=(
            Step(say(N_("Distinct firms")), len(wanted.firms)),
            Step(say(N_("Regions whose integrator stands behind it")), len(wanted.regions)),
            Step(say(N_("Capstone projects at the course")), wanted.projects),
            Step(say(N_("Published roles that need it")), len(wanted.roles)),
            Step(say(N_("Demand")), total),
        ),
    )


def ranked(topics: Iterable[Wanted]) -> list[Wanted]:
    """The most wanted first, open ones before decided ones; ties in the order in which they were proposed."""
    return sorted(topics, key=lambda topic: (topic.is_decided, -demand(topic)))


def check_topic(title: str, reason: str, course: str | None, courses: Collection[str]) -> None:
    """Raises RuleBroken with everything that is wrong with a proposal."""
    faults = []
    if not title.strip():
        faults.append(RuleBroken(N_("Give the topic a short title."), field="title"))
    if len(title) > MAX_TITLE:
        faults.append(RuleBroken(N_("Keep the title under %(limit)s characters."), field="title", limit=MAX_TITLE))
    if len(reason.strip()) < MIN_REASON:
        message = N_("Say in at least %(least)s characters why it is needed.")
        faults.append(RuleBroken(message, field="reason", least=MIN_REASON))
    if len(reason) > MAX_REASON:
        message = N_("Please keep the reason under %(limit)s characters.")
        faults.append(RuleBroken(message, field="reason", limit=MAX_REASON))
    if course is not None and course not in courses:
        faults.append(RuleBroken(N_("Choose one of the courses in the list."), field="course"))
    _raise_all(faults)


def check_roles(roles: Collection[str], known: Collection[str]) -> None:
    """Raises RuleBroken unless these are a few roles of the published list."""
    if not set(roles) <= set(known):
        raise RuleBroken(N_("Choose roles of the list."), field="roles")
    if len(set(roles)) > MOST_ROLES:
        raise RuleBroken(
            N_("Choose at most %(most)s roles: those that cannot do without it."), field="roles", most=MOST_ROLES
        )


def check_open(*, is_decided: bool) -> None:
    """Raises RuleBroken once the program has decided."""
    if is_decided:
        raise RuleBroken(N_("This topic is decided. Propose a new one if it is needed again."))


def check_region(*, proposed: bool, stands_behind: bool, is_decided: bool) -> None:
    """Raises RuleBroken unless a region may endorse."""
    check_open(is_decided=is_decided)
    if proposed:
        raise RuleBroken(N_("Your region proposed this topic, so it counts already."))
    if stands_behind:
        raise RuleBroken(N_("Your region endorsed this topic already."))


def check_endorse(firm: int, proposer: int | None, standing: Mapping[int, bool], *, is_decided: bool) -> None:
    """Raises RuleBroken unless the firm may endorse. standing: whether each firm's last word was to endorse."""
    check_open(is_decided=is_decided)
    if firm == proposer:
        raise RuleBroken(N_("Your firm proposed this topic, so it counts already."))
    if standing.get(firm):
        raise RuleBroken(N_("Your firm endorsed this topic already."))


def check_decision(reason: str, *, accepts: bool, has_version: bool, is_draft: bool) -> None:
    """Raises RuleBroken unless the decision is whole. An accepted topic goes into a version that is still a draft."""
    faults = []
    if len(reason.strip()) < MIN_REASON:
        message = N_("Say in at least %(least)s characters why; the firms will read it.")
        faults.append(RuleBroken(message, field="reason", least=MIN_REASON))
    if accepts and not has_version:
        faults.append(RuleBroken(N_("Name the version into which the topic goes."), field="version"))
    elif accepts and not is_draft:
        message = N_("A published version never changes. Accept the topic into a draft.")
        faults.append(RuleBroken(message, field="version"))
    _raise_all(faults)


def _raise_all(faults: list[RuleBroken]) -> None:
    if faults:
        first, *rest = faults
        raise RuleBroken(first.sentence.message, field=first.field, also=tuple(rest), **first.sentence.values)
