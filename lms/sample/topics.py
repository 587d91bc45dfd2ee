"""Sample topics: what the sample firms ask for, who stands behind it, and a draft of version 2 that takes one up."""

from functools import partial

from lms.hub.catalog import editing
from lms.hub.catalog.services import start_draft
from lms.interop.curriculum_export import curriculum_of
from lms.sample.stage import Employer, Stage
from lms.topics.models import Topic, TopicDecided
from lms.topics.services import decide_topic, endorse_topic, propose_topic

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
        self.topics: list[Topic] = []

    def plan(self) -> None:
        """From the first proposal to the decision."""
        stage = self.stage
        employers = list(stage.employers)
        for place, (week, title, course, reason, others) in enumerate(ASKED):
            propose = partial(self._propose, employers[place], title, course, reason)
            stage.timeline.at(stage.instant(week, 2, 10), propose)
            for number in range(others):
                firm = employers[(place + 1 + number) % len(employers)]
                stage.timeline.at(stage.instant(week + 1, 3, 9 + number), partial(self._endorse, firm, place))
        stage.timeline.at(stage.instant(DECISION_WEEK, 1, 11), self._decide)

    def _propose(self, employer: Employer, title: str, course: str, reason: str) -> None:
        actor = self.stage.actor(employer.sponsor)
        self.topics.append(propose_topic(actor, employer.firm, self.stage.program, title, reason, course))

    def _endorse(self, employer: Employer, place: int) -> None:
        endorse_topic(self.stage.actor(employer.sponsor), employer.firm, self.topics[place])

    def _decide(self) -> None:
        actor = self.stage.actor(self.stage.admin)
        document = editing.added(
            editing.document_of(curriculum_of(self.stage.version)), ["course", "ROB", "unit"], VISION
        )
        draft = start_draft(actor, self.stage.program, editing.curriculum_in(document))
        reason = "Four firms and several capstones ask for it; it fits into the second half of the spoke."
        decide_topic(actor, self.topics[0], TopicDecided.ACCEPTED, draft, reason)
