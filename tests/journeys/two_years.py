"""Two years of the named cast, played week by week through the product's own commands by one seeded die.

Dated deeds are scripted in `test_two_years`, so that each kind happens; hours, work and grades of every week are drawn.
A deed that a rule refuses (a student on leave cannot hand in, say) is counted and left, as in life.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import uuid4

import time_machine
from sqlalchemy import select

from lms.hub.calendar.kinds import Push
from lms.hub.calendar.models import BreakPlan
from lms.hub.calendar.services.breaks import WantedBreak, apply_break, draw_break, undo_break
from lms.hub.catalog import editing
from lms.hub.catalog.kinds import Kind
from lms.hub.catalog.models import Course, Program, ProgramVersion, Unit
from lms.hub.catalog.services import add_part, publish_version, remove_part, start_draft
from lms.hub.cohorts.kinds import BreakKind
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.cohorts.services import open_cohort, open_section
from lms.hub.coursework.kinds import ExtensionReason
from lms.hub.coursework.models import Submission
from lms.hub.coursework.queries import Work, list_work
from lms.hub.coursework.rules import Window
from lms.hub.coursework.services import submit
from lms.hub.coursework.setting import extend, lift_extension, move_deadline, resolve_deadlines
from lms.hub.enrollment.models import Enrollment, Placement
from lms.hub.enrollment.queries import planned_courses, standing
from lms.hub.enrollment.rules import at_or_none
from lms.hub.grading.queries import Written, find_marking
from lms.hub.grading.services.releases import release
from lms.hub.grading.services.scores import post_score
from lms.hub.hours.models import SheetPart, WeekSheet
from lms.hub.hours.rules.sheet import Route, State
from lms.hub.hours.services.decisions import approve_part, return_part
from lms.hub.hours.services.entries import Hours, log_hours
from lms.hub.hours.services.office import Correction, confirm_adjustment, propose_adjustment
from lms.hub.hours.services.sheets import submit_sheet
from lms.hub.migration.services import migrate
from lms.interop.curriculum_export import curriculum_of
from lms.kernel.db import session, transaction
from lms.kernel.errors import Conflict, NotAllowed, NotFound, RuleBroken
from lms.people.access import SYSTEM, Action, Actor, Relation
from lms.people.grants.services import hold
from lms.people.orgs.models import Site
from lms.people.scope import unscoped
from lms.spokes.models import SpokeChoice
from lms.spokes.services import choose_spoke, decline_choice, give_spoke, offer_spoke
from tests.hub.coursework.made import plan, set_work
from tests.journeys.shown import Asked
from tests.support.cast import WEEK_ONE
from tests.support.web import World

OFFICE = {"Lowell": "Cleo", "Providence": "Ivo"}
TEACHER = {"Lowell": "Ben", "Providence": "Hana"}
LEVELS = [{"points": 100, "text": "Good"}, {"points": 0, "text": "Not there"}]
SPOKE = {
    "code": "WLD", "slug": "welding", "name": "Welding", "kind": "spoke", "summary": "Welding.", "pass_percent": 70,
    "unit": [{"code": "WLD-1", "title": "Welding", "modality": "lab_in_person", "weeks": [5, 40],
              "minutes_a_week": 120}],
}  # fmt: skip
Deed = Callable[[], object]


class TwoYears:
    """The story so far: what time it is, who studies where, what was done and what was refused."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.die = world, Random(seed)
        self.moment = datetime.combine(WEEK_ONE, time(13), tzinfo=UTC)
        self.of = {name: world.enrollment(name) for name in ("Ada", "Zoe", "Eli")}
        self.enrollments = list(self.of.values())
        self.studying, self.joined = list(self.of), set[str]()
        self.cohorts = [world.one(Cohort)]
        self.versions = {1: world.one(ProgramVersion)}
        self.done: Counter[str] = Counter()
        self.refused: dict[str, str] = {}
        self.looks = 0
        self.plans: list[BreakPlan] = []
        self.handed_in: list[tuple[str, Submission]] = []
        self.extended: list[tuple[str, Work]] = []

    @property
    def today(self) -> date:
        return self.moment.date()

    def actor(self, name: str) -> Actor:
        return self.world.actor(name)

    def site(self, name: str) -> str:
        """Where the student is taught today; inside a transaction."""
        place = at_or_none(standing(Placement, self.of[name]), self.today)
        sites = select(Site.name).where(Site.id == (place.site_id if place else 0))
        return session.scalars(unscoped(sites, "test")).one_or_none() or "Lowell"

    def office(self, name: str) -> Actor:
        return self.actor(OFFICE[self.site(name)])

    def do(self, deed: Deed, what: str = "") -> bool:
        """One deed, some minutes after the last one, in its own transaction; False if a rule refused it."""
        self.moment += timedelta(minutes=self.die.randrange(3, 15), seconds=self.die.randrange(60))
        name = what or getattr(deed, "__name__", "deed")
        with time_machine.travel(self.moment, tick=False):
            try:
                with transaction():
                    deed()
            except (RuleBroken, Conflict, NotFound, NotAllowed) as broken:
                self.refused[name] = f"{self.moment:%Y-%m-%d} {type(broken).__name__}: {broken}"
                return False
        self.done[name] += 1
        return True

    def until(self, week: int, weekday: int = 0) -> None:
        """Go on to a day of a week at 14:00 UTC, if that is still to come."""
        day = WEEK_ONE + timedelta(weeks=week, days=weekday)
        then = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
        self.moment = max(self.moment, then)

    def asked(self) -> Asked:
        """What a checkpoint looks at: everybody, one student closely, and two gradebooks; inside a transaction."""
        courses = self.world.all(Course, code="PC")
        books = []
        for cohort in self.cohorts[-1:]:
            lived = {cohort.program_version_id, *self._lived(cohort)}
            own = [course for course in courses if course.program_version_id in lived]
            sections = self.world.all(Section, cohort_id=cohort.id)
            books += [(section.public_id, self.die.choice(own).public_id) for section in sections]
        self.looks += 1
        cohorts = self.cohorts if self.looks % 3 == 0 else self.cohorts[-1:]
        closely = self.die.choice(self.enrollments)
        return Asked(tuple(cohorts), tuple(self.enrollments), closely, tuple(books), self.looks)

    def _lived(self, cohort: Cohort) -> set[int]:
        mine = [one for one in self.enrollments if one.cohort_id == cohort.id]
        return {course.program_version_id for courses in planned_courses(mine).values() for course in courses}

    # What is drawn in every week

    def week(self, number: int) -> None:
        """The hours of last week, and some work and grades, of whoever feels like it."""
        for name in self.studying:
            if self.die.random() < 0.2:
                self.hours(name, WEEK_ONE + timedelta(weeks=number - 1))
            if self.die.random() < 0.3:
                self.do(lambda name=name: self.hand_in(name), "hand_in")
        if self.handed_in and self.die.random() < 0.6:
            self.do(self.grade, "grade")
        if self.die.random() < 0.3:
            self.do(self.more_time, "extension")

    def hours(self, name: str, monday: date) -> None:
        """A week is logged, handed in, and approved, returned or left; some are adjusted months later."""
        for weekday in self.die.sample(range(5), 2):
            minutes, day = self.die.randrange(15, 240, 15), monday + timedelta(days=weekday)
            self.do(lambda day=day, minutes=minutes: self._log(name, day, minutes), "hours logged")
        if name == "Ada" and self.die.random() < 0.5:
            said = f"Measured at the line, week of {monday}"
            hours = Hours(day=monday + timedelta(days=4), minutes=60, kind=Kind.CAPSTONE_ONSITE, comment=said)
            self.do(lambda: log_hours(self.actor(name), self.of[name], hours, str(uuid4())), "capstone hours logged")
        if not self.do(lambda: submit_sheet(self.actor(name), self.of[name], monday), "week handed in"):
            return
        luck = self.die.random()
        if luck < 0.25:
            self.do(lambda: self._decide(name, monday, is_fine=False), "week returned")
            self.do(lambda: self._log(name, monday + timedelta(days=5), 30), "hours logged again")
            self.do(lambda: submit_sheet(self.actor(name), self.of[name], monday), "week handed in again")
        if luck < 0.85:
            self.do(lambda: self._decide(name, monday, is_fine=True), "week approved")
        if luck < 0.35:
            correction = Correction(
                day=monday + timedelta(days=1), minutes=self.die.choice([-15, 20]), kind=Kind.LECTURE_ONLINE
            )
            self.do(
                lambda: self._adjust(name, correction),
                "hours adjusted",
            )

    def _adjust(self, name: str, correction: Correction) -> None:
        proposal = propose_adjustment(self.office(name), self.of[name], correction, "The log of the room says so.")
        confirm_adjustment(self.actor(TEACHER[self.site(name)]), proposal)

    def _log(self, name: str, day: date, minutes: int) -> None:
        units = select(Unit).join(Course, Course.id == Unit.course_id).where(Course.code == "PC")
        bound = planned_courses(self.of[name])[self.of[name].id][0].program_version_id
        unit = session.scalars(units.where(Course.program_version_id == bound)).one()
        hours = Hours(day=day, minutes=minutes, unit=unit.public_id)
        log_hours(self.actor(name), self.of[name], hours, str(uuid4()))

    def _decide(self, name: str, monday: date, *, is_fine: bool) -> None:
        sheet = select(WeekSheet.id).where(WeekSheet.enrollment_id == self.of[name].id, WeekSheet.monday == monday)
        parts = session.scalars(unscoped(select(SheetPart).where(SheetPart.week_sheet_id.in_(sheet)), "test")).all()
        for part in parts:
            by = self.actor(TEACHER[self.site(name)] if part.route is Route.SECTION else "Sam")
            if is_fine and part.state is State.SUBMITTED:
                approve_part(by, part, note="Seen and fine.")
            elif not is_fine and part.route is Route.SECTION:
                return_part(by, part, "Which machine was it?")

    def _some_work(self, name: str) -> Work:
        works = [work for work in list_work(self.of[name]) if work.window(self.moment) is not Window.CLOSED]
        if not works:
            raise NotFound()
        return works[0]

    def hand_in(self, name: str) -> None:
        """An attempt at what is due next, or late."""
        work = self._some_work(name)
        made = submit(self.actor(name), self.of[name], work, "What I measured.", None, uuid4().hex)
        self.handed_in.append((name, made))

    def grade(self) -> None:
        """Points for something that was handed in, or other points with a reason; most are shown at once."""
        name, submission = self.die.choice(self.handed_in[-6:])
        teacher = self.actor(TEACHER[self.site(name)])
        marking = find_marking(teacher, Action.SCORE_WRITE, submission.public_id)
        is_again = marking.score is not None
        points, comments = self.die.randrange(3_000, 10_000, 250), {"": f"Read on {self.today}."}
        marks = {criterion.code: points for criterion in marking.criteria}
        written = Written(marks, None if marks else points, comments)
        reason = "I had overlooked a page." if is_again else ""
        post_score(teacher, marking.enrollment, marking, written, marking.token, reason)
        self.done["regraded"] += is_again
        if self.die.random() < 0.7:
            release(teacher, marking.enrollment, find_marking(teacher, Action.SCORE_WRITE, submission.public_id))
            self.done["released"] += 1

    def more_time(self) -> None:
        """More time for one student, taken back now and then, or for a whole section."""
        if self.extended and self.die.random() < 0.4:
            name, work = self.extended.pop()
            teacher = self.actor(TEACHER[self.site(name)])
            lift_extension(teacher, self.of[name], work.activity, "The machine was free after all.")
            self.done["extension lifted"] += 1
            return
        name = self.die.choice(self.studying)
        work, teacher = self._some_work(name), self.actor(TEACHER[self.site(name)])
        until = work.due.at + timedelta(days=self.die.randrange(2, 8))
        if self.die.random() < 0.3:
            section = session.scalars(unscoped(select(Section).where(Section.id == work.section_id), "test")).one()
            move_deadline(teacher, section, work.activity, until)
            self.done["section deadline"] += 1
        else:
            extend(teacher, self.of[name], work.activity, until, ExtensionReason.EQUIPMENT, "The machine was down.")
            self.extended.append((name, work))

    # What the script says

    def set_work(self) -> None:
        """Four reports over the year in version 1, and spokes to choose."""
        plans = [plan(f"PC-A{number}", week=week) for number, week in enumerate((3, 8, 14, 22), 1)]
        with time_machine.travel(self.moment, tick=False):
            set_work(self.world, *plans)

    def version(self, number: int, change: Callable[[ProgramVersion], object]) -> None:
        """The next version, drafted from the one before, changed and published."""
        document = editing.document_of(curriculum_of(self.versions[number - 1]))
        if number == 2:  # in the cast's version the capstone stands as a course, and nothing has a rubric
            for report in editing.part_at(document, ["course", "PC"])["activity"]:
                report["criterion"] = [{"title": "All", "levels": LEVELS}]
            capstone = {"kind": "capstone", "title": "Capstone", "course": "CAP"}
            document = editing.replaced(document, ["need", "2"], capstone)
        draft = start_draft(SYSTEM, self.world.one(Program), editing.curriculum_in(document))
        change(draft)
        self.versions[number] = publish_version(SYSTEM, draft)

    def version_2(self) -> None:
        """Version 2: welding comes, and a fifth report."""

        def change(draft: ProgramVersion) -> None:
            add_part(SYSTEM, draft, ["course"], SPOKE)
            report = {
                "code": "PC-A5", "title": "Fifth report", "kind": "lab", "week": 26, "brief": "Measure again.",
                "criterion": [{"title": "All", "levels": LEVELS}],
            }  # fmt: skip
            add_part(SYSTEM, draft, ["course", "PC", "activity"], report)

        self.version(2, change)

    def version_3(self) -> None:
        """Version 3: robotics goes."""
        self.version(3, lambda draft: remove_part(SYSTEM, draft, ["course", "ROB"]))

    def migrate(self, name: str, number: int) -> None:
        migrate(self.office(name), self.of[name], self.versions[number], "The new version has what you asked for.")

    def offer(self, code: str) -> None:
        cohort = self.cohorts[-1]
        spokes = select(Course).where(Course.program_version_id == cohort.program_version_id, Course.code == code)
        for site in self.world.all(Site):
            offer_spoke(self.actor("Gus"), cohort, site, session.scalars(spokes).one(), 5)

    def choose(self, name: str, code: str) -> None:
        cohort = next(one for one in self.cohorts if one.id == self.of[name].cohort_id)
        of_version = Course.program_version_id == cohort.program_version_id
        spoke = session.scalars(select(Course.id).where(of_version, Course.code == code)).one()
        choose_spoke(self.actor(name), self.of[name], [spoke])

    def answer(self, name: str, *, is_given: bool) -> None:
        choice = standing(SpokeChoice, self.of[name])[-1]
        if is_given:
            spoke = session.scalars(select(Course).where(Course.id == choice.ranking[0])).one()
            give_spoke(self.office(name), self.of[name], choice, spoke)
        else:
            decline_choice(self.office(name), self.of[name], choice, "The bay is closed this month.")

    def closed(self, week: int, days: int, site: str = "") -> None:
        """Days without teaching in a week of the first cohort, or of the last one, previewed and applied."""
        cohort, first = self.cohorts[-1], WEEK_ONE + timedelta(weeks=week, days=2)
        place = self.world.one(Site, name=site) if site else None
        wanted = WantedBreak(BreakKind.CLOSURE, first, first + timedelta(days=days), place, Push.NEXT_DAY, "Snow")
        drawn = draw_break(self.actor("Gus"), cohort, wanted)
        self.plans.append(apply_break(self.actor("Gus"), drawn))

    def open_again(self) -> None:
        """The last closure is undone."""
        undo_break(self.actor("Gus"), session.get_one(BreakPlan, self.plans[-1].id))

    def second_cohort(self) -> None:
        """The next year's cohort lives version 3, at the same two sites, under the same two instructors."""
        gus, starts_on = self.actor("Gus"), self.today + timedelta(days=14)
        starts_on -= timedelta(days=starts_on.weekday())
        cohort = open_cohort(gus, self.versions[3], "Fall 2027 (sample)", starts_on, "America/New_York")
        self.cohorts.append(cohort)
        for name, teacher in TEACHER.items():
            section = open_section(gus, cohort, self.world.one(Site, name=name), f"{name} 2027")
            hold(self.world.person(teacher).id, Relation.INSTRUCTOR, section.id, self.today, None)
        resolve_deadlines(SYSTEM, cohort)

    def joins(self, name: str, enrollment: Enrollment) -> None:
        """From now on this is the enrollment that `name` studies in."""
        self.of[name] = enrollment
        self.joined.add(name)
        self.studying = sorted(self.joined)
        self.enrollments.append(enrollment)

    def section(self, name: str) -> Section:
        return self.world.one(Section, name=name)
