"""Sample spokes: offered per site, ranked by the students, given by the coordinators."""

from datetime import timedelta
from functools import partial

from lms.hub.catalog.models import Course
from lms.sample.coursework import CourseworkPart
from lms.sample.stage import Learner, Stage
from lms.spokes.models import SpokeChoice
from lms.spokes.services import choose_spoke, decline_choice, first_free, give_spoke, offer_spoke

OFFERED = {  # every site has some of the six
    "UMass Lowell": ("ROB", "AUT", "DIG", "MEC"),
    "Cape Cod Community College": ("MEC", "DES", "DIG"),
    "Ohio State University": ("ROB", "MAC", "DIG", "AUT"),
    "Community College of Rhode Island": ("MAC", "MEC", "DES"),
    "Connecticut Center for Advanced Technology": ("MAC", "ROB", "AUT"),
    "Berkshire Innovation Center": ("DES", "DIG", "MEC"),
}
SEATS = 6
OFFER_WEEK, FIRST_WEEK, DECISION_WEEK, START_WEEK = 9, 10, 16, 20


class SpokesPart:
    """Offers, choices and decisions on the timeline."""

    def __init__(self, stage: Stage, coursework: CourseworkPart) -> None:
        self.stage, self.coursework = stage, coursework
        self.courses: dict[str, Course] = {t.code: t.course for t in stage.catalog.courses if t.kind == "spoke"}

    def plan(self) -> None:
        """From the offer in week 9 to the last decision in week 16."""
        stage = self.stage
        stage.timeline.at(stage.instant(OFFER_WEEK, 0, 9), self._offer)
        for learner in stage.learners:
            week, weekday = FIRST_WEEK + learner.number % 5, learner.number % 6
            stage.timeline.at(stage.instant(week, weekday, 18, learner.number % 60), partial(self._choose, learner))
        for code in self.courses:
            at = stage.instant(START_WEEK, 0, 8)
            stage.timeline.at(at, partial(self.coursework.plan_spoke, code))

    def _offer(self) -> None:
        stage = self.stage
        actor = stage.actor(stage.admin)
        sites = {room.site.id: room.site for room in stage.rooms}
        for site in sites.values():
            for code in OFFERED[site.name]:
                offer_spoke(actor, stage.cohort, site, self.courses[code], SEATS)

    def _choose(self, learner: Learner) -> None:
        stage = self.stage
        if learner.is_away(stage.today()):
            at = stage.on(learner.on_leave[1] + timedelta(days=2), 18) if learner.on_leave else None
            if at:
                stage.timeline.at(at, partial(self._choose, learner))
            return
        codes = list(OFFERED[learner.section.site.name])
        stage.random.shuffle(codes)
        ranking = [self.courses[code].id for code in codes[:3]]
        choice = choose_spoke(stage.actor(learner.person), learner.enrollment, ranking)
        decided_at = max(stage.timeline_now() + timedelta(days=4), stage.instant(FIRST_WEEK + 2, 2, 10))
        if learner.number % 24 == 7:
            stage.timeline.at(decided_at, partial(self._decline, learner, choice))
        else:
            stage.timeline.at(decided_at, partial(self._give, learner, choice))

    def _decline(self, learner: Learner, choice: SpokeChoice) -> None:
        stage = self.stage
        decline_choice(
            stage.actor(learner.section.coordinator),
            learner.enrollment,
            choice,
            "Your firm has no machines for your first choice. Please talk with your sponsor and rank again.",
        )
        stage.timeline.at(stage.timeline_now() + timedelta(days=3), partial(self._choose_again, learner))

    def _choose_again(self, learner: Learner) -> None:
        stage = self.stage
        ranking = [self.courses[code].id for code in OFFERED[learner.section.site.name][:3]]
        choice = choose_spoke(stage.actor(learner.person), learner.enrollment, ranking)
        stage.timeline.at(stage.timeline_now() + timedelta(days=2), partial(self._give, learner, choice))

    def _give(self, learner: Learner, choice: SpokeChoice) -> None:
        stage = self.stage
        spoke_id = first_free(choice.ranking, stage.cohort, learner.section.site.id, stage.today())
        if spoke_id is None or learner.is_away(stage.today()):
            return
        spoke = next(course for course in self.courses.values() if course.id == spoke_id)
        give_spoke(stage.actor(learner.section.coordinator), learner.enrollment, choice, spoke)
        learner.spoke = spoke.code
