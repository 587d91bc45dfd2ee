"""Sample registers: labs of the last weeks, some late, absent or excused; a lab made up, and one that runs now."""

from datetime import datetime, time, timedelta
from functools import partial
from random import Random

from lms.hub.attendance.kinds import ExcuseKind, Verdict
from lms.hub.attendance.queries.meetings import Meeting, list_meetings, meeting_by
from lms.hub.attendance.queries.register import register_of
from lms.hub.attendance.queries.rolls import MISSED, roll_of
from lms.hub.attendance.rules.register import Mark
from lms.hub.attendance.services.disputes import dispute
from lms.hub.attendance.services.excuses import ask_excuse, decide_excuse
from lms.hub.attendance.services.register import close_register, save_register
from lms.hub.attendance.services.safety import require_safety, sign_off
from lms.hub.attendance.services.stations import book_station
from lms.hub.calendar.services.sessions import Wanted, schedule_session
from lms.hub.cohorts.kinds import Presence
from lms.kernel.weeks import monday_of
from lms.people.access import Action
from lms.sample.stage import WEEKS_LIVED, Learner, Room, Stage

FIRST_WEEK = 18  # from then on the register is kept here; before, students logged their labs themselves
STATIONS = 6
CODE = "SAFE-LAB"
SEED = 34
MISSED_WEEK, MADE_UP_WEEK = 23, 25
OPEN_LAB = (4, time(13), time(15))  # Friday afternoon: nobody's usual lab
EXCUSES = (
    (ExcuseKind.WORK, "Overtime on the line that evening; my supervisor needs me."),
    (ExcuseKind.FAMILY, "My daughter's school has its hearing that day."),
    (ExcuseKind.APPOINTMENT, "A dentist's appointment that I could not move."),
)


class AttendancePart:
    """Labs on the timeline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.random = Random(SEED)  # noqa: S311 - its own, so that the rest of the sample does not change with it
        self.missed: tuple[Learner, Meeting] | None = None

    def plan(self) -> None:
        """Registers of every section; Lowell has the rest as well."""
        stage = self.stage
        for room in stage.rooms:
            teacher = stage.actor(room.instructor)
            first, last = stage.instant(FIRST_WEEK, 0, 0), stage.instant(WEEKS_LIVED + 2, 0, 0)
            for meeting in list_meetings(teacher, Action.ATTENDANCE_TAKE, first, last):
                week = (meeting.day - stage.week_one).days // 7 + 1
                room.registered.add((week, meeting.unit.public_id))
                at = meeting.session.ends_at + timedelta(minutes=5)
                stage.timeline.at(at, partial(self._take, room, meeting, week))
        lowell, evening = stage.rooms[0], stage.rooms[1]
        stage.timeline.at(stage.instant(MADE_UP_WEEK - 1, 0, 9), partial(self._book_make_up, lowell, evening))
        stage.timeline.at(stage.instant(WEEKS_LIVED, 1, 9), partial(self._gate, lowell))
        stage.timeline.at(stage.instant(WEEKS_LIVED, 2, 12), partial(self._look_ahead, lowell))
        stage.timeline.at(stage.now - timedelta(minutes=1), partial(self._now, lowell))

    def _take(self, room: Room, meeting: Meeting, week: int) -> None:
        """The instructor marks the exceptions, the rest was there, and closes."""
        stage, register = self.stage, register_of(meeting)
        marks: dict[str, Mark] = {}
        by_enrollment = {one.enrollment.id: one for one in room.learners}
        for entry in register.entries:
            learner = by_enrollment.get(entry.enrollment.id)
            if learner is None or entry.known.makes_up:
                continue
            mark = self._mark(learner, meeting, week)
            if mark is not None:
                marks[entry.enrollment.public_id] = mark
            if mark is None or mark.presence not in MISSED:
                learner.lab_weeks.add(monday_of(meeting.day))
        teacher = stage.actor(room.instructor)
        save_register(teacher, meeting.session, marks, register.token, rest=True)
        close_register(teacher, meeting.session)

    def _mark(self, learner: Learner, meeting: Meeting, week: int) -> Mark | None:
        chance = self.random.randrange(100)
        if learner.number == 0:
            if week == MISSED_WEEK and self.missed is None:  # Ada misses one and makes it up
                self.missed = (learner, meeting)
                return Mark(Presence.ABSENT)
            return None
        if chance < 4:
            return Mark(Presence.ABSENT)
        if chance < 7:
            return Mark(Presence.EXCUSED)
        if chance < 12 and learner.care < 80:
            return Mark(Presence.LATE, meeting.planned - 5 * self.random.randint(2, 9))
        return None

    def _open_lab(self, room: Room, like: Meeting, week: int) -> Meeting:
        weekday, starts, ends = OPEN_LAB
        day = self.stage.monday(week) + timedelta(days=weekday)
        wanted = Wanted(day, starts, ends, "Open lab", STATIONS)
        made = schedule_session(self.stage.actor(room.coordinator), room.section, like.unit, wanted)
        return meeting_by(made.public_id)

    def _book_make_up(self, room: Room, other: Room) -> None:
        """Ada books the open lab of the other section, which takes place a week later."""
        if self.missed is None:
            return
        learner, missed = self.missed
        there = self._open_lab(other, missed, MADE_UP_WEEK)
        book_station(self.stage.actor(learner.person), learner.enrollment, there, missed)
        at = there.session.ends_at + timedelta(minutes=5)
        self.stage.timeline.at(at, partial(self._made_up, other, there, learner))

    def _made_up(self, other: Room, there: Meeting, learner: Learner) -> None:
        teacher, register = self.stage.actor(other.instructor), register_of(there)
        mark = {learner.enrollment.public_id: Mark(Presence.MADE_UP)}
        save_register(teacher, there.session, mark, register.token)
        close_register(teacher, there.session)
        learner.lab_weeks.add(monday_of(there.day))

    def _gate(self, room: Room) -> None:
        """From now on Lowell's labs need a sign-off; the instructor has seen nearly all work safely."""
        stage = self.stage
        units = {meeting.unit.id: meeting.unit for meeting in self._ahead(room)}
        for unit in units.values():
            require_safety(stage.actor(room.coordinator), stage.cohort, CODE, unit=unit)
        until = stage.today() + timedelta(days=365)
        for learner in room.learners[:-1]:
            if not learner.is_away(stage.today()):
                sign_off(stage.actor(room.instructor), learner.enrollment, CODE, until)

    def _ahead(self, room: Room) -> list[Meeting]:
        teacher, now = self.stage.actor(room.instructor), self.stage.timeline_now()
        return list_meetings(teacher, Action.ATTENDANCE_TAKE, now, now + timedelta(days=21))

    def _look_ahead(self, room: Room) -> None:
        """An open lab with stations, booked by some; two excuses, one decided; one objection that waits."""
        stage, ahead = self.stage, self._ahead(room)
        here = [one for one in room.learners[:-1] if not one.is_away(stage.today())]
        if not ahead:
            return
        there = self._open_lab(room, ahead[-1], WEEKS_LIVED + 3)
        for learner in here[:4]:
            book_station(stage.actor(learner.person), learner.enrollment, there)
        for number, learner in enumerate(here[-2:]):
            kind, words = EXCUSES[number]
            asked = ask_excuse(stage.actor(learner.person), learner.enrollment, ahead[-1], kind, words)
            if number:
                decide_excuse(stage.actor(room.instructor), asked, Verdict.GRANTED, "Fine; book another lab.")
        self._object(here[1:])

    def _object(self, learners: list[Learner]) -> None:
        for learner in learners:
            row = next(
                (one.row for one in roll_of(learner.enrollment).lines if one.row and one.row.presence in MISSED), None
            )
            if row is not None:
                words = "I was there; I came in with the delivery at the back door."
                dispute(self.stage.actor(learner.person), learner.enrollment, words, row=row)
                return

    def _now(self, room: Room) -> None:
        """A lab that began half an hour ago, unless one runs anyway: its register is open."""
        stage = self.stage
        begins: datetime = (stage.now - timedelta(minutes=30)).astimezone(stage.zone).replace(second=0, microsecond=0)
        ends = begins + timedelta(hours=2)
        teacher = stage.actor(room.instructor)
        around = list_meetings(teacher, Action.ATTENDANCE_TAKE, begins - timedelta(hours=12), ends)
        like = next(iter(self._ahead(room)), None)
        if like is not None and not any(one.session.ends_at > begins for one in around):
            wanted = Wanted(begins.date(), begins.time(), ends.time(), "Bay 1")
            schedule_session(stage.actor(room.coordinator), room.section, like.unit, wanted)
