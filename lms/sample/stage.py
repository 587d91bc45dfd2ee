"""What the player's parts share: the seed, the clock's week, who acts, the rows that the opening made."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from lms.hub.catalog.models import Program, ProgramVersion
from lms.hub.catalog.queries import Catalog
from lms.hub.cohorts.models import Cohort, Section
from lms.hub.enrollment.models import EmploymentSpell, Enrollment
from lms.kernel import clock
from lms.kernel.weeks import monday_of
from lms.people.access import Actor
from lms.people.accounts.models import Person
from lms.people.grants.queries import grants_of
from lms.people.orgs.models import Firm, Region, Site
from lms.people.scope import policy_day
from lms.sample.timeline import Timeline

WEEKS_LIVED = 26
PILOT_WEEKS = 60  # the pilot cohort began so long before week 1
ZONE = "America/New_York"
ALWAYS_FRESH = datetime(9999, 1, 1, tzinfo=UTC)  # sample people have always just entered their password


@dataclass(slots=True)
class Learner:
    """A sample student. care: how reliably things are done, ability: how well, both of 100.

    lab_weeks: the Mondays of weeks in which the register has hours of theirs.
    """

    number: int
    person: Person
    enrollment: Enrollment
    section: "Room"
    firm: "Employer"
    spell: EmploymentSpell
    care: int
    ability: int
    on_leave: tuple[date, date] | None = None
    left_after: date | None = None
    spoke: str | None = None
    lab_weeks: set[date] = field(default_factory=set)

    def is_away(self, day: date) -> bool:
        """On leave, or gone."""
        away = self.on_leave is not None and self.on_leave[0] <= day <= self.on_leave[1]
        return away or (self.left_after is not None and day > self.left_after)


@dataclass(slots=True)
class Room:
    """A section with its people. registered: cohort week and unit of the labs whose hours the register gives."""

    section: Section
    site: Site
    instructor: Person
    coordinator: Person
    learners: list[Learner] = field(default_factory=list)
    registered: set[tuple[int, str]] = field(default_factory=set)


@dataclass(slots=True)
class Employer:
    """A firm with its people. supervisor: signs capstone hours, where there is one."""

    number: int
    firm: Firm
    sponsor: Person
    finance: Person
    supervisor: Person | None
    learners: list[Learner] = field(default_factory=list)


class Stage:
    """The world while it is played."""

    def __init__(self, now: datetime, seed: int) -> None:
        self.now = now
        self.random = Random(seed)  # noqa: S311 - a sample has to be the same twice, not secret
        self.timeline = Timeline(now)
        self.zone = ZoneInfo(ZONE)
        today = now.astimezone(self.zone).date()
        self.this_monday = monday_of(today)
        self.week_one = self.this_monday - timedelta(weeks=WEEKS_LIVED)
        self.program: Program
        self.version: ProgramVersion
        self.catalog: Catalog
        self.cohort: Cohort
        self.admin: Person
        self.reviewers: list[Person] = []
        self.sites: dict[str, Site] = {}
        self.region: Region
        self.integrator: Person
        self.rooms: list[Room] = []
        self.employers: list[Employer] = []
        self.learners: list[Learner] = []
        self._actors: dict[tuple[int, int], Actor] = {}
        self._changes = 0

    def monday(self, week: int) -> date:
        """The Monday of cohort week `week`."""
        return self.week_one + timedelta(weeks=week - 1)

    def instant(self, week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
        """Local time on a day of a cohort week; weekday 0 is Monday and may run on into later weeks."""
        return self.on(self.monday(week) + timedelta(days=weekday), hour, minute)

    def on(self, day: date, hour: int, minute: int = 0) -> datetime:
        """Local time on a day."""
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)

    def timeline_now(self) -> datetime:
        """The instant that is being played."""
        return clock.now()

    def today(self) -> date:
        """The local day that is being played."""
        return clock.today(ZONE)

    def actor(self, person: Person) -> Actor:
        """`person` with the grants that hold, as if just signed in. One query until grants change."""
        key = (person.id, self._changes)
        if key not in self._actors:
            self._actors[key] = Actor(
                person_id=person.id,
                grants=grants_of(person.id, policy_day()),
                via="cli",
                fresh_until=ALWAYS_FRESH,
                name=person.name,
                language=person.language,
                zone=person.zone,
                person_public_id=person.public_id,
            )
        return self._actors[key]

    def grants_changed(self) -> None:
        """Ask for everybody's grants anew."""
        self._changes += 1

    def chance(self, percent: int) -> bool:
        """True in `percent` of 100 cases."""
        return self.random.randrange(100) < percent

    def key(self) -> str:
        """A UUID as a client would draw it."""
        return str(UUID(int=self.random.getrandbits(128), version=4))
