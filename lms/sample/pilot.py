"""The sample pilot: two students a year earlier, so that savings had their twelve months (V4): one lasts, one lapsed.

Only what their capstones need was recorded here; their hours and coursework were kept on paper.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from lms.capstone.projects.models import WageSource
from lms.capstone.projects.services import Terms, charter
from lms.capstone.savings.services.costs import post_tuition
from lms.hub.cohorts.services import open_cohort, open_section
from lms.hub.enrollment.kinds import Payer, Shift, Status, StatusReason
from lms.hub.enrollment.services import apply, change_status, employ, sponsor
from lms.people.access import Relation
from lms.people.accounts.models import Person
from lms.people.grants.services import appoint
from lms.sample import names
from lms.sample.capstones import CapstonesPart, Play, Recommendation
from lms.sample.ideas import IDEAS
from lms.sample.opening import FIRM_PART_MINOR, Opening
from lms.sample.reviews import judged_after_year, realized, reviewed
from lms.sample.stage import PILOT_WEEKS, ZONE, Learner, Room, Stage

COHORT = "Pilot cohort (sample)"
SITE = "Berkshire Innovation Center"
GO_LIVE_WEEK = 18
JUDGED_WEEK = 20  # of the cohort that followed
# Firm, what it is about, cost and saving in whole dollars, percent realized. Invented, unlike the 30 of the cohort.
STORIES = ((0, "EC", 2, 2_900, 8_400, 97), (1, "R4", 0, 1_200, 5_600, 55))
PASS = 80


@dataclass(slots=True)
class Story:
    """One finished project."""

    play: Play
    percent: int


class PilotPart:
    """The pilot's own year, and what was said about its savings afterwards."""

    def __init__(self, stage: Stage, opening: Opening, capstones: CapstonesPart) -> None:
        self.stage, self.opening, self.capstones = stage, opening, capstones
        self.room: Room
        self.stories: list[Story] = []

    def plan(self) -> None:
        """From the opening of the pilot to go-live and verification."""
        stage = self.stage
        stage.timeline.at(stage.on(self._day(-2, 0), 9), self._open)
        for week, deed in (
            (6, self._propose), (7, self._charter), (8, self._measure), (9, self._lock), (10, self._begin),
            (GO_LIVE_WEEK, self._go_live), (GO_LIVE_WEEK + 1, self._cost), (GO_LIVE_WEEK + 3, self._claim),
            (GO_LIVE_WEEK + 4, self._report), (GO_LIVE_WEEK + 6, self._verify), (GO_LIVE_WEEK + 9, self._review),
            (GO_LIVE_WEEK + 26, self._realize), (50, self._report_out), (53, self._complete),
        ):  # fmt: skip
            stage.timeline.at(stage.on(self._day(week, 1), 14), deed)

    def plan_after(self) -> None:
        """The last months and the judgment, while the next cohort is at work."""
        self.stage.timeline.at(self.stage.instant(JUDGED_WEEK, 0, 10), self._realize)
        self.stage.timeline.at(self.stage.instant(JUDGED_WEEK, 2, 10), self._judge)

    def _day(self, week: int, weekday: int) -> date:
        return self.stage.monday(week - PILOT_WEEKS) + timedelta(days=weekday)

    def _open(self) -> None:
        stage = self.stage
        admin = stage.actor(stage.admin)
        cohort = open_cohort(admin, stage.version, COHORT, self._day(1, 0), ZONE)
        site, office = stage.sites[SITE], self.opening.offices[SITE]
        section = open_section(admin, cohort, site, "BIC pilot")
        teacher = self.opening.person(names.PILOT_TEACHER)
        appoint(admin, section, teacher, Relation.INSTRUCTOR, stage.today(), self._day(53, 6))
        self.room = Room(section, site, teacher, office)
        stage.grants_changed()
        for number, (name, story) in enumerate(zip(names.PILOT_STUDENTS, STORIES, strict=True)):
            firm, resource, nth, cost, saved, percent = story
            learner = self._learner(number, self.opening.person(name), firm)
            row = Recommendation(f"pilot {number + 1} (invented)", "I", cost, resource, saved)
            idea = IDEAS[resource][nth]
            self.stories.append(Story(Play(3 * number, row, idea, learner, learner.firm), percent))
        stage.grants_changed()

    def _learner(self, number: int, person: Person, firm: int) -> Learner:
        stage, room, employer = self.stage, self.room, self.stage.employers[firm]
        office = stage.actor(room.coordinator)
        today = stage.today()
        enrollment = apply(office, room.section, person, today)
        change_status(office, enrollment, Status.OFFERED, today, StatusReason.START)
        change_status(office, enrollment, Status.ENROLLED, today + timedelta(days=7), StatusReason.START)
        change_status(office, enrollment, Status.ACTIVE, self._day(1, 0), StatusReason.START)
        spell = employ(office, enrollment, employer.firm, Shift.DAY, today, pays_release_time=True)
        sponsor(office, enrollment, Payer.FIRM, FIRM_PART_MINOR, "USD", employer.firm)
        return Learner(900 + number, person, enrollment, room, employer, spell, 90, 85)

    def _each(self, deed: Callable[[Play], None]) -> None:
        for story in self.stories:
            deed(story.play)

    def _propose(self) -> None:
        self._each(self.capstones.propose)
        for story in self.stories:
            story.play.made.source = "Invented, as everything of the pilot"

    def _charter(self) -> None:
        for story in self.stories:
            play = story.play
            terms = Terms(self.room.instructor, play.employer.finance, wage_source=WageSource.FIRM_COUNT)
            charter(self.stage.actor(play.employer.sponsor), play.made, terms)
        self.stage.grants_changed()

    def _measure(self) -> None:
        self._each(self.capstones.measure)

    def _lock(self) -> None:
        self._each(self.capstones.lock)

    def _begin(self) -> None:
        self._each(self.capstones.begin)

    def _go_live(self) -> None:
        self._each(self.capstones.go_live)

    def _cost(self) -> None:
        self._each(self.capstones.implementation_cost)
        for story in self.stories:
            post_tuition(self.stage.actor(self.room.coordinator), story.play.made)

    def _claim(self) -> None:
        self._each(self.capstones.claim)

    def _report(self) -> None:
        self._each(self.capstones.report)

    def _verify(self) -> None:
        self._each(self.capstones.verify)

    def _review(self) -> None:
        for story in self.stories:
            reviewed(self.stage, story.play.made)

    def _realize(self) -> None:
        for story in self.stories:
            realized(self.stage, story.play.made, story.play.employer, story.percent)

    def _report_out(self) -> None:
        self._each(self.capstones.report_out)

    def _complete(self) -> None:
        office = self.stage.actor(self.room.coordinator)
        for story in self.stories:
            change_status(
                office, story.play.learner.enrollment, Status.COMPLETED, self.stage.today(), StatusReason.FINISHED
            )
        self.stage.grants_changed()

    def _judge(self) -> None:
        for story in self.stories:
            judged_after_year(self.stage, story.play.made, story.play.employer, lasts=story.percent >= PASS)
