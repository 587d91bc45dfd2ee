"""Sample quizzes: abler students know more of the answers; some write a text that the instructor has to read."""

from random import Random

from lms.hub.coursework.queries import Work
from lms.hub.grading.queries import Marking, Written, written_in_draft
from lms.hub.quizzes.queries import Asked, OpenAttempt
from lms.hub.quizzes.queries.keys import keys_of
from lms.hub.quizzes.rules.keys import ChoiceKey, Key, NumberKey
from lms.hub.quizzes.rules.marking import Answer
from lms.hub.quizzes.rules.numbers import shown_number
from lms.hub.quizzes.services.taking import finish, look_at, save_answers, start_attempt
from lms.people.access import Actor

TEXTS = ("stoppage", "lost time", "waiting for material", "breakdowns")


def take_quiz(actor: Actor, random: Random, work: Work, ability: int, key: str) -> None:
    """Start, answer and hand in. ability: about the percentage of answers that are right."""
    quiz, attempt = look_at(work)
    if attempt is None:
        start_attempt(actor, work.enrollment, work, quiz)
        attempt = _open(work)
    keys = keys_of([one.question.id for one in attempt.asked], work.section_id)
    answers = {one.slot: _answer(random, one, keys[one.question.id].key, ability) for one in attempt.asked}
    save_answers(actor, work.enrollment, attempt, answers)
    finish(actor, work, _open(work), key)


def _open(work: Work) -> OpenAttempt:
    attempt = look_at(work)[1]
    if attempt is None:
        raise RuntimeError("the attempt that was just started is not there")
    return attempt


def _answer(random: Random, asked: Asked, key: Key, ability: int) -> Answer:
    knows = random.randrange(100) < ability
    if isinstance(key, ChoiceKey):
        places = list(asked.order)
        wrong = frozenset(random.sample(places, k=min(len(key.right), len(places))))
        return Answer(key.right if knows else wrong)
    if isinstance(key, NumberKey):
        value = key.value if knows else key.value * random.choice((2, 10, 60)) / random.choice((1, 3))
        return Answer(text=f"{shown_number(value)} {key.unit}".strip())
    return Answer(text=key.written[0] if knows and key.written else random.choice(TEXTS))


def marks_of_quiz(random: Random, marking: Marking) -> Written:
    """What the machine gave, and points for what it left to the instructor."""
    known = dict(written_in_draft(marking.draft).marks) if marking.draft else {}
    missing = {one.code: one.points for one in marking.criteria if one.code not in known}
    return Written(
        marks={**known, **{code: points * random.choice((0, 2, 4)) // 4 for code, points in missing.items()}}
    )
