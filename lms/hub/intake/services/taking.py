"""What was said of one student: kept, entered as hours, marked as done, given as a score."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from lms.hub.catalog.kinds import Kind
from lms.hub.content.models import ContentMinutes
from lms.hub.content.rules import REPORTABLE
from lms.hub.content.services import report_item
from lms.hub.content.services.minutes import Entering, Measured, Target, enter_measured, keep_traces
from lms.hub.enrollment.models import Enrollment
from lms.hub.enrollment.queries import standing
from lms.hub.grading.models import Score
from lms.hub.grading.queries import Written
from lms.hub.grading.services.scores import post_score
from lms.hub.hours.queries.situation import situation_of
from lms.hub.hours.rules.entry import MOST_MINUTES, Source
from lms.hub.hours.services.desk import Desk
from lms.hub.intake.models import ReportedResult
from lms.hub.intake.queries import Named, held_scores, marking_for, reports_of
from lms.hub.intake.rules import minutes_of, points_of, replaces
from lms.hub.intake.rules.statements import Statement, at_place, in_place
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.once import add_once
from lms.kernel.text import N_
from lms.kernel.weeks import local_day
from lms.people.access import Action, Actor
from lms.people.commands import command

OF_INSTRUCTORS = N_("A score is given with the token of an instructor of the student's section.")
BY_HAND = N_("This work was graded here. Enter the reported score on the grading desk if it should count.")
Key = tuple[int, date]  # an item and a day


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement with what it means here. voided: the earlier one that it takes back."""

    said: Statement
    named: Named
    voided: ReportedResult | None = None

    @property
    def counts(self) -> bool:
        """Whether it is about the thing itself, not about a part of it or about another statement."""
        return bool(self.said.about) and self.said.about in self.named.iris


@command(Action.RESULTS_REPORT)
def take_reports(actor: Actor, enrollment: Enrollment, placed: Sequence[Placed]) -> list[ReportedResult]:
    """Keep what was said of one student and do what it means. Raises RuleBroken, Conflict and NotAllowed."""
    before = reports_of(enrollment)
    zone = situation_of(enrollment).zone
    made: list[ReportedResult] = []
    for one in placed:
        made.append(_keep(actor, enrollment, one, zone, [*before, *made]))
    _enter_minutes(enrollment, placed, made, before)
    for one in placed:
        item = one.named.item
        if item is not None and one.counts and one.said.says_done and item.completion in REPORTABLE:
            report_item(actor, enrollment, item)
    return made


def _keep(
    actor: Actor, enrollment: Enrollment, one: Placed, zone: str, before: Sequence[ReportedResult]
) -> ReportedResult:
    said, named, voided = one.said, one.named, one.voided
    points, score = _score(actor, enrollment, one, before) if one.counts else (None, None)
    row = add_once(
        ReportedResult,
        enrollment_id=enrollment.id,
        item_id=named.item.id if named.item else None,
        activity_id=named.activity.id if named.activity else None,
        statement_id=said.id,
        body_sha256=said.body_sha256,
        verb=said.verb,
        sitting=said.sitting,
        happened_at=said.happened_at,
        day=voided.day if voided else local_day(said.happened_at, zone),
        seconds=said.seconds if one.counts else None,
        points=points,
        is_complete=said.is_complete,
        is_success=said.is_success,
        score_id=score.id if score else None,
        voids_id=voided.id if voided else None,
    )
    if row is None:
        raise Conflict(N_("This statement came in, or was taken back, at this very moment. Send it again."))
    return row


def _score(
    actor: Actor, enrollment: Enrollment, one: Placed, before: Sequence[ReportedResult]
) -> tuple[int | None, Score | None]:
    """The points of a statement, and the score that they become; None where an earlier reported one stays."""
    said, activity = one.said, one.named.activity
    if said.score is None or activity is None:
        return None, None
    points = points_of(said.score, activity.points)
    try:
        marking = marking_for(actor, enrollment, activity)
    except NotFound:
        raise NotAllowed(OF_INSTRUCTORS) from None
    if marking.criteria or activity.has_questions:
        message = N_("This activity has a rubric; give its points on the desk.")
        raise at_place(said, "result.score", RuleBroken(message))
    if marking.is_nameless or (marking.rule is not None and marking.rule.is_double):
        message = N_("This work is marked without names or by two; give its points on the desk.")
        raise at_place(said, "result.score", RuleBroken(message))
    earlier = held_scores(before, activity.id).get(marking.score.id) if marking.score else None
    if marking.score is not None and earlier is None:
        raise at_place(said, "result.score", RuleBroken(BY_HAND))
    if earlier is not None and not replaces(
        points, said.happened_at, earlier.points or 0, earlier.happened_at, activity.counts
    ):
        return points, None
    reason = f"xAPI {said.id}" if marking.release is not None else ""
    written = Written(points=points)
    give = partial(post_score, actor, enrollment, marking, written, marking.token, reason)
    return points, in_place(said, "result.score", give)


def _enter_minutes(
    enrollment: Enrollment,
    placed: Sequence[Placed],
    made: Sequence[ReportedResult],
    before: Sequence[ReportedResult],
) -> None:
    """What the touched days of each item now come to, as hours."""
    touched: dict[Key, tuple[Statement, Target]] = {}
    for one, row in zip(placed, made, strict=True):
        if one.named.target is not None and (row.seconds or one.voided):
            touched[one.named.target.item_id or 0, row.day] = one.said, one.named.target
    if not touched:
        return
    taken_back = {row.voids_id for row in made}
    after = _by_day([row for row in [*before, *made] if row.id not in taken_back and row.voids_id is None])
    earlier = _by_day(before)
    desk = Desk(enrollment, *(day for _, day in touched))
    held = {(row.source, row.item_id, row.day): row for row in standing(ContentMinutes, enrollment)}
    entering = {source: Entering(source, []) for source in (Source.SIMULATION, Source.LMS)}
    for key, (said, target) in touched.items():
        into = entering[Source.SIMULATION if target.kind is Kind.SIMULATION else Source.LMS]
        old = held.get((into.source, *key))
        _check_day(said, old, minutes_of(earlier.get(key, ())), minutes_of(after.get(key, ())))
        minutes = minutes_of(after.get(key, ()))
        one_day = Measured(0, enrollment, "", target, key[1], minutes, old.minutes if old else None)
        if one_day.is_change:
            _enter(desk, into, said, one_day, old)
    for into in entering.values():
        keep_traces(into)


def _by_day(rows: Sequence[ReportedResult]) -> dict[Key, list[ReportedResult]]:
    found: dict[Key, list[ReportedResult]] = defaultdict(list)
    for row in rows:
        found[row.item_id or 0, row.day].append(row)
    return found


def _check_day(said: Statement, old: ContentMinutes | None, reported: int, minutes: int) -> None:
    if old is not None and old.minutes != reported:
        message = N_("The minutes of this item and day came in a file. Correct them in a file too.")
        raise at_place(said, "result.duration", RuleBroken(message))
    if minutes > MOST_MINUTES:
        message = N_("That makes more than %(most)s minutes of this item on one day.")
        raise at_place(said, "result.duration", RuleBroken(message, most=MOST_MINUTES))


def _enter(desk: Desk, into: Entering, said: Statement, one: Measured, old: ContentMinutes | None) -> None:
    entry = in_place(said, "result.duration", lambda: enter_measured(desk, one, into.source, old))
    into.entries.append((one, entry, old))
