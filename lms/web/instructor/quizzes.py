"""How the questions of a quiz did in a section, and correcting what is right."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response, request

from lms.guard import current_actor, requires
from lms.hub.catalog.kinds import QuestionKind
from lms.hub.catalog.questions import NUMBER_TEXT, TOLERANCE_TEXT
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.grading.gradebook import shown_percent
from lms.hub.grading.queries.marking import find_taught
from lms.hub.grading.rules import shown_points
from lms.hub.quizzes.queries import Question
from lms.hub.quizzes.queries.keys import StandingKey, corrections_of, find_question, keys_of
from lms.hub.quizzes.queries.statistics import QuizStatistics, statistics_of
from lms.hub.quizzes.rules.statistics import LEAST
from lms.hub.quizzes.services.correcting import EFFECTS, Preview, correct_key, preview_correction
from lms.kernel.errors import Conflict, RuleBroken
from lms.kernel.text import N_
from lms.people.access import Action, allowed
from lms.people.anchors import anchor_of
from lms.web.downloads import csv_download
from lms.web.instructor import bp
from lms.web.language import tell
from lms.web.pages import page, redirect_to, tell_next
from lms.web.quiz_words import CHOICES, key_lines

PLACE = "/quizzes/sections/<public_id:section>/activities/<public_id:activity>"
QUESTION = "/quizzes/sections/<public_id:section>/questions/<public_id:question>"
COLUMNS = ("pool", "question", "kind", "text", "points", "first_attempts", "difficulty", "discrimination", "answers")


@bp.get(PLACE)
@requires(Action.SCORE_READ)
def quiz_statistics(section: str, activity: str) -> Response:
    actor = current_actor()
    taught, work = find_taught(actor, Action.SCORE_READ, section, activity)
    return page(
        "instructor/quizzes/statistics.html",
        section=taught,
        activity=work,
        found=statistics_of(taught, work),
        least=LEAST,
        key_lines=key_lines,
        shown_percent=shown_percent,
        may_correct=allowed(actor, Action.KEY_CORRECT, anchor_of(taught)),
    )


@bp.get(f"{PLACE}/statistics.csv")
@requires(Action.SCORE_READ)
def quiz_statistics_csv(section: str, activity: str) -> Response:
    taught, work = find_taught(current_actor(), Action.SCORE_READ, section, activity)
    rows = list(_rows(statistics_of(taught, work)))
    return csv_download(f"quiz {work.code} {taught.name}.csv", COLUMNS, rows)


def _rows(found: QuizStatistics) -> Iterator[Sequence[object]]:
    for item in found.items:
        question = item.question
        share = None if item.difficulty is None else shown_percent(item.difficulty)
        answers = "; ".join(f"{text or '-'}: {count}" for text, count in item.answers)
        yield (
            question.pool,
            question.code,
            question.kind.value,
            question.text,
            shown_points(question.points),
            item.attempts,
            share,
            item.discrimination,
            answers,
        )


@bp.get(QUESTION)
@requires(Action.KEY_CORRECT)
def quiz_key(section: str, question: str) -> Response:
    """What is right, as a form to correct it."""
    taught, work, asked = _find(section, question)
    return _page(taught, work, asked, keys_of([asked.id], taught.id)[asked.id])


@bp.post(f"{QUESTION}/previews")
@requires(Action.KEY_CORRECT)
def preview_key(section: str, question: str) -> Response:
    """Whose points a corrected key would change; nothing is kept."""
    taught, work, asked = _find(section, question)
    before = keys_of([asked.id], taught.id)[asked.id]
    try:
        stored = _read_key(asked, before)
        preview = preview_correction(taught, work, asked, stored)
    except RuleBroken as broken:
        return _page(taught, work, asked, before, broken=broken)
    return _page(taught, work, asked, StandingKey(asked.kind, stored, None), preview=preview)


@bp.post(f"{QUESTION}/corrections")
@requires(Action.KEY_CORRECT)
def correct_quiz_key(section: str, question: str) -> Response:
    taught, work, asked = _find(section, question)
    before = keys_of([asked.id], taught.id)[asked.id]
    try:
        stored = _read_key(asked, before)
        given, digest = request.form.get("reason", ""), request.form.get("preview", "")
        correct_key(current_actor(), taught, work, asked, stored, given, digest)
    except (RuleBroken, Conflict) as broken:
        return _again(taught, work, asked, before, broken)
    tell_next(N_("The key is corrected; the points that follow from it are given."))
    return redirect_to("instructor.quiz_statistics", section=section, activity=work.public_id)


def _again(
    taught: Section, work: Activity, asked: Question, before: StandingKey, broken: RuleBroken | Conflict
) -> Response:
    """The preview once more, as it is now, with what was wrong."""
    try:
        stored = _read_key(asked, before)
        preview = preview_correction(taught, work, asked, stored)
    except RuleBroken as problem:
        return _page(taught, work, asked, before, broken=problem)
    return _page(taught, work, asked, StandingKey(asked.kind, stored, None), preview=preview, broken=broken)


def _find(section: str, question: str) -> tuple[Section, Activity, Question]:
    work, asked = find_question(question)
    taught, _ = find_taught(current_actor(), Action.KEY_CORRECT, section, work.public_id)
    return taught, work, asked


def _page(
    taught: Section,
    work: Activity,
    asked: Question,
    shown: StandingKey,
    *,
    preview: Preview | None = None,
    broken: RuleBroken | Conflict | None = None,
) -> Response:
    errors: Mapping[str, list[str]] = {}
    if isinstance(broken, RuleBroken):
        errors = {name: [tell(one) for one in sentences] for name, sentences in broken.by_field().items()}
    elif broken is not None:
        errors = {"": [tell(broken.sentence)]}
    return page(
        "instructor/quizzes/key.html",
        broken.status if broken else 200,
        section=taught,
        activity=work,
        question=asked,
        key=shown,
        is_choice=asked.kind in CHOICES,
        preview=preview,
        effects=EFFECTS,
        errors=errors,
        corrections=corrections_of(taught, [asked.id]),
        key_lines=key_lines,
        StandingKey=StandingKey,
        typed=request.form,
    )


def _read_key(asked: Question, before: StandingKey) -> dict[str, Any]:
    """What was posted, as a key is stored; what the form does not ask stays. Raises RuleBroken."""
    sent, stored = request.form, dict(before.stored)
    if asked.kind in CHOICES:
        places = [int(place) for place in sent.getlist("right") if place.isdecimal() and len(place) < 4]
        return {**stored, "right": sorted(set(places))}
    if asked.kind is QuestionKind.TEXT:
        accepted = [line.strip()[:200] for line in sent.get("accepted", "").splitlines() if line.strip()]
        return {"accepted": accepted, "by_hand": "by_hand" in sent}
    value = sent.get("value", "").strip().replace(",", ".").replace("\u2212", "-")
    tolerance = sent.get("tolerance", "").replace(" ", "").replace(",", ".") or "0"
    if not NUMBER_TEXT.fullmatch(value):
        raise RuleBroken(N_("Write a number such as 12.5."), field="value")
    if not TOLERANCE_TEXT.fullmatch(tolerance):
        raise RuleBroken(
            N_("Write a number such as 0.5; with a percent sign behind it, it is a part of the value."),
            field="tolerance",
        )
    return {**stored, "value": value, "tolerance": tolerance, "needs_unit": "needs_unit" in sent}
