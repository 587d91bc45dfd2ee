"""Sample coursework: handed in on time, late or not at all; scored by rubric, released a few days later."""

import io
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from lms.hub.catalog.models import Course
from lms.hub.coursework.groups.queries import find_place
from lms.hub.coursework.groups.rules import Answer
from lms.hub.coursework.groups.services import answer, invite
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.models import Activity, Deadline
from lms.hub.coursework.queries import Work, find_work, list_work
from lms.hub.coursework.services import attach_file, submit
from lms.hub.coursework.setting import extend
from lms.hub.grading.queries import Marking, Written, list_markings
from lms.hub.grading.services.drafts import save_draft_score
from lms.hub.grading.services.releases import release_all
from lms.hub.grading.services.scores import post_score
from lms.kernel.db import session
from lms.kernel.facts import stands
from lms.people.scope import within
from lms.sample.quizzes import marks_of_quiz, take_quiz
from lms.sample.stage import Learner, Room, Stage
from lms.sample.words import comment_on, report_of

GRADED_AFTER_DAYS = 4
LATE_DAYS = 3


class CourseworkPart:
    """Plans every activity of every student onto the timeline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._waiting: dict[tuple[int, int], set[int]] = {}  # enrollments by (section, activity)
        self._works: dict[int, dict[int, Work]] = {}
        self._extended: set[tuple[int, int]] = set()
        self._together: set[tuple[int, int]] = set()

    def plan(self) -> None:
        """Shared courses now; a spoke's work is planned when the spoke is given (`plan_spoke`)."""
        for activity, course, due_at in self._scheduled():
            if course.code in SPOKES:
                continue
            for room in self.stage.rooms:
                self._plan_room(room, room.learners, activity, due_at)

    def plan_spoke(self, code: str) -> None:
        """The work of one spoke for those who were given it."""
        for activity, course, due_at in self._scheduled():
            if course.code != code:
                continue
            for room in self.stage.rooms:
                self._plan_room(room, [one for one in room.learners if one.spoke == code], activity, due_at)

    def _scheduled(self) -> list[tuple[Activity, Course, datetime]]:
        statement = (
            select(Activity, Course, Deadline.due_at)
            .join(Course, Course.id == Activity.course_id)
            .join(Deadline, Deadline.activity_id == Activity.id)
            .where(stands(Activity), stands(Deadline), Deadline.section_id.is_(None))
            .order_by(Deadline.due_at, Activity.id)
        )
        rows = session.execute(within(statement, self.stage.cohort, on=Deadline))
        return [(activity, course, due_at) for activity, course, due_at in rows]

    def _plan_room(self, room: Room, learners: list[Learner], activity: Activity, due_at: datetime) -> None:
        for learner in learners:
            self._plan_one(learner, activity, due_at)
        random = self.stage.random
        slow = random.choice((0, 0, 0, 2, 5))
        graded_at = due_at + timedelta(days=GRADED_AFTER_DAYS + slow, hours=random.randint(8, 14))
        for round_ in range(2):  # late work is graded a week later
            at = graded_at + timedelta(days=7 * round_)
            self.stage.timeline.at(at, partial(self._grade, room, activity, round_))

    def _plan_one(self, learner: Learner, activity: Activity, due_at: datetime) -> None:
        random, timeline = self.stage.random, self.stage.timeline
        luck = random.randrange(100)
        if luck < learner.care:
            at = due_at - timedelta(minutes=random.randint(10, 4_000))
        elif luck < learner.care + (100 - learner.care) * 2 // 3:
            at = due_at + timedelta(minutes=random.randint(30, LATE_DAYS * 1_440))
        elif luck < 97:
            if luck % 2:
                asked = due_at - timedelta(days=1)
                timeline.at(asked, partial(self._extend, learner, activity, due_at + timedelta(days=5)))
                timeline.at(due_at + timedelta(days=4), partial(self._hand_in, learner, activity))
            return
        else:
            at = due_at - timedelta(minutes=random.randint(1, 9))
        timeline.at(at, partial(self._hand_in, learner, activity))

    def _extend(self, learner: Learner, activity: Activity, until: datetime) -> None:
        day = until.astimezone(self.stage.zone).date()
        if learner.is_away(day):
            return
        actor = self.stage.actor(learner.section.instructor)
        reason = self.stage.random.choice((ExtensionReason.WORK, ExtensionReason.FAMILY, ExtensionReason.HEALTH))
        self._extended.add((learner.number, activity.id))
        extend(actor, learner.enrollment, activity, until, reason, "Overtime for two weeks; agreed with the sponsor.")

    def _hand_in(self, learner: Learner, activity: Activity) -> None:
        if learner.is_away(self.stage.today()):
            return
        actor, random = self.stage.actor(learner.person), self.stage.random
        work = self._work_of(learner, activity)
        self._waiting.setdefault((learner.section.section.id, activity.id), set()).add(learner.enrollment.id)
        if (learner.number, activity.id) in self._together:
            return
        if activity.has_questions:
            take_quiz(actor, random, work, learner.ability, self.stage.key())
            return
        if random.randrange(12) == 0:
            table = "sample,value\n" + "".join(f"{n},{random.randint(980, 1_020)}\n" for n in range(1, 26))
            attach_file(actor, learner.enrollment, work, "readings.csv", io.BytesIO(table.encode()))
        if activity.group_size > 1:
            self._work_together(learner, activity)
        text = report_of(random, activity.title, learner.firm.firm.name)
        submit(actor, learner.enrollment, work, text, "", self.stage.key())

    def _work_together(self, learner: Learner, activity: Activity) -> None:
        """Whoever comes first asks the next ones of the room who have handed nothing in; they say yes."""
        here = [one for one in learner.section.learners if one.number > learner.number]
        today, taken = self.stage.today(), self._together
        free = [one for one in here if not one.is_away(today) and (one.number, activity.id) not in taken]
        taken.add((learner.number, activity.id))
        work = find_work(learner.enrollment, activity)
        for mate in free[: activity.group_size - 1]:
            place = invite(self.stage.actor(learner.person), learner.enrollment, work, mate.enrollment.public_id)
            actor = self.stage.actor(mate.person)
            found, group, enrollment = find_place(actor, place.public_id)
            answer(actor, enrollment, activity, group, found, Answer.ACCEPT)
            self._together.add((mate.number, activity.id))
            self._waiting_in(learner, activity).add(mate.enrollment.id)

    def _waiting_in(self, learner: Learner, activity: Activity) -> set[int]:
        return self._waiting.setdefault((learner.section.section.id, activity.id), set())

    def _work_of(self, learner: Learner, activity: Activity) -> Work:
        """As planned; read anew for those whose date may have moved since."""
        works = self._works.get(learner.number)
        if works is None or activity.id not in works:
            works = {work.activity.id: work for work in list_work(learner.enrollment)}
            self._works[learner.number] = works
        if learner.on_leave or (learner.number, activity.id) in self._extended:
            return find_work(learner.enrollment, activity)
        return works[activity.id]

    def _grade(self, room: Room, activity: Activity, round_: int) -> None:
        """Everything that waits; the last round of a busy instructor stays a draft or is not released yet."""
        waiting = self._waiting.pop((room.section.id, activity.id), set())
        if not waiting:
            return
        actor = self.stage.actor(room.instructor)
        of_group: dict[int, Written] = {}
        by_enrollment = {one.enrollment.id: one for one in room.learners}
        for marking in list_markings(actor, room.section, activity):
            if marking.enrollment.id not in waiting or marking.score is not None:
                continue
            written = self._marks(marking, by_enrollment[marking.enrollment.id].ability)
            if marking.submission is not None and marking.submission.group_submission_id is not None:
                written = of_group.setdefault(marking.submission.group_submission_id, written)
            if self._is_last_week() and self.stage.chance(15):
                save_draft_score(actor, marking.enrollment, marking, written, marking.token)
            else:
                post_score(actor, marking.enrollment, marking, written, marking.token)
        if not (self._is_last_week() and self.stage.chance(40)):
            release_all(actor, room.section, activity)

    def _is_last_week(self) -> bool:
        return self.stage.today() >= self.stage.this_monday - timedelta(days=7)

    def _marks(self, marking: Marking, ability: int) -> Written:
        """A level of each criterion, better ones for abler students."""
        random = self.stage.random
        if marking.activity.has_questions:
            return marks_of_quiz(random, marking)
        marks = {}
        for criterion in marking.criteria:
            luck = random.randrange(100)
            place = 0 if luck < ability - 15 else 1 if luck < ability + 8 else 2
            marks[criterion.code] = criterion.levels[min(place, len(criterion.levels) - 1)].points
        share = sum(marks.values()) * 100 // (marking.activity.points or 1)
        return Written(marks=marks, comments={"": comment_on(random, share)})


SPOKES = frozenset({"MEC", "AUT", "ROB", "MAC", "DIG", "DES"})
