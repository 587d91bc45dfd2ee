"""The grading queue, remarks, sharing work out, marking rules, second marks, and when scores are shown."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import Decimals, Instant, Paged, Prose, PublicId, Shape
from lms.api.v1.scores import HANDED_IN, IF_MATCH, Points, WrittenIn, both_versions, hundredths, token_sent
from lms.hub.coursework.contents import find_file
from lms.hub.grading.models.desk import Annotation
from lms.hub.grading.models.marking import ReleasePlan
from lms.hub.grading.queries import find_marking
from lms.hub.grading.queries.desk import Remark, find_remark, remarks_for
from lms.hub.grading.queries.marking import (
    find_taught,
    graders_of,
    progress_of,
    release_plans_of,
    rules_of,
    sections_beside,
)
from lms.hub.grading.queue import Order, QueueFilter, Wanted, marking_queue
from lms.hub.grading.rules import exact_points
from lms.hub.grading.rules.marking import AgreedBy, Role, Way
from lms.hub.grading.rules.releases import Mode
from lms.hub.grading.services.desk import annotate, withdraw_remark
from lms.hub.grading.services.marking import agree, give_second_mark, set_marking_rule, share
from lms.hub.grading.services.releases import plan_release
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, Actor

PLACE = "/sections/<public_id:section>/activities/<public_id:activity>"
Chosen = Annotated[str, StringConstraints(pattern=r"^([a-z2-7]{20})?$")]


class QueueQuery(Paged):
    """Which part of the queue. `mine`: only what was given to you."""

    wanted: Wanted = Field(default=Wanted.TO_GRADE, strict=False)
    order: Order = Field(default=Order.OLDEST, strict=False)
    section: Chosen = ""
    activity: Chosen = ""
    mine: Annotated[str, StringConstraints(pattern=r"^(yes|no)$")] = "no"


class QueueLine(Shape):
    """The last attempt of one student on one activity. `student`: a code where it is marked without names."""

    submission: str
    student: str
    is_nameless: bool
    activity: str
    course: str
    received_at: datetime
    late_seconds: int
    is_scored: bool
    is_released: bool


class QueueOut(Shape):
    """`next`: send it as `after` for the following page; null on the last one."""

    items: list[QueueLine]
    next: str | None


class RemarkIn(Shape):
    """A remark. `file`: null for the text that was handed in; `page` of a document, or `line`, from 1."""

    text: Prose
    file: PublicId | None = None
    page: int | None = None
    line: int | None = None


class RemarkOut(Shape):
    """A remark at one place of the work."""

    id: str
    text: str
    file: str | None
    page: int | None
    line: int | None
    recorded_at: datetime


class RemarksOut(Shape):
    """By place."""

    items: list[RemarkOut]


class Removed(Shape):
    """What was taken back."""

    id: str


class SecondMarkOut(Shape):
    """A second marker's points."""

    id: str
    points: Decimals


class AgreementIn(Shape):
    """What two marks come to. `points`: only for "new". `note`: why, unless it is the mean."""

    agreed_by: AgreedBy = Field(strict=False)
    points: Points | None = None
    note: Prose = ""


class AgreedOut(Shape):
    """The score that two marks came to."""

    score: str
    points: Decimals


class GraderOut(Shape):
    """A grader, and how far they are with what was given to them on this activity. `load`: waiting in all."""

    id: str
    name: str
    load: int
    given: int
    done: int
    waiting: int
    since: datetime | None


class MarkingOf(Shape):
    """How a section marks an activity and when it shows the scores."""

    is_anonymous: bool
    is_double: bool
    gap_bp: int
    peer_least_bp: int | None
    peer_most_bp: int | None
    release_mode: str
    release_at: datetime | None
    graders: list[GraderOut]


class MarkingRuleIn(Shape):
    """How a section marks an activity. `gap_bp`: of the points, by which two marks may differ and be averaged.

    `peer_least_bp`, `peer_most_bp`: bounds of the factor by which a group's members move each other's points;
    null: not asked.
    """

    is_anonymous: bool
    is_double: bool
    gap_bp: int = Field(default=500, ge=0, le=10_000)
    peer_least_bp: int | None = Field(default=None, ge=0, le=10_000)
    peer_most_bp: int | None = Field(default=None, ge=10_000, le=15_000)


class ShareIn(Shape):
    """Share work out among `graders` (ids of persons). `only_here`: not that of the cohort's other sections."""

    graders: list[PublicId] = Field(max_length=200)
    way: Way = Field(default=Way.EVEN, strict=False)
    role: Role = Field(default=Role.FIRST, strict=False)
    only_here: bool = False


class PlanIn(Shape):
    """When students see their scores. `at`: only of "scheduled"."""

    mode: Mode = Field(strict=False)
    at: Instant | None = None


@operation("GET /grading-queue", Action.SCORE_READ, gives=QueueOut, query=QueueQuery)
def list_queue(actor: Actor, query: QueueQuery) -> QueueOut:
    """What waits to be graded, agreed on or released, in the order asked for."""
    is_mine = query.mine == "yes"
    chosen = QueueFilter(query.wanted, query.section, query.activity, order=query.order, is_mine=is_mine)
    found = marking_queue(actor, chosen, query.after, query.limit)
    items = [
        QueueLine(
            submission=line.submission.public_id,
            student=line.student,
            is_nameless=line.is_nameless,
            activity=line.activity,
            course=line.course,
            received_at=line.submission.received_at,
            late_seconds=line.submission.late_seconds,
            is_scored=line.score is not None,
            is_released=line.is_released,
        )
        for line in found.items
    ]
    return QueueOut(items=items, next=found.after)


@operation(f"GET {HANDED_IN}/remarks", Action.SCORE_READ, gives=RemarksOut)
def list_remarks(actor: Actor, submission: str) -> RemarksOut:
    """The remarks that stand on an attempt."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    return RemarksOut(items=[_remark(one) for one in remarks_for(marking)])


@operation(f"POST {HANDED_IN}/remarks", Action.SCORE_WRITE, gives=RemarkOut, body=RemarkIn, status=201)
def post_remark(actor: Actor, submission: str, body: RemarkIn) -> RemarkOut:
    """Say something at one place of the work; the student reads it with the next release of its score."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    file = find_file(actor, body.file) if body.file else None
    made: Annotation = annotate(actor, marking.enrollment, marking, body.text, file, body.page, body.line)
    return RemarkOut(
        id=made.public_id,
        text=body.text.strip(),
        file=body.file,
        page=made.page,
        line=made.line,
        recorded_at=made.recorded_at,
    )


@operation(f"DELETE {HANDED_IN}/remarks/<public_id:remark>", Action.SCORE_WRITE, gives=Removed)
def delete_remark(actor: Actor, submission: str, remark: str) -> Removed:
    """Take a remark back."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    withdraw_remark(actor, marking.enrollment, marking, find_remark(marking, remark))
    return Removed(id=remark)


@operation(f"POST {HANDED_IN}/second-marks", Action.SCORE_WRITE, gives=SecondMarkOut, body=WrittenIn, status=201)
def post_second_mark(actor: Actor, submission: str, body: WrittenIn) -> SecondMarkOut:
    """Give the second mark, without having seen the first."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    made = give_second_mark(actor, marking.enrollment, marking, body.written())
    return SecondMarkOut(id=made.public_id, points=exact_points(made.points))


@operation(
    f"POST {HANDED_IN}/agreements",
    Action.SCORE_WRITE,
    gives=AgreedOut,
    body=AgreementIn,
    status=201,
    headers=IF_MATCH,
    problems=(428,),
)
def post_agreement(actor: Actor, submission: str, body: AgreementIn) -> AgreedOut:
    """Make two marks one score."""
    marking = find_marking(actor, Action.SCORE_READ, submission)
    points = None if body.points is None else hundredths(body.points)
    try:
        score = agree(actor, marking.enrollment, marking, body.agreed_by, token_sent(), points, body.note)
    except Conflict as conflict:
        raise both_versions(conflict) from None
    return AgreedOut(score=score.public_id, points=exact_points(score.points or 0))


@operation(f"GET {PLACE}/marking", Action.MARKING_ALLOCATE, gives=MarkingOf)
def get_marking(actor: Actor, section: str, activity: str) -> MarkingOf:
    """How a section marks an activity, when it shows the scores, and how far each grader is."""
    return _marking(actor, section, activity)


@operation(f"PUT {PLACE}/marking-rule", Action.MARKING_RULE, gives=MarkingOf, body=MarkingRuleIn)
def put_marking_rule(actor: Actor, section: str, activity: str, body: MarkingRuleIn) -> MarkingOf:
    """Mark without names, or by two."""
    found, work = find_taught(actor, Action.MARKING_ALLOCATE, section, activity)
    least, most = body.peer_least_bp, body.peer_most_bp
    if (least is None) != (most is None):
        missing = "peer_least_bp" if least is None else "peer_most_bp"
        raise RuleBroken(N_("Send both bounds of the factor, or neither."), field=missing)
    set_marking_rule(
        actor,
        found,
        work,
        is_anonymous=body.is_anonymous,
        is_double=body.is_double,
        gap_bp=body.gap_bp,
        peers=None if least is None or most is None else (least, most),
    )
    return _marking(actor, section, activity)


@operation(f"PUT {PLACE}/release-plan", Action.SCORE_RELEASE, gives=MarkingOf, body=PlanIn)
def put_release_plan(actor: Actor, section: str, activity: str, body: PlanIn) -> MarkingOf:
    """Say when students see their scores."""
    found = find_taught(actor, Action.MARKING_ALLOCATE, section, activity)
    plan_release(actor, *found, body.mode, body.at)
    return _marking(actor, section, activity)


@operation(f"POST {PLACE}/marking-tasks", Action.MARKING_ALLOCATE, gives=MarkingOf, body=ShareIn, status=201)
def post_marking_tasks(actor: Actor, section: str, activity: str, body: ShareIn) -> MarkingOf:
    """Share the work out, or balance it anew: what somebody has begun stays with them."""
    found, work = find_taught(actor, Action.MARKING_ALLOCATE, section, activity)
    beside = [found] if body.only_here else sections_beside(actor, Action.MARKING_ALLOCATE, found)
    share(actor, beside, work, body.way, body.graders, body.role)
    return _marking(actor, section, activity)


def _marking(actor: Actor, section_id: str, activity_id: str) -> MarkingOf:
    section, activity = find_taught(actor, Action.MARKING_ALLOCATE, section_id, activity_id)
    rule = rules_of(section).get(activity.id)
    plan: ReleasePlan | None = release_plans_of(section).get(activity.id)
    done = {one.person_id: one for one in progress_of([section], activity)}
    graders = []
    for line in graders_of([section]):
        how_far = done.get(line.grader.person)
        graders.append(
            GraderOut(
                id=line.public_id,
                name=line.name,
                load=line.grader.load,
                given=how_far.given if how_far else 0,
                done=how_far.done if how_far else 0,
                waiting=how_far.waiting if how_far else 0,
                since=how_far.since if how_far else None,
            )
        )
    return MarkingOf(
        is_anonymous=rule.is_anonymous if rule else False,
        is_double=rule.is_double if rule else False,
        gap_bp=rule.gap_bp if rule else 0,
        peer_least_bp=rule.peer_least_bp if rule else None,
        peer_most_bp=rule.peer_most_bp if rule else None,
        release_mode=plan.mode if plan else Mode.MANUAL,
        release_at=plan.at if plan else None,
        graders=graders,
    )


def _remark(one: Remark) -> RemarkOut:
    return RemarkOut(
        id=one.public_id,
        text=one.text,
        file=one.file_id or None,
        page=one.page,
        line=one.line,
        recorded_at=one.recorded_at,
    )
