"""Where students stand in the whole program: the requirement tree with the capstone's project, for one or for many.

Every door asks here: pages, API, exports and the overview of the office.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.capstone.projects.models import Project, TeamMember
from lms.capstone.projects.queries import steps_of
from lms.capstone.projects.rules import ProjectState
from lms.capstone.projects.words import STATES
from lms.hub.catalog.kinds import RequirementKind
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.kinds import Status
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import Member, roster
from lms.hub.enrollment.rules import ENDED
from lms.hub.standing.facts import CapstoneFacts, How, State, Verdict
from lms.hub.standing.queries import Record, record_of, records_of
from lms.kernel.db import session
from lms.kernel.explain import Explained
from lms.kernel.facts import known
from lms.kernel.text import N_, say
from lms.people.access import Action, Actor
from lms.people.scope import policy_day, unscoped, within

DELIVERED = frozenset({ProjectState.REPORTED_OUT, ProjectState.FOLLOWING_UP, ProjectState.CLOSED})


@dataclass(frozen=True, slots=True)
class Standing:
    """One student: the record and the explained verdict; None for a version without requirements."""

    record: Record
    explained: Explained[Verdict] | None

    @property
    def verdict(self) -> Verdict | None:
        return self.explained.value if self.explained else None


@dataclass(frozen=True, slots=True)
class CohortLine:
    """One student of a cohort with where they stand."""

    member: Member
    standing: Standing

    @property
    def missing(self) -> tuple[Verdict, ...]:
        verdict = self.standing.verdict
        return verdict.missing if verdict else ()

    @property
    def nodes(self) -> tuple[Verdict, ...]:
        """The requirements as an overview lists them: the first level, where all of a group is asked for its parts."""
        verdict = self.standing.verdict
        found = (_opened(part) for part in verdict.parts) if verdict else ()
        return tuple(node for nodes in found for node in nodes)


def _opened(part: Verdict) -> tuple[Verdict, ...]:
    return part.parts if part.need.kind is RequirementKind.ALL_OF and part.how is How.WORK else (part,)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many students of a cohort have one requirement of the tree met, begun, and not begun."""

    node: str
    title: str
    met: int
    in_progress: int
    missing: int

    @property
    def students(self) -> int:
        return self.met + self.in_progress + self.missing


def standing_of(enrollment: Enrollment, as_of: datetime | None = None) -> Standing:
    """One student who was found, with their weeks for the pace. A fixed number of statements."""
    record = record_of(enrollment, as_of)
    return Standing(record, record.standing(capstones_of([enrollment], as_of).get(enrollment.id)))


def standings_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, Standing]:
    """Many students who were found, by row number; a fixed number of statements, whatever their number."""
    capstones = capstones_of(enrollments, as_of)
    records = records_of(enrollments, as_of)
    return {number: Standing(record, record.standing(capstones.get(number))) for number, record in records.items()}


def capstones_of(enrollments: Sequence[Enrollment], as_of: datetime | None = None) -> dict[int, CapstoneFacts]:
    """The newest project of each student and how far it is, by the enrollment's row number. Three queries."""
    members = within(known(select(TeamMember), TeamMember, as_of), enrollments)
    newest = {row.enrollment_id: row.project_id for row in session.scalars(members.order_by(TeamMember.project_id))}
    statement = select(Project).where(Project.id.in_(set(newest.values())))
    projects = session.scalars(unscoped(statement, "projects of enrollments that were found")).all()
    steps = steps_of(projects, as_of)
    found = {}
    for number, project_id in newest.items():
        if not steps.get(project_id):
            continue
        state = steps[project_id][-1].state
        stage = say(N_("Capstone: %(state)s."), state=say(STATES[state]))
        found[number] = CapstoneFacts(stage, state in DELIVERED, tuple(step.ref for step in steps[project_id]))
    return found


def cohort_lines(actor: Actor, cohort: Cohort, as_of: datetime | None = None) -> list[CohortLine]:
    """Every student of the cohort whom `actor` may read, by name; who left is left out. A fixed number of queries."""
    people = roster(actor, cohort, policy_day(as_of), Action.STANDING_READ, as_of)
    members = [m for m in people if _counts(m.status)]
    found = standings_of([member.enrollment for member in members], as_of)
    return [CohortLine(member, found[member.enrollment.id]) for member in members]


def _counts(status: Status | None) -> bool:
    return status not in ENDED or status is Status.COMPLETED


def bars_of(lines: Iterable[CohortLine]) -> list[Bar]:
    """Each requirement over a cohort, in the tree's order."""
    titles: dict[str, str] = {}
    counts: dict[str, Counter[State]] = defaultdict(Counter)
    for line in lines:
        for part in line.nodes:
            titles.setdefault(part.need.key, part.need.title)
            counts[part.need.key][part.state] += 1
    return [
        Bar(key, title, counts[key][State.MET], counts[key][State.IN_PROGRESS], counts[key][State.MISSING])
        for key, title in titles.items()
    ]
