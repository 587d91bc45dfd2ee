"""Every answer of a section to a quiz, with the points it has: for statistics, and for a correction of a key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, select

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.grading.models import DraftScore, Release, Score, given
from lms.hub.grading.models.marking import Agreement, MarkingRule
from lms.hub.grading.rules import ScoreKind
from lms.hub.grading.rules.marking import pseudonym
from lms.hub.quizzes.models import QuizAnswer
from lms.hub.quizzes.rules.marking import Answer
from lms.kernel.db import session
from lms.kernel.facts import runs_on, stands
from lms.kernel.prose import all_prose_of
from lms.people.accounts.models import Person
from lms.people.scope import policy_day, within


@dataclass(frozen=True, slots=True)
class Given:
    """One answer that was handed in. student: the name, or what they are called while nobody is to know.

    draft_marks: what stands on the grading desk and was not posted. is_with_two: two markers still have to agree on it.
    is_hidden: one of two marks is not given yet, so that its points are in no figure and on no page.
    """

    row: QuizAnswer
    answer: Answer
    enrollment: Enrollment
    submission: Submission
    student: str
    is_nameless: bool
    is_with_two: bool
    is_hidden: bool
    score: Score | None
    draft_marks: Mapping[str, int] | None

    @property
    def stored_marks(self) -> Mapping[str, int] | None:
        """Points of the whole attempt by slot, for a command that tells them to nobody."""
        return self.score.marks if self.score is not None and self.score.kind is ScoreKind.POINTS else None

    @property
    def marks(self) -> Mapping[str, int] | None:
        """Points of the whole attempt by slot; None where it has none, or they are not to be seen yet."""
        return None if self.is_hidden else self.stored_marks


def answers_of(section: Section, activity: Activity, question_id: int | None = None) -> list[Given]:
    """What the students of a section that was found handed in, all of it or to one question. Two queries."""
    statement: Select[Any] = _answers().where(Submission.activity_id == activity.id)
    if question_id is not None:
        statement = statement.where(QuizAnswer.question_id == question_id)
    rows = session.execute(within(statement, section, on=Placement)).all()
    words = all_prose_of([row[0] for row in rows])
    return [_given(activity, words[row[0].public_id].get("text", ""), row) for row in rows]


def _answers() -> Any:
    same = (Score.enrollment_id == Enrollment.id, Score.activity_id == Submission.activity_id)
    draft = and_(
        DraftScore.enrollment_id == Enrollment.id,
        DraftScore.activity_id == Submission.activity_id,
        DraftScore.attempt == Submission.attempt,
    )
    shown = and_(
        Release.enrollment_id == Enrollment.id,
        Release.activity_id == Submission.activity_id,
        Release.attempt == Submission.attempt,
        stands(Release),
    )
    rule = and_(
        MarkingRule.section_id == Placement.section_id,
        MarkingRule.activity_id == Submission.activity_id,
        stands(MarkingRule),
    )
    return (
        select(
            QuizAnswer, Enrollment, Submission, Person.name, MarkingRule, Release.id, Agreement.id, Score, DraftScore
        )
        .join(Submission, Submission.id == QuizAnswer.submission_id)
        .join(Enrollment, Enrollment.id == QuizAnswer.enrollment_id)
        .join(Person, Person.id == Enrollment.person_id)
        .join(Placement, and_(Placement.enrollment_id == Enrollment.id, stands(Placement)))
        .outerjoin(Score, and_(*same, Score.attempt == Submission.attempt, given()))
        .outerjoin(Agreement, Agreement.score_id == Score.id)
        .outerjoin(DraftScore, draft)
        .outerjoin(Release, shown)
        .outerjoin(MarkingRule, rule)
        .where(runs_on(Placement, policy_day()))
        .order_by(Person.name, Enrollment.id, Submission.attempt, QuizAnswer.id)
        .execution_options(populate_existing=True)
    )


def _given(activity: Activity, text: str, row: Any) -> Given:
    answer, enrollment, submission, name, rule, release_id, agreement_id, score, draft = row
    is_nameless = rule is not None and rule.is_anonymous and release_id is None
    is_settled = release_id is not None or agreement_id is not None or score is None
    has_draft = draft is not None and draft.base_number == (score.number if score else 0)
    by_two = rule is not None and rule.is_double
    return Given(
        row=answer,
        answer=Answer(frozenset(answer.chosen), text),
        enrollment=enrollment,
        submission=submission,
        student=pseudonym(enrollment.public_id, activity.public_id) if is_nameless else name,
        is_nameless=is_nameless,
        is_with_two=by_two and not is_settled,
        is_hidden=by_two and release_id is None and agreement_id is None,
        score=score,
        draft_marks=draft.marks if has_draft else None,
    )


def first_attempts(answers: Sequence[Given]) -> list[Given]:
    """Of each student only the first attempt that was handed in and has points."""
    first: dict[int, int] = {}
    for one in answers:
        if one.marks is not None:
            number = one.submission.attempt
            first[one.enrollment.id] = min(first.get(one.enrollment.id, number), number)
    return [one for one in answers if one.marks is not None and first[one.enrollment.id] == one.submission.attempt]
