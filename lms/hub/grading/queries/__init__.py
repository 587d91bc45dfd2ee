"""Everything that a grader needs for one attempt of one student."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, literal, select
from sqlalchemy.orm import aliased

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.versions import lived_in_cohort
from lms.hub.grading.models import Criterion, DraftScore, Level, Release, Rubric, Score
from lms.hub.grading.models.marking import Agreement, MarkingRule, MarkingTask, ReleasePlan, SecondMark
from lms.hub.grading.models.policies import GradingPolicy
from lms.hub.grading.queries.policies import OWN, grading_in, holds_in
from lms.hub.grading.rules import LatePolicy, ScoreKind
from lms.hub.grading.rules.marking import Role, Stage, pseudonym, stage_for
from lms.hub.grading.rules.policies import Grading
from lms.hub.grading.rules.releases import Plan
from lms.kernel.columns import Day
from lms.kernel.db import session
from lms.kernel.errors import NotFound
from lms.kernel.facts import runs_on, stands
from lms.kernel.jsonrows import rows_of
from lms.kernel.prose import all_prose_of
from lms.people.access import Action, Actor
from lms.people.accounts.models import Person
from lms.people.orgs.models import Site
from lms.people.scope import ask_read, policy_day, read, scoped, scoped_kept, within_a


@dataclass(frozen=True, slots=True)
class LevelView:
    """How well, in words, and what that gives in hundredths."""

    text: str
    points: int


@dataclass(frozen=True, slots=True)
class CriterionView:
    """One line of a rubric; the best level first."""

    code: str
    title: str
    points: int
    levels: tuple[LevelView, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a grader has written on one attempt: marks by criterion, or points; words by criterion, "" for the whole.

    late_seconds: set by hand, with late_reason; None leaves it as it came.
    """

    marks: Mapping[str, int] = field(default_factory=dict)
    points: int | None = None
    comments: Mapping[str, str] = field(default_factory=dict)
    late_seconds: int | None = None
    late_reason: str = ""


@dataclass(frozen=True, slots=True)
class Marking:
    """One attempt of one student on a grader's desk. submission None: nothing was handed in (attempt 0).

    rule, plan: how the section marks and releases the activity, if it says so. tasks: who marks it, by role. last: the
    end of its line of scores, also where that was taken back. reader: whose desk it is, None for the system's.
    """

    enrollment: Enrollment
    student: Person
    activity: Activity
    course: Course
    section_id: int | None
    zone: str
    grading: Grading
    submission: Submission | None
    attempts: int
    rubric_id: int | None
    criteria: tuple[CriterionView, ...]
    draft: DraftScore | None
    last: Score | None
    release: Release | None
    rule: MarkingRule | None
    plan_row: ReleasePlan | None
    tasks: Mapping[Role, int]
    second: SecondMark | None
    agreement: Agreement | None
    reader: int | None = None

    @property
    def policy(self) -> LatePolicy:
        """What lateness costs, by the policy that holds now."""
        return self.grading.late

    @property
    def score(self) -> Score | None:
        """The score that stands; None where none was given or it was taken back."""
        return None if self.last is None or self.last.kind is ScoreKind.TAKEN_BACK else self.last

    @property
    def number(self) -> int:
        """Of the last score, 0 for none."""
        return self.last.number if self.last else 0

    @property
    def plan(self) -> Plan:
        """When its score is shown."""
        return Plan(self.plan_row.mode, self.plan_row.at) if self.plan_row else Plan()

    @property
    def is_nameless(self) -> bool:
        """Whether who grades it must not know yet whose it is."""
        return self.rule is not None and self.rule.is_anonymous and self.release is None

    @property
    def alias(self) -> str:
        """What the student is called meanwhile."""
        return pseudonym(self.enrollment.public_id, self.activity.public_id)

    @property
    def waits_for_second(self) -> bool:
        """Whether two marks are wanted and the score that stands does not come from two."""
        is_double = self.rule is not None and self.rule.is_double
        return is_double and self.agreement is None and self.release is None

    def stage(self, person_id: int | None) -> Stage:
        """What somebody can do for it now."""
        return stage_for(
            person_id,
            is_double=self.rule is not None and self.rule.is_double,
            scored_by=self.score.recorded_by_id if self.score else None,
            has_score=self.score is not None,
            has_second=self.second is not None,
            is_settled=self.agreement is not None or self.release is not None,
        )

    @property
    def is_blind(self) -> bool:
        """Whether the reader must not see the first mark yet; see `queries.second` for the same of many."""
        return self.stage(self.reader) is Stage.SECOND

    @property
    def hides_draft(self) -> bool:
        """Whether somebody else is writing the first of two marks, which the reader must not see either."""
        is_double = self.rule is not None and self.rule.is_double
        writer = self.draft.grader_id if self.draft is not None else None
        is_first = is_double and self.score is None and self.has_live_draft
        return is_first and writer is not None and writer != self.reader

    @property
    def attempt(self) -> int:
        """0 where nothing was handed in."""
        return self.submission.attempt if self.submission else 0

    @property
    def token(self) -> str:
        """Changes with every draft and every score: what a form was made from, for compare-and-set."""
        return f"{self.draft.version if self.draft else 0}.{self.number}"

    @property
    def late_seconds(self) -> int:
        """As the submission came in."""
        return self.submission.late_seconds if self.submission else 0

    @property
    def is_released(self) -> bool:
        """Whether the student sees the score that stands."""
        return self.release is not None and self.score is not None and self.release.score_id == self.score.id

    @property
    def has_live_draft(self) -> bool:
        """Whether the draft was written after the score that stands."""
        return self.draft is not None and self.draft.base_number == self.number


def find_marking(actor: Actor, action: Action, submission_id: str) -> Marking:
    """The attempt with this public id for somebody who may do `action` to it. Raises NotFound. One query."""
    statement = scoped_kept(_marking_of_submission(policy_day()), actor, action, on=Enrollment)
    return _one(read(statement, submission_id=submission_id), actor)


@lru_cache(maxsize=2)
def _marking_of_submission(_day: date) -> Select[Any]:
    """Kept for the day, on which its placements were looked up."""
    theirs = and_(Submission.enrollment_id == Enrollment.id, Submission.activity_id == Activity.id)
    return _marking(Submission.attempt, theirs).where(Submission.public_id == bindparam("submission_id"))


def list_markings(actor: Actor, section: Section, activity: Activity) -> list[Marking]:
    """The last attempt of each student of `section` who handed `activity` in, the first in first. One query.

    section: one that was found for `actor`.
    """
    rows = ask_read(_last_markings(), section, activity_id=activity.id, day=policy_day())
    return [_marking_in(row, actor) for row in rows]


@cache
def _last_markings() -> Select[Any]:
    """Within a section, for the activity and the day that are asked for."""
    later = aliased(Submission)
    is_last = ~exists().where(
        later.enrollment_id == Submission.enrollment_id,
        later.activity_id == Submission.activity_id,
        later.attempt > Submission.attempt,
    )
    theirs = and_(Submission.enrollment_id == Enrollment.id, Submission.activity_id == Activity.id)
    statement = _marking(Submission.attempt, theirs, day=bindparam("day", type_=Day)).where(
        Activity.id == bindparam("activity_id"), Submission.id.is_not(None), is_last
    )
    return within_a(statement.order_by(Submission.received_at), Section, on=Placement)


def find_marking_of_nothing(actor: Actor, action: Action, enrollment_id: str, activity_id: str) -> Marking:
    """The same where nothing was handed in, by enrollment and activity: a lab on site, an exemption."""
    statement = _marking(literal(0), false())
    asked = statement.where(Enrollment.public_id == enrollment_id, Activity.public_id == activity_id)
    return _one(session.execute(scoped(asked, actor, action, on=Enrollment)).all(), actor)


def _marking(attempt: Any, handed_in: ColumnElement[bool], day: Any = None) -> Select[Any]:
    """day: on which the student is taught in the section; today if None."""
    standing_score = and_(_same_attempt(Score, attempt), stands(Score))
    standing_release = and_(_same_attempt(Release, attempt), stands(Release))
    criteria = rows_of(
        Criterion.position, Criterion.code, Criterion.title, Criterion.points, where=Criterion.rubric_id == Rubric.id
    )
    levels = rows_of(
        Criterion.code,
        Level.position,
        Level.text,
        Level.points,
        where=and_(Criterion.rubric_id == Rubric.id, Level.criterion_id == Criterion.id),
    )
    tried = aliased(Submission)
    attempts = select(func.count(tried.id)).where(
        tried.enrollment_id == Enrollment.id, tried.activity_id == Activity.id
    )
    return (
        select(
            Enrollment,
            Person,
            Activity,
            Course,
            Placement.section_id,
            Site.zone,
            ProgramVersion.policy,
            Submission,
            attempts.scalar_subquery(),
            Rubric.id,
            criteria,
            levels,
            DraftScore,
            Score,
            Release,
            MarkingRule,
            ReleasePlan,
            _tasks(),
            SecondMark,
            Agreement,
            *OWN,
        )
        .select_from(Enrollment)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Cohort, Cohort.id == Enrollment.cohort_id)
        .join(Course, lived_in_cohort())
        .join(ProgramVersion, ProgramVersion.id == Course.program_version_id)
        .join(Activity, and_(Activity.course_id == Course.id, stands(Activity)))
        .outerjoin(Placement, placed_today() if day is None else _placed_on(day))
        .outerjoin(Section, Section.id == Placement.section_id)
        .outerjoin(Site, Site.id == Section.site_id)
        .outerjoin(GradingPolicy, holds_in(Placement.section_id, Course.id))
        .outerjoin(MarkingRule, _of_section(MarkingRule))
        .outerjoin(ReleasePlan, _of_section(ReleasePlan))
        .outerjoin(Rubric, and_(Rubric.activity_id == Activity.id, stands(Rubric)))
        .outerjoin(Submission, handed_in)
        .outerjoin(DraftScore, _same_attempt(DraftScore, attempt))
        .outerjoin(Score, standing_score)
        .outerjoin(Release, standing_release)
        .outerjoin(SecondMark, and_(_same_attempt(SecondMark, attempt), stands(SecondMark)))
        .outerjoin(Agreement, Agreement.score_id == Score.id)
        .order_by((Section.course_id == Course.id).desc())
        .execution_options(populate_existing=True)
    )


def _of_section(model: Any) -> ColumnElement[bool]:
    """What the section where the student is taught says about the activity."""
    return and_(model.section_id == Placement.section_id, model.activity_id == Activity.id, stands(model))


def _tasks() -> Any:
    theirs = (MarkingTask.enrollment_id == Enrollment.id, MarkingTask.activity_id == Activity.id)
    given = (MarkingTask.grader_id.is_not(None), stands(MarkingTask))
    return rows_of(MarkingTask.role, MarkingTask.grader_id, where=and_(*theirs, *given))


def placed_today(as_of: datetime | None = None) -> ColumnElement[bool]:
    """Where each `Enrollment` of a statement is taught today; as_of: on the day of that instant, as known then."""
    return _placed_on(policy_day(as_of), as_of)


def _placed_on(day: Any, as_of: datetime | None = None) -> ColumnElement[bool]:
    return and_(Placement.enrollment_id == Enrollment.id, stands(Placement, as_of), runs_on(Placement, day))


def _same_attempt(model: Any, attempt: Any) -> ColumnElement[bool]:
    return and_(model.enrollment_id == Enrollment.id, model.activity_id == Activity.id, model.attempt == attempt)


def _one(rows: Sequence[Any], actor: Actor) -> Marking:
    if not rows:
        raise NotFound()
    return _marking_in(rows[0], actor)


def _marking_in(row: Any, actor: Actor) -> Marking:
    enrollment, student, activity, course, section_id, zone, policy, submission, attempts, rubric_id, *more = row
    criteria, levels, draft, score, release, rule, plan, tasks, second, agreement, *own = more
    return Marking(
        enrollment=enrollment,
        student=student,
        activity=activity,
        course=course,
        section_id=section_id,
        zone=zone or "UTC",
        grading=grading_in(policy, own),
        submission=submission,
        attempts=attempts,
        rubric_id=rubric_id,
        criteria=read_criteria(criteria, levels),
        draft=draft,
        last=score,
        release=release,
        rule=rule,
        plan_row=plan,
        tasks={Role(role): grader_id for role, grader_id in tasks},
        second=second,
        agreement=agreement,
        reader=actor.person_id,
    )


def read_criteria(criteria: Sequence[Sequence[Any]], levels: Sequence[Sequence[Any]]) -> tuple[CriterionView, ...]:
    """A rubric from rows of (position, code, title, points) and of (code, position, text, points)."""
    by_code: dict[str, list[tuple[int, LevelView]]] = {}
    for code, position, text, points in levels:
        by_code.setdefault(code, []).append((position, LevelView(text, points)))
    return tuple(
        CriterionView(code, title, points, tuple(level for _, level in sorted(by_code.get(code, []), key=_first)))
        for _, code, title, points in sorted(criteria, key=_first)
    )


def _first(row: Sequence[Any]) -> int:
    position: int = row[0]
    return position


def written_on(marking: Marking) -> Written:
    """What the form shows first: the live draft, else the score that stands, else nothing. At most one query.

    Nothing of another's first mark, where the reader gives the second.
    """
    if marking.is_blind or marking.hides_draft:
        return Written()
    if marking.draft is not None and marking.has_live_draft:
        return written_in_draft(marking.draft)
    return written_in_score(marking.score) if marking.score else Written()


def written_in_draft(draft: DraftScore) -> Written:
    """The words and marks of a draft."""
    return Written(draft.marks, draft.points, draft.comments, draft.late_seconds, draft.late_reason)


def written_in_score(score: Score) -> Written:
    """The words and marks of a score. One query."""
    words = all_prose_of([score])[score.public_id]
    return Written(
        marks=score.marks,
        points=score.points,
        comments=comments_in(words),
        late_seconds=score.late_seconds if score.is_late_set_by_hand else None,
        late_reason=words.get("late_reason", ""),
    )


def comments_in(words: Mapping[str, str]) -> dict[str, str]:
    """Comments by criterion code, "" for the whole, from a score's prose."""
    found = {name.removeprefix("comment-"): text for name, text in words.items() if name.startswith("comment-")}
    return {**found, **({"": words["comment"]} if "comment" in words else {})}
