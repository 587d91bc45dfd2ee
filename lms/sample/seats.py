"""Sample seats: the next cohort, for which two firms named employees; their applications stand in several states."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from lms.hub.cohorts.models import Cohort
from lms.hub.cohorts.services import open_cohort, open_section
from lms.hub.coursework.setting import resolve_deadlines
from lms.hub.enrollment.models import Enrollment
from lms.hub.roster.kinds import Decision, DeclineReason, Skill, SkillLevel
from lms.hub.roster.models.seats import Seat, SeatContract
from lms.hub.roster.rules.applications import Form
from lms.hub.roster.rules.seats import Terms
from lms.hub.roster.services.applications import accept_offer, decide, endorse, send_application
from lms.hub.roster.services.seats import nominate, open_seats
from lms.kernel.db import session
from lms.people.access import Anchor
from lms.people.accounts.models import Person
from lms.people.scope import unscoped
from lms.sample import names
from lms.sample.stage import ZONE, Employer, Stage

COHORT = "Second cohort (sample)"
STARTS_WEEK = 36
OPENED_WEEK = 23
SITE = "UMass Lowell"


@dataclass(frozen=True, slots=True)
class Nominee:
    """Who got a seat of which firm, and how far their application came. months: on a shop floor."""

    firm: int
    name: str
    months: int = 60
    sends: bool = True
    endorsed: bool = True
    decision: Decision | None = None
    accepts: bool = False


NOMINEES = (
    Nominee(0, "Lina Moss", 96, decision=Decision.OFFERED, accepts=True),
    Nominee(0, "Pedro Sandoval", 50),
    Nominee(0, "Kira Bell", sends=False),
    Nominee(1, "Amos Reed", 72, decision=Decision.OFFERED),
    Nominee(1, "Dalia Haas", 40, endorsed=False, decision=Decision.WAITLISTED),
    Nominee(1, "Rory Finch", 8, decision=Decision.DECLINED),
)
MOTIVATION = "I keep the old line running by ear and want to know what the controls really do (sample)."


class SeatsPart:
    """The next cohort's seats and applications on the timeline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.cohort: Cohort
        self.contracts: dict[int, SeatContract] = {}

    def plan(self) -> None:
        """The cohort is opened in week 23; then one nominee a day."""
        stage = self.stage
        stage.timeline.at(stage.instant(OPENED_WEEK, 0, 11), self._open)
        for number, one in enumerate(NOMINEES):
            stage.timeline.at(stage.instant(OPENED_WEEK + 1, number, 11), partial(self._nominate, one))

    def _open(self) -> None:
        stage = self.stage
        admin, site = stage.actor(stage.admin), stage.sites[SITE]
        self.cohort = open_cohort(admin, stage.version, COHORT, stage.monday(STARTS_WEEK), ZONE)
        open_section(admin, self.cohort, site, "Lowell spring")
        resolve_deadlines(admin, self.cohort)
        place = Anchor(seats=frozenset({(site.id, self.cohort.id)}), programs=frozenset({stage.program.id}))
        terms = Terms(4, stage.today(), stage.monday(STARTS_WEEK - 1))
        office = stage.actor(stage.rooms[0].coordinator)
        for number in sorted({one.firm for one in NOMINEES}):
            firm = stage.employers[number].firm
            self.contracts[number] = open_seats(office, place, self.cohort, site, firm, terms)
        stage.grants_changed()

    def _nominate(self, one: Nominee) -> None:
        stage = self.stage
        employer = stage.employers[one.firm]
        seat = nominate(stage.actor(employer.sponsor), self.contracts[one.firm], one.name, names.email_of(one.name))
        stage.grants_changed()
        if one.sends:
            again = stage.timeline_now() + timedelta(days=2)
            stage.timeline.at(again, partial(self._apply, one, seat, employer))

    def _apply(self, one: Nominee, seat: Seat, employer: Employer) -> None:
        """The applicant writes, the sponsor answers, the office decides or not yet."""
        stage = self.stage
        person, enrollment = _of(seat)
        applicant, office = stage.actor(person), stage.actor(stage.rooms[0].coordinator)
        skills = {skill: SkillLevel((number + one.months) % 4) for number, skill in enumerate(Skill)}
        send_application(applicant, enrollment, Form(one.months, "Operator on second shift", MOTIVATION, skills))
        sponsor = stage.actor(employer.sponsor)
        if one.endorsed:
            endorse(sponsor, seat, is_endorsed=True, gives_time=True, words="We free Friday afternoons.", skills=skills)
        if one.decision is Decision.DECLINED:
            note = "Please come back after a year on the floor."
            decide(office, enrollment, one.decision, DeclineReason.EXPERIENCE, note)
        elif one.decision is not None:
            decide(office, enrollment, one.decision)
        if one.accepts:
            accept_offer(applicant, enrollment)
        stage.grants_changed()


def _of(seat: Seat) -> tuple[Person, Enrollment]:
    statement = select(Person, Enrollment).join(Enrollment, Enrollment.person_id == Person.id)
    statement = statement.where(Enrollment.id == seat.enrollment_id)
    person, enrollment = session.execute(unscoped(statement, "the applicant of a sample seat")).one()
    return person, enrollment
