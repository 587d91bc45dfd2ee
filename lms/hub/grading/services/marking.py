"""Sharing work out among graders, marking rules, second marks, and making two marks one score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.enrollment.models import Enrollment
from lms.hub.grading import rules
from lms.hub.grading.models import Score
from lms.hub.grading.models.marking import Agreement, MarkingRule, MarkingTask, SecondMark
from lms.hub.grading.queries import Marking, Written, written_in_score
from lms.hub.grading.queries.load import seconds_a_work, seconds_spent_by, waiting_by
from lms.hub.grading.queries.marking import graders_of, has_work_unseen, pieces_of
from lms.hub.grading.rules import BP, ScoreKind
from lms.hub.grading.rules.load import load_in_works
from lms.hub.grading.rules.marking import (
    AgreedBy,
    Grader,
    Role,
    Stage,
    Way,
    agreed_points,
    check_not_blind,
    check_second,
    share_out,
)
from lms.hub.grading.rules.peers import check_bounds
from lms.hub.grading.rules.releases import shows_itself
from lms.hub.grading.services.chains import chain_name
from lms.hub.grading.services.releases import show
from lms.hub.grading.services.scores import append_score, check_words, conflict_on
from lms.kernel import chain
from lms.kernel.acting import acting_at
from lms.kernel.db import session
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.facts import stands
from lms.kernel.prose import all_prose_of, keep
from lms.kernel.text import N_
from lms.people.access import Action, Actor
from lms.people.commands import command
from lms.people.scope import unscoped, within


def share(
    actor: Actor,
    sections: Sequence[Section],
    activity: Activity,
    way: Way,
    graders: Sequence[str],
    role: Role = Role.FIRST,
) -> dict[int, int]:
    """Share the work of these sections on `activity` out; who gets how much is given. Again: it is balanced anew.

    graders: public ids of persons. Raises RuleBroken where they may not mark all of it.
    """
    chosen = [line.grader for line in graders_of(sections) if line.public_id in set(graders)]
    if way is Way.MINUTES:
        chosen = _with_minutes(chosen, activity)
    pieces = pieces_of(sections, activity, role)
    given = share_out(pieces, chosen, way)
    for section in sections:
        mine = {piece.key: given[piece.key] for piece in pieces if piece.section == section.id}
        give(actor, section, activity, mine, role)
    return {person: list(given.values()).count(person) for person in sorted({*given.values()})}


def _with_minutes(graders: Sequence[Grader], activity: Activity) -> list[Grader]:
    """With what each has spent in four weeks, and what waits for them takes, in works of `activity`.

    Raises RuleBroken where the desk has seen nobody yet: then there is nothing to balance by.
    """
    moment, people = acting_at(), [one.person for one in graders]
    usual = seconds_a_work(moment)
    if not usual:
        raise RuleBroken(N_("The desk has not measured any grading yet. Share out by what waits instead."), field="way")
    spent, waiting = seconds_spent_by(people, moment), waiting_by(people)
    found = []
    for one in graders:
        ahead = sum(count * usual.get(number, usual[0]) for number, count in waiting.get(one.person, {}).items())
        worked = load_in_works(spent.get(one.person, 0), ahead, usual.get(activity.id, usual[0]))
        found.append(replace(one, worked=worked))
    return found


@command(Action.MARKING_ALLOCATE)
def give(actor: Actor, section: Section, activity: Activity, given: Mapping[int, int], role: Role) -> list[MarkingTask]:
    """Give each enrollment's work to a grader. Facts are only added where that is somebody else than before."""
    statement = select(MarkingTask).where(
        MarkingTask.activity_id == activity.id, MarkingTask.role == role, stands(MarkingTask)
    )
    enrollments = session.scalars(_of(list(given))).all()
    standing = {row.enrollment_id: row for row in session.scalars(within(statement, enrollments, on=MarkingTask))}
    made = []
    for number, person in sorted(given.items()):
        before = standing.get(number)
        if before is not None and before.grader_id == person:
            continue
        made.append(
            MarkingTask(
                enrollment_id=number,
                activity_id=activity.id,
                role=role,
                number=before.number + 1 if before else 1,
                supersedes_id=before.id if before else None,
                grader_id=person,
            )
        )
    try:
        with session.begin_nested():
            session.add_all(made)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just shared this out. Look at it again.")) from error
    return made


def _of(numbers: Sequence[int]) -> Select[Enrollment]:
    return unscoped(select(Enrollment).where(Enrollment.id.in_(numbers)), "students of a section that was found")


@command(Action.MARKING_RULE)
def set_marking_rule(
    actor: Actor,
    section: Section,
    activity: Activity,
    *,
    is_anonymous: bool,
    is_double: bool,
    gap_bp: int = 500,
    peers: tuple[int, int] | None = None,
) -> MarkingRule:
    """Say how the section marks `activity`. Names cannot be shown while work waits that was handed in without.

    peers: least and most of a member's factor in basis points, where a group's members are asked about each other.
    """
    check_bounds(peers)
    if not 0 <= gap_bp <= BP:
        raise RuleBroken(N_("Give between 0 and 100 percent."), field="gap")
    wanted = select(MarkingRule).where(MarkingRule.activity_id == activity.id, stands(MarkingRule))
    before = session.scalar(within(wanted, section, on=MarkingRule))
    if before is not None and before.is_anonymous and not is_anonymous and has_work_unseen(section, activity):
        message = N_("Release what was marked without names first; then names can be shown.")
        raise RuleBroken(message, field="is_anonymous")
    row = MarkingRule(
        section_id=section.id,
        activity_id=activity.id,
        number=before.number + 1 if before else 1,
        supersedes_id=before.id if before else None,
        is_anonymous=is_anonymous,
        is_double=is_double,
        gap_bp=gap_bp,
        peer_least_bp=peers[0] if peers else None,
        peer_most_bp=peers[1] if peers else None,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just changed this rule. Look at it again.")) from error
    return row


@command(Action.SCORE_WRITE)
def give_second_mark(actor: Actor, enrollment: Enrollment, marking: Marking, written: Written) -> SecondMark:
    """The second marker's points, given without the first one's. Never the first marker, never one's own work."""
    rules.check_not_self(actor.person_id, marking.student.id)
    check_words(written)
    if marking.score is None or marking.stage(actor.person_id) is not Stage.SECOND:
        check_second(actor.person_id, marking.score.recorded_by_id if marking.score else None)
        raise RuleBroken(N_("No second mark is wanted on this work."))
    if marking.criteria:
        points = rules.points_from_marks(marking.criteria, written.marks)
    else:
        points = rules.check_points(written.points, marking.activity.points)
    row = SecondMark(
        enrollment_id=marking.enrollment.id,
        activity_id=marking.activity.id,
        student_id=marking.student.id,
        attempt=marking.attempt,
        points=points,
        marks=dict(written.marks) if marking.criteria else {},
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise Conflict(N_("Somebody else has just given the second mark.")) from error
    keep(row, comment="\n".join(text for text in written.comments.values() if text))
    chain.append(chain_name(marking.score.section_id, marking.course.id), row)
    return row


@command(Action.SCORE_WRITE)
def agree(
    actor: Actor,
    enrollment: Enrollment,
    marking: Marking,
    agreed_by: AgreedBy,
    token: str,
    points: int | None = None,
    note: str = "",
) -> Score:
    """Make two marks one score, which supersedes the first. note: why, where it is not simply their mean.

    Raises Conflict where either mark is another by now.
    """
    rules.check_not_self(actor.person_id, marking.student.id)
    check_not_blind(marking.stage(actor.person_id))
    if token != marking.token:
        raise conflict_on(marking, Written(points=points))
    first, second = marking.score, marking.second
    if first is None or second is None or marking.stage(actor.person_id) is not Stage.AGREE or marking.rule is None:
        raise RuleBroken(N_("There are no two marks to agree on."))
    rules.check_change(note, was_released=agreed_by is not AgreedBy.MEAN)
    gap_bp, possible = marking.rule.gap_bp, marking.activity.points
    found = agreed_points(first.points or 0, second.points, possible, gap_bp, agreed_by, points).value
    written = _agreed_words(marking, first, second, agreed_by)
    score = append_score(actor, marking, written, ScoreKind.POINTS, found, note)
    row = Agreement(
        enrollment_id=marking.enrollment.id,
        first_id=first.id,
        second_id=second.id,
        score_id=score.id,
        agreed_by=agreed_by,
    )
    session.add(row)
    keep(row, note=note.strip())
    if shows_itself(marking.plan, acting_at()):
        show(score, marking)
    return score


def _agreed_words(marking: Marking, first: Score, second: SecondMark, agreed_by: AgreedBy) -> Written:
    """The marks of whichever was kept; both markers' comments in any case."""
    of_first = written_in_score(first)
    words = all_prose_of([second])[second.public_id].get("comment", "")
    comments = dict(of_first.comments)
    comments[""] = "\n\n".join(filter(None, [of_first.comments.get("", ""), words]))
    marks = {AgreedBy.FIRST: first.marks, AgreedBy.SECOND: second.marks}.get(agreed_by, {})
    return Written(marks, None, comments, of_first.late_seconds, of_first.late_reason)
