"""Questions, answers and keys in words, for the pages of students and of staff."""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.hub.catalog.kinds import QuestionKind
from lms.hub.quizzes.queries import Asked, Question
from lms.hub.quizzes.queries.keys import StandingKey
from lms.hub.quizzes.rules.marking import Answer
from lms.hub.quizzes.services.taking import name_of
from lms.kernel.text import N_, Sentence, say
from lms.web.language import tell

CHOICES = (QuestionKind.SINGLE, QuestionKind.SEVERAL)
TONES = {"right": "good", "partly": "warn", "wrong": "bad", "empty": "muted", "by_hand": "info"}


def hint_of(question: Question) -> Sentence:
    """How a question wants to be answered."""
    units = ", ".join(question.units)
    if question.kind is QuestionKind.SINGLE:
        return say(N_("Choose one."))
    if question.kind is QuestionKind.SEVERAL:
        return say(N_("Choose all that are right."))
    if question.kind is QuestionKind.TEXT:
        return say(N_("A few words. Capitals and spaces do not matter."))
    if question.needs_unit:
        return say(N_("A number with its unit, one of: %(units)s."), units=units)
    if units:
        return say(N_("A number. Its unit may be one of: %(units)s; without one it is the first."), units=units)
    return say(N_("A number without a unit."))


def answer_lines(question: Question, answer: Answer) -> list[str]:
    """What was given, a line for each option chosen; none for nothing."""
    if question.kind in CHOICES:
        return [question.options[place] for place in sorted(answer.chosen)]
    return [answer.text] if answer.text.strip() else []


def key_lines(question: Question, key: StandingKey) -> list[str]:
    """What is right, in words."""
    stored: Mapping[str, Any] = key.stored
    if question.kind in CHOICES:
        return [question.options[place] for place in stored["right"]]
    if question.kind is QuestionKind.TEXT:
        return list(stored["accepted"]) or [tell(N_("no text is on the list; each answer is read"))]
    value = " ".join(filter(None, [stored["value"], stored["unit"]]))
    lines = [value if stored["tolerance"] == "0" else f"{value} ± {stored['tolerance']}"]
    return [*lines, *(f"1 {unit} = {factor} {stored['unit']}" for unit, factor in stored["units"].items())]


def read_answers(asked: Sequence[Asked], sent: MultiDict[str, str]) -> dict[str, Answer]:
    """The answers of a posted form, by slot. What is no place of an option is none: the rules refuse it."""
    found = {}
    for one in asked:
        name = name_of(one.slot)
        if one.question.kind in CHOICES:
            found[one.slot] = Answer(frozenset(map(_place, sent.getlist(name))))
        else:
            found[one.slot] = Answer(text=sent.get(name, "").replace("\r\n", "\n"))
    return found


def _place(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else -1
