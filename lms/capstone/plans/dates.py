"""Dates of a project's plan in calendars: milestones by their day, gates by that of the last word on them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select

from lms.capstone.plans.models import GateSubmission, Milestone, PlanTemplate
from lms.capstone.plans.rules import GATE_NAMES, Gate, GateState, Template, gates_of
from lms.capstone.projects.models import GateDecision, Project
from lms.hub.calendar.kinds import ItemKind
from lms.hub.calendar.rules.items import Item, revision, whole_days
from lms.kernel.db import session
from lms.kernel.facts import known
from lms.kernel.prose import all_prose_of
from lms.kernel.text import N_, Sentence, say
from lms.kernel.weeks import local_day
from lms.people.orgs.models import Firm
from lms.people.scope import within

GATE_SAYS = {
    GateState.HANDED_IN: N_("Gate waits for a decision: %(gate)s, %(project)s"),
    GateState.RETURNED: N_("Gate was sent back: %(gate)s, %(project)s"),
    GateState.PASSED: N_("Gate passed: %(gate)s, %(project)s"),
}


def plan_items(found: Sequence[tuple[Project, Firm]]) -> list[Item]:
    """Milestones and gates of projects that were found for somebody. Five queries, however many."""
    projects = [project for project, _ in found]
    if not projects:
        return []
    milestones = session.scalars(
        within(known(select(Milestone), Milestone, None), projects).where(Milestone.is_removed.is_(False))
    ).all()
    chosen = session.scalars(within(known(select(PlanTemplate), PlanTemplate, None), projects))
    templates = {row.project_id: row.template for row in chosen}
    handed: dict[int, list[GateSubmission]] = defaultdict(list)
    for submission in session.scalars(within(select(GateSubmission), projects).order_by(GateSubmission.id)):
        handed[submission.project_id].append(submission)
    decided: dict[int, list[GateDecision]] = defaultdict(list)
    for decision in session.scalars(within(select(GateDecision), projects).order_by(GateDecision.id)):
        decided[decision.project_id].append(decision)
    words = all_prose_of(milestones)
    items = []
    for project, firm in found:
        mine = (one for one in milestones if one.project_id == project.id)
        items += [_milestone(project, firm, one, words[one.public_id].get("title", "")) for one in mine]
        template = templates.get(project.id, Template.DMAIC)
        items += _gates(project, firm, template, handed[project.id], decided[project.id])
    return items


def _milestone(project: Project, firm: Firm, row: Milestone, title: str) -> Item:
    message = N_("Milestone reached: %(title)s") if row.done_on else N_("Milestone: %(title)s")
    uid, sentence = f"milestone-{row.public_id}", say(message, title=title)
    return _whole_day(uid, ItemKind.DUE, sentence, row.due_on, project, firm, row.recorded_at)


def _gates(
    project: Project,
    firm: Firm,
    template: Template,
    handed: Sequence[GateSubmission],
    decided: Sequence[GateDecision],
) -> Iterator[Item]:
    for gate in gates_of(handed, decided):
        if gate.state is GateState.OPEN:
            continue
        at = _since(gate, handed, decided)
        name = say(GATE_NAMES[template][gate.kind])
        title = say(GATE_SAYS[gate.state], gate=name, project=project.title)
        day = local_day(at, firm.zone)
        yield _whole_day(f"gate-{gate.kind}-{project.public_id}", ItemKind.REVIEW, title, day, project, firm, at)


def _since(gate: Gate, handed: Sequence[GateSubmission], decided: Sequence[GateDecision]) -> datetime:
    """Since when the gate stands as it does: the last word on it."""
    moments = [(row.gate, row.recorded_at) for row in handed] + [(row.gate, row.recorded_at) for row in decided]
    return max(at for kind, at in moments if kind is gate.kind)


def _whole_day(
    uid: str, kind: ItemKind, title: Sentence, day: date, project: Project, firm: Firm, at: datetime
) -> Item:
    starts_at, ends_at = whole_days(day, day, firm.zone)
    return Item(
        uid=uid,
        kind=kind,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=firm.zone,
        changed_at=at,
        sequence=revision(at),
        detail=f"{project.title}, {firm.name}",
        first_day=day,
        last_day=day,
        key=project.public_id,
    )
