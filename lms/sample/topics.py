"""Sample topics: what the sample firms and the region ask for, who stands behind it, and what became of it.

A draft of version 2 takes one up; the region's first one is declined with a reason, its second one is open.
"""

from functools import partial

from lms.hub.catalog import editing
from lms.hub.catalog.services import start_draft
from lms.interop.curriculum_export import curriculum_of
from lms.sample.stage import Employer, Stage
from lms.topics.models import Topic, TopicDecided
from lms.topics.services import decide_topic, endorse_for_region, endorse_topic, propose_for_region, propose_topic

# Week, title, course, reason, how many other firms endorse it. All invented.
ASKED = (
    (
        12,
        "Vision sensors for part presence",
        "ROB",
        "Every new cell comes with cameras that nobody can set up.",
        4,
    ),
    (14, "Reading OPC UA from older controllers", "AUT", "Half of our presses have controllers without a network.", 3),
    (
        15,
        "Tool wear from spindle load",
        "MAC",
        "We change tools by feeling; the load is on the screen.",
        1,
    ),
    (17, "Hand-over between shifts", "LS", "The same fault is looked for twice because nobody writes it down.", 5),
)
# The same of the region; the first is decided in the week after the firms' one.
ASKED_BY_REGION = (
    (13, "Reading a power bill", "OM", "Small firms ask what a peak costs before they buy a machine.", 3),
    (22, "Safe work beside collaborative robots", "ROB", "Eleven firms buy their first one this year.", 2),
)
DECISION_WEEK = 20
VISION = {
    "code": "ROB6",
    "title": "Vision sensors: set-up and lighting (sample)",
    "modality": "simulation",
    "weeks": [33, 36],
    "minutes_a_week": 30,
    "item": [
        {"title": "Part presence with one camera (sample)", "kind": "simulation", "minutes": 60, "completion": "mark",
         "url": "https://example.org/vision"},
    ],
}  # fmt: skip


class TopicsPart:
    """Proposals, endorsements, one decision and the draft on the timeline."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.topics: dict[str, Topic] = {}

    def plan(self) -> None:
        """From the first proposal to the decision."""
        stage = self.stage
        employers = list(stage.employers)
        for place, (week, title, course, reason, others) in enumerate(ASKED):
            propose = partial(self._propose, employers[place], title, course, reason)
            stage.timeline.at(stage.instant(week, 2, 10), propose)
            self._endorsements(
                week, title, [employers[(place + 1 + number) % len(employers)] for number in range(others)]
            )
        for place, (week, title, course, reason, others) in enumerate(ASKED_BY_REGION):
            stage.timeline.at(stage.instant(week, 2, 14), partial(self._propose_for_region, title, course, reason))
            self._endorsements(week, title, employers[6 + 5 * place : 6 + 5 * place + others])
        stage.timeline.at(stage.instant(16, 4, 10), partial(self._endorse_for_region, ASKED[0][1]))
        stage.timeline.at(stage.instant(DECISION_WEEK, 1, 11), self._decide)
        stage.timeline.at(stage.instant(DECISION_WEEK + 1, 1, 11), self._decline)

    def _endorsements(self, week: int, title: str, employers: list[Employer]) -> None:
        """One firm an hour, in the week after the proposal."""
        for number, firm in enumerate(employers):
            instant = self.stage.instant(week + 1, 3, 9 + number)
            self.stage.timeline.at(instant, partial(self._endorse, firm, title))

    def _propose(self, employer: Employer, title: str, course: str, reason: str) -> None:
        actor = self.stage.actor(employer.sponsor)
        self.topics[title] = propose_topic(actor, employer.firm, self.stage.program, title, reason, course)

    def _endorse(self, employer: Employer, title: str) -> None:
        endorse_topic(self.stage.actor(employer.sponsor), employer.firm, self.topics[title])

    def _propose_for_region(self, title: str, course: str, reason: str) -> None:
        stage = self.stage
        actor = stage.actor(stage.integrator)
        self.topics[title] = propose_for_region(actor, stage.region, stage.program, title, reason, course)

    def _endorse_for_region(self, title: str) -> None:
        endorse_for_region(self.stage.actor(self.stage.integrator), self.stage.region, self.topics[title])

    def _decide(self) -> None:
        actor = self.stage.actor(self.stage.admin)
        document = editing.added(
            editing.document_of(curriculum_of(self.stage.version)), ["course", "ROB", "unit"], VISION
        )
        draft = start_draft(actor, self.stage.program, editing.curriculum_in(document))
        reason = "Four firms and several capstones ask for it; it fits into the second half of the spoke."
        decide_topic(actor, self.topics[ASKED[0][1]], TopicDecided.ACCEPTED, draft, reason)

    def _decline(self) -> None:
        actor = self.stage.actor(self.stage.admin)
        reason = "Operations management has it in week 36 already; we sent the region's firms that unit."
        decide_topic(actor, self.topics[ASKED_BY_REGION[0][1]], TopicDecided.DECLINED, None, reason)
