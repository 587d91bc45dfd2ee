"""Scores, drafts, releases and the gradebook, on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from fractions import Fraction

import pytest
import time_machine

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.coursework.queries import list_own_work
from lms.hub.grading.books import find_book, find_line
from lms.hub.grading.entries import explain_entry
from lms.hub.grading.grades import feedback_on, grades_of
from lms.hub.grading.models import DraftScore, Release, Score
from lms.hub.grading.queries import Written, find_marking, find_marking_of_nothing, written_on
from lms.hub.grading.queries.desk import history_of
from lms.hub.grading.rules import Status
from lms.hub.grading.services.drafts import save_draft_score
from lms.hub.grading.services.releases import release, release_all
from lms.hub.grading.services.scores import exempt, post_score
from lms.kernel import chain
from lms.kernel.audit import AuditEntry
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Action, Relation
from lms.people.grants.models import GrantRow
from tests.hub.coursework.made import SUNDAY_DUE, hand_in, set_work
from tests.hub.grading.made import grade, marking_of, with_rubric
from tests.support.web import World

CANARY = "canary-7f3a"


def lowell_pc(world: World) -> tuple[str, str]:
    """The public ids of Ben's section and of Process controls."""
    return world.one(Section, name="Lowell").public_id, world.one(Course, code="PC").public_id


def test_marks_make_points_and_leave_an_audit_entry_and_a_chain_entry(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    with transaction():
        marking = marking_of(world, submission)
        assert [(c.code, [level.points for level in c.levels]) for c in marking.criteria] == [
            ("SAFE", [4_000, 2_000, 0]),
            ("FIT", [6_000, 3_000]),
        ]
        written = Written(marks={"SAFE": 4_000, "FIT": 3_000}, comments={"": "Good", "FIT": "Loose by 0.2 mm"})
        score = post_score(ben, marking.enrollment, marking, written, marking.token)
    assert (score.points, score.number, score.recorded_by_id) == (7_000, 1, ben.person_id)
    with transaction(write=False):
        assert dict(written_on(marking_of(world, submission)).comments) == {"": "Good", "FIT": "Loose by 0.2 mm"}
        assert list(chain.breaks()) == []
    assert world.one(AuditEntry, action="score:write").result_id == score.public_id


def test_a_score_with_an_unmarked_criterion_is_refused(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    with transaction(write=False):
        marking = marking_of(world, submission)
    with pytest.raises(RuleBroken) as broken, transaction():
        post_score(ben, marking.enrollment, marking, Written(marks={"SAFE": 1}), marking.token)
    assert broken.value.field == "mark-FIT"
    assert world.all(Score) == []


def test_the_second_grader_to_save_gets_both_versions_and_nothing_is_overwritten(world: World) -> None:
    (activity,) = set_work(world)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    with transaction(write=False):
        marking = marking_of(world, submission)
        token, ada = marking.token, marking.enrollment
    mine, theirs = Written(points=8_000), Written(points=9_000, comments={"": "theirs"})
    with transaction():
        save_draft_score(ben, ada, marking_of(world, submission), theirs, token)
    with transaction(), pytest.raises(Conflict) as conflict:
        save_draft_score(ben, ada, marking_of(world, submission), mine, token)
    assert (conflict.value.yours, conflict.value.theirs.points) == (mine, 9_000)
    with transaction(), pytest.raises(Conflict):
        post_score(ben, ada, marking_of(world, submission), mine, token)
    assert world.one(DraftScore).points == 9_000
    with transaction():
        fresh = marking_of(world, submission)
        post_score(ben, ada, fresh, mine, fresh.token)
    with transaction(write=False):
        assert written_on(marking_of(world, submission)).points == 8_000


@pytest.mark.parametrize("what", ["draft", "score"])
def test_of_two_graders_at_once_one_wins_and_the_other_sees_the_winner(world: World, what: str) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    both_have_read = threading.Barrier(2, timeout=20)
    app = world.app

    def save(points: int) -> object:
        with app.app_context():
            try:
                with transaction(write=False):
                    ben, marking = world.actor("Ben"), marking_of(world, submission)
                both_have_read.wait()
                with transaction():
                    command = save_draft_score if what == "draft" else post_score
                    return command(ben, marking.enrollment, marking, Written(points=points), marking.token).public_id
            except Conflict as conflict:
                return conflict.theirs.points
            finally:
                session.remove()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(save, (7_000, 9_000)))
    stored = world.one(DraftScore if what == "draft" else Score)
    assert sum(isinstance(result, str) for result in results) == 1
    assert next(result for result in results if isinstance(result, int)) == stored.points


def test_a_later_score_supersedes_and_the_earlier_stays_readable(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    first = grade(world, submission, 8_000)
    second = grade(world, submission, 8_500)
    assert (second.supersedes_id, second.number) == (first.id, 2)
    with transaction(write=False):
        assert [score.points for score, _, _ in history_of(marking_of(world, submission))] == [8_000, 8_500]


def test_a_change_after_release_needs_a_reason_and_is_seen_only_when_released_again(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 8_000, show=True)
    with pytest.raises(RuleBroken) as broken:
        grade(world, submission, 9_000)
    assert broken.value.field == "reason"
    grade(world, submission, 9_000, reason="criterion 2 was read wrongly")
    ada = world.enrollment("Ada")
    with transaction(write=False):
        assert [feedback.score.points for feedback in feedback_on(ada, activity)] == [8_000]
    with transaction():
        marking = marking_of(world, submission)
        release(world.actor("Ben"), ada, marking)
    with transaction(write=False):
        (feedback,) = feedback_on(ada, activity)
    assert (feedback.score.points, feedback.reason) == (9_000, "criterion 2 was read wrongly")


def test_a_release_tells_the_student_once_without_the_score(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 8_000, show=True)
    (message,) = world.all(OutboxMessage, person_id=world.person("Ada").id)
    assert message.template == "score-released"
    assert "80" not in str(message.said())
    with transaction(write=False):
        marking = marking_of(world, submission)
    with pytest.raises(RuleBroken), transaction():
        release(world.actor("Ben"), marking.enrollment, marking)


def test_releasing_a_section_shows_every_unseen_score_and_only_its_own(world: World) -> None:
    (activity,) = set_work(world)
    for name, grader in (("Ada", "Ben"), ("Zoe", "Ben"), ("Eli", "Hana")):
        grade(world, hand_in(world, name, activity), 8_000, show=name == "Ada", grader=grader)
    with transaction():
        made = release_all(world.actor("Ben"), world.one(Section, name="Lowell"), activity)
        assert [row.enrollment_id for row in made] == [world.enrollment("Zoe").id]
    with transaction():
        assert release_all(world.actor("Ben"), world.one(Section, name="Lowell"), activity) == []
    assert len(world.all(Release)) == 2
    with transaction(write=False):
        assert list(chain.breaks()) == []


def test_an_unreleased_score_is_nowhere_in_what_the_student_reads(world: World) -> None:
    (activity,) = set_work(world)
    submission, ben = hand_in(world, "Ada", activity), world.actor("Ben")
    with transaction():
        marking = marking_of(world, submission)
        post_score(ben, marking.enrollment, marking, Written(points=7_777, comments={"": CANARY}), marking.token)
    ada = world.actor("Ada")
    with transaction(write=False):
        works = list_own_work(ada)
        (course,) = grades_of(world.enrollment("Ada"), works)
        assert course.grade.grade is None
        assert [entry.cell.status for entry in course.entries] == [Status.IN]
        assert feedback_on(world.enrollment("Ada"), activity) == []
        assert "7777" not in repr(course)
        _, line = find_line(
            ada, Action.GRADE_READ, world.enrollment("Ada").public_id, world.one(Course, code="PC").public_id
        )
        assert line.grade.grade is None
        for action in (Action.SCORE_READ, Action.SCORE_WRITE):
            with pytest.raises(NotFound):
                find_marking(ada, action, submission.public_id)
        with pytest.raises(NotFound):
            find_book(ada, *lowell_pc(world))


def test_an_instructor_who_is_also_a_student_cannot_grade_or_release_their_own_work(world: World) -> None:
    (activity,) = set_work(world)
    submission, section = hand_in(world, "Ada", activity), world.one(Section, name="Lowell")
    grade(world, submission, 5_000)
    with transaction():
        session.add(
            GrantRow(
                person_id=world.person("Ada").id,
                relation=Relation.INSTRUCTOR,
                place_id=section.id,
                from_day=date(2026, 8, 1),
            )
        )
    ada = world.actor("Ada")
    with transaction(write=False):
        marking = marking_of(world, submission, "Ada")
    for command in (save_draft_score, post_score):
        with pytest.raises(NotAllowed), transaction():
            command(ada, marking.enrollment, marking, Written(points=10_000), marking.token)
    with pytest.raises(NotAllowed), transaction():
        release(ada, marking.enrollment, marking)
    with transaction():
        assert release_all(ada, section, activity) == []


@pytest.mark.parametrize("name", ["Ada", "Cleo", "Hana", "Gus", "Dee", "Eli"])
def test_only_the_sections_instructor_grades(world: World, name: str) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    with transaction(write=False):
        marking = marking_of(world, submission)
        with pytest.raises(NotFound):
            find_marking(world.actor(name), Action.SCORE_WRITE, submission.public_id)
    with pytest.raises(NotAllowed), transaction():
        post_score(world.actor(name), marking.enrollment, marking, Written(points=1), marking.token)
    with pytest.raises(NotAllowed), transaction():
        release_all(world.actor(name), world.one(Section, name="Lowell"), activity)


def test_late_work_counts_less_and_a_lateness_set_by_hand_says_why(world: World) -> None:
    (activity,) = set_work(world)
    with time_machine.travel(SUNDAY_DUE + timedelta(hours=3), tick=False):
        submission = hand_in(world, "Ada", activity)
        grade(world, submission, 9_000, show=True)
        with transaction(write=False):
            (course,) = grades_of(world.enrollment("Ada"), list_own_work(world.actor("Ada")))
            assert course.grade.grade == Fraction(80, 100)
            assert explain_entry(course.entries[0], course.grading).value == 8_000
        ben = world.actor("Ben")
        with transaction(write=False):
            marking = marking_of(world, submission)
        with pytest.raises(RuleBroken), transaction():
            post_score(
                ben, marking.enrollment, marking, Written(points=9_000, late_seconds=0), marking.token, "a reason"
            )
        with transaction():
            marking = marking_of(world, submission)
            written = Written(points=9_000, late_seconds=0, late_reason="the server was down")
            post_score(ben, marking.enrollment, marking, written, marking.token, "lateness waived")
            release(ben, marking.enrollment, marking_of(world, submission))
        with transaction(write=False):
            (course,) = grades_of(world.enrollment("Ada"), list_own_work(world.actor("Ada")))
            assert course.grade.grade == Fraction(90, 100)
            assert feedback_on(world.enrollment("Ada"), activity)[0].late_reason == "the server was down"


def test_a_lab_on_site_is_scored_without_a_submission_and_an_exemption_takes_it_out(world: World) -> None:
    (activity,) = set_work(world)
    ben, ada = world.actor("Ben"), world.enrollment("Ada")

    def desk() -> object:
        return find_marking_of_nothing(ben, Action.SCORE_WRITE, ada.public_id, activity.public_id)

    with transaction():
        marking = desk()
        post_score(ben, ada, marking, Written(points=6_000), marking.token)
        release(ben, ada, desk())
    with transaction(write=False):
        (course,) = grades_of(ada, list_own_work(world.actor("Ada")))
        assert course.grade.grade == Fraction(60, 100)
    with transaction():
        marking = desk()
        exempt(ben, ada, marking, marking.token, "was at the firm that week")
        release(ben, ada, desk())
    with transaction(write=False):
        (course,) = grades_of(ada, list_own_work(world.actor("Ada")))
        assert (course.grade.grade, course.entries[0].cell.status) == (None, Status.EXEMPT)
