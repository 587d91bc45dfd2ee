"""Requirements: where a student or a cohort stands in the program, as of any instant, with the reason and the facts."""

from collections.abc import Sequence
from datetime import datetime

from lms.api.kit import operation
from lms.api.shapes import AsOf, Shape, Why, why
from lms.capstone.standings import CohortLine, Standing, cohort_lines, standing_of
from lms.hub.catalog.prerequisites import node_of
from lms.hub.catalog.rules import identity
from lms.hub.cohorts.queries import find_cohort
from lms.hub.enrollment.queries import find_enrollment
from lms.hub.standing.facts import Verdict
from lms.kernel.errors import NotFound
from lms.people.access import Action, Actor
from lms.web.language import tell


class RequirementOut(Shape):
    """One node of the tree. `counts_by`: work, prior_learning, waiver or hold. `parts`: what stands below it.

    `asks`: what it asks for, the same in every version; requests for credit and rulings name it so.
    """

    id: str
    asks: str
    kind: str
    title: str
    state: str
    reason: str
    counts_by: str
    prior_minutes: int
    parts: list["RequirementOut"]


class MissingOut(Shape):
    """A leaf that still keeps the program from being complete, with what to do."""

    id: str
    title: str
    state: str
    reason: str


class PrerequisiteOut(Shape):
    """One course that comes first, and how far the student is with it."""

    course: str
    title: str
    state: str
    reason: str


class PrerequisitesOut(Shape):
    """What a course asks for first. `state`: met where it may begin. `asks`: how a ruling that waives it names it."""

    course: str
    asks: str
    state: str
    reason: str
    counts_by: str
    courses: list[PrerequisiteOut]


class StandingOut(Shape):
    """`requirements`: null for a program version that has none. `prerequisites`: of the courses in the plan.

    Before a spoke is in the plan, those of every spoke.
    """

    as_of: datetime | None
    state: str | None
    requirements: RequirementOut | None
    missing: list[MissingOut]
    prerequisites: list[PrerequisitesOut]


class CohortStandingLine(Shape):
    """One student."""

    enrollment: str
    student: str
    section: str | None
    state: str | None
    missing: list[MissingOut]


class CohortStandingOut(Shape):
    """Students by name; those who left are not among them."""

    as_of: datetime | None
    cohort: str
    students: list[CohortStandingLine]


@operation("GET /enrollments/<public_id:enrollment>/requirements", Action.STANDING_READ, gives=StandingOut, query=AsOf)
def get_requirements(actor: Actor, enrollment: str, query: AsOf) -> StandingOut:
    """The whole requirement tree of one student, as of an instant: met, in progress, missing, and why."""
    found = standing_of(find_enrollment(actor, enrollment, Action.STANDING_READ), query.as_of)
    verdict = found.verdict
    return StandingOut(
        as_of=query.as_of,
        state=verdict.state if verdict else None,
        requirements=_node(verdict) if verdict else None,
        missing=_missing(found),
        prerequisites=[_asked_first(one.value) for one in found.record.prerequisites()],
    )


@operation("GET /enrollments/<public_id:enrollment>/requirements/explain", Action.STANDING_READ, gives=Why, query=AsOf)
def explain_requirements(actor: Actor, enrollment: str, query: AsOf) -> Why:
    """Why the student stands so: the rule, each requirement's answer, and every fact behind them."""
    found = standing_of(find_enrollment(actor, enrollment, Action.STANDING_READ), query.as_of)
    if found.explained is None:
        raise NotFound()
    explained = found.explained
    return why(explained).model_copy(update={"value": explained.value.state})


@operation("GET /cohorts/<public_id:cohort>/requirements", Action.COHORT_BOARD, gives=CohortStandingOut, query=AsOf)
def get_cohort_requirements(actor: Actor, cohort: str, query: AsOf) -> CohortStandingOut:
    """Who of a cohort still misses what, as of an instant. A fixed number of queries, whatever the cohort's size."""
    found = find_cohort(actor, cohort)
    lines = cohort_lines(actor, found, query.as_of)
    return CohortStandingOut(as_of=query.as_of, cohort=found.name, students=_students(lines))


def _node(verdict: Verdict) -> RequirementOut:
    return RequirementOut(
        id=verdict.need.key,
        asks=identity(verdict.need),
        kind=verdict.need.kind,
        title=verdict.need.title,
        state=verdict.state,
        reason=tell(verdict.reason),
        counts_by=verdict.how,
        prior_minutes=verdict.prior_minutes,
        parts=[_node(part) for part in verdict.parts],
    )


def _asked_first(verdict: Verdict) -> PrerequisitesOut:
    return PrerequisitesOut(
        course=verdict.need.key,
        asks=node_of(verdict.need.key),
        state=verdict.state,
        reason=tell(verdict.reason),
        counts_by=verdict.how,
        courses=[
            PrerequisiteOut(
                course=part.need.course or "", title=part.need.title, state=part.state, reason=tell(part.reason)
            )
            for part in verdict.parts
        ],
    )


def _missing(found: Standing) -> list[MissingOut]:
    verdict = found.verdict
    return [
        MissingOut(id=leaf.need.key, title=leaf.need.title, state=leaf.state, reason=tell(leaf.reason))
        for leaf in (verdict.missing if verdict else ())
    ]


def _students(lines: Sequence[CohortLine]) -> list[CohortStandingLine]:
    return [
        CohortStandingLine(
            enrollment=line.member.enrollment.public_id,
            student=line.member.person.name,
            section=line.member.section.name if line.member.section else None,
            state=line.standing.verdict.state if line.standing.verdict else None,
            missing=_missing(line.standing),
        )
        for line in lines
    ]
