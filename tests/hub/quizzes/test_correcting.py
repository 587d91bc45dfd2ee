"""Correcting what is right after a quiz was used, and how its questions did."""

from datetime import timedelta

import pytest
import time_machine

from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity
from lms.hub.grading.models import DraftScore, Release, Score
from lms.hub.grading.queries import Written, written_in_draft
from lms.hub.grading.services.marking import set_marking_rule
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import post_score
from lms.hub.quizzes.models import KeyCorrection, QuizQuestion
from lms.hub.quizzes.queries.keys import find_question, keys_of
from lms.hub.quizzes.queries.statistics import statistics_of
from lms.hub.quizzes.rules.marking import Answer
from lms.hub.quizzes.services.correcting import Effect, Preview, correct_key, preview_correction
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.kernel.prose import prose_of
from tests.hub.grading.made import marking_of
from tests.hub.quizzes.made import NUMBER, ONE, RIGHT, TEXT, set_quiz, show_at_once, stored_key, take
from tests.support.web import NOW, World

WHY = "The drawing in the handout shows another gauge."


def preview(world: World, code: str, **changed: object) -> Preview:
    plan = {"ONE": ONE, "NUM": NUMBER, "TXT": TEXT}[code]
    with transaction(write=False):
        activity, question = find_question(world.one(QuizQuestion, code=code).public_id)
        return preview_correction(world.one(Section, name="Lowell"), activity, question, stored_key(plan, **changed))


def correct(world: World, code: str, name: str = "Ben", reason: str = WHY, **changed: object) -> KeyCorrection:
    seen = preview(world, code, **changed)
    with transaction():
        activity, question = find_question(world.one(QuizQuestion, code=code).public_id)
        section = world.one(Section, name="Lowell")
        return correct_key(world.actor(name), section, activity, question, seen.stored, reason, seen.digest)


def letters(world: World) -> int:
    return sum(one.template == "score-released" for one in world.all(OutboxMessage))


def test_a_corrected_key_gives_new_scores_and_tells_only_those_whose_points_change(world: World) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    take(world, "Ada", activity)
    take(world, "Zoe", activity, {**RIGHT, "Q1": Answer(frozenset({2}))})
    take(world, "Eli", activity)  # of another section, with Hana
    assert letters(world) == 2
    seen = preview(world, "ONE", right=[1])
    assert {line.effect for line in seen.lines} == {Effect.SAME}
    assert len(seen.lines) == 2
    seen = preview(world, "ONE", right=[2])
    changes = [(line.given.student, line.before, line.after) for line in seen.changes]
    assert changes == [("Ada", 200, 0), ("Zoe", 0, 200)]
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        row = correct(world, "ONE", right=[2])
    standing = {score.student_id: score for score in world.all(Score)}
    assert standing[world.person("Ada").id].points == 800
    assert standing[world.person("Zoe").id].points == 1_000
    assert standing[world.person("Eli").id].points == 1_000, "another section keeps its key"
    assert standing[world.person("Ada").id].recorded_by_id == world.person("Ben").id
    with transaction(write=False):
        assert prose_of([standing[world.person("Ada").id]], "reason") == {
            standing[world.person("Ada").id].public_id: WHY
        }
        question = world.one(QuizQuestion, code="ONE")
        north = world.one(Section, name="Lowell").id
        assert keys_of([question.id], north)[question.id].stored["right"] == [2]
        first = world.all(Score)[0].recorded_at
        assert keys_of([question.id], north, first)[question.id].stored["right"] == [1], "as it was then"
    assert letters(world) == 4
    assert "quiz-key:correct" in [entry.action for entry in world.all(AuditEntry)]
    again = correct(world, "ONE", right=[1])
    assert (again.number, again.supersedes_id) == (2, row.id)
    assert [score.points for score in world.all(Score)][-2:] == [1_000, 800]


def test_what_a_grader_gave_stays_and_what_waits_gets_its_mark_in_the_draft(world: World) -> None:
    activity = set_quiz(world)
    waiting = take(world, "Ada", activity, {**RIGHT, "Q4": Answer(text="beat")})
    by_hand = take(world, "Zoe", activity, {**RIGHT, "Q4": Answer(text="beat")})
    with transaction():
        marking = marking_of(world, by_hand)
        written = Written(marks={"Q1": 200, "Q2": 200, "Q3": 300, "Q4": 150})
        post_score(world.actor("Ben"), marking.enrollment, marking, written, marking.token)
    seen = preview(world, "TXT", accepted=["Zyklotron Takt", "Beat"])
    assert [(line.before, line.after, line.effect) for line in seen.lines] == [
        (None, 300, Effect.CHANGES),
        (150, 150, Effect.BY_HAND),
    ]
    correct(world, "TXT", accepted=["Zyklotron Takt", "Beat"])
    draft = world.all(DraftScore)[0]
    assert written_in_draft(draft).marks == {"Q1": 200, "Q2": 200, "Q3": 300, "Q4": 300}
    assert [score.points for score in world.all(Score)] == [850]
    assert not world.all(Release)
    with transaction():
        marking = marking_of(world, waiting)
        post_score(world.actor("Ben"), marking.enrollment, marking, written_in_draft(draft), marking.token)
        release(world.actor("Ben"), marking.enrollment, marking_of(world, waiting))
    seen = preview(world, "TXT", accepted=["Zyklotron Takt"])
    assert [line.effect for line in seen.lines] == [Effect.READ, Effect.BY_HAND]


def test_a_key_is_corrected_by_the_sections_instructor_with_a_reason_as_it_was_previewed(world: World) -> None:
    activity = set_quiz(world)
    take(world, "Ada", activity)
    with pytest.raises(RuleBroken, match="characters why"):
        correct(world, "NUM", reason="oops", value="42")
    for name in ("Ada", "Hana", "Cleo"):
        with pytest.raises(NotAllowed):
            correct(world, "NUM", name=name, value="42")
    with pytest.raises(RuleBroken) as broken:
        preview(world, "ONE", right=[0, 1])
    assert broken.value.field == "right"
    seen = preview(world, "NUM", value="42")
    take(world, "Zoe", activity)
    section, ben = world.one(Section, name="Lowell"), world.actor("Ben")
    with transaction():
        found, question = find_question(world.one(QuizQuestion, code="NUM").public_id)
        with pytest.raises(Conflict, match="since this preview"):
            correct_key(ben, section, found, question, seen.stored, WHY, seen.digest)
    assert not world.all(KeyCorrection)


def test_what_two_markers_have_to_agree_on_is_left_to_them_and_named_by_nobody(world: World) -> None:
    activity = set_quiz(world)
    with transaction():
        ben, section = world.actor("Ben"), world.one(Section, name="Lowell")
        set_marking_rule(ben, section, world.one(Activity, id=activity.id), is_anonymous=True, is_double=True)
    take(world, "Ada", activity)
    (line,) = preview(world, "ONE", right=[2]).lines
    assert (line.effect, line.after) == (Effect.WITH_TWO, 200)
    assert "Ada" not in line.given.student
    correct(world, "ONE", right=[2])
    assert [score.points for score in world.all(Score)] == [1_000]


def test_statistics_count_first_attempts_and_say_nothing_below_five(world: World) -> None:
    activity = set_quiz(world)
    take(world, "Ada", activity, {"Q1": Answer(frozenset({0}))})
    take(world, "Ada", activity)
    take(world, "Zoe", activity, {**RIGHT, "Q4": Answer(text="beat")})
    with transaction(write=False):
        found = statistics_of(world.one(Section, name="Lowell"), world.one(Activity, id=activity.id))
    assert (found.attempts, found.waiting) == (1, 1)
    assert all(item.attempts == 1 and item.difficulty is None and not item.answers for item in found.items)
