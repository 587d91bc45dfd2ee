"""Topics with their demand, for a firm, for the program, and for a version's change log."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.capstone.projects.models import Project, TeamMember
from lms.hub.catalog.kinds import CourseKind
from lms.hub.catalog.models import Course, Program, ProgramVersion
from lms.hub.cohorts.models import Cohort
from lms.hub.enrollment.models import PlanUnit
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of
from lms.people.orgs.models import Firm, Region
from lms.people.scope import unscoped, within
from lms.topics.models import Endorsement, RegionVoice, Topic, TopicDecision, TopicRole
from lms.topics.rules import Wanted, demand, ranked
from lms.topics.taxonomy import ROLES

COUNTED = "endorsements are counted over all firms, whoever asks"
COUNTED_REGIONS = "the voices of regions are counted over all of them, whoever asks"


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic with everything about it. endorsers: row numbers of firms, the proposer not among them.

    regions: row numbers of the regions that endorse it. proposing_region: of the one that proposed it.
    """

    topic: Topic
    title: str
    reason: str
    endorsers: frozenset[int]
    wanted: Wanted
    decision: TopicDecision | None
    decision_reason: str
    version: ProgramVersion | None
    regions: frozenset[int] = frozenset()
    proposing_region: int | None = None

    @property
    def roles(self) -> list[str]:
        """The names of the published roles that need it."""
        return [role.name for key, role in ROLES.items() if key in self.wanted.roles]

    @property
    def demand(self) -> int:
        return demand(self.wanted)


def find_topic(public_id: str) -> Topic:
    """The topic; topics are open to read for whoever reaches their pages. Raises NotFound. One query."""
    topic = session.scalar(select(Topic).where(Topic.public_id == public_id, stands(Topic)))
    if topic is None:
        raise NotFound()
    return topic


def list_programs() -> Sequence[Program]:
    """Every program, by name; programs are open to read. One query."""
    return session.scalars(select(Program).order_by(Program.name, Program.id)).all()


def topic_lines(program_ids: Iterable[int], as_of: datetime | None = None) -> list[TopicLine]:
    """Every topic of these programs, the most wanted first. Nine queries, whatever their number."""
    ids = sorted(program_ids)
    of_programs = select(Topic).where(Topic.program_id.in_(ids), stands(Topic, as_of)).order_by(Topic.id)
    topics = session.scalars(of_programs).all()
    numbers = [topic.id for topic in topics]
    endorsements = session.scalars(
        unscoped(select(Endorsement).where(Endorsement.topic_id.in_(numbers), stands(Endorsement, as_of)), COUNTED)
    ).all()
    voices, roles = voices_on(numbers, as_of), roles_of(numbers, as_of)
    decided = select(TopicDecision).where(TopicDecision.topic_id.in_(numbers), stands(TopicDecision, as_of))
    decisions = {row.topic_id: row for row in session.scalars(decided)}
    wanted_versions = {row.program_version_id for row in decisions.values()}
    versions = {v.id: v for v in session.scalars(select(ProgramVersion).where(ProgramVersion.id.in_(wanted_versions)))}
    words = all_prose_of([*topics, *decisions.values()])
    projects = projects_by_course(ids, as_of)
    behind: dict[int, list[Endorsement]] = defaultdict(list)
    for row in endorsements:
        if not row.is_withdrawn:
            behind[row.topic_id].append(row)
    lines = {}
    for topic in topics:
        decision = decisions.get(topic.id)
        lines[topic.public_id] = TopicLine(
            topic=topic,
            title=words[topic.public_id].get("title", ""),
            reason=words[topic.public_id].get("reason", ""),
            endorsers=frozenset(row.firm_id for row in behind[topic.id]),
            wanted=_wanted(
                topic, behind[topic.id], voices[topic.id], roles[topic.id], projects, is_decided=decision is not None
            ),
            decision=decision,
            decision_reason=words[decision.public_id].get("reason", "") if decision else "",
            version=versions.get(decision.program_version_id or 0) if decision else None,
            regions=frozenset(row.region_id for row in voices[topic.id] if not row.is_proposal),
            proposing_region=next((row.region_id for row in voices[topic.id] if row.is_proposal), None),
        )
    return [lines[one.key] for one in ranked(line.wanted for line in lines.values())]


def voices_on(topic_ids: Iterable[int], as_of: datetime | None = None) -> dict[int, list[RegionVoice]]:
    """The regions that stand behind these topics, by topic. One query."""
    statement = select(RegionVoice).where(RegionVoice.topic_id.in_(sorted(topic_ids)), stands(RegionVoice, as_of))
    found: dict[int, list[RegionVoice]] = defaultdict(list)
    for row in session.scalars(unscoped(statement.order_by(RegionVoice.id), COUNTED_REGIONS)):
        if not row.is_withdrawn:
            found[row.topic_id].append(row)
    return found


def roles_of(topic_ids: Iterable[int], as_of: datetime | None = None) -> dict[int, list[TopicRole]]:
    """The published roles that need these topics, by topic. One query."""
    statement = select(TopicRole).where(TopicRole.topic_id.in_(sorted(topic_ids)), stands(TopicRole, as_of))
    found: dict[int, list[TopicRole]] = defaultdict(list)
    for row in session.scalars(statement.order_by(TopicRole.id)):
        if not row.is_taken_back:
            found[row.topic_id].append(row)
    return found


def _wanted(
    topic: Topic,
    endorsements: Sequence[Endorsement],
    voices: Sequence[RegionVoice],
    roles: Sequence[TopicRole],
    projects: Counter[tuple[int, str]],
    *,
    is_decided: bool,
) -> Wanted:
    firms = {row.firm_id for row in endorsements} | ({topic.firm_id} if topic.firm_id is not None else set())
    return Wanted(
        key=topic.public_id,
        course=topic.course_code,
        firms=frozenset(firms),
        projects=projects[topic.program_id, topic.course_code or ""],
        is_decided=is_decided,
        facts=(
            topic.ref,
            *(row.ref for row in endorsements),
            *(row.ref for row in voices),
            *(row.ref for row in roles),
        ),
        regions=frozenset(row.region_id for row in voices),
        roles=frozenset(row.role for row in roles),
    )


def projects_by_course(program_ids: Iterable[int], as_of: datetime | None = None) -> Counter[tuple[int, str]]:
    """Capstone projects by program and spoke: those on whose team somebody is who takes the spoke. One query."""
    statement = (
        select(Cohort.program_id, Course.code, Project.id)
        .join(Cohort, Cohort.id == Project.cohort_id)
        .join(TeamMember, TeamMember.project_id == Project.id)
        .join(PlanUnit, PlanUnit.enrollment_id == TeamMember.enrollment_id)
        .join(Course, Course.id == PlanUnit.course_id)
        .where(Course.kind == CourseKind.SPOKE, stands(TeamMember, as_of), stands(PlanUnit, as_of))
        .where(~PlanUnit.is_dropped, Cohort.program_id.in_(sorted(program_ids)))
        .distinct()
    )
    rows = session.execute(unscoped(statement, "capstone projects are counted over all firms, whoever asks"))
    return Counter((program_id, code) for program_id, code, _ in rows)


def endorsements_by(topic: Topic) -> list[Endorsement]:
    """The last word of each firm on a topic. One query."""
    statement = select(Endorsement).where(Endorsement.topic_id == topic.id, stands(Endorsement))
    return list(session.scalars(unscoped(statement, COUNTED)))


def last_voice(topic: Topic, region: Region) -> RegionVoice | None:
    """What a region said last on a topic, taken back or not. One query."""
    statement = select(RegionVoice).where(RegionVoice.topic_id == topic.id, stands(RegionVoice))
    return session.scalar(within(statement, region))


def decision_on(topic: Topic) -> TopicDecision | None:
    """What was decided last. One query."""
    return session.scalar(select(TopicDecision).where(TopicDecision.topic_id == topic.id, stands(TopicDecision)))


def change_log(version: ProgramVersion) -> list[TopicLine]:
    """The topics that were accepted into a version. Nine queries."""
    return [line for line in topic_lines([version.program_id]) if line.version and line.version.id == version.id]


def names_of_firms(ids: Iterable[int]) -> dict[int, str]:
    """The names of firms, for the program's own people. One query."""
    wanted = sorted(ids)
    rows = session.execute(unscoped(select(Firm.id, Firm.name).where(Firm.id.in_(wanted)), "who proposed and endorsed"))
    return dict(rows.all())


def names_of_regions(ids: Iterable[int]) -> dict[int, str]:
    """The names of regions, which everybody who reads topics may know. One query."""
    wanted = select(Region.id, Region.name).where(Region.id.in_(sorted(ids)))
    return dict(session.execute(unscoped(wanted, "which regions proposed and endorsed")).all())


def courses_of(programs: Sequence[Program]) -> dict[int, list[Course]]:
    """The courses of each program's latest published version, by program. Two queries."""
    ids = [program.id for program in programs]
    published = select(ProgramVersion).where(
        ProgramVersion.program_id.in_(ids), ProgramVersion.published_at.is_not(None)
    )
    latest = {v.program_id: v for v in session.scalars(published.order_by(ProgramVersion.number))}
    numbers = {version.id: program_id for program_id, version in latest.items()}
    found: dict[int, list[Course]] = defaultdict(list)
    listed = select(Course).where(Course.program_version_id.in_(numbers)).order_by(Course.position)
    for course in session.scalars(listed):
        found[numbers[course.program_version_id]].append(course)
    return found
