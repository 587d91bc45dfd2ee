"""Before the first day: program, sites, people, firms, the cohort and its enrollments."""

from datetime import date, time, timedelta
from pathlib import Path

from lms.hub.calendar.services.sessions import Wanted, schedule_weekly
from lms.hub.catalog.kinds import CourseKind, Kind
from lms.hub.catalog.queries import catalog_of
from lms.hub.cohorts.models import BreakKind
from lms.hub.cohorts.services import add_break, open_cohort, open_section
from lms.hub.coursework.setting import resolve_deadlines
from lms.hub.enrollment.kinds import Payer, Shift, Status, StatusReason
from lms.hub.enrollment.services import apply, change_status, employ, sponsor
from lms.hub.roster.services.integrators import appoint_integrator
from lms.interop.curriculum_import import import_curriculum
from lms.people.access import SYSTEM, Actor, Anchor, Relation
from lms.people.accounts.models import Person
from lms.people.accounts.services import add_person
from lms.people.grants.services import appoint
from lms.people.orgs.services import SiteTerms, open_firm, open_region, open_site
from lms.sample import names
from lms.sample.stage import PILOT_WEEKS, ZONE, Employer, Learner, Room, Stage

CURRICULUM = Path(__file__).parent / "curriculum.toml"
COHORT = "First cohort (sample)"
BREAK_WEEK = 21
TUITION_MINOR = 1_400_000
FIRM_PART_MINOR = 500_000
SUPERVISED_FIRMS = 12  # the first ones have a supervisor who signs; elsewhere the instructor does
SHIFTS = (Shift.DAY, Shift.DAY, Shift.EVENING, Shift.NIGHT, Shift.ROTATING)
SIZES = ("1-49", "50-249", "250-999")
LAB_TIMES = ((5, time(9)), (2, time(18)), (3, time(17)))  # Saturday morning, Wednesday and Thursday evening
LAB_ROOMS = ("Bay 1", "Bay 2", "Controls lab")
NAICS = ("332710", "326199", "333514", "331529", "334513", "311991", "336413", "322211")


class Opening:
    """Plays the weeks before week 1."""

    def __init__(self, stage: Stage, password_hash: str) -> None:
        self.stage = stage
        self.password_hash = password_hash
        self.place = Anchor()
        self.offices: dict[str, Person] = {}

    def found(self) -> None:
        """Program, sites and firms with their people, before anything is taught."""
        self._program()
        self._sites()
        self._region()
        self._employers()
        self.stage.grants_changed()

    def play(self) -> None:
        """The cohort with its sections and students; the clock stands three weeks before week 1."""
        self._cohort()
        self._rooms()
        self._learners()

    def person(self, name: str, *, email: str | None = None, language: str = "en") -> Person:
        """A sample person who can sign in."""
        made = add_person(SYSTEM, self.place, name, email or names.email_of(name), language, is_sample=True)
        made.password_hash = self.password_hash
        return made

    def _program(self) -> None:
        stage = self.stage
        made = import_curriculum(SYSTEM, CURRICULUM, publish=True)
        stage.program, stage.version = made.program, made.version
        stage.catalog = catalog_of(made.version)
        self.place = Anchor(programs=frozenset({made.program.id}))
        stage.admin = self.person(names.ADMIN, email=f"gus@{names.DOMAIN}")
        appoint(SYSTEM, made.program, stage.admin, Relation.PROGRAM_ADMIN, self._since())
        stage.reviewers = [self._staff(name) for name in names.REVIEWERS]
        for person in stage.reviewers:
            appoint(SYSTEM, made.program, person, Relation.REVIEWER, self._since())

    def _since(self) -> date:
        return self.stage.monday(1 - PILOT_WEEKS) - timedelta(days=60)

    def _sites(self) -> None:
        actor, coordinators = self.stage.actor(self.stage.admin), iter(names.COORDINATORS)
        for plan in names.PLACES:
            terms = SiteTerms(self._since(), None, plan.capacity)
            site = open_site(actor, self.place, plan.name, plan.kind, plan.city, plan.state, ZONE, terms)
            self.stage.sites[plan.name] = site
            people = [self._staff(next(coordinators)) for _ in range(plan.coordinators)]
            for person in people:
                appoint(actor, site, person, Relation.COORDINATOR, self._since())
            self.offices[plan.name] = people[0]

    def _region(self) -> None:
        """The region that a workforce integrator looks after; Ohio's site is outside of it."""
        stage = self.stage
        actor = stage.actor(stage.admin)
        stage.region = open_region(actor, self.place, names.REGION, names.REGION_OFFICE, names.REGION_STATES)
        stage.integrator = self._staff(names.INTEGRATOR)
        appoint_integrator(actor, stage.region, stage.integrator.name, stage.integrator.email, self._since())

    def _cohort(self) -> None:
        stage = self.stage
        actor = stage.actor(stage.admin)
        starts_on = stage.week_one + timedelta(days=1)
        stage.cohort = open_cohort(actor, stage.version, COHORT, starts_on, ZONE)
        pause = stage.monday(BREAK_WEEK)
        add_break(actor, stage.cohort, BreakKind.BREAK, pause, pause + timedelta(days=6))

    def _rooms(self) -> None:
        stage, since = self.stage, self.stage.week_one - timedelta(days=30)
        actor = stage.actor(stage.admin)
        instructors = iter(names.INSTRUCTORS)
        for plan in names.PLACES:
            site = stage.sites[plan.name]
            for section in [open_section(actor, stage.cohort, site, name) for name in plan.sections]:
                teacher = self._staff(next(instructors))
                appoint(actor, section, teacher, Relation.INSTRUCTOR, since)
                appoint(actor, section, teacher, Relation.ASSESSOR, since)
                stage.rooms.append(Room(section, site, teacher, self.offices[plan.name]))
        resolve_deadlines(actor, stage.cohort)
        self._labs(actor)
        stage.grants_changed()

    def _labs(self, actor: Actor) -> None:
        """The hub's labs of the plan, each week in every section, one evening or Saturday a section."""
        labs = [unit for tree in self.stage.catalog.courses for unit in tree.units if unit.kind is Kind.LAB_IN_PERSON]
        for number, room in enumerate(self.stage.rooms):
            weekday, starts = LAB_TIMES[number % len(LAB_TIMES)]
            for unit in (unit for unit in labs if unit.course_id in self._hub()):
                ends = time(starts.hour + unit.minutes_a_week // 60, unit.minutes_a_week % 60)
                wanted = Wanted(self.stage.cohort.starts_on, starts, ends, LAB_ROOMS[number % len(LAB_ROOMS)])
                schedule_weekly(actor, room.section, unit, weekday, wanted)

    def _hub(self) -> frozenset[int]:
        return frozenset(tree.course.id for tree in self.stage.catalog.courses if tree.kind is CourseKind.HUB)

    def _staff(self, name: str) -> Person:
        return self.person(name, email=f"{name.split()[0].lower()}@{names.DOMAIN}")

    def _employers(self) -> None:
        stage, since = self.stage, self._since()
        for number in range(len(names.FIRMS)):
            firm = open_firm(
                SYSTEM,
                self.place,
                names.firm_name(number),
                naics=NAICS[number % len(NAICS)],
                size_band=SIZES[number % len(SIZES)],
                is_sample=True,
            )
            cast = {0: ("Dee Brandt", "Finn Walker"), 1: ("Fay Olsen", "Max Tully")}.get(number)
            sponsor_name, finance_name = cast or (names.crowd(200 + number), names.crowd(300 + number))
            people = [
                self.person(name, email=f"{name.split()[0].lower()}@{names.DOMAIN}" if cast else None)
                for name in (sponsor_name, finance_name)
            ]
            appoint(SYSTEM, firm, people[0], Relation.SPONSOR, since)
            appoint(SYSTEM, firm, people[1], Relation.FINANCE, since)
            supervisor = None
            if number < SUPERVISED_FIRMS:
                name = "Sam Ortiz" if number == 0 else names.crowd(400 + number)
                supervisor = self.person(name, email=f"sam@{names.DOMAIN}" if number == 0 else None)
            stage.employers.append(Employer(number, firm, people[0], people[1], supervisor))

    def _learners(self) -> None:
        stage = self.stage
        for number in range(names.STUDENTS):
            room = stage.rooms[number % len(stage.rooms)]
            employer = stage.employers[number % len(stage.employers)]
            if number == 1:  # Eli: another site and another firm than Ada
                room = stage.rooms[5]
            if number == 5:
                room = stage.rooms[1]
            learner = self._learner(number, room, employer)
            stage.learners.append(learner)
            room.learners.append(learner)
            employer.learners.append(learner)
        stage.grants_changed()

    def _learner(self, number: int, room: Room, employer: Employer) -> Learner:
        stage = self.stage
        office = stage.actor(room.coordinator)
        name = {0: "Ada Reyes", 1: "Eli Thorne"}.get(number) or names.crowd(number)
        email = f"{name.split()[0].lower()}@{names.DOMAIN}" if number < 2 else None
        person = self.person(name, email=email, language="es" if number % 9 == 4 else "en")
        first_day = stage.cohort.starts_on
        asked_on = stage.week_one - timedelta(days=21)
        enrollment = apply(office, room.section, person, asked_on)
        for status, days in ((Status.OFFERED, 14), (Status.ENROLLED, 7), (Status.ACTIVE, 0)):
            day = first_day - timedelta(days=days)
            change_status(office, enrollment, status, day, StatusReason.START)
        spell = employ(
            office,
            enrollment,
            employer.firm,
            SHIFTS[number % len(SHIFTS)],
            asked_on,
            supervisor=employer.supervisor,
            pays_release_time=number % 4 != 3,
        )
        sponsor(office, enrollment, Payer.FIRM, FIRM_PART_MINOR, "USD", employer.firm)
        sponsor(office, enrollment, Payer.GRANT, TUITION_MINOR - FIRM_PART_MINOR, "USD")
        random = stage.random
        care, ability = (92, 88) if number < 2 else (random.randint(55, 99), random.randint(50, 97))
        return Learner(number, person, enrollment, room, employer, spell, care, ability)
