"""Sample office work: competencies, prior learning, credentials, mentors, a leave that waits, an accommodation."""

import io
from datetime import timedelta
from functools import partial
from pathlib import Path

from lms.capstone.mentors.services import assign_mentor
from lms.hub.catalog.kinds import Kind, RequirementKind
from lms.hub.competencies.files import keep_proof
from lms.hub.competencies.kinds import ProofKind
from lms.hub.competencies.queries import lines_of
from lms.hub.competencies.services.frameworks import import_framework
from lms.hub.competencies.services.outside import add_credential, check_credential
from lms.hub.competencies.services.signing import record_evidence, sign_off
from lms.hub.credits.rules import Outcome
from lms.hub.credits.services import ask_credit, creditable, decide_credit, needs_for
from lms.hub.enrollment.kinds import LeaveKind
from lms.hub.enrollment.services.accommodations import Terms, give_accommodation
from lms.hub.enrollment.services.leaves import ask_leave
from lms.people.accounts.models import Person
from lms.sample.stage import WEEKS_LIVED, Learner, Stage
from lms.sample.timeline import Deed
from lms.spokes.drafting import draft_places, mark_need

FRAMEWORK = Path(__file__).with_name("framework.csv")
LEVELS = ("with help", "alone", "teaches others")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SEEN = "Did it at the bench from a cold start, with the checklist of the cell (sample)."
SIGNED = (("LOTO", 2), ("LOOP", 1), ("HANDOVER", 3))
DRAFT_WEEK = 12
LAB_MINUTES = 480


class OfficePart:
    """Deeds of the office and of those who ask it, most at Lowell, where the named coordinator is."""

    def __init__(self, stage: Stage, mentor: Person) -> None:
        self.stage, self.mentor = stage, mentor

    def plan(self) -> None:
        """From the framework in week 2 to the leave that waits today."""
        stage, lowell = self.stage, self.stage.rooms[0].learners
        self._at(2, 0, self._import)
        for number, learner in enumerate([*lowell[:4], *stage.rooms[1].learners[:2]]):
            self._at(14 + number, 2, partial(self._show, learner, number))
        self._at(3, 1, partial(self._mentor, [*lowell[:2], stage.rooms[2].learners[0]]))
        self._at(4, 2, partial(self._credit, lowell[1], Outcome.GRANTED))
        self._at(5, 2, partial(self._credit, lowell[2], Outcome.DECLINED))
        self._at(WEEKS_LIVED, 0, partial(self._credit, lowell[3], None))
        self._at(6, 3, partial(self._credential, lowell[0], is_checked=False))
        self._at(6, 4, partial(self._credential, lowell[4], is_checked=True))
        self._at(2, 3, partial(self._accommodate, lowell[5]))
        self._at(DRAFT_WEEK, 1, self._draft)
        self._at(WEEKS_LIVED, 1, partial(self._ask_leave, lowell[6]))

    def _at(self, week: int, weekday: int, deed: Deed) -> None:
        self.stage.timeline.at(self.stage.instant(week, weekday, 10, 30), deed)

    def _import(self) -> None:
        stage = self.stage
        actor, data = stage.actor(stage.admin), FRAMEWORK.read_bytes()
        import_framework(actor, stage.program, "shop", "Shop-floor competencies (sample)", LEVELS, data)

    def _show(self, learner: Learner, number: int) -> None:
        """What was seen, and for most of it a signature."""
        stage = self.stage
        teacher = stage.actor(learner.section.instructor)
        lines = {line.competency.code: line for line in lines_of([stage.program.id])}
        for place, (code, level) in enumerate(SIGNED[: 1 + number % 3]):
            record_evidence(teacher, learner.enrollment, lines[code], ProofKind.DEMONSTRATION, stage.today(), SEEN)
            if place < 2:
                sign_off(teacher, learner.enrollment, lines[code], level)
        record_evidence(teacher, learner.enrollment, lines["MEASURE"], ProofKind.DEMONSTRATION, stage.today(), SEEN)

    def _mentor(self, learners: list[Learner]) -> None:
        for learner in learners:
            office = self.stage.actor(learner.section.coordinator)
            assign_mentor(office, learner.enrollment, self.mentor, self.stage.today())

    def _credit(self, learner: Learner, outcome: Outcome | None) -> None:
        """Lab hours from an earlier course, against the hours in the lab. None: it waits."""
        stage = self.stage
        needs = creditable(needs_for(learner.enrollment)).items()
        node = next(
            node
            for node, need in needs
            if need.kind is RequirementKind.MIN_MINUTES and need.hours_kind == Kind.LAB_IN_PERSON
        )
        words = "Eight hours of lab in the maintenance course of our vocational school, two years ago (sample)."
        proof = keep_proof("course-certificate.pdf", io.BytesIO(PDF))
        asked = ask_credit(stage.actor(learner.person), learner.enrollment, node, LAB_MINUTES, words, proof)
        office = stage.actor(learner.section.coordinator)
        if outcome is Outcome.GRANTED:
            decide_credit(office, asked, outcome, LAB_MINUTES, "The certificate names hours and content.")
        elif outcome is not None:
            decide_credit(office, asked, outcome, None, "The certificate names no hours. Please ask the school.")

    def _credential(self, learner: Learner, *, is_checked: bool) -> None:
        stage = self.stage
        issued = stage.today() - timedelta(days=400)
        row = add_credential(
            stage.actor(learner.person),
            learner.enrollment,
            "Safety card, 10 hours (sample)",
            "Safety trainers (sample)",
            f"S-{4_700 + learner.number}",
            issued,
            None,
            code="osha-10",
            file=keep_proof("card.pdf", io.BytesIO(PDF)),
        )
        if is_checked:
            office = stage.actor(learner.section.coordinator)
            check_credential(office, row, is_verified=True, note="Confirmed by the issuer by telephone (sample).")

    def _accommodate(self, learner: Learner) -> None:
        terms = Terms(self.stage.today(), time_factor_bp=15_000, extra_days=2)
        office = self.stage.actor(learner.section.coordinator)
        give_accommodation(office, learner.enrollment, terms, "Letter of the disability office, seen (sample).")

    def _draft(self) -> None:
        """An assignment of spokes drawn before the coordinator decided one by one; it stays a draft."""
        stage, room = self.stage, self.stage.rooms[0]
        mark_need(stage.actor(stage.employers[0].sponsor), stage.employers[0].firm, "ROB", is_needed=True)
        seats = {tree.course.id: 4 for tree in stage.catalog.courses if tree.code in ("ROB", "AUT", "DIG", "MEC")}
        office = stage.actor(room.coordinator)
        draft_places(office, room.site, stage.cohort, seats, need_weight=1, label="Four seats each (sample)")

    def _ask_leave(self, learner: Learner) -> None:
        first = self.stage.monday(WEEKS_LIVED + 3)
        words = "Our second child is due; my sponsor knows."
        ask_leave(
            self.stage.actor(learner.person),
            learner.enrollment,
            LeaveKind.FAMILY,
            first,
            first + timedelta(days=20),
            words,
        )
