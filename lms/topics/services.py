"""Proposing, endorsing, taking it back, deciding."""

from collections.abc import Collection

from sqlalchemy import select

from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.services import holds_draft
from lms.kernel.db import session
from lms.kernel.errors import RuleBroken
from lms.kernel.prose import keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.orgs.models import Firm, Region
from lms.topics.models import Endorsement, RegionVoice, Topic, TopicDecided, TopicDecision, TopicRole
from lms.topics.queries import courses_of, decision_on, endorsements_by, last_voice, roles_of
from lms.topics.rules import check_decision, check_endorse, check_region, check_roles, check_topic
from lms.topics.taxonomy import ROLES


@command(Action.TOPIC_PROPOSE)
def propose_topic(
    actor: Actor, firm: Firm, program: Program, title: str, reason: str, course_code: str | None
) -> Topic:
    """A firm says what should be taught, and why. Raises RuleBroken with everything that is wrong."""
    return _propose(program, firm.id, title, reason, course_code)


@command(Action.TOPIC_PROPOSE)
def propose_for_region(
    actor: Actor, region: Region, program: Program, title: str, reason: str, course_code: str | None
) -> Topic:
    """A region's integrator says what its firms ask for. Raises RuleBroken with everything that is wrong."""
    topic = _propose(program, None, title, reason, course_code)
    session.flush()
    session.add(RegionVoice(topic_id=topic.id, region_id=region.id, number=1, is_proposal=True))
    return topic


@command(Action.TOPIC_PROPOSE)
def endorse_for_region(actor: Actor, region: Region, topic: Topic) -> RegionVoice:
    """The region stands behind a topic that somebody else brought up; once. Raises RuleBroken."""
    before = last_voice(topic, region)
    check_region(
        proposed=before is not None and before.is_proposal,
        stands_behind=before is not None and not before.is_withdrawn,
        is_decided=decision_on(topic) is not None,
    )
    return _speak(topic, region, before, is_withdrawn=False)


@command(Action.TOPIC_PROPOSE)
def withdraw_for_region(actor: Actor, region: Region, topic: Topic) -> RegionVoice:
    """The region does not stand behind the topic any more; it may again later. Raises RuleBroken."""
    before = last_voice(topic, region)
    if before is None or before.is_withdrawn or before.is_proposal:
        raise RuleBroken(N_("Your region has not endorsed this topic."))
    if decision_on(topic) is not None:
        raise RuleBroken(N_("This topic is decided; what your region said stays in its record."))
    return _speak(topic, region, before, is_withdrawn=True)


def _speak(topic: Topic, region: Region, before: RegionVoice | None, *, is_withdrawn: bool) -> RegionVoice:
    row = RegionVoice(
        topic_id=topic.id,
        region_id=region.id,
        number=before.number + 1 if before else 1,
        is_withdrawn=is_withdrawn,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.TOPIC_DECIDE)
def enter_topic(actor: Actor, program: Program, title: str, reason: str, course_code: str | None) -> Topic:
    """The program's own people enter what they heard: at a round table, or from a firm without an account."""
    return _propose(program, None, title, reason, course_code)


def _propose(program: Program, firm_id: int | None, title: str, reason: str, course_code: str | None) -> Topic:
    courses = {course.code for course in courses_of([program]).get(program.id, ())}
    check_topic(title, reason, course_code, courses)
    topic = Topic(program_id=program.id, course_code=course_code, firm_id=firm_id)
    session.add(topic)
    keep(topic, title=title.strip(), reason=reason.strip())
    return topic


@command(Action.TOPIC_PROPOSE)
def endorse_topic(actor: Actor, firm: Firm, topic: Topic) -> Endorsement:
    """The firm stands behind a topic that another proposed; once. Raises RuleBroken."""
    rows = {row.firm_id: row for row in endorsements_by(topic)}
    standing = {firm_id: not row.is_withdrawn for firm_id, row in rows.items()}
    check_endorse(firm.id, topic.firm_id, standing, is_decided=decision_on(topic) is not None)
    return _say(topic, firm, rows.get(firm.id), is_withdrawn=False)


@command(Action.TOPIC_PROPOSE)
def withdraw_endorsement(actor: Actor, firm: Firm, topic: Topic) -> Endorsement:
    """The firm does not stand behind the topic any more; it may again later. Raises RuleBroken."""
    row = next((one for one in endorsements_by(topic) if one.firm_id == firm.id), None)
    if row is None or row.is_withdrawn:
        raise RuleBroken(N_("Your firm has not endorsed this topic."))
    if decision_on(topic) is not None:
        raise RuleBroken(N_("This topic is decided; what your firm said stays in its record."))
    return _say(topic, firm, row, is_withdrawn=True)


def _say(topic: Topic, firm: Firm, before: Endorsement | None, *, is_withdrawn: bool) -> Endorsement:
    row = Endorsement(
        topic_id=topic.id,
        firm_id=firm.id,
        number=before.number + 1 if before else 1,
        is_withdrawn=is_withdrawn,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    session.flush()
    return row


@command(Action.TOPIC_DECIDE)
def name_roles(actor: Actor, topic: Topic, roles: Collection[str]) -> Topic:
    """The program says which published roles need the topic: these and no others. Raises RuleBroken."""
    check_roles(roles, ROLES)
    held = {row.role: row for row in roles_of([topic.id])[topic.id]}
    of = {"program_id": topic.program_id, "topic_id": topic.id}
    session.add_all(TopicRole(**of, role=role) for role in sorted(set(roles) - set(held)))
    session.add_all(
        TopicRole(**of, role=role, is_taken_back=True, supersedes_id=held[role].id)
        for role in sorted(set(held) - set(roles))
    )
    session.flush()
    return topic


@command(Action.TOPIC_DECIDE)
def decide_topic(
    actor: Actor, topic: Topic, decided: TopicDecided, version: ProgramVersion | None, reason: str
) -> TopicDecision:
    """The program's word on a topic; a later one replaces it as long as the version is a draft. Raises RuleBroken."""
    if version is not None and version.program_id != topic.program_id:
        raise RuleBroken(N_("This version belongs to another program."), field="version")
    accepts = decided is TopicDecided.ACCEPTED
    check_decision(
        reason,
        accepts=accepts,
        has_version=version is not None,
        is_draft=version is not None and version.published_at is None,
    )
    before = decision_on(topic)
    if before is not None and before.program_version_id is not None:
        _check_open(before.program_version_id)
    row = TopicDecision(
        program_id=topic.program_id,
        topic_id=topic.id,
        decided=decided,
        program_version_id=version.id if accepts and version else None,
        supersedes_id=before.id if before else None,
    )
    session.add(row)
    keep(row, reason=reason.strip())
    return row


def _check_open(version_id: int) -> None:
    """What a published version says of its topics is history."""
    version = session.get_one(ProgramVersion, version_id)
    if version.published_at is not None:
        message = N_("Version %(number)s was published with this topic; its change log stays as it is.")
        raise RuleBroken(message, number=version.number)


@holds_draft
def topics_in_draft(version: ProgramVersion) -> RuleBroken | None:
    """A draft into which topics were accepted is not thrown away over the firms' heads."""
    accepted = select(TopicDecision.id).where(TopicDecision.program_version_id == version.id)
    if session.scalar(accepted.limit(1)) is None:
        return None
    return RuleBroken(N_("Topics were accepted into this draft, so it stays in their history. Change it instead."))
