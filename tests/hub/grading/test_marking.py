"""Drafts of two graders, remarks, shared comments, sharing out, marking without names and by two, release plans."""

from datetime import date, timedelta

import pytest
import time_machine

from lms.hub.catalog.models import Course
from lms.hub.cohorts.models import Section
from lms.hub.coursework.models import Activity, Submission
from lms.hub.grading.books import all_lines, find_book
from lms.hub.grading.grades import feedback_on
from lms.hub.grading.models import DraftScore, Release, Score
from lms.hub.grading.models.desk import Annotation
from lms.hub.grading.models.marking import Agreement, MarkingTask, SecondMark
from lms.hub.grading.places import place_in_queue
from lms.hub.grading.queries import Written, written_on
from lms.hub.grading.queries.desk import bank_of, find_course_comment, find_remark, remarks_on, who_else
from lms.hub.grading.queries.marking import progress_of
from lms.hub.grading.queue import Order, QueueFilter, Wanted, count_queue, marking_queue
from lms.hub.grading.rules.marking import AgreedBy, Role, Way
from lms.hub.grading.rules.releases import Mode
from lms.hub.grading.services.desk import annotate, share_comment, unshare_comment, withdraw_remark
from lms.hub.grading.services.drafts import save_draft_score
from lms.hub.grading.services.marking import agree, give_second_mark, set_marking_rule, share
from lms.hub.grading.services.releases import due_releases, plan_release, release, release_all
from lms.hub.grading.services.scores import post_score
from lms.jobs.coursework import release_scheduled
from lms.kernel import chain
from lms.kernel.clock import now
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.kernel.outbox import OutboxMessage
from lms.people.access import Relation
from lms.people.grants.models import GrantRow
from tests.hub.coursework.made import hand_in, plan, set_work
from tests.hub.grading.made import grade, marking_of, with_rubric
from tests.support.web import World, words


def lowell(world: World) -> Section:
    return world.one(Section, name="Lowell")


def also_teaches(world: World, name: str = "Hana") -> None:
    """Somebody else teaches in Lowell too."""
    with transaction():
        session.add(
            GrantRow(
                person_id=world.person(name).id,
                relation=Relation.INSTRUCTOR,
                place_id=lowell(world).id,
                from_day=date(2026, 8, 1),
                granted_at=now(),
            )
        )


def letters(world: World) -> int:
    return len(world.all(OutboxMessage, template="score-released"))


def test_two_graders_on_different_criteria_both_keep_theirs_and_see_each_other(world: World) -> None:
    (activity,) = set_work(world)
    with_rubric(world, activity)
    also_teaches(world)
    submission = hand_in(world, "Ada", activity)
    ben, hana = world.actor("Ben"), world.actor("Hana")
    with transaction(write=False):
        token = marking_of(world, submission).token
    of_ben = Written(marks={"SAFE": 4_000}, comments={"SAFE": "clean"})
    of_hana = Written(marks={"SAFE": 1_000, "FIT": 3_000})
    with transaction():
        marking = marking_of(world, submission)
        save_draft_score(ben, marking.enrollment, marking, of_ben, token, {"mark-SAFE", "comment-SAFE"})
    with transaction():
        marking = marking_of(world, submission, "Hana")
        save_draft_score(hana, marking.enrollment, marking, of_hana, token, {"mark-FIT"})
    with transaction(write=False):
        marking = marking_of(world, submission)
        assert dict(written_on(marking).marks) == {"SAFE": 4_000, "FIT": 3_000}
        assert who_else(marking, ben.person_id, now()) == "Hana"
        assert who_else(marking, hana.person_id, now()) == ""
        assert who_else(marking, ben.person_id, now() + timedelta(hours=1)) == ""
    with transaction():
        marking = marking_of(world, submission, "Hana")
        with pytest.raises(Conflict) as conflict:
            save_draft_score(hana, marking.enrollment, marking, of_hana, token, {"mark-SAFE"})
    assert (conflict.value.yours, dict(conflict.value.theirs.marks)) == (of_hana, {"SAFE": 4_000, "FIT": 3_000})
    assert world.one(DraftScore).version == 2


def test_remarks_stand_at_a_place_and_are_read_as_they_were_at_the_release(world: World) -> None:
    (activity,) = set_work(world)
    submission, ben = hand_in(world, "Ada", activity, "one\ntwo\nthree"), world.actor("Ben")
    with transaction():
        marking = marking_of(world, submission)
        annotate(ben, marking.enrollment, marking, "Which unit?", line=2)
        for page, line in ((1, 1), (None, 0), (None, 10**9)):
            with pytest.raises(RuleBroken):
                annotate(ben, marking.enrollment, marking, "nowhere", page=page, line=line)
        with pytest.raises(RuleBroken):
            annotate(ben, marking.enrollment, marking, "  ", line=1)
    ada = world.enrollment("Ada")
    with transaction(write=False):
        assert feedback_on(ada, activity) == []
    grade(world, submission, 5_000, show=True)
    with time_machine.travel(now() + timedelta(hours=1), tick=False), transaction():
        marking = marking_of(world, submission)
        annotate(ben, marking.enrollment, marking, "Not yet shown.", line=3)
    with transaction(write=False):
        (feedback,) = feedback_on(ada, activity)
        assert [(one.text, one.line) for one in feedback.remarks] == [("Which unit?", 2)]
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        with transaction():
            marking = marking_of(world, submission)
            first = next(one for one in remarks_on(submission) if one.line == 2)
            withdraw_remark(ben, marking.enrollment, marking, find_remark(marking, first.public_id))
        grade(world, submission, 5_000, show=True, reason="a remark more")
        with transaction(write=False):
            assert [one.text for one in feedback_on(ada, activity)[0].remarks] == ["Not yet shown."]
    assert len(world.all(Annotation)) == 3


def test_a_shared_comment_is_offered_to_whoever_grades_the_course_until_it_is_taken_back(world: World) -> None:
    (activity,) = set_work(world)
    also_teaches(world)
    submission, hana = hand_in(world, "Ada", activity), world.actor("Hana")
    with transaction():
        marking = marking_of(world, submission, "Hana")
        comment = share_comment(hana, marking.enrollment, marking, "Show your units.")
        with pytest.raises(RuleBroken):
            share_comment(hana, marking.enrollment, marking, " ")
    with transaction():
        (kept,) = bank_of(world.actor("Ben"), activity)
        assert (kept.text, kept.by) == ("Show your units.", "Hana")
        marking = marking_of(world, submission)
        found = find_course_comment(marking.course.id, comment.public_id)
        unshare_comment(world.actor("Ben"), marking.enrollment, found)
    with transaction(write=False):
        assert bank_of(world.actor("Ben"), activity) == []


def test_work_is_shared_out_kept_where_it_was_begun_and_found_as_ones_own(world: World) -> None:
    (activity,) = set_work(world)
    also_teaches(world)
    section, cleo = lowell(world), world.actor("Cleo")
    ids = [world.person(name).public_id for name in ("Ben", "Hana")]
    hand_in(world, "Ada", activity)
    with transaction():
        assert share(cleo, [section], activity, Way.EVEN, ids) == {
            world.person("Ben").id: 1,
            world.person("Hana").id: 1,
        }
    with transaction():
        share(cleo, [section], activity, Way.EVEN, ids)
    assert len(world.all(MarkingTask)) == 2, "sharing out again adds nothing where nothing moves"
    grader = world.one(MarkingTask, enrollment_id=world.enrollment("Ada").id).grader_id
    mine = {name: world.person(name).id == grader for name in ("Ben", "Hana")}
    with transaction(write=False):
        for name, is_mine in mine.items():
            assert count_queue(world.actor(name), QueueFilter(is_mine=True)) == is_mine
        waiting = {one.name: (one.given, one.done, one.waiting) for one in progress_of([section], activity)}
        assert sorted(waiting.values()) == [(1, 0, 0), (1, 0, 1)]
    holder = next(name for name, is_mine in mine.items() if is_mine)
    grade(world, world.one(Submission), 5_000, grader=holder)
    other = next(name for name, is_mine in mine.items() if not is_mine)
    with transaction():
        share(cleo, [section], activity, Way.EVEN, [world.person(other).public_id])
    standing = {task.enrollment_id: task.grader_id for task in world.all(MarkingTask)}
    assert standing[world.enrollment("Ada").id] == world.person(holder).id, "it was begun"
    assert standing[world.enrollment("Zoe").id] == world.person(other).id
    with transaction(), pytest.raises(NotAllowed):
        share(world.actor("Ivo"), [section], activity, Way.EVEN, ids)
    with transaction(), pytest.raises(RuleBroken):
        share(cleo, [section], activity, Way.EVEN, [])


def test_the_queue_comes_in_the_order_asked_for_and_every_place_leads_to_the_next(world: World) -> None:
    later, sooner = set_work(world, plan("PC-B"), plan("PC-A"))
    for name, activity in (("Zoe", later), ("Ada", later), ("Zoe", sooner), ("Ada", sooner)):
        with time_machine.travel(now() + timedelta(minutes=len(world.all(Submission))), tick=False):
            hand_in(world, name, activity)
    ben = world.actor("Ben")
    expected = {
        Order.OLDEST: ["Zoe B", "Ada B", "Zoe A", "Ada A"],
        Order.STUDENT: ["Ada B", "Ada A", "Zoe B", "Zoe A"],
        Order.ACTIVITY: ["Zoe A", "Ada A", "Zoe B", "Ada B"],
    }
    with transaction(write=False):
        for order, names in expected.items():
            chosen = QueueFilter(order=order)
            lines = marking_queue(ben, chosen).items
            assert [f"{line.student} {line.activity[-1]}" for line in lines] == names
            first = marking_queue(ben, chosen, size=3)
            assert [*first.items, *marking_queue(ben, chosen, first.after).items] == lines
            for number, line in enumerate(lines):
                following = lines[number + 1].submission.public_id if number < 3 else None
                assert place_in_queue(ben, chosen, marking_of(world, line.submission)) == (
                    number + 1,
                    following,
                    len(lines),
                )
        only = QueueFilter(enrollment_id=world.enrollment("Ada").public_id)
        assert {line.student for line in marking_queue(ben, only).items} == {"Ada"}


def test_names_stay_hidden_until_the_release_wherever_grades_are_read(world: World) -> None:
    (activity,) = set_work(world)
    section, ben, cleo = lowell(world), world.actor("Ben"), world.actor("Cleo")
    with transaction():
        set_marking_rule(cleo, section, activity, is_anonymous=True, is_double=False)
    submission = hand_in(world, "Ada", activity, files=("Ada's drawing.png",))
    course = world.one(Course, code="PC").public_id
    with transaction(write=False):
        for order in Order:
            (line,) = marking_queue(ben, QueueFilter(order=order)).items
            assert line.student == marking_of(world, submission).alias
        assert count_queue(ben, QueueFilter(enrollment_id=world.enrollment("Ada").public_id)) == 0
    browser = world.browser_of("Ben")
    for url in (f"/instructor/grading/{submission.public_id}", "/instructor/grading", "/instructor/"):
        assert "Ada" not in words(browser.get(url))
    grade(world, submission, 5_000)
    with transaction(write=False):
        (entry,) = next(
            one for one in all_lines(find_book(ben, section.public_id, course)) if one.student == "Ada"
        ).entries
        assert (entry.score, entry.submission_id) == (None, None)
    with transaction(), pytest.raises(RuleBroken):
        set_marking_rule(cleo, section, activity, is_anonymous=False, is_double=False)
    with transaction():
        release_all(ben, section, activity)
    assert "Ada" in words(browser.get(f"/instructor/grading/{submission.public_id}"))
    with transaction():
        set_marking_rule(cleo, section, activity, is_anonymous=False, is_double=False)


def _double(world: World) -> tuple[Activity, Submission]:
    (activity,) = set_work(world)
    also_teaches(world)
    with transaction():
        set_marking_rule(world.actor("Ben"), lowell(world), activity, is_anonymous=False, is_double=True, gap_bp=1_000)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 6_000)
    return activity, submission


def test_a_second_marker_does_not_see_the_first_mark_and_both_become_one_score(world: World) -> None:
    activity, submission = _double(world)
    ben, hana = world.actor("Ben"), world.actor("Hana")
    desk = world.browser_of("Hana").get(f"/instructor/grading/{submission.public_id}").text
    assert "comment of 6000" not in desk
    assert "60" not in [*desk.split('value="')[1:]]
    with transaction(write=False):
        assert count_queue(hana, QueueFilter(Wanted.TO_GRADE)) == 1
        assert count_queue(ben, QueueFilter(Wanted.TO_GRADE)) == 0
        assert count_queue(ben, QueueFilter(Wanted.TO_RELEASE)) == 0
    with transaction():
        marking = marking_of(world, submission, "Hana")
        with pytest.raises(RuleBroken):
            post_score(hana, marking.enrollment, marking, Written(points=1), marking.token)
        with pytest.raises(RuleBroken):
            release(ben, marking.enrollment, marking)
        with pytest.raises(NotAllowed):
            give_second_mark(ben, marking.enrollment, marking, Written(points=6_000))
    with transaction():
        marking = marking_of(world, submission, "Hana")
        give_second_mark(hana, marking.enrollment, marking, Written(points=6_500, comments={"": "neat"}))
    with transaction(write=False):
        assert count_queue(ben, QueueFilter(Wanted.TO_AGREE)) == 1
    with transaction():
        marking = marking_of(world, submission)
        with pytest.raises(Conflict):
            agree(ben, marking.enrollment, marking, AgreedBy.MEAN, "0.9")
        score = agree(ben, marking.enrollment, marking, AgreedBy.MEAN, marking.token)
    assert (score.points, score.number) == (6_250, 2)
    assert world.one(Agreement).second_id == world.one(SecondMark).id
    with transaction():
        assert len(release_all(ben, lowell(world), activity)) == 1
    with transaction(write=False):
        assert "neat" in feedback_on(world.enrollment("Ada"), activity)[0].comments[""]
        assert list(chain.breaks()) == []


def test_marks_too_far_apart_need_a_decision_with_its_reason(world: World) -> None:
    _, submission = _double(world)
    hana = world.actor("Hana")
    with transaction():
        marking = marking_of(world, submission, "Hana")
        give_second_mark(hana, marking.enrollment, marking, Written(points=9_000))
    with transaction():
        marking = marking_of(world, submission, "Hana")
        for way, points, note in (
            (AgreedBy.MEAN, None, ""),
            (AgreedBy.SECOND, None, ""),
            (AgreedBy.NEW, 10_001, "we talked"),
        ):
            with pytest.raises(RuleBroken):
                agree(hana, marking.enrollment, marking, way, marking.token, points, note)
        score = agree(hana, marking.enrollment, marking, AgreedBy.NEW, marking.token, 7_000, "we talked it over")
    assert (score.points, world.one(Agreement).agreed_by) == (7_000, AgreedBy.NEW)


def test_a_scheduled_release_happens_on_time_once_and_hidden_scores_stay_hidden(world: World) -> None:
    (activity,) = set_work(world)
    section, ben = lowell(world), world.actor("Ben")
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 5_000)
    at = now() + timedelta(hours=3)
    with transaction():
        plan_release(ben, section, activity, Mode.HIDDEN, None)
        with pytest.raises(RuleBroken):
            plan_release(ben, section, activity, Mode.SCHEDULED, now())
        with pytest.raises(RuleBroken):
            release_all(ben, section, activity)
    with transaction():
        plan_release(ben, section, activity, Mode.SCHEDULED, at)
        with pytest.raises(RuleBroken):
            release(ben, world.enrollment("Ada"), marking_of(world, submission))
    assert release_scheduled(world.app.config["LMS"]) == 0
    with transaction(write=False):
        assert due_releases(now()) == []
    with time_machine.travel(at, tick=False):
        assert [release_scheduled(world.app.config["LMS"]) for _ in range(3)] == [1, 0, 0]
        grade(world, hand_in(world, "Zoe", activity), 7_000)
    assert len(world.all(Release)) == 2, "what is posted after the time shows itself"
    assert world.all(Release)[0].recorded_by_id is None
    with transaction(), pytest.raises(NotAllowed):
        plan_release(world.actor("Hana"), section, activity, Mode.MANUAL, None)


def test_a_plan_that_was_changed_before_its_time_is_not_carried_out(world: World) -> None:
    (activity,) = set_work(world)
    section, ben = lowell(world), world.actor("Ben")
    grade(world, hand_in(world, "Ada", activity), 5_000)
    with transaction():
        plan_release(ben, section, activity, Mode.SCHEDULED, now() + timedelta(hours=1))
    with transaction():
        plan_release(ben, section, activity, Mode.MANUAL, None)
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert release_scheduled(world.app.config["LMS"]) == 0
    assert world.all(Release) == []
    with transaction():
        plan_release(ben, section, activity, Mode.AT_ONCE, None)
    assert len(world.all(Release)) == 1


def test_a_notice_goes_out_only_where_something_is_new(world: World) -> None:
    (activity,) = set_work(world)
    submission = hand_in(world, "Ada", activity)
    grade(world, submission, 5_000, show=True)
    assert letters(world) == 1
    grade(world, submission, 5_000, show=True, reason="looked again")
    assert (len(world.all(Release)), letters(world)) == (2, 1)
    grade(world, submission, 6_000, show=True, reason="found more")
    assert letters(world) == 2
    grade(world, submission, 6_000, reason="once more")
    with transaction():
        release_all(world.actor("Ben"), lowell(world), activity)
    assert (len(world.all(Score)), letters(world)) == (4, 2)


def test_nobody_of_another_site_finds_the_marking_pages(world: World) -> None:
    (activity,) = set_work(world)
    url = f"/instructor/marking/sections/{lowell(world).public_id}/activities/{activity.public_id}"
    assert world.browser_of("Hana").get(url).status_code == 404
    with pytest.raises(NotFound), transaction(write=False):
        find_book(world.actor("Hana"), lowell(world).public_id, world.one(Course, code="PC").public_id)


def test_the_second_marks_can_be_shared_out_apart(world: World) -> None:
    (activity,) = set_work(world)
    also_teaches(world)
    ids = [world.person(name).public_id for name in ("Ben", "Hana")]
    with transaction():
        share(world.actor("Cleo"), [lowell(world)], activity, Way.EVEN, ids, Role.SECOND)
    assert {task.role for task in world.all(MarkingTask)} == {Role.SECOND}
