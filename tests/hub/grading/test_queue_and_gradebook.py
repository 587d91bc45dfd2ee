"""The queue and the gradebook as graders read them, and what they cost."""

from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from sqlalchemy import select

from lms.hub.catalog.models import Course, ProgramVersion
from lms.hub.cohorts.models import Section
from lms.hub.coursework.queries import list_own_work
from lms.hub.grading.books import all_lines, explain_line, find_book, find_line, lines_of
from lms.hub.grading.gradebook import Category
from lms.hub.grading.grades import feedback_on, grades_of
from lms.hub.grading.models import Rubric, SavedComment
from lms.hub.grading.places import place_in_queue
from lms.hub.grading.queries import Written, find_marking
from lms.hub.grading.queue import QueueFilter, Wanted, count_queue, list_taught, marking_queue
from lms.hub.grading.rules import Status
from lms.hub.grading.services.desk import keep_comment
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.rubrics import set_categories, set_rubric
from lms.hub.grading.services.scores import post_score
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.errors import NotAllowed
from lms.people.access import SYSTEM, Action
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import RUBRIC, grade, marking_of, with_rubric
from tests.hub.grading.test_services import lowell_pc
from tests.support.statements import count_statements
from tests.support.unfrozen import unfrozen
from tests.support.web import World


def test_the_queue_shows_last_attempts_oldest_first_and_counts_down(world: World) -> None:
    first, second = set_work(world, plan("PC-A1"), plan("PC-A2"))
    ben = world.actor("Ben")
    for number, (name, activity) in enumerate(
        [("Ada", first), ("Zoe", first), ("Ada", second), ("Eli", first), ("Ada", first)]
    ):
        with time_machine.travel(now() + timedelta(minutes=number), tick=False):
            hand_in(world, name, activity)
    with transaction(write=False):
        queue = marking_queue(ben, QueueFilter())
        assert [(w.student, w.activity, w.submission.attempt) for w in queue.items] == [
            ("Zoe", "Report PC-A1", 1),
            ("Ada", "Report PC-A2", 1),
            ("Ada", "Report PC-A1", 2),
        ]
        assert count_queue(ben, QueueFilter()) == 3
        assert count_queue(ben, QueueFilter(activity_id=second.public_id)) == 1
        assert count_queue(ben, QueueFilter(section_id=world.one(Section, name="Providence").public_id)) == 0
        zoe = queue.items[0].submission
        assert place_in_queue(ben, QueueFilter(), marking_of(world, zoe)) == (1, queue.items[1].submission.public_id, 3)
        one = marking_queue(ben, QueueFilter(), size=1)
        two = marking_queue(ben, QueueFilter(), after=one.after, size=2)
        assert [w.submission.id for w in (*one.items, *two.items)] == [w.submission.id for w in queue.items]
        assert two.after is None
    grade(world, zoe, 5_000)
    with transaction(write=False):
        assert count_queue(ben, QueueFilter()) == 2
        assert count_queue(ben, QueueFilter(wanted=Wanted.TO_RELEASE)) == 1
        assert count_queue(ben, QueueFilter(wanted=Wanted.RELEASED)) == 0
        assert count_queue(ben, QueueFilter(wanted=Wanted.ALL)) == 3
        assert count_queue(world.actor("Eli"), QueueFilter(wanted=Wanted.ALL)) == 0


def test_the_gradebook_shows_each_student_of_the_section(world: World) -> None:
    first, second = set_work(world, plan("PC-A1", week=6), plan("PC-A2"))
    grade(world, hand_in(world, "Zoe", second), 9_000, show=True)
    late = hand_in(world, "Ada", first)
    grade(world, late, 8_000)
    assert late.late_seconds > 0
    with transaction(write=False):
        book = find_book(
            world.actor("Ben"), world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
        )
        ada, zoe = list(all_lines(book))
        assert [entry.cell.status for entry in ada.entries] == [Status.GRADED, Status.OPEN]
        assert [entry.cell.status for entry in zoe.entries] == [Status.MISSING, Status.GRADED]
        assert ada.grade.grade == Fraction(50, 100)  # ten days late: down to the floor
        assert zoe.grade.grade == Fraction(90, 100)
        assert (zoe.entries[1].score.is_released, ada.entries[0].score.is_released) == (True, False)
        assert explain_line(book, ada).value == ada.grade.grade
        page, after = lines_of(book, size=1)
        rest, end = lines_of(book, after, size=1)
        assert ([line.student for line in (*page, *rest)], end) == (["Ada", "Zoe"], None)
        _, same = find_line(world.actor("Ben"), Action.SCORE_READ, ada.enrollment_id, book.course.public_id)
        assert same.grade.grade == ada.grade.grade


def test_a_missing_activity_counts_as_zero_once_the_policy_says_so(world: World) -> None:
    set_work(world, plan("PC-A1", week=2))
    with transaction(), unfrozen():
        version = session.scalars(select(ProgramVersion)).one()
        version.policy = {**version.policy, "missing_after_days": 14}
    with transaction(write=False):
        (course,) = grades_of(world.enrollment("Ada"), list_own_work(world.actor("Ada")))
    assert (course.grade.grade, course.entries[0].cell.status) == (0, Status.ZERO)


def test_a_gradebook_of_an_earlier_moment_shows_what_was_known_then(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 8_000)
    before = now() + timedelta(minutes=30)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        grade(world, submission, 9_000)
        with transaction(write=False):
            ids = world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id
            shown = [
                next(all_lines(find_book(world.actor("Ben"), *ids, as_of=at))).grade.grade for at in (before, None)
            ]
    assert shown == [Fraction(80, 100), Fraction(90, 100)]


def test_categories_weigh_and_drop(world: World) -> None:
    version, course = world.one(ProgramVersion), world.one(Course, code="PC")
    activities = set_work(
        world, plan("PC-L1", category="LAB"), plan("PC-L2", category="LAB"), plan("PC-Q1", category="QUIZ")
    )
    with transaction():
        set_categories(
            SYSTEM, version, course, [Category("LAB", "Labs", 6_000, drop_lowest=1), Category("QUIZ", "Quizzes", 4_000)]
        )
    for activity, points in zip(activities, (9_000, 2_000, 5_000), strict=True):
        grade(world, hand_in(world, "Ada", activity), points, show=True)
    with transaction(write=False):
        (grades,) = grades_of(world.enrollment("Ada"), list_own_work(world.actor("Ada")))
    assert grades.grade.grade == Fraction(90 * 6 + 50 * 4, 1_000)
    assert grades.explain().value == grades.grade.grade


def test_a_new_version_of_a_rubric_leaves_old_scores_as_they_were(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    with transaction():
        marking = marking_of(world, submission)
        written = Written(marks={"SAFE": 4_000, "FIT": 6_000})
        post_score(ben, marking.enrollment, marking, written, marking.token)
        release(ben, marking.enrollment, marking_of(world, submission))
        set_rubric(SYSTEM, world.one(ProgramVersion), activity, RUBRIC[:1] + RUBRIC[1:])
    assert [rubric.number for rubric in world.all(Rubric)] == [1, 2]
    with transaction(write=False):
        (feedback,) = feedback_on(world.enrollment("Ada"), activity)
        assert [criterion.code for criterion in feedback.criteria] == ["SAFE", "FIT"]
        assert feedback.score.rubric_id == world.all(Rubric)[0].id


def test_a_comment_is_kept_for_its_owner_only(world: World) -> None:
    with transaction():
        keep_comment(world.actor("Ben"), world.person("Ben"), "Show your units.")
    with pytest.raises(NotAllowed), transaction():
        keep_comment(world.actor("Hana"), world.person("Ben"), "not mine")
    assert world.one(SavedComment).text == "Show your units."


def test_an_instructor_sees_the_courses_of_their_sections(world: World) -> None:
    with transaction(write=False):
        assert {(section.name, course.code) for section, course in list_taught(world.actor("Ben"))} == {
            ("Lowell", code) for code in ("PC", "MS", "ROB", "CAP")
        }


def test_grading_costs_at_most_eight_statements_beside_the_sign_in(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    grade_first = hand_in(world, "Zoe", activity)
    with transaction():
        marking = marking_of(world, grade_first)
        post_score(ben, marking.enrollment, marking, Written(marks={"SAFE": 0, "FIT": 0}), marking.token)
    session.expunge_all()
    with count_statements() as statements, transaction():
        marking = find_marking(ben, Action.SCORE_WRITE, submission.public_id)
        written = Written(marks={"SAFE": 0, "FIT": 0}, comments={"": "a", "SAFE": "b"})
        post_score(ben, marking.enrollment, marking, written, marking.token)
    statements.at_most(8)


def test_a_page_of_the_gradebook_costs_at_most_six_statements_beside_the_sign_in(world: World) -> None:
    activities = set_work(world, *(plan(f"PC-A{n}") for n in range(5)))
    for activity in activities:
        hand_in(world, "Ada", activity)
    ids, ben = lowell_pc(world), world.actor("Ben")
    with count_statements() as statements, transaction(write=False):
        lines_of(find_book(ben, *ids))
    statements.at_most(6)
    with count_statements() as statements, transaction(write=False):
        marking_queue(ben, QueueFilter())
        count_queue(ben, QueueFilter())
    statements.at_most(3)
