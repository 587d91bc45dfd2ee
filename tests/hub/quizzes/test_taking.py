"""Starting, saving, handing in, running out of time, and what the machine gives."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from lms.config import Settings
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.models import Submission
from lms.hub.coursework.queries import find_own_work
from lms.hub.coursework.services import save_draft, submit
from lms.hub.coursework.setting import extend
from lms.hub.enrollment.services.accommodations import Terms, give_accommodation
from lms.hub.grading.models import DraftScore, Release, Score
from lms.hub.grading.queries import written_in_draft
from lms.hub.quizzes.models import QuizAnswer, QuizAttempt, QuizDraft
from lms.hub.quizzes.rules import GRACE
from lms.hub.quizzes.rules.marking import Answer
from lms.hub.quizzes.services.taking import finish_if_over, hand_in_answers, look_at, save_answers, start_attempt
from lms.jobs.coursework import hand_in_quizzes
from lms.kernel.audit import AuditEntry
from lms.kernel.db import transaction
from lms.kernel.errors import Conflict, NotAllowed, RuleBroken
from lms.kernel.prose import prose_of
from lms.people.access import SYSTEM
from tests.hub.coursework.made import SUNDAY_DUE
from tests.hub.quizzes.made import QUIZ, RIGHT, hand_in, save, set_quiz, show_at_once, start, take
from tests.support.web import World

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]


def actions(world: World) -> list[str]:
    return [entry.action for entry in world.all(AuditEntry)]


def test_a_quiz_is_started_answered_handed_in_with_a_receipt_and_marked_by_the_system(world: World) -> None:
    activity = set_quiz(world)
    first = start(world, "Ada", activity)
    assert [one.slot for one in first.asked] == ["Q1", "Q2", "Q3", "Q4"]
    assert start(world, "Ada", activity).row.id == first.row.id, "a second tap starts nothing"
    assert first.ends_at == first.row.started_at + timedelta(minutes=30)
    assert save(world, "Ada", activity, RIGHT) == 1
    made = hand_in(world, "Ada", activity, "key-1")
    assert len(made.receipt) == 64
    assert made.late_seconds == 0
    score = world.one(Score)
    assert (score.points, score.recorded_by_id, score.late_seconds) == (1_000, None, 0)
    assert score.marks == {"Q1": 200, "Q2": 200, "Q3": 300, "Q4": 300}
    assert not world.all(Release), "nothing is shown before the section's plan allows it"
    assert not world.all(QuizDraft)
    with transaction(write=False):
        text = prose_of([made], "text")[made.public_id]
    assert "> 41,38 mm" in text
    assert "> Waiting\n> Rework" in text
    assert actions(world)[-2:] == ["submission:write", "score:write"]
    assert [entry.person_id for entry in world.all(AuditEntry)][-2:] == [world.person("Ada").id, None]
    with pytest.raises(AssertionError):
        hand_in(world, "Ada", activity)  # nothing is open any more


def test_the_section_may_show_scores_at_once_and_a_retake_counts_as_the_activity_says(world: World) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    take(world, "Ada", activity, {"Q1": Answer(frozenset({0}))})
    take(world, "Ada", activity)
    assert [score.points for score in world.all(Score)] == [0, 1_000]
    assert len(world.all(Release)) == 2
    with pytest.raises(RuleBroken, match="all your attempts"):
        start(world, "Ada", activity)
    assert len(world.all(QuizAttempt)) == 2


def test_a_text_that_is_not_on_the_list_waits_with_the_other_marks_in_a_draft(world: World) -> None:
    activity = set_quiz(world)
    show_at_once(world, activity)
    take(world, "Ada", activity, {**RIGHT, "Q2": Answer(frozenset({0})), "Q4": Answer(text="cycle time")})
    assert not world.all(Score)
    assert not world.all(Release)
    draft = world.one(DraftScore)
    assert written_in_draft(draft).marks == {"Q1": 200, "Q2": 100, "Q3": 300}
    assert draft.grader_id is None


def test_answers_are_saved_slot_by_slot_and_never_over_those_of_another_window(world: World) -> None:
    activity = set_quiz(world)
    start(world, "Ada", activity)
    assert save(world, "Ada", activity, {"Q1": Answer(frozenset({1}))}, 0) == 1
    assert save(world, "Ada", activity, {"Q3": Answer(text=" not a number yet ")}, 1) == 2
    assert world.one(QuizDraft).answers == {"Q1": {"chosen": [1]}, "Q3": {"text": "not a number yet"}}
    with pytest.raises(Conflict):
        save(world, "Ada", activity, {"Q3": Answer(text="12")}, 1)
    assert save(world, "Ada", activity, {"Q1": Answer()}, 2) == 3, "an answer can be taken away again"
    with pytest.raises(RuleBroken, match="no question"):
        save(world, "Ada", activity, {"Q9": Answer(text="12")})
    with pytest.raises(RuleBroken, match="no answer to this question"):
        save(world, "Ada", activity, {"Q1": Answer(frozenset({0, 1}))})


def test_a_number_that_cannot_be_read_is_named_before_anything_is_handed_in(world: World) -> None:
    activity = set_quiz(world)
    start(world, "Ada", activity)
    save(world, "Ada", activity, {**RIGHT, "Q3": Answer(text="about 41 mm")})
    with pytest.raises(RuleBroken, match="is not a number") as broken:
        hand_in(world, "Ada", activity)
    assert broken.value.field == "answer-Q3"
    save(world, "Ada", activity, {"Q3": Answer(text="41.37")})
    with pytest.raises(RuleBroken, match="Write the unit behind the number: mm, in"):
        hand_in(world, "Ada", activity)
    assert not world.all(Submission)


def test_the_same_form_sent_twice_is_one_submission(world: World) -> None:
    activity = set_quiz(world)
    start(world, "Ada", activity)
    save(world, "Ada", activity, RIGHT)
    made = hand_in(world, "Ada", activity, "same")
    start(world, "Ada", activity)
    assert hand_in(world, "Ada", activity, "same").id == made.id
    assert len(world.all(Score)) == 1


def test_student_and_job_at_the_same_moment_make_one_submission(world: World) -> None:
    activity = set_quiz(world)
    stale = start(world, "Ada", activity)
    save(world, "Ada", activity, RIGHT)
    with transaction():
        work = find_own_work(world.actor("Ada"), activity.public_id)
    made = hand_in(world, "Ada", activity)
    assert stale.ends_at is not None
    with transaction():
        assert hand_in_answers(SYSTEM, work.enrollment, work, stale, "other").id == made.id
    with time_machine.travel(stale.ends_at + timedelta(hours=1), tick=False), transaction():
        taken = finish_if_over(work, stale)
        assert taken is not None
        assert taken.id == made.id
        assert finish_if_over(work, stale) is None, "it was claimed"
    assert (len(world.all(QuizAnswer)), len(world.all(Score))) == (4, 1)


def test_when_time_is_up_what_was_saved_is_handed_in_once_by_the_job_and_counts_as_in_time(world: World) -> None:
    activity = set_quiz(world)
    open_ = start(world, "Ada", activity)
    save(world, "Ada", activity, {"Q1": Answer(frozenset({1})), "Q3": Answer(text="half typ")})
    assert open_.ends_at is not None
    with time_machine.travel(open_.ends_at + GRACE, tick=False):
        assert hand_in_quizzes(SETTINGS) == 0
        assert save(world, "Ada", activity, {"Q2": Answer(frozenset({0, 2}))}) == 2, "within the grace"
    with time_machine.travel(open_.ends_at + GRACE + timedelta(minutes=9), tick=False):
        with pytest.raises(RuleBroken, match="time of this attempt is over"):
            save(world, "Ada", activity, RIGHT)
        assert hand_in_quizzes(SETTINGS) == 1
        assert hand_in_quizzes(SETTINGS) == 0
    made = world.one(Submission)
    assert (made.received_at, made.late_seconds) == (open_.ends_at, 0)
    assert world.one(Score).marks == {"Q1": 200, "Q2": 200, "Q3": 0, "Q4": 0}


def test_an_attempt_without_time_limit_ends_when_the_quiz_closes_and_an_extension_moves_that(world: World) -> None:
    activity = set_quiz(world, replace(QUIZ, minutes=None), cutoff_days=0, attempts=1)
    with time_machine.travel(SUNDAY_DUE - timedelta(hours=1), tick=False):
        open_ = start(world, "Ada", activity)
        closes = open_.ends_at
        assert closes == SUNDAY_DUE + timedelta(minutes=15)
        with transaction():
            ben = world.actor("Ben")
            until = SUNDAY_DUE + timedelta(days=2)
            extend(ben, world.enrollment("Ada"), activity, until, ExtensionReason.WORK, "overtime")
    with time_machine.travel(SUNDAY_DUE + timedelta(days=1), tick=False):
        assert hand_in_quizzes(SETTINGS) == 0, "it is open for her"
        save(world, "Ada", activity, RIGHT)
    with time_machine.travel(SUNDAY_DUE + timedelta(days=3), tick=False):
        assert hand_in_quizzes(SETTINGS) == 1
    assert world.one(Submission).late_seconds == 0
    assert world.one(Score).points == 1_000


def test_a_late_attempt_is_late_and_a_closed_quiz_cannot_be_started(world: World) -> None:
    activity = set_quiz(world, cutoff_days=1)
    with time_machine.travel(SUNDAY_DUE + timedelta(hours=3), tick=False):
        take(world, "Ada", activity)
    assert world.one(Score).late_seconds == 3 * 3_600
    with time_machine.travel(SUNDAY_DUE + timedelta(days=2), tick=False), pytest.raises(RuleBroken, match="closed on"):
        start(world, "Zoe", activity)


def test_the_time_factor_of_the_students_accommodation_lengthens_the_attempt(world: World) -> None:
    activity = set_quiz(world)
    with transaction():
        terms = Terms(date(2026, 10, 1), time_factor_bp=15_000)
        give_accommodation(world.actor("Cleo"), world.enrollment("Ada"), terms, "Letter of October 1.")
    assert start(world, "Ada", activity).row.minutes == 45
    assert start(world, "Zoe", activity).row.minutes == 30
    assert [row.factor_bp for row in world.all(QuizAttempt)] == [15_000, 10_000]


def test_nobody_takes_a_quiz_for_somebody_else_and_nothing_else_can_be_handed_in(world: World) -> None:
    activity = set_quiz(world)
    opened = start(world, "Ada", activity)
    for name in ("Zoe", "Ben", "Cleo"):
        with transaction():
            work = find_own_work(world.actor("Ada"), activity.public_id)
            quiz, _ = look_at(work)
            with pytest.raises(NotAllowed):
                start_attempt(world.actor(name), work.enrollment, work, quiz)
        with transaction(), pytest.raises(NotAllowed):
            save_answers(world.actor(name), world.enrollment("Ada"), opened, RIGHT)
    ada = world.actor("Ada")
    with transaction():
        work = find_own_work(ada, activity.public_id)
        for write in (
            lambda: save_draft(ada, work.enrollment, work, "text", ""),
            lambda: submit(ada, work.enrollment, work, "text", "", "k"),
        ):
            with pytest.raises(RuleBroken, match="This is a quiz"):
                write()
    assert not world.all(QuizAnswer)
