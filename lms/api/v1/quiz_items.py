"""How the questions of a quiz did in a section, and correcting what is right. For staff: every answer holds keys."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from lms.api.kit import operation
from lms.api.shapes import NO_NUL, Decimals, Line, Shape, Why, why
from lms.api.v1.marking import PLACE
from lms.hub.catalog.questions import NUMBER_TEXT, TOLERANCE_TEXT
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.grading.gradebook import shown_percent
from lms.hub.grading.queries.marking import find_taught
from lms.hub.grading.rules import exact_points
from lms.hub.quizzes.queries import Question
from lms.hub.quizzes.queries.keys import find_question, keys_of
from lms.hub.quizzes.queries.statistics import ItemStatistics, statistics_of
from lms.hub.quizzes.rules.keys import changed
from lms.hub.quizzes.services.correcting import correct_key, preview_correction
from lms.people.access import Action, Actor
from lms.web.quiz_words import key_lines

QUESTION = "/sections/<public_id:section>/quiz-questions/<public_id:question>"


class AnswerCount(Shape):
    """An answer and how often it was given; "" is none."""

    answer: str
    count: int


class QuizItemOut(Shape):
    """One question. `difficulty` in percent; with `discrimination` and `answers` empty below the least number."""

    question: str
    code: str
    pool: str
    kind: str
    text: str
    points: Decimals
    right: list[str]
    is_corrected: bool
    attempts: int
    difficulty: Decimals | None
    why_difficulty: Why
    discrimination: Decimals | None
    why_discrimination: Why
    answers: list[AnswerCount]


class ItemsOut(Shape):
    """`attempts`: first attempts with points. `waiting`: handed in, without points yet."""

    attempts: int
    waiting: int
    items: list[QuizItemOut]


class KeyIn(Shape):
    """What is right instead; what is left out stays as it is. `right`: places of options, from 0.

    `tolerance`: in the unit of the value, or a percentage of it with a percent sign.
    """

    right: list[Annotated[int, Field(ge=0, le=99)]] | None = Field(default=None, max_length=20)
    value: Annotated[str, StringConstraints(pattern=f"^{NUMBER_TEXT.pattern}$")] | None = None
    tolerance: Annotated[str, StringConstraints(pattern=f"^{TOLERANCE_TEXT.pattern}$")] | None = None
    needs_unit: bool | None = None
    accepted: list[Line] | None = Field(default=None, max_length=50)
    by_hand: bool | None = None


class CorrectionIn(Shape):
    """`preview`: of the preview that was looked at. `reason`: the students whose points change read it."""

    key: KeyIn
    preview: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    reason: Annotated[str, StringConstraints(max_length=1_000, pattern=NO_NUL)]


class KeyEffectOut(Shape):
    """What becomes of one answer: changes, same, by_hand, read, with_two. `student`: perhaps a code."""

    submission: str
    student: str
    before: Decimals | None
    after: Decimals | None
    effect: str


class KeyPreviewOut(Shape):
    """Send `preview` with the correction; it is refused where anything has changed since."""

    preview: str
    items: list[KeyEffectOut]


class CorrectionOut(Shape):
    """The correction that now holds in the section."""

    id: str
    number: int
    recorded_at: datetime


@operation(f"GET {PLACE}/quiz/statistics", Action.SCORE_READ, gives=ItemsOut)
def get_quiz_statistics(actor: Actor, section: str, activity: str) -> ItemsOut:
    """Difficulty, discrimination and answers of every question, from first attempts."""
    found = statistics_of(*find_taught(actor, Action.SCORE_READ, section, activity))
    return ItemsOut(attempts=found.attempts, waiting=found.waiting, items=[_item(one) for one in found.items])


def _item(one: ItemStatistics) -> QuizItemOut:
    return QuizItemOut(
        question=one.question.public_id,
        code=one.question.code,
        pool=one.question.pool,
        kind=one.question.kind,
        text=one.question.text,
        points=exact_points(one.question.points),
        right=key_lines(one.question, one.key),
        is_corrected=one.key.correction is not None,
        attempts=one.attempts,
        difficulty=None if one.difficulty is None else shown_percent(one.difficulty),
        why_difficulty=why(one.why_difficulty),
        discrimination=one.discrimination,
        why_discrimination=why(one.why_discrimination),
        answers=[AnswerCount(answer=text, count=count) for text, count in one.answers],
    )


@operation(f"POST {QUESTION}/previews", Action.KEY_CORRECT, gives=KeyPreviewOut, body=KeyIn)
def preview_quiz_key(actor: Actor, section: str, question: str, body: KeyIn) -> KeyPreviewOut:
    """Whose points a corrected key would change. Nothing is kept."""
    taught, activity, asked = _find(actor, section, question)
    preview = preview_correction(taught, activity, asked, _stored(taught, asked, body))
    return KeyPreviewOut(
        preview=preview.digest,
        items=[
            KeyEffectOut(
                submission=line.given.submission.public_id,
                student=line.given.student,
                before=None if line.before is None else exact_points(line.before),
                after=None if line.after is None else exact_points(line.after),
                effect=line.effect,
            )
            for line in preview.lines
        ],
    )


@operation(
    f"POST {QUESTION}/corrections",
    Action.KEY_CORRECT,
    gives=CorrectionOut,
    body=CorrectionIn,
    status=201,
    problems=(409,),
)
def correct_quiz_key(actor: Actor, section: str, question: str, body: CorrectionIn) -> CorrectionOut:
    """Say what is right from now on in the section, and give the points that follow, with the reason."""
    taught, activity, asked = _find(actor, section, question)
    stored = _stored(taught, asked, body.key)
    row = correct_key(actor, taught, activity, asked, stored, body.reason, body.preview)
    return CorrectionOut(id=row.public_id, number=row.number, recorded_at=row.recorded_at)


def _find(actor: Actor, section: str, question: str) -> tuple[Section, Activity, Question]:
    activity, asked = find_question(question)
    taught, _ = find_taught(actor, Action.KEY_CORRECT, section, activity.public_id)
    return taught, activity, asked


def _stored(section: Section, asked: Question, body: KeyIn) -> dict[str, Any]:
    before = keys_of([asked.id], section.id)[asked.id]
    return changed(before.stored, body.model_dump(exclude_none=True))
