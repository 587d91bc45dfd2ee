"""Sample leave and withdrawals."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from lms.hub.enrollment.kinds import LeaveKind, StatusReason
from lms.hub.enrollment.services import end_leave, grant_leave, withdraw
from lms.sample.stage import Learner, Stage


@dataclass(frozen=True, slots=True)
class PlannedLeave:
    """Who is away from which cohort week for how many weeks."""

    learner: int
    week: int
    weeks: int
    kind: LeaveKind
    note: str


LEAVES = (
    PlannedLeave(10, 7, 3, LeaveKind.FAMILY, "Newborn at home."),
    PlannedLeave(23, 12, 2, LeaveKind.MEDICAL, "Surgery on the hand."),
    PlannedLeave(38, 18, 4, LeaveKind.MILITARY, "Annual training and orders."),
    PlannedLeave(51, 22, 2, LeaveKind.WORK, "Plant start-up in another state."),
    PlannedLeave(66, 26, 3, LeaveKind.FAMILY, "Caring for a parent."),
)
WITHDRAWALS = ((29, 8, StatusReason.LEFT_FIRM), (57, 15, StatusReason.FAMILY))  # learner, week, why


class AbsencesPart:
    """Leave and withdrawals on the timeline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def plan(self) -> None:
        """Who is away is known to the other parts from the start; it is recorded when it happens."""
        stage = self.stage
        for planned in LEAVES:
            learner = stage.learners[planned.learner]
            first = stage.monday(planned.week)
            learner.on_leave = (first, first + timedelta(days=7 * planned.weeks - 1))
            stage.timeline.at(stage.on(first - timedelta(days=5), 11), partial(self._leave, learner, planned))
            stage.timeline.at(stage.on(learner.on_leave[1], 16), partial(self._back, learner))
        for number, week, reason in WITHDRAWALS:
            learner = stage.learners[number]
            learner.left_after = stage.monday(week) + timedelta(days=4)
            stage.timeline.at(stage.on(learner.left_after, 15), partial(self._withdraw, learner, reason))

    def _leave(self, learner: Learner, planned: PlannedLeave) -> None:
        assert learner.on_leave is not None
        office = self.stage.actor(learner.section.coordinator)
        grant_leave(office, learner.enrollment, planned.kind, *learner.on_leave, planned.note)

    def _back(self, learner: Learner) -> None:
        assert learner.on_leave is not None
        office = self.stage.actor(learner.section.coordinator)
        end_leave(office, learner.enrollment, learner.on_leave[1] + timedelta(days=1))

    def _withdraw(self, learner: Learner, reason: StatusReason) -> None:
        assert learner.left_after is not None
        office = self.stage.actor(learner.section.coordinator)
        withdraw(office, learner.enrollment, learner.left_after, reason)
