"""How many points an answer gets, and why. Points are whole hundredths; a share of them is exact until it is rounded.

Of several right options, each right one chosen counts for and each wrong one against: (right - wrong) / all right ones,
never below 0. Without partial credit all of them have to be chosen and no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.grading.rules import round_half_away, shown_points
from lms.hub.quizzes.rules.keys import ChoiceKey, Key, NumberKey, TextKey, fold
from lms.hub.quizzes.rules.numbers import in_unit, read_amount, shown_number
from lms.kernel.errors import RuleBroken
from lms.kernel.explain import Explained, FactRef, Step
from lms.kernel.text import N_, Sentence, say

MAX_ANSWER_CHARACTERS = 2_000


class Outcome(StrEnum):
    """What became of an answer."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    EMPTY = "empty"
    BY_HAND = "by_hand"


OUTCOMES = {
    Outcome.RIGHT: N_("right"),
    Outcome.PARTLY: N_("partly right"),
    Outcome.WRONG: N_("not right"),
    Outcome.EMPTY: N_("not answered"),
    Outcome.BY_HAND: N_("waits for your instructor"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student gave: places of options from 0, or a text."""

    chosen: frozenset[int] = frozenset()
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.chosen and not self.text.strip()


@dataclass(frozen=True, slots=True)
class Slot:
    """One question as it was put to one student. points: hundredths, of the whole question."""

    code: str
    points: int
    key: Key
    answer: Answer


def check_shape(kind: QuestionKind, options: int, answer: Answer, name: str) -> None:
    """Raises RuleBroken for what no page of the quiz sends: an option that is not there, two of one, too much text."""
    is_choice = kind in (QuestionKind.SINGLE, QuestionKind.SEVERAL)
    known = answer.chosen <= frozenset(range(options if is_choice else 0))
    if not known or (is_choice and answer.text) or (kind is QuestionKind.SINGLE and len(answer.chosen) > 1):
        raise RuleBroken(N_("This is no answer to this question. Reload the page."), field=name)
    if len(answer.text) > MAX_ANSWER_CHARACTERS:
        message = N_("An answer has at most %(limit)s characters.")
        raise RuleBroken(message, field=name, limit=MAX_ANSWER_CHARACTERS)


def check_answer(key: Key, answer: Answer, name: str) -> None:
    """Raises RuleBroken for a number that cannot be read, so that it can be mended before it is handed in."""
    if not isinstance(key, NumberKey) or answer.is_empty:
        return
    try:
        _value_in(key, answer)
    except RuleBroken as broken:
        values: dict[str, Any] = dict(broken.sentence.values)
        raise RuleBroken(broken.sentence.message, field=name, **values) from broken


def _value_in(key: NumberKey, answer: Answer) -> Fraction:
    return in_unit(read_amount(answer.text), key.unit, key.factors, needs_unit=key.needs_unit)


def share_of(key: Key, answer: Answer) -> Fraction | None:
    """The part of the points that an answer gets, from 0 to 1; None where the instructor has to say."""
    if answer.is_empty:
        return Fraction(0)
    if isinstance(key, ChoiceKey):
        return _share_of_choice(key, answer.chosen)
    if isinstance(key, NumberKey):
        try:
            return Fraction(abs(_value_in(key, answer) - key.value) <= key.margin)
        except RuleBroken:
            return Fraction(0)
    if fold(answer.text) in key.accepted:
        return Fraction(1)
    return None if key.by_hand else Fraction(0)


def _share_of_choice(key: ChoiceKey, chosen: frozenset[int]) -> Fraction:
    if not key.partial:
        return Fraction(chosen == key.right)
    right, wrong = len(chosen & key.right), len(chosen - key.right)
    return Fraction(max(right - wrong, 0), len(key.right))


def mark(slot: Slot) -> int | None:
    """The points of one answer in hundredths, half away from zero; None where the instructor has to say."""
    share = share_of(slot.key, slot.answer)
    return None if share is None else int(round_half_away(share * slot.points, 0))


def outcome_of(points: int | None, possible: int, answer: Answer) -> Outcome:
    """What became of an answer that got so many points."""
    if points is None:
        return Outcome.BY_HAND
    if points >= possible:
        return Outcome.RIGHT
    if answer.is_empty:
        return Outcome.EMPTY
    return Outcome.PARTLY if points > 0 else Outcome.WRONG


def total(marks: Sequence[int | None]) -> int | None:
    """The points of an attempt; None while an answer waits for the instructor."""
    known = [one for one in marks if one is not None]
    return sum(known) if len(known) == len(marks) else None


def explain_mark(slot: Slot, *, with_key: bool, given: int | None = None,
                 facts: tuple[FactRef, ...] = ()) -> Explained[int | None]:  # fmt: skip
    """`mark` with its steps. with_key: what is right may be told. given: what a person gave instead, if anybody did."""
    by_machine = mark(slot)
    steps = [Step(say(N_("points of the question")), shown_points(slot.points))]
    steps += _steps(slot, with_key=with_key)
    is_by_hand = given is not None and given != by_machine
    value = given if is_by_hand else by_machine
    if is_by_hand and by_machine is not None:
        steps.append(Step(say(N_("by the key, in points")), shown_points(by_machine)))
    if is_by_hand:
        steps.append(Step(say(N_("points given by a grader")), shown_points(value or 0)))
    elif value is None:
        steps.append(Step(say(N_("points so far: the instructor reads this answer")), "\u2013"))
    else:
        steps.append(Step(say(N_("points for this answer")), shown_points(value)))
    return Explained(value, _rule(slot.key), say(N_("Key of the question")), facts, tuple(steps))


def _rule(key: Key) -> Sentence:
    if isinstance(key, NumberKey):
        return say(N_("The number, in its unit, lies within the tolerance on both sides; both ends count."))
    if isinstance(key, TextKey):
        if key.by_hand:
            return say(N_("A text that is on the list gets all points; the instructor reads any other one."))
        return say(N_("A text that is on the list gets all points, any other one none."))
    if key.partial:
        return say(N_("Right ones chosen less wrong ones chosen, of all right ones; never below 0."))
    return say(N_("All points for exactly what is right, else none."))


def _steps(slot: Slot, *, with_key: bool) -> list[Step]:
    """What was compared; only with the key what it says."""
    key, answer = slot.key, slot.answer
    if answer.is_empty:
        return [Step(say(N_("nothing was answered")), "\u2013")]
    if isinstance(key, ChoiceKey):
        chosen = Step(say(N_("options chosen")), len(answer.chosen))
        if not with_key:
            return [chosen]
        return [
            chosen,
            Step(say(N_("right ones among them")), len(answer.chosen & key.right)),
            Step(say(N_("all right ones")), len(key.right)),
        ]
    if isinstance(key, NumberKey):
        return _steps_of_number(key, answer, with_key=with_key)
    steps = [Step(say(N_("your text, without case and spaces")), fold(answer.text)[:60])]
    return [*steps, *(Step(say(N_("on the list")), one[:60]) for one in key.written if with_key)]


def _steps_of_number(key: NumberKey, answer: Answer, *, with_key: bool) -> list[Step]:
    try:
        value = _value_in(key, answer)
    except RuleBroken as broken:
        return [Step(broken.sentence, "\u2013")]
    steps = [Step(say(N_("your number, in %(unit)s"), unit=key.unit) if key.unit else say(N_("your number")),
                  shown_number(value))]  # fmt: skip
    if with_key:
        steps.append(Step(say(N_("the right value")), shown_number(key.value)))
        steps.append(Step(say(N_("tolerance on each side")), shown_number(key.margin)))
        steps.append(Step(say(N_("difference")), shown_number(abs(value - key.value))))
    return steps


def explain_total(slots: Sequence[tuple[str, int | None]], facts: tuple[FactRef, ...] = ()) -> Explained[int | None]:
    """The points of an attempt, question by question. slots: code and points of each; None waits for the instructor."""
    value = total([points for _, points in slots])
    steps = [
        Step(say(N_("question %(code)s"), code=code), "\u2013" if points is None else shown_points(points))
        for code, points in slots
    ]
    return Explained(
        value,
        say(N_("The sum of the points of its questions.")),
        say(N_("The quiz")),
        facts,
        (*steps, Step(say(N_("together")), "\u2013" if value is None else shown_points(value))),
    )
