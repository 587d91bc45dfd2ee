"""Sample weeks: hours logged, sheets handed in late, forgotten, returned and approved."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.queries import CourseTree
from lms.hub.hours.models import SheetPart, WeekSheet
from lms.hub.hours.rules.sheet import Route, State, ZeroReason
from lms.hub.hours.services.decisions import approve_part, return_part, witness
from lms.hub.hours.services.docket import Docket, dockets_of
from lms.hub.hours.services.entries import Cell, save_week
from lms.hub.hours.services.sheets import submit_sheet
from lms.kernel.db import session
from lms.people.access import Action, Actor
from lms.people.scope import scoped
from lms.sample.opening import BREAK_WEEK
from lms.sample.stage import WEEKS_LIVED, Employer, Learner, Room, Stage

STEP = 15  # people write quarters of an hour
DAYS_OF = {  # weekdays on which such work is usually done, Monday is 0
    Kind.LECTURE_ONLINE: (1, 2),
    Kind.SELF_STUDY: (0, 6, 3),
    Kind.SIMULATION: (3, 2),
    Kind.LAB_IN_PERSON: (5, 4),
    Kind.CAPSTONE_ONSITE: (4, 2),
}
RETURNS = (
    "The lab on Saturday ran two hours, not three. Please correct it.",
    "Two days look swapped: the simulation was on Thursday.",
    "Please split capstone work and self-study; I cannot tell them apart here.",
)
DONE = {  # what students say of work that only they can tell of
    Kind.SELF_STUDY: (
        "Read the chapter and worked the examples",
        "Reworked my notes and the practice problems",
        "Watched the recording again and took notes",
        "Went through the case and answered its questions",
    ),
    Kind.CAPSTONE_ONSITE: (
        "Took measurements at the line",
        "Went over the data with the shift lead",
        "Tried the change on one machine",
        "Wrote up what we found at the line",
    ),
}
NOTE = "Talked it over; the hours are right."


@dataclass(frozen=True, slots=True)
class Piece:
    """Minutes of one unit on one weekday."""

    weekday: int
    unit: str
    minutes: int


class HoursPart:
    """Plans every student's weeks onto the timeline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._worked: set[tuple[int, date]] = set()
        self._units = {unit.public_id: unit for tree in stage.catalog.courses for unit in tree.units}

    def plan(self) -> None:
        """All weeks lived and the one that runs."""
        for week in range(1, WEEKS_LIVED + 2):
            for learner in self.stage.learners:
                self._plan_week(learner, week)
            for room in self.stage.rooms:
                slow = 2 if room.section.id % 4 == 3 and week > WEEKS_LIVED - 3 else 0
                for again, weekday in enumerate((9 + slow, 13)):
                    instant = self.stage.instant(week, weekday, 10, 2 * room.section.id % 50)
                    self.stage.timeline.at(instant, partial(self._approve_room, room, again))
            for employer in self.stage.employers:
                if employer.supervisor:
                    instant = self.stage.instant(week, 11, 15, employer.number)
                    self.stage.timeline.at(instant, partial(self._approve_firm, employer))

    def _plan_week(self, learner: Learner, week: int) -> None:
        stage, random = self.stage, self.stage.random
        runs_now = week > WEEKS_LIVED
        weekdays = range(7) if runs_now else (6,)
        for weekday in weekdays:
            at = stage.instant(week, weekday, 20 if runs_now else 19, random.randrange(60))
            stage.timeline.at(at, partial(self._log, learner, week, weekday, only=runs_now))
        delay = random.randrange(100)
        if delay < learner.care:
            hand_in = stage.instant(week, 6, 21, random.randrange(60))
        elif delay < 97:
            hand_in = stage.instant(week, random.choice((7, 8, 9)), 6, random.randrange(60))
        else:
            hand_in = stage.instant(week, 11, 21, random.randrange(60))  # late, and before the lock
        if random.randrange(100) < 98 or week < WEEKS_LIVED - 4:
            stage.timeline.at(hand_in, partial(self._submit, learner, stage.monday(week)))

    def _log(self, learner: Learner, week: int, weekday: int, *, only: bool) -> None:
        stage = self.stage
        monday = stage.monday(week)
        first = stage.cohort.starts_on
        cells = [
            Cell(monday + timedelta(days=piece.weekday), piece.unit, piece.minutes, 0, self._said(learner, week, piece))
            for piece in self._week(learner, week)
            if not only or piece.weekday == weekday
        ]
        cells = [cell for cell in cells if cell.day >= first and not learner.is_away(cell.day)]
        if cells:
            self._worked.add((learner.number, monday))
            save_week(stage.actor(learner.person), learner.enrollment, cells)

    def _said(self, learner: Learner, week: int, piece: Piece) -> str:
        """A comment where one is asked for, never the same twice (H10)."""
        unit = self._units[piece.unit]
        if unit.kind not in DONE:
            return ""
        done = DONE[unit.kind]
        return f"{done[(learner.number + week + piece.weekday) % len(done)]}: {unit.title}, week {week}"

    def _week(self, learner: Learner, week: int) -> list[Piece]:
        """What the student does that week: the plan, a little more or less, or nothing."""
        random = self.stage.random
        if week == BREAK_WEEK or random.randrange(100) < (3 if learner.care < 70 else 1):
            return []
        factor = random.randint(78, 112) if learner.care >= 65 else random.randint(60, 105)
        pieces: dict[tuple[int, str], int] = {}
        for tree in self._courses(learner):
            for unit in tree.units:
                if not unit.first_week <= week <= unit.last_week:
                    continue
                if (week, unit.public_id) in learner.section.registered:
                    continue  # the register gives these hours
                minutes = max(STEP, round_to_step(unit.minutes_a_week * factor // 100))
                days = DAYS_OF[unit.kind]
                weekday = days[(learner.number + len(pieces)) % len(days)]
                pieces[weekday, unit.public_id] = pieces.get((weekday, unit.public_id), 0) + minutes
        return [Piece(weekday, unit, minutes) for (weekday, unit), minutes in pieces.items()]

    def _courses(self, learner: Learner) -> list[CourseTree]:
        return [tree for tree in self.stage.catalog.courses if tree.kind != "spoke" or tree.code == learner.spoke]

    def _submit(self, learner: Learner, monday: date) -> None:
        if learner.is_away(monday + timedelta(days=6)) or learner.is_away(monday):
            return
        reason = ZeroReason.BREAK if monday == self.stage.monday(BREAK_WEEK) else ZeroReason.WORK_PEAK
        empty = (learner.number, monday) not in self._worked and monday not in learner.lab_weeks
        submit_sheet(
            self.stage.actor(learner.person), learner.enrollment, monday, zero_reason=reason if empty else None
        )

    def _approve_room(self, room: Room, again: int) -> None:
        actor = self.stage.actor(room.instructor)
        parts = self._waiting(actor, Route.SECTION)
        dockets = dockets_of(parts) if parts else {}
        for part in parts:
            docket = dockets[part.week_sheet_id]
            if not again and self.stage.chance(4) and docket.week.entries:
                self._return(actor, room, part, docket)
            else:
                approve_part(actor, part, note=NOTE if docket.week.verdict.needs_note else "", docket=docket)
                self._witness(actor, docket)

    def _return(self, actor: Actor, room: Room, part: SheetPart, docket: Docket) -> None:
        return_part(actor, part, self.stage.random.choice(RETURNS))
        learner = next(one for one in room.learners if one.enrollment.id == part.enrollment_id)
        if self.stage.chance(85):
            again = self.stage.timeline
            at = docket.now + timedelta(hours=self.stage.random.randint(8, 60))
            again.at(at, partial(self._submit, learner, docket.week.monday))

    def _witness(self, actor: Actor, docket: Docket) -> None:
        """Labs are seen by the instructor who stands in them."""
        labs = [entry for entry in docket.week.entries if entry.kind is Kind.LAB_IN_PERSON]
        if labs and self.stage.chance(90):
            witness(actor, docket.enrollment, docket.week.monday, Kind.LAB_IN_PERSON)

    def _approve_firm(self, employer: Employer) -> None:
        assert employer.supervisor is not None
        actor = self.stage.actor(employer.supervisor)
        parts = self._waiting(actor, Route.WORKPLACE)
        dockets = dockets_of(parts) if parts else {}
        for part in parts:
            docket = dockets[part.week_sheet_id]
            approve_part(actor, part, note=NOTE if docket.week.verdict.needs_note else "", docket=docket)

    def _waiting(self, actor: Actor, route: Route) -> list[SheetPart]:
        """The parts that wait for this approver."""
        statement = select(SheetPart).where(SheetPart.state == State.SUBMITTED, SheetPart.route == route)
        statement = statement.join(WeekSheet, WeekSheet.id == SheetPart.week_sheet_id).order_by(SheetPart.id)
        return list(session.scalars(scoped(statement, actor, Action.HOURS_APPROVE, on=SheetPart)))


def round_to_step(minutes: int) -> int:
    """To the nearest quarter of an hour."""
    return (minutes + STEP // 2) // STEP * STEP
