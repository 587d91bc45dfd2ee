"""Showing scores: one, a section's, or on time by themselves. A notice goes out only where there is something new."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading import rules
from lms.hub.grading.models import Release, Score
from lms.hub.grading.models.desk import Annotation
from lms.hub.grading.models.marking import Agreement, MarkingRule, ReleasePlan
from lms.hub.grading.queries import Marking
from lms.hub.grading.rules.releases import Mode, Plan, Said, check_plan, check_release, is_due, is_news
from lms.hub.grading.services.chains import chain_name
from lms.kernel import chain, claims
from lms.kernel.acting import acting_at
from lms.kernel.claims import Claim
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import runs_on, stands
from lms.kernel.prose import all_prose_of
from lms.kernel.text import N_
from lms.messages.services import notify_many
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import ask_plain, ask_read, policy_day, unscoped, within, within_a

SCHEDULED = "scheduled-release"
NOT_SAID = ("reason",)  # why it changed is no change by itself


@command(Action.SCORE_RELEASE)
def release(actor: Actor, enrollment: Enrollment, marking: Marking) -> Release:
    """Show the student the score that stands.

    Raises RuleBroken if there is none, they see it already, the section's plan keeps it back, or a second mark is due.
    """
    if marking.score is None:
        raise RuleBroken(N_("There is no score to release yet. Post one first."))
    if marking.is_released:
        raise RuleBroken(N_("The student already sees this score."))
    rules.check_not_self(actor.person_id, marking.student.id)
    check_release(marking.plan, acting_at())
    if marking.waits_for_second:
        raise RuleBroken(N_("This work has two markers. Agree on the points first."))
    return show(marking.score, marking)


def show(score: Score, marking: Marking) -> Release:
    """The row of a release, chained and told of. Raises Conflict if somebody else has just released the attempt."""
    row = _release(score, marking.release)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just released this score.")) from error
    chain.append(chain_name(score.section_id, marking.course.id), row)
    _tell([(score, marking.release)], marking.activity)
    return row


def _release(score: Score, before: Release | None) -> Release:
    return Release(
        enrollment_id=score.enrollment_id,
        activity_id=score.activity_id,
        attempt=score.attempt,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        score_id=score.id,
    )


@command(Action.SCORE_RELEASE)
def release_all(actor: Actor, section: Section, activity: Activity) -> list[Release]:
    """Show every student of the section the score that stands on `activity`, where they do not see it yet.

    The grader's own scores as a student, and those that wait for a second mark, are left out. A fixed number of
    statements. Raises RuleBroken while the section's plan keeps them back.
    """
    check_release(plan_of(section, activity), acting_at())
    return _show_all(section, activity, actor.person_id or 0)


def plan_of(section: Section, activity: Activity) -> Plan:
    """When the section shows its scores on the activity. One query."""
    rows = ask_plain(_plan_of_section(), section, activity_id=activity.id)
    return Plan(*rows[0]) if rows else Plan()


@cache
def _plan_of_section() -> Select[*tuple[Any, ...]]:
    told = select(ReleasePlan.mode, ReleasePlan.at).where(ReleasePlan.activity_id == bindparam("activity_id"))
    return within_a(told.where(stands(ReleasePlan)), Section, on=ReleasePlan)


def _plan(activity: Activity) -> Select[ReleasePlan]:
    return select(ReleasePlan).where(ReleasePlan.activity_id == activity.id, stands(ReleasePlan))


def _show_all(section: Section, activity: Activity, leave_out: int) -> list[Release]:
    asked = {"section_id": section.id, "activity_id": activity.id, "day": policy_day(), "leave_out": leave_out}
    rows = ask_read(_to_show(), section, **asked)
    unseen = [(score, before) for score, before in rows if before is None or before.score_id != score.id]
    made = [_release(score, before) for score, before in unseen]
    session.add_all(made)
    if made:
        chain.append(chain_name(section.id, activity.course_id), *made)
        _tell(unseen, activity)
    return made


@cache
def _to_show() -> Select[*tuple[Any, ...]]:
    """The scores that stand in a section, and what their students see now."""
    activity_id: BindParameter[int] = bindparam("activity_id")
    shown = aliased(Release)
    same = (
        (shown.enrollment_id == Score.enrollment_id)
        & (shown.activity_id == Score.activity_id)
        & (shown.attempt == Score.attempt)
        & stands(shown)
    )
    is_double = select(MarkingRule.id).where(
        MarkingRule.section_id == bindparam("section_id"),
        MarkingRule.activity_id == activity_id,
        MarkingRule.is_double,
        stands(MarkingRule),
    )
    is_agreed = select(Agreement.id).where(Agreement.score_id == Score.id)
    statement = (
        select(Score, shown)
        .join(Placement, Placement.enrollment_id == Score.enrollment_id)
        .outerjoin(shown, same)
        .where(
            Score.activity_id == activity_id,
            stands(Score),
            stands(Placement),
            runs_on(Placement, bindparam("day", type_=Day)),
            Score.student_id != bindparam("leave_out"),
            ~is_double.exists() | is_agreed.exists(),
        )
        .order_by(Score.id)
    )
    return within_a(statement, Section, on=Placement)


def _tell(shown: Sequence[tuple[Score, Release | None]], activity: Activity) -> None:
    """A letter with the release: that there is feedback, never what it says; not to who reads what they read before."""
    again = [(score, before) for score, before in shown if before is not None]
    old = _said_before(again) if again else {}
    values = {"activity": activity.title, "path": f"/student/grades/{activity.public_id}"}
    letters = [
        (score.student_id, score.public_id, values) for score, before in shown if before is None or score.id in old
    ]
    if letters:
        notify_many("score-released", letters)


def _said_before(again: Sequence[tuple[Score, Release]]) -> set[int]:
    """The scores among these that say something else than what was released before. Three queries."""
    wanted = [before.score_id for _, before in again]
    found = select(Score).where(Score.id.in_(wanted))
    scores = {row.id: row for row in session.scalars(unscoped(found, "what the same students were shown before"))}
    words = all_prose_of([*scores.values(), *(score for score, _ in again)])
    remarked = _last_remarks([score for score, _ in again])
    return {
        score.id
        for score, before in again
        if is_news(_said(scores[before.score_id], words), _said(score, words))
        or remarked.get(score.submission_id or 0, before.recorded_at) > before.recorded_at
    }


def _said(score: Score, words: dict[str, dict[str, str]]) -> Said:
    told = {name: text for name, text in words[score.public_id].items() if name not in NOT_SAID}
    return Said(score.points, score.marks, score.late_seconds, told)


def _last_remarks(scores: Sequence[Score]) -> dict[int, datetime]:
    ids = [score.submission_id for score in scores if score.submission_id is not None]
    statement = select(Annotation.submission_id, func.max(Annotation.recorded_at)).where(
        Annotation.submission_id.in_(ids)
    )
    rows = session.execute(unscoped(statement.group_by(Annotation.submission_id), "remarks on scores that were found"))
    return dict(rows.all())


@command(Action.SCORE_RELEASE)
def plan_release(actor: Actor, section: Section, activity: Activity, mode: Mode, at: datetime | None) -> ReleasePlan:
    """Say when the section's students see their scores on `activity`. What they have seen stays with them.

    at: only of a scheduled release. Where scores are to be shown at once, those that stand are.
    """
    wanted = Plan(mode, at if mode is Mode.SCHEDULED else None)
    check_plan(wanted, acting_at())
    before = session.scalar(within(_plan(activity), section, on=ReleasePlan))
    row = ReleasePlan(
        section_id=section.id,
        activity_id=activity.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        mode=wanted.mode,
        at=wanted.at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just changed this plan. Look at it again.")) from error
    if mode is Mode.AT_ONCE:
        _show_all(section, activity, actor.person_id or 0)
    return row


def due_releases(moment: datetime) -> list[tuple[Section, Activity, ReleasePlan]]:
    """Every plan whose time has come by `moment` and that was not carried out. One query."""
    statement = (
        select(Section, Activity, ReleasePlan)
        .join(ReleasePlan, ReleasePlan.section_id == Section.id)
        .join(Activity, Activity.id == ReleasePlan.activity_id)
        .where(ReleasePlan.mode == Mode.SCHEDULED, ReleasePlan.at <= moment, stands(ReleasePlan))
        .where(~select(Claim.id).where(Claim.kind == SCHEDULED, Claim.subject == ReleasePlan.public_id).exists())
        .order_by(ReleasePlan.at, ReleasePlan.id)
    )
    rows = session.execute(unscoped(statement, "releases that are due anywhere")).all()
    return [(section, activity, plan) for section, activity, plan in rows]


@command(Action.SCORE_RELEASE)
def release_on_time(actor: Actor, section: Section, activity: Activity, plan: ReleasePlan) -> list[Release]:
    """Carry out a plan whose time has come; once, whoever else does so at the same time."""
    standing = session.scalar(within(_plan(activity), section, on=ReleasePlan))
    is_it = standing is not None and standing.id == plan.id and is_due(Plan(plan.mode, plan.at), acting_at())
    if not is_it or not claims.take(SCHEDULED, plan.public_id):
        return []
    return _show_all(section, activity, 0)
